//! Many plans over one snapshot, on as many threads as there are cores.
//!
//! The answers are those of one search after another, in the order of the plans.

use std::borrow::Borrow;

use crate::error::Result;
use crate::search::keys::Texts;
use crate::search::plan::Plan;
use crate::search::ranking::Ranking;
use crate::search::searcher::Searcher;
use crate::search::threads::on_threads;
use crate::search::top::Scored;

/// What is wanted of each plan.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Hits at most,
    pub limit: usize,
    /// after the first so many.
    pub offset: usize,
    /// The keyword field with the keys of the hits; `None`: no keys.
    pub key_field: Option<usize>,
}

/// The hits of all plans, one plan after another.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// The hits of plan `i` end at `ends[i]`, where those of the next begin.
    pub ends: Vec<usize>,
    pub docs: Vec<u32>,
    pub scores: Vec<f64>,
    /// One a hit; none where no keys were asked for.
    pub keys: Texts,
}

impl Batch {
    fn push(&mut self, hits: &[Scored], keys: &Texts) {
        self.docs.extend(hits.iter().map(|hit| hit.doc));
        self.scores.extend(hits.iter().map(|hit| hit.score));
        self.ends.push(self.docs.len());
        self.keys.append(keys);
    }
}

impl Searcher {
    /// The hits of each plan on at most `threads` threads, this one among them; 0: one a core.
    ///
    /// # Errors
    /// That of a plan that failed; those that nobody has taken by then are left out.
    pub fn search_many<P: Borrow<Plan> + Sync>(
        &self,
        plans: &[P],
        page: Page,
        ranking: &Ranking,
        threads: usize,
    ) -> Result<Batch> {
        let work = |plan: &P| self.page_of(plan.borrow(), page, ranking);
        let mut batch = Batch::default();
        for (hits, keys) in on_threads(plans, threads, work)? {
            batch.push(&hits, &keys);
        }
        Ok(batch)
    }

    /// The hits of one plan that are on the page, and their keys; no keys where none are wanted.
    pub fn page_of(
        &self,
        plan: &Plan,
        page: Page,
        ranking: &Ranking,
    ) -> Result<(Vec<Scored>, Texts)> {
        // An offset without hits behind it asks for nothing.
        let end = if page.limit == 0 { 0 } else { page.limit.saturating_add(page.offset) };
        let mut hits = self.search(plan, end.min(self.doc_count() as usize), ranking)?;
        hits.drain(..page.offset.min(hits.len()));
        let docs = hits.iter().map(|hit| hit.doc);
        let keys = page.key_field.map(|field| self.keys(docs, field)).transpose()?;
        Ok((hits, keys.unwrap_or_default()))
    }
}
