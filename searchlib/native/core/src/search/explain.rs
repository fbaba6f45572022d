//! Why does a document have its score? The plan's tree with the numbers of each leaf.

use serde_json::{Value as Json, json};

use crate::bm25::{Bm25, idf};
use crate::error::Result;
use crate::search::compound::Rule;
use crate::search::matches::held_terms;
use crate::search::near::{Near, NearStatistics};
use crate::search::node::{Node, Place};
use crate::search::plan::{Function, Number, Plan, TermsPart, WordPart};
use crate::search::ranking::Ranking;
use crate::search::scorer::Scorer;
use crate::search::statistics::{Weighed, WordStatistics};
use crate::search::word::Word;
use crate::spans::Span;

/// One node of the plan for one document.
#[derive(Debug)]
pub struct Explanation {
    pub matched: bool,
    /// 0 where the document does not match.
    pub score: f64,
    /// "match", "near", "terms", "prefix", "range", "exists", "all", "none", "bool", "constant",
    /// "dis_max", "at_least", "demote" or "scaled".
    pub kind: &'static str,
    /// What the score was computed from, by name.
    pub facts: Json,
    /// Of those that are made of others. The facts of "bool" give the role of each, in this order.
    pub children: Vec<Explanation>,
}

pub fn explain(
    place: Place<'_>,
    plan: &Weighed<'_>,
    node: &mut Node<'_>,
    doc: u32,
) -> Result<Explanation> {
    let score = node.score(doc)?;
    let mut children = Vec::new();
    let (kind, facts) = match (plan, node) {
        (Weighed::Word(parts, boost, statistics), Node::Word(word)) => {
            ("match", word_facts(place, parts, *boost, statistics, word, doc)?)
        }
        (Weighed::Bool { must, should, must_not, filter }, Node::Bool(bool)) => {
            let plans = must.iter().chain(should).chain(must_not).chain(filter);
            let mut roles = Vec::new();
            for (plan, (role, node)) in plans.zip(bool.children_mut()) {
                children.push(explain(place, plan, node, doc)?);
                roles.push(role.name());
            }
            ("bool", json!({"roles": roles}))
        }
        (Weighed::Near(boost, statistics), Node::Near(near)) => {
            ("near", near_facts(place, *boost, statistics, near, doc)?)
        }
        (Weighed::Compound(plan, plans), Node::Compound(compound)) => {
            for (plan, node) in plans.iter().zip(compound.children_mut()) {
                children.push(explain(place, plan, node, doc)?);
            }
            compound_facts(plan, compound.rule(), doc)
        }
        (Weighed::Leaf(Plan::Terms { boost, parts, wanted }), _) => {
            ("terms", terms_facts(place, *boost, parts, wanted, doc)?)
        }
        (Weighed::Leaf(plan), _) => leaf_facts(plan),
        _ => ("none", json!({})),
    };
    Ok(Explanation { matched: score.is_some(), score: score.unwrap_or(0.0), kind, facts, children })
}

fn word_facts(
    place: Place<'_>,
    parts: &[WordPart],
    boost: f64,
    statistics: &WordStatistics,
    word: &mut Word<'_>,
    doc: u32,
) -> Result<Json> {
    let found = word.frequencies(doc)?;
    let mut frequency = 0.0;
    let mut fields = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let in_field = found.iter().find(|score| score.number == number);
        let in_field = in_field.map_or(0, |score| score.frequency);
        frequency += part.weight * f64::from(in_field);
        let terms: Vec<Json> = part
            .terms
            .iter()
            .map(|(term, offset)| json!([String::from_utf8_lossy(term), offset]))
            .collect();
        let (length, length_weight) = word.scorer().length_of(number, doc);
        fields.push(json!({
            "field": part.field,
            "weight": part.weight,
            "terms": terms,
            "slop": part.slop,
            "frequency": in_field,
            "length": length,
            "length_weight": length_weight,
        }));
    }
    Ok(scored_facts(place, boost, statistics, word.scorer(), doc, frequency, fields))
}

/// What a score was computed from. The names of each ranking's own facts are in its "ranking".
fn scored_facts(
    place: Place<'_>,
    boost: f64,
    statistics: &WordStatistics,
    scorer: &Scorer<'_>,
    doc: u32,
    frequency: f64,
    fields: Vec<Json>,
) -> Json {
    let Bm25 { k1, b } = scorer.bm25();
    let ranking = match place.judge.ranking {
        Ranking::Bm25(_) => json!({"name": "bm25", "k1": k1, "b": b}),
        Ranking::Bm25Plus(_, delta) => json!({"name": "bm25+", "k1": k1, "b": b, "delta": delta}),
        Ranking::TfIdf => json!({"name": "tf-idf"}),
        Ranking::Dirichlet(mu) => json!({"name": "dirichlet", "mu": mu}),
        Ranking::Foreign(_) => json!({"name": "function"}),
    };
    let total = statistics.doc_count;
    json!({
        "ranking": ranking,
        "boost": boost,
        "idf": statistics.doc_freqs.iter().map(|&n| idf(n, total)).sum::<f64>(),
        "frequency": frequency,
        "length": scorer.length(doc),
        "average_length": statistics.average_length,
        "doc_count": total,
        "doc_freq": statistics.doc_freqs,
        "collection_freq": statistics.collection_freqs,
        "token_count": statistics.token_count(),
        "fields": fields,
    })
}

fn near_facts(
    place: Place<'_>,
    boost: f64,
    near: &NearStatistics,
    node: &mut Near<'_>,
    doc: u32,
) -> Result<Json> {
    let found = node.frequencies(doc)?;
    let mut frequency = 0.0;
    let mut fields = Vec::new();
    for (number, (part, span)) in near.words.iter().zip(&near.spans).enumerate() {
        let in_field = found.iter().find(|(place, _)| *place == number);
        let in_field = in_field.map_or(0, |(_, count)| *count);
        frequency += part.weight * in_field as f64;
        let (length, length_weight) = node.scorer().length_of(number, doc);
        fields.push(json!({
            "field": part.field,
            "weight": part.weight,
            "frequency": in_field,
            "length": length,
            "length_weight": length_weight,
            "span": span_json(span, &part.terms),
        }));
    }
    Ok(scored_facts(place, boost, &near.statistics, node.scorer(), doc, frequency, fields))
}

/// As the plan has it, the patterns' terms in their place.
fn span_json(span: &Span, terms: &[(Vec<u8>, u32)]) -> Json {
    let text = |&term: &usize| String::from_utf8_lossy(&terms[term].0).into_owned();
    let all =
        |spans: &[Span]| -> Vec<Json> { spans.iter().map(|span| span_json(span, terms)).collect() };
    match span {
        Span::Terms(terms) => json!(["terms", terms.iter().map(text).collect::<Vec<_>>()]),
        Span::Phrase { terms, slop } => {
            let terms = terms.iter().map(|(term, offset)| json!([text(term), offset]));
            json!(["phrase", terms.collect::<Vec<_>>(), slop])
        }
        Span::Near { spans, distance, ordered } => {
            json!(["near", all(spans), distance, ordered])
        }
        Span::Any(spans) => json!(["any", all(spans)]),
        Span::First { span, within } => json!(["first", span_json(span, terms), within]),
    }
}

fn terms_facts(
    place: Place<'_>,
    boost: f64,
    parts: &[TermsPart],
    wanted: &str,
    doc: u32,
) -> Result<Json> {
    let doc_count = place.searcher.segments()[place.segment].doc_count();
    let mut fields = Vec::new();
    for part in parts {
        let mut held = Vec::new();
        if let Some(field) = place.searcher.field(place.segment, part.field) {
            held = held_terms(field, &part.terms, doc, doc_count)?;
        }
        let held: Vec<_> = held.iter().map(|term| String::from_utf8_lossy(term)).collect();
        fields.push(json!({"field": part.field, "terms": part.terms.len(), "held": held}));
    }
    Ok(json!({"boost": boost, "wanted": wanted, "fields": fields}))
}

fn compound_facts(plan: &Plan, rule: &Rule<'_>, doc: u32) -> (&'static str, Json) {
    match (plan, rule) {
        (Plan::Constant { score, .. }, _) => ("constant", json!({"score": score})),
        (Plan::DisMax { tie, .. }, _) => ("dis_max", json!({"tie": tie})),
        (Plan::AtLeast { count, .. }, _) => ("at_least", json!({"count": count})),
        (Plan::Demote { factor, .. }, _) => ("demote", json!({"factor": factor})),
        (Plan::Scaled { field, function, .. }, Rule::Scaled(values)) => {
            let mut facts = json!({
                "field": field,
                "value": values.value(doc),
                "factor": values.factor(doc),
            });
            let more = match *function {
                Function::Decay { shape, origin, scale, offset, decay } => json!({
                    "function": shape.name(),
                    "origin": origin,
                    "scale": scale,
                    "offset": offset,
                    "decay": decay,
                }),
                Function::Value { curve, factor, missing } => json!({
                    "function": curve.name(),
                    "times": factor,
                    "missing": missing,
                }),
            };
            if let (Json::Object(facts), Json::Object(more)) = (&mut facts, more) {
                facts.extend(more);
            }
            ("scaled", facts)
        }
        _ => ("none", json!({})),
    }
}

fn leaf_facts(plan: &Plan) -> (&'static str, Json) {
    match plan {
        Plan::Prefix { boost, parts } => {
            let fields: Vec<Json> = parts
                .iter()
                .map(|part| json!([part.field, String::from_utf8_lossy(&part.prefix)]))
                .collect();
            ("prefix", json!({"boost": boost, "fields": fields}))
        }
        Plan::Range { boost, field, low, high } => {
            let (low, high) = (low.map(number), high.map(number));
            let facts = json!({"boost": boost, "field": field, "low": low, "high": high});
            ("range", facts)
        }
        Plan::Exists { boost, fields } => ("exists", json!({"boost": boost, "fields": fields})),
        Plan::All { boost } => ("all", json!({"boost": boost})),
        _ => ("none", json!({})),
    }
}

fn number(number: Number) -> Json {
    match number {
        Number::Int(value) => json!(value),
        Number::Float(value) => json!(value),
    }
}
