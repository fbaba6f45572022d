//! Where in its documents does a term stand?
//!
//! The gaps between the positions of a block of documents: writer and reader. Which documents those
//! are, and how often each holds the term, is the business of [`super::postings`]. Gaps of one word
//! are spread about as a geometric distribution, for which Rice's code is close to the best there
//! is; its two parts lie apart, so that one document's positions are reached without the rest.
//! Grammar: docs/format.md, "Positions". Source: R. Rice, J. Plaunt, "Adaptive variable-length
//! coding" (1971); the layout is that of Elias and Fano.

mod group;

use crate::bytes::{Cut, Reader, put_varint};
use crate::segment::freqs::Starts;
use crate::segment::positions::group::{Group, Numbers};

/// Gaps in a full group.
const GROUP: usize = 128;
/// A block's rest of fewer gaps is written one by one: there the header of a group would cost more.
const GROUP_FROM: usize = 8;
/// The most bytes that the upper parts of a group take: a bit each, and as [`low_width`] follows the
/// mean, their sum is below twice their number.
const MAX_HIGH_BYTES: usize = 3 * GROUP / 8;

/// Encodes the positions of one list, block after block.
#[derive(Default)]
pub(super) struct PositionWriter {
    gaps: Vec<u32>,
    bytes: Vec<u8>,
}

impl PositionWriter {
    /// Adds a position of a document as its gap: from the one before it there, or from 0.
    #[inline]
    pub fn push(&mut self, gap: u32) {
        self.gaps.push(gap);
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
    starts: Starts,
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

    /// Turns to a block of the list with so many `docs`: `bytes` are those of its positions, and `sum`
    /// says how many of these come before each document.
    pub fn enter<E>(
        &mut self,
        block: usize,
        bytes: &'a [u8],
        docs: usize,
        sum: impl FnOnce(&mut Starts) -> Result<(), E>,
    ) -> Result<(), E> {
        let known = self.known.get_or_insert_with(Box::default);
        known.block = NO_BLOCK; // an error leaves nothing of use
        sum(&mut known.starts)?;
        (known.block, known.bytes, known.docs) = (block, bytes, docs);
        (known.group, known.end, known.joined_of) = (None, 0, None);
        Ok(())
    }

    /// The positions of the `at`-th document of the block; none where no block was entered.
    #[inline]
    pub fn read(&mut self, at: usize) -> Result<Positions<'_>, Cut> {
        let Some(known) = &mut self.known else {
            return Ok(Positions::NONE);
        };
        let (start, end) = (known.starts[at] as usize, known.starts[at + 1] as usize);
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
            let sums = &self.sums[from..to];
            let Some(&end) = sums.last() else { continue };
            let shifted = sums.iter().map(|sum| sum.wrapping_add(shift));
            let rises = if self.is_short {
                // They rise up to the last: if that has 32 bits, all have.
                last.checked_add(end - before).is_some()
            } else {
                std::iter::once(last).chain(shifted.clone()).is_sorted()
            };
            if !rises {
                return Err(Cut);
            }
            self.joined.extend(shifted);
            last = end.wrapping_add(shift);
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
        let len = GROUP.min(self.starts[self.docs] as usize - wanted * GROUP);
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

#[cfg(test)]
mod tests;
