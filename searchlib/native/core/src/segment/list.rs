//! What does a list say of itself, before it is walked?
//!
//! The parts of a list that [`super::postings`] wrote, where each block lies, and the classes of its
//! postings. [`super::cursor`] walks it. Nothing in the bytes is trusted.

use crate::bytes::{Cut, LINE, Reader, fetch_all};
use crate::error::{Error, Result};
use crate::segment::doc_block::{BLOCK, BitBlock, DocBlock};
use crate::segment::file::Section;
use crate::segment::freqs::{self, Starts};
use crate::segment::peaks::{Champion, PEAKS_BYTES, Peaks, champion_bytes, champions};
use crate::segment::postings::{CLASSES_FROM, Detail, ListInfo, SKIP_BYTES};

/// Bytes of a list's ends: skip entries or the whole of a short list, peaks and champions.
const ENDS: usize = 2 * LINE;

/// Where a list has a document: its number among the list's documents.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spot(u32);

impl Spot {
    #[inline]
    pub fn new(block: usize, ordinal: usize) -> Self {
        Spot((block * BLOCK + ordinal) as u32)
    }

    /// Of the document that so many of the list stand before.
    #[inline]
    pub fn of_rank(rank: u32) -> Self {
        Spot(rank)
    }

    #[inline]
    pub fn block(self) -> usize {
        self.0 as usize / BLOCK
    }

    /// The number among the documents of the block.
    #[inline]
    pub fn ordinal(self) -> usize {
        self.0 as usize % BLOCK
    }
}

/// One term's list in a segment.
#[derive(Clone, Copy)]
pub struct List<'a> {
    section: &'a Section,
    info: ListInfo,
    pub(super) detail: Detail,
    pub(super) doc_count: u32,
    bytes: &'a [u8],
    /// One byte a posting; empty for a short list.
    classes: &'a [u8],
    peaks: Option<Peaks>,
    champions: &'a [u8],
    /// The number of full blocks, and the number of the tail, which is the block after them.
    pub(super) full_blocks: usize,
}

impl<'a> List<'a> {
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
        let mut list = List {
            section,
            info,
            detail,
            doc_count,
            bytes,
            classes: &[],
            peaks: None,
            champions: &[],
            full_blocks,
        };
        if full_blocks * SKIP_BYTES > bytes.len() || info.doc_freq > doc_count {
            return Err(list.damaged());
        }
        if detail == Detail::Positions && info.doc_freq >= CLASSES_FROM {
            list.open_classes().map_err(|_| list.damaged())?;
        }
        Ok(list)
    }

    /// Asks for the beginning and the end of a list, which are read first. Damage is left to
    /// [`open`](Self::open).
    pub fn fetch(section: &Section, info: ListInfo) {
        let end = info.start.saturating_add(info.docs_len);
        let (Ok(start), Ok(end)) = (usize::try_from(info.start), usize::try_from(end)) else {
            return;
        };
        if let Ok(bytes) = section.bytes(start, end) {
            fetch_all(&bytes[..bytes.len().min(ENDS)]);
            fetch_all(&bytes[bytes.len().saturating_sub(ENDS)..]);
        }
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

    /// How many blocks it has, the last one, which is not full, among them.
    pub fn block_count(&self) -> usize {
        self.full_blocks + usize::from(self.tail_len() > 0)
    }

    /// How many documents the last block has, which is not full.
    pub(super) fn tail_len(&self) -> usize {
        self.info.doc_freq as usize % BLOCK
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

    /// The classes of a block; none in a short list.
    #[inline]
    pub fn classes_of(&self, block: usize) -> &'a [u8] {
        let start = block.wrapping_mul(BLOCK).min(self.classes.len());
        &self.classes[start..self.classes.len().min(start + BLOCK)]
    }

    /// The classes from a posting on; none in a short list.
    #[inline]
    pub fn classes_from(&self, rank: u32) -> &'a [u8] {
        self.classes.get(rank as usize..).unwrap_or_default()
    }

    /// The class of the posting at a spot; 255 in a short list.
    #[inline]
    pub(super) fn class_at(&self, spot: Spot) -> u8 {
        self.classes.get(spot.0 as usize).copied().unwrap_or(u8::MAX)
    }

    /// A bound that about `limit` postings reach and few more, where `bounds` are those of the
    /// classes; 0 where the list is shorter, or has no classes.
    pub fn floor_of_best(&self, limit: usize, bounds: &[f32; 256]) -> f32 {
        self.peaks.map_or(0.0, |peaks| peaks.floor_of_best(self.classes, limit, bounds))
    }

    /// (last document, end of documents, end of frequencies, end of positions) of a full block.
    #[inline]
    pub(super) fn skip_entry(&self, block: usize) -> [u32; 4] {
        let bytes = &self.bytes[block * SKIP_BYTES..(block + 1) * SKIP_BYTES];
        let number =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        [number(0), number(4), number(8), number(12)]
    }

    /// The last document of a full block.
    #[inline]
    pub(super) fn last_doc(&self, block: usize) -> u32 {
        let start = block * SKIP_BYTES;
        u32::from_le_bytes(*self.bytes[start..].first_chunk().unwrap_or(&[0; 4]))
    }

    /// The entry before `block`'s: where the block starts. Zeros for the first.
    pub(super) fn skip_before(&self, block: usize) -> [u32; 4] {
        block.checked_sub(1).map_or([0; 4], |before| self.skip_entry(before))
    }

    /// The first block at or after `from` that may hold `target`; past the tail: none.
    pub(super) fn block_with(&self, target: u32, from: usize) -> usize {
        let (mut low, mut high) = (from, self.full_blocks);
        // Gallop first: the next block is the usual answer.
        let mut step = 1;
        while low + step < high && self.last_doc(low + step - 1) < target {
            low += step;
            step *= 2;
        }
        high = high.min(low + step);
        while low < high {
            let middle = (low + high) / 2;
            if self.last_doc(middle) < target {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The first document of a full block that holds all from it to the last: 128 that rise and
    /// lie within 128 are all of them, so nothing of the block need be read.
    #[inline]
    pub(super) fn run(&self, block: usize) -> Option<u32> {
        if block == self.full_blocks {
            return None;
        }
        let [last, ..] = self.skip_entry(block);
        let [before, ..] = self.skip_before(block);
        let first = if block > 0 { before.wrapping_add(1) } else { 0 };
        (last.wrapping_sub(first) == BLOCK as u32 - 1 && last < self.doc_count).then_some(first)
    }

    /// A full block that is a bit set, and the document of its first bit.
    #[inline(always)]
    pub(super) fn bits(&self, block: usize) -> Result<Option<(u32, BitBlock<'a>)>> {
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
    #[inline]
    pub(super) fn doc_block(&self, start: u32, end: u32) -> Result<DocBlock<'a>> {
        let skips = self.full_blocks * SKIP_BYTES;
        let bytes = self.bytes.get(skips + start as usize..skips + end as usize);
        bytes.ok_or(Cut).and_then(DocBlock::new).map_err(|_| self.damaged())
    }

    /// Asks for what a look-up in a block reads, and does not wait for it. Damage is left to those that
    /// read it.
    #[inline]
    pub(super) fn fetch_block(&self, block: usize) {
        if block < self.full_blocks {
            let skips = self.full_blocks * SKIP_BYTES;
            let (start, end) = (self.skip_before(block)[1], self.skip_entry(block)[1]);
            let documents = self.bytes.get(skips + start as usize..skips + end as usize);
            fetch_all(documents.unwrap_or_default());
        } else if let Ok(tail) = self.tail() {
            fetch_all(&tail[..tail.len().min(ENDS)]);
        }
        fetch_all(self.classes_of(block));
    }

    /// The bytes of the tail and what follows it.
    pub(super) fn tail(&self) -> Result<&'a [u8]> {
        let [_, docs_end, freqs_end, _] = self.skip_before(self.full_blocks);
        let start = self.full_blocks * SKIP_BYTES + docs_end as usize + freqs_end as usize;
        self.bytes.get(start..).ok_or_else(|| self.damaged())
    }

    /// What the classes of a full block do not say of its frequencies.
    pub(super) fn freqs_of(&self, block: usize) -> Result<&'a [u8]> {
        let [_, _, end, _] = self.skip_entry(block);
        let [_, _, start, _] = self.skip_before(block);
        let docs_end = self.skip_before(self.full_blocks)[1] as usize;
        let base = self.full_blocks * SKIP_BYTES + docs_end;
        let bytes = self.bytes.get(base + start as usize..base + end as usize);
        bytes.ok_or_else(|| self.damaged())
    }

    /// What the frequencies before each document of a full block add up to, and those of all.
    pub(super) fn starts_of(&self, block: usize, starts: &mut Starts) -> Result<()> {
        let (classes, bytes) = (self.classes_of(block), self.freqs_of(block)?);
        freqs::starts(classes, bytes, starts).map_err(|_| self.damaged())
    }

    /// How often the document at a spot in a full block holds the term.
    #[inline]
    pub(super) fn freq_at(&self, spot: Spot) -> Result<u32> {
        let (block, ordinal) = (spot.block(), spot.ordinal());
        if self.detail == Detail::DocsOnly {
            return Ok(1);
        }
        let classes = self.classes_of(block);
        if let Some(freq) = classes.get(ordinal).and_then(|&class| freqs::of_class(class)) {
            return Ok(freq);
        }
        freqs::read_one(classes, self.freqs_of(block)?, ordinal).map_err(|_| self.damaged())
    }

    /// The bytes of the positions of a block.
    pub(super) fn positions_of(&self, block: usize) -> Result<&'a [u8]> {
        let base = self.info.start + self.info.docs_len;
        let start = u64::from(self.skip_before(block)[3]);
        let end = if block < self.full_blocks {
            u64::from(self.skip_entry(block)[3])
        } else {
            self.info.positions_len
        };
        if start > end || end > self.info.positions_len {
            return Err(self.damaged());
        }
        self.section.bytes((base + start) as usize, (base + end) as usize)
    }

    pub(super) fn damaged(&self) -> Error {
        self.section.corrupt(self.info.start as usize, "a list of postings is damaged")
    }
}
