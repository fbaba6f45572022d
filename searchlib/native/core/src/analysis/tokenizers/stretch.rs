//! Where are the words of plain text, sixty-four bytes at a time?
//!
//! The word rules of UAX #29 as operations on masks, a bit a byte, for stretches between white
//! space that hold ASCII and the letters, quotes and dashes of European languages. Whatever else
//! stands in a stretch is named, and is the business of [`super::words`].

use super::blocks::{self, Block};
use super::words::is_space;

/// Blocks in a stretch.
const BLOCKS: usize = 16;
const STRETCH_BYTES: usize = blocks::BYTES * BLOCKS;

/// A stretch as blocks, with zeros behind the last.
#[derive(Clone)]
pub struct Stretch {
    blocks: [Block; BLOCKS + 1],
    /// Bytes of a middle character beyond ASCII that joins what is around it, a bit a byte.
    joined: [u64; BLOCKS + 1],
    /// A word's first byte, and the byte behind its last, by turns.
    borders: [u16; STRETCH_BYTES + 2 * blocks::BYTES],
}

impl Default for Stretch {
    fn default() -> Self {
        Stretch { blocks: [Block::default(); _], joined: [0; _], borders: [0; _] }
    }
}

/// Where the stretch ends that starts at `start`: before white space, or where the text ends. `None`
/// where neither comes soon.
pub fn end(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes[start..].get(..STRETCH_BYTES) {
        None => Some(bytes.len()),
        Some(window) => {
            let space = window.iter().rposition(|&byte| is_space(byte)).filter(|&at| at > 0);
            space.map(|at| start + at)
        }
    }
}

impl Stretch {
    /// Reads the bytes `start..end` of a text. Returns where the first character stands that is not
    /// known here.
    #[inline]
    pub fn read(&mut self, text: &str, start: usize, end: usize) -> Option<usize> {
        let used = blocks::read(&text.as_bytes()[start..end], &mut self.blocks);
        if let Some(behind) = self.blocks.get_mut(used) {
            *behind = Block::default();
        }
        self.joined[..used].fill(0);
        if self.blocks[..used].iter().all(|block| block.others == 0) {
            return None;
        }
        self.read_others(text, start, used)
    }

    /// Calls `visit` with the words of the stretch that starts at `start`, up to `end`, which is one
    /// or more bytes behind the last of them.
    #[inline]
    pub fn words(
        &mut self,
        text: &str,
        start: usize,
        end: usize,
        visit: &mut impl FnMut(usize, usize),
    ) {
        let mut changes = [0; BLOCKS + 1];
        let mut joiners = 0;
        let (mut last_letters, mut last_digits, mut before) = (0, 0, 0);
        let used = ((end - start) / 64 + 1).min(BLOCKS + 1);
        for (number, change) in changes[..used].iter_mut().enumerate() {
            let block = &self.blocks[number];
            let behind = self.blocks.get(number + 1);
            let (next_letters, next_digits) =
                behind.map_or((0, 0), |block| (block.letters, block.digits));
            let around = |last: u64, this: u64, next: u64| {
                (this << 1 | last >> 63) & (this >> 1 | next << 63)
            };
            joiners |= block.joiners;
            let mut inside = block.letters
                | block.digits
                | block.joiners
                | self.joined[number]
                | (block.mid_both | block.mid_letters)
                    & around(last_letters, block.letters, next_letters)
                | (block.mid_both | block.mid_digits)
                    & around(last_digits, block.digits, next_digits);
            if number + 1 == used {
                inside &= (1 << ((end - start) % 64)) - 1;
            }
            *change = inside ^ (inside << 1 | before);
            before = inside >> 63;
            (last_letters, last_digits) = (block.letters, block.digits);
        }
        let count = blocks::places(&changes[..used], &mut self.borders);
        for &[first, behind] in self.borders[..count].as_chunks().0 {
            let (from, to) = (start + usize::from(first), start + usize::from(behind));
            // Joiners alone are no word.
            if joiners == 0 || text.as_bytes()[from..to].iter().any(|&byte| byte != b'_') {
                visit(from, to);
            }
        }
    }

    /// Adds the characters beyond ASCII.
    fn read_others(&mut self, text: &str, start: usize, used: usize) -> Option<usize> {
        // Middle characters wait until all letters are known.
        let mut quotes = [0u16; STRETCH_BYTES / 3 + 1];
        let mut quote_count = 0;
        let mut unknown = None;
        'blocks: for number in 0..used {
            while self.blocks[number].others != 0 {
                let at = 64 * number + self.blocks[number].others.trailing_zeros() as usize;
                let c = text[start + at..].chars().next()?;
                for byte in at..at + c.len_utf8() {
                    let block = &mut self.blocks[byte / 64];
                    block.others &= !(1 << (byte % 64));
                    block.letters |= u64::from(is_letter(c)) << (byte % 64);
                }
                if is_quote(c) {
                    quotes[quote_count] = at as u16;
                    quote_count += 1;
                } else if !is_letter(c) && !is_border(c) {
                    unknown = Some(start + at);
                    break 'blocks;
                }
            }
        }
        for &at in &quotes[..quote_count] {
            let (first, behind) = (usize::from(at), usize::from(at) + 3);
            let both = |mask: fn(&Block) -> u64| {
                let is_set = |byte: usize| mask(&self.blocks[byte / 64]) >> (byte % 64) & 1 == 1;
                first > 0 && is_set(first - 1) && is_set(behind)
            };
            if both(|block| block.letters) || both(|block| block.digits) {
                (first..behind).for_each(|byte| self.joined[byte / 64] |= 1 << (byte % 64));
            }
        }
        unknown
    }
}

/// Whether a stretch may hold this character.
pub fn is_known(c: char) -> bool {
    c.is_ascii() || is_letter(c) || is_quote(c) || is_border(c)
}

/// Letters beyond ASCII: Latin, Greek, Cyrillic.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{aa}' | '\u{b5}' | '\u{ba}' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2af}' | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}'
        | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}')
}

/// Joins two letters or two digits, as `'` does. Both have three bytes.
fn is_quote(c: char) -> bool {
    matches!(c, '\u{2018}' | '\u{2019}')
}

/// Is no part of a word.
fn is_border(c: char) -> bool {
    matches!(
        c,
        '\u{a0}'
            ..='\u{a7}'
                | '\u{a9}'
                | '\u{ab}'
                | '\u{ac}'
                | '\u{ae}'
                | '\u{b0}'
                | '\u{b1}'
                | '\u{b6}'
                | '\u{bb}'
                | '\u{bf}'
                | '\u{d7}'
                | '\u{f7}'
                | '\u{2013}'
                | '\u{2014}'
                | '\u{201c}'
                | '\u{201d}'
                | '\u{2022}'
                | '\u{2026}'
                | '\u{20ac}'
    )
}
