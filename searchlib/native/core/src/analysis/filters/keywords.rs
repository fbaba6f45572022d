//! Which words must stay as they are? Marks them for the stemmers behind.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Marks the words of a list, letter for letter; stemmers leave marked words alone.
pub struct Keywords {
    words: HashSet<String>,
}

impl Keywords {
    /// Reads `{"words": […]}`.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "keywords", &["words"])?;
        let words = parameters.words("words")?.into_iter().map(str::to_string).collect();
        Ok(Keywords { words })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            term.keep |= self.words.contains(term.text.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::filter;
    use super::*;

    #[test]
    fn a_marked_word_passes_both_kinds_of_stemmer() {
        let mut terms = vec![Term::new("news"), Term::new("turbines")];
        filter(r#"{"name": "keywords", "words": ["news"]}"#).apply(&mut terms);
        filter(r#"{"name": "stem", "language": "english"}"#).apply(&mut terms);
        filter(r#"{"name": "light_stem", "language": "english", "minimal": true}"#)
            .apply(&mut terms);
        let texts: Vec<_> = terms.iter().map(|term| (term.text.as_ref(), term.keep)).collect();
        assert_eq!(texts, [("news", true), ("turbin", false)]);
    }
}
