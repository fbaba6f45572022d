//! What is a frequency worth in a document of this length, exactly and at most?
//!
//! A ranking with the statistics of one word or phrase. Sources and why the bounds are bounds:
//! docs/ranking.md, "Other rankings" and "Bounds".

use std::cell::RefCell;
use std::collections::HashMap;

use crate::bm25::{Bm25, idf, saturation};
use crate::error::{Error, Result};
use crate::search::ranking::{Judge, Ranking, WordCounts, WordFunction};
use crate::search::statistics::WordStatistics;
use crate::segment::lengths::{FREQ_MOST, LengthSteps, STEPS, class_bounds};

/// The bound where none is known. Finite, so that sums and differences of such bounds are numbers.
pub const UNBOUNDED: f32 = 1e30;
/// A difference of logarithms is off by less.
const LOG_SLACK: f64 = 1e-12;

pub enum Formula<'a> {
    /// weight × (scale × saturation + plus): BM25 and BM25+.
    Saturation {
        weight: f64,
        scale: f64,
        plus: f64,
        bm25: Bm25,
    },
    /// weight × √(tf / length).
    Root {
        weight: f64,
        most_freq: f64,
    },
    /// Query likelihood, summed over the places of a phrase.
    Likelihood {
        boost: f64,
        mu: f64,
        expected: Vec<f64>,
        most_freq: f64,
    },
    Foreign(Foreign<'a>),
}

impl<'a> Formula<'a> {
    /// `bm25`: the settings for this word. `lists`: at most so many lists add up for a document.
    pub fn new(
        judge: &'a Judge<'_>,
        boost: f64,
        statistics: &WordStatistics,
        bm25: Bm25,
        lists: usize,
    ) -> Result<Self> {
        let total = statistics.doc_count;
        let sum = |idf: &dyn Fn(f64) -> f64| -> f64 {
            boost * statistics.doc_freqs.iter().map(|&n| idf(n as f64)).sum::<f64>()
        };
        let next = total as f64 + 1.0;
        Ok(match judge.ranking {
            Ranking::Bm25(_) => {
                let weight =
                    boost * statistics.doc_freqs.iter().map(|&n| idf(n, total)).sum::<f64>();
                Formula::Saturation { weight, scale: 1.0, plus: 0.0, bm25 }
            }
            Ranking::Bm25Plus(_, delta) => {
                // A word that no document has scores nowhere.
                let weight = sum(&|n| (next / n.max(1.0)).ln());
                Formula::Saturation { weight, scale: bm25.k1 + 1.0, plus: *delta, bm25 }
            }
            Ranking::TfIdf => Formula::Root {
                weight: sum(&|n| 1.0 + (next / (n + 1.0)).ln()),
                most_freq: statistics.most_freq,
            },
            Ranking::Dirichlet(mu) => Formula::Likelihood {
                boost,
                mu: *mu,
                expected: statistics.probabilities().map(|p| mu * p).collect(),
                most_freq: statistics.most_freq,
            },
            Ranking::Foreign(function) => {
                let word = |counts: WordCounts| function.of_word(&counts);
                Formula::Foreign(Foreign {
                    judge,
                    boost,
                    words: statistics.counts().map(word).collect::<Result<_>>()?,
                    known: RefCell::default(),
                    most_freq: statistics.most_freq,
                    lists: lists.max(1) as f64,
                    most: UNBOUNDED,
                })
            }
        })
    }

    /// The formula of what is not scored.
    pub fn nothing() -> Self {
        let bm25 = Bm25 { k1: 0.0, b: 0.0 };
        Formula::Saturation { weight: 0.0, scale: 1.0, plus: 0.0, bm25 }
    }

    /// The score of a document: `frequency` and `length` are weighted sums over fields.
    #[inline]
    pub fn score(&self, frequency: f64, length: f64, average: f64) -> f64 {
        match self {
            Formula::Saturation { weight, scale, plus, bm25 } => {
                let norm = bm25.norm(ratio(length, average));
                weight * (scale * saturation(frequency, norm) + plus)
            }
            Formula::Root { weight, .. } => weight * share(frequency, length).sqrt(),
            Formula::Likelihood { boost, mu, expected, .. } => {
                let less = (mu / (length + mu)).ln();
                let more = expected.iter().map(|e| (less + (frequency / e).ln_1p()).max(0.0));
                boost * more.sum::<f64>()
            }
            Formula::Foreign(foreign) => foreign.score(frequency, length),
        }
    }

    /// What a list in which the word stands at most so often adds to the score of a document of at
    /// least this length, at most. `carries`: whether it may be less the longer the document is,
    /// where that is so for one of the lists that add up alone.
    #[inline]
    pub fn bound(&self, frequency: f64, length: f64, average: f64, carries: bool) -> f64 {
        match self {
            Formula::Saturation { .. } => self.score(frequency, length, average),
            Formula::Root { most_freq, .. } => {
                self.score(frequency.min(*most_freq), length, average)
            }
            Formula::Likelihood { boost, expected, most_freq, .. } => {
                let frequency = frequency.min(*most_freq);
                let sum = if carries {
                    self.score(frequency, length, average)
                } else {
                    boost * expected.iter().map(|e| (frequency / e).ln_1p()).sum::<f64>()
                };
                sum + LOG_SLACK * boost
            }
            Formula::Foreign(foreign) => foreign.bound(frequency, length),
        }
    }

    /// Puts bounds by class and exact length in the place of lengths, many at once; of a saturation
    /// only.
    pub fn bounds_of_lengths(
        &self,
        weight: f64,
        average: f64,
        classes: &[u8],
        lengths: &mut [f32],
    ) {
        let Formula::Saturation { weight: all, scale, plus, bm25 } = self else {
            return;
        };
        let slope = if average > 0.0 { 1.0 / average } else { 0.0 };
        // The norm is a straight line over length.
        let flat = bm25.norm(0.0) as f32;
        let slope = (bm25.norm(slope) - bm25.norm(0.0)) as f32;
        let (all, weight) = (*all as f32, weight as f32);
        let (scale, plus) = (*scale as f32, *plus as f32);
        for (length, &class) in lengths.iter_mut().zip(classes) {
            let freq = weight * FREQ_MOST[usize::from(class >> 4)];
            // Of numbers too great for a float it is none; then it is 1.
            let saturation = (freq / (freq + (flat + slope * *length))).min(1.0);
            // Rounded up: a few operations on floats are off by less.
            *length = (all * (scale * saturation + plus) * 1.000_001).max(f32::MIN_POSITIVE);
        }
    }

    /// No score is more.
    pub fn most(&self) -> f64 {
        match self {
            Formula::Saturation { weight, scale, plus, .. } => weight * (scale + plus),
            Formula::Root { weight, .. } => *weight,
            Formula::Likelihood { boost, expected, most_freq, .. } => {
                boost * expected.iter().map(|e| (most_freq / e).ln_1p() + LOG_SLACK).sum::<f64>()
            }
            Formula::Foreign(foreign) => f64::from(foreign.most),
        }
    }

    /// A bound where two lists of the word hold a document, given that of each alone.
    ///
    /// tf / K of a saturation s is s / (1 − s), with K at most the document's; these add up.
    #[inline]
    pub fn join(&self, a: f32, b: f32) -> f32 {
        match self {
            Formula::Saturation { weight, scale, plus, .. } if *weight > 0.0 => {
                let (all, part) = (1.0 + plus / scale, 1.0 / (weight * scale));
                let missing = |bound: f32| all - f64::from(bound) * part;
                let (p, q) = (missing(a), missing(b));
                let either = p + q - p * q;
                let missing = if p > 0.0 && q > 0.0 { p * q / either } else { 0.0 };
                bound(weight * (scale * (1.0 - missing) + plus))
            }
            _ => a + b,
        }
    }

    /// The bound of a posting of each class of a field with these weights.
    ///
    /// The other searched fields may be empty: only this one's length is sure.
    pub fn class_bounds(
        &self,
        weight: f64,
        length_weight: f64,
        average: f64,
        steps: &LengthSteps,
        carries: bool,
    ) -> [f32; 256] {
        let bounds = match self {
            Formula::Saturation { weight: all, scale, plus, bm25 } => {
                let slope = if average > 0.0 { length_weight / average } else { 0.0 };
                // The norm is a straight line over length.
                let flat = bm25.norm(0.0) as f32;
                let slope = (bm25.norm(slope) - bm25.norm(0.0)) as f32;
                let (all, weight) = (*all as f32, weight as f32);
                let (scale, plus) = (*scale as f32, *plus as f32);
                class_bounds(steps, |freq: f32, length: f32| {
                    let freq = weight * freq;
                    all * (scale * (freq / (freq + (flat + slope * length))) + plus)
                })
            }
            _ => class_bounds(steps, |freq: f32, length: f32| {
                let (freq, length) = (weight * f64::from(freq), length_weight * f64::from(length));
                self.bound(freq, length, average, carries) as f32
            }),
        };
        bounds.map(|bound| bound.max(f32::MIN_POSITIVE))
    }
}

/// A function from outside for one word.
pub struct Foreign<'a> {
    judge: &'a Judge<'a>,
    boost: f64,
    /// One a place.
    words: Vec<Box<dyn WordFunction>>,
    /// Scores that were computed, by the bits of frequency and length.
    known: RefCell<HashMap<(u64, u64), f64>>,
    /// No document holds the word more often.
    most_freq: f64,
    lists: f64,
    most: f32,
}

impl Foreign<'_> {
    /// What the function raised since.
    pub fn check(&self) -> Result<()> {
        self.judge.check()
    }

    fn score(&self, frequency: f64, length: f64) -> f64 {
        let key = (frequency.to_bits(), length.to_bits());
        if let Some(&score) = self.known.borrow().get(&key) {
            return score;
        }
        match self.scores(&[(frequency, length)]) {
            Ok(scores) => {
                self.known.borrow_mut().insert(key, scores[0]);
                scores[0]
            }
            Err(error) => {
                self.judge.fail(error);
                0.0
            }
        }
    }

    /// One score a point, summed over places.
    fn scores(&self, points: &[(f64, f64)]) -> Result<Vec<f64>> {
        let mut sums = vec![0.0; points.len()];
        for word in &self.words {
            let scores = word.scores(points)?;
            for ((sum, score), (tf, length)) in sums.iter_mut().zip(scores).zip(points) {
                if !(score >= 0.0 && score < f64::from(UNBOUNDED)) {
                    return Err(Error::Input(format!(
                        "a ranking function gives numbers from 0 to 1e30, this one gave {score} \
                         for a tf of {tf} and a length of {length}"
                    )));
                }
                *sum += self.boost * score;
            }
        }
        Ok(sums)
    }

    /// The greatest frequency that lists with at most `frequency` have together: where no sum of
    /// scores bounds the score of a sum, all may be as good as the best of them.
    fn joint(&self, frequency: f64) -> f64 {
        (self.lists * frequency).min(self.most_freq)
    }

    fn bound(&self, frequency: f64, length: f64) -> f64 {
        if self.most == UNBOUNDED && self.lists > 1.0 {
            return f64::from(UNBOUNDED);
        }
        self.score(self.joint(frequency), length)
    }

    /// The bounds by class of some fields, each with its weight and its steps of length; of no use,
    /// and said to be so, where the function does not grow with frequency or fall with length.
    ///
    /// `least_length`: no document that holds the word is shorter.
    pub fn tabulate(
        &mut self,
        fields: &[(f64, LengthSteps)],
        least_length: f64,
    ) -> Result<Vec<[f32; 256]>> {
        let nothing = vec![[UNBOUNDED; 256]; fields.len()];
        if !self.judge.prunes || fields.is_empty() {
            return Ok(nothing);
        }
        let mut tables = Vec::with_capacity(fields.len());
        for (weight, steps) in fields {
            let most = |most: f32| self.joint(weight * f64::from(most));
            let freqs: Vec<f64> = FREQ_MOST.iter().map(|&freq| most(freq)).collect();
            let lengths: Vec<f64> = steps.iter().map(|&step| weight * f64::from(step)).collect();
            let table = self.grid(&freqs, &lengths)?;
            if !is_monotone(&table, STEPS) || !self.is_monotone_between(&freqs, &lengths)? {
                self.judge.give_up();
                return Ok(nothing);
            }
            // Rounded up, as in `class_bounds`.
            let bound = |i: usize| (table[i] * 1.000_001) as f32;
            tables.push(std::array::from_fn(|i| bound(i).max(f32::MIN_POSITIVE)));
        }
        let most = self.scores(&[(self.most_freq, least_length)])?[0] * 1.000_001;
        self.most = (most as f32).max(f32::MIN_POSITIVE);
        Ok(tables)
    }

    /// Scores row by row, a row for each frequency.
    fn grid(&self, freqs: &[f64], lengths: &[f64]) -> Result<Vec<f64>> {
        let row = |&freq: &f64| lengths.iter().map(move |&length| (freq, length));
        self.scores(&freqs.iter().flat_map(row).collect::<Vec<_>>())
    }

    /// Whether the function grows with frequency and falls with length also between the corners of
    /// the classes and past the last one: looked at in a few rows and columns.
    fn is_monotone_between(&self, freqs: &[f64], lengths: &[f64]) -> Result<bool> {
        let finer = |points: &[f64]| -> Vec<f64> {
            let between = points.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
            let mut all: Vec<f64> = points.iter().copied().chain(between).collect();
            all.sort_unstable_by(f64::total_cmp);
            all.dedup();
            all
        };
        let ends = |points: &[f64]| [points[0], points[STEPS / 2], points[STEPS - 1]];
        let mut longer = finer(lengths);
        let last = lengths[STEPS - 1].max(1.0);
        longer.extend([1.5 * last, 4.0 * last, 20.0 * last]);
        let rows = self.grid(&ends(freqs), &longer)?;
        let often = finer(freqs);
        let columns = self.grid(&often, &ends(lengths))?;
        Ok(is_monotone(&rows, longer.len()) && is_monotone(&columns, 3))
    }
}

/// Whether a grid never falls from row to row and never rises within a row.
fn is_monotone(grid: &[f64], width: usize) -> bool {
    let rows = || grid.chunks(width);
    let falls = rows().all(|row| row.is_sorted_by(|a, b| a >= b));
    let pairs = rows().zip(rows().skip(1));
    falls && pairs.flat_map(|(low, high)| low.iter().zip(high)).all(|(low, high)| low <= high)
}

/// A score as a bound: a match has one above 0.
#[inline]
pub fn bound(score: f64) -> f32 {
    (score as f32).max(f32::MIN_POSITIVE)
}

/// Length over average. An average of 0 means that all fields are empty: then all are average.
#[inline]
fn ratio(length: f64, average: f64) -> f64 {
    if average > 0.0 { length / average } else { 1.0 }
}

/// The part of a document that a word makes up: 1 at most, which keywords, that have no length, may
/// pass.
#[inline]
fn share(frequency: f64, length: f64) -> f64 {
    if frequency < length { frequency / length } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn joined_bounds_bound_the_score_of_both_lists(
            weight in 1e-3..20.0f64, scale in 0.5..3.0f64, plus in 0.0..2.0f64,
            (x, y) in (1e-3..300.0f64, 1e-3..300.0f64),
            (k1, b) in (0.0..3.0f64, 0.0..=1.0f64),
            (short, shorter, more) in (0.0..1e4f64, 0.0..=1.0f64, 0.0..1e4f64),
        ) {
            let formula = Formula::Saturation { weight, scale, plus, bm25: Bm25 { k1, b } };
            let of = |frequency: f64, length: f64| formula.score(frequency, length, 300.0);
            let (one, other) = (bound(of(x, short)), bound(of(y, short * shorter)));
            let exact = of(x + y, short + more);
            prop_assert!(f64::from(formula.join(one, other)) * (1.0 + 4e-7) >= exact);
            prop_assert!(formula.join(one, other) <= (one + other) * 1.000_001);
        }

        #[test]
        fn bounds_by_length_are_those_of_one_document_rounded_up(
            all in 1e-3..20.0f64, scale in 0.5..3.0f64, plus in 0.0..2.0f64,
            (k1, b) in (0.0..3.0f64, 0.0..=1.0f64),
            weight in prop_oneof![0.01..9.0f64, Just(1e12f64)],
            postings in prop::collection::vec((any::<u8>(), 1..20_000u16), 1..40),
        ) {
            let formula = Formula::Saturation { weight: all, scale, plus, bm25: Bm25 { k1, b } };
            let classes: Vec<u8> = postings.iter().map(|&(class, _)| class).collect();
            let mut bounds: Vec<f32> = postings.iter().map(|&(_, length)| f32::from(length)).collect();
            formula.bounds_of_lengths(weight, 300.0, &classes, &mut bounds);
            for (bound, (class, length)) in bounds.into_iter().zip(postings) {
                let freq = weight * f64::from(FREQ_MOST[usize::from(class >> 4)]);
                let exact = formula.score(freq, f64::from(length), 300.0);
                prop_assert!((exact..=exact * 1.000_003).contains(&f64::from(bound)));
            }
        }
    }

    #[test]
    fn a_grid_is_monotone_where_it_grows_downwards_and_falls_to_the_right() {
        assert!(is_monotone(&[2.0, 1.0, 1.0, 3.0, 3.0, 2.0], 3));
        assert!(!is_monotone(&[2.0, 1.0, 1.5, 3.0, 3.0, 2.0], 3));
        assert!(!is_monotone(&[2.0, 1.0, 1.0, 3.0, 0.5, 0.5], 3));
    }
}
