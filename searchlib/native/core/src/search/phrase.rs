//! Which documents hold several terms at their places, and how often?

use crate::error::Result;
use crate::phrase::occurrences;
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
    positions: Vec<Vec<u32>>,
    scratch: Vec<u32>,
}

impl Place<'_> {
    fn cost(&self) -> u64 {
        self.cursors.iter().map(|cursor| u64::from(cursor.doc_freq())).sum()
    }

    /// The first document at or after `target`; with `only`, going backwards too.
    fn seek(&mut self, target: u32, only: bool) -> Result<u32> {
        let mut doc = END;
        for cursor in &mut self.cursors {
            doc = doc.min(if only { cursor.jump(target)? } else { cursor.seek(target)? });
        }
        Ok(doc)
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
    pub fn new(mut places: Vec<Place<'a>>, slop: u32) -> Self {
        // The rarest leads: it rules out most documents.
        places.sort_by_key(Place::cost);
        let positions = vec![Vec::new(); places.len()];
        Phrase { places, slop, positions, scratch: Vec::new() }
    }

    /// About how many documents match; never less.
    pub fn cost(&self) -> u64 {
        self.places.first().map_or(0, Place::cost)
    }

    /// Moves to the first document at or after `target` that holds all places; with `only`, gives
    /// up when `target` itself does not.
    pub fn align(&mut self, target: u32, only: bool) -> Result<u32> {
        let mut doc = target;
        'document: loop {
            for i in 0..self.places.len() {
                let found = self.places[i].seek(doc, only)?;
                if found == doc {
                    continue;
                }
                if only || found == END {
                    return Ok(END);
                }
                doc = found;
                if i > 0 {
                    continue 'document;
                }
            }
            return Ok(doc);
        }
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
