//! Which of given documents does a list have, and what of them?

use crate::error::Result;
use crate::segment::cursor::{Cursor, KnownBits};
use crate::segment::doc_block::{BLOCK, BitBlock, Docs};
use crate::segment::list::Spot;

/// Documents of a block that are compared at once.
const GROUP: usize = 16;
/// So many blocks ahead of the one that is read are fetched.
const AHEAD: usize = 8;
/// Of documents asked for more than this seldom lie in one block.
const NEAR: usize = 8;
/// Frequencies wanted of one block from which on it costs less to read all of them.
const MANY: usize = 8;

/// A document that a block has: its place among those asked for, and its number in the block.
#[derive(Clone, Copy, Default)]
struct Held {
    place: u8,
    ordinal: u8,
}

/// Those of the `asked`, a block's number at most, that all follow each other from `first` on;
/// returns how many there are, and so do the others.
#[inline(always)]
fn held_of_run(first: u32, asked: &[u32], held: &mut [Held; BLOCK]) -> usize {
    let mut count = 0;
    for (place, &doc) in (0..).zip(asked) {
        held[count % BLOCK] = Held { place, ordinal: doc.wrapping_sub(first) as u8 };
        count += usize::from(doc >= first);
    }
    count
}

#[inline(always)]
fn held_of_bits(
    first: u32,
    bits: &mut BitBlock<'_>,
    asked: &[u32],
    held: &mut [Held; BLOCK],
) -> usize {
    let mut count = 0;
    let before = asked.iter().take_while(|&&doc| doc < first).count();
    for (place, &doc) in (0..).zip(asked).skip(before) {
        let (ordinal, is_held) = bits.rank(doc - first);
        held[count % BLOCK] = Held { place, ordinal: ordinal as u8 };
        count += usize::from(is_held);
    }
    count
}

#[inline(always)]
fn held_of_docs(docs: &Docs, len: usize, asked: &[u32], held: &mut [Held; BLOCK]) -> usize {
    let (groups, mut group, mut count) = (docs.as_chunks::<GROUP>().0, 0, 0);
    for (place, &doc) in (0..).zip(asked) {
        while group < BLOCK / GROUP && groups[group][GROUP - 1] < doc {
            group += 1;
        }
        let ordinal = group * GROUP + less_than(&groups[group], doc);
        held[count % BLOCK] = Held { place, ordinal: ordinal as u8 };
        count += usize::from(ordinal < len && docs[ordinal] == doc);
    }
    count
}

/// How many documents are less than `doc`.
#[inline]
fn less_than(group: &[u32; GROUP], doc: u32) -> usize {
    group.iter().map(|&held| u32::from(held < doc)).sum::<u32>() as usize
}

/// How many of the rising `docs` are at most `last`. Mostly few: they are counted without a jump.
#[inline]
pub(super) fn count_to(docs: &[u32], last: u32) -> usize {
    let (near, far) = docs.split_at(docs.len().min(NEAR));
    let count = near.iter().map(|&doc| u32::from(doc <= last)).sum::<u32>() as usize;
    if count < NEAR { count } else { count + far.partition_point(|&doc| doc <= last) }
}

impl Cursor<'_> {
    /// Whether the list has `doc`. No more is unpacked
    /// than must be, and the cursor stands anywhere afterwards. Documents that rise from call to
    /// call are found fastest.
    #[inline]
    pub fn locate(&mut self, doc: u32) -> Result<bool> {
        if self.len > 0 && self.docs[0] <= doc && doc <= self.docs[self.len - 1] {
            return Ok(self.locate_in_docs(doc));
        }
        let mut from = 0;
        if self.len > 0 && doc > self.docs[self.len - 1] {
            from = self.block + 1;
        }
        if let Some(bits) = &mut self.bits {
            if bits.first <= doc && doc <= bits.last {
                return Ok(bits.locate(doc, &mut self.spot));
            }
            if doc > bits.last {
                from = from.max(bits.block + 1);
            }
        }
        let block = self.list.block_with(doc, from);
        if block > self.list.full_blocks {
            return Ok(false);
        }
        if let Some((first, bits)) = self.list.bits(block)? {
            self.note(block);
            let last = self.list.last_doc(block);
            let bits = self.bits.insert(KnownBits { block, first, last, bits });
            return Ok(first <= doc && bits.locate(doc, &mut self.spot));
        }
        if self.block != block {
            self.load(block)?;
        }
        Ok(self.locate_in_docs(doc))
    }

    #[inline]
    fn locate_in_docs(&mut self, doc: u32) -> bool {
        let ordinal = self.rank(doc);
        self.spot = Spot::new(self.block, ordinal);
        self.docs[..self.len].get(ordinal) == Some(&doc)
    }

    /// How often `doc` holds the term, 0 for not at all; else as [`locate`](Self::locate).
    pub fn freq_in(&mut self, doc: u32) -> Result<u32> {
        if !self.locate(doc)? {
            return Ok(0);
        }
        if self.spot.block() == self.list.full_blocks {
            self.load_freqs(self.spot.block())?;
            return Ok(self.freqs[self.spot.ordinal()]);
        }
        self.list.freq_at(self.spot)
    }

    /// Calls `visit` for each of the rising `docs` that the list has: with its place in `docs`, and
    /// the class of its posting, which is 255 in a short list.
    pub fn look_up(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u8)) -> Result<()> {
        self.spots(docs, |i, _, class| visit(i, class))
    }

    /// As [`look_up`](Self::look_up), with where the posting is.
    #[inline]
    pub(crate) fn spots(
        &mut self,
        docs: &[u32],
        mut visit: impl FnMut(usize, Spot, u8),
    ) -> Result<()> {
        let list = self.list;
        self.each_spot(docs, usize::MAX, |i, spot, _| {
            visit(i, spot, list.class_at(spot));
            Ok(())
        })
    }

    /// Calls `visit` for each of the rising `docs` that the list has: with its place in `docs`, and
    /// how often it holds the term.
    pub fn frequencies(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u32)) -> Result<()> {
        let list = self.list;
        self.each_spot(docs, MANY, |i, spot, freqs| {
            visit(
                i,
                if let Some(freqs) = freqs { freqs[spot.ordinal()] } else { list.freq_at(spot)? },
            );
            Ok(())
        })
    }

    /// Calls `visit` for each of the rising `docs` that the list has: with its place in `docs`, where
    /// it is, and the frequencies of its block, if that is the last or `many` of it are asked for.
    #[inline]
    fn each_spot(
        &mut self,
        docs: &[u32],
        many: usize,
        visit: impl FnMut(usize, Spot, Option<&[u32; BLOCK]>) -> Result<()>,
    ) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the machine has both.
            return unsafe { self.each_spot_256(docs, many, visit) };
        }
        self.each_spot_plain(docs, many, visit)
    }

    /// The same loop, made of wider steps by the compiler.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt")]
    fn each_spot_256(
        &mut self,
        docs: &[u32],
        many: usize,
        visit: impl FnMut(usize, Spot, Option<&[u32; BLOCK]>) -> Result<()>,
    ) -> Result<()> {
        self.each_spot_plain(docs, many, visit)
    }

    #[inline(always)]
    fn each_spot_plain(
        &mut self,
        docs: &[u32],
        many: usize,
        mut visit: impl FnMut(usize, Spot, Option<&[u32; BLOCK]>) -> Result<()>,
    ) -> Result<()> {
        let (is_dense, mut start) = (self.is_dense(), 0);
        while start < docs.len() {
            let rest = &docs[start..];
            let unmarked = if is_dense { self.count_unmarked(rest, many)? } else { rest.len() };
            self.each_in_blocks(&rest[..unmarked], many, |i, spot, freqs| {
                visit(start + i, spot, freqs)
            })?;
            start += unmarked;
            if unmarked < rest.len() {
                start += self.each_marked(&rest[unmarked..], |i, spot, freqs| {
                    visit(start + i, spot, freqs)
                })?;
            }
        }
        Ok(())
    }

    /// The same of those that lie in stretches that are marked, up to the first that does not, and a
    /// block's number at most. Returns how many these are.
    #[inline(always)]
    fn each_marked(
        &mut self,
        docs: &[u32],
        mut visit: impl FnMut(usize, Spot, Option<&[u32; BLOCK]>) -> Result<()>,
    ) -> Result<usize> {
        let (mut held, tail) = ([(0, Spot::default()); BLOCK], self.list.full_blocks);
        let (looked_at, count) = self.held_of_marks(docs, &mut held);
        for &(place, spot) in &held[..count] {
            let with_freqs = spot.block() == tail;
            if with_freqs {
                self.load_freqs(tail)?;
            }
            visit(usize::from(place), spot, with_freqs.then_some(&*self.freqs))?;
        }
        Ok(looked_at)
    }

    /// The same, block by block.
    #[inline(always)]
    fn each_in_blocks(
        &mut self,
        docs: &[u32],
        many: usize,
        mut visit: impl FnMut(usize, Spot, Option<&[u32; BLOCK]>) -> Result<()>,
    ) -> Result<()> {
        let Some(&first) = docs.first() else { return Ok(()) };
        let passed = |block: usize| self.list.last_doc(block) < first;
        let known = self.hint.checked_sub(1).is_some_and(passed);
        let (mut start, mut block) = (0, if known { self.hint } else { 0 });
        // Those of a block are found first, without a jump for each: half of them may be there.
        let mut held = [Held::default(); BLOCK];
        let (mut next, mut ahead) = ([(0, 0); AHEAD], 0..0);
        while start < docs.len() {
            if ahead.is_empty() {
                ahead = 0..self.blocks_ahead(&docs[start..], block, &mut next);
            }
            let Some(i) = ahead.next() else { return Ok(()) };
            let (found, count) = next[i];
            let end = start + count;
            block = found;
            self.hint = block;
            let with_freqs = block == self.list.full_blocks || count >= many;
            if with_freqs {
                self.load_freqs(block)?;
            }
            let run = self.list.run(block);
            let mut bits =
                if run.is_some() || self.block == block { None } else { self.list.bits(block)? };
            if bits.is_some() {
                self.note(block);
            } else if run.is_none() && self.block != block {
                self.load(block)?;
            }
            let freqs = with_freqs.then_some(&*self.freqs);
            for asked in docs[start..end].chunks(BLOCK) {
                let count = if let Some(first) = run {
                    held_of_run(first, asked, &mut held)
                } else if let Some((first, bits)) = &mut bits {
                    held_of_bits(*first, bits, asked, &mut held)
                } else {
                    held_of_docs(&self.docs, self.len, asked, &mut held)
                };
                for Held { place, ordinal } in &held[..count] {
                    let spot = Spot::new(block, usize::from(*ordinal));
                    visit(start + usize::from(*place), spot, freqs)?;
                }
                start += asked.len();
            }
            block += 1;
        }
        Ok(())
    }

    /// The next blocks from `block` on that may have some of the rising `docs`, each with how many of
    /// these lie in it; returns how many blocks. What is read of them is fetched, so that none waits
    /// for another.
    #[inline]
    fn blocks_ahead(
        &self,
        docs: &[u32],
        mut block: usize,
        next: &mut [(usize, usize); AHEAD],
    ) -> usize {
        let list = &self.list;
        let mut start = 0;
        for (i, next) in next.iter_mut().enumerate() {
            let Some(&first) = docs.get(start) else { return i };
            block = list.block_with(first, block);
            if block > list.full_blocks {
                return i;
            }
            let count = if block == list.full_blocks {
                docs.len() - start
            } else {
                count_to(&docs[start..], list.last_doc(block))
            };
            if block != self.block {
                list.fetch_block(block);
            }
            *next = (block, count);
            start += count;
            block += 1;
        }
        AHEAD
    }
}
