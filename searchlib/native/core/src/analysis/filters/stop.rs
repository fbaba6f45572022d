//! Which words are left out?

use std::collections::HashSet;

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Removes the words of a list, letter for letter.
pub struct Stop {
    words: HashSet<String>,
}

impl Stop {
    /// Reads `{"words": […]}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "stop", &["words"])?;
        let words = parameters.words("words")?.into_iter().map(str::to_string).collect();
        Ok(Stop { words })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        terms.retain(|term| !self.words.contains(term.text.as_ref()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refused};

    #[test]
    fn words_of_the_list_go() {
        let json = r#"{"name": "stop", "words": ["the", "a"]}"#;
        check(json, "the", &[]);
        check(json, "The", &["The"]);
        check(json, "them", &["them"]);
    }

    #[test]
    fn a_list_with_anything_but_texts_is_refused() {
        refused(r#"{"name": "stop", "words": ["a", 1]}"#, "a list of texts, got [\"a\",1]");
        refused(
            r#"{"name": "stop", "words": [], "case": 1}"#,
            "no parameter \"case\"; known: words",
        );
    }
}
