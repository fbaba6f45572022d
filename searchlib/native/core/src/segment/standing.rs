//! Which of some words stand at each position of a document? Read from their lists, for whoever
//! writes or checks pairs ([`super::pairs`]).

use crate::error::Result;
use crate::segment::Field;
use crate::segment::cursor::Cursor;
use crate::segment::pairs::{Mask, PairsWriter};

/// Positions that are put in order together.
const SPAN: usize = 4096;

/// Adds documents of a segment to the pairs of a field. `docs`: the number of each, rising, and the
/// number it is to have.
pub fn add_pairs(
    pairs: &mut PairsWriter<'_>,
    field: &Field,
    doc_count: u32,
    docs: impl Iterator<Item = (u32, u32)>,
) -> Result<()> {
    let mut standing = Standing::new(field, pairs.words(), doc_count)?;
    let mut places = Vec::new();
    for (doc, new) in docs {
        standing.places(doc, &mut places)?;
        pairs.add(new, &places);
    }
    Ok(())
}

/// Walks through the documents of a segment.
struct Standing<'a> {
    words: Vec<Walked<'a>>,
    /// The words at each position of a span.
    masks: Box<[Mask; SPAN]>,
}

struct Walked<'a> {
    bit: Mask,
    cursor: Cursor<'a>,
    /// Its positions in the current document, and how many of them were passed.
    positions: Vec<u32>,
    passed: usize,
}

impl<'a> Standing<'a> {
    /// `terms`: at most 32, in the order of their bits.
    fn new(field: &'a Field, terms: &[Vec<u8>], doc_count: u32) -> Result<Self> {
        let mut words = Vec::new();
        for (place, term) in terms.iter().enumerate() {
            let list = field.list(term)?;
            let cursor = list.map_or(Ok(None), |list| field.cursor(list, doc_count))?;
            if let Some(mut cursor) = cursor {
                cursor.seek(0)?;
                words.push(Walked { bit: 1 << place, cursor, positions: Vec::new(), passed: 0 });
            }
        }
        Ok(Standing { words, masks: Box::new([0; SPAN]) })
    }

    /// Puts the positions of `doc` at which a word stands into `out`, rising, with all that do.
    /// Documents rise from call to call.
    fn places(&mut self, doc: u32, out: &mut Vec<(u32, Mask)>) -> Result<()> {
        out.clear();
        for word in &mut self.words {
            word.enter(doc)?;
        }
        // Span by span, each from the first position on that is left: no memory hangs on them.
        while let Some(start) = self.words.iter().filter_map(Walked::next).min() {
            let mut count = 0;
            for word in &mut self.words {
                for &position in &word.positions[word.passed..] {
                    let place = position.wrapping_sub(start) as usize;
                    let Some(mask) = self.masks.get_mut(place) else { break };
                    *mask |= word.bit;
                    count = count.max(place + 1);
                    word.passed += 1;
                }
            }
            let mut kept = out.len();
            out.resize(kept + count, (0, 0));
            // Where a word stands is hard to foresee: nothing is jumped over.
            for (place, mask) in self.masks[..count].iter_mut().enumerate() {
                out[kept] = (start.wrapping_add(place as u32), *mask);
                kept += usize::from(*mask != 0);
                *mask = 0;
            }
            out.truncate(kept);
        }
        Ok(())
    }
}

impl Walked<'_> {
    fn enter(&mut self, doc: u32) -> Result<()> {
        self.positions.clear();
        self.passed = 0;
        while self.cursor.doc() < doc {
            self.cursor.skip(1)?;
        }
        if self.cursor.doc() == doc {
            self.cursor.positions(&mut self.positions)?;
        }
        Ok(())
    }

    #[inline]
    fn next(&self) -> Option<u32> {
        self.positions.get(self.passed).copied()
    }
}
