//! How well does a frequency count in a document of this length? Exactly, and at most by class.

use crate::bm25::{Bm25, saturation};
use crate::error::Result;
use crate::search::plan::WordPart;
use crate::search::searcher::Searcher;
use crate::search::statistics::WordStatistics;
use crate::segment::FieldKind;
use crate::segment::lengths::{LengthColumn, LengthSteps, class_bounds};

/// What the score of a word or phrase in one segment needs beside its frequency.
pub struct Scorer<'a> {
    /// boost × idf: no score is more.
    weight: f64,
    bm25: Bm25,
    average_length: f64,
    lengths: Vec<FieldLength<'a>>,
    only_keywords: bool,
}

/// A searched text field that this segment has.
struct FieldLength<'a> {
    /// Place among the plan's parts.
    number: usize,
    weight: f64,
    column: LengthColumn<'a>,
}

impl<'a> Scorer<'a> {
    pub fn new(
        searcher: &'a Searcher,
        segment: usize,
        parts: &[WordPart],
        boost: f64,
        statistics: &WordStatistics,
        bm25: Bm25,
    ) -> Result<Self> {
        let only_keywords = |part: &WordPart| searcher.kind(part.field) == Some(FieldKind::Keyword);
        let mut lengths = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let field = searcher.field(segment, part.field);
            if let Some(stored) = field.and_then(|field| field.lengths.as_ref()) {
                let column = stored.column()?;
                lengths.push(FieldLength { number, weight: part.weight, column });
            }
        }
        Ok(Scorer {
            weight: boost * statistics.idf,
            bm25,
            average_length: statistics.average_length,
            lengths,
            only_keywords: parts.iter().all(only_keywords),
        })
    }

    /// No score is more.
    pub fn most(&self) -> f32 {
        bound(self.weight)
    }

    /// `frequency`: summed over fields, each times its weight.
    #[inline]
    pub fn score(&self, doc: u32, frequency: f64) -> f64 {
        let norm = self.bm25.norm(ratio(self.length(doc), self.average_length));
        self.weight * saturation(frequency, norm)
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

    /// The length in tokens of the field of a part of the plan in `doc`; 0 for a keyword field.
    pub fn length_of(&self, number: usize, doc: u32) -> u32 {
        let mut lengths = self.lengths.iter();
        let length = lengths.find(|length| length.number == number);
        length.map_or(0, |length| length.column.get(doc))
    }

    /// The greatest score of a posting of each class of a field with this weight.
    ///
    /// The other searched fields may be empty: only this one's length is sure.
    pub fn class_bounds(&self, weight: f64, steps: &LengthSteps) -> [f32; 256] {
        let scale = if self.average_length > 0.0 { weight / self.average_length } else { 0.0 };
        // The norm is a straight line over length.
        let flat = self.bm25.norm(0.0) as f32;
        let slope = (self.bm25.norm(scale) - self.bm25.norm(0.0)) as f32;
        let (all, weight) = (self.weight as f32, weight as f32);
        let score = |freq: f32, length: f32| {
            let freq = weight * freq;
            all * (freq / (freq + (flat + slope * length)))
        };
        class_bounds(steps, score).map(|score| score.max(f32::MIN_POSITIVE))
    }
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
