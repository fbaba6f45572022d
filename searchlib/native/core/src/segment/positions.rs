//! Where in its documents does a term stand?
//!
//! The gaps between the positions of a block of documents: writer and reader. Which documents those
//! are, and how often each holds the term, is the business of [`super::postings`]. Gaps of one word
//! are spread about as a geometric distribution, for which Rice's code is close to the best there
//! is; its two parts lie apart, so that one document's positions are reached without the rest.
//! Grammar: docs/format.md, "Positions". Source: R. Rice, J. Plaunt, "Adaptive variable-length
//! coding" (1971); the layout is that of Elias and Fano.

use crate::bytes::{Cut, Reader, put_varint};
use crate::segment::doc_block::BLOCK;

/// Gaps in a full group.
const GROUP: usize = 128;
/// A block's rest of fewer gaps is written one by one: there the header of a group would cost more.
const GROUP_FROM: usize = 8;
/// The most bytes that the upper parts of a group take: a bit each, and as [`low_width`] follows the
/// mean, their sum is below twice their number.
const MAX_HIGH_BYTES: usize = 3 * GROUP / 8;
/// Bits of the longest lower part: gaps are 32 bits.
const MAX_LOW_WIDTH: u8 = 31;

/// Encodes the positions of one list, block after block.
#[derive(Default)]
pub(super) struct PositionWriter {
    gaps: Vec<u32>,
    bytes: Vec<u8>,
}

impl PositionWriter {
    /// Adds the positions of the next document, which rise.
    #[inline]
    pub fn push(&mut self, positions: impl Iterator<Item = u32>) {
        let mut last = 0;
        for position in positions {
            self.gaps.push(position - last);
            last = position;
        }
    }

    /// Encodes the gaps collected since the last block.
    #[inline]
    pub fn close_block(&mut self) {
        for group in self.gaps.chunks(GROUP) {
            if group.len() < GROUP_FROM {
                group.iter().for_each(|&gap| put_varint(&mut self.bytes, u64::from(gap)));
            } else {
                put_group(&mut self.bytes, group);
            }
        }
        self.gaps.clear();
    }

    /// What is written so far: all closed blocks of the list.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Is ready for the next list.
    pub fn clear(&mut self) {
        self.gaps.clear();
        self.bytes.clear();
    }
}

/// How many lower bits of each gap are written as they are: the whole part of the mean's binary
/// logarithm, within a hundredth of the best on news articles.
fn low_width(gaps: &[u32]) -> u8 {
    let sum: u64 = gaps.iter().map(|&gap| u64::from(gap)).sum();
    let mean = sum / gaps.len() as u64;
    mean.checked_ilog2().map_or(0, |width| width as u8)
}

fn put_group(out: &mut Vec<u8>, gaps: &[u32]) {
    let width = low_width(gaps);
    let mut high = [0u8; MAX_HIGH_BYTES];
    let mut high_bits = 0;
    out.extend([width, 0]);
    let header = out.len() - 1;
    let (mut low, mut filled) = (0u64, 0);
    for &gap in gaps {
        high_bits += (gap >> width) as usize;
        high[high_bits / 8] |= 1 << (high_bits % 8);
        high_bits += 1;
        low |= u64::from(gap & ((1 << width) - 1)) << filled;
        filled += u32::from(width);
        if filled >= 32 {
            out.extend_from_slice(&(low as u32).to_le_bytes());
            low >>= 32;
            filled -= 32;
        }
    }
    out.extend_from_slice(&low.to_le_bytes()[..filled.div_ceil(8) as usize]);
    let high_len = high_bits.div_ceil(8);
    out[header] = high_len as u8;
    out.extend_from_slice(&high[..high_len]);
}

/// No block is known yet.
const NO_BLOCK: usize = usize::MAX;
/// Room for a group; vectors are stored whole, past the last number too.
type Numbers = [u32; GROUP + 16];

/// Decodes positions, a whole group at a time, and remembers the last one: documents that lie close
/// together share groups.
#[derive(Default)]
pub(super) struct PositionReader<'a> {
    known: Option<Box<Known<'a>>>,
}

struct Known<'a> {
    block: usize,
    bytes: &'a [u8],
    /// How many gaps of the block come before each document, and how many there are in all.
    starts: [usize; BLOCK + 1],
    docs: usize,
    /// The number of the group in `sums`, and the byte behind it; before the first: 0.
    group: Option<usize>,
    end: usize,
    /// The sums of the group's gaps up to each, without what is above 32 bits: differences within a
    /// document are right all the same.
    sums: Numbers,
    /// Whether the whole group's sum is sure to have 32 bits.
    is_short: bool,
    /// The positions of a document of the block that stand in several groups, and which it is.
    joined: Vec<u32>,
    joined_of: Option<usize>,
}

/// Where a term stands in a document, as sums of gaps from `before` on.
#[derive(Clone, Copy)]
pub struct Positions<'a> {
    sums: &'a [u32],
    before: u32,
}

impl<'a> Positions<'a> {
    pub const NONE: Positions<'static> = Positions { sums: &[], before: 0 };

    /// Appends the positions less `offset`, rising, without those that are less than it.
    #[inline]
    pub fn append_from(self, offset: u32, out: &mut Vec<u32>) {
        let Positions { mut sums, before } = self;
        if offset > 0 {
            let less = sums.iter().take_while(|&&sum| sum - before < offset);
            sums = &sums[less.count()..];
        }
        out.extend(sums.iter().map(|sum| sum - before - offset));
    }

    /// The positions, each with the same number added, and that number.
    #[inline]
    pub fn shifted(self) -> (&'a [u32], u32) {
        (self.sums, self.before)
    }
}

impl<'a> PositionReader<'a> {
    /// Whether [`read`](Self::read) means this block of the list.
    #[inline]
    pub fn is_in(&self, block: usize) -> bool {
        self.known.as_ref().is_some_and(|known| known.block == block)
    }

    /// Turns to a block of the list: `bytes` are those of its positions, `freqs` the frequencies of
    /// its documents.
    pub fn enter(&mut self, block: usize, bytes: &'a [u8], freqs: &[u32]) {
        self.known.get_or_insert_with(Box::default).enter(block, bytes, freqs);
    }

    /// The positions of the `at`-th document of the block; none where no block was entered.
    #[inline]
    pub fn read(&mut self, at: usize) -> Result<Positions<'_>, Cut> {
        let Some(known) = &mut self.known else {
            return Ok(Positions::NONE);
        };
        let (start, end) = (known.starts[at], known.starts[at + 1]);
        let group = start / GROUP;
        let (from, to) = (start - group * GROUP, end - group * GROUP);
        if to <= GROUP {
            if known.group != Some(group) {
                known.group(group)?;
            }
            if known.is_short {
                let before = if from > 0 { known.sums[from - 1] } else { 0 };
                return Ok(Positions { sums: &known.sums[from..to], before });
            }
        }
        if known.joined_of != Some(at) {
            known.join(start, end)?;
            known.joined_of = Some(at);
        }
        Ok(Positions { sums: &known.joined, before: 0 })
    }
}

impl Default for Known<'_> {
    fn default() -> Self {
        Known {
            block: NO_BLOCK,
            bytes: &[],
            starts: [0; _],
            docs: 0,
            group: None,
            end: 0,
            sums: [0; _],
            is_short: false,
            joined: Vec::new(),
            joined_of: None,
        }
    }
}

impl<'a> Known<'a> {
    fn enter(&mut self, block: usize, bytes: &'a [u8], freqs: &[u32]) {
        (self.block, self.bytes, self.docs) = (block, bytes, freqs.len());
        (self.group, self.end, self.joined_of) = (None, 0, None);
        let mut sum = 0;
        for (start, &freq) in self.starts[1..].iter_mut().zip(freqs) {
            sum += freq as usize;
            *start = sum;
        }
    }

    /// Puts the positions of gaps `start..end` of the block into `joined`.
    fn join(&mut self, start: usize, end: usize) -> Result<(), Cut> {
        self.joined.clear();
        self.joined_of = None;
        let mut last = 0u32;
        for group in start / GROUP..end.div_ceil(GROUP) {
            self.group(group)?;
            let first = group * GROUP;
            let (from, to) = (start.max(first) - first, (end - first).min(GROUP));
            let before = if from > 0 { self.sums[from - 1] } else { 0 };
            let shift = last.wrapping_sub(before);
            for sum in &self.sums[from..to] {
                let position = sum.wrapping_add(shift);
                if position < last {
                    return Err(Cut);
                }
                last = position;
                self.joined.push(position);
            }
        }
        Ok(())
    }

    /// Puts the sums of a group of the block into `sums`.
    fn group(&mut self, wanted: usize) -> Result<(), Cut> {
        let bytes = self.bytes;
        let mut next = match self.group {
            Some(group) if group == wanted => return Ok(()),
            Some(group) if group < wanted => group + 1,
            _ => {
                self.end = 0;
                0
            }
        };
        self.group = None;
        let mut reader = Reader::new(bytes.get(self.end..).ok_or(Cut)?);
        while next < wanted {
            Group::read(&mut reader, GROUP)?;
            next += 1;
        }
        let len = GROUP.min(self.starts[self.docs] - wanted * GROUP);
        if len < GROUP_FROM {
            self.is_short = false;
            let mut sum = 0u32;
            for place in &mut self.sums[..len] {
                sum = sum.wrapping_add(reader.varint32()?);
                *place = sum;
            }
        } else {
            let group = Group::read(&mut reader, len)?;
            self.is_short = group.is_short();
            group.sums(&mut self.sums)?;
        }
        (self.group, self.end) = (Some(wanted), bytes.len() - reader.rest().len());
        Ok(())
    }
}

/// A group as it lies in a block.
struct Group<'a> {
    len: usize,
    width: u8,
    lower: &'a [u8],
    upper: &'a [u8],
}

impl<'a> Group<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, len: usize) -> Result<Self, Cut> {
        let (width, high_len) = (reader.u8()?, reader.u8()? as usize);
        if width > MAX_LOW_WIDTH {
            return Err(Cut);
        }
        let lower = reader.take((len * usize::from(width)).div_ceil(8))?;
        Ok(Group { len, width, lower, upper: reader.take(high_len)? })
    }

    /// Whether the sum of all gaps is sure to have 32 bits.
    fn is_short(&self) -> bool {
        let (upper, lower) = (self.upper.len() * 8, self.len);
        ((upper + lower) as u64) << self.width <= u64::from(u32::MAX)
    }

    /// The sums of the gaps up to each.
    fn sums(&self, sums: &mut Numbers) -> Result<(), Cut> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: the machine has both.
            return unsafe { self.sums_512(sums) };
        }
        self.sums_plain(sums)
    }

    fn sums_plain(&self, sums: &mut Numbers) -> Result<(), Cut> {
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

#[cfg(test)]
mod tests;
