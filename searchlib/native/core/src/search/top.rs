//! The best documents so far, and what a document must beat to join them.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::error::Result;
use crate::search::window::Candidates;

/// A document and its exact score. Orders by score, then by earlier document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    pub doc: u32,
    pub score: f64,
}

impl Eq for Scored {}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.doc.cmp(&self.doc))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// At most `limit` documents with the best scores; of equal scores the earlier ones.
pub struct Top {
    limit: usize,
    heap: BinaryHeap<Reverse<Scored>>,
    /// Bounds are sums of rounded numbers; times this they are bounds of the exact sum.
    slack: f64,
}

impl Top {
    /// `terms`: how many bounds may be added up for one document.
    pub fn new(limit: usize, terms: usize) -> Self {
        Top {
            limit,
            heap: BinaryHeap::new(),
            // Each addition and each conversion to f32 is off by at most 2^-24 of the sum.
            slack: 1.0 + (terms as f64 + 4.0) * 1.2e-7,
        }
    }

    /// Scores those candidates that can still get in. They come after all documents offered before.
    pub fn offer(
        &mut self,
        base: u32,
        candidates: &Candidates,
        mut score: impl FnMut(u32) -> Result<f64>,
    ) -> Result<()> {
        let docs = &candidates.docs;
        let mut first: Vec<usize> = Vec::new();
        let room = self.limit - self.heap.len();
        if room > 0 {
            // The best bounds first: their scores make a threshold that spares the others.
            first = (0..docs.len()).collect();
            if first.len() > room {
                let bounds = &candidates.bounds;
                let order =
                    |&a: &usize, &b: &usize| bounds[b].total_cmp(&bounds[a]).then(a.cmp(&b));
                first.select_nth_unstable_by(room - 1, order);
                first.truncate(room);
                first.sort_unstable();
            }
            for &i in &first {
                let scored = Scored { doc: base + docs[i], score: score(docs[i])? };
                self.heap.push(Reverse(scored));
            }
        }
        let mut first = first.into_iter().peekable();
        for (i, &doc) in docs.iter().enumerate() {
            if first.next_if_eq(&i).is_some() {
                continue;
            }
            let Some(&Reverse(worst)) = self.heap.peek() else {
                return Ok(());
            };
            if f64::from(candidates.bounds[i]) * self.slack < worst.score {
                continue;
            }
            let scored = Scored { doc: base + doc, score: score(doc)? };
            if scored > worst {
                self.heap.pop();
                self.heap.push(Reverse(scored));
            }
        }
        Ok(())
    }

    /// Score falling, equal scores by rising document.
    pub fn into_sorted(self) -> Vec<Scored> {
        let mut best: Vec<Scored> = self.heap.into_iter().map(|Reverse(scored)| scored).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best
    }
}
