//! Which documents hold a term, how often, and where in them?
//!
//! Walks a list that [`super::postings`] wrote. Blocks are unpacked one at a time; frequencies and
//! positions only when they are asked for. Nothing in the bytes is trusted.

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::{Cut, Reader};
use crate::error::{Error, Result};
use crate::segment::doc_block::{BLOCK, BitBlock, DocBlock, Docs, packed_at, packed_bytes};
use crate::segment::lengths::exact_freq;
use crate::segment::file::Section;
use crate::segment::peaks::{Champion, PEAKS_BYTES, Peaks, champion_bytes, champions};
use crate::segment::positions::PositionReader;
use crate::segment::postings::{CLASSES_FROM, Detail, END, ListInfo, SKIP_BYTES};

/// No block is unpacked yet.
const NO_BLOCK: usize = usize::MAX;

/// Some postings of one block, rising.
pub struct Run<'a> {
    pub docs: &'a [u32],
    /// None for a short list.
    pub classes: &'a [u8],
    /// As long as `docs`; right where they were asked for.
    pub freqs: &'a [u32],
}

impl<'a> Run<'a> {
    pub fn first(self, count: usize) -> Self {
        let Run { docs, classes, freqs } = self;
        Run {
            docs: &docs[..count],
            classes: classes.get(..count).unwrap_or_default(),
            freqs: &freqs[..count],
        }
    }
}

/// One term's list in a segment, ready to be walked. It stands before the first document until it
/// is moved.
pub struct Cursor<'a> {
    section: &'a Section,
    info: ListInfo,
    detail: Detail,
    doc_count: u32,
    bytes: &'a [u8],
    /// One byte a posting; empty for a short list.
    classes: &'a [u8],
    peaks: Option<Peaks>,
    champions: &'a [u8],
    full_blocks: usize,
    /// The block in `docs`; `full_blocks` is the tail.
    block: usize,
    len: usize,
    at: usize,
    freqs_block: usize,
    docs: Box<Docs>,
    freqs: Box<[u32; BLOCK]>,
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
            classes: &[],
            peaks: None,
            champions: &[],
            full_blocks,
            block: NO_BLOCK,
            len: 0,
            at: 0,
            freqs_block: NO_BLOCK,
            docs: Box::new([0; _]),
            freqs: Box::new([0; BLOCK]),
            positions: PositionReader::default(),
            packer: BitPacker4x::new(),
        };
        if full_blocks * SKIP_BYTES > bytes.len() || info.doc_freq > doc_count {
            return Err(cursor.damaged());
        }
        if detail == Detail::Positions && info.doc_freq >= CLASSES_FROM {
            cursor.open_classes().map_err(|_| cursor.damaged())?;
        }
        Ok(cursor)
    }

    fn open_classes(&mut self) -> std::result::Result<(), Cut> {
        let doc_freq = self.info.doc_freq as usize;
        let champions = champion_bytes(self.info.doc_freq);
        let start = self.bytes.len().checked_sub(doc_freq + PEAKS_BYTES + champions).ok_or(Cut)?;
        let mut reader = Reader::new(&self.bytes[start..]);
        self.classes = reader.take(doc_freq)?;
        self.peaks = Some(Peaks::read(&mut reader)?);
        self.champions = reader.take(champions)?;
        Ok(())
    }

    pub fn doc_freq(&self) -> u32 {
        self.info.doc_freq
    }

    /// What the list's best classes are; `None` for a short list.
    pub fn peaks(&self) -> Option<&Peaks> {
        self.peaks.as_ref()
    }

    /// The documents that scored best where the list was written, best first; none for a list
    /// that is not long.
    pub fn champions(&self) -> impl Iterator<Item = Champion> {
        let doc_count = self.doc_count;
        champions(self.champions).filter(move |champion| champion.doc < doc_count)
    }

    /// A bound that about `limit` postings reach and few more, where `bounds` are those of the
    /// classes; 0 where the list is shorter.
    pub fn floor_of_best(&self, limit: usize, bounds: &[f32; 256]) -> f32 {
        let mut counts = [0u32; 256];
        for &class in self.classes {
            counts[usize::from(class)] += 1;
        }
        let held = (0..=255u8).filter(|&class| counts[usize::from(class)] > 0);
        let mut held: Vec<u8> = held.collect();
        held.sort_unstable_by(|&a, &b| bounds[usize::from(b)].total_cmp(&bounds[usize::from(a)]));
        let mut left = limit as u32;
        for class in held {
            let count = counts[usize::from(class)];
            if count >= left {
                return bounds[usize::from(class)];
            }
            left -= count;
        }
        0.0
    }

    /// The document the cursor stands on; [`END`] past the last and before it was moved.
    #[inline]
    pub fn doc(&self) -> u32 {
        if self.at < self.len { self.docs[self.at] } else { END }
    }

    /// Moves to the first document at or after `target`, forwards or backwards. Returns it, or
    /// [`END`].
    #[inline]
    pub fn seek(&mut self, target: u32) -> Result<u32> {
        if self.len == 0 || target < self.docs[0] {
            // The document before the block may stand before the target; then the block is right.
            let right =
                self.len > 0 && (self.block == 0 || self.skip_entry(self.block - 1)[0] < target);
            if right {
                self.at = 0;
                return Ok(self.docs[0]);
            }
            self.load(self.block_with(target, 0))?;
        } else if self.docs[self.len - 1] < target {
            let block = self.block_with(target, self.block + 1);
            if block > self.full_blocks {
                self.at = self.len;
                return Ok(END);
            }
            self.load(block)?;
        }
        self.at = self.docs[..self.len].partition_point(|&doc| doc < target);
        Ok(self.doc())
    }

    /// The postings of the current block from the current one on. Skip over them with
    /// [`skip`](Self::skip).
    #[inline]
    pub fn run(&mut self, with_freqs: bool) -> Result<Run<'_>> {
        if with_freqs && self.at < self.len {
            self.load_freqs()?;
        }
        let (at, len) = (self.at, self.len);
        let first = self.block.wrapping_mul(BLOCK);
        let classes = self.classes.get(first.wrapping_add(at)..first.wrapping_add(len));
        Ok(Run {
            docs: &self.docs[at..len],
            classes: classes.unwrap_or_default(),
            freqs: &self.freqs[at..len],
        })
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

    /// The class of the current posting; `None` in a short list.
    #[inline]
    pub fn class(&self) -> Option<u8> {
        self.classes.get(self.block.wrapping_mul(BLOCK).wrapping_add(self.at)).copied()
    }

    /// How often `doc` holds the term, 0 for not at all. No more is unpacked than must be, and the
    /// cursor stands anywhere afterwards.
    pub fn freq_in(&mut self, doc: u32) -> Result<u32> {
        let is_near = self.len > 0 && self.docs[0] <= doc && doc <= self.docs[self.len - 1];
        let block = if is_near { self.block } else { self.block_with(doc, 0) };
        if block > self.full_blocks {
            return Ok(0);
        }
        let ordinal = if !is_near && let Some((first, mut bits)) = self.bits(block)? {
            doc.checked_sub(first).and_then(|place| bits.ordinal(place))
        } else {
            if self.block != block {
                self.load(block)?;
            }
            self.docs[..self.len].binary_search(&doc).ok()
        };
        let Some(ordinal) = ordinal else {
            return Ok(0);
        };
        if block == self.full_blocks || block == self.freqs_block {
            return Ok(self.freqs[ordinal]);
        }
        // The first steps of frequency have one frequency each.
        match self.classes.get(block * BLOCK + ordinal).and_then(|&class| exact_freq(class)) {
            Some(freq) => Ok(freq),
            None if self.detail == Detail::DocsOnly => Ok(1),
            None => {
                let (bytes, width) = self.packed_freqs(block)?;
                Ok(packed_at(bytes, width, ordinal).saturating_add(1))
            }
        }
    }

    /// Calls `visit` for each of the rising `docs` that the list has: with its place in `docs`, and
    /// the class of its posting, which is 255 in a short list.
    pub fn look_up(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u8)) -> Result<()> {
        let mut i = 0;
        let mut block = 0;
        while i < docs.len() {
            block = self.block_with(docs[i], block);
            if block > self.full_blocks {
                return Ok(());
            }
            let classes = self.classes.get(block * BLOCK..).unwrap_or_default();
            let class = |ordinal: usize| classes.get(ordinal).copied().unwrap_or(u8::MAX);
            let end = if block == self.full_blocks {
                docs.len()
            } else {
                let last = self.skip_entry(block)[0];
                i + docs[i..].partition_point(|&doc| doc <= last)
            };
            if let Some((first, mut bits)) = self.bits(block)? {
                for (i, &doc) in docs.iter().enumerate().take(end).skip(i) {
                    if let Some(place) = doc.checked_sub(first)
                        && let Some(ordinal) = bits.ordinal(place)
                    {
                        visit(i, class(ordinal));
                    }
                }
            } else {
                if self.block != block {
                    self.load(block)?;
                }
                let mut at = 0;
                for (i, &doc) in docs.iter().enumerate().take(end).skip(i) {
                    at += self.docs[at..self.len].partition_point(|&held| held < doc);
                    if at < self.len && self.docs[at] == doc {
                        visit(i, class(at));
                    }
                }
            }
            i = end;
            block += 1;
        }
        Ok(())
    }

    /// Sets the bit of each document from `start` on that lies within `mask`.
    pub fn mark(&mut self, start: u32, mask: &mut [u64]) -> Result<()> {
        let end = start.saturating_add(mask.len() as u32 * 64);
        let mut block = self.block_with(start, 0);
        while block <= self.full_blocks {
            if let Some((first, bits)) = self.bits(block)? {
                bits.mark(i64::from(first) - i64::from(start), mask);
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
            }
            if block < self.full_blocks && self.skip_entry(block)[0] >= end {
                break;
            }
            block += 1;
        }
        Ok(())
    }

    /// A full block that is a bit set, and the document of its first bit.
    #[inline]
    fn bits(&self, block: usize) -> Result<Option<(u32, BitBlock<'a>)>> {
        if block == self.full_blocks {
            return Ok(None);
        }
        let [last, docs_end, _, _] = self.skip_entry(block);
        let [before, docs_start, _, _] = self.skip_before(block);
        if docs_end.wrapping_sub(docs_start) % 16 == 0 {
            return Ok(None);
        }
        let first = if block > 0 { before.saturating_add(1) } else { 0 };
        let DocBlock::Bits(bits) = self.doc_block(docs_start, docs_end)? else {
            return Ok(None);
        };
        let span = last.checked_sub(first).filter(|_| last < self.doc_count);
        let bits = span.ok_or(Cut).and_then(|span| BitBlock::new(bits, span + 1));
        Ok(Some((first, bits.map_err(|_| self.damaged())?)))
    }

    /// The block of documents at `start..end` of those of the list.
    fn doc_block(&self, start: u32, end: u32) -> Result<DocBlock<'a>> {
        let skips = self.full_blocks * SKIP_BYTES;
        let bytes = self.bytes.get(skips + start as usize..skips + end as usize);
        bytes.ok_or(Cut).and_then(DocBlock::new).map_err(|_| self.damaged())
    }

    /// Calls `visit` with each document from `start` to before `end` whose posting's class passes,
    /// and the class. Blocks without one are not unpacked. Never moves backwards past `start`.
    ///
    /// `passing`: for up to 128 classes, a bit for each that passes. The list has classes.
    pub fn passing(
        &mut self,
        start: u32,
        end: u32,
        passing: &impl Fn(&[u8]) -> u128,
        mut visit: impl FnMut(u32, u8),
    ) -> Result<()> {
        let mut block = self.block_with(start, 0);
        while block <= self.full_blocks {
            let first = block * BLOCK;
            let classes = self.classes;
            let classes = &classes[first..(first + BLOCK).min(classes.len())];
            let mut bits = passing(classes);
            if bits != 0 {
                if self.block != block {
                    self.load(block)?;
                }
                while bits != 0 {
                    let i = bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    let doc = self.docs[i];
                    if doc >= end {
                        break;
                    }
                    if doc >= start {
                        visit(doc, classes[i]);
                    }
                }
            }
            if block == self.full_blocks || self.skip_entry(block)[0] >= end - 1 {
                break;
            }
            block += 1;
        }
        Ok(())
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
        self.len = 0;
        if block < self.full_blocks {
            let [last_doc, docs_end, _, _] = self.skip_entry(block);
            let [before, docs_start, _, _] = self.skip_before(block);
            let before = (block > 0).then_some(before);
            let docs = self.doc_block(docs_start, docs_end)?;
            let unpacked = docs.unpack(self.packer, before, last_doc, &mut self.docs);
            if unpacked.is_err() || last_doc >= self.doc_count {
                return Err(self.damaged());
            }
            self.len = BLOCK;
            return Ok(());
        }
        let [before, docs_end, freqs_end, _] = self.skip_before(block);
        let skips = self.full_blocks * SKIP_BYTES;
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
        let (packed, width) = self.packed_freqs(self.block)?;
        self.packer.decompress(packed, &mut self.freqs[..], width);
        for freq in self.freqs.iter_mut() {
            *freq = freq.saturating_add(1);
        }
        self.freqs_block = self.block;
        Ok(())
    }

    /// The packed frequencies of a full block, each less 1, and their width in bits.
    fn packed_freqs(&self, block: usize) -> Result<(&'a [u8], u8)> {
        let [_, _, end, _] = self.skip_entry(block);
        let [_, _, start, _] = self.skip_before(block);
        let docs_end = self.skip_before(self.full_blocks)[1] as usize;
        let base = self.full_blocks * SKIP_BYTES + docs_end;
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
