//! Which words stand between hyphens? `wi-fi` is found by `wifi`, `wi` and `fi` too.

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// ASCII, Unicode's hyphen, its form that does not break, small and full-width.
const HYPHENS: [char; 5] = ['-', '\u{2010}', '\u{2011}', '\u{fe63}', '\u{ff0d}'];

/// Puts the parts of a word with hyphens and their joined form beside the whole, for tokenizers
/// that keep hyphens.
pub struct Hyphens;

impl Hyphens {
    pub fn from_json(json: &Json) -> Result<Self> {
        Parameters::read(json, "hyphens", &[]).map(|_| Hyphens)
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for at in 0..terms.len() {
            let whole = terms[at].clone();
            if !whole.text.contains(HYPHENS) {
                continue;
            }
            let start_of = |part: &str| part.as_ptr() as usize - whole.text.as_ptr() as usize;
            let parts = whole.text.split(HYPHENS).filter(|part| !part.is_empty());
            terms.extend(parts.map(|part| whole.part(start_of(part)..start_of(part) + part.len())));
            terms.push(Term::new(whole.text.replace(HYPHENS, "")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn parts_and_the_joined_form_stand_beside_the_whole() {
        let json = r#"{"name": "hyphens"}"#;
        check(json, "wi-fi", &["wi-fi", "wi", "fi", "wifi"]);
        check(
            json,
            "mother\u{2011}in-law",
            &["mother\u{2011}in-law", "mother", "in", "law", "motherinlaw"],
        );
        check(json, "-5", &["-5", "5"]);
        check(json, "tom-tom", &["tom-tom", "tom", "tomtom"]);
        check(json, "--", &["--"]);
        check(json, "wind", &["wind"]);
    }
}
