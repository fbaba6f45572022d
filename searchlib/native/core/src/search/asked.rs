//! What is the plan of words that a person typed, or of one phrase?
//!
//! For texts of words alone, which most are: words side by side, words with AND between all of them,
//! or one phrase. All others are read and planned in Python, which has a plan of these as well, the
//! same one (tests/property/test_query_language.py).

use std::sync::Arc;

use crate::analysis::{Analyzer, Token};
use crate::error::Result;
use crate::search::plan::{Plan, WordPart};

/// Fields with one analyzer.
pub struct Group {
    /// `None` for keywords: each is its own only term.
    pub analyzer: Option<Arc<Analyzer>>,
    /// The number and the weight of each field.
    pub members: Vec<(usize, f64)>,
}

/// What texts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// Words of which any will do.
    Or,
    /// Words of which none may lack.
    And,
    /// Each the words of a phrase.
    Phrase,
}

/// Longer texts are left to others: equal words are looked for in all words before.
const MAX_BYTES: usize = 1_000;
/// Any of them may begin or end a phrase.
const QUOTES: [char; 8] = ['"', '“', '”', '„', '‟', '«', '»', '＂'];

/// What a text holds that is words or one phrase and nothing else; `None` for any other.
///
/// A word begins with a letter or digit, and no character in it means anything to the query language.
/// `joined`: how words that stand side by side are, by OR or by AND.
pub fn read(text: &str, joined: Joined) -> Option<(Vec<&str>, Joined)> {
    if text.len() > MAX_BYTES {
        return None;
    }
    if let Some(phrase) = text.strip_prefix('"') {
        let phrase = phrase.strip_suffix('"')?;
        return (!phrase.contains(['"', '\\'])).then(|| (vec![phrase], Joined::Phrase));
    }
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| !is_plain(word)) {
        return None;
    }
    let is_operator = |word: &&str| matches!(*word, "AND" | "OR" | "NOT");
    if !words.iter().any(is_operator) {
        return Some((words, joined));
    }
    let all_joined = words.len() % 2 == 1 && words.iter().skip(1).step_by(2).all(|w| *w == "AND");
    words = words.into_iter().step_by(2).collect();
    (all_joined && !words.iter().any(is_operator)).then_some((words, Joined::And))
}

/// Whether this is a word and nothing else. A question mark at its end is no pattern.
fn is_plain(word: &str) -> bool {
    let means_nothing = |char: char| match char {
        '(' | ')' | '\\' | '^' | ':' | '*' | '?' | '~' | '=' => false,
        ' '..='~' => char != '"',
        _ => !char.is_control() && !char.is_whitespace() && !QUOTES.contains(&char),
    };
    word.starts_with(char::is_alphanumeric) && word.trim_end_matches('?').chars().all(means_nothing)
}

/// The plan of texts in these fields; `None` where analysis leaves nothing of one, or sees several
/// words in one that is no phrase.
pub fn plan(groups: &[Group], texts: &[&str], joined: Joined) -> Result<Option<Plan>> {
    let mut plans: Vec<Plan> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut parts = Vec::new();
        for Group { analyzer, members } in groups {
            let terms = match analyzer {
                None => vec![(text.as_bytes().to_vec(), 0)],
                Some(analyzer) if joined == Joined::Phrase => terms(analyzer.tokens(text)?),
                Some(analyzer) => {
                    let mut words = analyzer.words(text)?.into_iter();
                    let terms = words.next().map_or(Vec::new(), terms);
                    if words.next().is_some() {
                        return Ok(None);
                    }
                    terms
                }
            };
            add_parts(&mut parts, members, terms);
        }
        if parts.is_empty() {
            return Ok(None);
        }
        parts.sort_by_key(|part: &WordPart| part.field);
        add(&mut plans, Plan::Word { boost: 1.0, parts });
    }
    if plans.len() < 2 {
        return Ok(plans.pop());
    }
    let (must, should) =
        if joined == Joined::And { (plans, Vec::new()) } else { (Vec::new(), plans) };
    Ok(Some(Plan::Bool { must, should, must_not: Vec::new(), filter: Vec::new() }))
}

/// Each term with its place, counted from the first.
fn terms(tokens: Vec<Token>) -> Vec<(Vec<u8>, u32)> {
    let first = tokens.first().map_or(0, |token| token.position);
    tokens.into_iter().map(|token| (token.term.into_bytes(), token.position - first)).collect()
}

/// Adds a part for each field, none without terms.
fn add_parts(parts: &mut Vec<WordPart>, members: &[(usize, f64)], terms: Vec<(Vec<u8>, u32)>) {
    if terms.is_empty() {
        return;
    }
    let Some((&(field, weight), others)) = members.split_last() else { return };
    parts.extend(others.iter().map(|&(field, weight)| WordPart {
        field,
        weight,
        terms: terms.clone(),
        slop: 0,
    }));
    parts.push(WordPart { field, weight, terms, slop: 0 });
}

/// Adds a word; to the boost of the same word where it is there already.
fn add(plans: &mut Vec<Plan>, plan: Plan) {
    let Plan::Word { boost: more, parts } = &plan else { return plans.push(plan) };
    let same = plans.iter_mut().find_map(|known| match known {
        Plan::Word { boost, parts: held } if held == parts => Some(boost),
        _ => None,
    });
    match same {
        Some(boost) => *boost += more,
        None => plans.push(plan),
    }
}
