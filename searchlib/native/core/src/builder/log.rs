//! Which form stands at which place? What a text field holds until it is written.
//!
//! One number a token: a place in the log says document and position. Only where texts leave
//! positions free, these are written down too.

use std::ops::Range;

use super::analyzed::Analyzed;
use crate::error::{Error, Result};
use crate::segment::pairs::Mask;

/// In the log: a token that is no form. It keeps its position.
pub const NONE: u32 = u32::MAX;
/// Positions left free between the values of a text field, so that no phrase spans two.
pub const POSITION_GAP: u32 = 100;
/// Places are 32 bits, and some stay free ([`Docs`]). A log of so many counts as more memory than there
/// is, so that it is written.
const FULL: usize = 3 << 30;

#[derive(Default)]
pub struct Log {
    forms: Vec<u32>,
    /// The position of each place; `None` as long as that is its distance from the document's start.
    positions: Option<Vec<u32>>,
    /// The next position, where positions are written down.
    position: u32,
    /// Where each document ends.
    ends: Vec<u32>,
    /// How many terms the first `counted` places hold beyond one each.
    extra: usize,
    counted: usize,
}

impl Log {
    /// With what sorting will need, beside what it needs for each form and term.
    pub fn heap_bytes(&self) -> usize {
        if self.forms.len() + self.extra > FULL {
            return usize::MAX / 2;
        }
        let positions = self.positions.as_ref().map_or(0, Vec::capacity);
        let numbers = self.forms.capacity() + self.forms.len() + self.extra + positions;
        let docs = self.ends.capacity() + self.ends.len();
        (numbers + docs) * 4 + Docs::heap_bytes(self.forms.len(), self.ends.len())
    }

    /// Takes the next positions: `count` of them, whose forms `put` appends.
    #[inline]
    pub fn extend(&mut self, count: usize, put: impl FnOnce(&mut Vec<u32>)) {
        reserve(&mut self.forms, count);
        put(&mut self.forms);
        if let Some(positions) = &mut self.positions {
            reserve(positions, count);
            let next = self.position + count as u32;
            positions.extend(self.position..next);
            self.position = next;
        }
    }

    /// Leaves the positions between two texts free.
    pub fn gap(&mut self) {
        if self.positions.is_none() {
            let mut positions = Vec::with_capacity(self.forms.len());
            for doc in self.docs() {
                positions.extend(0..doc.len() as u32);
            }
            self.position = (self.forms.len() - self.doc_start()) as u32;
            positions.extend(0..self.position);
            self.positions = Some(positions);
        }
        self.position += POSITION_GAP;
    }

    pub fn end_doc(&mut self) {
        self.ends.push(self.forms.len() as u32);
        self.position = 0;
    }

    /// All forms of the documents so far are analyzed.
    ///
    /// # Errors
    /// [`Error::Limit`] where they hold too many terms; then the log is not to be used any more.
    pub fn end_batch(&mut self, analyzed: &Analyzed) -> Result<()> {
        if analyzed.has_several {
            let forms = self.forms[self.counted..].iter().filter(|&&form| form != NONE);
            let extra = forms.map(|&form| analyzed.terms_of(form).len().saturating_sub(1));
            self.extra += extra.sum::<usize>();
        }
        self.counted = self.forms.len();
        if self.counted + self.extra + self.ends.len() > u32::MAX as usize {
            return Err(Error::Limit(
                "a field of a segment is limited to 4,294,967,295 terms and documents".into(),
            ));
        }
        Ok(())
    }

    /// Where the document starts that is being taken.
    fn doc_start(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// The places of each document.
    fn docs(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start as usize..end as usize)
    }

    /// Calls `visit` with each document and the positions there of forms that have a mask above 0,
    /// rising, each with that mask. `masks`: by form.
    pub fn each_doc(&self, masks: &[Mask], mut visit: impl FnMut(u32, &[(u32, Mask)])) {
        let mut marked = Vec::new();
        for (number, doc) in self.docs().enumerate() {
            marked.resize(doc.len(), (0, 0));
            let mut count = 0;
            // Which form has a mask is hard to foresee: nothing is jumped over.
            for (place, &form) in self.forms[doc.clone()].iter().enumerate() {
                let mask = masks.get(form as usize).copied().unwrap_or(0); // none of `NONE`
                marked[count] = (place as u32, mask);
                count += usize::from(mask != 0);
            }
            let marked = &mut marked[..count];
            if let Some(positions) = &self.positions {
                let positions = &positions[doc];
                marked.iter_mut().for_each(|(place, _)| *place = positions[*place as usize]);
            }
            visit(number as u32, marked);
        }
    }

    /// A counting sort of the places by their term.
    pub fn sorted(&self, analyzed: &Analyzed) -> Sorted<'_> {
        let mut starts = vec![0; analyzed.terms.len() + 1];
        for (form, count) in analyzed.forms.counts().into_iter().enumerate() {
            for &term in analyzed.terms_of(form as u32) {
                starts[term as usize + 1] += count;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut places = vec![0; sum as usize];
        let mut lengths = Vec::with_capacity(self.ends.len());
        let docs = Docs::new(&self.ends);
        for (doc, &start) in self.docs().zip(&docs.starts) {
            let mut length = 0;
            for (place, &form) in (start..).zip(&self.forms[doc]) {
                let mut put = |term: u32| {
                    let at = &mut next[term as usize];
                    places[*at as usize] = place;
                    *at += 1;
                };
                match analyzed.only_term_of(form) {
                    NONE if form == NONE => {}
                    NONE => {
                        let terms = analyzed.terms_of(form);
                        terms.iter().for_each(|&term| put(term));
                        length += u32::from(!terms.is_empty());
                    }
                    term => {
                        put(term);
                        length += 1;
                    }
                }
            }
            lengths.push(length);
        }
        let positions = self.positions.as_ref().map(|positions| (&positions[..], &self.ends[..]));
        Sorted { positions, lengths, starts, places, docs }
    }
}

/// Grows by an eighth: a log is long, and memory bounded.
#[inline]
fn reserve(numbers: &mut Vec<u32>, more: usize) {
    if numbers.capacity() - numbers.len() < more {
        numbers.reserve_exact(more.max(numbers.len() / 8));
    }
}

/// A log sorted by term.
pub struct Sorted<'a> {
    /// The position of each place of the log, and where each document ends there.
    positions: Option<(&'a [u32], &'a [u32])>,
    /// How many positions of each document hold a term: terms at one position count once.
    pub lengths: Vec<u32>,
    starts: Vec<u32>,
    /// Those of term `t` are `places[starts[t]..starts[t + 1]]`, rising, as [`Docs`] numbers them.
    places: Vec<u32>,
    docs: Docs,
}

impl Sorted<'_> {
    /// Where `term` stands: each document, rising, and each position there.
    #[inline]
    pub fn places_of(&self, term: u32) -> impl Iterator<Item = (u32, u32)> {
        let term = term as usize;
        let places = &self.places[self.starts[term] as usize..self.starts[term + 1] as usize];
        places.iter().map(|&place| {
            let (doc, in_doc) = self.docs.of(place);
            let position = match self.positions {
                Some((positions, ends)) => {
                    let start = if doc == 0 { 0 } else { ends[doc as usize - 1] };
                    positions[(start + in_doc) as usize]
                }
                None => in_doc,
            };
            (doc, position)
        })
    }
}

/// Which document does a place belong to? So that this takes hardly a look, places are numbered anew:
/// each document begins with a stretch of its own, and stretches are so long that few documents have
/// a second one. What no document fills stays free.
struct Docs {
    /// The first place of each document.
    starts: Vec<u32>,
    /// The document of each stretch of `1 << shift` places; none where each document has just one.
    of_stretch: Vec<u32>,
    shift: u32,
}

impl Docs {
    /// The longest stretches with which 32 bits are enough for `docs` documents of `total` places: of
    /// each document less than a stretch stays free.
    fn shift(total: usize, docs: usize) -> u32 {
        let free = (u32::MAX as usize).saturating_sub(total);
        free.checked_div(docs).and_then(usize::checked_ilog2).unwrap_or(0)
    }

    fn heap_bytes(total: usize, docs: usize) -> usize {
        (2 * docs + (total >> Self::shift(total, docs))) * 4
    }

    fn new(ends: &[u32]) -> Self {
        let total = ends.last().copied().unwrap_or(0) as usize;
        Self::with_stretches(ends, Self::shift(total, ends.len()))
    }

    fn with_stretches(ends: &[u32], shift: u32) -> Self {
        let mut starts = Vec::with_capacity(ends.len());
        let mut of_stretch = Vec::with_capacity(ends.len());
        let mut before = 0;
        for (doc, &end) in ends.iter().enumerate() {
            starts.push((of_stretch.len() as u32) << shift);
            let stretches = (end - before).div_ceil(1 << shift).max(1) as usize;
            of_stretch.resize(of_stretch.len() + stretches, doc as u32);
            before = end;
        }
        if of_stretch.len() == ends.len() {
            of_stretch = Vec::new();
        }
        Docs { starts, of_stretch, shift }
    }

    /// The document of a place, and which of the document's places it is.
    #[inline]
    fn of(&self, place: u32) -> (u32, u32) {
        let stretch = place >> self.shift;
        match self.of_stretch.get(stretch as usize) {
            Some(&doc) => (doc, place - self.starts[doc as usize]),
            None => (stretch, place - (stretch << self.shift)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_in_its_document(
            lengths in prop::collection::vec(0u32..40, 1..30),
            shift in 0u32..8,
        ) {
            let mut end = 0;
            let ends: Vec<u32> = lengths.iter().map(|length| { end += length; end }).collect();
            for docs in [Docs::with_stretches(&ends, shift), Docs::new(&ends)] {
                for (doc, (&start, &length)) in docs.starts.iter().zip(&lengths).enumerate() {
                    for place in 0..length {
                        prop_assert_eq!(docs.of(start + place), (doc as u32, place));
                    }
                }
            }
        }

        #[test]
        fn stretches_leave_no_place_beyond_32_bits(
            // What a log may hold.
            (total, docs) in (1u64..1 << 31).prop_flat_map(|docs| (0..(1 << 32) - docs, Just(docs))),
        ) {
            let shift = Docs::shift(total as usize, docs as usize);
            // Of each document less than a stretch stays free.
            prop_assert!(total + (docs << shift) < 1 << 32);
        }
    }
}
