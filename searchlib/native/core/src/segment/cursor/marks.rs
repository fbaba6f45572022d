//! Which documents of a stretch does a list have? As bits, which are soon tested, counted and added up.
//!
//! Of a list that has many of all documents the stretches looked at last are kept: what was marked to
//! add the list up is tested when those that are left are looked up.

use crate::error::Result;
use crate::segment::cursor::Cursor;
use crate::segment::cursor::look_up::count_to;
use crate::segment::doc_block::{BLOCK, mark_run};
use crate::segment::list::Spot;

/// Documents of a stretch, which begins at a multiple of it.
const STRETCH: u32 = 4096;
const WORDS: usize = STRETCH as usize / 64;
/// A list that has at least one document in so many lies in bits already, or nearly so.
const DENSE: u64 = 5;
/// So many stretches are kept, which is more than are looked at before their documents are scored.
const KEPT: u32 = 16;

/// Documents `number * STRETCH..` of a list, a bit for each of them.
pub(super) struct Stretch {
    number: u32,
    /// How many documents of the list stand before the stretch.
    rank: u32,
    bits: [u64; WORDS],
    /// How many documents of the stretch stand before each word.
    before: [u16; WORDS],
}

impl Stretch {
    /// What is kept where no stretch is.
    fn none() -> Self {
        Stretch { number: u32::MAX, rank: 0, bits: [0; WORDS], before: [0; WORDS] }
    }

    /// How many documents of the list stand before a place of the stretch, and whether one stands
    /// there.
    #[inline(always)]
    fn rank_of(&self, place: u32) -> (u32, bool) {
        let (word, bit) = (place as usize / 64 % WORDS, 1 << (place % 64));
        let before = u32::from(self.before[word]) + (self.bits[word] & (bit - 1)).count_ones();
        (self.rank.wrapping_add(before), self.bits[word] & bit != 0)
    }
}

impl Cursor<'_> {
    /// Whether the list has so many of all documents that it is soon marked.
    pub fn is_dense(&self) -> bool {
        u64::from(self.list.doc_freq()) * DENSE >= u64::from(self.list.doc_count)
    }

    /// Sets the bit of each document from `start` on that lies within `mask`; returns how many
    /// documents of the list stand before `start`.
    pub fn mark(&mut self, start: u32, mask: &mut [u64]) -> Result<u32> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("popcnt") {
            // SAFETY: the machine has it.
            return unsafe { self.mark_counted(start, mask) };
        }
        self.mark_plain(start, mask)
    }

    /// The same loop, with one instruction to count the bits of a word.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "popcnt")]
    fn mark_counted(&mut self, start: u32, mask: &mut [u64]) -> Result<u32> {
        self.mark_plain(start, mask)
    }

    #[inline(always)]
    fn mark_plain(&mut self, start: u32, mask: &mut [u64]) -> Result<u32> {
        let end = start.saturating_add(mask.len() as u32 * 64);
        let (passed, known) = self.marked;
        let mut block = self.list.block_with(start, if passed <= start { known } else { 0 });
        let mut rank = (block * BLOCK) as u32;
        loop {
            if let Some(first) = self.list.run(block) {
                mark_run(i64::from(first) - i64::from(start), mask);
                rank = rank.wrapping_add(start.saturating_sub(first));
            } else if let Some((first, mut bits)) = self.list.bits(block)? {
                self.note(block);
                bits.mark(i64::from(first) - i64::from(start), mask);
                let before = start.checked_sub(first).map_or(0, |place| bits.rank(place).0 as u32);
                rank = rank.wrapping_add(before);
            } else {
                if self.block != block {
                    self.load(block)?;
                }
                for &doc in &self.docs[..self.len] {
                    let place = doc.wrapping_sub(start) as usize;
                    if let Some(word) = mask.get_mut(place / 64) {
                        *word |= 1 << (place % 64);
                    }
                }
                rank = rank.wrapping_add(self.rank(start) as u32);
            }
            if block == self.list.full_blocks || self.list.last_doc(block) >= end {
                self.marked = (end, block);
                return Ok(rank);
            }
            block += 1;
        }
    }

    /// Puts a bit for each document of `start..end` into `mask`, which is a stretch long; returns how
    /// many documents of the list stand before `start`.
    pub fn marks(&mut self, start: u32, end: u32, mask: &mut [u64; WORDS]) -> Result<u32> {
        let (number, place) = (start / STRETCH, start % STRETCH);
        let (at, shift) = (place as usize / 64, place % 64);
        let stretch = self.stretch(number)?;
        let rank = stretch.rank_of(place).0;
        mask.fill(0);
        mask[..WORDS - at].copy_from_slice(&stretch.bits[at..]);
        if place > 0 && (end - 1) / STRETCH > number {
            let next = self.stretch(number + 1)?;
            mask[WORDS - at..].copy_from_slice(&next.bits[..at]);
            let last = next.bits[at];
            shift_down(mask, shift, last);
        } else {
            shift_down(mask, shift, 0);
        }
        let len = (end - start) as usize;
        mask[len.div_ceil(64)..].fill(0);
        if let Some(word) = mask.get_mut(len / 64).filter(|_| !len.is_multiple_of(64)) {
            *word &= (1 << (len % 64)) - 1;
        }
        Ok(rank)
    }

    /// The stretch of this number, marked now or before.
    #[inline(always)]
    fn stretch(&mut self, number: u32) -> Result<&Stretch> {
        if !self.is_marked(number) {
            self.mark_stretch(number)?;
        }
        Ok(&self.stretches[slot(number)])
    }

    #[inline(never)]
    fn mark_stretch(&mut self, number: u32) -> Result<()> {
        let (mut stretches, slot) = (std::mem::take(&mut self.stretches), slot(number));
        if stretches.len() <= slot {
            stretches.reserve(self.list.doc_count.div_ceil(STRETCH).min(KEPT) as usize);
            stretches.resize_with(slot + 1, Stretch::none);
        }
        let Stretch { bits, before, .. } = &mut stretches[slot];
        bits.fill(0);
        let rank = self.mark(number * STRETCH, bits)?;
        let mut sum = 0;
        for (before, bits) in before.iter_mut().zip(bits) {
            *before = sum;
            sum += bits.count_ones() as u16;
        }
        (stretches[slot].number, stretches[slot].rank) = (number, rank);
        self.stretches = stretches;
        Ok(())
    }

    fn is_marked(&self, number: u32) -> bool {
        self.stretches.get(slot(number)).is_some_and(|stretch| stretch.number == number)
    }

    /// How many of the rising `docs` are best looked up in blocks: up to the first stretch that is
    /// marked, or is now, since as many of them lie in it as it has blocks of the list. But not where
    /// `many` and more lie in one block, of which all frequencies are read then.
    pub(super) fn count_unmarked(&mut self, docs: &[u32], many: usize) -> Result<usize> {
        // On average: so many documents of all for one block.
        let (all, held) = (u64::from(self.list.doc_count), u64::from(self.list.doc_freq().max(1)));
        let per_block = (BLOCK as u64 * all / held) as u32;
        let blocks = (STRETCH / per_block.max(1)) as usize;
        let mut count = 0;
        while let Some(&doc) = docs.get(count) {
            let number = doc / STRETCH;
            let later = |more: usize| docs.get(count.saturating_add(more)).copied();
            if later(many).is_none_or(|later| later - doc >= per_block) {
                if self.is_marked(number) {
                    break;
                }
                if later(blocks).is_some_and(|later| later / STRETCH == number) {
                    self.mark_stretch(number)?;
                    break;
                }
            }
            count += count_to(&docs[count..], number * STRETCH + STRETCH - 1);
        }
        Ok(count)
    }

    /// Which of the rising `docs`, as far as they lie in stretches that are marked and there is room,
    /// the list has: the place of each among `docs`, and where it is. Returns how many were looked at,
    /// and how many of them are held.
    #[inline(always)]
    pub(super) fn held_of_marks(
        &self,
        docs: &[u32],
        held: &mut [(u8, Spot); BLOCK],
    ) -> (usize, usize) {
        let (mut count, doc_freq) = (0, self.list.doc_freq());
        for (i, &doc) in docs.iter().take(BLOCK).enumerate() {
            let number = doc / STRETCH;
            let Some(stretch) = self.stretches.get(slot(number)).filter(|s| s.number == number)
            else {
                return (i, count);
            };
            let (rank, is_held) = stretch.rank_of(doc % STRETCH);
            held[count % BLOCK] = (i as u8, Spot::of_rank(rank));
            // Of a list that is damaged, bits may be more than postings.
            count += usize::from(is_held && rank < doc_freq);
        }
        (docs.len().min(BLOCK), count)
    }
}

/// Where a stretch is kept.
#[inline(always)]
fn slot(number: u32) -> usize {
    (number % KEPT) as usize
}

/// Moves the bits down by less than a word, with those of `next` after the last.
fn shift_down(mask: &mut [u64; WORDS], shift: u32, next: u64) {
    if shift == 0 {
        return;
    }
    for i in 0..WORDS {
        let above = mask.get(i + 1).copied().unwrap_or(next);
        mask[i] = mask[i] >> shift | above << (64 - shift);
    }
}
