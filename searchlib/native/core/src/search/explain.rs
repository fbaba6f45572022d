//! Why does a document have its score? The plan's tree with the numbers of each leaf.

use serde_json::{Value as Json, json};

use crate::bm25::Bm25;
use crate::error::Result;
use crate::search::node::Node;
use crate::search::plan::{Number, Plan, WordPart};
use crate::search::statistics::{Weighed, WordStatistics};
use crate::search::word::Word;

/// One node of the plan for one document.
#[derive(Debug)]
pub struct Explanation {
    pub matched: bool,
    /// 0 where the document does not match.
    pub score: f64,
    /// "match", "prefix", "range", "all", "none" or "bool".
    pub kind: &'static str,
    /// What the score was computed from, by name.
    pub facts: Json,
    /// Of "bool"; the facts give the role of each, in the same order.
    pub children: Vec<Explanation>,
}

pub fn explain(
    plan: &Weighed<'_>,
    node: &mut Node<'_>,
    doc: u32,
    bm25: Bm25,
) -> Result<Explanation> {
    let score = node.score(doc)?;
    let mut children = Vec::new();
    let (kind, facts) = match (plan, node) {
        (Weighed::Word(parts, boost, statistics), Node::Word(word)) => {
            ("match", word_facts(parts, *boost, statistics, word, doc, bm25)?)
        }
        (Weighed::Bool { must, should, must_not, filter }, Node::Bool(bool)) => {
            let plans = must.iter().chain(should).chain(must_not).chain(filter);
            let mut roles = Vec::new();
            for (plan, (role, node)) in plans.zip(bool.children()) {
                children.push(explain(plan, node, doc, bm25)?);
                roles.push(role.name());
            }
            ("bool", json!({"roles": roles}))
        }
        (Weighed::Leaf(plan), _) => leaf_facts(plan),
        _ => ("none", json!({})),
    };
    Ok(Explanation { matched: score.is_some(), score: score.unwrap_or(0.0), kind, facts, children })
}

fn word_facts(
    parts: &[WordPart],
    boost: f64,
    statistics: &WordStatistics,
    word: &mut Word<'_>,
    doc: u32,
    bm25: Bm25,
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
        fields.push(json!({
            "field": part.field,
            "weight": part.weight,
            "terms": terms,
            "slop": part.slop,
            "frequency": in_field,
            "length": word.length_of(number, doc),
            "average_length": statistics.average_lengths[number],
        }));
    }
    Ok(json!({
        "boost": boost,
        "idf": statistics.idf,
        "frequency": frequency,
        "length": word.length(doc),
        "average_length": statistics.average_length,
        "k1": bm25.k1,
        "b": bm25.b,
        "doc_count": statistics.doc_count,
        "doc_freq": statistics.doc_freqs,
        "fields": fields,
    }))
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
        Plan::All { boost } => ("all", json!({"boost": boost})),
        Plan::Word { .. } | Plan::Bool { .. } | Plan::Nothing => ("none", json!({})),
    }
}

fn number(number: Number) -> Json {
    match number {
        Number::Int(value) => json!(value),
        Number::Float(value) => json!(value),
    }
}
