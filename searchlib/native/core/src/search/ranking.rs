//! How is a score made of counts? The rankings that there are, and one in the hands of a search.
//!
//! Formulas, sources and worked numbers: docs/ranking.md. [`super::formula`] computes them.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::bm25::{Bm25, USUAL};
use crate::error::{Error, Result};

#[derive(Clone)]
pub enum Ranking {
    Bm25(ByField),
    /// An occurrence counts `delta` at least, however long the document.
    Bm25Plus(ByField, f64),
    TfIdf,
    /// Query likelihood, smoothed by `mu` words of the collection.
    Dirichlet(f64),
    /// A function from outside the engine.
    Foreign(Arc<dyn RankingFunction>),
}

impl Default for Ranking {
    fn default() -> Self {
        Ranking::bm25(USUAL.k1, USUAL.b)
    }
}

impl Ranking {
    /// BM25 with the same settings in all fields.
    pub fn bm25(k1: f64, b: f64) -> Self {
        Ranking::Bm25(ByField { all: Bm25 { k1, b }, fields: Vec::new() })
    }

    /// Whether it asks how often a word stands in all documents together, and in one at most.
    pub fn counts_occurrences(&self) -> bool {
        !matches!(self, Ranking::Bm25(_) | Ranking::Bm25Plus(..))
    }
}

/// Settings of all fields but for some, which have their own.
#[derive(Clone, Debug, PartialEq)]
pub struct ByField {
    pub all: Bm25,
    /// (place in the searcher's list of fields, its settings)
    pub fields: Vec<(usize, Bm25)>,
}

impl ByField {
    pub fn of(&self, field: usize) -> Bm25 {
        let own = self.fields.iter().find(|(number, _)| *number == field);
        own.map_or(self.all, |(_, bm25)| *bm25)
    }
}

/// A score as a function of counts, written outside the engine.
pub trait RankingFunction: Send + Sync {
    /// The function for one word of a query.
    fn of_word(&self, counts: &WordCounts) -> Result<Box<dyn WordFunction>>;
}

pub trait WordFunction {
    /// The score at each point: how often a document holds the word, and how long it is.
    fn scores(&self, points: &[(f64, f64)]) -> Result<Vec<f64>>;
}

/// What is known of a word beside a document: the letters are those of docs/ranking.md.
#[derive(Clone, Copy, Debug)]
pub struct WordCounts {
    /// N
    pub doc_count: u64,
    /// n
    pub doc_freq: u64,
    /// cf
    pub collection_freq: f64,
    /// T
    pub token_count: f64,
    pub average_length: f64,
}

/// A ranking in one search.
pub struct Judge<'a> {
    pub ranking: &'a Ranking,
    /// Whether the bounds of a foreign function are relied on; else every match is scored.
    pub prunes: bool,
    exhaustive: Cell<bool>,
    fault: RefCell<Option<Error>>,
}

impl<'a> Judge<'a> {
    pub fn new(ranking: &'a Ranking, prunes: bool) -> Self {
        let (exhaustive, fault) = (Cell::new(!prunes), RefCell::new(None));
        Judge { ranking, prunes, exhaustive, fault }
    }

    /// Remembers what a foreign function raised, where that cannot be returned.
    pub fn fail(&self, error: Error) {
        self.fault.borrow_mut().get_or_insert(error);
    }

    /// What a foreign function raised since.
    pub fn check(&self) -> Result<()> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Says that all matches of a word are scored, since the ranking has no bounds for it.
    pub fn give_up(&self) {
        self.exhaustive.set(true);
    }

    /// Whether some word had no bounds.
    pub fn is_exhaustive(&self) -> bool {
        self.exhaustive.get()
    }
}
