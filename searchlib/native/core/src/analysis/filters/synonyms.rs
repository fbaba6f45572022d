//! Which words mean the same?
//!
//! Entries of one word only: those of several words need a token's neighbours, stand on the stream
//! of tokens, and are passed over here.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Puts synonyms at a word's position.
pub struct Synonyms {
    /// The lists that a word calls for, in the order they were given.
    lists_of: HashMap<String, Vec<List>>,
    lists: Vec<Vec<String>>,
}

#[derive(Clone, Copy)]
enum List {
    /// The words of a group stand beside the word.
    Beside(usize),
    /// The words of a rule's right side stand in its place.
    Instead(usize),
}

impl Synonyms {
    /// Reads `{"groups": [["car", "auto"]], "rules": [[["tv"], ["television"]]]}`.
    ///
    /// The words of a group mean each other. In a rule, each word on the left is replaced by those
    /// on the right; it stays where the right side names it, or a group holds it too. A rule whose
    /// right side has only entries of several words does nothing here.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "synonyms", &["groups", "rules"])?;
        let wrong = |what: &str| parameters.error(format!("needs {what}"));
        let part = |name: &str| match parameters.get(name) {
            None => Ok(&[][..]),
            Some(value) => value
                .as_array()
                .map(Vec::as_slice)
                .ok_or_else(|| wrong(&format!("{name:?}: a list, got {value}"))),
        };
        let mut synonyms = Synonyms { lists_of: HashMap::new(), lists: Vec::new() };
        for group in part("groups")? {
            let group = words(group)
                .ok_or_else(|| wrong(&format!("groups that are lists of texts, got {group}")))?;
            synonyms.add(&group.clone(), group, List::Beside);
        }
        for rule in part("rules")? {
            let sides = rule.as_array().filter(|sides| sides.len() == 2);
            let sides = sides.and_then(|sides| Some((words(&sides[0])?, words(&sides[1])?)));
            let (left, right) = sides.ok_or_else(|| {
                wrong(&format!("rules that are two lists of texts, left and right, got {rule}"))
            })?;
            synonyms.add(&left, right, List::Instead);
        }
        Ok(synonyms)
    }

    fn add(&mut self, left: &[String], right: Vec<String>, kind: impl Fn(usize) -> List) {
        if right.is_empty() {
            return;
        }
        for word in left {
            self.lists_of.entry(word.clone()).or_default().push(kind(self.lists.len()));
        }
        self.lists.push(right);
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        if !terms.iter().any(|term| self.lists_of.contains_key(term.text.as_ref())) {
            return;
        }
        for term in std::mem::take(terms) {
            let Some(lists) = self.lists_of.get(term.text.as_ref()) else {
                terms.push(term);
                continue;
            };
            let keep = term.keep;
            let stays = lists.iter().any(|list| matches!(list, List::Beside(_)));
            if stays {
                terms.push(term);
            }
            for &(List::Beside(at) | List::Instead(at)) in lists {
                let words = self.lists[at].iter();
                terms.extend(words.map(|word| Term { text: Cow::Owned(word.clone()), keep }));
            }
        }
    }
}

/// The entries of one word; `None` when this is no list of texts.
fn words(json: &Json) -> Option<Vec<String>> {
    let entries: Option<Vec<&str>> = json.as_array()?.iter().map(Json::as_str).collect();
    let one_word = |entry: &&str| !entry.is_empty() && !entry.contains(char::is_whitespace);
    Some(entries?.into_iter().map(str::trim).filter(one_word).map(str::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refused};

    #[test]
    fn the_words_of_a_group_mean_each_other() {
        let json = r#"{"name": "synonyms", "groups": [["car", "auto", "motor car"], ["auto", "automatic"]]}"#;
        check(json, "car", &["car", "auto"]);
        check(json, "auto", &["auto", "car", "automatic"]);
        check(json, "motor", &["motor"]);
        check(json, "bus", &["bus"]);
    }

    #[test]
    fn a_rule_works_one_way() {
        let json = r#"{"name": "synonyms", "rules": [[["tv", "telly"], ["television"]], [["usa"], ["usa", "america"]]]}"#;
        check(json, "tv", &["television"]);
        check(json, "television", &["television"]);
        check(json, "usa", &["usa", "america"]);
        let json = r#"{"name": "synonyms", "rules": [[["dc"], ["direct current"]]]}"#;
        check(json, "dc", &["dc"]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        refused(r#"{"name": "synonyms", "groups": "car, auto"}"#, "\"groups\": a list, got");
        refused(
            r#"{"name": "synonyms", "groups": [["car", 1]]}"#,
            "lists of texts, got [\"car\",1]",
        );
        refused(r#"{"name": "synonyms", "rules": [[["tv"]]]}"#, "two lists of texts");
    }
}
