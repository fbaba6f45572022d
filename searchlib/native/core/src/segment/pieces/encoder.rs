//! Which pieces have a number, and how do texts become pieces?

use crate::analysis::forms::{Interner, hash, of_short};
use crate::analysis::tokenizers::blocks::{self, Block};
use crate::bytes;
use crate::error::Result;
use crate::segment::file::{NO_FIELD, SegmentFileWriter};
use crate::segment::pieces::{
    KINDS, MOST_BYTES, MOST_PIECES, ONE_BYTE, SPELLED, code_len, len_between,
};

/// A piece that comes less often in the first texts has no number.
pub(super) const LEAST_COUNT: u32 = 4;
/// Blocks that are read together.
const BLOCKS: usize = 16;
/// Pieces that are looked up together.
const BATCH: usize = 32;

/// The numbered pieces of a store that is being written.
pub struct Pieces {
    codes: Codes,
    /// As they lie in the file: [`PieceTable`](super::PieceTable) reads them.
    bytes: Vec<u8>,
}

impl Pieces {
    /// Picks those that are worth a number, the most frequent first.
    pub fn pick<'a>(raws: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut seen = Interner::default();
        let mut encoder = Encoder::default();
        for raw in raws {
            encoder.split(raw);
            let pieces = encoder.pieces.iter().map(|&(start, end)| start as usize..end as usize);
            pieces.filter(|piece| piece.len() <= MOST_BYTES).for_each(|piece| {
                seen.intern(&raw[piece]);
            });
        }
        let counts = seen.counts();
        let mut picked: Vec<u32> =
            (0..seen.len() as u32).filter(|&piece| counts[piece as usize] >= LEAST_COUNT).collect();
        picked.sort_by_key(|&piece| std::cmp::Reverse(counts[piece as usize]));
        picked.truncate(MOST_PIECES);
        Self::of(picked.iter().map(|&piece| seen.text(piece)))
    }

    /// `pieces`: at most [`MOST_PIECES`], of at most [`MOST_BYTES`], none twice.
    pub(super) fn of<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut ends, mut texts, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for piece in pieces {
            keys.push(key_of(piece, 0, piece.len()));
            texts.extend_from_slice(piece);
            ends.extend_from_slice(&(texts.len() as u32).to_le_bytes());
        }
        let mut bytes = (keys.len() as u32).to_le_bytes().to_vec();
        bytes.extend(ends);
        bytes.extend(texts);
        Pieces { codes: Codes::of(&keys), bytes }
    }

    pub fn heap_bytes(&self) -> usize {
        self.codes.keys.len() * 18 + self.bytes.capacity()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes the sections, two with the same: [`StoredPieces`](super::StoredPieces) reads them.
    pub fn write(&self, out: &mut SegmentFileWriter) -> Result<()> {
        let [first, again] = KINDS;
        out.begin(first, NO_FIELD);
        out.write(&self.bytes)?;
        // A page that held some of both would take both with it.
        out.fill_page()?;
        out.begin(again, NO_FIELD);
        out.write(&self.bytes)
    }

    /// Puts pieces at `at`, and returns where they end. What each needs is asked for before it is read.
    fn encode_all(&self, raw: &[u8], pieces: &[Piece], out: &mut [u8], mut at: usize) -> usize {
        let mut keys = [(Codes::FREE, 0); BATCH];
        for (key, &(start, end)) in keys.iter_mut().zip(pieces) {
            let (start, end) = (start as usize, end as usize);
            let bits = key_of(raw, start, end.min(start + MOST_BYTES));
            *key = (bits, self.codes.place(bits));
            self.codes.fetch(key.1);
        }
        for (&(key, place), &(start, end)) in keys.iter().zip(pieces) {
            let (start, end) = (start as usize, end as usize);
            let code = self.codes.get(key, place).filter(|_| end - start <= MOST_BYTES);
            if let Some(code) = code {
                // How many bytes a code has is hard to foresee: both are put down.
                out[at..at + 2].copy_from_slice(&code);
                at += code_len(code[0]);
                continue;
            }
            out[at] = SPELLED;
            at += 1;
            at += bytes::set_varint(&mut out[at..], (end - start) as u64);
            out[at..][..end - start].copy_from_slice(&raw[start..end]);
            at += end - start;
        }
        at
    }
}

/// Where a piece lies among the bytes.
type Piece = (u32, u32);

/// Turns bytes into pieces, in memory that it keeps from one call to the next.
#[derive(Default)]
pub struct Encoder {
    borders: Vec<u32>,
    pieces: Vec<Piece>,
    out: Vec<u8>,
}

impl Encoder {
    /// `raw` as pieces; `None` where it is too long for them.
    pub fn encode(&mut self, pieces: &Pieces, raw: &[u8]) -> Option<&[u8]> {
        self.split(raw)?;
        // One byte spelled out takes three.
        let most = 3 * raw.len() + 2;
        if self.out.len() < most {
            self.out.resize(most, 0);
        }
        let batches = self.pieces.chunks(BATCH);
        let len = batches.fold(0, |at, batch| pieces.encode_all(raw, batch, &mut self.out, at));
        Some(&self.out[..len])
    }

    pub fn heap_bytes(&self) -> usize {
        (self.borders.capacity() + 2 * self.pieces.capacity()) * 4 + self.out.len()
    }

    /// Puts the pieces of `raw` into `pieces`, but the spaces between two words.
    fn split(&mut self, raw: &[u8]) -> Option<()> {
        let end = u32::try_from(raw.len()).ok()?;
        self.find_borders(raw);
        self.pieces.clear();
        self.pieces.reserve(self.borders.len() + 1);
        let mut behind = 0;
        for &[first, next] in self.borders.as_chunks().0 {
            let is_space = first - behind == 1 && raw[behind as usize] == b' ';
            if first > behind && !(is_space && behind > 0) {
                self.pieces.push((behind, first));
            }
            self.pieces.push((first, next));
            behind = next;
        }
        if behind < end {
            self.pieces.push((behind, end));
        }
        Some(())
    }

    /// Puts the first byte of each word and the byte behind its last into `borders`, by turns.
    fn find_borders(&mut self, raw: &[u8]) {
        self.borders.clear();
        let mut blocks = [Block::default(); BLOCKS + 1];
        let mut changes = [0; BLOCKS + 1];
        let mut places = [0; (BLOCKS + 2) * blocks::BYTES];
        let (mut before, mut left) = (0, 0);
        for (number, bytes) in raw.chunks(BLOCKS * blocks::BYTES).enumerate() {
            // Behind as many full ones there is nothing.
            let used = blocks::read(bytes, &mut blocks).min(BLOCKS);
            for ((block, change), first) in
                blocks[..used].iter().zip(&mut changes).zip((0..).step_by(blocks::BYTES))
            {
                let mask = of_words(block, &bytes[first..], &mut left);
                *change = mask ^ (mask << 1 | before);
                before = mask >> 63;
            }
            let count = blocks::places(&changes[..used], &mut places);
            let first = (number * BLOCKS * blocks::BYTES) as u32;
            self.borders.extend(places[..count].iter().map(|&place| first + u32::from(place)));
        }
        if self.borders.len() % 2 == 1 {
            self.borders.push(raw.len() as u32);
        }
    }
}

/// See [`key_of`].
type Key = (u64, u64);

/// The code of each piece, by its key. Enough slots are free that few are looked at, and all of them fit
/// a processor's cache.
struct Codes {
    keys: Vec<Key>,
    codes: Vec<[u8; 2]>,
}

impl Codes {
    /// A key that no piece has.
    const FREE: Key = (0, 0);

    fn of(keys: &[Key]) -> Self {
        let size = (keys.len() * 3 / 2 + 1).next_power_of_two();
        let mut slots = Codes { keys: vec![Self::FREE; size], codes: vec![[0; 2]; size] };
        for (number, &key) in keys.iter().enumerate() {
            let mut at = slots.place(key);
            while slots.keys[at] != Self::FREE {
                at = (at + 1) & (size - 1);
            }
            (slots.keys[at], slots.codes[at]) = (key, code(number));
        }
        slots
    }

    #[inline(always)]
    fn get(&self, key: Key, place: usize) -> Option<[u8; 2]> {
        let mut at = place;
        loop {
            match self.keys[at] {
                found if found == key => return Some(self.codes[at]),
                Self::FREE => return None,
                _ => at = (at + 1) & (self.keys.len() - 1),
            }
        }
    }

    fn fetch(&self, place: usize) {
        bytes::fetch(&self.keys[place]);
        bytes::fetch(&self.codes[place]);
    }

    /// Where to look first.
    #[inline(always)]
    fn place(&self, (low, high): Key) -> usize {
        hash(low, high) & (self.keys.len() - 1)
    }
}

/// What tells a piece of up to fifteen bytes from all others: these bytes, and their number.
#[inline(always)]
fn key_of(raw: &[u8], start: usize, end: usize) -> Key {
    let (low, high) = of_short(raw, start, end);
    (low, high | ((end - start) as u64) << 56)
}

fn code(number: usize) -> [u8; 2] {
    match number.checked_sub(ONE_BYTE) {
        None => [number as u8, 0],
        Some(number) => [(ONE_BYTE + number / 256) as u8, (number % 256) as u8],
    }
}

/// A bit for each byte of a block: whether it is of a word. `bytes`: from its first on. `left`: bytes
/// that are still to come of a character that is not.
#[inline(always)]
fn of_words(block: &Block, bytes: &[u8], left: &mut usize) -> u64 {
    let rest = u64::MAX << std::mem::take(left);
    let mut mask = (block.letters | block.digits) & rest;
    let mut others = block.others & rest;
    while others != 0 {
        let at = others.trailing_zeros() as usize;
        let len = len_between(bytes[at]);
        if len == 0 {
            mask |= 1 << at;
            others &= others - 1;
        } else {
            let rest = u64::MAX.checked_shl((at + len) as u32).unwrap_or(0);
            let before = (1 << at) - 1;
            (mask, others) = (mask & (rest | before), others & rest);
            *left = (at + len).saturating_sub(64);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn byte_by_byte(bytes: &[u8]) -> Vec<u32> {
        let (mut borders, mut left) = (Vec::new(), 0usize);
        for (place, &byte) in bytes.iter().enumerate() {
            let len = if left > 0 { left } else { len_between(byte) };
            let was_word = borders.len() % 2 == 1;
            if was_word != (len == 0) {
                borders.push(place as u32);
            }
            left = len.saturating_sub(1);
        }
        if borders.len() % 2 == 1 {
            borders.push(bytes.len() as u32);
        }
        borders
    }

    proptest! {
        #[test]
        fn words_are_found_in_blocks_as_byte_by_byte(
            bytes in prop::collection::vec(
                prop::sample::select(vec![b'a', b'9', b' ', 0, 0x80, 0xc2, 0xe2, 0xe3, 0xd0, 0xff]),
                0..3_000,
            ),
        ) {
            let mut encoder = Encoder::default();
            encoder.find_borders(&bytes);
            prop_assert_eq!(encoder.borders, byte_by_byte(&bytes));
        }
    }
}
