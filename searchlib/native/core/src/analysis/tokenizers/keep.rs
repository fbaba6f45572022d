//! Where does a text hold the words that a user wants kept whole: `C++`, `C#`, `.NET`, `W-2`?
//!
//! Letter case does not matter. A kept word is found only where UAX #29 has a border on both of
//! its sides: `W-2` is in `(W-2)` and in `W-2-form`, but not in `W-25`; `.NET` not in `ASP.NET`.
//! A possessive `'s` behind it belongs to it, as to any word.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_segmentation::UnicodeSegmentation;

use super::clusters::Borders;
use super::params::Params;
use crate::error::{Error, Result};

pub struct Keep {
    automaton: AhoCorasick,
}

impl Keep {
    /// `None` where no word is to be kept.
    pub fn from_params(params: &Params<'_>) -> Result<Option<Self>> {
        let words = params.texts("keep")?.unwrap_or_default();
        if words.iter().any(|word| word.is_empty() || word.contains(char::is_whitespace)) {
            return Err(params.wrong("keep", "a list of words, none empty or with white space"));
        }
        Keep::new(&words)
    }

    pub fn new(words: &[&str]) -> Result<Option<Self>> {
        if words.is_empty() {
            return Ok(None);
        }
        // The automaton ignores the case of ASCII letters; of others it is given both.
        let forms: BTreeSet<String> = words
            .iter()
            .flat_map(|word| [word.to_string(), word.to_lowercase(), word.to_uppercase()])
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(forms)
            .map_err(|error| Error::Input(format!("too many words to keep: {error}")))?;
        Ok(Some(Keep { automaton }))
    }

    /// The bytes of the kept words, rising, none overlapping: the leftmost, of those the longest.
    pub fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let found = self.automaton.find_overlapping_iter(text);
        let mut found: Vec<_> = found.map(|found| (found.start(), found.end())).collect();
        found.sort_unstable_by_key(|&(start, end)| (start, Reverse(end)));
        let mut places = Vec::new();
        let mut chunk = Chunk::default();
        let mut at = 0;
        for (start, end) in found {
            if start < at {
                continue;
            }
            if chunk.end < end {
                chunk = Chunk::around(text, start, end);
            }
            if !chunk.is_border(start) {
                continue;
            }
            let ends = [end + possessive_len(&text[end..]), end];
            if let Some(end) = ends.into_iter().find(|&end| chunk.is_border(end)) {
                places.push((start, end));
                at = end;
            }
        }
        places
    }
}

/// The length of an `'s` at the start of a text.
fn possessive_len(rest: &str) -> usize {
    rest.strip_prefix(['\'', '\u{2019}', '\u{ff07}'])
        .and_then(|rest| rest.strip_prefix(['s', 'S']))
        .map_or(0, |after| rest.len() - after.len())
}

/// What stands between ASCII white space, and the borders of its words.
#[derive(Default)]
struct Chunk {
    end: usize,
    /// Rising: borders of UAX #29 that cut no cluster.
    borders: Vec<usize>,
}

impl Chunk {
    fn around(text: &str, start: usize, end: usize) -> Self {
        let bytes = text.as_bytes();
        let before = bytes[..start].iter().rposition(u8::is_ascii_whitespace).unwrap_or(0);
        let behind = bytes[end..].iter().position(u8::is_ascii_whitespace);
        let end = behind.map_or(text.len(), |offset| end + offset);
        let chunk = &text[before..end];
        let mut clusters = Borders::new(chunk);
        let ends = chunk.split_word_bound_indices().map(|(at, piece)| at + piece.len());
        let borders = ends.filter(|&at| clusters.at_or_after(at) == at);
        Chunk {
            end,
            borders: std::iter::once(before).chain(borders.map(|at| before + at)).collect(),
        }
    }

    fn is_border(&self, at: usize) -> bool {
        self.borders.binary_search(&at).is_ok()
    }
}
