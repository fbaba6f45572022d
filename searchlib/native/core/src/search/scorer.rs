//! How well does a frequency count in a document? The formula of a word with the lengths of a
//! segment: exactly, and at most by class.

use std::rc::Rc;

use crate::bm25::Bm25;
use crate::error::Result;
use crate::search::formula::{Formula, bound};
use crate::search::node::Place;
use crate::search::part::Bounds;
use crate::search::plan::WordPart;
use crate::search::ranking::{ByField, Ranking};
use crate::search::statistics::WordStatistics;
use crate::search::window::Candidates;
use crate::segment::FieldKind;
use crate::segment::lengths::{FREQ_MOST, LengthColumn, LengthSteps};

/// What the score of a word or phrase in one segment needs beside its frequency.
pub struct Scorer<'a> {
    formula: Formula<'a>,
    bm25: Bm25,
    average_length: f64,
    lengths: Vec<FieldLength<'a>>,
    only_keywords: bool,
}

/// A searched text field that this segment has.
struct FieldLength<'a> {
    /// Place among the plan's parts.
    number: usize,
    /// What a token of the field counts towards the length.
    weight: f64,
    column: LengthColumn<'a>,
    steps: LengthSteps,
    /// Of a foreign function, where the segment's field holds the word.
    table: Option<Bounds>,
}

impl<'a> Scorer<'a> {
    /// `scored`: whether scores and bounds are wanted.
    pub fn new(
        place: Place<'a>,
        parts: &[WordPart],
        boost: f64,
        statistics: &WordStatistics,
        scored: bool,
    ) -> Result<Self> {
        let Place { searcher, segment, judge } = place;
        let is_keyword = |part: &WordPart| searcher.kind(part.field) == Some(FieldKind::Keyword);
        let (bm25, weights) = match judge.ranking {
            _ if !scored => (Bm25 { k1: 0.0, b: 0.0 }, Vec::new()), // no length is asked for
            Ranking::Bm25(settings) | Ranking::Bm25Plus(settings, _) => {
                settled(settings, parts, statistics)
            }
            _ => (Bm25 { k1: 0.0, b: 0.0 }, parts.iter().map(|part| part.weight).collect()),
        };
        let mut lengths = Vec::new();
        for (number, (part, weight)) in parts.iter().zip(weights).enumerate() {
            let field = searcher.field(segment, part.field);
            if let Some(stored) = field.and_then(|field| field.lengths.as_ref()) {
                let (column, steps) = (stored.column()?, *stored.steps());
                lengths.push(FieldLength { number, weight, column, steps, table: None });
            }
        }
        let formula = if scored {
            let lists = parts.iter().map(WordPart::most_alternatives).sum();
            Formula::new(judge, boost, statistics, bm25, lists)?
        } else {
            Formula::nothing()
        };
        let mut scorer = Scorer {
            formula,
            bm25,
            average_length: statistics.average_length,
            lengths,
            only_keywords: parts.iter().all(is_keyword),
        };
        let holds = |number: usize| statistics.lists[segment][number].iter().any(Option::is_some);
        scorer.tabulate(holds, parts.iter().any(is_keyword))?;
        Ok(scorer)
    }

    /// Asks a foreign function for the bounds of the classes of those fields that hold the word.
    fn tabulate(&mut self, holds: impl Fn(usize) -> bool, has_keywords: bool) -> Result<()> {
        let Formula::Foreign(foreign) = &mut self.formula else {
            return Ok(());
        };
        let mut holding: Vec<_> =
            self.lengths.iter_mut().filter(|length| holds(length.number)).collect();
        let fields: Vec<_> = holding.iter().map(|length| (length.weight, length.steps)).collect();
        let least = fields.iter().map(|(weight, steps)| weight * f64::from(steps[0]));
        let least = if has_keywords { 0.0 } else { least.fold(f64::INFINITY, f64::min) };
        for (length, table) in holding.iter_mut().zip(foreign.tabulate(&fields, least)?) {
            length.table = Some(Rc::new(table));
        }
        Ok(())
    }

    /// No score is more.
    pub fn most(&self) -> f32 {
        bound(self.formula.most())
    }

    /// `frequency`: summed over fields, each times its weight.
    #[inline]
    pub fn score(&self, doc: u32, frequency: f64) -> f64 {
        self.formula.score(frequency, self.length(doc), self.average_length)
    }

    /// What a list that holds the word so often in `doc` adds to its score at most.
    #[inline]
    pub fn bound(&self, share: Share, doc: u32, frequency: f64) -> f32 {
        let (frequency, length) = (share.weight * frequency, self.length(doc));
        bound(self.formula.bound(frequency, length, self.average_length, share.carries))
    }

    /// The same where the class is known: by its bound, or by the frequency that it allows and the
    /// document's exact length.
    #[inline]
    pub fn bound_of_class(
        &self,
        share: Share,
        doc: u32,
        class: u8,
        bounds: Option<&Bounds>,
    ) -> f32 {
        let is_edge = || class & 15 == 0 || class >> 4 == 15;
        match (share.precision, bounds) {
            (Precision::Class, Some(bounds)) => bounds[usize::from(class)],
            (Precision::Class, None) => self.most(),
            (Precision::Edges, Some(bounds)) if !is_edge() => bounds[usize::from(class)],
            _ => self.bound(share, doc, f64::from(FREQ_MOST[usize::from(class >> 4)])),
        }
    }

    /// Appends documents, each with its bound [by class](Self::bound_of_class).
    pub fn bounds_of_classes(
        &self,
        share: Share,
        docs: &[u32],
        classes: &[u8],
        bounds: &Bounds,
        out: &mut Candidates,
    ) {
        out.docs.extend_from_slice(docs);
        let is_fast = matches!(self.formula, Formula::Saturation { .. });
        if !is_fast || share.precision != Precision::Exact || self.only_keywords {
            let bound = |(&doc, &class)| self.bound_of_class(share, doc, class, Some(bounds));
            out.bounds.extend(docs.iter().zip(classes).map(bound));
            return;
        }
        let start = out.bounds.len();
        out.bounds.resize(start + docs.len(), 0.0);
        let lengths = &mut out.bounds[start..];
        for field in &self.lengths {
            let (weight, column) = (field.weight as f32, field.column);
            for (length, &doc) in lengths.iter_mut().zip(docs) {
                *length += weight * column.get(doc) as f32;
            }
        }
        self.formula.bounds_of_lengths(share.weight, self.average_length, classes, lengths);
    }

    /// Joins to the bounds of documents those in another list of the word, 0 where it has none.
    pub fn join(&self, bounds: &mut [f32], more: &[f32]) {
        let most = self.most();
        for (bound, &more) in bounds.iter_mut().zip(more).filter(|(_, more)| **more > 0.0) {
            let joined = if *bound > 0.0 { self.formula.join(*bound, more) } else { more };
            *bound = joined.min(most);
        }
    }

    /// A bound of a document that two lists of the word have, given that of each alone.
    #[inline]
    pub fn joined(&self, a: f32, b: f32) -> f32 {
        self.formula.join(a, b).min(self.most())
    }

    /// The error of a foreign function, if it raised one.
    #[inline]
    pub fn check(&self) -> Result<()> {
        match &self.formula {
            Formula::Foreign(foreign) => foreign.check(),
            _ => Ok(()),
        }
    }

    /// The weighted length of the searched fields; 1 where only keywords are searched.
    #[inline]
    pub fn length(&self, doc: u32) -> f64 {
        if self.only_keywords {
            return 1.0;
        }
        let weighted = self.lengths.iter();
        weighted.map(|length| length.weight * f64::from(length.column.get(doc))).sum()
    }

    /// Asks for the lengths of a document, and does not wait for them.
    #[inline]
    pub fn fetch(&self, doc: u32) {
        self.lengths.iter().for_each(|length| length.column.fetch(doc));
    }

    /// The length in tokens of the field of a part of the plan in `doc`, and what each of them
    /// counts; 0 for a keyword field.
    pub fn length_of(&self, number: usize, doc: u32) -> (u32, f64) {
        let mut lengths = self.lengths.iter();
        let length = lengths.find(|length| length.number == number);
        length.map_or((0, 0.0), |length| (length.column.get(doc), length.weight))
    }

    /// k1 and b as they are for this word's fields together.
    pub fn bm25(&self) -> Bm25 {
        self.bm25
    }

    /// What a posting of each class of the field of a part of the plan adds to a score at most;
    /// `None` for a field without classes.
    pub fn class_bounds(&self, share: Share) -> Option<Bounds> {
        let length = self.lengths.iter().find(|length| length.number == share.number)?;
        let Share { weight, carries, .. } = share;
        let bounds = || {
            let (own, average) = (length.weight, self.average_length);
            Rc::new(self.formula.class_bounds(weight, own, average, &length.steps, carries))
        };
        Some(length.table.clone().unwrap_or_else(bounds))
    }

    /// What a part of the plan, the lists of its field, has to do with the score.
    pub fn share(
        &self,
        parts: &[WordPart],
        number: usize,
        statistics: &WordStatistics,
        is_phrase: bool,
    ) -> Share {
        let average = |i: usize| parts[i].weight * statistics.average_lengths[i];
        let precision = match self.formula {
            Formula::Foreign(_) => Precision::Class,
            // Few documents are left of those that hold its terms.
            _ if is_phrase => Precision::Exact,
            // Where the other fields are long beside this one, its class says little.
            _ if 2.0 * average(number) < statistics.average_length => Precision::Exact,
            Formula::Saturation { .. } => Precision::Class,
            _ => Precision::Edges,
        };
        // One list alone may: that of the longest field.
        let longest = (0..parts.len()).max_by(|&a, &b| average(a).total_cmp(&average(b)));
        let carries = longest == Some(number) && parts[number].most_alternatives() == 1;
        Share { number, weight: parts[number].weight, precision, carries }
    }
}

/// A part of a word in a score.
#[derive(Clone, Copy)]
pub struct Share {
    /// Place among the plan's parts.
    pub number: usize,
    /// What an occurrence counts.
    pub weight: f64,
    pub precision: Precision,
    /// See [`Formula::bound`].
    pub carries: bool,
}

/// By what the posting of a class is bounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Its class.
    Class,
    /// Its class but for the shortest documents and the highest frequencies, where the formula falls
    /// or grows far within a class: there as by `Exact`.
    Edges,
    /// The frequency that its class allows and the document's exact length.
    Exact,
}

/// k1 and b of several fields as one, and what a token of each counts towards the length.
///
/// The norm of the fields is the mean of their norms, by their share of the average length, which
/// is again a norm: docs/ranking.md, "Several fields".
fn settled(
    settings: &ByField,
    parts: &[WordPart],
    statistics: &WordStatistics,
) -> (Bm25, Vec<f64>) {
    let weights = parts.iter().map(|part| part.weight);
    let own: Vec<Bm25> = parts.iter().map(|part| settings.of(part.field)).collect();
    let Some(&first) = own.first() else {
        return (settings.all, Vec::new());
    };
    if own.iter().all(|other| *other == first) {
        return (first, weights.collect());
    }
    let mut shares: Vec<f64> =
        weights.clone().zip(&statistics.average_lengths).map(|(w, average)| w * average).collect();
    if shares.iter().sum::<f64>() == 0.0 {
        shares = weights.clone().collect();
    }
    let total: f64 = shares.iter().sum();
    let mean = |of: &dyn Fn(Bm25) -> f64| -> f64 {
        own.iter().zip(&shares).map(|(&bm25, share)| of(bm25) * share / total).sum()
    };
    let (k1, slope) = (mean(&|bm25| bm25.k1), mean(&|bm25| bm25.k1 * bm25.b));
    if slope == 0.0 {
        return (Bm25 { k1, b: 0.0 }, weights.collect());
    }
    let scaled = weights.zip(&own).map(|(weight, bm25)| weight * bm25.k1 * bm25.b / slope);
    (Bm25 { k1, b: slope / k1 }, scaled.collect())
}
