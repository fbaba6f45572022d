//! Which of given documents does a list have, and what of them?

use crate::error::Result;
use crate::segment::cursor::{Cursor, KnownBits};
use crate::segment::doc_block::BLOCK;
use crate::segment::list::Spot;

/// Documents of a block that are compared at once.
const GROUP: usize = 16;
/// Frequencies wanted of one block from which on it costs less to read all of them.
const MANY: usize = 8;

/// How many documents are less than `doc`.
#[inline]
fn less_than(group: &[u32; GROUP], doc: u32) -> usize {
    group.iter().map(|&held| u32::from(held < doc)).sum::<u32>() as usize
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
        self.spot = Spot { block: self.block, ordinal };
        self.docs[..self.len].get(ordinal) == Some(&doc)
    }

    /// How often `doc` holds the term, 0 for not at all; else as [`locate`](Self::locate).
    pub fn freq_in(&mut self, doc: u32) -> Result<u32> {
        if !self.locate(doc)? {
            return Ok(0);
        }
        if self.spot.block == self.list.full_blocks {
            self.load_freqs(self.spot.block)?;
            return Ok(self.freqs[self.spot.ordinal]);
        }
        self.list.freq_at(self.spot)
    }

    /// Calls `visit` for each of the rising `docs` that the list has: with its place in `docs`, and
    /// the class of its posting, which is 255 in a short list.
    pub fn look_up(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u8)) -> Result<()> {
        let list = self.list;
        self.each_spot(docs, usize::MAX, |i, Spot { block, ordinal }, _| {
            visit(i, list.classes_of(block).get(ordinal).copied().unwrap_or(u8::MAX));
            Ok(())
        })
    }

    /// Puts where each of the rising `docs` is into `spots`, `None` where the list has it not.
    pub(crate) fn spots(&mut self, docs: &[u32], spots: &mut Vec<Option<Spot>>) -> Result<()> {
        spots.clear();
        spots.resize(docs.len(), None);
        self.each_spot(docs, usize::MAX, |i, spot, _| {
            spots[i] = Some(spot);
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
                if let Some(freqs) = freqs { freqs[spot.ordinal] } else { list.freq_at(spot)? },
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
        let Some(&first) = docs.first() else { return Ok(()) };
        let passed = |block: usize| self.list.last_doc(block) < first;
        let known = self.hint.checked_sub(1).is_some_and(passed);
        let (mut start, mut block) = (0, if known { self.hint } else { 0 });
        while start < docs.len() {
            block = self.list.block_with(docs[start], block);
            if block > self.list.full_blocks {
                return Ok(());
            }
            self.hint = block;
            let is_last = block == self.list.full_blocks;
            let end = if is_last {
                docs.len()
            } else {
                let last = self.list.last_doc(block);
                start + docs[start..].partition_point(|&doc| doc <= last)
            };
            let with_freqs = is_last || end - start >= many;
            if with_freqs {
                self.load_freqs(block)?;
            }
            let asked = (start..).zip(&docs[start..end]);
            let run = self.list.run(block);
            let is_known = run.is_some() || self.block == block;
            let bits = if is_known { None } else { self.list.bits(block)? };
            if let Some(first) = run {
                for (i, doc) in asked {
                    if let Some(ordinal) = doc.checked_sub(first) {
                        let spot = Spot { block, ordinal: ordinal as usize };
                        visit(i, spot, with_freqs.then_some(&self.freqs))?;
                    }
                }
            } else if let Some((first, mut bits)) = bits {
                self.note(block);
                for (i, doc) in asked {
                    if let Some(ordinal) = doc.checked_sub(first).and_then(|at| bits.ordinal(at)) {
                        visit(i, Spot { block, ordinal }, with_freqs.then_some(&self.freqs))?;
                    }
                }
            } else {
                if self.block != block {
                    self.load(block)?;
                }
                let (groups, mut group) = (self.docs.as_chunks::<GROUP>().0, 0);
                for (i, &doc) in asked {
                    while group < BLOCK / GROUP && groups[group][GROUP - 1] < doc {
                        group += 1;
                    }
                    let ordinal = group * GROUP + less_than(&groups[group], doc);
                    if ordinal < self.len && self.docs[ordinal] == doc {
                        visit(i, Spot { block, ordinal }, with_freqs.then_some(&self.freqs))?;
                    }
                }
            }
            start = end;
            block += 1;
        }
        Ok(())
    }
}
