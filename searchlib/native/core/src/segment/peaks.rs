//! How good can the postings of a list be at best?
//!
//! A list with class bytes ends with its peaks, the best classes that it has, and a long one with
//! its champions, the documents that scored best where it was written. A query turns peaks into an
//! upper bound of the list with its own statistics, and scores champions anew for a first
//! threshold; neither is a stored score. Grammar: docs/format.md, "Peaks".

use crate::bm25::{USUAL, saturation};
use crate::bytes::{Cut, Reader};
use crate::segment::lengths::{DocLengths, STEPS, class_bounds};

/// Champions of a list: enough for a first page of ten, some of them deleted.
pub const CHAMPIONS: usize = 16;
/// Lists of at least this many documents have champions; a shorter one is looked through.
pub const CHAMPIONS_FROM: u32 = 1024;
pub const PEAKS_BYTES: usize = 1 + STEPS / 2;
const CHAMPION_BYTES: usize = CHAMPIONS * (4 + 2);

/// For each step of frequency up to the highest, the least step of length among the postings of
/// that frequency step or a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peaks {
    highest: u8,
    least: [u8; STEPS],
}

impl Peaks {
    /// The peaks of a list with these classes, of which there is at least one.
    pub fn of(classes: &[u8]) -> Self {
        let mut seen = [false; 256];
        for &class in classes {
            seen[usize::from(class)] = true;
        }
        let mut peaks = Peaks { highest: 0, least: [0; STEPS] };
        let mut least = STEPS as u8 - 1;
        for step in (0..STEPS).rev() {
            let lengths = &seen[step * STEPS..][..STEPS];
            if let Some(length) = lengths.iter().position(|&seen| seen) {
                peaks.highest = peaks.highest.max(step as u8);
                least = least.min(length as u8);
            }
            peaks.least[step] = least;
        }
        peaks
    }

    pub fn put(&self, out: &mut Vec<u8>) {
        out.push(self.highest);
        let pairs = self.least.as_chunks::<2>().0;
        out.extend(pairs.iter().map(|[even, odd]| even | odd << 4));
    }

    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Cut> {
        let highest = reader.u8()?;
        let mut least = [0; STEPS];
        for (pair, byte) in least.as_chunks_mut().0.iter_mut().zip(reader.take(STEPS / 2)?) {
            *pair = [byte & 15, byte >> 4];
        }
        if usize::from(highest) < STEPS { Ok(Peaks { highest, least }) } else { Err(Cut) }
    }

    /// The greatest of `bounds`, by class, among the classes that the list may have.
    pub fn most(&self, bounds: &[f32; 256]) -> f32 {
        let classes = (0..=self.highest).map(|step| step << 4 | self.least[usize::from(step)]);
        classes.map(|class| bounds[usize::from(class)]).fold(0.0, f32::max)
    }

    /// The greatest bound that `limit` of the list's postings reach, 0 where it has fewer. `bounds`
    /// fall with length.
    pub fn floor_of_best(&self, classes: &[u8], limit: usize, bounds: &[f32; 256]) -> f32 {
        let mut counts = [0u32; 256];
        for &class in classes {
            counts[usize::from(class)] += 1;
        }
        // Of each step of frequency the shortest documents are the best: class after class is taken
        // from the step whose next one is better than those of the others.
        let mut next: [usize; STEPS] = self.least.map(usize::from);
        let mut left = limit as u32;
        loop {
            let heads = next[..=usize::from(self.highest)].iter().enumerate();
            let heads = heads.filter(|(_, length)| **length < STEPS);
            let classes = heads.map(|(step, length)| step * STEPS + length);
            let Some(best) = classes.max_by(|&a, &b| bounds[a].total_cmp(&bounds[b])) else {
                return 0.0;
            };
            if counts[best] >= left {
                return bounds[best];
            }
            left -= counts[best];
            next[best / STEPS] += 1;
        }
    }
}

/// Picks the champions of one list after another.
///
/// They are those that score best by BM25 with its usual settings in this field alone; which
/// they are is of no matter to correctness, only to how high the first threshold is.
pub struct ChampionPicker {
    bounds: [f32; 256],
    average: f64,
    /// Best score first; of equal scores the earlier document.
    best: Vec<(f64, Champion)>,
    worst: f32,
}

impl ChampionPicker {
    pub fn new(lengths: &DocLengths) -> Self {
        let average = lengths.average();
        let score = |freq: f32, length: f32| {
            let norm = USUAL.norm(f64::from(length) / average) as f32;
            freq / (freq + norm)
        };
        let bounds = class_bounds(lengths.steps(), score);
        ChampionPicker { bounds, average, best: Vec::with_capacity(CHAMPIONS + 1), worst: 0.0 }
    }

    /// Looks at the next posting of the list. `length`: of its document, asked for where it counts.
    #[inline]
    pub fn offer(&mut self, doc: u32, freq: u32, length: impl FnOnce() -> u32, class: u8) {
        if self.bounds[usize::from(class)] > self.worst {
            let norm = USUAL.norm(f64::from(length()) / self.average);
            self.take(Champion { doc, freq }, saturation(f64::from(freq), norm));
        }
    }

    #[inline(never)]
    fn take(&mut self, champion: Champion, score: f64) {
        let place = self.best.partition_point(|(better, _)| *better >= score);
        if place < CHAMPIONS {
            self.best.insert(place, (score, champion));
            self.best.truncate(CHAMPIONS);
        }
        if self.best.len() == CHAMPIONS {
            self.worst = self.best[CHAMPIONS - 1].0 as f32;
        }
    }

    /// Ends the list; appends its champions, best first, where it is long enough to have some.
    pub fn finish(&mut self, doc_freq: u32, out: &mut Vec<u8>) {
        if doc_freq >= CHAMPIONS_FROM {
            let best = || self.best.iter().map(|(_, champion)| champion);
            out.extend(best().flat_map(|champion| champion.doc.to_le_bytes()));
            let freq = |champion: &Champion| u16::try_from(champion.freq).unwrap_or(u16::MAX);
            out.extend(best().flat_map(|champion| freq(champion).to_le_bytes()));
        }
        self.best.clear();
        self.worst = 0.0;
    }
}

/// A document of a list and how often it holds the term, 65,535 standing for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Champion {
    pub doc: u32,
    pub freq: u32,
}

/// The champions in the bytes that [`ChampionPicker::finish`] wrote; none in none.
pub fn champions(bytes: &[u8]) -> impl Iterator<Item = Champion> {
    let (docs, freqs) = bytes.split_at(bytes.len() / 6 * 4);
    let freqs = freqs.as_chunks::<2>().0.iter().map(|freq| u32::from(u16::from_le_bytes(*freq)));
    let docs = docs.as_chunks::<4>().0.iter().map(|doc| u32::from_le_bytes(*doc));
    docs.zip(freqs).map(|(doc, freq)| Champion { doc, freq })
}

/// How many bytes the champions of a list take.
pub fn champion_bytes(doc_freq: u32) -> usize {
    if doc_freq >= CHAMPIONS_FROM { CHAMPION_BYTES } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn peaks_hold_the_best_posting(
            classes in prop::collection::vec(any::<u8>(), 1..200),
            limit in 1usize..220,
        ) {
            // Any table that grows with frequency and falls with length.
            let bounds = std::array::from_fn(|class| ((class >> 4) * 40 + 15 - (class & 15)) as f32);
            let peaks = Peaks::of(&classes);
            let mut bytes = Vec::new();
            peaks.put(&mut bytes);
            prop_assert_eq!(bytes.len(), PEAKS_BYTES);
            prop_assert_eq!(Peaks::read(&mut Reader::new(&bytes)), Ok(peaks));
            let mut all: Vec<f32> = classes.iter().map(|&class| bounds[usize::from(class)]).collect();
            all.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(peaks.most(&bounds), all[0]);
            let floor = all.get(limit - 1).copied().unwrap_or(0.0);
            prop_assert_eq!(peaks.floor_of_best(&classes, limit, &bounds), floor);
        }

        #[test]
        fn champions_are_the_best_scores(
            postings in prop::collection::vec((1..30u32, 1..3000u32), 1024..1100),
        ) {
            let lengths: Vec<u32> = postings.iter().map(|(freq, length)| freq + length).collect();
            let table = DocLengths::new(lengths.clone());
            let mut picker = ChampionPicker::new(&table);
            for (doc, &(freq, _)) in postings.iter().enumerate() {
                picker.offer(doc as u32, freq, || lengths[doc], table.class(doc as u32, freq));
            }
            let mut bytes = Vec::new();
            picker.finish(postings.len() as u32, &mut bytes);
            let score = |doc: u32| {
                let (freq, length) = (postings[doc as usize].0, lengths[doc as usize]);
                saturation(f64::from(freq), USUAL.norm(f64::from(length) / table.average()))
            };
            let mut all: Vec<u32> = (0..postings.len() as u32).collect();
            all.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
            let best = all[..CHAMPIONS].iter();
            let best: Vec<Champion> =
                best.map(|&doc| Champion { doc, freq: postings[doc as usize].0 }).collect();
            prop_assert_eq!(bytes.len(), champion_bytes(postings.len() as u32));
            prop_assert_eq!(champions(&bytes).collect::<Vec<_>>(), best);
        }
    }
}
