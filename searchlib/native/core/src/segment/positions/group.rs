//! A group of up to 128 gaps as it lies in a block, and the sums of the gaps up to each.
//!
//! One loop of obvious truth, and what vectors make of it.

use crate::bytes::{Cut, Reader};
use crate::segment::positions::GROUP;

/// Bits of the longest lower part: gaps are 32 bits.
pub(super) const MAX_LOW_WIDTH: u8 = 31;
/// Room for a group; vectors are stored whole, past the last number too.
pub(super) type Numbers = [u32; GROUP + 16];

/// A group as it lies in a block.
pub(super) struct Group<'a> {
    pub len: usize,
    pub width: u8,
    /// From the lower parts on to the block's end: a vector may hold what follows them.
    pub lower: &'a [u8],
    pub upper: &'a [u8],
}

impl<'a> Group<'a> {
    #[inline]
    pub fn read(reader: &mut Reader<'a>, len: usize) -> Result<Self, Cut> {
        let (width, high_len) = (reader.u8()?, reader.u8()? as usize);
        if width > MAX_LOW_WIDTH {
            return Err(Cut);
        }
        let lower = reader.rest();
        reader.take((len * usize::from(width)).div_ceil(8))?;
        Ok(Group { len, width, lower, upper: reader.take(high_len)? })
    }

    /// Whether the sum of all gaps is sure to have 32 bits.
    pub fn is_short(&self) -> bool {
        let (upper, lower) = (self.upper.len() * 8, self.len);
        ((upper + lower) as u64) << self.width <= u64::from(u32::MAX)
    }

    /// The sums of the gaps up to each.
    pub fn sums(&self, sums: &mut Numbers) -> Result<(), Cut> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: the machine has both.
            return unsafe { self.sums_512(sums) };
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && self.width <= MAX_WIDTH_256
        {
            // SAFETY: the machine has both.
            return unsafe { self.sums_256(sums) };
        }
        self.sums_plain(sums)
    }

    pub fn sums_plain(&self, sums: &mut Numbers) -> Result<(), Cut> {
        let width = usize::from(self.width);
        let (mut upper, mut start) = (word(self.upper, 0), 0);
        let mut low_sum = 0u32;
        for (i, place) in sums[..self.len].iter_mut().enumerate() {
            while upper == 0 {
                start += 64;
                if start / 8 >= self.upper.len() {
                    return Err(Cut);
                }
                upper = word(self.upper, start / 8);
            }
            // Before the i-th one there are i others: the rest are zeros, each a step of the upper
            // parts so far.
            let zeros = start + upper.trailing_zeros() as usize - i;
            upper &= upper - 1;
            let bit = i * width;
            let low = word(self.lower, bit / 8) >> (bit % 8) & ((1 << width) - 1);
            low_sum = low_sum.wrapping_add(low as u32);
            *place = ((zeros as u32) << width).wrapping_add(low_sum);
        }
        Ok(())
    }

    /// Eight gaps at a time. Eight lower parts lie in `width` whole bytes: four of them in the first
    /// sixteen, four in the sixteen from `width / 2` on.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt")]
    pub fn sums_256(&self, sums: &mut Numbers) -> Result<(), Cut> {
        use std::arch::x86_64::*;
        let steps = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        self.ones_256(sums)?;
        let width = usize::from(self.width);
        let Spread { bytes, shifts } = &SPREADS[width];
        // SAFETY: 32 bytes are read from 32.
        let (pick, right) = unsafe {
            let right = _mm256_loadu_si256(shifts.as_ptr().cast());
            (_mm256_loadu_si256(bytes.as_ptr().cast()), right)
        };
        let ones = _mm256_set1_epi32((1 << width) - 1);
        let shift = _mm_cvtsi32_si128(width as i32);
        let last = _mm256_set1_epi32(7);
        let (mut index, mut carry) = (steps, _mm256_setzero_si256());
        for (i, eight) in sums.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            if i * 8 >= self.len {
                break;
            }
            let mut sum = carry;
            if width > 0 {
                let rest = self.lower.get(i * width..).unwrap_or_default();
                let mut room;
                let held = match rest.first_chunk() {
                    Some(held) => held,
                    None => {
                        room = [0; 32];
                        room[..rest.len()].copy_from_slice(rest);
                        &room
                    }
                };
                // SAFETY: `width / 2` is at most 12, so that sixteen bytes follow it in `held`.
                let all = unsafe {
                    let first = held.as_ptr();
                    _mm256_loadu2_m128i(first.add(width / 2).cast(), first.cast())
                };
                let low = _mm256_srlv_epi32(_mm256_shuffle_epi8(all, pick), right);
                sum = _mm256_and_si256(low, ones);
                // Each adds the one 1 and 2 places before it, the upper half then the lower half's.
                sum = _mm256_add_epi32(sum, _mm256_slli_si256::<4>(sum));
                sum = _mm256_add_epi32(sum, _mm256_slli_si256::<8>(sum));
                let half = _mm256_permute2x128_si256::<0x08>(sum, sum);
                sum = _mm256_add_epi32(sum, _mm256_shuffle_epi32::<0xff>(half));
                sum = _mm256_add_epi32(sum, carry);
                carry = _mm256_permutevar8x32_epi32(sum, last);
            }
            // SAFETY: eight numbers are read from and written to eight.
            unsafe {
                let place = _mm256_loadu_si256(eight.as_ptr().cast());
                let zeros = _mm256_sll_epi32(_mm256_sub_epi32(place, index), shift);
                _mm256_storeu_si256(eight.as_mut_ptr().cast(), _mm256_add_epi32(sum, zeros));
            }
            index = _mm256_add_epi32(index, _mm256_set1_epi32(8));
        }
        Ok(())
    }

    /// Where the ones of the upper parts stand: as many as there are gaps.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt")]
    fn ones_256(&self, out: &mut Numbers) -> Result<(), Cut> {
        use std::arch::x86_64::*;
        let (mut count, mut before) = (0, _mm256_setzero_si256());
        for &byte in self.upper {
            let places = ONES[usize::from(byte)];
            let found = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(places.cast_signed()));
            // SAFETY: `count` is below 128, and eight numbers fit from there on.
            unsafe {
                let out = out.as_mut_ptr().add(count).cast();
                _mm256_storeu_si256(out, _mm256_add_epi32(found, before));
            }
            before = _mm256_add_epi32(before, _mm256_set1_epi32(8));
            count += byte.count_ones() as usize;
            if count >= self.len {
                return Ok(());
            }
        }
        Err(Cut)
    }

    /// Sixteen gaps at a time. Sixteen lower parts lie in `2 * width` whole bytes, so that a vector
    /// holds them from its first bit on.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn sums_512(&self, sums: &mut Numbers) -> Result<(), Cut> {
        use std::arch::x86_64::*;
        let steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        self.ones_512(steps, sums)?;
        let width = i32::from(self.width);
        let bits = _mm512_mullo_epi32(steps, _mm512_set1_epi32(width));
        let word = _mm512_srli_epi32::<5>(bits);
        let next_word = _mm512_add_epi32(word, _mm512_set1_epi32(1));
        let right = _mm512_and_si512(bits, _mm512_set1_epi32(31));
        let left = _mm512_sub_epi32(_mm512_set1_epi32(32), right);
        let ones = _mm512_set1_epi32((1i32 << width).wrapping_sub(1));
        let shift = _mm_cvtsi32_si128(width);
        let (zero, last) = (_mm512_setzero_si512(), _mm512_set1_epi32(15));
        let (mut index, mut carry) = (steps, zero);
        for (i, sixteen) in sums.as_chunks_mut::<16>().0.iter_mut().enumerate() {
            if i * 16 >= self.len {
                break;
            }
            let mut sum = zero;
            if width > 0 {
                let bytes = self.lower.get(i * 2 * usize::from(self.width)..).unwrap_or_default();
                let held = if bytes.len() < 64 { (1u64 << bytes.len()) - 1 } else { u64::MAX };
                // SAFETY: no byte past the end of `bytes` is read.
                let all = unsafe { _mm512_maskz_loadu_epi8(held, bytes.as_ptr().cast()) };
                let low = _mm512_srlv_epi32(_mm512_permutexvar_epi32(word, all), right);
                let high = _mm512_sllv_epi32(_mm512_permutexvar_epi32(next_word, all), left);
                sum = _mm512_and_si512(_mm512_or_si512(low, high), ones);
                // Each adds the one 1, 2, 4 and 8 places before it.
                sum = _mm512_add_epi32(sum, _mm512_alignr_epi32::<15>(sum, zero));
                sum = _mm512_add_epi32(sum, _mm512_alignr_epi32::<14>(sum, zero));
                sum = _mm512_add_epi32(sum, _mm512_alignr_epi32::<12>(sum, zero));
                sum = _mm512_add_epi32(sum, _mm512_alignr_epi32::<8>(sum, zero));
                sum = _mm512_add_epi32(sum, carry);
                carry = _mm512_permutexvar_epi32(last, sum);
            }
            // SAFETY: sixteen numbers are read from and written to sixteen.
            unsafe {
                let place = _mm512_loadu_si512(sixteen.as_ptr().cast());
                let zeros = _mm512_sll_epi32(_mm512_sub_epi32(place, index), shift);
                _mm512_storeu_si512(sixteen.as_mut_ptr().cast(), _mm512_add_epi32(sum, zeros));
            }
            index = _mm512_add_epi32(index, _mm512_set1_epi32(16));
        }
        Ok(())
    }

    /// Where the ones of the upper parts stand: as many as there are gaps.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn ones_512(&self, steps: std::arch::x86_64::__m512i, out: &mut Numbers) -> Result<(), Cut> {
        use std::arch::x86_64::*;
        let (twos, rest) = self.upper.as_chunks::<2>();
        let rest = rest.first().map(|&byte| [byte, 0]);
        let (mut count, mut places) = (0, steps);
        for two in twos.iter().chain(&rest) {
            let mask = u16::from_le_bytes(*two);
            let found = _mm512_maskz_compress_epi32(mask, places);
            // SAFETY: `count` is below 128, and sixteen numbers fit from there on.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().add(count).cast(), found) };
            places = _mm512_add_epi32(places, _mm512_set1_epi32(16));
            count += mask.count_ones() as usize;
            if count >= self.len {
                return Ok(());
            }
        }
        Err(Cut)
    }
}

/// The eight bytes from `at` on, zeros past the end.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            let mut eight = [0; 8];
            eight[..rest.len().min(8)].copy_from_slice(&rest[..rest.len().min(8)]);
            u64::from_le_bytes(eight)
        }
    }
}

/// The widest lower parts of which four lie in sixteen bytes, and each, wherever its first bit is, in
/// four.
#[cfg(target_arch = "x86_64")]
pub(super) const MAX_WIDTH_256: u8 = 25;

/// Where eight lower parts lie, in two halves of sixteen bytes: the four bytes of each, and the bits
/// of them before it.
#[cfg(target_arch = "x86_64")]
struct Spread {
    bytes: [u8; 32],
    shifts: [u32; 8],
}

/// By width.
#[cfg(target_arch = "x86_64")]
static SPREADS: [Spread; MAX_WIDTH_256 as usize + 1] = {
    let mut spreads = [const { Spread { bytes: [0; 32], shifts: [0; 8] } }; _];
    let mut width = 0;
    while width < spreads.len() {
        let mut i = 0;
        while i < 8 {
            // The second half begins in the middle of a byte where the width is odd.
            let bit = i % 4 * width + i / 4 * (4 * width % 8);
            spreads[width].shifts[i] = bit as u32 % 8;
            let mut k = 0;
            while k < 4 {
                spreads[width].bytes[4 * i + k] = (bit / 8 + k) as u8;
                k += 1;
            }
            i += 1;
        }
        width += 1;
    }
    spreads
};

/// By byte, the places of its ones, a byte each from the lowest on.
#[cfg(target_arch = "x86_64")]
static ONES: [u64; 256] = {
    let mut ones = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut count, mut place) = (0, 0);
        while place < 8 {
            if byte >> place & 1 == 1 {
                ones[byte] |= place << (8 * count);
                count += 1;
            }
            place += 1;
        }
        byte += 1;
    }
    ones
};
