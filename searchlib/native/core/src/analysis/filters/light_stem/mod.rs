//! Which endings can go without harm? Stemmers that take away little.
//!
//! A light stemmer removes inflection, a minimal one only plurals (for scripts that are written in
//! several ways: only the differences of writing). They follow published rules, named in each file,
//! and expect lower case.

mod arabic;
mod bulgarian;
mod czech;
mod english;
mod finnish;
mod french;
mod german;
mod hungarian;
mod indic;
mod latvian;
mod portuguese;
mod russian;
mod scandinavian;
mod southern;
mod word;

use std::borrow::Cow;

use serde_json::Value as Json;

use super::parameters::Parameters;
use super::{MAX_WORD_BYTES, Term};
use crate::error::Result;
use word::Word;

/// Replaces a word by its stem, in place.
type Stemmer = fn(&mut Word);

/// Language, light stemmer, minimal stemmer; sorted.
const STEMMERS: &[(&str, Option<Stemmer>, Option<Stemmer>)] = &[
    ("arabic", Some(arabic::light), Some(arabic::minimal)),
    ("bengali", Some(indic::bengali_light), Some(indic::bengali_minimal)),
    ("bulgarian", Some(bulgarian::light), None),
    ("czech", Some(czech::light), None),
    ("english", None, Some(english::minimal)),
    ("finnish", Some(finnish::light), None),
    ("french", Some(french::light), Some(french::minimal)),
    ("german", Some(german::light), Some(german::minimal)),
    ("hindi", Some(indic::hindi_light), Some(indic::hindi_minimal)),
    ("hungarian", Some(hungarian::light), None),
    ("italian", Some(southern::italian_light), None),
    ("latvian", Some(latvian::light), None),
    ("norwegian", Some(scandinavian::bokmaal_light), Some(scandinavian::bokmaal_minimal)),
    ("nynorsk", Some(scandinavian::nynorsk_light), Some(scandinavian::nynorsk_minimal)),
    ("persian", Some(arabic::persian_light), Some(arabic::persian_minimal)),
    ("portuguese", Some(portuguese::light), Some(portuguese::minimal)),
    ("russian", Some(russian::light), None),
    ("spanish", Some(southern::spanish_light), Some(southern::spanish_minimal)),
    ("swedish", Some(scandinavian::swedish_light), Some(scandinavian::swedish_minimal)),
];

/// Replaces a word by its light or minimal stem; a marked keyword is left alone.
pub struct LightStem {
    stemmer: Stemmer,
    /// It makes ways of writing one and takes nothing off.
    pub only_spelling: bool,
}

/// Languages whose minimal stemmer only makes ways of writing one.
const SPELLING: &[&str] = &["arabic", "bengali", "hindi", "persian"];

impl LightStem {
    /// Reads `{"language": "french", "minimal": false}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "light_stem", &["language", "minimal"])?;
        let language = parameters.text("language")?;
        let minimal = parameters.flag("minimal")?;
        let listed = STEMMERS.iter().find(|(name, _, _)| *name == language);
        let stemmer = listed.and_then(|&(_, light, small)| if minimal { small } else { light });
        let stemmer = stemmer.ok_or_else(|| {
            let kind = if minimal { "minimal" } else { "light" };
            let known = light_stem_languages(minimal).join(", ");
            parameters.error(format!("has no {kind} stemmer for {language:?}; known: {known}"))
        })?;
        Ok(LightStem { stemmer, only_spelling: minimal && SPELLING.contains(&language) })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms.iter_mut().filter(|term| !term.keep) {
            if term.text.len() > MAX_WORD_BYTES {
                continue;
            }
            let mut word = Word::new(&term.text);
            (self.stemmer)(&mut word);
            // A word that is all ending stays findable as it is.
            if word.len() > 0 && !word.is(&term.text) {
                term.text = Cow::Owned(word.into_string());
            }
        }
    }
}

/// The languages that have a light stemmer, or a minimal one; sorted.
pub fn light_stem_languages(minimal: bool) -> Vec<&'static str> {
    let has = |&&(_, light, small): &&(&str, Option<Stemmer>, Option<Stemmer>)| {
        if minimal { small.is_some() } else { light.is_some() }
    };
    STEMMERS.iter().filter(has).map(|&(name, _, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::refused;
    use super::*;
    use proptest::prelude::*;

    /// Each pair is a word and its stem.
    #[track_caller]
    pub fn check(stemmer: Stemmer, pairs: &[(&str, &str)]) {
        for (form, stem) in pairs {
            let mut word = Word::new(form);
            stemmer(&mut word);
            assert_eq!(word.into_string(), *stem, "{form}");
        }
    }

    #[test]
    fn an_unknown_language_names_the_known_ones() {
        refused(
            r#"{"name": "light_stem", "language": "klingon"}"#,
            "no light stemmer for \"klingon\"; known: arabic, ",
        );
        refused(
            r#"{"name": "light_stem", "language": "english"}"#,
            "no light stemmer for \"english\"",
        );
        assert!(STEMMERS.is_sorted_by_key(|stemmer| stemmer.0));
    }

    proptest! {
        #[test]
        fn no_stemmer_panics_or_changes_a_marked_word(
            form in "(\\PC|[a-zäöüéßğåøõűйьиыहक्ीिংায়ةالون]){1,16}",
            tail in prop::sample::select(vec!["", "ss", "aux", "issement", "ies", "nnen", "iyim", "ões", "ाएंगी", "يه", "ыми", "kkaa"]),
        ) {
            let form = form + tail;
            for &(language, light, small) in STEMMERS {
                for stemmer in [light, small].into_iter().flatten() {
                    let filter = LightStem { stemmer, only_spelling: false };
                    let mut terms = vec![Term::new(form.as_str()), Term { text: form.as_str().into(), keep: true }];
                    filter.apply(&mut terms);
                    prop_assert!(!terms[0].text.is_empty(), "{}", language);
                    prop_assert_eq!(terms[1].text.as_ref(), form.as_str());
                }
            }
        }
    }
}
