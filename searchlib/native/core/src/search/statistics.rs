//! What ranking needs to know of the whole snapshot: document counts, frequencies, lengths.
//!
//! Deleted documents count until a merge drops them (docs/ranking.md, "Statistics").

use crate::error::Result;
use crate::search::near::NearStatistics;
use crate::search::plan::{Plan, WordPart};
use crate::search::ranking::WordCounts;
use crate::search::searcher::Searcher;
use crate::segment::FieldKind;
use crate::segment::postings::ListInfo;

/// How many documents of all segments hold a term in a field, and how often.
#[derive(Clone, Copy, Default)]
pub struct TermCounts {
    pub doc_freq: u64,
    /// 0 where occurrences were not asked for; `most` is that of the document with the most.
    pub occurrences: u64,
    pub most: u32,
}

/// The statistics of one word: summed over segments, and where its lists lie in each.
pub struct WordStatistics {
    /// N: all documents.
    pub doc_count: u64,
    /// n of each place of the phrase, or of the one word: the largest among fields and alternatives.
    pub doc_freqs: Vec<u64>,
    /// cf of each place: weighted, summed over fields and alternatives. None where they were not
    /// asked for.
    pub collection_freqs: Vec<f64>,
    /// No document holds the word or phrase more often, weighted; only with `collection_freqs`.
    pub most_freq: f64,
    /// `terms[part][term]`.
    pub terms: Vec<Vec<TermCounts>>,
    /// Average length of each part's field; 0 for keyword fields.
    pub average_lengths: Vec<f64>,
    /// The weighted sum of the averages; 1 where only keyword fields are searched.
    pub average_length: f64,
    /// `lists[segment][part][term]`.
    pub lists: Vec<Vec<Vec<Option<ListInfo>>>>,
}

impl WordStatistics {
    /// `occurrences`: whether they are to be counted, which reads the frequencies of every list.
    pub fn sum(searcher: &Searcher, parts: &[WordPart], occurrences: bool) -> Result<Self> {
        let doc_count = u64::from(searcher.doc_space());
        let places: Vec<Vec<u32>> = parts.iter().map(WordPart::places).collect();
        let none = |part: &WordPart| vec![TermCounts::default(); part.terms.len()];
        let mut terms: Vec<Vec<TermCounts>> = parts.iter().map(none).collect();
        let mut totals = vec![0u64; parts.len()];
        let mut lists = Vec::with_capacity(searcher.segments().len());
        for index in 0..searcher.segments().len() {
            let mut in_segment = Vec::with_capacity(parts.len());
            for (number, part) in parts.iter().enumerate() {
                let field = searcher.field(index, part.field);
                let mut in_part = Vec::with_capacity(part.terms.len());
                for ((term, _), counts) in part.terms.iter().zip(&mut terms[number]) {
                    let list = field.map_or(Ok(None), |field| field.list(term))?;
                    if let (Some(list), Some(field)) = (list, field) {
                        field.fetch(list);
                    }
                    counts.doc_freq += list.map_or(0, |list| u64::from(list.doc_freq));
                    if let (true, Some(list), Some(field)) = (occurrences, list, field) {
                        let docs = searcher.segments()[index].doc_count();
                        let cursor = field.cursor(list, docs)?;
                        let count = cursor.map_or(Ok((0, 0)), |mut cursor| cursor.occurrences());
                        let (sum, most) = count?;
                        counts.occurrences += sum;
                        counts.most = most.max(counts.most);
                    }
                    in_part.push(list);
                }
                let lengths = field.and_then(|field| field.lengths.as_ref());
                totals[number] += lengths.map_or(0, |lengths| lengths.total());
                in_segment.push(in_part);
            }
            lists.push(in_segment);
        }
        let mut doc_freqs = vec![0; places.iter().map(Vec::len).max().unwrap_or(0)];
        let mut collection_freqs = vec![0.0; if occurrences { doc_freqs.len() } else { 0 }];
        let mut most_freq = 0.0;
        for (number, (part, places)) in parts.iter().zip(&places).enumerate() {
            for (counts, (_, offset)) in terms[number].iter().zip(&part.terms) {
                let place = places.partition_point(|place| place < offset);
                doc_freqs[place] = counts.doc_freq.max(doc_freqs[place]);
                most_freq += part.weight * f64::from(counts.most);
                if let Some(sum) = collection_freqs.get_mut(place) {
                    *sum += part.weight * counts.occurrences as f64;
                }
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
            doc_freqs,
            most_freq,
            collection_freqs,
            terms,
            average_lengths,
            average_length,
            lists,
        })
    }

    /// T: how many tokens the searched fields of all documents have, weighted.
    pub fn token_count(&self) -> f64 {
        self.average_length * self.doc_count as f64
    }

    /// p of each place: how likely any token of the collection is the word; never 0.
    pub fn probabilities(&self) -> impl Iterator<Item = f64> {
        let all = self.token_count() + 1.0;
        self.collection_freqs.iter().map(move |cf| (cf + 1.0) / all)
    }

    /// What is known of each place.
    pub fn counts(&self) -> impl Iterator<Item = WordCounts> {
        let places = self.doc_freqs.iter().zip(&self.collection_freqs);
        places.map(|(&doc_freq, &collection_freq)| WordCounts {
            doc_count: self.doc_count,
            doc_freq,
            collection_freq,
            token_count: self.token_count(),
            average_length: self.average_length,
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
    /// `occurrences`: as in [`WordStatistics::sum`].
    pub fn new(searcher: &Searcher, plan: &'p Plan, occurrences: bool) -> Result<Self> {
        let one = |plan: &'p Plan| Weighed::new(searcher, plan, occurrences);
        let all = |plans: &'p [Plan]| plans.iter().map(one).collect::<Result<Vec<_>>>();
        Ok(match plan {
            Plan::Word { boost, parts } => {
                Weighed::Word(parts, *boost, WordStatistics::sum(searcher, parts, occurrences)?)
            }
            Plan::Bool { must, should, must_not, filter } => Weighed::Bool {
                must: all(must)?,
                should: all(should)?,
                must_not: all(must_not)?,
                filter: all(filter)?,
            },
            Plan::Near { boost, parts, .. } => {
                Weighed::Near(*boost, NearStatistics::sum(searcher, parts, occurrences)?)
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
                Weighed::Compound(plan, vec![one(child)?])
            }
            Plan::Demote { plan: child, negative, .. } => {
                Weighed::Compound(plan, vec![one(child)?, one(negative)?])
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

/// Gives all words the n and the cf of the most frequent one, so that a rare misspelling is worth no more.
fn blend(words: &mut [Weighed<'_>]) {
    let (mut n, mut cf) = (0, 0.0f64);
    for word in words.iter() {
        if let Weighed::Word(.., statistics) = word {
            n = statistics.doc_freqs.iter().copied().fold(n, u64::max);
            cf = statistics.collection_freqs.iter().copied().fold(cf, f64::max);
        }
    }
    for word in words {
        if let Weighed::Word(.., statistics) = word {
            statistics.doc_freqs = vec![n];
            statistics.collection_freqs.iter_mut().for_each(|own| *own = cf);
        }
    }
}
