//! Where in its documents does a term stand?
//!
//! The gaps between the positions of a block of documents: writer and reader. Which documents those
//! are, and how often each holds the term, is the business of [`super::postings`]. Gaps of one word
//! are spread about as a geometric distribution, for which Rice's code is close to the best there
//! is; its two parts lie apart, so that one document's positions are reached without the rest.
//! Grammar: docs/format.md, "Positions". Source: R. Rice, J. Plaunt, "Adaptive variable-length
//! coding" (1971); the layout is that of Elias and Fano.

use std::ops::Range;

use crate::bytes::{Cut, Reader, put_varint};

/// Gaps in a full group.
const GROUP: usize = 128;
/// A block's rest of fewer gaps is written one by one: there the header of a group would cost more.
const GROUP_FROM: usize = 8;
/// The most bytes that the upper parts of a group take: a bit each, and as [`low_width`] follows the
/// mean, their sum is below twice their number.
const MAX_HIGH_BYTES: usize = 3 * GROUP / 8;
/// Bits of the longest lower part: gaps are 32 bits.
const MAX_LOW_WIDTH: u8 = 31;

/// Encodes the positions of one list, block after block.
#[derive(Default)]
pub(super) struct PositionWriter {
    gaps: Vec<u32>,
    bytes: Vec<u8>,
}

impl PositionWriter {
    /// Adds the positions of the next document, which rise.
    #[inline]
    pub fn push(&mut self, positions: impl Iterator<Item = u32>) {
        let mut last = 0;
        for position in positions {
            self.gaps.push(position - last);
            last = position;
        }
    }

    /// Encodes the gaps collected since the last block.
    #[inline]
    pub fn close_block(&mut self) {
        for group in self.gaps.chunks(GROUP) {
            if group.len() < GROUP_FROM {
                group.iter().for_each(|&gap| put_varint(&mut self.bytes, u64::from(gap)));
            } else {
                put_group(&mut self.bytes, group);
            }
        }
        self.gaps.clear();
    }

    /// What is written so far: all closed blocks of the list.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Is ready for the next list.
    pub fn clear(&mut self) {
        self.gaps.clear();
        self.bytes.clear();
    }
}

/// How many lower bits of each gap are written as they are: the whole part of the mean's binary
/// logarithm, within a hundredth of the best on news articles.
fn low_width(gaps: &[u32]) -> u8 {
    let sum: u64 = gaps.iter().map(|&gap| u64::from(gap)).sum();
    let mean = sum / gaps.len() as u64;
    mean.checked_ilog2().map_or(0, |width| width as u8)
}

fn put_group(out: &mut Vec<u8>, gaps: &[u32]) {
    let width = low_width(gaps);
    let mut high = [0u8; MAX_HIGH_BYTES];
    let mut high_bits = 0;
    out.extend([width, 0]);
    let header = out.len() - 1;
    let (mut low, mut filled) = (0u64, 0);
    for &gap in gaps {
        high_bits += (gap >> width) as usize;
        high[high_bits / 8] |= 1 << (high_bits % 8);
        high_bits += 1;
        low |= u64::from(gap & ((1 << width) - 1)) << filled;
        filled += u32::from(width);
        if filled >= 32 {
            out.extend_from_slice(&(low as u32).to_le_bytes());
            low >>= 32;
            filled -= 32;
        }
    }
    out.extend_from_slice(&low.to_le_bytes()[..filled.div_ceil(8) as usize]);
    let high_len = high_bits.div_ceil(8);
    out[header] = high_len as u8;
    out.extend_from_slice(&high[..high_len]);
}

/// Decodes positions, and remembers where it was: documents are mostly read as they come.
#[derive(Default)]
pub(super) struct PositionReader {
    /// The number of a block, and the gaps in it.
    block: Option<(usize, usize)>,
    /// A document of the block, and the gaps before it.
    document: (usize, usize),
    /// The group that the document's gaps begin in, and its first byte in the block.
    group: (usize, usize),
    /// A group that more than one document was read from, and the byte behind it: its gaps.
    unpacked: Option<(usize, usize)>,
    gaps: Vec<u32>,
}

impl PositionReader {
    /// The positions of one document, rising, into `out`: the `at`-th of the block number `block`
    /// of the list. `bytes` are those of the block, `freqs` the frequencies of its documents.
    pub fn read(
        &mut self,
        block: usize,
        bytes: &[u8],
        freqs: &[u32],
        at: usize,
        out: &mut Vec<u32>,
    ) -> Result<(), Cut> {
        out.clear();
        let count = |freqs: &[u32]| freqs.iter().map(|&freq| freq as usize).sum::<usize>();
        let total = match self.block {
            Some((known, total)) if known == block => total,
            _ => {
                let total = count(freqs);
                let gaps = std::mem::take(&mut self.gaps);
                *self = PositionReader { block: Some((block, total)), gaps, ..Self::default() };
                total
            }
        };
        if at < self.document.0 {
            (self.document, self.group) = ((0, 0), (0, 0));
        }
        let is_next = at == self.document.0 + 1;
        let start = self.document.1 + count(&freqs[self.document.0..at]);
        let end = start + freqs[at] as usize;
        self.document = (at, start);
        let first = start / GROUP;
        let (mut group, byte) = self.group;
        let mut reader = Reader::new(bytes.get(byte..).ok_or(Cut)?);
        while group * GROUP < end {
            let from = group * GROUP;
            let len = GROUP.min(total - from);
            let byte = bytes.len() - reader.rest().len();
            let was_read = group == self.group.0;
            if group == first {
                self.group = (group, byte);
            }
            let wanted = start.max(from) - from..end.min(from + len) - from;
            let unpacked = self.unpacked.filter(|&(known, _)| known == group);
            if len < GROUP_FROM {
                read_varints(&mut reader, wanted, out)?;
            } else if let Some((_, behind)) = unpacked {
                out.extend_from_slice(self.gaps.get(wanted).unwrap_or_default());
                reader = Reader::new(bytes.get(behind..).ok_or(Cut)?);
            } else if is_next && was_read && group == first {
                self.unpacked = None;
                self.gaps.clear();
                read_group(&mut reader, len, 0..len, &mut self.gaps)?;
                self.unpacked = Some((group, bytes.len() - reader.rest().len()));
                out.extend_from_slice(self.gaps.get(wanted).unwrap_or_default());
            } else {
                read_group(&mut reader, len, wanted, out)?;
            }
            group += 1;
        }
        let mut position = 0u32;
        for value in out.iter_mut() {
            position = position.checked_add(*value).ok_or(Cut)?;
            *value = position;
        }
        Ok(())
    }
}

/// Appends the `wanted` of the gaps.
fn read_varints(
    reader: &mut Reader<'_>,
    wanted: Range<usize>,
    out: &mut Vec<u32>,
) -> Result<(), Cut> {
    for i in 0..wanted.end {
        let gap = reader.varint32()?;
        if i >= wanted.start {
            out.push(gap);
        }
    }
    Ok(())
}

/// Passes a group of `len` gaps; appends the `wanted`, none where the range is empty or backwards.
fn read_group(
    reader: &mut Reader<'_>,
    len: usize,
    wanted: Range<usize>,
    out: &mut Vec<u32>,
) -> Result<(), Cut> {
    let (width, high_len) = (reader.u8()?, reader.u8()? as usize);
    if width > MAX_LOW_WIDTH {
        return Err(Cut);
    }
    let lower = reader.rest();
    reader.take((len * usize::from(width)).div_ceil(8))?;
    let upper = reader.take(high_len)?;
    if wanted.is_empty() {
        return Ok(());
    }
    let mut ones = Ones::after(upper, wanted.start)?;
    for i in wanted {
        let high = u64::from(ones.zeros_before_next()?);
        let bit = i * usize::from(width);
        let low = word(lower, bit / 8) >> (bit % 8) & ((1 << width) - 1);
        out.push(u32::try_from(high << width | low).map_err(|_| Cut)?);
    }
    Ok(())
}

/// Walks the ones of a string of bits, lowest bit of each byte first.
struct Ones<'a> {
    bytes: &'a [u8],
    /// The bits of the current word that are not passed yet, and where it starts.
    word: u64,
    start: usize,
    /// The bit behind the last one.
    passed: usize,
}

impl<'a> Ones<'a> {
    /// Stands behind the first `count` ones.
    fn after(bytes: &'a [u8], count: usize) -> Result<Self, Cut> {
        let mut ones = Ones { bytes, word: word(bytes, 0), start: 0, passed: 0 };
        let mut left = count as u32;
        while left > ones.word.count_ones() {
            left -= ones.word.count_ones();
            ones.next_word()?;
        }
        for _ in 0..left {
            ones.zeros_before_next()?;
        }
        Ok(ones)
    }

    /// How many zeros lie between the last one and the next, which is passed.
    #[inline]
    fn zeros_before_next(&mut self) -> Result<u32, Cut> {
        while self.word == 0 {
            self.next_word()?;
        }
        let next = self.start + self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        let zeros = next - self.passed;
        self.passed = next + 1;
        Ok(zeros as u32)
    }

    fn next_word(&mut self) -> Result<(), Cut> {
        self.start += 64;
        if self.start / 8 >= self.bytes.len() {
            return Err(Cut);
        }
        self.word = word(self.bytes, self.start / 8);
        Ok(())
    }
}

/// The eight bytes from `at` on, zeros past the end.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            let mut eight = [0; 8];
            eight[..rest.len().min(8)].copy_from_slice(&rest[..rest.len().min(8)]);
            u64::from_le_bytes(eight)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn positions() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let gap = prop_oneof![0u32..3, 0u32..300, any::<u32>()];
        let gaps = prop_oneof![
            prop::collection::vec(gap.clone(), 1..9),
            prop::collection::vec(gap, 1..300),
        ];
        let document = gaps.prop_map(|gaps| {
            let mut last = 0u32;
            let rising = gaps.into_iter().map_while(|gap| {
                last = last.checked_add(gap)?;
                Some(last)
            });
            rising.collect::<Vec<_>>()
        });
        prop::collection::vec(document.prop_filter("no position", |all| !all.is_empty()), 1..60)
    }

    proptest! {
        #[test]
        fn each_document_reads_back_in_any_order(
            documents in positions(),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
        ) {
            let mut writer = PositionWriter::default();
            documents.iter().for_each(|positions| writer.push(positions.iter().copied()));
            writer.close_block();
            let freqs: Vec<u32> = documents.iter().map(|all| all.len() as u32).collect();
            let (mut reader, mut found) = (PositionReader::default(), Vec::new());
            let all = 0..documents.len();
            for at in all.chain(order.iter().map(|index| index.index(documents.len()))) {
                reader.read(0, writer.bytes(), &freqs, at, &mut found).unwrap();
                prop_assert_eq!(&found, &documents[at]);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            freqs in prop::collection::vec(1u32..300, 1..6),
        ) {
            let (mut reader, mut found) = (PositionReader::default(), Vec::new());
            for at in 0..freqs.len() {
                if reader.read(0, &bytes, &freqs, at, &mut found).is_ok() {
                    prop_assert!(found.is_sorted() && found.len() == freqs[at] as usize);
                }
            }
        }
    }
}
