//! Which folders does a path lie in? `/a/b/c` gives `/a`, `/a/b` and `/a/b/c`.
//!
//! A delimiter at the end adds nothing, so that `/a/b/` and `/a/b` are one place.

use unicode_segmentation::UnicodeSegmentation;

use super::clusters::Borders;
use super::params::Params;
use crate::error::Result;

/// Each level repeats those above it: past this depth only the whole path is added, or the tokens
/// of a long text of delimiters would hold the square of its length.
pub const MAX_DEPTH: usize = 256;

pub struct Paths {
    /// One grapheme cluster.
    delimiter: String,
}

impl Paths {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        let delimiter = params.text("delimiter")?.unwrap_or("/");
        if delimiter.graphemes(true).count() != 1 {
            return Err(params.wrong("delimiter", "one character"));
        }
        Ok(Paths { delimiter: delimiter.to_string() })
    }

    pub fn tokenize(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        let len = self.delimiter.len();
        let mut borders = Borders::new(text);
        let mut level_start = 0;
        let mut depth = 0;
        let mut whole_end = 0;
        for at in text.match_indices(&self.delimiter).map(|(at, _)| at).chain([text.len()]) {
            // A delimiter with a mark of its own is another character.
            if borders.at_or_after(at) != at
                || (at < text.len() && borders.at_or_after(at + len) != at + len)
            {
                continue;
            }
            if level_start < at {
                if depth < MAX_DEPTH {
                    visit(0, at);
                }
                depth += 1;
                whole_end = at;
            }
            level_start = at + len;
        }
        if depth > MAX_DEPTH {
            visit(0, whole_end);
        }
    }
}
