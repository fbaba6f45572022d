//! Which tokens does a regular expression name, as what it matches or as what lies between?
//!
//! A border inside a grapheme cluster moves to the cluster's end, so that `.` gives whole
//! characters. Empty matches are no tokens and part none.
//!
//! The engine reads a text once for each match, never backtracking. But to prefer the better half of
//! a pattern such as `(?s).*x|.` it may read to the end of the text before it settles for the other,
//! and so again from each match on. So a match is looked for in a window, which doubles until it
//! reaches [`LOOK_AHEAD`] bytes past the end of the match: then each search takes time in proportion
//! to its match, and what lies further off than that does not count. `^`, `$` and `\b` see the text.

use regex_automata::Input;
use regex_automata::meta;
use regex_automata::util::syntax;

use super::clusters::Borders;
use super::params::Params;
use crate::error::{Error, Result};

/// What a compiled pattern may take: `\w{1000}{1000}` is refused rather than compiled.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// What the cache of a running pattern may take.
const MAX_CACHE_BYTES: usize = 1 << 20;
/// How far past the end of a match something better may end. Documented in docs/analysis.md.
const LOOK_AHEAD: usize = 256;

pub struct Regex {
    pattern: meta::Regex,
    gaps: bool,
}

impl Regex {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        let pattern = params.text("pattern")?;
        let pattern = pattern.ok_or_else(|| params.wrong("pattern", "a regular expression"))?;
        let limits = meta::Config::new()
            .nfa_size_limit(Some(MAX_COMPILED_BYTES))
            .hybrid_cache_capacity(MAX_CACHE_BYTES);
        let compiled = meta::Regex::builder()
            .configure(limits)
            .syntax(syntax::Config::new())
            .build(pattern)
            .map_err(|error| {
                let reason = match error.syntax_error() {
                    Some(syntax) => syntax.to_string(),
                    None => error.to_string(),
                };
                Error::Input(format!("the pattern {pattern:?} cannot be used: {reason}"))
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
        let mut at = 0;
        while let Some((start, end)) = self.find(text, at) {
            if start == end {
                at = end + text[end..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            at = end;
            if self.gaps {
                visit_whole(gap_start, start);
                gap_start = end;
            } else {
                visit_whole(start, end);
            }
        }
        if self.gaps {
            visit_whole(gap_start, text.len());
        }
    }

    /// The first match at or after `from`.
    fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        if from > text.len() {
            return None;
        }
        let mut size = 2 * LOOK_AHEAD;
        loop {
            let end = from.saturating_add(size).min(text.len());
            #[cfg(test)]
            tests::SEARCHED.with(|searched| searched.set(searched.get() + end - from));
            let found = self.pattern.find(Input::new(text).span(from..end));
            let is_sure = |place: usize| end == text.len() || place + LOOK_AHEAD <= end;
            match found {
                Some(found) if is_sure(found.end()) => return Some((found.start(), found.end())),
                None if end == text.len() => return None,
                _ => size *= 2,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::super::Tokenizer;

    thread_local! {
        /// Bytes of all windows: the engine reads each window in time in proportion to it.
        pub static SEARCHED: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn a_pattern_that_looks_far_ahead_takes_time_in_proportion() {
        for pattern in [
            r"(?s).*x|.",
            r"(?s)a.*?x|a",
            r"(?s)[^x]*x|a|b",
            r"(?s)(a|b)*x|\b",
            r"(?s).*\bx\b|.|$",
            r"a.*b|c",
            r"(?s:.)*x|(?s:.){3}",
            r#""[^"]*"|."#,
            r"(?s).+",
            r"x",
        ] {
            let json = json!({"name": "regex", "pattern": pattern});
            let tokenizer = Tokenizer::from_json(&json).unwrap();
            for unit in ["a", "ab", "ac", "\"", "a\n", "é", "a b "] {
                let text = unit.repeat((1 << 16) / unit.len());
                SEARCHED.set(0);
                tokenizer.tokenize(&text, &mut |_, _| {});
                let windows = SEARCHED.get();
                assert!(
                    windows <= 8 * super::LOOK_AHEAD * text.len(),
                    "{pattern} on {unit:?}: {windows} bytes"
                );
            }
        }
    }
}
