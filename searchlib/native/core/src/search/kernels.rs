//! The inner loops, each in plain Rust and, where the machine has them, in vector instructions.
//!
//! What a machine has is found out when the program runs. Every vector form has the plain one as its
//! twin, and the tests put both to the same input.

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

/// A bit for each value that is at least `floor`.
#[inline]
pub fn at_least(values: &[f32; PLACES], floor: f32) -> Mask {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the machine has AVX-512F.
            return unsafe { x86::at_least_512(values, floor) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2.
            return unsafe { x86::at_least_256(values, floor) };
        }
    }
    plain::at_least(values, floor)
}

mod plain {
    use super::{Mask, PLACES};

    pub fn classes_below(classes: &[u8], limits: &[u8; 16]) -> u128 {
        let mut passing = 0;
        for (i, &class) in classes.iter().enumerate() {
            passing |= u128::from(class & 15 < limits[usize::from(class >> 4)]) << i;
        }
        passing
    }

    pub fn at_least(values: &[f32; PLACES], floor: f32) -> Mask {
        let mut mask = [0; PLACES / 64];
        for (word, values) in mask.iter_mut().zip(values.as_chunks::<64>().0) {
            for (i, &value) in values.iter().enumerate() {
                *word |= u64::from(value >= floor) << i;
            }
        }
        mask
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _CMP_GE_OQ, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmp_ps,
        _mm256_cmpgt_epi8, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_movemask_epi8,
        _mm256_movemask_ps, _mm256_set1_epi8, _mm256_set1_ps, _mm256_shuffle_epi8,
        _mm256_srli_epi16, _mm512_cmp_ps_mask, _mm512_loadu_ps, _mm512_set1_ps,
    };

    use super::{Mask, PLACES, plain};

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
    pub fn at_least_256(values: &[f32; PLACES], floor: f32) -> Mask {
        let floor = _mm256_set1_ps(floor);
        let mut mask = [0; PLACES / 64];
        for (word, values) in mask.iter_mut().zip(values.as_chunks::<64>().0) {
            for (i, eight) in values.as_chunks::<8>().0.iter().enumerate() {
                // SAFETY: eight floats are read from eight.
                let eight = unsafe { _mm256_loadu_ps(eight.as_ptr()) };
                let bits = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(eight, floor));
                *word |= u64::from(bits as u8) << (8 * i);
            }
        }
        mask
    }

    #[target_feature(enable = "avx512f")]
    pub fn at_least_512(values: &[f32; PLACES], floor: f32) -> Mask {
        let floor = _mm512_set1_ps(floor);
        let mut mask = [0; PLACES / 64];
        for (word, values) in mask.iter_mut().zip(values.as_chunks::<64>().0) {
            for (i, sixteen) in values.as_chunks::<16>().0.iter().enumerate() {
                // SAFETY: sixteen floats are read from sixteen.
                let sixteen = unsafe { _mm512_loadu_ps(sixteen.as_ptr()) };
                let bits = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(sixteen, floor);
                *word |= u64::from(bits) << (16 * i);
            }
        }
        mask
    }

    #[cfg(test)]
    mod tests {
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
            fn values_are_compared_as_the_plain_loop_does(
                some in prop::collection::vec((0..PLACES, prop::num::f32::ANY), 0..200),
                floor in prop::num::f32::NORMAL,
            ) {
                let mut values = [0.0; PLACES];
                some.iter().for_each(|&(place, value)| values[place] = value);
                for floor in [floor, f32::MIN_POSITIVE, some.first().map_or(1.0, |pair| pair.1)] {
                    let expected = plain::at_least(&values, floor);
                    if is_x86_feature_detected!("avx2") {
                        // SAFETY: asked for just above.
                        prop_assert_eq!(unsafe { at_least_256(&values, floor) }, expected);
                    }
                    if is_x86_feature_detected!("avx512f") {
                        // SAFETY: asked for just above.
                        prop_assert_eq!(unsafe { at_least_512(&values, floor) }, expected);
                    }
                }
            }
        }
    }
}
