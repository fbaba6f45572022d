//! From text to tokens: one tokenizer, then filters.
//!
//! An [`Analyzer`] is made from the JSON that an index stores. Its filters look at one token alone,
//! so that a form is analyzed once, however often it stands in the articles ([`forms`]).

pub mod filters;
pub mod forms;
pub mod tokenizers;

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::error::{Error, Result};
use filters::Filter;
use tokenizers::Tokenizer;

/// A token's text in bytes. Longer ones are left out of the index and reported.
/// Documented in docs/format.md, "Limits".
pub const MAX_TOKEN_BYTES: usize = 65_535;

/// A place in a text and what the index holds for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes `start..end` of the text: the form.
    pub start: usize,
    pub end: usize,
    pub term: String,
    /// The token's place, counting those that a filter removed.
    pub position: u32,
}

/// One tokenizer and its filters.
pub struct Analyzer {
    tokenizer: Tokenizer,
    filters: Vec<Filter>,
}

impl Analyzer {
    /// Reads `{"tokenizer": {"name": …}, "filters": [{"name": …, …}, …]}`.
    ///
    /// # Errors
    /// [`Error::Input`] naming what is unknown and what is known.
    pub fn from_json(text: &str) -> Result<Self> {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| Error::Input(format!("the analyzer is not JSON: {error}")))?;
        let tokenizer = Tokenizer::from_json(&json["tokenizer"])?;
        let none = Vec::new();
        let filters = json["filters"].as_array().unwrap_or(&none);
        let filters = filters.iter().map(Filter::from_json).collect::<Result<_>>()?;
        Ok(Analyzer { tokenizer, filters })
    }

    /// Calls `visit` with the bytes `start..end` of each token before filters, in order.
    #[inline]
    pub fn tokenize(&self, text: &str, mut visit: impl FnMut(usize, usize)) {
        self.tokenizer.tokenize(text, &mut visit);
    }

    /// What the filters make of a form; `None` when one removes it.
    pub fn term<'a>(&self, form: &'a str) -> Option<Cow<'a, str>> {
        let mut term = Cow::Borrowed(form);
        for filter in &self.filters {
            term = filter.apply(term)?;
            if term.is_empty() {
                return None;
            }
        }
        Some(term)
    }

    /// Whether forms that differ in letter case only are one.
    pub fn lowercases(&self) -> bool {
        self.filters.iter().any(|filter| matches!(filter, Filter::Lowercase))
    }

    /// The tokens of a text, without those that a filter removed or that are too long.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut position = 0;
        self.tokenize(text, |start, end| {
            let form = &text[start..end];
            let term = self.term(form).filter(|term| term.len() <= MAX_TOKEN_BYTES);
            if let Some(term) = term {
                tokens.push(Token { start, end, term: term.into_owned(), position });
            }
            position += 1;
        });
        tokens
    }
}
