//! Where in its documents does a term stand?
//!
//! The gaps between the positions of a block of documents: writer and reader. Which documents those
//! are, and how often each holds the term, is the business of [`super::postings`]. Grammar:
//! docs/format.md, "Positions".

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::{Cut, Reader, put_varint};
use crate::segment::postings::{BLOCK, packed_bytes};

/// Encodes the positions of one list, block after block.
pub(super) struct PositionWriter {
    packer: BitPacker4x,
    gaps: Vec<u32>,
    bytes: Vec<u8>,
}

impl PositionWriter {
    pub fn new() -> Self {
        PositionWriter { packer: BitPacker4x::new(), gaps: Vec::new(), bytes: Vec::new() }
    }

    /// Adds the positions of the next document, which rise.
    #[inline]
    pub fn push(&mut self, positions: impl Iterator<Item = u32>) {
        let mut last = 0;
        for position in positions {
            self.gaps.push(position - last);
            last = position;
        }
    }

    /// Packs the gaps collected since the last block: groups of 128, then the rest one by one.
    pub fn close_block(&mut self) {
        let mut groups = self.gaps.chunks_exact(BLOCK);
        for group in groups.by_ref() {
            let width = self.packer.num_bits(group);
            self.bytes.push(width);
            let at = self.bytes.len();
            self.bytes.resize(at + packed_bytes(width), 0);
            self.packer.compress(group, &mut self.bytes[at..], width);
        }
        for &gap in groups.remainder() {
            put_varint(&mut self.bytes, u64::from(gap));
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

/// A group of gaps: its block, and its place among the block's groups.
type GroupPlace = (usize, usize);

/// Decodes positions, and remembers the group it unpacked last.
pub(super) struct PositionReader {
    packer: BitPacker4x,
    group: Option<(GroupPlace, Box<[u32; BLOCK]>)>,
}

impl PositionReader {
    pub fn new() -> Self {
        PositionReader { packer: BitPacker4x::new(), group: None }
    }

    /// The positions of one document, rising, into `out`: the `at`-th of the block number `block`
    /// of the list. `bytes` are those of the block, `freqs` the frequencies of its documents.
    pub fn read(
        &mut self,
        block: usize,
        bytes: &[u8],
        freqs: &[u32],
        at: usize,
        out: &mut Vec<u32>,
    ) -> Result<(), Cut> {
        out.clear();
        let count = |freqs: &[u32]| freqs.iter().map(|&freq| freq as usize).sum::<usize>();
        let start = count(&freqs[..at]);
        let wanted = start..start + freqs[at] as usize;
        let groups = count(freqs) / BLOCK;
        let mut reader = Reader::new(bytes);
        for group in 0..groups {
            let from = group * BLOCK;
            let width = reader.u8()?;
            if width > 32 {
                return Err(Cut);
            }
            let packed = reader.take(packed_bytes(width))?;
            if from + BLOCK <= wanted.start || from >= wanted.end {
                continue;
            }
            let key = (block, group);
            if self.group.as_ref().is_none_or(|(cached, _)| *cached != key) {
                let mut gaps = self.group.take().map_or(Box::new([0; BLOCK]), |(_, gaps)| gaps);
                self.packer.decompress(packed, &mut gaps[..], width);
                self.group = Some((key, gaps));
            }
            if let Some((_, gaps)) = &self.group {
                let low = wanted.start.max(from) - from;
                let high = wanted.end.min(from + BLOCK) - from;
                out.extend_from_slice(&gaps[low..high]);
            }
        }
        for index in groups * BLOCK..wanted.end {
            let gap = reader.varint32()?;
            if index >= wanted.start {
                out.push(gap);
            }
        }
        let mut position = 0u32;
        for value in out.iter_mut() {
            position = position.checked_add(*value).ok_or(Cut)?;
            *value = position;
        }
        Ok(())
    }
}
