//! Which tokens does a regular expression name, as what it matches or as what lies between?
//!
//! A border inside a grapheme cluster moves to the cluster's end, so that `.` gives whole
//! characters. Empty matches are no tokens and part none.
//!
//! The `regex` crate reads a text once for each match, never backtracking. Doubt (issue 3): a
//! pattern whose better half may end anywhere later, such as `(?s).*x|.`, looks for the x again
//! from each match on, so a text without one takes the square of its length.

use regex::RegexBuilder;

use super::clusters::Borders;
use super::params::Params;
use crate::error::{Error, Result};

/// What a compiled pattern may take: `\w{1000}{1000}` is refused rather than compiled.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// What the cache of a running pattern may take.
const MAX_CACHE_BYTES: usize = 1 << 20;

pub struct Regex {
    pattern: regex::Regex,
    gaps: bool,
}

impl Regex {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        let pattern = params.text("pattern")?;
        let pattern = pattern.ok_or_else(|| params.wrong("pattern", "a regular expression"))?;
        let compiled = RegexBuilder::new(pattern)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_CACHE_BYTES)
            .build()
            .map_err(|error| {
                Error::Input(format!("the pattern {pattern:?} cannot be used: {error}"))
            })?;
        Ok(Regex { pattern: compiled, gaps: params.truth("gaps")?.unwrap_or(false) })
    }

    pub fn tokenize(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        let mut borders = Borders::new(text);
        let mut visit_whole = |start, end| {
            let start = borders.at_or_after(start);
            let end = borders.at_or_after(end);
            if start < end {
                visit(start, end);
            }
        };
        let mut gap_start = 0;
        for found in self.pattern.find_iter(text).filter(|found| !found.is_empty()) {
            if self.gaps {
                visit_whole(gap_start, found.start());
                gap_start = found.end();
            } else {
                visit_whole(found.start(), found.end());
            }
        }
        if self.gaps {
            visit_whole(gap_start, text.len());
        }
    }
}
