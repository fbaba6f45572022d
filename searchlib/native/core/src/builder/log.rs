//! Which term stands at which place? What a text field holds until it is written.
//!
//! One number a token: a place in the log says document and position. Only where texts leave
//! positions free or put several terms at one, the positions are written down too.

use crate::error::{Error, Result};

use super::text::POSITION_GAP;

/// In the log: no term is here.
const NONE: u32 = u32::MAX;
/// Places are 32 bits. A log of so many counts as more memory than there is, so that it is written.
const FULL: usize = 3 << 30;

#[derive(Default)]
pub struct Log {
    terms: Vec<u32>,
    /// The position of each place; `None` as long as that is its distance from the document's start.
    positions: Option<Vec<u32>>,
    /// Where each document ends.
    ends: Vec<u32>,
    /// How many positions of each document hold a term: terms at one position count once.
    pub lengths: Vec<u32>,
    /// How often each term stands in the log.
    counts: Vec<u32>,
    /// Of the document that is being taken: the next position, and the length so far.
    position: u32,
    length: u32,
}

impl Log {
    /// With what sorting will need.
    pub fn heap_bytes(&self) -> usize {
        if self.terms.len() > FULL {
            return usize::MAX / 2;
        }
        let positions = self.positions.as_ref().map_or(0, Vec::capacity);
        let numbers = self.terms.capacity() + self.terms.len() + positions;
        let docs = self.ends.capacity() + self.lengths.capacity() + self.ends.len();
        (numbers + docs + 3 * self.counts.capacity()) * 4
    }

    /// Makes room for about so many places, and for terms up to a number.
    pub fn begin_batch(&mut self, places: usize, terms: usize) {
        reserve(&mut self.terms, places);
        self.counts.resize(terms, 0);
    }

    /// Takes the next position, which holds one term.
    #[inline]
    pub fn term(&mut self, term: u32) {
        self.counts[term as usize] += 1;
        self.push(term);
        self.position += 1;
        self.length += 1;
    }

    /// Takes the next position, which holds several terms.
    #[cold]
    pub fn terms(&mut self, terms: &[u32]) {
        self.write_positions();
        for &term in terms {
            self.counts[term as usize] += 1;
            self.push(term);
        }
        self.position += 1;
        self.length += 1;
    }

    /// Takes the next position, which holds nothing.
    #[inline]
    pub fn none(&mut self) {
        self.push(NONE);
        self.position += 1;
    }

    /// Leaves the positions between two texts free.
    pub fn gap(&mut self) {
        self.write_positions();
        self.position += POSITION_GAP;
    }

    pub fn end_doc(&mut self) -> Result<()> {
        let end = u32::try_from(self.terms.len()).map_err(|_| {
            Error::Limit("a field of a segment is limited to 4,294,967,295 terms".into())
        })?;
        self.ends.push(end);
        self.lengths.push(self.length);
        (self.position, self.length) = (0, 0);
        Ok(())
    }

    #[inline]
    fn push(&mut self, term: u32) {
        self.terms.push(term);
        if let Some(positions) = &mut self.positions {
            positions.push(self.position);
        }
    }

    /// From here on positions are written down.
    fn write_positions(&mut self) {
        if self.positions.is_some() {
            return;
        }
        let mut positions = Vec::with_capacity(self.terms.len());
        let mut start = 0;
        for end in self.ends.iter().copied().chain([self.terms.len() as u32]) {
            positions.extend(0..end - start);
            start = end;
        }
        self.positions = Some(positions);
    }

    /// A counting sort of the places by their term.
    pub fn sorted(&self) -> Sorted<'_> {
        let mut starts = Vec::with_capacity(self.counts.len() + 1);
        let mut sum = 0;
        for &count in &self.counts {
            starts.push(sum);
            sum += count;
        }
        starts.push(sum);
        let mut places = vec![0; sum as usize];
        let mut next = starts.clone();
        for (place, &term) in self.terms.iter().enumerate() {
            if term != NONE {
                let at = &mut next[term as usize];
                places[*at as usize] = place as u32;
                *at += 1;
            }
        }
        Sorted { log: self, starts, places, docs: Docs::new(&self.ends), found: Vec::new() }
    }
}

/// Grows by an eighth: a log is long, and memory bounded.
fn reserve(numbers: &mut Vec<u32>, more: usize) {
    if numbers.capacity() - numbers.len() < more {
        numbers.reserve_exact(more.max(numbers.len() / 8));
    }
}

/// A log sorted by term.
pub struct Sorted<'a> {
    log: &'a Log,
    starts: Vec<u32>,
    /// Those of term `t` are `places[starts[t]..starts[t + 1]]`, rising.
    places: Vec<u32>,
    docs: Docs,
    /// The positions of one document.
    found: Vec<u32>,
}

impl Sorted<'_> {
    /// Calls `visit` with each document that holds `term`, rising, and the positions there.
    #[inline]
    pub fn each_doc(&mut self, term: u32, mut visit: impl FnMut(u32, &[u32])) {
        let term = term as usize;
        let mut places = &self.places[self.starts[term] as usize..self.starts[term + 1] as usize];
        let found = &mut self.found;
        let mut doc = 0;
        while let Some(&place) = places.first() {
            doc = self.docs.of(place, doc, &self.log.ends);
            let end = self.log.ends[doc];
            let start = doc.checked_sub(1).map_or(0, |before| self.log.ends[before]);
            let count = places.iter().position(|&place| place >= end).unwrap_or(places.len());
            let (here, rest) = places.split_at(count);
            found.clear();
            match &self.log.positions {
                Some(positions) => found.extend(here.iter().map(|&at| positions[at as usize])),
                None => found.extend(here.iter().map(|&at| at - start)),
            }
            visit(doc as u32, found);
            places = rest;
        }
    }
}

/// Which document does a place belong to?
struct Docs {
    /// For each stretch of `1 << shift` places the document of its first.
    first: Vec<u32>,
    shift: u32,
}

impl Docs {
    /// Stretches about as long as documents are.
    fn new(ends: &[u32]) -> Self {
        let total = ends.last().copied().unwrap_or(0);
        let average = total / (ends.len() as u32).max(1);
        let shift = average.checked_ilog2().unwrap_or(0);
        let mut first = Vec::with_capacity((total >> shift) as usize + 1);
        let mut doc = 0;
        for place in (0..total).step_by(1 << shift) {
            while ends[doc] <= place {
                doc += 1;
            }
            first.push(doc as u32);
        }
        Docs { first, shift }
    }

    /// The document of `place`, which is not before `least`.
    #[inline]
    fn of(&self, place: u32, least: usize, ends: &[u32]) -> usize {
        let mut doc = least.max(self.first[(place >> self.shift) as usize] as usize);
        while ends[doc] <= place {
            doc += 1;
        }
        doc
    }
}
