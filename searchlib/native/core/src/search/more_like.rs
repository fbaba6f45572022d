//! Which words tell most of a text? Those that stand often in it and in few documents.

use std::collections::BTreeMap;

use crate::bm25::idf;
use crate::error::Result;
use crate::search::plan::{LikePart, Plan, WordPart};
use crate::search::searcher::Searcher;

/// The words with the highest tf × idf as a plan that asks for any of them.
pub fn more_like(searcher: &Searcher, plan: &Plan) -> Result<Plan> {
    let Plan::MoreLike { boost, parts, max_terms, min_freq, min_docs } = plan else {
        return Ok(Plan::Nothing);
    };
    // For each term how often it stands in the text, and the parts whose analyzer makes it.
    let mut words: BTreeMap<&[u8], (u32, Vec<usize>)> = BTreeMap::new();
    for (number, part) in parts.iter().enumerate() {
        for (term, freq) in &part.terms {
            let (most, numbers) = words.entry(term).or_default();
            *most = freq.max(most).to_owned();
            numbers.push(number);
        }
    }
    let doc_count = u64::from(searcher.doc_space());
    let mut weighed = Vec::new();
    for (term, (freq, numbers)) in words {
        if freq < *min_freq {
            continue;
        }
        let mut most = 0;
        for &number in &numbers {
            most = searcher.doc_freq(parts[number].field, term)?.max(most);
        }
        if most >= *min_docs && most > 0 {
            weighed.push((f64::from(freq) * idf(most, doc_count), term, numbers));
        }
    }
    // Rising by term, and a stable sort: of equal ones the first.
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    weighed.truncate(*max_terms);
    let should = weighed.into_iter().map(|(weight, term, numbers)| {
        let part = |(number, part): (usize, &LikePart)| {
            let terms = numbers.contains(&number).then(|| (term.to_vec(), 0));
            let (field, weight) = (part.field, part.weight);
            WordPart { field, weight, terms: terms.into_iter().collect(), slop: 0 }
        };
        Plan::Word { boost: boost * weight, parts: parts.iter().enumerate().map(part).collect() }
    });
    let should = should.collect();
    Ok(Plan::Bool { must: Vec::new(), should, must_not: Vec::new(), filter: Vec::new() })
}
