//! Which neighbours make one term? Shingles: runs of words as terms of their own.
//!
//! A shingle stands at the position of its first word. A word that was removed is written as `_`,
//! and no shingle begins or ends with one. Where a position has several terms, each makes shingles.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::MAX_TOKEN_BYTES;
use super::filters::Term;
use super::filters::parameters::Parameters;
use super::stream::Cell;
use crate::error::Result;

/// Words that a shingle may have.
const MAX_SIZE: usize = 8;
/// Shingles of one size at one position: more alternatives are left out.
const MAX_ALTERNATIVES: usize = 64;
/// What stands in a shingle for a word that was removed.
const FILLER: &str = "_";

pub struct Shingles {
    min: usize,
    max: usize,
    separator: String,
    /// Whether the words stand alone too.
    pub unigrams: bool,
    /// For queries: of what begins at a position only the longest, and nothing that an earlier one
    /// covers.
    longest: bool,
}

impl Shingles {
    /// Reads `{"min": n, "max": n, "separator": text, "unigrams": truth, "longest": truth}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let known = ["min", "max", "separator", "unigrams", "longest"];
        let parameters = Parameters::read(json, "shingles", &known)?;
        let (min, max) = parameters.bounds(MAX_SIZE)?;
        if min < 2 {
            return Err(parameters.error("needs \"min\": a whole number from 2"));
        }
        Ok(Shingles {
            min,
            max,
            separator: parameters.text("separator")?.to_string(),
            unigrams: parameters.flag("unigrams")?,
            longest: parameters.flag("longest")?,
        })
    }

    /// What begins at each position of the stream: how many positions it covers, and its terms.
    pub(super) fn over<'t>(&self, cells: &[Cell<'t>]) -> Vec<Vec<(usize, Vec<Term<'t>>)>> {
        let mut covered = 0;
        let at = |position: usize| {
            let mut found = self.at(cells, position);
            if self.longest {
                found.drain(..found.len().saturating_sub(1));
                found.retain(|(size, _)| position + size > covered);
                covered = found.iter().fold(covered, |most, (size, _)| most.max(position + size));
            }
            found
        };
        (0..cells.len()).map(at).collect()
    }

    fn at<'t>(&self, cells: &[Cell<'t>], position: usize) -> Vec<(usize, Vec<Term<'t>>)> {
        let mut found = Vec::new();
        if cells[position].terms.is_empty() {
            return found;
        }
        if self.unigrams {
            found.push((1, cells[position].terms.clone()));
        }
        for size in self.min..=self.max.min(cells.len() - position) {
            let ends_with_word = !cells[position + size - 1].terms.is_empty();
            if self.longest && self.unigrams && !ends_with_word {
                // Any word may stand where a phrase has a hole, so no shingle says it all.
                break;
            }
            if ends_with_word {
                found.push((size, self.joined(&cells[position..position + size])));
            }
        }
        found
    }

    fn joined<'t>(&self, cells: &[Cell<'t>]) -> Vec<Term<'t>> {
        let mut texts = vec![String::new()];
        for (place, cell) in cells.iter().enumerate() {
            let filler = [Term::new(FILLER)];
            let terms = if cell.terms.is_empty() { &filler[..] } else { &cell.terms };
            let before = std::mem::take(&mut texts);
            let pairs = before.iter().flat_map(|text| terms.iter().map(move |term| (text, term)));
            for (text, term) in pairs.take(MAX_ALTERNATIVES) {
                if text.len() + self.separator.len() + term.text.len() <= MAX_TOKEN_BYTES {
                    let separator = if place == 0 { "" } else { self.separator.as_str() };
                    texts.push([text, separator, &term.text].concat());
                }
            }
        }
        texts.into_iter().map(|text| Term::new(Cow::Owned(text))).collect()
    }
}
