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
    /// Words that match a pattern, looked up in the dictionaries. The score is the boost.
    Pattern {
        boost: f64,
        parts: Vec<PatternPart>,
        limit: usize,
    },
    /// Words spelled nearly so: the best of their scores, each less the more it differs.
    Fuzzy {
        boost: f64,
        parts: Vec<FuzzyPart>,
        limit: usize,
    },
    /// Any of some terms. The score is the boost.
    Terms {
        boost: f64,
        parts: Vec<TermsPart>,
        /// The pattern that they stand for, as a person writes it; empty for a set.
        wanted: String,
    },
    /// Documents with a term or a value in one of the fields. The score is the boost.
    Exists {
        boost: f64,
        fields: Vec<usize>,
    },
    /// Words and phrases near each other, scored as a phrase is.
    Near {
        boost: f64,
        parts: Vec<NearPart>,
        limit: usize,
    },
    /// The most telling of some words, each with its tf × idf as its boost.
    MoreLike {
        boost: f64,
        parts: Vec<LikePart>,
        /// The most words taken, and the least that a word's tf and document frequency may be.
        max_terms: usize,
        min_freq: u32,
        min_docs: u64,
    },
    /// What the plan matches, all with the same score.
    Constant {
        score: f64,
        plan: Box<Plan>,
    },
    /// One of the plans: the best of the scores, plus `tie` times the others.
    DisMax {
        tie: f64,
        plans: Vec<Plan>,
        /// The idf of all words is that of the most frequent one.
        blended: bool,
    },
    /// At least `count` of the plans; scores add up.
    AtLeast {
        count: usize,
        plans: Vec<Plan>,
    },
    /// What `plan` matches; the score of what `negative` matches too is multiplied by `factor`.
    Demote {
        plan: Box<Plan>,
        negative: Box<Plan>,
        factor: f64,
    },
    /// What the plan matches, its score multiplied by a function of a number or a date.
    Scaled {
        plan: Box<Plan>,
        field: usize,
        function: Function,
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

    /// The most terms that stand at one place; 1 where there are none.
    pub fn most_alternatives(&self) -> usize {
        let at = |place: u32| self.terms.iter().filter(|(_, other)| *other == place).count();
        self.places().into_iter().map(at).max().unwrap_or(1)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct PrefixPart {
    pub field: usize,
    pub prefix: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PatternPart {
    pub field: usize,
    pub pattern: Pattern,
}

/// Which words are meant. All but a range are compared with forms and terms, a range with terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    Prefix(String),
    /// `*` is any characters, `?` one, a backslash makes the next one plain.
    Wildcard(String),
    Regex(String),
    Fuzzy(Spelling),
    /// From the first to the second, each with whether it is included; `None` is an open end.
    Range(Option<(String, bool)>, Option<(String, bool)>),
}

/// A word and how it may be misspelled: at most `edits` edits, none in the first `prefix` characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelling {
    pub word: String,
    pub edits: u8,
    pub prefix: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FuzzyPart {
    pub field: usize,
    pub weight: f64,
    pub spelling: Spelling,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TermsPart {
    pub field: usize,
    /// Rising, none twice.
    pub terms: Vec<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NearPart {
    pub field: usize,
    pub weight: f64,
    pub span: Span,
}

/// Stretches of a field's positions, as `start..end`.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// One position that holds any of the terms.
    Terms(Vec<Vec<u8>>),
    /// As `Terms`, of what the pattern matches.
    Pattern(Pattern),
    /// Terms at their places: see [`WordPart`].
    Phrase { terms: Vec<(Vec<u8>, u32)>, slop: u32 },
    /// All of the spans, apart from each other, with at most `distance` positions of the whole
    /// stretch in none of them.
    Near { spans: Vec<Span>, distance: u32, ordered: bool },
    /// Any of the spans.
    Any(Vec<Span>),
    /// Those that end within the first `within` positions.
    First { span: Box<Span>, within: u32 },
}

#[derive(Clone, Debug, PartialEq)]
pub struct LikePart {
    pub field: usize,
    pub weight: f64,
    /// Each with how often it stands in the text.
    pub terms: Vec<(Vec<u8>, u32)>,
}

/// By what a score is multiplied, given the document's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// Less, the further the value is from `origin`; 1 without a value.
    Decay { shape: Shape, origin: f64, scale: f64, offset: f64, decay: f64 },
    /// More, the greater the value times `factor` is; `missing` without a value.
    Value { curve: Curve, factor: f64, missing: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Exponential,
    Gaussian,
    Linear,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curve {
    Value,
    Log1p,
    Sqrt,
    Saturation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}

impl Shape {
    pub const ALL: [Shape; 3] = [Shape::Exponential, Shape::Gaussian, Shape::Linear];

    pub fn name(self) -> &'static str {
        match self {
            Shape::Exponential => "exponential",
            Shape::Gaussian => "gaussian",
            Shape::Linear => "linear",
        }
    }
}

impl Curve {
    pub const ALL: [Curve; 4] = [Curve::Value, Curve::Log1p, Curve::Sqrt, Curve::Saturation];

    pub fn name(self) -> &'static str {
        match self {
            Curve::Value => "value",
            Curve::Log1p => "log1p",
            Curve::Sqrt => "sqrt",
            Curve::Saturation => "saturation",
        }
    }
}
