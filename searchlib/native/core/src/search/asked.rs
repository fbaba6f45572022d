//! What is the plan of a text that a person typed?
//!
//! For texts of the kinds that are typed most (typed.rs). All others are read and planned in Python,
//! which has a plan of these as well, the same one (tests/property/test_query_language.py).

use std::sync::Arc;

use crate::analysis::{Analyzer, Token};
use crate::dates::span_of_date;
use crate::error::Result;
use crate::search::plan::{FuzzyPart, Number, Plan, PrefixPart, Spelling, WordPart};
use crate::search::threads::on_threads;
use crate::search::typed::{Joined, Kind, Typed, read};

/// Where a part of a text looks.
pub enum Target {
    /// Text and keyword fields.
    Words(Vec<Group>),
    /// The number of a field of dates.
    Date(usize),
}

/// Fields with one analyzer.
pub struct Group {
    /// `None` for keywords: each is its own only term.
    pub analyzers: Option<Analyzers>,
    /// The number and the weight of each field.
    pub members: Vec<(usize, f64)>,
}

pub struct Analyzers {
    pub of_words: Arc<Analyzer>,
    /// Of starts of words and of words spelled nearly so.
    pub of_starts: Arc<Analyzer>,
}

/// So many words of a field may be meant by one that is spelled nearly so, as in query/planner.py.
const MAX_FUZZY_WORDS: usize = 50;

/// So many plans are made in the time that a thread takes to start.
const MANY: usize = 64;

/// The plan of a text; `None` where it is of no common kind, where a field's analyzer leaves nothing
/// of a part of it in any field, or sees several words in one that is no phrase.
///
/// `named` are the fields that a text may name, `words` is where it looks without a name. `joined`
/// is what joins what stands side by side.
pub fn plan(
    text: &str,
    words: &Target,
    named: &[(String, Target)],
    joined: Joined,
) -> Result<Option<Plan>> {
    read(text, words, named, joined).map_or(Ok(None), |typed| node(&typed))
}

/// The plans of many texts on at most `threads` threads; 0: one a core. None of what is no text, nor
/// where making one fails.
pub fn plan_many(
    texts: &[Option<&str>],
    words: &Target,
    named: &[(String, Target)],
    joined: Joined,
    threads: usize,
) -> Vec<Option<Plan>> {
    let work = |text: &Option<&str>| {
        Ok(text.and_then(|text| plan(text, words, named, joined).unwrap_or(None)))
    };
    let threads = if texts.len() < MANY { 1 } else { threads };
    on_threads(texts, threads, work).unwrap_or_default()
}

fn node(typed: &Typed<'_>) -> Result<Option<Plan>> {
    match typed {
        Typed::Joined(joined, parts) => all(*joined, parts),
        Typed::Piece { target: Target::Date(field), kind: Kind::Word, text } => {
            let end = Some((*text, true));
            Ok(dates(*field, end, end))
        }
        Typed::Dates { field, low, high } => Ok(dates(*field, *low, *high)),
        Typed::Piece { target: Target::Date(_), .. } => Ok(None),
        Typed::Piece { target: Target::Words(groups), kind, text } => match *kind {
            Kind::Word => word(groups, text, false),
            Kind::Phrase => word(groups, text, true),
            Kind::Start => Ok(starts(groups, text)?.map(|starts| {
                let part = |(field, _, start): (_, _, String)| PrefixPart {
                    field,
                    prefix: start.into_bytes(),
                };
                Plan::Prefix { boost: 1.0, parts: starts.into_iter().map(part).collect() }
            })),
            Kind::Nearly(edits) => Ok(starts(groups, text)?.map(|words| {
                let part = |(field, weight, word)| FuzzyPart {
                    field,
                    weight,
                    spelling: Spelling { word, edits, prefix: 0 },
                };
                let parts = words.into_iter().map(part).collect();
                Plan::Fuzzy { boost: 1.0, parts, limit: MAX_FUZZY_WORDS }
            })),
        },
    }
}

/// The plan of a range of dates, each of which is all the time that it names.
fn dates(field: usize, low: Option<(&str, bool)>, high: Option<(&str, bool)>) -> Option<Plan> {
    let (mut first, mut last) = (None, None);
    if let Some((date, included)) = low {
        let (start, end) = span_of_date(date)?;
        first = Some(Number::Int(if included { start } else { end }));
    }
    if let Some((date, included)) = high {
        let (start, end) = span_of_date(date)?;
        last = Some(Number::Int(if included { end } else { start } - 1));
    }
    Some(Plan::Range { boost: 1.0, field, low: first, high: last })
}

/// The plan of several parts; what is nested without need becomes one level.
fn all(joined: Joined, parts: &[Typed<'_>]) -> Result<Option<Plan>> {
    let mut plans = Vec::with_capacity(parts.len());
    for part in parts {
        match (joined, node(part)?) {
            (_, None) => return Ok(None),
            (Joined::And, Some(Plan::Bool { must, .. })) if !must.is_empty() => {
                must.into_iter().for_each(|plan| add(&mut plans, plan));
            }
            (Joined::Or, Some(Plan::Bool { should, .. })) if !should.is_empty() => {
                should.into_iter().for_each(|plan| add(&mut plans, plan));
            }
            (_, Some(plan)) => add(&mut plans, plan),
        }
    }
    if plans.len() < 2 {
        return Ok(plans.pop());
    }
    let (must, should) =
        if joined == Joined::And { (plans, Vec::new()) } else { (Vec::new(), plans) };
    Ok(Some(Plan::Bool { must, should, must_not: Vec::new(), filter: Vec::new() }))
}

/// Adds a plan; to the boost of the same leaf where it is there already.
fn add(plans: &mut Vec<Plan>, plan: Plan) {
    let same = plans.iter_mut().find_map(|known| match (known, &plan) {
        (Plan::Word { boost, parts }, Plan::Word { boost: more, parts: others }) => {
            (parts == others).then_some((boost, *more))
        }
        (Plan::Prefix { boost, parts }, Plan::Prefix { boost: more, parts: others }) => {
            (parts == others).then_some((boost, *more))
        }
        (Plan::Fuzzy { boost, parts, .. }, Plan::Fuzzy { boost: more, parts: others, .. }) => {
            (parts == others).then_some((boost, *more))
        }
        (
            Plan::Range { boost, field, low, high },
            Plan::Range { boost: more, field: other, low: from, high: to },
        ) => (field == other && low == from && high == to).then_some((boost, *more)),
        _ => None,
    });
    match same {
        Some((boost, more)) => *boost += more,
        None => plans.push(plan),
    }
}

fn word(groups: &[Group], text: &str, is_phrase: bool) -> Result<Option<Plan>> {
    let mut parts = Vec::new();
    for Group { analyzers, members } in groups {
        let terms = match analyzers {
            None => vec![(text.as_bytes().to_vec(), 0)],
            Some(analyzers) if is_phrase => terms(analyzers.of_words.tokens(text)?),
            Some(analyzers) => {
                let mut words = analyzers.of_words.words(text)?.into_iter();
                let terms = words.next().map_or(Vec::new(), terms);
                if words.next().is_some() {
                    return Ok(None);
                }
                terms
            }
        };
        add_parts(&mut parts, members, terms);
    }
    parts.sort_by_key(|part: &WordPart| part.field);
    Ok((!parts.is_empty()).then_some(Plan::Word { boost: 1.0, parts }))
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

/// The number and the weight of each field, and what may stand in its documents of a word; `None`
/// where that is nothing in all of them, or several words in one.
fn starts(groups: &[Group], text: &str) -> Result<Option<Vec<(usize, f64, String)>>> {
    let mut starts = Vec::new();
    for Group { analyzers, members } in groups {
        let start = match analyzers {
            None => Some(text.to_string()),
            Some(analyzers) => {
                let mut tokens = analyzers.of_starts.tokens(text)?.into_iter();
                let start = tokens.next().map(|token| token.term);
                if tokens.next().is_some() {
                    return Ok(None);
                }
                start
            }
        };
        if let Some(start) = start {
            starts.extend(members.iter().map(|&(field, weight)| (field, weight, start.clone())));
        }
    }
    starts.sort_by_key(|&(field, ..)| field);
    Ok((!starts.is_empty()).then_some(starts))
}
