//! Which ending does a word carry? The stemmers of the Snowball project, current release.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};
use serde_json::Value as Json;

use super::parameters::Parameters;
use super::{MAX_WORD_BYTES, Term};
use crate::error::Result;

/// Replaces a word by its Snowball stem; a marked keyword is left alone.
pub struct Stem {
    stemmer: Stemmer,
}

impl Stem {
    /// Reads `{"language": "english"}`: a name of Snowball's own.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "stem", &["language"])?;
        let language = parameters.text("language")?;
        let algorithm = Algorithm::all().iter().find(|a| a.name() == language);
        let algorithm = algorithm.ok_or_else(|| {
            let known = stem_languages().join(", ");
            parameters.error(format!("has no language {language:?}; known: {known}"))
        })?;
        Ok(Stem { stemmer: Stemmer::new(*algorithm) })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms.iter_mut().filter(|term| !term.keep) {
            if term.text.len() > MAX_WORD_BYTES {
                continue;
            }
            let stem = match self.stemmer.stem(&term.text) {
                Cow::Borrowed(stem) if stem.len() == term.text.len() => continue,
                stem => stem.into_owned(),
            };
            // A word that is all ending stays findable as it is.
            if !stem.is_empty() {
                term.text = Cow::Owned(stem);
            }
        }
    }
}

/// The languages that the filter `stem` knows, sorted.
pub fn stem_languages() -> Vec<&'static str> {
    let mut names: Vec<_> = Algorithm::all().iter().map(|a| a.name()).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, filter, refused};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_lose_their_endings() {
        check(r#"{"name": "stem", "language": "english"}"#, "turbines", &["turbin"]);
        check(r#"{"name": "stem", "language": "german"}"#, "häuser", &["haus"]);
        check(r#"{"name": "stem", "language": "russian"}"#, "книгами", &["книг"]);
    }

    #[test]
    fn a_marked_keyword_is_left_alone() {
        let mut terms = vec![Term { text: "turbines".into(), keep: true }];
        filter(r#"{"name": "stem", "language": "english"}"#).apply(&mut terms);
        assert_eq!(terms[0].text, "turbines");
    }

    #[test]
    fn what_is_too_long_for_a_word_is_left_alone() {
        let long = "ing".repeat(MAX_WORD_BYTES);
        check(r#"{"name": "stem", "language": "english"}"#, &long, &[&long]);
    }

    #[test]
    fn an_unknown_language_names_the_known_ones() {
        refused(r#"{"name": "stem", "language": "klingon"}"#, "english, ");
    }

    proptest! {
        #[test]
        fn no_stemmer_panics_gives_nothing_or_changes_a_marked_word(
            text in "(\\PC|[a-zäéışθжсהक्ीिงア']){1,24}",
            language in 0..64usize,
        ) {
            let languages = stem_languages();
            let json = serde_json::json!({"name": "stem", "language": languages[language % languages.len()]});
            let stem = Stem::from_json(&json).unwrap();
            let mut terms = vec![Term::new(text.as_str()), Term { text: text.as_str().into(), keep: true }];
            stem.apply(&mut terms);
            prop_assert!(!terms[0].text.is_empty());
            prop_assert_eq!(terms[1].text.as_ref(), text.as_str());
        }
    }
}
