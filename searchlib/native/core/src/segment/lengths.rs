//! How long is each document's field, exactly, and which class is a posting of?
//!
//! A class is one byte: sixteen steps of the term's frequency by sixteen steps of the field's
//! length. A query turns the 256 classes into upper bounds with its own formula (docs/ranking.md,
//! "Bounds"). Grammar: docs/format.md, "Lengths".

use crate::bytes::{Reader, fetch};
use crate::error::Result;
use crate::segment::file::{Section, SegmentFileWriter};

/// The greatest frequency of each of the first fifteen steps; the last has no end.
/// On disk: docs/format.md, "Classes". Exact where most postings are.
pub const FREQ_STEPS: [u32; 15] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 28, 44, 92];
pub const STEPS: usize = 16;
const HEADER_BYTES: usize = 9 + 4 * STEPS;

/// The least length of each step, never falling. An empty field has no posting and no step.
pub type LengthSteps = [u32; STEPS];

/// Picks the steps so that each holds about as many documents.
fn length_steps(lengths: &[u32]) -> LengthSteps {
    let mut sorted: Vec<u32> = lengths.iter().copied().filter(|&len| len > 0).collect();
    sorted.sort_unstable();
    let mut steps = [0; STEPS];
    for (i, step) in steps.iter_mut().enumerate() {
        *step = sorted.get(i * sorted.len() / STEPS).copied().unwrap_or(0);
    }
    steps
}

/// The step of `length`: the last whose least length is at most `length`.
#[inline]
fn length_step(steps: &LengthSteps, length: u32) -> u8 {
    (steps.partition_point(|&least| least <= length).max(1) - 1) as u8
}

/// The class of a posting. `length_step` comes from [`length_step`].
#[inline]
pub(crate) fn class(freq: u32, length_step: u8) -> u8 {
    let step = if freq <= 8 {
        freq.saturating_sub(1) as u8
    } else {
        FREQ_STEPS.partition_point(|&most| most < freq) as u8
    };
    step << 4 | length_step
}

/// The greatest frequency of each step. That of the last, which has none, is finite, so that it
/// divides.
pub const FREQ_MOST: [f32; STEPS] = {
    let mut most = [1e30; STEPS];
    let mut step = 0;
    while step < FREQ_STEPS.len() {
        most[step] = FREQ_STEPS[step] as f32;
        step += 1;
    }
    most
};

/// For each class the score of its greatest frequency and least length, where `score` grows with
/// frequency and falls with length: what no posting of the class can pass.
pub fn class_bounds(steps: &LengthSteps, score: impl Fn(f32, f32) -> f32) -> [f32; 256] {
    let mut bounds = [0.0; 256];
    for (row, most) in bounds.as_chunks_mut::<STEPS>().0.iter_mut().zip(FREQ_MOST) {
        for (bound, &least) in row.iter_mut().zip(steps) {
            // Rounded up: a few operations on floats are off by less.
            *bound = score(most, least as f32) * 1.000_001;
        }
    }
    bounds
}

/// The lengths of a field that is being written, exact and as steps.
pub struct DocLengths {
    lengths: Vec<u32>,
    steps: LengthSteps,
    step_of: Vec<u8>,
    total: u64,
}

impl DocLengths {
    /// `lengths`: how many tokens each document has in the field.
    pub fn new(lengths: Vec<u32>) -> Self {
        let steps = length_steps(&lengths);
        let step_of = lengths.iter().map(|&length| length_step(&steps, length)).collect();
        let total = lengths.iter().map(|&length| u64::from(length)).sum();
        DocLengths { lengths, steps, step_of, total }
    }

    pub fn of(&self, doc: u32) -> u32 {
        self.lengths[doc as usize]
    }

    pub fn steps(&self) -> &LengthSteps {
        &self.steps
    }

    /// Over all documents; 1 where all are empty, so that it can be divided by.
    pub fn average(&self) -> f64 {
        match self.total {
            0 => 1.0,
            total => total as f64 / self.lengths.len() as f64,
        }
    }

    /// The class of a posting of `doc`.
    #[inline]
    pub fn class(&self, doc: u32, freq: u32) -> u8 {
        class(freq, self.step_of[doc as usize])
    }

    /// Writes the section: [`Lengths`] reads it.
    pub fn write(&self, out: &mut SegmentFileWriter) -> Result<()> {
        let width = match self.lengths.iter().max().copied().unwrap_or(0) {
            0..=0xff => 1u8,
            0x100..=0xffff => 2,
            _ => 4,
        };
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.lengths.len() * usize::from(width));
        bytes.push(width);
        bytes.extend_from_slice(&self.total.to_le_bytes());
        bytes.extend(self.steps.iter().flat_map(|step| step.to_le_bytes()));
        for length in &self.lengths {
            bytes.extend_from_slice(&length.to_le_bytes()[..usize::from(width)]);
        }
        out.write(&bytes)
    }
}

/// The lengths of one field in a segment.
pub struct Lengths {
    section: Section,
    width: u8,
    total: u64,
    steps: LengthSteps,
}

impl Lengths {
    pub fn open(section: Section, doc_count: u32) -> Result<Self> {
        let wrong = |detail: &str| section.corrupt(0, detail);
        let mut reader = Reader::new(section.bytes(0, HEADER_BYTES.min(section.len()))?);
        let cut = |_| wrong("the lengths' header is cut");
        let width = reader.u8().map_err(cut)?;
        let total = reader.u64().map_err(cut)?;
        let mut steps = [0; STEPS];
        for step in &mut steps {
            *step = reader.u32().map_err(cut)?;
        }
        let bytes = u64::from(doc_count) * u64::from(width);
        if !matches!(width, 1 | 2 | 4) || section.len() as u64 != HEADER_BYTES as u64 + bytes {
            return Err(wrong("the lengths do not fit the number of documents"));
        }
        if !steps.is_sorted() {
            return Err(wrong("the lengths' steps do not rise"));
        }
        Ok(Lengths { section, width, total, steps })
    }

    /// The sum of all lengths.
    pub fn total(&self) -> u64 {
        self.total
    }

    pub fn steps(&self) -> &LengthSteps {
        &self.steps
    }

    /// The lengths as they lie, every page verified.
    pub fn column(&self) -> Result<LengthColumn<'_>> {
        let bytes = self.section.bytes(HEADER_BYTES, self.section.len())?;
        Ok(match self.width {
            1 => LengthColumn::U8(bytes),
            2 => LengthColumn::U16(bytes.as_chunks().0),
            _ => LengthColumn::U32(bytes.as_chunks().0),
        })
    }
}

/// A field's lengths at the width they are stored in.
#[derive(Clone, Copy)]
pub enum LengthColumn<'a> {
    U8(&'a [u8]),
    U16(&'a [[u8; 2]]),
    U32(&'a [[u8; 4]]),
}

impl LengthColumn<'_> {
    /// The length of `doc`'s field in tokens; 0 where the field is empty.
    #[inline]
    pub fn get(&self, doc: u32) -> u32 {
        let doc = doc as usize;
        match self {
            LengthColumn::U8(lengths) => u32::from(lengths[doc]),
            LengthColumn::U16(lengths) => u32::from(u16::from_le_bytes(lengths[doc])),
            LengthColumn::U32(lengths) => u32::from_le_bytes(lengths[doc]),
        }
    }

    /// Asks for the length of `doc`'s field, and does not wait for it.
    #[inline]
    pub fn fetch(&self, doc: u32) {
        let doc = doc as usize;
        match self {
            LengthColumn::U8(lengths) => fetch(&lengths[doc]),
            LengthColumn::U16(lengths) => fetch(&lengths[doc]),
            LengthColumn::U32(lengths) => fetch(&lengths[doc]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_never_understates_its_posting() {
        let lengths = DocLengths::new((1..2000).collect());
        assert_eq!(lengths.steps()[0], 1);
        let score = |freq: f32, length: f32| freq / (freq + length);
        let bounds = class_bounds(lengths.steps(), score);
        for freq in 1..300 {
            for doc in [0, 1, 99, 123, 124, 125, 1998] {
                let class = lengths.class(doc, freq);
                let exact = f64::from(freq) / f64::from(freq + lengths.of(doc));
                assert!(f64::from(bounds[usize::from(class)]) >= exact);
            }
        }
    }
}
