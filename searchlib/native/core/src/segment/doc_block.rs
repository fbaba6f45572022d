//! How are the 128 documents of a full block written?
//!
//! As gaps packed to equal width or, where the documents lie so close that it takes hardly more
//! room, as a bit set, which can be tested and joined without unpacking. The block's length in
//! bytes tells which. Grammar: docs/format.md, "Postings".

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::{Cut, u64_at};

/// Documents in a full block.
pub const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Room for the documents of a block; vectors are stored whole, past the last document too.
pub type Docs = [u32; BLOCK + 16];

/// The bytes of 128 numbers of `width` bits.
fn packed_bytes(width: u8) -> usize {
    BitPacker4x::compressed_block_size(width)
}

/// Appends a block. `docs` rise strictly; `before` is the document before them in the list.
pub fn put(packer: BitPacker4x, before: Option<u32>, docs: &[u32], out: &mut Vec<u8>) {
    assert_eq!(docs.len(), BLOCK);
    let width = packer.num_bits_strictly_sorted(before, docs);
    let first = before.map_or(0, |before| before + 1);
    let span = docs[BLOCK - 1] - first + 1;
    let start = out.len();
    let len = bit_set_bytes(span);
    if len <= packed_bytes(width + 1) {
        out.resize(start + len, 0);
        for doc in docs {
            let place = (doc - first) as usize;
            out[start + place / 8] |= 1 << (place % 8);
        }
    } else {
        out.resize(start + packed_bytes(width), 0);
        packer.compress_strictly_sorted(before, docs, &mut out[start..], width);
    }
}

/// Bytes of a bit set over `span` documents: an odd number of eights, which no packed block has.
fn bit_set_bytes(span: u32) -> usize {
    let eights = (span as usize).div_ceil(64);
    (eights | 1) * 8
}

/// A block as it lies in a list.
#[derive(Clone, Copy)]
pub enum DocBlock<'a> {
    Packed {
        bytes: &'a [u8],
        width: u8,
    },
    /// Bit `i` stands for the `i`-th document after the one before the block.
    Bits(&'a [u8]),
}

impl<'a> DocBlock<'a> {
    /// # Errors
    /// [`Cut`] where the length is that of no block.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Result<Self, Cut> {
        match (bytes.len() / 16, bytes.len() % 16) {
            (width @ 0..=32, 0) => Ok(DocBlock::Packed { bytes, width: width as u8 }),
            (_, 8) => Ok(DocBlock::Bits(bytes)),
            _ => Err(Cut),
        }
    }

    /// Unpacks the documents; `before` as in [`put`], `last` is the block's last document.
    ///
    /// # Errors
    /// [`Cut`] where the bytes do not hold 128 rising documents that end with `last`.
    #[inline]
    pub fn unpack(
        self,
        packer: BitPacker4x,
        before: Option<u32>,
        last: u32,
        docs: &mut Docs,
    ) -> Result<(), Cut> {
        let rises = match self {
            DocBlock::Packed { bytes, width } => {
                packer.decompress_strictly_sorted(before, bytes, &mut docs[..BLOCK], width);
                // Gaps of up to 24 bits cannot carry a document of 31 bits past 32.
                width <= 24 || docs[..BLOCK].is_sorted_by(|a, b| a < b)
            }
            DocBlock::Bits(bits) => {
                let first = before.map_or(0, |before| before + 1);
                unpack_bits(bits, first, docs) == BLOCK
            }
        };
        if rises && docs[BLOCK - 1] == last && before.is_none_or(|before| before < docs[0]) {
            Ok(())
        } else {
            Err(Cut)
        }
    }
}

/// The words of a block of bits.
pub struct BitBlock<'a> {
    words: &'a [[u8; 8]],
    /// The words before `at` have so many bits.
    at: usize,
    before: u32,
}

impl<'a> BitBlock<'a> {
    /// # Errors
    /// [`Cut`] where the bits are not 128, or the last one does not stand for the `span`-th document.
    // Inlined where bits are counted by one instruction, which is not so everywhere.
    #[inline(always)]
    pub fn new(bits: &'a [u8], span: u32) -> Result<Self, Cut> {
        let words = bits.as_chunks::<8>().0;
        let number = |word: &[u8; 8]| u64::from_le_bytes(*word);
        let count: u32 = words.iter().map(|word| number(word).count_ones()).sum();
        let last = words.iter().rposition(|word| number(word) != 0);
        let end = last.map_or(0, |i| (i as u32 + 1) * 64 - number(&words[i]).leading_zeros());
        if count == BLOCK as u32 && end == span {
            Ok(BitBlock { words, at: 0, before: 0 })
        } else {
            Err(Cut)
        }
    }

    /// Which of the block's documents, counted from 0, stands at `place`, if one does. `place` is
    /// below the span; places that rise from call to call are found fastest.
    #[inline]
    pub fn ordinal(&mut self, place: u32) -> Option<usize> {
        let (rank, is_held) = self.rank(place);
        is_held.then_some(rank)
    }

    /// How many of the block's documents stand before `place`, and whether one stands there; as for
    /// [`ordinal`](Self::ordinal).
    #[inline(always)]
    pub fn rank(&mut self, place: u32) -> (usize, bool) {
        let word = place as usize / 64;
        if word < self.at {
            (self.at, self.before) = (0, 0);
        }
        while self.at < word {
            self.before += u64::from_le_bytes(self.words[self.at]).count_ones();
            self.at += 1;
        }
        let bits = self.words.get(word).map_or(0, |word| u64::from_le_bytes(*word));
        let bit = 1 << (place % 64);
        ((self.before + (bits & (bit - 1)).count_ones()) as usize, bits & bit != 0)
    }

    /// Sets the bits of the block in `mask`, whose first bit stands for the document `places` before
    /// the block's first, or for a later one where it is negative; what lies outside is left out.
    #[inline(always)]
    pub fn mark(&self, places: i64, mask: &mut [u64]) {
        let (at, shift) = (places.div_euclid(64), places.rem_euclid(64) as u32);
        let inside =
            usize::try_from(at).ok().and_then(|at| mask.get_mut(at..=at + self.words.len()));
        if let Some(inside) = inside {
            let mut above = 0;
            for (word, out) in self.words.iter().zip(&mut *inside) {
                let bits = u64::from_le_bytes(*word);
                *out |= bits << shift | above;
                above = bits >> 1 >> (63 - shift);
            }
            inside[self.words.len()] |= above;
            return;
        }
        for (i, word) in self.words.iter().enumerate() {
            let bits = u64::from_le_bytes(*word);
            let place = places + i as i64 * 64;
            let (at, shift) = (place.div_euclid(64), place.rem_euclid(64) as u32);
            let mut set = |at: i64, bits: u64| {
                if let Some(word) = usize::try_from(at).ok().and_then(|at| mask.get_mut(at)) {
                    *word |= bits;
                }
            };
            set(at, bits << shift);
            if shift > 0 {
                set(at + 1, bits >> (64 - shift));
            }
        }
    }
}

/// Sets the bits of a block in which all documents follow each other, as [`BitBlock::mark`] does.
pub fn mark_run(places: i64, mask: &mut [u64]) {
    let all = mask.len() as i64 * 64;
    let (start, end) = (places.clamp(0, all), (places + BLOCK as i64).clamp(0, all));
    let (mut start, end) = (start as usize, end as usize);
    while start < end {
        let (word, low) = (start / 64, start % 64);
        let count = (64 - low).min(end - start);
        mask[word] |= u64::MAX >> (64 - count) << low;
        start += count;
    }
}

/// Writes the places of the bits that are set, plus `first`; returns how many there are, at most
/// one more than there is room for. With more than that, what is written is of no use.
fn unpack_bits(bits: &[u8], first: u32, docs: &mut Docs) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("popcnt") {
        // SAFETY: the machine has both.
        return unsafe { unpack_bits_512(bits, first, docs) };
    }
    unpack_bits_plain(bits, first, docs)
}

fn unpack_bits_plain(bits: &[u8], first: u32, docs: &mut Docs) -> usize {
    let mut count = 0;
    for word in 0..bits.len() / 8 {
        let mut bits = u64_at(bits, word).unwrap_or(0);
        let base = first.wrapping_add(word as u32 * 64);
        while bits != 0 {
            let Some(doc) = docs[..BLOCK].get_mut(count) else {
                return count + 1;
            };
            *doc = base.wrapping_add(bits.trailing_zeros());
            bits &= bits - 1;
            count += 1;
        }
    }
    count
}

/// Sixteen bits at a time: the places that are set move to the front of a vector.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,popcnt")]
fn unpack_bits_512(bits: &[u8], first: u32, docs: &mut Docs) -> usize {
    use std::arch::x86_64::{
        _mm512_add_epi32, _mm512_maskz_compress_epi32, _mm512_set1_epi32, _mm512_setr_epi32,
        _mm512_storeu_si512,
    };
    let steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let mut count = 0;
    for (i, two) in bits.as_chunks::<2>().0.iter().enumerate() {
        let mask = u16::from_le_bytes(*two);
        let base = _mm512_set1_epi32(first.wrapping_add(i as u32 * 16) as i32);
        let set = _mm512_maskz_compress_epi32(mask, _mm512_add_epi32(base, steps));
        // SAFETY: `count` is at most 128, and sixteen numbers fit from there on.
        unsafe { _mm512_storeu_si512(docs.as_mut_ptr().add(count).cast(), set) };
        count += mask.count_ones() as usize;
        if count > BLOCK {
            return BLOCK + 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(before: Option<u32>, docs: &[u32]) -> bool {
        let packer = BitPacker4x::new();
        let mut bytes = Vec::new();
        put(packer, before, docs, &mut bytes);
        let block = DocBlock::new(&bytes).unwrap();
        let mut read = [0; _];
        block.unpack(packer, before, docs[BLOCK - 1], &mut read).unwrap();
        assert_eq!(&read[..BLOCK], docs);
        matches!(block, DocBlock::Bits(_))
    }

    proptest! {
        #[test]
        fn a_block_reads_back(
            before in prop::option::of(0..1u32 << 20),
            gaps in prop::collection::vec(prop_oneof![0..2u32, 0..9u32, 0..1u32 << 23], BLOCK),
        ) {
            let mut next = before.map_or(0, |before| before + 1);
            let docs: Vec<u32> = gaps.iter().map(|gap| { next += gap + 1; next - 1 }).collect();
            round_trip(before, &docs);
        }
    }

    #[test]
    fn neighbours_are_a_bit_set_and_the_scattered_are_packed() {
        // Gaps of 0 and 3 in turn need two bits each, and span 317 documents.
        assert!(round_trip(None, &(0..128).map(|i| i / 2 * 5 + i % 2).collect::<Vec<_>>()));
        assert!(!round_trip(None, &(0..128).collect::<Vec<_>>()));
        assert!(!round_trip(Some(7), &(0..128).map(|i| 8 + i * 20).collect::<Vec<_>>()));
    }

    #[cfg(target_arch = "x86_64")]
    proptest! {
        #[test]
        fn bits_are_unpacked_as_by_the_plain_loop(
            eights in prop::collection::vec(prop_oneof![Just(0u64), Just(u64::MAX), any::<u64>()], 0..9),
            first in any::<u32>(),
        ) {
            let bits: Vec<u8> = eights.iter().flat_map(|eight| eight.to_le_bytes()).collect();
            let (mut plain, mut vector) = ([0; _], [0; _]);
            let count = unpack_bits_plain(&bits, first, &mut plain);
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("popcnt") {
                // SAFETY: asked for just above.
                prop_assert_eq!(unsafe { unpack_bits_512(&bits, first, &mut vector) }, count);
                if count <= BLOCK {
                    prop_assert_eq!(&vector[..count], &plain[..count]);
                }
            }
        }
    }

    #[test]
    fn bits_of_the_wrong_number_are_an_error() {
        let packer = BitPacker4x::new();
        for bytes in [vec![0xff; 8], vec![0xff; 24], vec![0; 24]] {
            let block = DocBlock::new(&bytes).unwrap();
            assert_eq!(block.unpack(packer, None, 127, &mut [0; _]), Err(Cut));
        }
        assert!(DocBlock::new(&[0; 12]).is_err());
    }
}
