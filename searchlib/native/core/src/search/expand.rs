//! Which words does a pattern stand for in this snapshot?
//!
//! Patterns walk the dictionaries of forms and terms of every segment, and become the terms that
//! they found, so that a pattern means the same in each segment. The rest of a plan stays as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::automata::{Automaton, Fuzzy, Prefix, Regex};
use crate::error::Result;
use crate::search::more_like::more_like;
use crate::search::plan::{
    FuzzyPart, NearPart, Pattern, Plan, Span, Spelling, TermsPart, WordPart,
};
use crate::search::searcher::Searcher;
use crate::segment::Field;
use crate::segment::dictionary::Ordinal;

/// A pattern that stands for more words than it may, of which the rest were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Place in the searcher's list of fields.
    pub field: usize,
    pub pattern: String,
    /// Terms that match, and how many of them were taken.
    pub found: usize,
    pub kept: usize,
    /// Whether the pattern took so many steps that the dictionary was not walked to its end.
    pub gave_up: bool,
}

/// The plan with the patterns' terms in their place; `cuts` learns what was left out.
pub fn expand<'p>(
    searcher: &Searcher,
    plan: &'p Plan,
    cuts: &mut Vec<Cut>,
) -> Result<Cow<'p, Plan>> {
    if !has_patterns(plan) {
        return Ok(Cow::Borrowed(plan));
    }
    Expanding { searcher, cuts }.plan(plan).map(Cow::Owned)
}

/// Whether there is anything to expand.
fn has_patterns(plan: &Plan) -> bool {
    let any = |plans: &[Plan]| plans.iter().any(has_patterns);
    match plan {
        Plan::Pattern { .. } | Plan::Fuzzy { .. } | Plan::Near { .. } | Plan::MoreLike { .. } => {
            true
        }
        Plan::Bool { must, should, must_not, filter } => {
            any(must) || any(should) || any(must_not) || any(filter)
        }
        Plan::DisMax { plans, .. } | Plan::AtLeast { plans, .. } => any(plans),
        Plan::Constant { plan, .. } | Plan::Scaled { plan, .. } => has_patterns(plan),
        Plan::Demote { plan, negative, .. } => has_patterns(plan) || has_patterns(negative),
        _ => false,
    }
}

struct Expanding<'a> {
    searcher: &'a Searcher,
    cuts: &'a mut Vec<Cut>,
}

impl Expanding<'_> {
    fn plan(&mut self, plan: &Plan) -> Result<Plan> {
        Ok(match plan {
            Plan::Pattern { boost, parts, limit } => {
                let mut terms = Vec::with_capacity(parts.len());
                for part in parts {
                    let found = self.terms(part.field, &part.pattern, *limit)?;
                    terms.push(TermsPart { field: part.field, terms: found });
                }
                let mut wanted: Vec<String> =
                    parts.iter().map(|part| part.pattern.to_string()).collect();
                wanted.dedup();
                Plan::Terms { boost: *boost, parts: terms, wanted: wanted.join(" or ") }
            }
            Plan::Fuzzy { boost, parts, limit } => self.fuzzy(*boost, parts, *limit)?,
            Plan::Near { boost, parts, limit } => {
                let mut near = Vec::with_capacity(parts.len());
                for part in parts {
                    let span = self.span(part.field, &part.span, *limit)?;
                    near.push(NearPart { field: part.field, weight: part.weight, span });
                }
                Plan::Near { boost: *boost, parts: near, limit: *limit }
            }
            Plan::MoreLike { .. } => more_like(self.searcher, plan)?,
            Plan::Bool { must, should, must_not, filter } => Plan::Bool {
                must: self.plans(must)?,
                should: self.plans(should)?,
                must_not: self.plans(must_not)?,
                filter: self.plans(filter)?,
            },
            Plan::DisMax { tie, plans, blended } => {
                Plan::DisMax { tie: *tie, plans: self.plans(plans)?, blended: *blended }
            }
            Plan::AtLeast { count, plans } => {
                Plan::AtLeast { count: *count, plans: self.plans(plans)? }
            }
            Plan::Constant { score, plan } => {
                Plan::Constant { score: *score, plan: self.plan(plan)?.into() }
            }
            Plan::Demote { plan, negative, factor } => Plan::Demote {
                plan: self.plan(plan)?.into(),
                negative: self.plan(negative)?.into(),
                factor: *factor,
            },
            Plan::Scaled { plan, field, function } => {
                Plan::Scaled { plan: self.plan(plan)?.into(), field: *field, function: *function }
            }
            other => other.clone(),
        })
    }

    fn plans(&mut self, plans: &[Plan]) -> Result<Vec<Plan>> {
        plans.iter().map(|plan| self.plan(plan)).collect()
    }

    fn span(&mut self, field: usize, span: &Span, limit: usize) -> Result<Span> {
        let mut all = |spans: &[Span]| -> Result<Vec<Span>> {
            spans.iter().map(|span| self.span(field, span, limit)).collect()
        };
        Ok(match span {
            Span::Near { spans, distance, ordered } => {
                Span::Near { spans: all(spans)?, distance: *distance, ordered: *ordered }
            }
            Span::Any(spans) => Span::Any(all(spans)?),
            Span::First { span, within } => {
                Span::First { span: self.span(field, span, limit)?.into(), within: *within }
            }
            Span::Pattern(pattern) => Span::Terms(self.terms(field, pattern, limit)?),
            Span::Terms(_) | Span::Phrase { .. } => span.clone(),
        })
    }

    /// The terms of a field, rising; where there are more than `limit`, the most frequent ones.
    fn terms(&mut self, field: usize, pattern: &Pattern, limit: usize) -> Result<Vec<Vec<u8>>> {
        let found = self.found(field, pattern, limit)?;
        let mut terms: Vec<Vec<u8>> = found.into_iter().map(|(term, _)| term).collect();
        terms.sort_unstable();
        Ok(terms)
    }

    /// The best `limit` terms that a pattern stands for: the nearest, then the most frequent.
    fn found(
        &mut self,
        field: usize,
        pattern: &Pattern,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Found)>> {
        let (found, gave_up) = words(self.searcher, field, pattern)?;
        let count = found.len();
        let mut found: Vec<_> = found.into_iter().collect();
        if count > limit {
            found.sort_by(|(a, x), (b, y)| (x.edits, y.doc_freq, a).cmp(&(y.edits, x.doc_freq, b)));
            found.truncate(limit);
        }
        if count > limit || gave_up {
            let pattern = pattern.to_string();
            self.cuts.push(Cut { field, pattern, found: count, kept: found.len(), gave_up });
        }
        Ok(found)
    }

    fn fuzzy(&mut self, boost: f64, parts: &[FuzzyPart], limit: usize) -> Result<Plan> {
        // For each term its distance, and the parts whose fields hold a word so spelled.
        let mut terms: BTreeMap<Vec<u8>, (u8, Vec<usize>)> = BTreeMap::new();
        for (number, part) in parts.iter().enumerate() {
            let pattern = Pattern::Fuzzy(part.spelling.clone());
            for (term, found) in self.found(part.field, &pattern, limit)? {
                let (edits, numbers) = terms.entry(term).or_insert((found.edits, Vec::new()));
                *edits = found.edits.min(*edits);
                numbers.push(number);
            }
        }
        let length = parts.iter().map(|part| part.spelling.word.chars().count()).max().unwrap_or(0);
        let plans = terms.into_iter().map(|(term, (edits, numbers))| {
            let part = |(number, part): (usize, &FuzzyPart)| {
                let terms = numbers.contains(&number).then(|| (term.clone(), 0));
                let (field, weight) = (part.field, part.weight);
                WordPart { field, weight, terms: terms.into_iter().collect(), slop: 0 }
            };
            let parts = parts.iter().enumerate().map(part).collect();
            Plan::Word { boost: boost * similarity(edits, length), parts }
        });
        Ok(Plan::DisMax { tie: 0.0, plans: plans.collect(), blended: true })
    }
}

/// What a word so far from the one asked for counts beside one that is the same.
fn similarity(edits: u8, length: usize) -> f64 {
    1.0 - f64::from(edits) / (length as f64 + 1.0)
}

impl std::fmt::Display for Pattern {
    /// As a person writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Pattern::Prefix(text) => write!(f, "{text}*"),
            Pattern::Wildcard(text) => f.write_str(text),
            Pattern::Regex(text) => write!(f, "/{}/", text.strip_prefix("(?i)").unwrap_or(text)),
            Pattern::Fuzzy(spelling) => write!(f, "{}~{}", spelling.word, spelling.edits),
            Pattern::Range(low, high) => {
                let end = |end: &Option<(String, bool)>| {
                    end.as_ref().map_or("*".to_string(), |(text, _)| text.clone())
                };
                write!(f, "[{} TO {}]", end(low), end(high))
            }
        }
    }
}

/// What is known of a term that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The least distance of the term or one of its forms; 0 but for a fuzzy pattern.
    pub edits: u8,
    /// Summed over segments.
    pub doc_freq: u64,
}

/// Each term of a field that matches or has a form that does, and whether the walk ended early.
pub fn words(
    searcher: &Searcher,
    field: usize,
    pattern: &Pattern,
) -> Result<(BTreeMap<Vec<u8>, Found>, bool)> {
    match pattern {
        Pattern::Prefix(text) => {
            let terms = walk(searcher, field, &mut Prefix(text.as_bytes()), |_, _| 0)?;
            Ok((terms, false))
        }
        Pattern::Wildcard(text) => {
            let mut regex = Regex::wildcard(text)?;
            let terms = walk(searcher, field, &mut regex, |_, _| 0)?;
            Ok((terms, regex.gave_up()))
        }
        Pattern::Regex(text) => {
            let mut regex = Regex::new(text)?;
            let terms = walk(searcher, field, &mut regex, |_, _| 0)?;
            Ok((terms, regex.gave_up()))
        }
        Pattern::Fuzzy(Spelling { word, edits, prefix }) => {
            let mut fuzzy = Fuzzy::new(word, *edits, *prefix);
            let distance = |fuzzy: &Fuzzy, state: &_| fuzzy.distance(state).unwrap_or(0);
            Ok((walk(searcher, field, &mut fuzzy, distance)?, false))
        }
        Pattern::Range(low, high) => {
            Ok((range(searcher, field, low.as_ref(), high.as_ref())?, false))
        }
    }
}

fn walk<A: Automaton>(
    searcher: &Searcher,
    number: usize,
    automaton: &mut A,
    distance: impl Fn(&A, &A::State) -> u8,
) -> Result<BTreeMap<Vec<u8>, Found>> {
    let mut found = BTreeMap::new();
    for segment in 0..searcher.segments().len() {
        let Some(field) = searcher.field(segment, number) else {
            continue;
        };
        for (_, term, of_segment) in in_segment(field, automaton, &distance)? {
            add(&mut found, term, of_segment);
        }
    }
    Ok(found)
}

fn add(found: &mut BTreeMap<Vec<u8>, Found>, term: Vec<u8>, of_segment: Found) {
    let known = found.entry(term).or_insert(Found { doc_freq: 0, ..of_segment });
    known.edits = known.edits.min(of_segment.edits);
    known.doc_freq += of_segment.doc_freq;
}

/// The terms of one segment that match or have a form that does, each with its least distance.
fn in_segment<A: Automaton>(
    field: &Field,
    automaton: &mut A,
    distance: &impl Fn(&A, &A::State) -> u8,
) -> Result<Vec<(Ordinal, Vec<u8>, Found)>> {
    let Some((terms, _)) = &field.terms else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    terms.walk(automaton, |automaton, term| {
        let edits = distance(automaton, term.state);
        found.push((term.ordinal, term.text.to_vec(), Found { edits, doc_freq: term.values[0] }));
        ControlFlow::Continue(())
    })?;
    // The terms of the forms that match, with the least distance of their forms.
    let mut edits_of: BTreeMap<Ordinal, u8> = BTreeMap::new();
    if let Some(forms) = &field.forms {
        forms.walk(automaton, |automaton, form| {
            let ordinal = Ordinal::try_from(form.values[0]).unwrap_or(Ordinal::MAX);
            let edits = distance(automaton, form.state);
            let least = edits_of.entry(ordinal).or_insert(edits);
            *least = edits.min(*least);
            ControlFlow::Continue(())
        })?;
    }
    for (ordinal, _, term) in &mut found {
        if let Some(edits) = edits_of.remove(ordinal) {
            term.edits = edits.min(term.edits);
        }
    }
    for (ordinal, edits) in edits_of {
        let (entry, text) = terms.entry(ordinal)?;
        found.push((ordinal, text, Found { edits, doc_freq: entry.values[0] }));
    }
    Ok(found)
}

fn range(
    searcher: &Searcher,
    number: usize,
    low: Option<&(String, bool)>,
    high: Option<&(String, bool)>,
) -> Result<BTreeMap<Vec<u8>, Found>> {
    let from = low.map_or(&b""[..], |(text, _)| text.as_bytes());
    let skipped = low.filter(|(_, included)| !included).map(|(text, _)| text.as_bytes());
    let mut found = BTreeMap::new();
    for segment in 0..searcher.segments().len() {
        let field = searcher.field(segment, number).and_then(|field| field.terms.as_ref());
        let Some((terms, _)) = field else {
            continue;
        };
        terms.scan_from(from, &mut |entry, text| {
            let beyond = high.is_some_and(|(high, included)| {
                text > high.as_bytes() || (!included && text == high.as_bytes())
            });
            if beyond {
                return ControlFlow::Break(());
            }
            if skipped != Some(text) {
                add(&mut found, text.to_vec(), Found { edits: 0, doc_freq: entry.values[0] });
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(found)
}
