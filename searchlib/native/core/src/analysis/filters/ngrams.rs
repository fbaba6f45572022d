//! Which runs of characters does a word hold? For search within words and while typing.
//!
//! A character here is a grapheme cluster, what a reader sees as one: no gram splits one.

use serde_json::Value as Json;
use unicode_segmentation::UnicodeSegmentation;

use super::parameters::Parameters;
use super::{MAX_TERMS_OF_TOKEN, Term};
use crate::error::Result;

/// Characters of a gram. With it a word of n characters makes at most 32 n grams.
pub const MAX_GRAM: usize = 32;

/// Characters of a beginning: enough for a title.
pub const MAX_EDGE_GRAM: usize = 256;

/// Replaces a word by all its runs of `min` to `max` characters. A shorter word stays whole.
pub struct Ngrams {
    min: usize,
    max: usize,
}

impl Ngrams {
    /// Reads `{"min": n, "max": n}`, up to [`MAX_GRAM`].
    pub fn from_json(json: &Json) -> Result<Self> {
        let (min, max) = Parameters::read(json, "ngrams", &["min", "max"])?.bounds(MAX_GRAM)?;
        Ok(Ngrams { min, max })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        replace_by_grams(terms, |whole, borders, grams| {
            for start in 0..borders.len() - 1 {
                for len in self.min..=self.max {
                    let Some(&end) = borders.get(start + len) else { break };
                    if grams.len() == MAX_TERMS_OF_TOKEN {
                        return;
                    }
                    grams.push(whole.part(borders[start]..end));
                }
            }
        });
    }
}

/// Replaces a word by its beginnings of `min` to `max` characters. A shorter word stays whole.
pub struct EdgeNgrams {
    min: usize,
    max: usize,
}

impl EdgeNgrams {
    /// Reads `{"min": n, "max": n}`, up to [`MAX_EDGE_GRAM`].
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "edge_ngrams", &["min", "max"])?;
        let (min, max) = parameters.bounds(MAX_EDGE_GRAM)?;
        Ok(EdgeNgrams { min, max })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        replace_by_grams(terms, |whole, borders, grams| {
            let ends = borders.iter().skip(self.min).take(self.max - self.min + 1);
            grams.extend(ends.map(|&end| whole.part(0..end)));
        });
    }
}

/// Asks `grams_of` about each word and the borders of its clusters, first and last with them.
fn replace_by_grams<'a>(
    terms: &mut Vec<Term<'a>>,
    grams_of: impl Fn(&Term<'a>, &[usize], &mut Vec<Term<'a>>),
) {
    let mut grams = Vec::new();
    let mut borders = Vec::new();
    for whole in terms.drain(..) {
        borders.clear();
        borders.extend(whole.text.grapheme_indices(true).map(|(start, _)| start));
        borders.push(whole.text.len());
        let first = grams.len();
        grams_of(&whole, &borders, &mut grams);
        grams[first..].iter_mut().for_each(|gram| gram.keep = whole.keep);
        if grams.len() == first && first < MAX_TERMS_OF_TOKEN {
            grams.push(whole);
        }
    }
    *terms = grams;
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, filter, refused};
    use super::*;

    #[test]
    fn grams() {
        let json = r#"{"name": "ngrams", "min": 2, "max": 3}"#;
        check(json, "wind", &["wi", "win", "in", "ind", "nd"]);
        check(json, "aaa", &["aa", "aaa"]);
        check(json, "a", &["a"]);
        check(json, "हिन्दी", &["हिन्दी"]);
        check(json, "e\u{301}té", &["e\u{301}t", "e\u{301}té", "té"]);
        let json = r#"{"name": "edge_ngrams", "min": 1, "max": 3}"#;
        check(json, "wind", &["w", "wi", "win"]);
        check(json, "👩‍👩‍👧a", &["👩‍👩‍👧", "👩‍👩‍👧a"]);
        check(r#"{"name": "edge_ngrams", "min": 3, "max": 9}"#, "ab", &["ab"]);
    }

    #[test]
    fn grams_of_a_huge_word_are_bounded() {
        let huge: String =
            (0..60_000u32).filter_map(|i| char::from_u32(0x4e00 + i % 20_000)).collect();
        let mut terms = vec![Term::new(huge.as_str())];
        filter(r#"{"name": "ngrams", "min": 1, "max": 32}"#).apply(&mut terms);
        assert!(terms.len() <= MAX_TERMS_OF_TOKEN);
    }

    #[test]
    fn sizes_that_make_no_sense_are_refused() {
        refused(r#"{"name": "ngrams", "min": 0, "max": 3}"#, "a whole number from 1, got 0");
        refused(r#"{"name": "ngrams", "min": 3, "max": 2}"#, "got 3 and 2");
        refused(r#"{"name": "ngrams", "min": 3, "max": 99}"#, "up to 32, got 99");
        refused(r#"{"name": "edge_ngrams", "min": 3}"#, "needs \"max\"");
    }
}
