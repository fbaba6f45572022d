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

/// How texts are joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    Or,
    And,
}

/// The plan of words in these fields; `None` where analysis leaves nothing of one, or sees several
/// in it.
pub fn words(groups: &[Group], texts: &[&str], joined: Joined) -> Result<Option<Plan>> {
    let mut plans: Vec<Plan> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut parts = Vec::new();
        for Group { analyzer, members } in groups {
            let terms = match analyzer {
                None => vec![(text.as_bytes().to_vec(), 0)],
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
        let Some(plan) = plan_of(parts) else { return Ok(None) };
        add(&mut plans, plan);
    }
    Ok(match (plans.len(), joined) {
        (0 | 1, _) => plans.pop(),
        (_, Joined::Or) => Some(Plan::Bool {
            must: Vec::new(),
            should: plans,
            must_not: Vec::new(),
            filter: Vec::new(),
        }),
        (_, Joined::And) => Some(Plan::Bool {
            must: plans,
            should: Vec::new(),
            must_not: Vec::new(),
            filter: Vec::new(),
        }),
    })
}

/// The plan of a text whose words stand one after another; `None` where analysis leaves nothing.
pub fn phrase(groups: &[Group], text: &str) -> Result<Option<Plan>> {
    let mut parts = Vec::new();
    for Group { analyzer, members } in groups {
        let terms = match analyzer {
            None => vec![(text.as_bytes().to_vec(), 0)],
            Some(analyzer) => terms(analyzer.tokens(text)?),
        };
        add_parts(&mut parts, members, terms);
    }
    Ok(plan_of(parts))
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

fn plan_of(mut parts: Vec<WordPart>) -> Option<Plan> {
    parts.sort_by_key(|part| part.field);
    (!parts.is_empty()).then_some(Plan::Word { boost: 1.0, parts })
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
