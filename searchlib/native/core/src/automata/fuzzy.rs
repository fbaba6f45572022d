//! Texts near a word: at most two edits away.
//!
//! An edit is a character more, less or another, or two neighbours swapped, which then are not
//! edited again (optimal string alignment). Counted in characters, read in bytes.
//! Method: the band of the distance table around its diagonal, row by row.

use super::Automaton;

/// More edits make most short words alike.
pub const MAX_EDITS: u8 = 2;
const BAND: usize = 2 * MAX_EDITS as usize + 1;

pub struct Fuzzy {
    word: Vec<char>,
    /// The word between numbers that are no character, so that all cells of a row have a character
    /// above them: `edits + 1` before it, `2 * edits` after it.
    padded: Vec<u32>,
    edits: u8,
    /// So many characters must be the word's own.
    prefix: usize,
}

/// Cell `j` of a row after `i` characters is the distance between them and the word's first
/// `i + j − edits` characters; over `edits` where there is no such cell.
type Row = [u8; BAND];

#[derive(Clone, Copy)]
pub struct FuzzyState {
    /// Characters read.
    read: usize,
    row: Row,
    /// The row before, for a swap.
    before: Row,
    last: char,
    /// The bytes read of a character that is not whole yet, and how many are still to come.
    partial: u32,
    missing: u8,
}

impl Fuzzy {
    /// `edits` is at most [`MAX_EDITS`]; `prefix` characters are compared as they are.
    pub fn new(word: &str, edits: u8, prefix: usize) -> Self {
        let (word, edits): (Vec<char>, u8) = (word.chars().collect(), edits.min(MAX_EDITS));
        let mut padded = vec![u32::MAX; usize::from(edits) + 1];
        padded.extend(word.iter().map(|&ch| u32::from(ch)));
        padded.resize(padded.len() + 2 * usize::from(edits), u32::MAX);
        Fuzzy { word, padded, edits, prefix }
    }

    /// How many edits lie between the word and the text read; `None` where they are too many.
    pub fn distance(&self, state: &FuzzyState) -> Option<u8> {
        let place = (self.word.len() + usize::from(self.edits)).checked_sub(state.read)?;
        let cell = *state.row.get(place)?;
        let starts = state.read >= self.prefix.min(self.word.len());
        (starts && state.missing == 0 && cell <= self.edits).then_some(cell)
    }

    fn read(&self, state: &FuzzyState, ch: char) -> Option<FuzzyState> {
        if state.read < self.prefix && self.word.get(state.read).is_some_and(|&own| own != ch) {
            return None;
        }
        let row = match self.edits {
            0 => self.row::<0, 1>(state, ch),
            1 => self.row::<1, 3>(state, ch),
            _ => self.row::<2, BAND>(state, ch),
        }?;
        Some(FuzzyState {
            read: state.read + 1,
            row,
            before: state.row,
            last: ch,
            partial: 0,
            missing: 0,
        })
    }

    /// The row after one more character; `None` where all its cells are over `EDITS`. Its first
    /// `WIDTH` cells, `2 * EDITS + 1`, are used.
    #[inline]
    fn row<const EDITS: usize, const WIDTH: usize>(
        &self,
        state: &FuzzyState,
        ch: char,
    ) -> Option<Row> {
        let over = EDITS as u8 + 1;
        let (ch, last) = (u32::from(ch), u32::from(state.last));
        // Cell `j` stands for the word's characters up to `own[j]`; before that comes `own[j - 1]`.
        let above = self.padded.get(state.read..state.read + WIDTH + 1)?;
        let mut row = [over; BAND];
        for j in 0..WIDTH {
            let (own, own_before) = (above[j + 1], above[j]);
            let mut cell = state.row[j] + u8::from(own != ch);
            if j + 1 < WIDTH {
                cell = cell.min(state.row[j + 1] + 1);
            }
            if j > 0 {
                cell = cell.min(row[j - 1] + 1);
            }
            if own == last && own_before == ch {
                cell = cell.min(state.before[j] + 1);
            }
            row[j] = cell.min(over);
        }
        // No cell stands past the word's end.
        let held = (self.word.len() + EDITS).saturating_sub(state.read);
        if held < WIDTH {
            row[held..].fill(over);
        }
        let alive = row[..WIDTH].iter().fold(false, |alive, &cell| alive | (cell < over));
        alive.then_some(row)
    }

    /// The characters that may follow where no edit is left.
    fn followers(&self, state: &FuzzyState) -> impl Iterator<Item = char> {
        let edits = usize::from(self.edits);
        (0..=2 * edits).flat_map(move |j| {
            let column = (state.read + j).checked_sub(edits);
            let own = |column: usize| self.word.get(column).copied();
            let next = column.filter(|_| state.row[j] <= self.edits).and_then(own);
            // The second of two that are swapped: its first stands for the character before it.
            let swapped = column.filter(|_| state.before[j] < self.edits);
            let swapped = swapped.filter(|&column| own(column) == Some(state.last));
            let swapped = swapped.and_then(|column| own(column.checked_sub(1)?));
            [next, swapped].into_iter().flatten()
        })
    }
}

impl Automaton for Fuzzy {
    type State = FuzzyState;

    fn start(&mut self) -> FuzzyState {
        let mut row = [self.edits + 1; BAND];
        let edits = usize::from(self.edits);
        for (j, cell) in row[edits..=2 * edits].iter_mut().enumerate() {
            if j <= self.word.len() {
                *cell = j as u8;
            }
        }
        let before = [self.edits + 1; BAND];
        FuzzyState { read: 0, row, before, last: '\0', partial: 0, missing: 0 }
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
        let lead = |ch: char| ch.encode_utf8(&mut [0; 4]).as_bytes()[0];
        if state.missing == 0 {
            if let Some(&own) = self.word.get(state.read).filter(|_| state.read < self.prefix) {
                return Some(lead(own)).filter(|&byte| byte >= from);
            }
            if state.row.iter().all(|&cell| cell >= self.edits) {
                return self.followers(state).map(lead).filter(|&byte| byte >= from).min();
            }
        }
        Some(from)
    }
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
    }
}
