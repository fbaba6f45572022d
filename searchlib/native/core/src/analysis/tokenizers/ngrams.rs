//! Which stretches of `min` to `max` characters does a text hold, or begin with?
//!
//! A character here is a grapheme cluster, and white space is one like any other. Stretches come by
//! rising start, shorter before longer.

use std::collections::VecDeque;

use unicode_segmentation::UnicodeSegmentation;

use super::params::Params;
use crate::error::Result;

/// A text of n characters gives up to n × `max` tokens: this keeps the factor small.
pub const MAX_NGRAM: u64 = 64;

pub struct Ngrams {
    /// 1 <= min <= max <= MAX_NGRAM.
    min: usize,
    max: usize,
}

impl Ngrams {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        let expected = format!("a whole number from 1 to {MAX_NGRAM}");
        let size = |param| match params.number(param)? {
            Some(size @ 1..=MAX_NGRAM) => Ok(size as usize),
            _ => Err(params.wrong(param, &expected)),
        };
        let (min, max) = (size("min")?, size("max")?);
        if max < min {
            return Err(params.wrong("max", &format!("at least \"min\", which is {min}")));
        }
        Ok(Ngrams { min, max })
    }

    /// Every stretch of the text.
    pub fn all(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        // The borders of at most `max` clusters ahead: the first is the start of the next tokens.
        let mut borders = VecDeque::from([0]);
        let mut clusters = text.grapheme_indices(true);
        loop {
            while borders.len() <= self.max {
                let Some((start, cluster)) = clusters.next() else { break };
                borders.push_back(start + cluster.len());
            }
            let Some(start) = borders.pop_front() else { return };
            if borders.len() < self.min {
                return;
            }
            borders.iter().skip(self.min - 1).for_each(|&end| visit(start, end));
        }
    }

    /// The stretches that the text begins with.
    pub fn at_start(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        let clusters = text.grapheme_indices(true).take(self.max).skip(self.min - 1);
        clusters.for_each(|(start, cluster)| visit(0, start + cluster.len()));
    }
}
