//! What ranking needs to know of the whole snapshot: document counts, frequencies, lengths.
//!
//! Deleted documents count until a merge drops them (docs/ranking.md, "Statistics").

use crate::bm25::idf;
use crate::error::Result;
use crate::search::near::NearStatistics;
use crate::search::plan::{Plan, WordPart};
use crate::search::searcher::Searcher;
use crate::segment::FieldKind;
use crate::segment::postings::ListInfo;

/// The statistics of one word: summed over segments, and where its lists lie in each.
pub struct WordStatistics {
    /// N: all documents.
    pub doc_count: u64,
    /// n of each place of the phrase, or of the one word: the largest among fields and alternatives.
    pub doc_freqs: Vec<u64>,
    /// The sum of the idf of the places.
    pub idf: f64,
    /// Average length of each part's field; 0 for keyword fields.
    pub average_lengths: Vec<f64>,
    /// The weighted sum of the averages; 1 where only keyword fields are searched.
    pub average_length: f64,
    /// `lists[segment][part][term]`.
    pub lists: Vec<Vec<Vec<Option<ListInfo>>>>,
}

impl WordStatistics {
    pub fn sum(searcher: &Searcher, parts: &[WordPart]) -> Result<Self> {
        let doc_count = u64::from(searcher.doc_space());
        let places: Vec<Vec<u32>> = parts.iter().map(WordPart::places).collect();
        let mut freqs: Vec<Vec<u64>> = parts.iter().map(|part| vec![0; part.terms.len()]).collect();
        let mut totals = vec![0u64; parts.len()];
        let mut lists = Vec::with_capacity(searcher.segments().len());
        for index in 0..searcher.segments().len() {
            let mut in_segment = Vec::with_capacity(parts.len());
            for (number, part) in parts.iter().enumerate() {
                let field = searcher.field(index, part.field);
                let mut in_part = Vec::with_capacity(part.terms.len());
                for (index, (term, _)) in part.terms.iter().enumerate() {
                    let list = field.map_or(Ok(None), |field| field.list(term))?;
                    freqs[number][index] += list.map_or(0, |list| u64::from(list.doc_freq));
                    in_part.push(list);
                }
                let lengths = field.and_then(|field| field.lengths.as_ref());
                totals[number] += lengths.map_or(0, |lengths| lengths.total());
                in_segment.push(in_part);
            }
            lists.push(in_segment);
        }
        let mut doc_freqs = vec![0; places.iter().map(Vec::len).max().unwrap_or(0)];
        for ((part, places), freqs) in parts.iter().zip(&places).zip(&freqs) {
            for ((_, offset), &freq) in part.terms.iter().zip(freqs) {
                let place = places.partition_point(|place| place < offset);
                doc_freqs[place] = freq.max(doc_freqs[place]);
            }
        }
        let average_lengths: Vec<f64> = totals
            .iter()
            .map(|&total| if total == 0 { 0.0 } else { total as f64 / doc_count as f64 })
            .collect();
        let only_keywords =
            parts.iter().all(|part| searcher.kind(part.field) == Some(FieldKind::Keyword));
        let average_length = if only_keywords {
            1.0
        } else {
            let weighted = parts.iter().zip(&average_lengths);
            weighted.map(|(part, average)| part.weight * average).sum()
        };
        Ok(WordStatistics {
            doc_count,
            idf: doc_freqs.iter().map(|&n| idf(n, doc_count)).sum(),
            doc_freqs,
            average_lengths,
            average_length,
            lists,
        })
    }
}

/// A plan with the statistics of each of its words, in the order of the plan.
pub enum Weighed<'p> {
    Word(&'p [WordPart], f64, WordStatistics),
    Near(f64, NearStatistics),
    /// A plan made of others, and these.
    Compound(&'p Plan, Vec<Weighed<'p>>),
    Leaf(&'p Plan),
    Bool {
        must: Vec<Weighed<'p>>,
        should: Vec<Weighed<'p>>,
        must_not: Vec<Weighed<'p>>,
        filter: Vec<Weighed<'p>>,
    },
}

impl<'p> Weighed<'p> {
    pub fn new(searcher: &Searcher, plan: &'p Plan) -> Result<Self> {
        let all = |plans: &'p [Plan]| -> Result<Vec<Weighed<'p>>> {
            plans.iter().map(|plan| Weighed::new(searcher, plan)).collect()
        };
        Ok(match plan {
            Plan::Word { boost, parts } => {
                Weighed::Word(parts, *boost, WordStatistics::sum(searcher, parts)?)
            }
            Plan::Bool { must, should, must_not, filter } => Weighed::Bool {
                must: all(must)?,
                should: all(should)?,
                must_not: all(must_not)?,
                filter: all(filter)?,
            },
            Plan::Near { boost, parts, .. } => {
                Weighed::Near(*boost, NearStatistics::sum(searcher, parts)?)
            }
            Plan::DisMax { plans, blended, .. } => {
                let mut children = all(plans)?;
                if *blended {
                    blend(&mut children);
                }
                Weighed::Compound(plan, children)
            }
            Plan::AtLeast { plans, .. } => Weighed::Compound(plan, all(plans)?),
            Plan::Constant { plan: child, .. } | Plan::Scaled { plan: child, .. } => {
                Weighed::Compound(plan, vec![Weighed::new(searcher, child)?])
            }
            Plan::Demote { plan: child, negative, .. } => {
                let children =
                    vec![Weighed::new(searcher, child)?, Weighed::new(searcher, negative)?];
                Weighed::Compound(plan, children)
            }
            leaf => Weighed::Leaf(leaf),
        })
    }

    /// Whether any match scores: false where there are only filters.
    pub fn scores(&self) -> bool {
        match self {
            Weighed::Bool { must, should, .. } => must.iter().chain(should).any(Weighed::scores),
            Weighed::Compound(Plan::DisMax { .. } | Plan::AtLeast { .. }, children) => {
                children.iter().any(Weighed::scores)
            }
            Weighed::Compound(Plan::Demote { .. } | Plan::Scaled { .. }, children) => {
                children.first().is_some_and(Weighed::scores)
            }
            Weighed::Word(..) | Weighed::Near(..) | Weighed::Compound(..) | Weighed::Leaf(_) => {
                true
            }
        }
    }

    /// How many bounds may be added up for one document.
    pub fn terms(&self) -> usize {
        match self {
            Weighed::Word(parts, ..) => parts.len(),
            Weighed::Near(_, near) => near.words.len(),
            Weighed::Compound(_, children) => children.iter().map(Weighed::terms).sum(),
            Weighed::Leaf(_) => 1,
            Weighed::Bool { must, should, .. } => {
                must.iter().chain(should).map(Weighed::terms).sum()
            }
        }
    }
}

/// Gives all words the n of the most frequent one, so that a rare misspelling is worth no more.
fn blend(words: &mut [Weighed<'_>]) {
    let of = |word: &Weighed<'_>| match word {
        Weighed::Word(.., statistics) => statistics.doc_freqs.first().copied(),
        _ => None,
    };
    let most = words.iter().filter_map(of).max().unwrap_or(0);
    for word in words {
        if let Weighed::Word(.., statistics) = word {
            statistics.doc_freqs = vec![most];
            statistics.idf = idf(most, statistics.doc_count);
        }
    }
}
