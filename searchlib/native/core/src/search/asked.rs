//! What is the plan of words that a person typed, or of one phrase?
//!
//! For texts of words alone, which most are; all others are read and planned in Python, to the same
//! plan.

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
