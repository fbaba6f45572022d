//! What stands beside a token? The stream of a text's positions, for the filters that need it.
//!
//! A position holds the terms that the filters so far made of one token; none, where they removed
//! it. What needs neighbours is written on the stream: shingles when documents are indexed and when
//! queries are read, synonyms of several words in queries alone ([`readings`](super::readings)).

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::filters::Term;
use super::{Analyzer, MAX_TOKEN_BYTES, Terms};
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
    /// The tokens of a text as [`Placed`].
    pub fn placed<'t>(&self, text: &'t str) -> Result<Placed<'t>> {
        let Some(shingles) = self.shingles() else {
            let (forms, places) = self.forms(text)?;
            let kinds = forms.iter().copied().zip(self.terms_of(&forms)?).collect();
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

/// Positions as keys: for an analyzer with shingles, what it makes of a text is written as one key
/// a position, which an index numbers and asks [`Analyzer::terms_of`] about as if it were a form.
#[derive(Default)]
pub struct Keys {
    /// What the filters before the shingles made of each form.
    of_forms: HashMap<String, Vec<Term<'static>>>,
}

impl Keys {
    /// Calls `visit` with the key of each position, in order; `None` stands for a token that is too
    /// long.
    pub fn each(
        &mut self,
        analyzer: &Analyzer,
        text: &str,
        mut visit: impl FnMut(Option<&str>),
    ) -> Result<()> {
        let Some(shingles) = analyzer.shingles() else {
            return Ok(());
        };
        let (forms, places) = analyzer.forms(text)?;
        let new: Vec<&str> =
            forms.iter().copied().filter(|form| !self.of_forms.contains_key(*form)).collect();
        let mut terms: Vec<_> = new.iter().map(|form| vec![Term::new(*form)]).collect();
        analyzer.apply(0..shingles.step, &mut terms)?;
        for (form, terms) in new.into_iter().zip(terms) {
            let owned =
                |term: Term<'_>| Term { text: Cow::Owned(term.text.into_owned()), keep: term.keep };
            self.of_forms.insert(form.to_string(), terms.into_iter().map(owned).collect());
        }
        let is_long = |start, end| end - start > MAX_TOKEN_BYTES;
        let cell = |&(start, end, form): &(usize, usize, usize)| {
            let known = self.of_forms.get(forms[form]).filter(|_| !is_long(start, end));
            Cell { start, end, terms: known.cloned().unwrap_or_default() }
        };
        let cells: Vec<Cell<'_>> = places.iter().map(cell).collect();
        let mut key = String::new();
        for (cell, found) in cells.iter().zip(shingles.of.over(&cells)) {
            if is_long(cell.start, cell.end) {
                visit(None);
                continue;
            }
            key.clear();
            // Only a token that is kept alone has a form that a prefix may be the beginning of.
            let form = if shingles.of.unigrams { &text[cell.start..cell.end] } else { "" };
            put(&mut key, &Term::new(form));
            for term in found.iter().flat_map(|(_, terms)| terms) {
                put(&mut key, term);
            }
            visit(Some(&key));
        }
        Ok(())
    }

    pub fn heap_bytes(&self) -> usize {
        // A form, its terms and the entry of the table: about so much in practice.
        self.of_forms.len() * 128
    }
}

/// The form in a key; empty where the key says none.
pub fn form_of(key: &str) -> &str {
    items(key).next().map_or("", |(form, _)| form)
}

/// The terms in a key.
pub(super) fn terms_of(key: &str) -> Vec<Term<'_>> {
    let term = |(text, keep): (_, bool)| Term { keep, ..Term::new(text) };
    items(key).skip(1).map(term).collect()
}

/// Lengths stand before texts, so that any text may stand in a key: `4:wind!9:wind farm`.
fn put(key: &mut String, term: &Term<'_>) {
    key.push_str(&term.text.len().to_string());
    key.push(if term.keep { '!' } else { ':' });
    key.push_str(&term.text);
}

fn items(key: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let mark = rest.find([':', '!'])?;
        let length: usize = rest[..mark].parse().ok()?;
        let keep = rest.as_bytes()[mark] == b'!';
        let text = rest.get(mark + 1..mark + 1 + length)?;
        rest = &rest[mark + 1 + length..];
        Some((text, keep))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_gives_back_any_texts(texts in prop::collection::vec((".{0,9}", any::<bool>()), 1..5)) {
            let terms: Vec<_> =
                texts.iter().map(|(text, keep)| Term { keep: *keep, ..Term::new(text.as_str()) }).collect();
            let mut key = String::new();
            terms.iter().for_each(|term| put(&mut key, term));
            prop_assert_eq!(form_of(&key), &texts[0].0);
            prop_assert_eq!(terms_of(&key), &terms[1..]);
        }
    }
}
