//! What does an index number in the place of forms, where a form alone does not say its terms?
//!
//! With shingles the terms of a position hang on its neighbours, and where a document chooses among
//! analyzers they hang on the choice. There a *key* stands for a form: it says which analyzer made
//! it and what is to be known, so that the terms of equal keys are equal and are made once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::filters::Term;
use super::stream::Cell;
use super::{Analyzer, MAX_TOKEN_BYTES, Terms};
use crate::error::Result;

/// Analyzers that a field may choose among: the number of one is a character before a key.
pub const MAX_CHOICES: usize = 1_000;

/// Makes and reads the keys of one field.
pub struct Keys {
    analyzers: Vec<Arc<Analyzer>>,
    /// For each analyzer with shingles, what the filters before them made of each form.
    of_forms: Vec<HashMap<String, Vec<Term<'static>>>>,
}

impl Keys {
    /// `None` where forms say it all: one analyzer, without shingles.
    pub fn new(analyzer: &Arc<Analyzer>, others: &[Arc<Analyzer>]) -> Option<Self> {
        if others.is_empty() && !analyzer.has_shingles() {
            return None;
        }
        let analyzers: Vec<_> = std::iter::once(analyzer).chain(others).map(Arc::clone).collect();
        Some(Keys { of_forms: vec![HashMap::new(); analyzers.len()], analyzers })
    }

    /// Calls `visit` with the key of each position of a text in this analyzer, in order; `None`
    /// stands for a token that is too long.
    pub fn each(
        &mut self,
        choice: usize,
        text: &str,
        mut visit: impl FnMut(Option<&str>),
    ) -> Result<()> {
        let mut key = String::new();
        let prefix = if self.analyzers.len() > 1 { char::from_u32(choice as u32) } else { None };
        let analyzer = Arc::clone(&self.analyzers[choice]);
        let is_long = |start, end| end - start > MAX_TOKEN_BYTES;
        let Some(shingles) = analyzer.shingles() else {
            return analyzer.tokenize(text, |start, end| {
                key.clear();
                key.extend(prefix);
                key.push_str(&text[start..end]);
                visit(Some(key.as_str()).filter(|_| !is_long(start, end)));
            });
        };
        let cells = self.cells(choice, text, shingles.step)?;
        for (cell, found) in cells.iter().zip(shingles.of.over(&cells)) {
            if is_long(cell.start, cell.end) {
                visit(None);
                continue;
            }
            key.clear();
            key.extend(prefix);
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

    /// The positions of a text as the filters before the shingles make them, each form asked once.
    fn cells(&mut self, choice: usize, text: &str, shingles: usize) -> Result<Vec<Cell<'static>>> {
        let (analyzer, of_forms) = (&self.analyzers[choice], &mut self.of_forms[choice]);
        let (forms, places) = analyzer.forms(text)?;
        let new = forms.iter().copied().filter(|form| !of_forms.contains_key(*form));
        let new: Vec<&str> = new.collect();
        let mut terms: Vec<_> = new.iter().map(|form| vec![Term::new(*form)]).collect();
        analyzer.apply(0..shingles, &mut terms)?;
        let owned = |term: Term<'_>| {
            let text = Cow::Owned(term.text.into_owned());
            Term { text, keep: term.keep }
        };
        for (form, terms) in new.into_iter().zip(terms) {
            of_forms.insert(form.to_string(), terms.into_iter().map(owned).collect());
        }
        let cell = |(start, end, form): (usize, usize, usize)| {
            let known = of_forms.get(forms[form]).filter(|_| end - start <= MAX_TOKEN_BYTES);
            Cell { start, end, terms: known.cloned().unwrap_or_default() }
        };
        Ok(places.into_iter().map(cell).collect())
    }

    /// The terms of keys. Filters from outside are called once for all of one analyzer.
    pub fn terms_of<'a>(&self, keys: &[&'a str]) -> Result<Vec<Terms<'a>>> {
        let mut terms = vec![Terms::new(); keys.len()];
        for (number, analyzer) in self.analyzers.iter().enumerate() {
            let mut places = Vec::new();
            let mut made: Vec<Vec<Term<'a>>> = Vec::new();
            let shingles = analyzer.shingles().map(|at| at.step + 1);
            for (place, key) in keys.iter().enumerate() {
                let (choice, rest) = self.parted(key);
                if choice == number {
                    places.push(place);
                    made.push(match shingles {
                        Some(_) => items(rest).skip(1).collect(),
                        None => vec![Term::new(rest)],
                    });
                }
            }
            analyzer.apply(shingles.unwrap_or(0)..analyzer.steps.len(), &mut made)?;
            for (place, made) in places.into_iter().zip(made) {
                terms[place] = super::distinct(made);
            }
        }
        Ok(terms)
    }

    /// Whether answers of filters from outside are worth keeping: a key with neighbours in it is not.
    pub fn have_answers(&self) -> bool {
        self.analyzers.iter().any(|each| each.has_foreign_filter())
            && !self.analyzers.iter().any(|each| each.has_shingles())
    }

    /// The analyzer that made a key, and the form that it says; empty where it says none.
    pub fn form_of<'k>(&self, key: &'k str) -> (&Analyzer, &'k str) {
        let (choice, rest) = self.parted(key);
        let analyzer = &self.analyzers[choice];
        if !analyzer.has_shingles() {
            return (analyzer, rest);
        }
        let form = items(rest).next().map(|term| term.text);
        (analyzer, if let Some(Cow::Borrowed(form)) = form { form } else { "" })
    }

    pub fn heap_bytes(&self) -> usize {
        // A form, its terms and the entry of the table: about so much in practice.
        self.of_forms.iter().map(|forms| forms.len() * 128).sum()
    }

    fn parted<'k>(&self, key: &'k str) -> (usize, &'k str) {
        let mut chars = key.chars();
        match chars.next().filter(|_| self.analyzers.len() > 1) {
            Some(choice) => (choice as usize, chars.as_str()),
            None => (0, key),
        }
    }
}

/// Lengths stand before texts, so that any text may stand in a key: `4:wind!9:wind farm`, where `!`
/// marks a keyword.
fn put(key: &mut String, term: &Term<'_>) {
    key.push_str(&term.text.len().to_string());
    key.push(if term.keep { '!' } else { ':' });
    key.push_str(&term.text);
}

fn items(key: &str) -> impl Iterator<Item = Term<'_>> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let mark = rest.find([':', '!'])?;
        let length: usize = rest[..mark].parse().ok()?;
        let keep = rest.as_bytes()[mark] == b'!';
        let text = rest.get(mark + 1..mark + 1 + length)?;
        rest = &rest[mark + 1 + length..];
        Some(Term { keep, ..Term::new(text) })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_gives_back_any_texts(
            texts in prop::collection::vec((".{0,9}", any::<bool>()), 1..5),
        ) {
            let term = |(text, keep): &(String, bool)| {
                Term { text: Cow::Owned(text.clone()), keep: *keep }
            };
            let terms: Vec<_> = texts.iter().map(term).collect();
            let mut key = String::new();
            terms.iter().for_each(|term| put(&mut key, term));
            prop_assert_eq!(items(&key).collect::<Vec<_>>(), terms);
        }
    }
}
