//! The inner loops, each in plain Rust and, where the machine has them, in vector instructions.
//!
//! What a machine has is found out when the program runs. Every vector form has the plain one as its
//! twin, and the tests put both to the same input.

use crate::search::levels::{Levels, Table};
use crate::search::window::{Mask, PLACES};

/// A bit for each of up to 128 class bytes whose step of length is below the limit of its step of
/// frequency: `limits[class >> 4]`, from 0, no length, to 16, every length.
#[inline]
pub fn classes_below(classes: &[u8], limits: &[u8; 16]) -> u128 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        return unsafe { x86::classes_below(classes, limits) };
    }
    plain::classes_below(classes, limits)
}

/// A bit for each level that is at least `floor`.
#[inline]
pub fn at_least(levels: &Levels, floor: u16) -> Mask {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512bw") {
            // SAFETY: the machine has AVX-512BW.
            return unsafe { x86::at_least_512(levels, floor) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2.
            return unsafe { x86::at_least_256(levels, floor) };
        }
    }
    plain::at_least(levels, floor)
}

/// How many bits are set.
#[inline]
pub fn count_places(mask: &Mask) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("popcnt") {
        // SAFETY: the machine has it.
        return unsafe { x86::count_places(mask) };
    }
    plain::count_places(mask)
}

/// Whether [`spread`] takes many documents at once.
#[inline]
pub fn spreads_many() -> bool {
    #[cfg(target_arch = "x86_64")]
    let is_fast = is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("bmi2");
    #[cfg(not(target_arch = "x86_64"))]
    let is_fast = false;
    is_fast
}

/// Adds to each place of `mask` in turn the level of the next of the `classes`, as long as there are
/// some.
#[inline]
pub fn spread(levels: &mut Levels, mask: &Mask, classes: &[u8], table: &Table) {
    #[cfg(target_arch = "x86_64")]
    if spreads_many() && count_places(mask) <= classes.len() {
        // SAFETY: the machine has both, and there is a class for each place.
        return unsafe { x86::spread_512(levels, mask, classes, table) };
    }
    plain::spread(levels, mask, classes, table);
}

mod plain {
    use super::{Levels, Mask, PLACES, Table};
    use crate::search::window::each_place;

    pub fn classes_below(classes: &[u8], limits: &[u8; 16]) -> u128 {
        let mut passing = 0;
        for (i, &class) in classes.iter().enumerate() {
            passing |= u128::from(class & 15 < limits[usize::from(class >> 4)]) << i;
        }
        passing
    }

    pub fn at_least(levels: &Levels, floor: u16) -> Mask {
        let mut mask = [0; PLACES / 64];
        for (word, levels) in mask.iter_mut().zip(levels.as_chunks::<64>().0) {
            for (i, &level) in levels.iter().enumerate() {
                *word |= u64::from(level >= floor) << i;
            }
        }
        mask
    }

    #[inline(always)]
    pub fn count_places(mask: &Mask) -> usize {
        mask.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn spread(levels: &mut Levels, mask: &Mask, classes: &[u8], table: &Table) {
        let mut classes = classes.iter();
        each_place(mask, |place| {
            if let (Some(sum), Some(&class)) = (levels.get_mut(place as usize), classes.next()) {
                *sum = sum.saturating_add(table[usize::from(class)]);
            }
        });
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m512i, __mmask64, _bzhi_u64, _mm_loadu_si128, _mm256_and_si256,
        _mm256_broadcastsi128_si256, _mm256_cmpeq_epi16, _mm256_cmpgt_epi8, _mm256_loadu_si256,
        _mm256_max_epu16, _mm256_movemask_epi8, _mm256_packs_epi16, _mm256_permute4x64_epi64,
        _mm256_set1_epi8, _mm256_set1_epi16, _mm256_shuffle_epi8, _mm256_srli_epi16,
        _mm512_adds_epu16, _mm512_castsi256_si512, _mm512_castsi512_si256, _mm512_cmpge_epu16_mask,
        _mm512_cvtepi16_epi8, _mm512_cvtepu8_epi16, _mm512_extracti64x4_epi64, _mm512_inserti64x4,
        _mm512_loadu_epi16, _mm512_mask_blend_epi8, _mm512_maskz_expand_epi8,
        _mm512_maskz_loadu_epi8, _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8,
        _mm512_set1_epi16, _mm512_setzero_si512, _mm512_slli_epi16, _mm512_srli_epi16,
        _mm512_storeu_epi16,
    };

    use super::{Levels, Mask, PLACES, Table, plain};

    /// Thirty-two classes at a time: each looks its limit up by a byte shuffle.
    #[target_feature(enable = "avx2")]
    pub fn classes_below(classes: &[u8], limits: &[u8; 16]) -> u128 {
        let (whole, rest) = classes.as_chunks::<32>();
        // SAFETY: sixteen bytes are read from sixteen bytes.
        let limits_128 = unsafe { _mm_loadu_si128(limits.as_ptr().cast()) };
        let table = _mm256_broadcastsi128_si256(limits_128);
        let low = _mm256_set1_epi8(15);
        let mut passing = 0;
        for (i, chunk) in whole.iter().enumerate() {
            // SAFETY: thirty-two bytes are read from thirty-two bytes.
            let chunk = unsafe { _mm256_loadu_si256(chunk.as_ptr().cast()) };
            let length = _mm256_and_si256(chunk, low);
            let freq = _mm256_and_si256(_mm256_srli_epi16::<4>(chunk), low);
            let below = _mm256_cmpgt_epi8(_mm256_shuffle_epi8(table, freq), length);
            passing |= u128::from(_mm256_movemask_epi8(below) as u32) << (32 * i);
        }
        if !rest.is_empty() {
            passing |= plain::classes_below(rest, limits) << (32 * whole.len());
        }
        passing
    }

    #[target_feature(enable = "avx2")]
    pub fn at_least_256(levels: &Levels, floor: u16) -> Mask {
        let floor = _mm256_set1_epi16(floor as i16);
        let mut mask = [0; PLACES / 64];
        for (word, levels) in mask.iter_mut().zip(levels.as_chunks::<64>().0) {
            for (i, levels) in levels.as_chunks::<32>().0.iter().enumerate() {
                let reach = |sixteen: &[u16]| {
                    // SAFETY: sixteen numbers are read from sixteen.
                    let sixteen = unsafe { _mm256_loadu_si256(sixteen.as_ptr().cast()) };
                    _mm256_cmpeq_epi16(_mm256_max_epu16(sixteen, floor), sixteen)
                };
                let bytes = _mm256_packs_epi16(reach(&levels[..16]), reach(&levels[16..]));
                // Packing works within the halves of a vector.
                let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(bytes);
                *word |= u64::from(_mm256_movemask_epi8(bytes) as u32) << (32 * i);
            }
        }
        mask
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn at_least_512(levels: &Levels, floor: u16) -> Mask {
        let floor = _mm512_set1_epi16(floor as i16);
        let mut mask = [0; PLACES / 64];
        for (word, levels) in mask.iter_mut().zip(levels.as_chunks::<64>().0) {
            for (i, levels) in levels.as_chunks::<32>().0.iter().enumerate() {
                // SAFETY: thirty-two numbers are read from thirty-two.
                let levels = unsafe { _mm512_loadu_epi16(levels.as_ptr().cast()) };
                let bits = _mm512_cmpge_epu16_mask(levels, floor);
                *word |= u64::from(bits) << (32 * i);
            }
        }
        mask
    }

    /// The same loop, with one instruction for a word.
    #[target_feature(enable = "popcnt")]
    pub fn count_places(mask: &Mask) -> usize {
        plain::count_places(mask)
    }

    /// Levels are looked up sixty-four at a time, half a level at once, and moved thirty-two at a time
    /// to where bits are set.
    ///
    /// # Safety
    /// There are as many classes as places in the mask.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt,bmi2")]
    pub unsafe fn spread_512(levels: &mut Levels, mask: &Mask, classes: &[u8], table: &Table) {
        let [mut low, mut high] = [[_mm512_setzero_si512(); 4]; 2];
        for (i, part) in table.as_chunks::<64>().0.iter().enumerate() {
            // SAFETY: twice thirty-two numbers are read from sixty-four.
            let (a, b) = unsafe {
                (
                    _mm512_loadu_epi16(part.as_ptr().cast()),
                    _mm512_loadu_epi16(part[32..].as_ptr().cast()),
                )
            };
            let bytes = |a, b| {
                let a = _mm512_castsi256_si512(_mm512_cvtepi16_epi8(a));
                _mm512_inserti64x4::<1>(a, _mm512_cvtepi16_epi8(b))
            };
            low[i] = bytes(a, b);
            high[i] = bytes(_mm512_srli_epi16::<8>(a), _mm512_srli_epi16::<8>(b));
        }
        let look_up = |table: [__m512i; 4], class: __m512i, is_late: __mmask64| {
            let early = _mm512_permutex2var_epi8(table[0], class, table[1]);
            let late = _mm512_permutex2var_epi8(table[2], class, table[3]);
            _mm512_mask_blend_epi8(is_late, early, late)
        };
        let mut at = 0;
        for (bits, levels) in mask.iter().zip(levels.as_chunks_mut::<64>().0) {
            let count = bits.count_ones();
            let first = _bzhi_u64(u64::MAX, count);
            // SAFETY: of the classes so many are left.
            let class = unsafe { _mm512_maskz_loadu_epi8(first, classes.as_ptr().add(at).cast()) };
            let is_late = _mm512_movepi8_mask(class);
            let low = _mm512_maskz_expand_epi8(*bits, look_up(low, class, is_late));
            let high = _mm512_maskz_expand_epi8(*bits, look_up(high, class, is_late));
            let mut add = |first: usize, low, high| {
                let more = _mm512_or_si512(
                    _mm512_cvtepu8_epi16(low),
                    _mm512_slli_epi16::<8>(_mm512_cvtepu8_epi16(high)),
                );
                let sums = levels[first..first + 32].as_mut_ptr();
                // SAFETY: thirty-two numbers are read and written.
                unsafe {
                    let sum = _mm512_adds_epu16(_mm512_loadu_epi16(sums.cast()), more);
                    _mm512_storeu_epi16(sums.cast(), sum);
                }
            };
            add(0, _mm512_castsi512_si256(low), _mm512_castsi512_si256(high));
            add(32, _mm512_extracti64x4_epi64::<1>(low), _mm512_extracti64x4_epi64::<1>(high));
            at += count as usize;
        }
    }

    #[cfg(test)]
    mod tests {
        use super::super::spread;
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn classes_are_compared_as_the_plain_loop_does(
                classes in prop::collection::vec(any::<u8>(), 0..=128),
                limits in prop::array::uniform16(0..=16u8),
            ) {
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: asked for just above.
                    let found = unsafe { classes_below(&classes, &limits) };
                    prop_assert_eq!(found, plain::classes_below(&classes, &limits));
                }
            }

            #[test]
            fn levels_are_compared_as_the_plain_loop_does(
                some in prop::collection::vec((0..PLACES, any::<u16>()), 0..200),
                floor in 1..=u16::MAX,
            ) {
                let mut levels = [0; PLACES];
                some.iter().for_each(|&(place, level)| levels[place] = level);
                for floor in [floor, 1, u16::MAX, some.first().map_or(1, |pair| pair.1)] {
                    let expected = plain::at_least(&levels, floor);
                    if is_x86_feature_detected!("avx2") {
                        // SAFETY: asked for just above.
                        prop_assert_eq!(unsafe { at_least_256(&levels, floor) }, expected);
                    }
                    if is_x86_feature_detected!("avx512bw") {
                        // SAFETY: asked for just above.
                        prop_assert_eq!(unsafe { at_least_512(&levels, floor) }, expected);
                    }
                }
            }

            #[test]
            fn levels_are_spread_as_by_the_plain_loop(
                words in prop::collection::vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 64),
                classes in prop::collection::vec(any::<u8>(), PLACES),
                table in prop::collection::vec(any::<u16>(), 256),
                before in any::<u16>(),
            ) {
                let mask: Mask = words.try_into().unwrap();
                let table: Table = table.try_into().unwrap();
                let (mut expected, mut levels) = ([0; PLACES], [0; PLACES]);
                expected.fill(before);
                levels.fill(before);
                plain::spread(&mut expected, &mask, &classes, &table);
                spread(&mut levels, &mask, &classes, &table);
                prop_assert_eq!(levels, expected);
            }

            #[test]
            fn classes_that_are_missing_add_nothing(count in 0..200usize) {
                let mut levels = [0; PLACES];
                spread(&mut levels, &[u64::MAX; PLACES / 64], &vec![3; count], &[7; 256]);
                prop_assert_eq!(levels.iter().map(|&level| usize::from(level)).sum::<usize>(), 7 * count);
            }
        }
    }
}
