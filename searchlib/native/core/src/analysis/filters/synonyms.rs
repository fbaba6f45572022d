//! Which words mean the same?
//!
//! Words of one token are put beside each other in documents and queries alike. What has several
//! words on either side is answered by queries alone ([`Phrases`]), which look for each way of
//! saying it: an index holds the words that stood in the text, at their places, so that every phrase
//! of the text is found, and so is every phrase that says the same.

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
    pub phrases: Phrases,
}

/// An entry as its words.
type Words = Vec<String>;

/// Which entries stand for each other where one of the two has several words.
#[derive(Default)]
pub struct Phrases {
    /// By the first word: the words of an entry, and what may stand in their place.
    entries: HashMap<String, Vec<(Words, Vec<Words>)>>,
}

impl Phrases {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries that begin at the first of some positions, each given as its terms: how many
    /// positions an entry covers, and what may stand there instead.
    pub fn at<'a>(&'a self, positions: &[&[Term<'_>]]) -> Vec<(usize, &'a [Words])> {
        let stands =
            |terms: &[Term<'_>], word: &String| terms.iter().any(|term| term.text == *word);
        let first = positions.first().into_iter().flat_map(|terms| terms.iter());
        let begin = first.filter_map(|term| self.entries.get(term.text.as_ref())).flatten();
        let stand = begin.filter(|(words, _)| {
            let covered = positions.get(..words.len()).unwrap_or_default().iter().zip(words);
            words.len() <= positions.len()
                && covered.into_iter().all(|(terms, word)| stands(terms, word))
        });
        stand.map(|(words, others)| (words.len(), others.as_slice())).collect()
    }

    fn add<'e>(&mut self, entry: &str, others: impl Iterator<Item = &'e String>) {
        let words = words_of(entry);
        let Some(first) = words.first() else {
            return;
        };
        let others = others.filter(|other| *other != entry).map(|other| words_of(other));
        let others = others.filter(|other| !other.is_empty() && words.len().max(other.len()) > 1);
        let entries = self.entries.entry(first.clone()).or_default();
        let known = entries.iter().position(|(known, _)| *known == words);
        let place = known.unwrap_or(entries.len());
        let new: Vec<Words> = others.collect();
        if known.is_none() {
            if new.is_empty() {
                return;
            }
            entries.push((words, Vec::new()));
        }
        for other in new {
            if !entries[place].1.contains(&other) {
                entries[place].1.push(other);
            }
        }
    }
}

fn words_of(entry: &str) -> Words {
    entry.split_whitespace().map(str::to_string).collect()
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
    /// on the right; it stays where the right side names it, a group holds it too, or the right
    /// side has an entry of several words.
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
        let mut synonyms =
            Synonyms { lists_of: HashMap::new(), lists: Vec::new(), phrases: Phrases::default() };
        for group in part("groups")? {
            let group = entries(group)
                .ok_or_else(|| wrong(&format!("groups that are lists of texts, got {group}")))?;
            synonyms.add(&group, &group, List::Beside);
            for entry in &group {
                synonyms.phrases.add(entry, group.iter());
            }
        }
        for rule in part("rules")? {
            let sides = rule.as_array().filter(|sides| sides.len() == 2);
            let sides = sides.and_then(|sides| Some((entries(&sides[0])?, entries(&sides[1])?)));
            let (left, right) = sides.ok_or_else(|| {
                wrong(&format!("rules that are two lists of texts, left and right, got {rule}"))
            })?;
            let is_phrase = |entry: &String| words_of(entry).len() > 1;
            let kind = if right.iter().any(is_phrase) { List::Beside } else { List::Instead };
            synonyms.add(&left, &right, kind);
            for entry in &left {
                synonyms.phrases.add(entry, left.iter().chain(&right));
            }
            for entry in &right {
                synonyms.phrases.add(entry, left.iter());
            }
        }
        Ok(synonyms)
    }

    /// The entries of one word.
    fn add(&mut self, left: &[String], right: &[String], kind: impl Fn(usize) -> List) {
        let one_word = |entry: &&String| words_of(entry).len() == 1;
        let right: Vec<String> = right.iter().filter(one_word).cloned().collect();
        if right.is_empty() {
            return;
        }
        for word in left.iter().filter(one_word) {
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

/// The entries of a list, without the white space around them; `None` when it is none of texts.
fn entries(json: &Json) -> Option<Vec<String>> {
    let entries: Option<Vec<&str>> = json.as_array()?.iter().map(Json::as_str).collect();
    Some(entries?.into_iter().map(|entry| entry.trim().to_string()).collect())
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
        let json =
            r#"{"name": "synonyms", "rules": [[["dc", "d c"], ["direct current", "power"]]]}"#;
        check(json, "dc", &["dc", "power"]);
        check(json, "power", &["power"]);
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
