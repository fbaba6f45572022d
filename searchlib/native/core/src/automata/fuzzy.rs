//! Texts near a word: at most two edits away.
//!
//! An edit is a character more, less or another, or two neighbours swapped, which then are not
//! edited again (optimal string alignment). Counted in characters, read in bytes.
//! Method: the band of the distance table around its diagonal, row by row, a bit a cell (Wu & Manber
//! 1992, with a row before for swaps). Once no edit is left, texts are no longer read but compared
//! with the few ends of the word that may follow.

use super::{Automaton, Rest};

/// More edits make most short words alike.
pub const MAX_EDITS: u8 = 2;
const BAND: usize = 2 * MAX_EDITS as usize + 1;

pub struct Fuzzy {
    /// The word's characters between numbers that are no character, `edits` before it, [`BAND`] and
    /// `edits` after it, so that each cell of a row has a character.
    padded: Vec<u32>,
    /// Characters of the word.
    len: usize,
    bytes: Vec<u8>,
    /// Where each character begins in `bytes`, and where the last one ends.
    starts: Vec<usize>,
    edits: u8,
    /// So many characters must be the word's own.
    prefix: usize,
}

/// Bit `j` of a row is a cell of the table: after `i` characters it stands for the word's first
/// `i + j − edits`.
type Row = u8;

#[derive(Clone, Copy)]
pub struct FuzzyState {
    /// Characters read.
    read: u32,
    /// In which cells the distance is at most 0, 1 and 2; none where that is more than `edits`.
    rows: [Row; MAX_EDITS as usize + 1],
    /// The first two of the row before, for a swap.
    before: [Row; MAX_EDITS as usize],
    /// From which cells of the row before the last character leads on as it is.
    matched: Row,
    /// The bytes read of a character that is not whole yet, and how many are still to come.
    partial: u32,
    missing: u8,
}

impl Fuzzy {
    /// `edits` is at most [`MAX_EDITS`]; `prefix` characters are compared as they are.
    pub fn new(word: &str, edits: u8, prefix: usize) -> Self {
        let edits = edits.min(MAX_EDITS);
        let mut padded = vec![u32::MAX; usize::from(edits)];
        padded.extend(word.chars().map(u32::from));
        let len = padded.len() - usize::from(edits);
        padded.resize(padded.len() + usize::from(edits) + BAND, u32::MAX);
        let starts = word.char_indices().map(|(start, _)| start).chain([word.len()]).collect();
        Fuzzy { padded, len, bytes: word.as_bytes().to_vec(), starts, edits, prefix }
    }

    /// How many edits lie between the word and the text read; `None` where they are too many.
    pub fn distance(&self, state: &FuzzyState) -> Option<u8> {
        let cell = (self.len + usize::from(self.edits)).checked_sub(state.read as usize)?;
        if state.missing > 0 || (state.read as usize) < self.prefix.min(self.len) || cell >= BAND {
            return None;
        }
        let least = state.rows.iter().position(|row| row >> cell & 1 == 1)?;
        Some(least as u8)
    }

    /// The state after one more character.
    #[inline]
    fn read(&self, state: &FuzzyState, ch: char) -> Option<FuzzyState> {
        let (edits, read) = (usize::from(self.edits), state.read as usize);
        let above = self.padded.get(read..)?.first_chunk::<BAND>()?;
        let ch = u32::from(ch);
        if read < self.prefix.min(self.len) && above[edits] != ch {
            return None;
        }
        let mut matched = 0;
        for (cell, &own) in above.iter().enumerate() {
            matched |= Row::from(own == ch) << cell;
        }
        let held = self.held(read + 1)?;
        // Where the word has this character, and then the last one.
        let swapped = matched << 1 & state.matched >> 1;
        let mut rows = [state.rows[0] & matched & held, 0, 0];
        for k in 1..=edits {
            let fewer = state.rows[k - 1];
            let kept = state.rows[k] & matched | state.before[k - 1] & swapped;
            // Another character, one more, and one of the word's left out.
            rows[k] = (kept | fewer | fewer >> 1 | rows[k - 1] << 1) & held;
        }
        (rows[edits] != 0).then_some(FuzzyState {
            read: state.read + 1,
            rows,
            before: [state.rows[0], state.rows[1]],
            matched,
            partial: 0,
            missing: 0,
        })
    }

    /// The cells of the row after `read` characters that stand for no more than the word has.
    fn held(&self, read: usize) -> Option<Row> {
        let last = (self.len + usize::from(self.edits)).checked_sub(read)?;
        Some(((2u32 << last.min(BAND)) - 1) as Row)
    }

    /// The word's characters from `start` on, before `end`.
    fn own(&self, start: usize, end: usize) -> &[u8] {
        &self.bytes[self.starts[start]..self.starts[end]]
    }
}

/// The cells that are set in a row, rising.
fn cells(mut row: Row) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let cell = row.trailing_zeros() as usize;
        row &= row.checked_sub(1)?;
        Some(cell)
    })
}

impl Automaton for Fuzzy {
    type State = FuzzyState;
    const LEAPS: bool = true;

    fn start(&mut self) -> FuzzyState {
        let edits = usize::from(self.edits);
        let held = self.held(0).unwrap_or(0);
        let mut rows = [0; MAX_EDITS as usize + 1];
        for (k, row) in rows.iter_mut().enumerate().take(edits + 1) {
            *row = ((2 << k) - 1) << edits & held;
        }
        FuzzyState { read: 0, rows, before: [0; 2], matched: 0, partial: 0, missing: 0 }
    }

    #[inline]
    fn step(&mut self, state: &FuzzyState, byte: u8) -> Option<FuzzyState> {
        let (partial, missing) = match (state.missing, byte) {
            (0, 0x00..=0x7f) => return self.read(state, char::from(byte)),
            (0, 0xc2..=0xdf) => (u32::from(byte & 0x1f), 1),
            (0, 0xe0..=0xef) => (u32::from(byte & 0x0f), 2),
            (0, 0xf0..=0xf4) => (u32::from(byte & 0x07), 3),
            (1.., 0x80..=0xbf) => (state.partial << 6 | u32::from(byte & 0x3f), state.missing - 1),
            _ => return None,
        };
        if missing == 0 {
            return self.read(state, char::from_u32(partial)?);
        }
        Some(FuzzyState { partial, missing, ..*state })
    }

    fn accepts(&mut self, state: &FuzzyState) -> bool {
        self.distance(state).is_some()
    }

    fn next_byte(&mut self, state: &FuzzyState, from: u8) -> Option<u8> {
        if state.missing > 0 {
            return (from <= 0xbf).then_some(from.max(0x80));
        }
        let read = state.read as usize;
        if read < self.prefix.min(self.len) {
            let own = self.bytes[self.starts[read]];
            return (own >= from).then_some(own);
        }
        Some(from)
    }

    /// Where no edit is left, what follows is the end of the word from some character on, or two of
    /// its characters swapped, of which the second one is read, and then the end.
    #[inline]
    fn least_rest(&self, state: &FuzzyState, from: &[u8]) -> Rest<'_> {
        let edits = usize::from(self.edits);
        let fewer = edits.checked_sub(1);
        if state.missing > 0 || fewer.is_some_and(|fewer| state.rows[fewer] != 0) {
            return Rest::Any;
        }
        // How many of the word's characters a cell stands for.
        let place = |cell: usize| state.read as usize + cell - edits;
        let ends = cells(state.rows[edits]).map(|cell| self.own(place(cell), self.len));
        // Byte by byte, since most differ in the first: calls of memcmp took a sixth of a search.
        let least = ends.filter(|end| end.iter().ge(from)).min_by(|a, b| a.iter().cmp(*b));
        let mut least = least.map(|end| (&b""[..], end));
        // In the row before, a cell stands for one less.
        let swaps = fewer.map_or(0, |fewer| state.before[fewer] & state.matched >> 1);
        for place in cells(swaps).map(place) {
            let swap = (self.own(place - 1, place), self.own(place + 1, self.len));
            if whole(swap).ge(from) && least.is_none_or(|least| whole(swap).lt(whole(least))) {
                least = Some(swap);
            }
        }
        least.map_or(Rest::None, |(first, end)| Rest::Least(first, end))
    }
}

fn whole<'a>((first, end): (&'a [u8], &'a [u8])) -> impl Iterator<Item = &'a u8> {
    first.iter().chain(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automata::accepts;
    use proptest::prelude::*;

    /// The whole table, by the book.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let other = usize::from(a[i - 1] != b[j - 1]);
                        let mut least = (table[i - 1][j] + 1)
                            .min(table[i][j - 1] + 1)
                            .min(table[i - 1][j - 1] + other);
                        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn a_text_is_near_as_the_whole_table_says(
            word in "[abé日]{0,7}", text in "[abé日]{0,7}", edits in 0u8..=2, prefix in 0usize..3,
        ) {
            let same = |n: usize| word.chars().take(n).eq(text.chars().take(n));
            let starts = same(prefix.min(word.chars().count()));
            let near = starts && distance(&word, &text) <= usize::from(edits);
            prop_assert_eq!(accepts(&mut Fuzzy::new(&word, edits, prefix), text.as_bytes()), near);
        }

        #[test]
        fn no_byte_that_may_follow_is_passed_over(
            word in "[abé日]{0,6}", text in "[abé日]{0,6}", edits in 0u8..=2, prefix in 0usize..3,
            from: u8,
        ) {
            let mut fuzzy = Fuzzy::new(&word, edits, prefix);
            let mut state = fuzzy.start();
            for byte in text.bytes() {
                let Some(next) = fuzzy.step(&state, byte) else {
                    return Ok(());
                };
                state = next;
            }
            let lives = |ch: &char| {
                let mut next = Some(state);
                for byte in ch.to_string().bytes() {
                    next = next.and_then(|state| fuzzy.step(&state, byte));
                }
                next.is_some()
            };
            let leads = "abcé日\u{10000}".chars().filter(lives).map(|ch| ch.to_string().as_bytes()[0]);
            let first = leads.filter(|&lead| lead >= from).min();
            let told = fuzzy.next_byte(&state, from);
            prop_assert!(first.is_none() || told.is_some_and(|told| Some(told) <= first));
        }

        /// Wherever a text is cut, what may follow is not known, or is known to be what follows, or
        /// the least of what is greater.
        #[test]
        fn the_least_rest_is_accepted_and_none_before_it(
            word in "[abé日]{0,6}", text in "[abé日]{0,7}", edits in 0u8..=2, prefix in 0usize..3,
        ) {
            let mut fuzzy = Fuzzy::new(&word, edits, prefix);
            let is_near = accepts(&mut fuzzy, text.as_bytes());
            let mut state = fuzzy.start();
            for depth in 0..=text.len() {
                let (read, from) = text.as_bytes().split_at(depth);
                let rest = match fuzzy.least_rest(&state, from) {
                    Rest::Any => None,
                    Rest::Least(first, end) => Some(Some([first, end].concat())),
                    Rest::None => Some(None),
                };
                if let Some(rest) = rest {
                    prop_assert_eq!(is_near, rest.as_deref() == Some(from));
                    if let Some(rest) = rest {
                        prop_assert!(*rest >= *from);
                        prop_assert!(accepts(&mut fuzzy, &[read, &rest].concat()));
                    }
                }
                let next = from.first().and_then(|&byte| fuzzy.step(&state, byte));
                let Some(next) = next else { break };
                state = next;
            }
        }
    }
}
