//! What did a document say, as it was given?
//!
//! Records, one a document, compressed in blocks. Short values lie apart from long ones, so that
//! a title is read without unpacking a body. Grammar: docs/format.md, "Stored documents".

use lz4_flex::block::CompressTable;

use crate::bytes::{Cut, Reader, put_varint, u32_at, u64_at};
use crate::error::{Error, Result};
use crate::segment::file::{Section, SectionKind, SegmentFileWriter};

/// Which compressor a store uses: fast to open, or small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// LZ4 in blocks of about 4 KiB.
    Short,
    /// Zstandard in blocks of about 64 KiB.
    Long,
}

impl Codec {
    fn block_bytes(self) -> usize {
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

/// Level 1: level 3 makes the news corpus 5 % smaller and costs 1.6 times the time, an eighth of
/// all indexing. Where records are short, the rest of indexing costs more, and the index is large.
const ZSTD_LEVEL: i32 = 1;
const ZSTD_LEVEL_OF_SHORT: i32 = 3;
/// A block of this many records has short ones.
const SHORT_FROM_RECORDS: u32 = 64;
/// Records a block: finding one reads the lengths of those before it.
const BLOCK_RECORDS: u32 = 256;
const FOOTER_BYTES: usize = 12;

/// Room for the lengths of a block's records, which stand before them: of 256 records of 64 KiB at
/// most together, or of one alone.
const LENS_ROOM: usize = 3 * BLOCK_RECORDS as usize;

/// Collects records and compresses them block by block.
pub struct StoreWriter {
    packer: Packer,
    codec: Codec,
    /// The records of the current block, behind room for their lengths.
    records: Vec<u8>,
    lens: Vec<u8>,
    records_in_block: u32,
    doc_count: u32,
    /// Packed blocks that are not in the file yet, and how many bytes of earlier ones are.
    blocks: Vec<u8>,
    flushed: u64,
    index: Vec<u8>,
    ends: Vec<u8>,
}

impl StoreWriter {
    pub fn new(codec: Codec) -> Self {
        StoreWriter {
            packer: Packer::default(),
            codec,
            records: vec![0; LENS_ROOM],
            lens: Vec::new(),
            records_in_block: 0,
            doc_count: 0,
            blocks: Vec::new(),
            flushed: 0,
            index: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Bytes held in memory.
    pub fn heap_bytes(&self) -> usize {
        let lists = self.blocks.capacity() + self.index.capacity() + self.ends.capacity();
        self.records.capacity() + self.packer.packed.len() + lists
    }

    /// Adds the next document's record, in parts.
    pub fn push(&mut self, parts: &[&[u8]]) -> Result<()> {
        let len = parts.iter().map(|part| part.len()).sum::<usize>();
        let full = self.records.len() - LENS_ROOM + len > self.codec.block_bytes()
            || self.records_in_block == BLOCK_RECORDS;
        if full && self.records_in_block > 0 {
            self.close_block()?;
        }
        parts.iter().for_each(|part| self.records.extend_from_slice(part));
        put_varint(&mut self.lens, len as u64);
        self.records_in_block += 1;
        self.doc_count += 1;
        Ok(())
    }

    /// Adds the records of the next documents as a packed block of another store.
    fn push_block(&mut self, records: u32, packed: &[u8]) -> Result<()> {
        self.close_block()?;
        self.index.extend_from_slice(&self.doc_count.to_le_bytes());
        self.blocks.extend_from_slice(packed);
        self.end_block();
        self.doc_count += records;
        Ok(())
    }

    /// Moves the packed blocks to the file, whose last section is this store's from its first
    /// block to [`write`](Self::write).
    pub fn flush(&mut self, out: &mut SegmentFileWriter) -> Result<()> {
        out.write(&self.blocks)?;
        self.flushed += self.blocks.len() as u64;
        self.blocks.clear();
        Ok(())
    }

    pub fn write(mut self, out: &mut SegmentFileWriter) -> Result<()> {
        self.close_block()?;
        self.flush(out)?;
        out.write(&self.index)?;
        out.write(&self.ends)?;
        out.write(&self.flushed.to_le_bytes())?;
        out.write(&self.doc_count.to_le_bytes())
    }

    fn close_block(&mut self) -> Result<()> {
        if self.records_in_block == 0 {
            return Ok(());
        }
        let first_doc = self.doc_count - self.records_in_block;
        self.index.extend_from_slice(&first_doc.to_le_bytes());
        let start = LENS_ROOM - self.lens.len();
        self.records[start..LENS_ROOM].copy_from_slice(&self.lens);
        let raw = &self.records[start..];
        let packed = self.packer.pack(self.codec, raw, self.records_in_block)?;
        put_varint(&mut self.blocks, u64::from(self.records_in_block));
        put_varint(&mut self.blocks, raw.len() as u64);
        self.blocks.extend_from_slice(packed);
        self.end_block();
        self.records.truncate(LENS_ROOM);
        self.lens.clear();
        self.records_in_block = 0;
        Ok(())
    }

    fn end_block(&mut self) {
        let end = self.flushed + self.blocks.len() as u64;
        self.ends.extend_from_slice(&end.to_le_bytes());
    }
}

/// Compresses blocks, in memory that it keeps from one to the next.
#[derive(Default)]
struct Packer {
    packed: Vec<u8>,
    lz4: CompressTable,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Packer {
    fn pack(&mut self, codec: Codec, raw: &[u8], records: u32) -> Result<&[u8]> {
        let most = match codec {
            Codec::Short => lz4_flex::block::get_maximum_output_size(raw.len()),
            Codec::Long => zstd::zstd_safe::compress_bound(raw.len()),
        };
        if self.packed.len() < most {
            self.packed.resize(most, 0);
        }
        let packed = &mut self.packed[..most];
        let len = match codec {
            // A table for longer texts would stay, and pack the blocks to come otherwise.
            Codec::Short if raw.len() < usize::from(u16::MAX) => {
                lz4_flex::block::compress_into_with_table(raw, packed, &mut self.lz4)
                    .map_err(|error| Error::io("lz4", std::io::Error::other(error)))?
            }
            Codec::Short => lz4_flex::block::compress_into(raw, packed)
                .map_err(|error| Error::io("lz4", std::io::Error::other(error)))?,
            Codec::Long => {
                let failed = |source| Error::io("zstd", source);
                let zstd = match &mut self.zstd {
                    Some(zstd) => zstd,
                    None => self.zstd.insert(zstd::bulk::Compressor::default()),
                };
                let is_short = records >= SHORT_FROM_RECORDS;
                let level = if is_short { ZSTD_LEVEL_OF_SHORT } else { ZSTD_LEVEL };
                let level = zstd::zstd_safe::CParameter::CompressionLevel(level);
                zstd.set_parameter(level).map_err(failed)?;
                zstd.compress_to_buffer(raw, packed).map_err(failed)?
            }
        };
        Ok(&self.packed[..len])
    }
}

/// The records of a segment.
pub struct Store {
    codec: Codec,
    section: Section,
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
    pub fn open(codec: Codec, section: Section, doc_count: u32) -> Result<Self> {
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
            doc_count,
        })
    }

    /// The record of `doc`, which is below the document count. Unpacks its block.
    pub fn record(&self, doc: u32) -> Result<Vec<u8>> {
        let block = self.unpacked(doc)?;
        block.record(doc).map(<[u8]>::to_vec).ok_or_else(|| self.damaged(0))
    }

    /// The unpacked block that holds the record of `doc`, which is below the document count.
    pub(super) fn unpacked(&self, doc: u32) -> Result<StoreBlock> {
        let (block, first_doc) = self.block_of(doc)?;
        let (start, bytes) = self.packed(block)?;
        self.parse(bytes, first_doc).map_err(|_| self.damaged(start))
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
    /// new one would be. Holds a block at a time.
    pub fn copy(
        &self,
        is_live: impl Fn(u32) -> bool,
        store: &mut StoreWriter,
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let index = self.section.bytes(self.blocks_len, self.blocks_len + self.block_count * 4)?;
        let mut next = 0;
        for block in 0..self.block_count {
            let first_doc = next;
            next = u32_at(index, block + 1).unwrap_or(self.doc_count);
            let (start, bytes) = self.packed(block)?;
            let mut header = Reader::new(bytes);
            let damaged = |_: Cut| self.damaged(start);
            let records = header.varint32().map_err(damaged)?;
            let raw_len = header.varint().map_err(damaged)?;
            if first_doc.checked_add(records) != Some(next) || next > self.doc_count {
                return Err(self.damaged(start));
            }
            let is_full =
                records == BLOCK_RECORDS || raw_len >= self.codec.block_bytes() as u64 / 2;
            if is_full && (first_doc..next).all(&is_live) {
                store.push_block(records, bytes)?;
            } else {
                let unpacked = self.parse(bytes, first_doc).map_err(damaged)?;
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

    fn parse(&self, bytes: &[u8], first_doc: u32) -> std::result::Result<StoreBlock, Cut> {
        let mut reader = Reader::new(bytes);
        let count = reader.varint32()?;
        let raw_len = usize::try_from(reader.varint()?).map_err(|_| Cut)?;
        let raw = unpack(self.codec, reader.rest(), raw_len)?;
        if count as usize > raw_len {
            return Err(Cut);
        }
        let mut lens = Reader::new(&raw);
        let mut ends = Vec::with_capacity(count as usize);
        let mut total = 0usize;
        for _ in 0..count {
            let len = usize::try_from(lens.varint()?).map_err(|_| Cut)?;
            total = total.checked_add(len).ok_or(Cut)?;
            ends.push(total);
        }
        let start = raw_len - lens.rest().len();
        if total != lens.rest().len() {
            return Err(Cut);
        }
        ends.iter_mut().for_each(|end| *end += start);
        Ok(StoreBlock { raw, first_doc, start, ends })
    }

    fn damaged(&self, offset: usize) -> Error {
        self.section.corrupt(offset, "a block of stored documents is damaged")
    }
}

/// Unpacks at most `raw_len` bytes. Memory grows with what is really there, not with what is claimed.
fn unpack(codec: Codec, packed: &[u8], raw_len: usize) -> std::result::Result<Vec<u8>, Cut> {
    let raw = match codec {
        Codec::Short => {
            // LZ4 cannot grow its input more than 255 times.
            if raw_len > packed.len().saturating_mul(255) {
                return Err(Cut);
            }
            lz4_flex::block::decompress(packed, raw_len).map_err(|_| Cut)?
        }
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
