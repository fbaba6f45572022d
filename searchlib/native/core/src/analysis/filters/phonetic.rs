//! Which words sound alike? `Catherine` is found by `Katharine`.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::Term;
use super::double_metaphone::codes;
use super::normalize::without_accents;
use super::parameters::Parameters;
use crate::error::Result;

/// Replaces a word by its Double Metaphone codes, one or two, or puts them beside it.
///
/// The codes read English names and those of Europe that English knows. A word with a digit or a
/// letter of another script has none and stays as it is. Codes are upper case, so that they are
/// no words of a field in lower case.
pub struct Phonetic {
    keep_original: bool,
}

impl Phonetic {
    /// Reads `{"keep_original": false}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "phonetic", &["keep_original"])?;
        Ok(Phonetic { keep_original: parameters.flag("keep_original")? })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in std::mem::take(terms) {
            let (first, second) = codes_of(&term.text).unwrap_or_default();
            if self.keep_original || first.is_empty() && second.is_empty() {
                terms.push(term);
            }
            terms.push(Term::new(first));
            terms.push(Term::new(second));
        }
    }
}

fn codes_of(word: &str) -> Option<(String, String)> {
    // A cedilla is heard: façade.
    let word = word.replace(['ç', 'Ç'], "s");
    let plain = without_accents(&word).map_or(Cow::Borrowed(word.as_str()), Cow::Owned);
    let is_read = plain.chars().all(|c| c.is_ascii_alphabetic() || !c.is_alphanumeric());
    is_read.then(|| codes(&plain.replace(|c: char| !c.is_ascii_alphabetic(), "")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn words_that_sound_alike_have_a_code_in_common() {
        let json = r#"{"name": "phonetic"}"#;
        check(json, "smith", &["SM0", "XMT"]);
        check(json, "schmidt", &["XMT", "SMT"]);
        check(json, "müller", &["MLR"]);
        check(json, "éric", &["ARK"]);
        check(json, "façade", &["FST"]);
        check(json, "o’brien", &["APRN"]);
    }

    #[test]
    fn what_it_cannot_read_stays() {
        let json = r#"{"name": "phonetic"}"#;
        check(json, "привет", &["привет"]);
        check(json, "h2o", &["h2o"]);
        check(json, "हिन्दी", &["हिन्दी"]);
    }

    #[test]
    fn the_word_may_stay_beside_its_codes() {
        let json = r#"{"name": "phonetic", "keep_original": true}"#;
        check(json, "wind", &["wind", "ANT", "FNT"]);
    }
}
