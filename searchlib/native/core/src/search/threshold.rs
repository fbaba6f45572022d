//! How much must a document score at least? What is known, or guessed, before any is looked for.

use crate::error::Result;
use crate::search::node::Node;
use crate::search::searcher::Searcher;
use crate::search::top::{Order, Top};
use crate::search::window::{Candidates, Window};

/// One document in so many is looked at for a guess, in so many stretches of a segment, fewer where
/// these would begin closer together than the last number.
const PART: u32 = 16;
const STRETCHES: u32 = 8;
const LEAST_STEP: u32 = 1024;

/// A document that was scored before any was looked for; without a score it does not match.
pub(super) struct Tried {
    pub segment: usize,
    pub doc: u32,
    pub score: Option<f64>,
}

/// The scores of the rising `docs`, by `score` where they were not `tried`, which rise too.
pub(super) fn scores_of(
    docs: &[u32],
    tried: &[Tried],
    mut score: impl FnMut(&[u32]) -> Result<Vec<Option<f64>>>,
) -> Result<Vec<Option<f64>>> {
    if tried.is_empty() {
        return score(docs);
    }
    let mut tried = tried.iter().peekable();
    let known: Vec<Option<&Tried>> = docs
        .iter()
        .map(|&doc| {
            while tried.next_if(|tried| tried.doc < doc).is_some() {}
            tried.next_if(|tried| tried.doc == doc)
        })
        .collect();
    let unknown = docs.iter().zip(&known).filter(|(_, known)| known.is_none());
    let mut scores = score(&Vec::from_iter(unknown.map(|(&doc, _)| doc)))?.into_iter();
    let score = |known: Option<&Tried>| match known {
        Some(tried) => tried.score,
        None => scores.next().flatten(),
    };
    Ok(known.into_iter().map(score).collect())
}

impl Searcher {
    /// Raises the threshold to what those documents score that are likely to score best; returns them.
    pub(super) fn seed(
        &self,
        nodes: &mut [Node<'_>],
        top: &mut Top,
        limit: usize,
    ) -> Result<Vec<Tried>> {
        let (mut seeds, mut here) = (Vec::new(), Vec::with_capacity(2 * limit));
        for (segment, node) in nodes.iter_mut().enumerate() {
            node.seeds(limit, &mut here)?;
            let deletes = self.deletes_of(segment);
            let live = here.drain(..).filter(|seed| !deletes.contains(seed.doc));
            seeds.extend(live.map(|seed| (segment, seed)));
        }
        if seeds.len() < limit {
            return Ok(Vec::new());
        }
        seeds.sort_unstable_by(|(_, a), (_, b)| b.guess.total_cmp(&a.guess));
        // A document that is good for several words stands there several times.
        seeds.truncate(2 * limit);
        seeds.sort_unstable_by_key(|&(segment, seed)| (segment, seed.doc));
        seeds.dedup_by_key(|&mut (segment, seed)| (segment, seed.doc));
        let mut tried = Vec::with_capacity(seeds.len());
        for same in seeds.chunk_by(|a, b| a.0 == b.0) {
            let (segment, docs) =
                (same[0].0, Vec::from_iter(same.iter().map(|(_, seed)| seed.doc)));
            let scores = nodes[segment].scores(&docs, 0.0)?;
            let pairs = docs.into_iter().zip(scores);
            tried.extend(pairs.map(|(doc, score)| Tried { segment, doc, score }));
        }
        let mut scores: Vec<f64> = tried.iter().filter_map(|tried| tried.score).collect();
        if scores.len() >= limit {
            let (_, least, _) = scores.select_nth_unstable_by(limit - 1, |a, b| b.total_cmp(a));
            top.raise(*least);
        }
        Ok(tried)
    }

    /// The best of a part of the documents, as many of them as are likely to be among the best `limit`
    /// of all and some more. What the last of them scores is a guess at the threshold; a search that
    /// finds enough documents above it has missed none.
    pub(super) fn sample(&self, nodes: &mut [Node<'_>], limit: usize, terms: usize) -> Result<Top> {
        let expected = limit as f64 / f64::from(PART);
        // How many there are in a part spreads by the root: this many more are there seldom.
        let mut top = Top::new((expected + 3.0 * expected.sqrt()).ceil() as usize, terms);
        let mut found = Candidates::default();
        for (segment, node) in nodes.iter_mut().enumerate() {
            let doc_count = self.segments()[segment].doc_count();
            let deletes = self.deletes_of(segment);
            // From all over the segment: neighbours are often about one thing.
            let step = doc_count.div_ceil(STRETCHES).max(LEAST_STEP);
            for start in (0..doc_count).step_by(step as usize) {
                let end = (start + step / PART).min(doc_count);
                node.find(Window { start, end }, top.floor(), &mut found)?;
            }
            if !deletes.is_empty() {
                found.retain(|doc| !deletes.contains(doc));
            }
            top.offer(0, &mut found, Order::Bounds, 0, |docs, floor| node.scores(docs, floor))?;
        }
        Ok(top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_were_tried_are_not_scored_again() {
        let of = |doc: u32| (!doc.is_multiple_of(3)).then(|| f64::from(doc));
        let tried = [2, 3, 5, 9].map(|doc| Tried { segment: 0, doc, score: of(doc) });
        for docs in [&[][..], &[1], &[2, 3], &[1, 2, 3, 4, 8, 9, 10]] {
            let scores = scores_of(docs, &tried, |docs| {
                assert!(docs.iter().all(|doc| tried.iter().all(|tried| tried.doc != *doc)));
                Ok(docs.iter().map(|&doc| of(doc)).collect())
            });
            assert_eq!(scores.unwrap(), Vec::from_iter(docs.iter().map(|&doc| of(doc))));
        }
    }
}
