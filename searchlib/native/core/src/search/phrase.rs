//! Which documents hold several terms at their places, and how often?

use crate::error::Result;
use crate::phrase::occurrences;
use crate::search::kernels::classes_below;
use crate::search::part::{Bounds, Limits};
use crate::search::window::Window;
use crate::segment::cursor::Cursor;
use crate::segment::postings::END;

/// One place of a phrase: the lists of the terms that may stand there.
pub struct Place<'a> {
    /// Counted from the phrase's first place.
    pub offset: u32,
    /// At least one.
    pub cursors: Vec<Cursor<'a>>,
}

/// Several places, that with the fewest documents first.
pub struct Phrase<'a> {
    places: Vec<Place<'a>>,
    slop: u32,
    /// By class, as if each term were the phrase, which stands no more often than any of them.
    bounds: Option<Bounds>,
    limits: Limits,
    leading: Vec<u32>,
    positions: Vec<Vec<u32>>,
    scratch: Vec<u32>,
}

impl Place<'_> {
    fn cost(&self) -> u64 {
        self.cursors.iter().map(|cursor| u64::from(cursor.list().doc_freq())).sum()
    }

    /// The first document at or after `target`.
    fn seek(&mut self, target: u32) -> Result<u32> {
        let mut doc = END;
        for cursor in &mut self.cursors {
            doc = doc.min(cursor.seek(target)?);
        }
        Ok(doc)
    }

    /// The greatest score that the place allows in any document; infinite where it is unknown.
    fn most(&self, bounds: &[f32; 256]) -> f32 {
        let most = |cursor: &Cursor<'_>| cursor.list().peaks().map(|peaks| peaks.most(bounds));
        self.cursors.iter().map(|cursor| most(cursor).unwrap_or(f32::INFINITY)).sum()
    }

    /// The same in `doc`, where at least one cursor stands.
    fn most_in(&self, doc: u32, bounds: &[f32; 256]) -> f32 {
        let here = self.cursors.iter().filter(|cursor| cursor.doc() == doc);
        let most = |cursor: &Cursor<'_>| cursor.class().map(|class| bounds[usize::from(class)]);
        here.map(|cursor| most(cursor).unwrap_or(f32::INFINITY)).sum()
    }

    /// The positions of all alternatives in `doc`, where at least one cursor stands.
    fn positions(&mut self, doc: u32, scratch: &mut Vec<u32>, out: &mut Vec<u32>) -> Result<()> {
        out.clear();
        for cursor in &mut self.cursors {
            if cursor.doc() == doc {
                cursor.positions(scratch)?;
                out.extend_from_slice(scratch);
            }
        }
        if self.cursors.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
        Ok(())
    }
}

impl<'a> Phrase<'a> {
    pub fn new(mut places: Vec<Place<'a>>, slop: u32, bounds: Option<Bounds>) -> Self {
        // The rarest leads: it rules out most documents.
        places.sort_by_key(Place::cost);
        let positions = vec![Vec::new(); places.len()];
        let (limits, leading, scratch) = (Limits::default(), Vec::new(), Vec::new());
        Phrase { places, slop, bounds, limits, leading, positions, scratch }
    }

    /// About how many documents match; never less.
    pub fn cost(&self) -> u64 {
        self.places.first().map_or(0, Place::cost)
    }

    /// No score is more; infinite where that is unknown.
    pub fn most(&self) -> f32 {
        let Some(bounds) = &self.bounds else {
            return f32::INFINITY;
        };
        self.places.iter().map(|place| place.most(bounds)).fold(f32::INFINITY, f32::min)
    }

    /// Moves to the first document at or after `target` that holds all places.
    pub fn align(&mut self, target: u32) -> Result<u32> {
        let mut doc = target;
        'document: loop {
            for i in 0..self.places.len() {
                let found = self.places[i].seek(doc)?;
                if found == END {
                    return Ok(END);
                }
                if found > doc {
                    doc = found;
                    if i > 0 {
                        continue 'document;
                    }
                }
            }
            return Ok(doc);
        }
    }

    /// Moves to `doc`; whether it holds all places.
    pub fn stands_on(&mut self, doc: u32) -> Result<bool> {
        for place in &mut self.places {
            if place.seek(doc)? != doc {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `visit` with each document of the window that holds the phrase and how often; those
    /// whose places allow no score of `floor` may be left out.
    pub fn each(
        &mut self,
        window: Window,
        floor: f32,
        mut visit: impl FnMut(u32, u32),
    ) -> Result<()> {
        let mut doc = window.start;
        let mut leading = std::mem::take(&mut self.leading);
        let by_class = self.leading(window, floor, &mut leading)?;
        let mut leading_docs = leading.iter().copied();
        loop {
            if by_class {
                match leading_docs.next() {
                    None => break,
                    Some(next) => doc = next,
                }
                if !self.stands_on(doc)? {
                    continue;
                }
            } else {
                doc = self.align(doc)?;
                if doc >= window.end {
                    break;
                }
            }
            if self.most_on(doc) >= floor {
                let frequency = self.frequency()?;
                if frequency > 0 {
                    visit(doc, frequency);
                }
            }
            doc += 1;
        }
        self.leading = leading;
        Ok(())
    }

    /// Where the rarest place is one list with classes and there is a floor: the documents of the
    /// window whose classes there allow a score of `floor`. Returns whether that was so.
    fn leading(&mut self, window: Window, floor: f32, out: &mut Vec<u32>) -> Result<bool> {
        out.clear();
        let Some(Place { cursors, .. }) = self.places.first_mut() else {
            return Ok(false);
        };
        match (&mut cursors[..], &self.bounds) {
            ([cursor], Some(bounds)) if floor > 0.0 && cursor.list().peaks().is_some() => {
                let limits = self.limits.of(bounds, floor);
                let below = |classes: &[u8]| classes_below(classes, limits);
                cursor.passing(window.start, window.end, &below, |doc, _| out.push(doc))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The greatest score that the places allow in `doc`, which holds them all.
    fn most_on(&self, doc: u32) -> f32 {
        let Some(bounds) = &self.bounds else {
            return f32::INFINITY;
        };
        self.places.iter().map(|place| place.most_in(doc, bounds)).fold(f32::INFINITY, f32::min)
    }

    /// How often the terms stand at their places in the document that all places stand on.
    pub fn frequency(&mut self) -> Result<u32> {
        let on = |place: &Place<'_>| place.cursors.iter().map(Cursor::doc).min();
        let doc = self.places.iter().filter_map(on).max().unwrap_or(END);
        for (place, positions) in self.places.iter_mut().zip(&mut self.positions) {
            place.positions(doc, &mut self.scratch, positions)?;
        }
        let offsets = self.places.iter().map(|place| place.offset);
        let lists: Vec<_> = self.positions.iter().map(Vec::as_slice).zip(offsets).collect();
        let mut count = 0;
        occurrences(&lists, self.slop, |_| count += 1);
        Ok(count)
    }
}
