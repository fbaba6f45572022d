//! Whose is it? Drops the English `'s` of the owner.

use serde_json::Value as Json;

use super::Term;
use super::elision::APOSTROPHES;
use super::parameters::Parameters;
use crate::error::Result;

/// Drops `'s` at the end of a word, and a lone apostrophe after a final s (`dogs'`).
pub struct Possessive;

impl Possessive {
    pub fn from_json(json: &Json) -> Result<Self> {
        Parameters::read(json, "possessive", &[]).map(|_| Possessive)
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            if let Some(len) = owner_len(&term.text) {
                term.cut(0..len);
            }
        }
    }
}

/// The bytes of the owner's name, where `text` is a possessive.
fn owner_len(text: &str) -> Option<usize> {
    let owner = match text.strip_suffix(['s', 'S']) {
        Some(rest) => rest.strip_suffix(APOSTROPHES),
        None => text.strip_suffix(APOSTROPHES).filter(|rest| rest.ends_with(['s', 'S'])),
    };
    owner.map(str::len).filter(|&len| len > 0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn possessives() {
        let json = r#"{"name": "possessive"}"#;
        check(json, "syria's", &["syria"]);
        check(json, "syria’s", &["syria"]);
        check(json, "SYRIA'S", &["SYRIA"]);
        check(json, "dogs'", &["dogs"]);
        check(json, "dogs’", &["dogs"]);
        check(json, "rock'", &["rock'"]);
        check(json, "'s", &["'s"]);
        check(json, "dogs", &["dogs"]);
        check(json, "’s’s", &["’s"]);
    }
}
