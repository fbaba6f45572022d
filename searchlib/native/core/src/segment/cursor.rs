//! Which documents hold a term, how often, and where in them?
//!
//! Walks a list that [`super::postings`] wrote. Blocks are unpacked one at a time; frequencies and
//! positions only when they are asked for. Nothing in the bytes is trusted.

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::{Cut, Reader};
use crate::error::{Error, Result};
use crate::segment::file::Section;
use crate::segment::freqs;
use crate::segment::positions::PositionReader;
use crate::segment::postings::{
    BLOCK, CLASSES_FROM, Detail, END, ListInfo, SKIP_BYTES, packed_bytes,
};

/// One term's list in a segment, ready to be walked.
pub struct Cursor<'a> {
    section: &'a Section,
    info: ListInfo,
    detail: Detail,
    doc_count: u32,
    bytes: &'a [u8],
    full_blocks: usize,
    /// The block in `docs`; `full_blocks` is the tail; `usize::MAX` before the first decode.
    block: usize,
    docs: Box<[u32; BLOCK]>,
    len: usize,
    at: usize,
    freqs: Box<[u32; BLOCK]>,
    freqs_block: usize,
    positions: PositionReader,
    packer: BitPacker4x,
}

impl<'a> Cursor<'a> {
    /// `doc_count`: documents in the segment; a list that names one past it is damaged.
    pub fn open(
        section: &'a Section,
        info: ListInfo,
        detail: Detail,
        doc_count: u32,
    ) -> Result<Self> {
        let outside = || section.corrupt(0, "a list lies outside its section");
        let start = usize::try_from(info.start).map_err(|_| outside())?;
        let docs_len = usize::try_from(info.docs_len).map_err(|_| outside())?;
        let end = start.checked_add(docs_len).ok_or_else(outside)?;
        let bytes = section.bytes(start, end)?;
        let full_blocks = info.doc_freq as usize / BLOCK;
        let mut cursor = Cursor {
            section,
            info,
            detail,
            doc_count,
            bytes,
            full_blocks,
            block: usize::MAX,
            docs: Box::new([0; BLOCK]),
            len: 0,
            at: 0,
            freqs: Box::new([0; BLOCK]),
            freqs_block: usize::MAX,
            positions: PositionReader::default(),
            packer: BitPacker4x::new(),
        };
        if full_blocks * SKIP_BYTES > bytes.len() || info.doc_freq > doc_count {
            return Err(cursor.damaged());
        }
        cursor.load(0)?;
        Ok(cursor)
    }

    pub fn doc_freq(&self) -> u32 {
        self.info.doc_freq
    }

    /// The document the cursor stands on; [`END`] past the last.
    #[inline]
    pub fn doc(&self) -> u32 {
        if self.at < self.len { self.docs[self.at] } else { END }
    }

    /// Moves to the first document at or after `target`, never backwards. Returns it, or [`END`].
    #[inline]
    pub fn seek(&mut self, target: u32) -> Result<u32> {
        if self.doc() >= target {
            return Ok(self.doc());
        }
        if self.len == 0 || self.docs[self.len - 1] < target {
            let block = self.block_with(target, self.block + 1);
            if block > self.full_blocks {
                self.at = self.len;
                return Ok(END);
            }
            self.load(block)?;
        }
        self.at += self.docs[self.at..self.len].partition_point(|&doc| doc < target);
        Ok(self.doc())
    }

    /// As [`seek`](Self::seek), but to any document: backwards too.
    pub fn jump(&mut self, target: u32) -> Result<u32> {
        // An empty tail stands behind all documents.
        if self.len == 0 || target < self.docs[0] {
            self.load(self.block_with(target, 0))?;
        } else {
            self.at = 0;
        }
        self.seek(target)
    }

    /// The documents of the current block from the current one on, and their class bytes
    /// (none for a short list). Skip over them with [`next_block`](Self::next_block).
    #[inline]
    pub fn run(&self) -> (&[u32], Option<&'a [u8]>) {
        let docs = &self.docs[self.at..self.len];
        if self.detail == Detail::DocsOnly || self.info.doc_freq < CLASSES_FROM {
            return (docs, None);
        }
        let classes = self.classes(self.block * BLOCK).get(self.at..self.len);
        (docs, classes)
    }

    /// The class bytes of a longer list, from the posting of this number on.
    fn classes(&self, from: usize) -> &'a [u8] {
        let first = self.bytes.len().saturating_sub(self.info.doc_freq as usize);
        self.bytes.get(first + from..).unwrap_or_default()
    }

    /// Makes the frequencies of the current block ready for [`run_with_freqs`](Self::run_with_freqs).
    pub fn load_run_freqs(&mut self) -> Result<()> {
        self.load_freqs()
    }

    /// As [`run`](Self::run), with the frequencies that [`load_run_freqs`](Self::load_run_freqs)
    /// made ready.
    pub fn run_with_freqs(&self) -> (&[u32], &[u32]) {
        let run = self.at..self.len;
        (&self.docs[run.clone()], &self.freqs[run])
    }

    /// Moves `count` documents on within the current block, or to the next block's first.
    #[inline]
    pub fn skip(&mut self, count: usize) -> Result<()> {
        self.at += count;
        if self.at >= self.len {
            self.at = self.len;
            if self.block < self.full_blocks {
                self.load(self.block + 1)?;
            }
        }
        Ok(())
    }

    /// How often the current document holds the term.
    #[inline]
    pub fn freq(&mut self) -> Result<u32> {
        self.load_freqs()?;
        Ok(self.freqs[self.at])
    }

    /// The positions of the term in the current document, rising, into `out`.
    pub fn positions(&mut self, out: &mut Vec<u32>) -> Result<()> {
        self.load_freqs()?;
        let (start, end) = self.positions_of_block()?;
        let bytes = self.section.bytes(start, end)?;
        self.positions
            .read(self.block, bytes, &self.freqs[..self.len], self.at, out)
            .map_err(|_: Cut| self.section.corrupt(start, "positions are damaged"))
    }

    /// (last document, end of documents, end of frequencies, end of positions) of a full block.
    #[inline]
    fn skip_entry(&self, block: usize) -> [u32; 4] {
        let bytes = &self.bytes[block * SKIP_BYTES..(block + 1) * SKIP_BYTES];
        let number =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        [number(0), number(4), number(8), number(12)]
    }

    /// The entry before `block`'s: where the block starts. Zeros for the first.
    fn skip_before(&self, block: usize) -> [u32; 4] {
        block.checked_sub(1).map_or([0; 4], |before| self.skip_entry(before))
    }

    /// The first block at or after `from` that may hold `target`; past the tail: none.
    fn block_with(&self, target: u32, from: usize) -> usize {
        let (mut low, mut high) = (from, self.full_blocks);
        // Gallop first: the next block is the usual answer.
        let mut step = 1;
        while low + step < high && self.skip_entry(low + step - 1)[0] < target {
            low += step;
            step *= 2;
        }
        high = high.min(low + step);
        while low < high {
            let middle = (low + high) / 2;
            if self.skip_entry(middle)[0] < target {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn load(&mut self, block: usize) -> Result<()> {
        self.at = 0;
        self.block = block;
        let skips = self.full_blocks * SKIP_BYTES;
        if block < self.full_blocks {
            let [last_doc, docs_end, _, _] = self.skip_entry(block);
            let [before, docs_start, _, _] = self.skip_before(block);
            let (packed, width) = self.packed(skips, docs_start, docs_end)?;
            let initial = (block > 0).then_some(before);
            self.packer.decompress_strictly_sorted(initial, packed, &mut self.docs[..], width);
            self.len = BLOCK;
            let mut rising = self.docs[BLOCK - 1] == last_doc && last_doc < self.doc_count;
            rising &= initial.is_none_or(|before| before < self.docs[0]);
            for i in 1..BLOCK {
                rising &= self.docs[i - 1] < self.docs[i];
            }
            return if rising { Ok(()) } else { Err(self.damaged()) };
        }
        let [before, docs_end, freqs_end, _] = self.skip_before(block);
        let start = skips + docs_end as usize + freqs_end as usize;
        let mut reader = Reader::new(self.bytes.get(start..).ok_or_else(|| self.damaged())?);
        self.len = self.info.doc_freq as usize % BLOCK;
        self.freqs_block = block;
        let mut next = if block > 0 { u64::from(before) + 1 } else { 0 };
        for i in 0..self.len {
            let value = reader.varint().map_err(|_| self.damaged())?;
            let gap = if self.detail == Detail::Positions {
                self.freqs[i] = if value & 1 == 1 {
                    1
                } else {
                    let freq = reader.varint32().unwrap_or(0);
                    if freq == 0 {
                        return Err(self.damaged());
                    }
                    freq
                };
                value >> 1
            } else {
                self.freqs[i] = 1;
                value
            };
            let doc = next.saturating_add(gap);
            if doc >= u64::from(self.doc_count) {
                return Err(self.damaged());
            }
            self.docs[i] = doc as u32;
            next = doc + 1;
        }
        Ok(())
    }

    fn load_freqs(&mut self) -> Result<()> {
        if self.freqs_block == self.block {
            return Ok(());
        }
        if self.detail == Detail::DocsOnly {
            self.freqs.fill(1);
            self.freqs_block = self.block;
            return Ok(());
        }
        let [_, _, freqs_end, _] = self.skip_entry(self.block);
        let [_, _, freqs_start, _] = self.skip_before(self.block);
        let docs_end = self.skip_before(self.full_blocks)[1] as usize;
        let base = self.full_blocks * SKIP_BYTES + docs_end;
        let (start, end) = (base + freqs_start as usize, base + freqs_end as usize);
        let bytes = self.bytes.get(start..end).ok_or_else(|| self.damaged())?;
        let classes =
            self.classes(self.block * BLOCK).get(..BLOCK).ok_or_else(|| self.damaged())?;
        freqs::read(classes, bytes, &mut self.freqs[..]).map_err(|_| self.damaged())?;
        self.freqs_block = self.block;
        Ok(())
    }

    /// The packed bytes `base + start .. base + end` and their width in bits.
    fn packed(&self, base: usize, start: u32, end: u32) -> Result<(&'a [u8], u8)> {
        let len = end.checked_sub(start).ok_or_else(|| self.damaged())? as usize;
        let width = len / 16;
        let bytes = self.bytes.get(base + start as usize..base + end as usize);
        match bytes {
            Some(bytes) if width <= 32 && packed_bytes(width as u8) == len => {
                Ok((bytes, width as u8))
            }
            _ => Err(self.damaged()),
        }
    }

    fn positions_of_block(&self) -> Result<(usize, usize)> {
        let base = self.info.start + self.info.docs_len;
        let start = u64::from(self.skip_before(self.block)[3]);
        let end = if self.block < self.full_blocks {
            u64::from(self.skip_entry(self.block)[3])
        } else {
            self.info.positions_len
        };
        if start > end || end > self.info.positions_len {
            return Err(self.damaged());
        }
        Ok(((base + start) as usize, (base + end) as usize))
    }

    fn damaged(&self) -> Error {
        self.section.corrupt(self.info.start as usize, "a list of postings is damaged")
    }
}
