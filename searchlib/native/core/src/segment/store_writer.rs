//! How do records come into a segment? In blocks, compressed as they come.
//!
//! [`super::stored`] reads them. Grammar: docs/format.md, "Stored documents".

use std::sync::Arc;

use crate::bytes::put_varint;
use crate::error::Result;
use crate::segment::file::SegmentFileWriter;
use crate::segment::packing::{Packed, Packing, Raw, pieces_pay};
use crate::segment::pieces::{Encoder, Pieces, StoredPieces};
use crate::segment::stored::{BLOCK_RECORDS, Codec, Store};

/// Bytes of the first blocks of long records, from which pieces are picked; a store with less has none.
const SAMPLE_BYTES: usize = 4 << 20;

/// Bytes of a block in a store with pieces: more would take no less room, and longer to unpack.
const BLOCK_BYTES_WITH_PIECES: usize = 32 << 10;

/// Room for the lengths of a block's records, which stand before them: of 256 records of 64 KiB at
/// most together, or of one alone.
const LENS_ROOM: usize = 3 * BLOCK_RECORDS as usize;

/// Collects records and compresses them block by block.
pub struct StoreWriter {
    packing: Packing,
    codec: Codec,
    /// The records of the current block, behind room for their lengths.
    records: Vec<u8>,
    lens: Vec<u8>,
    records_in_block: u32,
    doc_count: u32,
    index: Vec<u8>,
    blocks: Blocks,
    numbering: Numbering,
}

/// Are there pieces?
enum Numbering {
    /// The first blocks wait until they are enough to tell.
    Waiting {
        blocks: Vec<Raw>,
        bytes: usize,
        /// Pieces of other segments, which are taken unless new ones are shorter.
        known: Option<StoredPieces>,
    },
    Settled(Option<Arc<Pieces>>),
}

/// Packed blocks that are not in the file yet, and how many bytes of earlier ones are.
#[derive(Default)]
struct Blocks {
    bytes: Vec<u8>,
    flushed: u64,
    /// Where each block ends.
    ends: Vec<u8>,
}

impl Blocks {
    fn push(&mut self, packed: &Packed) {
        put_varint(&mut self.bytes, u64::from(packed.records));
        put_varint(&mut self.bytes, packed.raw_len as u64);
        if let Some(len) = packed.pieces_len {
            put_varint(&mut self.bytes, len as u64);
        }
        self.push_parts(&packed.bytes);
    }

    /// Adds the last or only part of a block.
    fn push_parts(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let end = self.flushed + self.bytes.len() as u64;
        self.ends.extend_from_slice(&end.to_le_bytes());
    }
}

impl StoreWriter {
    /// Compresses as documents come.
    pub fn new(codec: Codec) -> Self {
        StoreWriter {
            packing: Packing::here(codec),
            codec,
            records: vec![0; LENS_ROOM],
            lens: Vec::new(),
            records_in_block: 0,
            doc_count: 0,
            index: Vec::new(),
            blocks: Blocks::default(),
            numbering: match codec {
                Codec::Short => Numbering::Settled(None),
                Codec::Long => Numbering::Waiting { blocks: Vec::new(), bytes: 0, known: None },
            },
        }
    }

    /// For the records of these stores, each with how many of its documents are to stay: with the
    /// pieces of the largest that has some, where enough is left of all for pieces to pay.
    pub fn merging<'a>(codec: Codec, stores: &[(&'a Store, u32)]) -> Result<Self> {
        let mut writer = StoreWriter::new(codec);
        let len_of = |&&(store, live): &&(&'a Store, u32)| store.packed_len(live);
        let numbered = stores.iter().filter(|(store, _)| store.pieces().is_some());
        let largest = numbered.max_by_key(len_of).and_then(|(store, _)| store.pieces());
        let is_large = stores.iter().map(|store| len_of(&store)).sum::<usize>() >= SAMPLE_BYTES / 4;
        match largest {
            Some(pieces) if is_large => {
                writer.numbering = Numbering::Settled(Some(Arc::new(pieces.pieces()?)));
            }
            Some(pieces) => writer.know(pieces.clone()),
            // One of so many documents would have pieces if they paid.
            None if stores.iter().any(|store| len_of(&store) >= SAMPLE_BYTES) => {
                writer.numbering = Numbering::Settled(None);
            }
            None => {}
        }
        Ok(writer)
    }

    /// Takes the pieces of another segment, unless its own would be shorter: blocks of segments with
    /// the same are merged as they are.
    pub fn know(&mut self, pieces: StoredPieces) {
        if let Numbering::Waiting { known, .. } = &mut self.numbering {
            *known = Some(pieces);
        }
    }

    /// Compresses on a thread of its own, which starts with the first full block.
    pub fn beside(codec: Codec) -> Self {
        StoreWriter { packing: Packing::beside(codec), ..StoreWriter::new(codec) }
    }

    /// Bytes held in memory; the same for the same documents, however far the compressor is.
    pub fn heap_bytes(&self) -> usize {
        let lists = self.blocks.bytes.capacity() + self.blocks.ends.capacity();
        let numbering = match &self.numbering {
            Numbering::Waiting { bytes, .. } => *bytes,
            Numbering::Settled(pieces) => pieces.as_ref().map_or(0, |pieces| pieces.heap_bytes()),
        };
        let packing = self.packing.heap_bytes() + numbering;
        self.records.capacity() + packing + self.index.capacity() + lists
    }

    /// After so many bytes of records a block is closed.
    pub(super) fn block_bytes(&self) -> usize {
        match self.numbering {
            Numbering::Settled(Some(_)) => BLOCK_BYTES_WITH_PIECES,
            _ => self.codec.block_bytes(),
        }
    }

    /// Adds the next document's record, in parts.
    pub fn push(&mut self, parts: &[&[u8]]) -> Result<()> {
        let len = parts.iter().map(|part| part.len()).sum::<usize>();
        let full = self.records.len() - LENS_ROOM + len > self.block_bytes()
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
    pub(super) fn push_block(&mut self, records: u32, packed: &[u8]) -> Result<()> {
        self.packing.finish(|packed| self.blocks.push(packed))?;
        self.close_block()?;
        self.index.extend_from_slice(&self.doc_count.to_le_bytes());
        self.blocks.push_parts(packed);
        self.doc_count += records;
        Ok(())
    }

    /// Moves the packed blocks to the file, whose last section is this store's from its first
    /// block to [`write`](Self::write).
    pub fn flush(&mut self, out: &mut SegmentFileWriter) -> Result<()> {
        out.write(&self.blocks.bytes)?;
        self.blocks.flushed += self.blocks.bytes.len() as u64;
        self.blocks.bytes.clear();
        Ok(())
    }

    /// Ends the section, and writes that of its pieces.
    pub fn write(mut self, out: &mut SegmentFileWriter) -> Result<()> {
        self.packing.finish(|packed| self.blocks.push(packed))?;
        self.close_block()?;
        self.settle(None)?;
        self.flush(out)?;
        out.write(&self.index)?;
        out.write(&self.blocks.ends)?;
        out.write(&self.blocks.flushed.to_le_bytes())?;
        out.write(&self.doc_count.to_le_bytes())?;
        match self.numbering {
            Numbering::Settled(Some(pieces)) => pieces.write(out),
            _ => Ok(()),
        }
    }

    fn close_block(&mut self) -> Result<()> {
        if self.records_in_block == 0 {
            return Ok(());
        }
        let first_doc = self.doc_count - self.records_in_block;
        self.index.extend_from_slice(&first_doc.to_le_bytes());
        let start = LENS_ROOM - self.lens.len();
        self.records[start..LENS_ROOM].copy_from_slice(&self.lens);
        let raw =
            Raw { bytes: std::mem::take(&mut self.records), start, records: self.records_in_block };
        self.put(raw)?;
        self.records.resize(LENS_ROOM, 0);
        self.lens.clear();
        self.records_in_block = 0;
        Ok(())
    }

    fn put(&mut self, raw: Raw) -> Result<()> {
        match &mut self.numbering {
            Numbering::Settled(pieces) => {
                self.records =
                    self.packing.put(raw, pieces.as_ref(), |packed| self.blocks.push(packed))?;
            }
            Numbering::Waiting { blocks, bytes, known } => {
                *bytes += raw.bytes.len();
                blocks.push(raw);
                if *bytes >= SAMPLE_BYTES {
                    let pieces = choose(blocks, known.take())?;
                    self.settle(pieces)?;
                }
            }
        }
        Ok(())
    }

    /// Compresses what waits until it is known which pieces there are.
    fn settle(&mut self, pieces: Option<Arc<Pieces>>) -> Result<()> {
        if let Numbering::Waiting { blocks, .. } = &mut self.numbering {
            let blocks = std::mem::take(blocks);
            self.numbering = Numbering::Settled(pieces);
            blocks.into_iter().try_for_each(|raw| self.put(raw))?;
        }
        Ok(())
    }

    /// Whether blocks of this store can be taken over as they lie.
    pub(super) fn has_pieces_of(&self, store: &Store) -> Result<bool> {
        Ok(match (&self.numbering, store.pieces()) {
            (Numbering::Settled(Some(pieces)), Some(stored)) => pieces.bytes() == stored.bytes()?,
            (Numbering::Settled(None), None) => true,
            _ => false,
        })
    }
}

/// The pieces of a store that begins with these blocks; none where they would not pay. Those that are
/// known have to be a twentieth longer if new ones are to take their place.
fn choose(blocks: &[Raw], known: Option<StoredPieces>) -> Result<Option<Arc<Pieces>>> {
    let new = Pieces::pick(blocks.iter().map(Raw::raw));
    let mut encoder = Encoder::default();
    let mut len_in = |pieces: &Pieces| {
        let coded = blocks.iter().map(|raw| encoder.encode(pieces, raw.raw()).map(<[u8]>::len));
        coded.sum::<Option<usize>>().unwrap_or(usize::MAX / 32)
    };
    let new_len = len_in(&new);
    if !pieces_pay(new_len, blocks.iter().map(|raw| raw.raw().len()).sum()) {
        return Ok(None);
    }
    // A segment that is damaged is no reason to refuse documents.
    let known = known.and_then(|known| known.pieces().ok());
    let known = known.filter(|known| len_in(known) * 20 < new_len * 21);
    Ok(Some(Arc::new(known.unwrap_or(new))))
}
