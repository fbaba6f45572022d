//! Which words is a compound made of? `donaudampfschiff` is found by `schiff`.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::parameters::Parameters;
use super::{MAX_WORD_BYTES, Term};
use crate::error::Result;

/// Letters that may stand between two parts, by language, longest first.
const LINKS: &[(&str, &[&str])] =
    &[("dutch", &["en", "er", "e", "n", "s"]), ("german", &["en", "er", "es", "e", "n", "s"])];

/// Characters of a part, unless the user says otherwise.
const DEFAULT_MIN: usize = 3;

/// Puts the parts of a compound beside the whole.
///
/// A word is split only where the dictionary explains all of it: parts, and linking letters between
/// them. Of several ways the one with the longest first part is taken, then the longest second.
/// In German a part may have lost its final e (`schulbuch` holds `schule`).
/// Letter case does not matter; parts are lower case.
pub struct Compounds {
    /// How a part may be written, to the word of the dictionary.
    words: HashMap<String, Part>,
    longest_bytes: usize,
    links: &'static [&'static str],
}

struct Part {
    word: String,
    /// Cut short: it cannot be the last part.
    is_cut: bool,
}

impl Compounds {
    /// Reads `{"words": […], "min": 3, "language": "german"}`; without a language there are no
    /// linking letters. Words of fewer than `min` characters are no parts.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "compounds", &["words", "min", "language"])?;
        let min = parameters.number("min", 1, Some(DEFAULT_MIN))?;
        let language =
            parameters.get("language").map(|_| parameters.text("language")).transpose()?;
        let links = match language {
            None => &[][..],
            Some(language) => {
                let listed = LINKS.iter().find(|(name, _)| *name == language);
                let known: Vec<_> = LINKS.iter().map(|(name, _)| *name).collect();
                let unknown = || {
                    let known = known.join(", ");
                    parameters.error(format!("has no language {language:?}; known: {known}"))
                };
                listed.ok_or_else(unknown)?.1
            }
        };
        let long_enough = |word: &str| word.chars().count() >= min;
        let mut words = HashMap::new();
        for word in parameters.words("words")? {
            let word = word.to_lowercase();
            if !long_enough(&word) {
                continue;
            }
            if let Some(short) = word.strip_suffix('e')
                && language == Some("german")
                && long_enough(short)
            {
                let part = || Part { word: word.clone(), is_cut: true };
                words.entry(short.to_string()).or_insert_with(part);
            }
            words.insert(word.clone(), Part { word, is_cut: false });
        }
        let longest_bytes = words.keys().map(String::len).max().unwrap_or(0);
        Ok(Compounds { words, longest_bytes, links })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for at in 0..terms.len() {
            let parts = self.parts(&terms[at].text.to_lowercase());
            terms.extend(parts.into_iter().map(|part| Term::new(part.to_string())));
        }
    }

    /// The parts of a compound in order, none when it is not one.
    ///
    /// From the end to the start: whether and how the rest of the word splits, once for each border
    /// of a character. At most [`MAX_WORD_BYTES`] squared steps.
    fn parts(&self, word: &str) -> Vec<&str> {
        if word.len() > MAX_WORD_BYTES {
            return Vec::new();
        }
        // Where the part that starts here ends, and where the next one starts.
        let mut splits: Vec<Option<(usize, usize)>> = vec![None; word.len()];
        for (start, _) in word.char_indices().rev() {
            let longest_end = word.len().min(start + self.longest_bytes);
            splits[start] = (start + 1..=longest_end).rev().find_map(|end| {
                let part = self.words.get(word.get(start..end)?)?;
                if end == word.len() {
                    return (start > 0 && !part.is_cut).then_some((end, end));
                }
                let splits_from = |next: usize| splits.get(next).is_some_and(Option::is_some);
                let linked = self.links.iter().map(|link| (end + link.len(), *link));
                std::iter::once((end, ""))
                    .chain(linked.filter(|_| !part.is_cut))
                    .find(|&(next, link)| word[end..].starts_with(link) && splits_from(next))
                    .map(|(next, _)| (end, next))
            });
        }
        let mut parts = Vec::new();
        let mut start = 0;
        while let Some(&Some((end, next))) = splits.get(start) {
            parts.push(self.words[&word[start..end]].word.as_str());
            start = next;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refused};
    use super::*;
    use proptest::prelude::*;

    fn german(words: &str) -> String {
        let words: Vec<&str> = words.split(' ').collect();
        serde_json::json!({"name": "compounds", "words": words, "language": "german"}).to_string()
    }

    #[test]
    fn german_parts_stand_beside_the_whole() {
        let json =
            german("Donau Dampf Schiff Fahrt Gesellschaft Recht Schule Buch Kind Garten Tag");
        check(&json, "donaudampfschiff", &["donaudampfschiff", "donau", "dampf", "schiff"]);
        check(&json, "Gesellschaftsrecht", &["Gesellschaftsrecht", "gesellschaft", "recht"]);
        check(&json, "kindergarten", &["kindergarten", "kind", "garten"]);
        check(&json, "tageschule", &["tageschule", "tag", "schule"]);
        check(&json, "schulbuch", &["schulbuch", "schule", "buch"]);
        check(&json, "buchschul", &["buchschul"]);
        check(&json, "schiff", &["schiff"]);
        check(&json, "schiffs", &["schiffs"]);
        check(&json, "dampfross", &["dampfross"]);
    }

    #[test]
    fn dutch_has_links_of_its_own() {
        let json = r#"{"name": "compounds", "words": ["pan", "koek", "stad", "huis"], "language": "dutch"}"#;
        check(json, "pannenkoek", &["pannenkoek"]); // the doubled n is no link
        check(json, "stadshuis", &["stadshuis", "stad", "huis"]);
        check(json, "huizenpan", &["huizenpan"]);
    }

    #[test]
    fn the_longest_first_part_that_leads_to_a_split_wins() {
        let json =
            r#"{"name": "compounds", "words": ["fuß", "ball", "fußball", "fußballt", "tor"]}"#;
        check(json, "fußballtor", &["fußballtor", "fußball", "tor"]);
    }

    #[test]
    fn short_words_are_no_parts() {
        let json = r#"{"name": "compounds", "words": ["ei", "er", "becher"], "min": 3}"#;
        check(json, "eierbecher", &["eierbecher"]);
        let json = r#"{"name": "compounds", "words": ["ei", "er", "becher"], "min": 2}"#;
        check(json, "eierbecher", &["eierbecher", "ei", "er", "becher"]);
    }

    #[test]
    fn an_unknown_language_names_the_known_ones() {
        let json = r#"{"name": "compounds", "words": [], "language": "danish"}"#;
        refused(json, "has no language \"danish\"; known: dutch, german");
    }

    /// The twin: every way to split, longest part first.
    fn slow(filter: &Compounds, word: &str, is_first: bool) -> Option<Vec<String>> {
        for end in (1..=word.len()).rev() {
            let Some(part) = word.get(..end).and_then(|part| filter.words.get(part)) else {
                continue;
            };
            if end == word.len() {
                match !is_first && !part.is_cut {
                    true => return Some(vec![part.word.clone()]),
                    false => continue,
                }
            }
            let links = if part.is_cut { &[] } else { filter.links };
            for link in std::iter::once(&"").chain(links) {
                let rest = word[end..].strip_prefix(link).filter(|rest| !rest.is_empty());
                if let Some(rest) = rest.and_then(|rest| slow(filter, rest, false)) {
                    return Some([vec![part.word.clone()], rest].concat());
                }
            }
        }
        None
    }

    proptest! {
        #[test]
        fn a_split_is_that_of_trying_all(word in "[aesnß]{1,14}", words in prop::collection::vec("[aesnß]{1,4}", 0..6)) {
            let json = serde_json::json!({"name": "compounds", "words": words, "min": 1, "language": "german"});
            let filter = Compounds::from_json(&json).unwrap();
            prop_assert_eq!(filter.parts(&word), slow(&filter, &word, true).unwrap_or_default());
        }
    }
}
