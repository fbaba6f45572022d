//! What stands beside a token? The stream of a text's positions, for the filters that need it.
//!
//! A position holds the terms that the filters so far made of one token; none, where they removed
//! it. What needs neighbours is written on the stream: shingles when documents are indexed and when
//! queries are read, synonyms of several words in queries alone ([`readings`](super::readings)).

use std::ops::Range;

use super::filters::Term;
use super::{Analyzer, Known, MAX_TOKEN_BYTES, Terms, terms_of_new};
use crate::error::Result;

/// One position of a text: where its token stands, in bytes, and the terms that are left of it.
#[derive(Clone, Debug)]
pub struct Cell<'t> {
    pub start: usize,
    pub end: usize,
    pub terms: Vec<Term<'t>>,
}

/// What a text becomes: each distinct thing that stands in it, analyzed once, and the places.
pub struct Placed<'t> {
    /// What stood in the text, and what the filters made of it. The form of a shingle is empty where
    /// its words stand alone too: the beginning of a word is looked for in those.
    pub kinds: Vec<(&'t str, Terms<'t>)>,
    /// (position, start, end, kind): bytes of the text; positions rise.
    pub places: Vec<(u32, usize, usize, usize)>,
}

impl Analyzer {
    /// The tokens of a text as [`Placed`]; `known` is asked before filters are.
    pub fn placed<'t>(&self, text: &'t str, known: Option<&'t dyn Known>) -> Result<Placed<'t>> {
        let Some(shingles) = self.shingles() else {
            let (forms, places) = self.forms(text)?;
            let terms = match known {
                Some(known) => terms_of_new(&forms, known, |forms| self.terms_of(forms))?,
                None => self.terms_of(&forms)?,
            };
            let kinds = forms.into_iter().zip(terms).collect();
            let at = |(position, (start, end, kind))| (position as u32, start, end, kind);
            return Ok(Placed { kinds, places: places.into_iter().enumerate().map(at).collect() });
        };
        let cells = self.cells(text, 0..shingles.step)?;
        let mut placed = Placed { kinds: Vec::new(), places: Vec::new() };
        let mut made = Vec::new();
        for (position, found) in shingles.of.over(&cells).into_iter().enumerate() {
            for (size, terms) in found {
                let (start, end) = span(&cells[position..position + size]);
                placed.places.push((position as u32, start, end, placed.kinds.len()));
                let form = if size > 1 && shingles.of.unigrams { "" } else { &text[start..end] };
                placed.kinds.push((form, Terms::new()));
                made.push(terms);
            }
        }
        self.apply(shingles.step + 1..self.steps.len(), &mut made)?;
        for (kind, terms) in placed.kinds.iter_mut().zip(made) {
            kind.1 = super::distinct(terms);
        }
        Ok(placed)
    }

    /// The positions of a text as the steps of this range make them.
    pub(super) fn cells<'t>(&self, text: &'t str, steps: Range<usize>) -> Result<Vec<Cell<'t>>> {
        let (forms, places) = self.forms(text)?;
        let mut of_forms: Vec<_> = forms.iter().map(|form| vec![Term::new(*form)]).collect();
        self.apply(steps, &mut of_forms)?;
        let cell = |(start, end, form): (usize, usize, usize)| {
            let is_short = end - start <= MAX_TOKEN_BYTES;
            Cell { start, end, terms: if is_short { of_forms[form].clone() } else { Vec::new() } }
        };
        Ok(places.into_iter().map(cell).collect())
    }
}

/// The bytes of the text from the first of some cells to the last; there is at least one.
pub(super) fn span(cells: &[Cell<'_>]) -> (usize, usize) {
    let start = cells.iter().map(|cell| cell.start).min().unwrap_or(0);
    (start, cells.iter().map(|cell| cell.end).max().unwrap_or(start))
}
