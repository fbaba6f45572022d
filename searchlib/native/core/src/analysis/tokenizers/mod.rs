//! Where does each token of a text stand? The tokenizers by name, and what each is told.
//!
//! A [`Tokenizer`] gives byte ranges, rising by start. A range always begins and ends at a border
//! between grapheme clusters, so that no accent, vowel sign or emoji is cut. All of them take time
//! in proportion to the text, whatever it holds.

pub(crate) mod blocks;
mod clusters;
mod keep;
mod ngrams;
mod params;
mod paths;
mod regex;
mod segment;
mod stretch;
mod urls;
pub mod words;

use serde_json::Value as Json;

use crate::error::{Error, Result};
use clusters::clusters_where;
use ngrams::Ngrams;
use params::Params;
use paths::Paths;
use regex::Regex;
pub use segment::{Script, Segment};
use urls::Urls;
use words::Words;

/// The tokenizers that [`Tokenizer::from_json`] knows, each with its parameters.
pub const TOKENIZERS: &[(&str, &[&str])] = &[
    ("edge_ngrams", &["max", "min"]),
    ("letters", &[]),
    ("ngrams", &["max", "min"]),
    ("paths", &["delimiter"]),
    ("regex", &["gaps", "pattern"]),
    ("urls", &["keep", "segment"]),
    ("whitespace", &[]),
    ("whole", &[]),
    ("words", &["keep", "segment"]),
];

/// The first step of an analyzer: from a text to the places of its tokens.
pub enum Tokenizer {
    /// The word rules of UAX #29, and what they leave open (`words.rs`).
    Words(Words),
    /// As `Words`, with URLs, hosts with paths and e-mail addresses as one token.
    Urls(Urls),
    /// What stands between white space.
    Whitespace,
    /// Runs of letters, with their marks.
    Letters,
    /// What a pattern matches, or what stands between its matches.
    Regex(Regex),
    /// The text as one token.
    Whole,
    /// All stretches of some lengths.
    Ngrams(Ngrams),
    /// The beginnings of the text of some lengths.
    EdgeNgrams(Ngrams),
    /// A path and the paths above it.
    Paths(Paths),
}

impl Tokenizer {
    /// Reads `{"name": …, parameters}`; see [`TOKENIZERS`].
    ///
    /// # Errors
    /// [`Error::Input`] naming the name, parameter or value that is not known, and what is.
    ///
    /// ```
    /// use searchlib_core::analysis::tokenizers::Tokenizer;
    /// let json = serde_json::json!({"name": "words", "keep": ["C++"]});
    /// let text = "C++ or Rust?";
    /// let tokenizer = Tokenizer::from_json(&json).unwrap();
    /// let mut forms = Vec::new();
    /// tokenizer.tokenize(text, &mut |start, end| forms.push(&text[start..end]));
    /// assert_eq!(forms, ["C++", "or", "Rust"]);
    /// ```
    pub fn from_json(json: &Json) -> Result<Self> {
        let name = json["name"].as_str();
        let Some((name, known)) = TOKENIZERS.iter().find(|(each, _)| Some(*each) == name) else {
            let names: Vec<_> = TOKENIZERS.iter().map(|(name, _)| format!("{name:?}")).collect();
            let names = names.join(", ");
            return Err(Error::Input(match name {
                Some(name) => format!("unknown tokenizer {name:?}; known: {names}"),
                None => {
                    format!("a tokenizer is an object with a \"name\", got {json}; known: {names}")
                }
            }));
        };
        let params = Params::new(name, json, known)?;
        Ok(match *name {
            "words" => Tokenizer::Words(Words::from_params(&params)?),
            "urls" => Tokenizer::Urls(Urls::from_params(&params)?),
            "whitespace" => Tokenizer::Whitespace,
            "letters" => Tokenizer::Letters,
            "regex" => Tokenizer::Regex(Regex::from_params(&params)?),
            "whole" => Tokenizer::Whole,
            "ngrams" => Tokenizer::Ngrams(Ngrams::from_params(&params)?),
            "edge_ngrams" => Tokenizer::EdgeNgrams(Ngrams::from_params(&params)?),
            "paths" => Tokenizer::Paths(Paths::from_params(&params)?),
            other => unreachable!("the tokenizer {other:?} is in the table only"),
        })
    }

    /// Calls `visit` with the bytes `start..end` of each token, rising by start.
    #[inline]
    pub fn tokenize(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        match self {
            Tokenizer::Words(words) => words.tokenize(text, visit),
            Tokenizer::Urls(urls) => urls.tokenize(text, visit),
            Tokenizer::Whitespace => clusters_where(text, |c| !c.is_whitespace(), visit),
            Tokenizer::Letters => clusters_where(text, char::is_alphabetic, visit),
            Tokenizer::Regex(regex) => regex.tokenize(text, visit),
            Tokenizer::Whole if text.is_empty() => {}
            Tokenizer::Whole => visit(0, text.len()),
            Tokenizer::Ngrams(ngrams) => ngrams.all(text, visit),
            Tokenizer::EdgeNgrams(ngrams) => ngrams.at_start(text, visit),
            Tokenizer::Paths(paths) => paths.tokenize(text, visit),
        }
    }
}

#[cfg(test)]
mod tests;
