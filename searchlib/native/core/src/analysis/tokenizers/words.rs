//! Where are the words of a text? The word rules of Unicode Standard Annex #29, and what they
//! leave open.
//!
//! A word is a segment between two borders that holds a letter or a digit. The annex leaves three
//! things to others, and here they are:
//! - Chinese, Japanese, Thai, Lao, Khmer and Burmese put no space between words: a stretch of one
//!   of these scripts is cut by [`Segment`].
//! - Some of the annex's borders lie inside a grapheme cluster: those are none here, and a word
//!   has no white space at its start.
//! - Words such as C++ or W-2 that a list names are found before the rules ([`Keep`]).
//!
//! White space is a border. Stretches of plain text are read by masks ([`super::stretch`]), the rest
//! chunk by chunk: a chunk of ASCII goes through a small state machine, any other through the
//! `unicode-segmentation` crate, which carries the tables.

use unicode_segmentation::UnicodeSegmentation;

use super::clusters::Borders;
use super::keep::Keep;
use super::params::Params;
use super::segment::{Script, Segment};
use super::stretch::{self, Stretch, is_known};
use crate::error::Result;

/// The tokenizer `words`.
pub struct Words {
    keep: Option<Keep>,
    /// For every script; `None` is the best measured one of each.
    segment: Option<Segment>,
}

impl Words {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        Ok(Words { keep: Keep::from_params(params)?, segment: Segment::from_params(params)? })
    }

    #[inline]
    pub fn tokenize(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        let Some(keep) = &self.keep else { return words(text, self.segment, visit) };
        let mut at = 0;
        for (start, end) in keep.places(text) {
            words(&text[at..start], self.segment, &mut |from, to| visit(at + from, at + to));
            visit(start, end);
            at = end;
        }
        words(&text[at..], self.segment, &mut |from, to| visit(at + from, at + to));
    }
}

/// Calls `visit` with the bytes `start..end` of each word, in order.
///
/// ```
/// let text = "Syria’s S-300, $3.50";
/// let mut words = Vec::new();
/// searchlib_core::analysis::tokenizers::words::words(text, None, &mut |start, end| {
///     words.push(&text[start..end])
/// });
/// assert_eq!(words, ["Syria’s", "S", "300", "3.50"]);
/// ```
#[inline]
pub fn words(text: &str, segment: Option<Segment>, visit: &mut impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let mut stretch = Stretch::default();
    let mut at = 0;
    while at < bytes.len() {
        let Some(end) = stretch::end(bytes, at) else {
            at = next_chunk(text, at, segment, visit);
            continue;
        };
        let Some(unknown) = stretch.read(text, at, end) else {
            stretch.words(text, at, end, visit);
            at = end;
            continue;
        };
        let space = bytes[at..unknown].iter().rposition(|&byte| is_space(byte));
        if let Some(space) = space {
            stretch.words(text, at, at + space, visit);
            at += space;
        }
        at = next_chunk(text, at, segment, visit);
        // Of such characters there are none or many.
        while text[at..].trim_start_matches([' ', '\n', '\r']).starts_with(|c| !is_known(c)) {
            at = next_chunk(text, at, segment, visit);
        }
    }
}

/// Calls `visit` with the words of the first chunk at or after `at`; returns where it ends.
pub(super) fn next_chunk(
    text: &str,
    at: usize,
    segment: Option<Segment>,
    visit: &mut impl FnMut(usize, usize),
) -> usize {
    let bytes = text.as_bytes();
    let spaces = bytes[at..].iter().position(|&byte| !is_space(byte));
    let start = spaces.map_or(text.len(), |spaces| at + spaces);
    let mut ascii = true;
    // Up to here the chunk is read, where it goes on behind a space.
    let mut held = None;
    let mut at = start;
    while at < bytes.len() {
        if is_space(bytes[at]) {
            let before = &text[held.unwrap_or(start)..at];
            if ascii || !holds_next(before, held.is_some()) {
                break;
            }
            held = Some(at + 1);
        }
        ascii &= bytes[at].is_ascii();
        at += 1;
    }
    if ascii {
        ascii_words(bytes, start, at, visit);
    } else {
        // A mark at the start of the chunk belongs to the space before.
        let space = start > 0 && bytes[start - 1] == b' ' && !bytes[start].is_ascii();
        general_words(text, start - space as usize, at, segment, visit);
    }
    at
}

/// White space: a border on both sides, whatever follows.
#[inline]
pub fn is_space(byte: u8) -> bool {
    CLASSES[byte as usize] == Class::Space
}

/// Whether a space behind `before` is held: by a character that is in one grapheme cluster with it,
/// or by spaces that are held.
fn holds_next(before: &str, is_held: bool) -> bool {
    let word = before.trim_end_matches(is_segment_space);
    word.chars().next_back().map_or(is_held, is_prepended)
}

/// Word_Break=WSegSpace: no border stands between two of them.
fn is_segment_space(c: char) -> bool {
    matches!(c, ' ' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}'
        | '\u{3000}')
}

/// The words of any chunk.
fn general_words(
    text: &str,
    start: usize,
    end: usize,
    segment: Option<Segment>,
    visit: &mut impl FnMut(usize, usize),
) {
    let chunk = &text[start..end];
    let mut visit = |from, to| visit(start + from, start + to);
    let (mut unspaced, mut split_clusters) = (false, false);
    for c in chunk.chars().filter(|&c| c >= FIRST_SPECIAL) {
        let script = Script::of(c);
        unspaced |= script.is_some();
        split_clusters |= may_split_clusters(c, script);
    }
    if !unspaced && !split_clusters {
        for (offset, piece) in chunk.split_word_bound_indices() {
            visit_word(piece, offset, &mut visit);
        }
        return;
    }
    if !split_clusters && ideographs_stand_clear(chunk) {
        return clear_words(chunk, segment, &mut visit);
    }
    let mut borders = split_clusters.then(|| Borders::new(chunk));
    let mut run: Option<(Script, usize)> = None;
    let mut from = 0;
    for (offset, piece) in chunk.split_word_bound_indices() {
        let to = offset + piece.len();
        if borders.as_mut().is_some_and(|borders| borders.at_or_after(to) != to) {
            continue;
        }
        let piece = &chunk[from..to];
        let script = Script::of_all(piece);
        if let Some((run_script, run_start)) = run
            && script != Some(run_script)
        {
            run_script.cut(segment, &chunk[run_start..from], run_start, &mut visit);
            run = None;
        }
        match script {
            Some(script) => run = run.or(Some((script, from))),
            None => visit_word(piece, from, &mut visit),
        }
        from = to;
    }
    if let Some((script, run_start)) = run {
        script.cut(segment, &chunk[run_start..], run_start, &mut visit);
    }
}

/// Whether at each end of each run of Chinese or Japanese two characters meet that are known to
/// leave a border: no mark, no joiner, no letter in the sense of the annex.
fn ideographs_stand_clear(chunk: &str) -> bool {
    let in_run = |c| Script::of(c).is_some();
    let mut before = ' ';
    chunk.chars().chain([' ']).all(|c| {
        let (inside, outside) = if in_run(c) { (c, before) } else { (before, c) };
        let run_ends_here = in_run(c) != in_run(before);
        before = c;
        !run_ends_here || leaves_border_inside(inside) && leaves_border_outside(outside)
    })
}

/// The annex takes the iteration marks for letters.
fn leaves_border_inside(c: char) -> bool {
    !matches!(c, '\u{3005}' | '\u{303b}' | '\u{303c}' | '\u{16000}'..)
}

fn leaves_border_outside(c: char) -> bool {
    match c {
        '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}' => true,
        '\u{3001}'..='\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{30fb}' => true,
        '\u{ff08}'..='\u{ff09}' | '\u{ff0c}' | '\u{ff10}'..='\u{ff1f}' => true,
        c => c.is_ascii() && c != '_',
    }
}

/// The words of a chunk in which [`ideographs_stand_clear`]: runs need no tables.
fn clear_words(chunk: &str, segment: Option<Segment>, visit: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while at < chunk.len() {
        let rest = &chunk[at..];
        let run_len = rest.find(|c| Script::of(c).is_none()).unwrap_or(rest.len());
        if run_len > 0 {
            Script::ChineseJapanese.cut(segment, &rest[..run_len], at, visit);
        }
        let rest = &rest[run_len..];
        let other_len = rest.find(|c| Script::of(c).is_some()).unwrap_or(rest.len());
        for (offset, piece) in rest[..other_len].split_word_bound_indices() {
            visit_word(piece, at + run_len + offset, visit);
        }
        at += run_len + other_len;
    }
}

/// Visits a segment that stands at `at` if it is a word, without the white space before it.
#[inline]
fn visit_word(piece: &str, at: usize, visit: &mut impl FnMut(usize, usize)) {
    let mut word = piece;
    while word.starts_with(char::is_whitespace) {
        let cluster = word.graphemes(true).next().unwrap_or(word);
        word = &word[cluster.len()..];
    }
    if word.chars().any(char::is_alphanumeric) {
        visit(at + piece.len() - word.len(), at + piece.len());
    }
}

/// No character before this one has a script without spaces or splits a cluster.
const FIRST_SPECIAL: char = '\u{600}';

/// Whether a border of the annex may lie in a cluster beside `c`: it joins what follows, or its
/// script has vowels and stacked letters that the annex takes for words.
fn may_split_clusters(c: char, script: Option<Script>) -> bool {
    script.is_some_and(|script| script != Script::ChineseJapanese)
        || matches!(c, '\u{1980}'..='\u{19df}' | '\u{1a20}'..='\u{1aad}')
        || is_prepended(c)
}

/// Grapheme_Cluster_Break=Prepend, in Unicode 17.
fn is_prepended(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{d4e}' | '\u{110bd}' | '\u{110cd}' | '\u{111c2}'..='\u{111c3}' | '\u{113d1}'
        | '\u{1193f}' | '\u{11941}' | '\u{11a3a}' | '\u{11a84}'..='\u{11a89}' | '\u{11d46}'
        | '\u{11f02}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// See [`is_space`].
    Space,
    Letter,
    Digit,
    /// `_`: joins letters and digits, is no word alone.
    Joiner,
    /// `'` and `.`: join two letters or two digits.
    MidBoth,
    /// Joins two letters.
    MidLetter,
    /// `,` and `;`: join two digits.
    MidDigit,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b' ' | b'\n' | b'\r' => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Joiner,
            b'\'' | b'.' => Class::MidBoth,
            b':' => Class::MidLetter,
            b',' | b';' => Class::MidDigit,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// The words of the ASCII bytes `start..end`, which hold no white space.
#[inline]
fn ascii_words(bytes: &[u8], start: usize, end: usize, visit: &mut impl FnMut(usize, usize)) {
    let class = |at: usize| if at < end { CLASSES[bytes[at] as usize] } else { Class::Other };
    let mut at = start;
    while at < end {
        let first = at;
        let mut is_word = false;
        let mut last = Class::Other;
        loop {
            let here = class(at);
            let joined = match here {
                Class::Letter | Class::Digit => {
                    is_word = true;
                    true
                }
                Class::Joiner => true,
                // A middle character joins only what stands on both of its sides.
                Class::MidBoth => {
                    class(at + 1) == last && matches!(last, Class::Letter | Class::Digit)
                }
                Class::MidLetter => last == Class::Letter && class(at + 1) == Class::Letter,
                Class::MidDigit => last == Class::Digit && class(at + 1) == Class::Digit,
                Class::Space | Class::Other => false,
            };
            if !joined {
                break;
            }
            last = here;
            at += 1;
        }
        if is_word {
            visit(first, at);
        }
        at = at.max(first + 1);
    }
}
