//! Where are the words of plain text, sixty-four bytes at a time?
//!
//! The word rules of UAX #29 as operations on masks, a bit a byte, for stretches between white
//! space that hold ASCII and the letters, quotes and dashes of European languages. Whatever else
//! stands in a stretch is named, and is the business of [`super::words`].

use super::words::is_space;

/// Blocks of 64 bytes in a stretch.
const BLOCKS: usize = 16;
const STRETCH_BYTES: usize = 64 * BLOCKS;

/// A bit a byte, with zeros behind the last block.
type Mask = [u64; BLOCKS + 1];

/// What the bytes of a stretch are; they are named in `words.rs`.
#[derive(Clone, Default)]
pub struct Stretch {
    letters: Mask,
    digits: Mask,
    joiners: Mask,
    mid_both: Mask,
    mid_letters: Mask,
    mid_digits: Mask,
    /// Beyond ASCII.
    others: Mask,
    /// Bytes of a middle character beyond ASCII that joins what is around it.
    joined: Mask,
}

/// The same of 64 bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub letters: u64,
    pub digits: u64,
    joiners: u64,
    mid_both: u64,
    mid_letters: u64,
    mid_digits: u64,
    pub others: u64,
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
        let (blocks, rest) = text.as_bytes()[start..end].as_chunks::<64>();
        for (number, block) in blocks.iter().enumerate() {
            self.put(number, &Block::of(block));
        }
        let mut block = [0; 64];
        block[..rest.len()].copy_from_slice(rest);
        self.put(blocks.len(), &Block::of(&block));
        let used = blocks.len() + 1;
        if used <= BLOCKS {
            self.put(used, &Block::default());
        }
        if self.others[..used].iter().all(|&others| others == 0) {
            return None;
        }
        self.read_others(text, start, used)
    }

    /// Calls `visit` with the words of the stretch that starts at `start`, up to `end`, which is one
    /// or more bytes behind the last of them.
    #[inline]
    pub fn words(
        &self,
        text: &str,
        start: usize,
        end: usize,
        visit: &mut impl FnMut(usize, usize),
    ) {
        let mut borders = [0u16; STRETCH_BYTES + 64];
        let mut count = 0;
        let mut joiners = 0;
        let mut before = 0;
        let used = ((end - start) / 64 + 1).min(BLOCKS + 1);
        for number in 0..used {
            let (after_letter, before_letter) = around(&self.letters, number);
            let (after_digit, before_digit) = around(&self.digits, number);
            let in_letters = self.mid_both[number] | self.mid_letters[number];
            let in_digits = self.mid_both[number] | self.mid_digits[number];
            joiners |= self.joiners[number];
            let mut inside = self.letters[number]
                | self.digits[number]
                | self.joiners[number]
                | self.joined[number]
                | in_letters & after_letter & before_letter
                | in_digits & after_digit & before_digit;
            if number + 1 == used {
                inside &= (1 << ((end - start) % 64)) - 1;
            }
            // A word's first byte, and the byte behind its last, by turns.
            let mut changes = inside ^ (inside << 1 | before);
            before = inside >> 63;
            while changes != 0 {
                borders[count] = (64 * number) as u16 + changes.trailing_zeros() as u16;
                changes &= changes - 1;
                count += 1;
            }
        }
        for &[first, behind] in borders[..count].as_chunks().0 {
            let (from, to) = (start + usize::from(first), start + usize::from(behind));
            // Joiners alone are no word.
            if joiners == 0 || text.as_bytes()[from..to].iter().any(|&byte| byte != b'_') {
                visit(from, to);
            }
        }
    }

    #[inline]
    fn put(&mut self, number: usize, block: &Block) {
        self.letters[number] = block.letters;
        self.digits[number] = block.digits;
        self.joiners[number] = block.joiners;
        self.mid_both[number] = block.mid_both;
        self.mid_letters[number] = block.mid_letters;
        self.mid_digits[number] = block.mid_digits;
        self.others[number] = block.others;
        self.joined[number] = 0;
    }

    /// Adds the characters beyond ASCII.
    fn read_others(&mut self, text: &str, start: usize, used: usize) -> Option<usize> {
        // Middle characters wait until all letters are known.
        let mut quotes = [0u16; STRETCH_BYTES / 3 + 1];
        let mut quote_count = 0;
        let mut unknown = None;
        'blocks: for number in 0..used {
            while self.others[number] != 0 {
                let at = 64 * number + self.others[number].trailing_zeros() as usize;
                let c = text[start + at..].chars().next()?;
                for byte in at..at + c.len_utf8() {
                    clear(&mut self.others, byte);
                    if is_letter(c) {
                        set(&mut self.letters, byte);
                    }
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
            let both = |mask| first > 0 && get(mask, first - 1) && get(mask, behind);
            if both(&self.letters) || both(&self.digits) {
                (first..behind).for_each(|byte| set(&mut self.joined, byte));
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

/// For each byte of a block whether the mask holds the byte before it, and the byte behind it.
#[inline]
fn around(mask: &Mask, number: usize) -> (u64, u64) {
    let before = number.checked_sub(1).map_or(0, |before| mask[before] >> 63);
    let behind = mask.get(number + 1).map_or(0, |behind| behind << 63);
    (mask[number] << 1 | before, mask[number] >> 1 | behind)
}

fn get(mask: &Mask, byte: usize) -> bool {
    mask[byte / 64] >> (byte % 64) & 1 == 1
}

fn set(mask: &mut Mask, byte: usize) {
    mask[byte / 64] |= 1 << (byte % 64);
}

fn clear(mask: &mut Mask, byte: usize) {
    mask[byte / 64] &= !(1 << (byte % 64));
}

impl Block {
    #[inline]
    pub fn of(bytes: &[u8; 64]) -> Self {
        #[cfg(target_arch = "x86_64")]
        return Self::by_vectors(bytes);
        #[cfg(not(target_arch = "x86_64"))]
        Self::byte_by_byte(bytes)
    }

    #[cfg(any(test, not(target_arch = "x86_64")))]
    fn byte_by_byte(bytes: &[u8; 64]) -> Self {
        let mut block = Block::default();
        for (at, &byte) in bytes.iter().enumerate() {
            let mask = match byte {
                b'a'..=b'z' | b'A'..=b'Z' => &mut block.letters,
                b'0'..=b'9' => &mut block.digits,
                b'_' => &mut block.joiners,
                b'\'' | b'.' => &mut block.mid_both,
                b':' => &mut block.mid_letters,
                b',' | b';' => &mut block.mid_digits,
                0x80.. => &mut block.others,
                _ => continue,
            };
            *mask |= 1 << at;
        }
        block
    }

    /// Sixteen bytes at a time, with what every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn by_vectors(bytes: &[u8; 64]) -> Self {
        use std::arch::x86_64::{
            __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8,
            _mm_or_si128, _mm_set1_epi8, _mm_sub_epi8,
        };
        let mut block = Block::default();
        for (number, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: SSE2 is part of x86-64; the only access to memory reads these 16 bytes.
            unsafe {
                let bytes = _mm_loadu_si128(std::ptr::from_ref(sixteen).cast::<__m128i>());
                let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
                let within = |bytes, least: u8, last: u8| {
                    let above = _mm_sub_epi8(bytes, _mm_set1_epi8(least as i8));
                    _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((last - least) as i8)), above)
                };
                let mask = |bytes| u64::from(_mm_movemask_epi8(bytes) as u16) << (16 * number);
                let lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
                block.letters |= mask(within(lower, b'a', b'z'));
                block.digits |= mask(within(bytes, b'0', b'9'));
                block.joiners |= mask(is(b'_'));
                block.mid_both |= mask(_mm_or_si128(is(b'\''), is(b'.')));
                block.mid_letters |= mask(is(b':'));
                block.mid_digits |= mask(_mm_or_si128(is(b','), is(b';')));
                block.others |= mask(bytes);
            }
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vectors_find_what_bytes_find() {
        for first in 0..=255u8 {
            let bytes = std::array::from_fn(|at| first.wrapping_add((at * 7) as u8));
            assert_eq!(Block::of(&bytes), Block::byte_by_byte(&bytes));
        }
    }

    proptest! {
        #[test]
        fn vectors_find_what_bytes_find_in_any_bytes(bytes: [u8; 64]) {
            prop_assert_eq!(Block::of(&bytes), Block::byte_by_byte(&bytes));
        }
    }
}
