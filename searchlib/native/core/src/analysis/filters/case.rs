//! Which letters are the same but for their case?

use std::borrow::Cow;

use caseless::Caseless;
use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Makes words lower case by Unicode's rules, those of a final sigma with them.
pub struct Lowercase;

impl Lowercase {
    pub fn from_json(json: &Json) -> Result<Self> {
        Parameters::read(json, "lowercase", &[]).map(|_| Lowercase)
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            if !is_lower_ascii(&term.text) {
                let lower = term.text.to_lowercase();
                if lower != term.text {
                    term.text = Cow::Owned(lower);
                }
            }
        }
    }
}

/// Unicode's full case folding: `Straße` and `STRASSE` become one, and so do all three sigmas.
pub struct CaseFold {
    /// Dotted and dotless i are two letters: `I` folds to `ı`, `İ` to `i`.
    turkish: bool,
}

impl CaseFold {
    /// Reads `{"turkish": false}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "casefold", &["turkish"])?;
        Ok(CaseFold { turkish: parameters.flag("turkish")? })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            if !is_lower_ascii(&term.text) {
                let folded = self.fold(&term.text);
                if folded != term.text {
                    term.text = Cow::Owned(folded);
                }
            }
        }
    }

    fn fold(&self, text: &str) -> String {
        if !self.turkish {
            return text.chars().default_case_fold().collect();
        }
        // An I with a dot above in two characters is İ too.
        let text = text.replace("I\u{307}", "i").replace('İ', "i").replace('I', "ı");
        text.chars().default_case_fold().collect()
    }
}

/// The common case: nothing to do.
fn is_lower_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn lower_case() {
        let json = r#"{"name": "lowercase"}"#;
        check(json, "Wind", &["wind"]);
        check(json, "ΟΔΟΣ", &["οδος"]);
        check(json, "ÀÉÎ", &["àéî"]);
        check(json, "wind", &["wind"]);
        check(json, "हिन्दी", &["हिन्दी"]);
    }

    #[test]
    fn case_folding_is_full() {
        let json = r#"{"name": "casefold"}"#;
        check(json, "STRASSE", &["strasse"]);
        check(json, "Straße", &["strasse"]);
        check(json, "ΟΔΟΣ", &["οδοσ"]);
        check(json, "οδος", &["οδοσ"]);
        check(json, "ﬃ", &["ffi"]);
        check(json, "Ꭰ", &["Ꭰ"]); // Cherokee folds upwards
        check(json, "ꭰ", &["Ꭰ"]);
        check(json, "İ", &["i\u{307}"]);
    }

    #[test]
    fn turkish_keeps_two_kinds_of_i_apart() {
        let json = r#"{"name": "casefold", "turkish": true}"#;
        check(json, "DIŞ", &["dış"]);
        check(json, "DİŞ", &["diş"]);
        check(json, "DI\u{307}Ş", &["diş"]);
        check(json, "Iğdır", &["ığdır"]);
    }
}
