//! The question, ready for the core: field numbers, analyzed terms, weights.

/// A tree of conditions. Scores of `Bool` add up; those of all others come from the leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// A word or phrase over several fields, combined as one (BM25F).
    Word {
        boost: f64,
        parts: Vec<WordPart>,
    },
    /// Forms or terms that begin with a text. The score is the boost.
    Prefix {
        boost: f64,
        parts: Vec<PrefixPart>,
    },
    /// Numbers, dates and truth values from `low` to `high`, both included. The score is the boost.
    Range {
        boost: f64,
        field: usize,
        low: Option<Number>,
        high: Option<Number>,
    },
    All {
        boost: f64,
    },
    Nothing,
    /// Holds where all of `must` and `filter` hold, none of `must_not` does and, where `must` and
    /// `filter` are empty, at least one of `should` does.
    Bool {
        must: Vec<Plan>,
        should: Vec<Plan>,
        must_not: Vec<Plan>,
        filter: Vec<Plan>,
    },
}

/// A word as one field analyzes it.
#[derive(Clone, Debug, PartialEq)]
pub struct WordPart {
    /// Place in the searcher's list of fields.
    pub field: usize,
    pub weight: f64,
    /// Each term and its place, counted from the first. Terms at one place are alternatives; one
    /// place is a word, several are a phrase.
    pub terms: Vec<(Vec<u8>, u32)>,
    /// How far the terms of a phrase may stand from their places, in all.
    pub slop: u32,
}

impl WordPart {
    /// The places of the terms, rising.
    pub fn places(&self) -> Vec<u32> {
        let mut places: Vec<u32> = self.terms.iter().map(|(_, place)| *place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct PrefixPart {
    pub field: usize,
    pub prefix: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}
