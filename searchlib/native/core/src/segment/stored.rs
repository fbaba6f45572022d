//! What did a document say, as it was given?
//!
//! Records, one a document, compressed in blocks. Short values lie apart from long ones, so that
//! a title is read without unpacking a body. Grammar: docs/format.md, "Stored documents".

use crate::bytes::{Cut, Reader, u32_at, u64_at};
use crate::error::{Error, Result};
use crate::segment::file::{Section, SectionKind, SegmentFileWriter};
use crate::segment::lz4::Unpacking;
use crate::segment::pieces::{Decoding, PieceTable, StoredPieces};
use crate::segment::store_writer::StoreWriter;

/// Which compressor a store uses: fast to open, or small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// LZ4 in blocks of about 4 KiB.
    Short,
    /// Zstandard in blocks of about 64 KiB.
    Long,
}

impl Codec {
    pub(super) fn block_bytes(self) -> usize {
        match self {
            Codec::Short => 4 << 10,
            Codec::Long => 64 << 10,
        }
    }

    /// The section that holds a store of this codec.
    pub fn section(self) -> SectionKind {
        match self {
            Codec::Short => SectionKind::ShortStored,
            Codec::Long => SectionKind::LongStored,
        }
    }
}

/// Records a block: finding one reads the lengths of those before it.
pub(super) const BLOCK_RECORDS: u32 = 256;
const FOOTER_BYTES: usize = 12;
/// Few records are so long that their length takes more.
const USUAL_LEN_BYTES: usize = 2;

/// The records of a segment.
pub struct Store {
    codec: Codec,
    section: Section,
    /// Of long records, where there are enough of them.
    pieces: Option<StoredPieces>,
    blocks_len: usize,
    block_count: usize,
    doc_count: u32,
}

/// The records of one block, unpacked.
pub struct StoreBlock {
    raw: Vec<u8>,
    /// The record of document `first_doc + i` ends at `ends[i]`; the first starts at `start`.
    first_doc: u32,
    start: usize,
    ends: Vec<usize>,
}

impl StoreBlock {
    /// The record of `doc`, if this block has it.
    pub fn record(&self, doc: u32) -> Option<&[u8]> {
        let i = doc.checked_sub(self.first_doc)? as usize;
        let end = *self.ends.get(i)?;
        let start = i.checked_sub(1).map_or(self.start, |before| self.ends[before]);
        self.raw.get(start..end)
    }
}

impl Store {
    pub fn open(
        codec: Codec,
        section: Section,
        pieces: Option<StoredPieces>,
        doc_count: u32,
    ) -> Result<Self> {
        let len = section.len();
        let wrong = || section.corrupt(len, "the stored documents' footer is wrong");
        let footer_start = len.checked_sub(FOOTER_BYTES).ok_or_else(wrong)?;
        let mut footer = Reader::new(section.bytes(footer_start, len)?);
        let blocks_len = footer.u64().map_err(|_| wrong())?;
        let stored = footer.u32().map_err(|_| wrong())?;
        let rest = (footer_start as u64).checked_sub(blocks_len).ok_or_else(wrong)?;
        if rest % 12 != 0 || stored != doc_count {
            return Err(wrong());
        }
        Ok(Store {
            codec,
            blocks_len: blocks_len as usize,
            block_count: (rest / 12) as usize,
            section,
            pieces,
            doc_count,
        })
    }

    /// About how many bytes `live` of its documents take.
    pub(super) fn packed_len(&self, live: u32) -> usize {
        let share = f64::from(live) / f64::from(self.doc_count.max(1));
        (self.blocks_len as f64 * share) as usize
    }

    pub fn pieces(&self) -> Option<&StoredPieces> {
        self.pieces.as_ref()
    }

    /// The record of `doc`, which is below the document count. Unpacks its block no further than needed.
    pub fn record(&self, doc: u32) -> Result<Vec<u8>> {
        let (block, first_doc) = self.block_of(doc)?;
        let (start, bytes) = self.packed(block)?;
        let table = self.table()?;
        let record = Block::read(bytes, table).and_then(|block| match self.codec {
            Codec::Short => {
                block.record(Unpacking::new(block.packed, block.raw_len)?, doc - first_doc)
            }
            Codec::Long => match block.pieces()? {
                Some((table, coded)) => {
                    block.record(Decoding::new(table, &coded, block.raw_len), doc - first_doc)
                }
                None => {
                    block.record(unpack(self.codec, block.packed, block.raw_len)?, doc - first_doc)
                }
            },
        });
        record.map_err(|_| self.damaged(start))
    }

    /// The unpacked block that holds the record of `doc`, which is below the document count.
    pub(super) fn unpacked(&self, doc: u32) -> Result<StoreBlock> {
        let (block, first_doc) = self.block_of(doc)?;
        let (start, bytes) = self.packed(block)?;
        let block = Block::read(bytes, self.table()?);
        let parsed = block.and_then(|block| block.parse(self.codec, first_doc));
        parsed.map_err(|_| self.damaged(start))
    }

    /// The block that holds the record of `doc`, and its first document.
    fn block_of(&self, doc: u32) -> Result<(usize, u32)> {
        let index = self.section.bytes(self.blocks_len, self.blocks_len + self.block_count * 4)?;
        let first_doc = |block: usize| u32_at(index, block).unwrap_or(u32::MAX);
        let (mut low, mut high) = (0, self.block_count);
        while low < high {
            let middle = (low + high) / 2;
            if first_doc(middle) <= doc {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let block =
            low.checked_sub(1).filter(|_| doc < self.doc_count).ok_or_else(|| self.damaged(0))?;
        Ok((block, first_doc(block)))
    }

    /// Adds the records of the documents that `is_live` accepts to `store`, and so to the file:
    /// blocks as they lie, where all of their documents are, and they are not much smaller than a
    /// new one would be. Holds a block at a time, and those that wait in `store`.
    pub fn copy(
        &self,
        is_live: impl Fn(u32) -> bool,
        store: &mut StoreWriter,
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let index = self.section.bytes(self.blocks_len, self.blocks_len + self.block_count * 4)?;
        let as_they_lie = store.has_pieces_of(self)?;
        let table = self.table()?;
        let mut next = 0;
        for block in 0..self.block_count {
            let first_doc = next;
            next = u32_at(index, block + 1).unwrap_or(self.doc_count);
            let (start, bytes) = self.packed(block)?;
            let damaged = |_: Cut| self.damaged(start);
            let packed = Block::read(bytes, table).map_err(damaged)?;
            if first_doc.checked_add(packed.count) != Some(next) || next > self.doc_count {
                return Err(self.damaged(start));
            }
            let is_full =
                packed.count == BLOCK_RECORDS || packed.raw_len >= store.block_bytes() / 2;
            if as_they_lie && is_full && (first_doc..next).all(&is_live) {
                store.push_block(packed.count, bytes)?;
            } else {
                let unpacked = packed.parse(self.codec, first_doc).map_err(damaged)?;
                for doc in (first_doc..next).filter(|&doc| is_live(doc)) {
                    store.push(&[unpacked.record(doc).ok_or_else(|| self.damaged(start))?])?;
                }
            }
            store.flush(out)?;
        }
        if next == self.doc_count { Ok(()) } else { Err(self.damaged(self.blocks_len)) }
    }

    /// Where a block starts, and its bytes.
    fn packed(&self, block: usize) -> Result<(usize, &[u8])> {
        let ends_at = self.blocks_len + self.block_count * 4;
        let ends = self.section.bytes(ends_at, ends_at + self.block_count * 8)?;
        let end = u64_at(ends, block).unwrap_or(u64::MAX);
        let start =
            block.checked_sub(1).map_or(0, |before| u64_at(ends, before).unwrap_or(u64::MAX));
        if start > end || end > self.blocks_len as u64 {
            return Err(self.damaged(ends_at));
        }
        Ok((start as usize, self.section.bytes(start as usize, end as usize)?))
    }

    fn table(&self) -> Result<Option<PieceTable<'_>>> {
        self.pieces.as_ref().map(StoredPieces::table).transpose()
    }

    fn damaged(&self, offset: usize) -> Error {
        self.section.corrupt(offset, "a block of stored documents is damaged")
    }
}

/// A block as it lies in a store.
struct Block<'a> {
    count: u32,
    raw_len: usize,
    /// Where the block is written as pieces: how many bytes they are, and these pieces.
    pieces: Option<(usize, PieceTable<'a>)>,
    packed: &'a [u8],
}

impl<'a> Block<'a> {
    /// `table`: of the store.
    fn read(bytes: &'a [u8], table: Option<PieceTable<'a>>) -> std::result::Result<Self, Cut> {
        let mut reader = Reader::new(bytes);
        let count = reader.varint32()?;
        let raw_len = usize::try_from(reader.varint()?).map_err(|_| Cut)?;
        let pieces_len = if table.is_some() { reader.varint()? } else { 0 };
        let pieces_len = usize::try_from(pieces_len).map_err(|_| Cut)?;
        if count as usize > raw_len {
            return Err(Cut);
        }
        let pieces = table.filter(|_| pieces_len > 0).map(|table| (pieces_len, table));
        Ok(Block { count, raw_len, pieces, packed: reader.rest() })
    }

    /// The pieces of the block, and what they are of.
    fn pieces(&self) -> std::result::Result<Option<(PieceTable<'a>, Vec<u8>)>, Cut> {
        let Some((len, table)) = self.pieces else { return Ok(None) };
        Ok(Some((table, unpack(Codec::Long, self.packed, len)?)))
    }

    /// Record `number`, counted from 0.
    fn record(&self, mut raw: impl Front, number: u32) -> std::result::Result<Vec<u8>, Cut> {
        if number >= self.count {
            return Err(Cut);
        }
        let usual = self.count as usize * USUAL_LEN_BYTES;
        let span = match record_span(raw.first(self.raw_len.min(usual))?, self.count, number) {
            Ok(span) => span,
            Err(Cut) => record_span(raw.first(self.raw_len)?, self.count, number)?,
        };
        Ok(raw.first(span.end)?.get(span).ok_or(Cut)?.to_vec())
    }

    fn parse(&self, codec: Codec, first_doc: u32) -> std::result::Result<StoreBlock, Cut> {
        let raw = match self.pieces()? {
            Some((table, coded)) => Decoding::new(table, &coded, self.raw_len).whole()?,
            None => unpack(codec, self.packed, self.raw_len)?,
        };
        let mut lens = Reader::new(&raw);
        let mut ends = Vec::with_capacity(self.count as usize);
        let mut total = 0usize;
        for _ in 0..self.count {
            let len = usize::try_from(lens.varint()?).map_err(|_| Cut)?;
            total = total.checked_add(len).ok_or(Cut)?;
            ends.push(total);
        }
        let start = raw.len() - lens.rest().len();
        if total != lens.rest().len() {
            return Err(Cut);
        }
        ends.iter_mut().for_each(|end| *end += start);
        Ok(StoreBlock { raw, first_doc, start, ends })
    }
}

/// The bytes of a block, unpacked as far as they are asked for.
pub(super) trait Front {
    /// The first `len` bytes at least.
    ///
    /// # Errors
    /// [`Cut`] when the block does not have so many, or what comes before them is wrong.
    fn first(&mut self, len: usize) -> std::result::Result<&[u8], Cut>;
}

impl Front for Vec<u8> {
    fn first(&mut self, _: usize) -> std::result::Result<&[u8], Cut> {
        Ok(self)
    }
}

/// Where record `number` stands in a block, of which the lengths are there at least.
fn record_span(
    raw: &[u8],
    count: u32,
    number: u32,
) -> std::result::Result<std::ops::Range<usize>, Cut> {
    let mut lens = Reader::new(raw);
    let (mut start, mut end) = (0usize, 0usize);
    for i in 0..count {
        let len = usize::try_from(lens.varint()?).map_err(|_| Cut)?;
        if i <= number {
            start = end;
            end = end.checked_add(len).ok_or(Cut)?;
        }
    }
    let before = raw.len() - lens.rest().len();
    Ok(before + start..end.checked_add(before).ok_or(Cut)?)
}

/// Unpacks at most `raw_len` bytes. Memory grows with what is really there, not with what is claimed.
fn unpack(codec: Codec, packed: &[u8], raw_len: usize) -> std::result::Result<Vec<u8>, Cut> {
    let raw = match codec {
        Codec::Short => Unpacking::new(packed, raw_len)?.whole()?,
        Codec::Long if raw_len <= packed.len().saturating_mul(64) => {
            zstd::bulk::decompress(packed, raw_len).map_err(|_| Cut)?
        }
        Codec::Long => {
            let mut raw = Vec::new();
            let decoder = zstd::stream::Decoder::with_buffer(packed).map_err(|_| Cut)?;
            let mut bounded = std::io::Read::take(decoder, raw_len as u64);
            std::io::Read::read_to_end(&mut bounded, &mut raw).map_err(|_| Cut)?;
            raw
        }
    };
    if raw.len() == raw_len { Ok(raw) } else { Err(Cut) }
}
