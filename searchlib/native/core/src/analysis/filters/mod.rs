//! What is done to one token, whatever stands beside it?
//!
//! A filter changes the terms that the filters before it made of one form. What needs a token's
//! neighbours (shingles, synonyms of several words) is done on the stream of a text's positions.

mod case;
mod compounds;
mod double_metaphone;
mod elision;
mod hyphens;
mod keywords;
mod length;
pub mod light_stem;
mod ngrams;
mod normalize;
pub(super) mod parameters;
mod phonetic;
mod possessive;
pub mod stem;
mod stop;
mod synonyms;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value as Json;

use crate::error::{Error, Result};

pub use case::{CaseFold, Lowercase};
pub use compounds::Compounds;
pub use elision::Elision;
pub use hyphens::Hyphens;
pub use keywords::Keywords;
pub use length::Length;
pub use light_stem::{LightStem, light_stem_languages};
pub use ngrams::{EdgeNgrams, Ngrams};
pub use normalize::{FoldAccents, Nfkc};
pub use phonetic::Phonetic;
pub use possessive::Possessive;
pub use stem::{Stem, stem_languages};
pub use stop::Stop;
pub use synonyms::{Phrases, Synonyms};

/// Terms that one token may become; further ones are left out, so that no chain of filters
/// turns a hostile token into unbounded memory. No word comes near it.
pub const MAX_TERMS_OF_TOKEN: usize = 1 << 16;

/// Bytes of a longer term are no word: stemmers and the splitter of compounds leave it as it is,
/// which bounds their work whatever the text.
pub const MAX_WORD_BYTES: usize = 256;

/// What becomes of a form: one of the texts that the index holds at its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    pub text: Cow<'a, str>,
    /// Marked as a keyword: stemmers leave it alone.
    pub keep: bool,
}

impl<'a> Term<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Term { text: text.into(), keep: false }
    }

    /// The bytes `range` of the text as a term of their own, not marked.
    pub fn part(&self, range: Range<usize>) -> Term<'a> {
        Term::new(match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
            Cow::Owned(text) => Cow::Owned(text[range].to_string()),
        })
    }

    /// Leaves only the bytes `range` of the text.
    pub fn cut(&mut self, range: Range<usize>) {
        match &mut self.text {
            Cow::Borrowed(text) => *text = &text[range],
            Cow::Owned(text) => {
                text.truncate(range.end);
                text.drain(..range.start);
            }
        }
    }
}

/// Declares [`Filter`], its table of names and its dispatch from one list.
macro_rules! filters {
    ($($(#[$doc:meta])* $name:literal => $variant:ident),* $(,)?) => {
        pub enum Filter {
            $($(#[$doc])* $variant($variant)),*
        }

        /// The names of all filters that look at one token alone, sorted.
        pub const FILTER_NAMES: &[&str] = &[$($name),*];

        impl Filter {
            /// Reads `{"name": …, parameters}`.
            ///
            /// # Errors
            /// [`Error::Input`] naming what is unknown or missing and what is known.
            pub fn from_json(json: &Json) -> Result<Self> {
                match json["name"].as_str() {
                    $(Some($name) => Ok(Filter::$variant($variant::from_json(json)?)),)*
                    _ => Err(Error::Input(format!(
                        "unknown filter {}; known: {}, shingles",
                        json["name"],
                        FILTER_NAMES.join(", ")
                    ))),
                }
            }

            fn apply_raw(&self, terms: &mut Vec<Term<'_>>) {
                match self {
                    $(Filter::$variant(filter) => filter.apply(terms)),*
                }
            }
        }
    };
}

filters! {
    /// Full case folding.
    "casefold" => CaseFold,
    /// The parts of German and Dutch compounds.
    "compounds" => Compounds,
    /// Beginnings of words.
    "edge_ngrams" => EdgeNgrams,
    /// Drops articles before an apostrophe.
    "elision" => Elision,
    /// Letters without their accents.
    "fold_accents" => FoldAccents,
    /// The parts of words with hyphens.
    "hyphens" => Hyphens,
    /// Marks words that stemmers leave alone.
    "keywords" => Keywords,
    /// Removes words that are too short or too long.
    "length" => Length,
    /// Stemmers that take away little.
    "light_stem" => LightStem,
    "lowercase" => Lowercase,
    /// Unicode's compatibility form.
    "nfkc" => Nfkc,
    /// All runs of a few characters.
    "ngrams" => Ngrams,
    /// How a word sounds.
    "phonetic" => Phonetic,
    /// Drops `'s` and `’s` at the end of a word.
    "possessive" => Possessive,
    /// A Snowball stemmer.
    "stem" => Stem,
    /// Removes the words of a list.
    "stop" => Stop,
    /// Words of the same meaning.
    "synonyms" => Synonyms,
}

impl Filter {
    /// Whether it only makes spellings one: the beginning of a word is then that of its spelling.
    pub fn folds(&self) -> bool {
        match self {
            Filter::Lowercase(_)
            | Filter::CaseFold(_)
            | Filter::Nfkc(_)
            | Filter::FoldAccents(_) => true,
            Filter::LightStem(stem) => stem.only_spelling,
            _ => false,
        }
    }

    /// Whether it leaves a word as it is or removes it.
    pub fn only_removes(&self) -> bool {
        matches!(self, Filter::Stop(_) | Filter::Length(_))
    }

    /// Changes the terms of one token in place; none left means that the token is removed.
    ///
    /// Afterwards no term is empty and none stands twice; the first of equal terms stays.
    pub fn apply<'a>(&self, terms: &mut Vec<Term<'a>>) {
        self.apply_raw(terms);
        terms.retain(|term| !term.text.is_empty());
        drop_repeated(terms);
        terms.truncate(MAX_TERMS_OF_TOKEN);
    }
}

fn drop_repeated(terms: &mut Vec<Term<'_>>) {
    if terms.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(terms.len());
    let is_first: Vec<bool> = terms.iter().map(|term| seen.insert(term.text.as_ref())).collect();
    drop(seen);
    let mut is_first = is_first.into_iter();
    terms.retain(|_| is_first.next().unwrap_or(true));
}
