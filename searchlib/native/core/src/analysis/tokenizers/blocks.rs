//! What are the bytes of a text, sixty-four at a time? As masks, a bit a byte.
//!
//! In plain Rust, in the vector instructions that every x86-64 has, and in those of AVX2 and AVX-512
//! where the machine has them; tests put all to the same input.

/// Bytes of a block.
pub const BYTES: usize = 64;

/// What the bytes of a block are; they are named in `words.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub letters: u64,
    pub digits: u64,
    pub joiners: u64,
    pub mid_both: u64,
    pub mid_letters: u64,
    pub mid_digits: u64,
    /// Beyond ASCII.
    pub others: u64,
}

/// Puts the blocks of some bytes to the front of `blocks`, the last of them with zeros behind its
/// bytes, none or more, and returns how many they are.
///
/// # Panics
/// If there is no room for them.
#[inline]
pub fn read(bytes: &[u8], blocks: &mut [Block]) -> usize {
    let (full, rest) = bytes.as_chunks();
    let mut last = [0; BYTES];
    last[..rest.len()].copy_from_slice(rest);
    let (to, behind) = blocks.split_at_mut(full.len());
    read_full(full, to);
    read_full(&[last], &mut behind[..1]);
    full.len() + 1
}

#[inline]
fn read_full(bytes: &[[u8; BYTES]], blocks: &mut [Block]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512bw") {
            // SAFETY: the machine has it.
            return unsafe { x86::read_512(bytes, blocks) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has it.
            return unsafe { x86::read_256(bytes, blocks) };
        }
        bytes.iter().zip(blocks).for_each(|(bytes, block)| *block = x86::read_128(bytes));
    }
    #[cfg(not(target_arch = "x86_64"))]
    bytes.iter().zip(blocks).for_each(|(bytes, block)| *block = plain::read(bytes));
}

/// Puts the places of the bits that are set in `masks`, rising, to the front of `places`, and returns
/// how many they are.
///
/// # Panics
/// If there is not room for 64 more of them.
#[inline]
pub fn places(masks: &[u64], places: &mut [u16]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512vbmi2") && is_x86_feature_detected!("avx512bw") {
        // SAFETY: the machine has both.
        return unsafe { x86::places_512(masks, places) };
    }
    plain::places(masks, places)
}

mod plain {
    use super::BYTES;

    #[cfg(any(test, not(target_arch = "x86_64")))]
    pub fn read(bytes: &[u8; BYTES]) -> super::Block {
        let mut block = super::Block::default();
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

    pub fn places(masks: &[u64], places: &mut [u16]) -> usize {
        let mut count = 0;
        for (number, &mask) in masks.iter().enumerate() {
            let mut mask = mask;
            while mask != 0 {
                places[count] = (BYTES * number) as u16 + mask.trailing_zeros() as u16;
                mask &= mask - 1;
                count += 1;
            }
        }
        count
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{BYTES, Block};

    /// Sixteen bytes at a time, with what every x86-64 has.
    #[inline]
    pub fn read_128(bytes: &[u8; BYTES]) -> Block {
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

    #[target_feature(enable = "avx2")]
    pub fn read_256(bytes: &[[u8; BYTES]], blocks: &mut [Block]) {
        for (bytes, block) in bytes.iter().zip(blocks) {
            let [low, high] = bytes.as_chunks::<32>().0 else { continue };
            let [low, high] = [low, high].map(|half| {
                // SAFETY: reads these 32 bytes.
                unsafe { _mm256_loadu_si256(std::ptr::from_ref(half).cast()) }
            });
            let each = |byte: u8| _mm256_set1_epi8(byte as i8);
            let mask = |of: &dyn Fn(__m256i) -> __m256i| {
                let half = |bytes| u64::from(_mm256_movemask_epi8(of(bytes)) as u32);
                half(low) | half(high) << 32
            };
            let is = |bytes, byte| _mm256_cmpeq_epi8(bytes, each(byte));
            let either = |bytes, a, b| _mm256_or_si256(is(bytes, a), is(bytes, b));
            let within = |bytes, least: u8, last: u8| {
                let above = _mm256_sub_epi8(bytes, each(least));
                _mm256_cmpeq_epi8(_mm256_min_epu8(above, each(last - least)), above)
            };
            *block = Block {
                letters: mask(&|bytes| within(_mm256_or_si256(bytes, each(0x20)), b'a', b'z')),
                digits: mask(&|bytes| within(bytes, b'0', b'9')),
                joiners: mask(&|bytes| is(bytes, b'_')),
                mid_both: mask(&|bytes| either(bytes, b'\'', b'.')),
                mid_letters: mask(&|bytes| is(bytes, b':')),
                mid_digits: mask(&|bytes| either(bytes, b',', b';')),
                others: mask(&|bytes| bytes),
            };
        }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn read_512(bytes: &[[u8; BYTES]], blocks: &mut [Block]) {
        for (bytes, block) in bytes.iter().zip(blocks) {
            // SAFETY: reads these 64 bytes.
            let bytes = unsafe { _mm512_loadu_si512(std::ptr::from_ref(bytes).cast()) };
            let each = |byte: u8| _mm512_set1_epi8(byte as i8);
            let is = |byte: u8| _mm512_cmpeq_epi8_mask(bytes, each(byte));
            let within = |bytes, least: u8, last: u8| {
                _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, each(least)), each(last - least))
            };
            *block = Block {
                letters: within(_mm512_or_si512(bytes, each(0x20)), b'a', b'z'),
                digits: within(bytes, b'0', b'9'),
                joiners: is(b'_'),
                mid_both: is(b'\'') | is(b'.'),
                mid_letters: is(b':'),
                mid_digits: is(b',') | is(b';'),
                others: _mm512_movepi8_mask(bytes),
            };
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
    pub fn places_512(masks: &[u64], places: &mut [u16]) -> usize {
        let bytes: [u8; BYTES] = std::array::from_fn(|at| at as u8);
        // SAFETY: reads these 64 bytes.
        let numbers = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
        let mut count = 0;
        for (number, &mask) in masks.iter().enumerate() {
            let set = _mm512_maskz_compress_epi8(mask, numbers);
            let base = _mm512_set1_epi16((BYTES * number) as i16);
            let [low, high] = [_mm512_castsi512_si256(set), _mm512_extracti64x4_epi64::<1>(set)]
                .map(|half| _mm512_add_epi16(_mm512_cvtepu8_epi16(half), base));
            let to = &mut places[count..count + BYTES];
            // SAFETY: both write to these 64 numbers.
            unsafe {
                _mm512_storeu_si512(to.as_mut_ptr().cast(), low);
                _mm512_storeu_si512(to[BYTES / 2..].as_mut_ptr().cast(), high);
            }
            count += mask.count_ones() as usize;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agree(bytes: &[u8; BYTES]) {
        let expected = plain::read(bytes);
        let mut found = [Block::default(); 2];
        assert_eq!(read(bytes, &mut found), 2);
        assert_eq!(found, [expected, Block::default()]);
        #[cfg(target_arch = "x86_64")]
        {
            assert_eq!(x86::read_128(bytes), expected);
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the machine has it.
                unsafe { x86::read_256(&[*bytes], &mut found[..1]) };
                assert_eq!(found[0], expected);
            }
        }
    }

    #[test]
    fn vectors_find_what_bytes_find() {
        for first in 0..=255u8 {
            agree(&std::array::from_fn(|at| first.wrapping_add((at * 7) as u8)));
        }
    }

    proptest! {
        #[test]
        fn vectors_find_what_bytes_find_in_any_bytes(
            bytes: [u8; BYTES],
            len in 0..BYTES,
        ) {
            agree(&bytes);
            let mut found = [Block::default()];
            assert_eq!(read(&bytes[..len], &mut found), 1);
            let mut filled = [0; BYTES];
            filled[..len].copy_from_slice(&bytes[..len]);
            prop_assert_eq!(found, [plain::read(&filled)]);
        }

        #[test]
        fn places_are_those_of_the_bits(masks in prop::collection::vec(
            prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), any::<(u64, u64)>().prop_map(|(a, b)| a & b)],
            0..18,
        )) {
            let set = |&at: &usize| masks[at / BYTES] >> (at % BYTES) & 1 == 1;
            let expected: Vec<u16> =
                (0..BYTES * masks.len()).filter(set).map(|at| at as u16).collect();
            let mut found = [0; 18 * BYTES];
            for find in [places, plain::places] {
                let count = find(&masks, &mut found);
                prop_assert_eq!(&found[..count], &expected[..]);
            }
        }
    }
}
