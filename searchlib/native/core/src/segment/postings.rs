//! How is the list of documents that hold a term written?
//!
//! Blocks of 128 documents packed to equal width, a skip entry a block, a last partial block of
//! variable-length integers, one class byte a posting for longer lists, positions apart. Grammar:
//! docs/format.md, "Postings". [`super::cursor`] reads it.

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::put_varint;
use crate::error::{Error, Result};
use crate::segment::file::SegmentFileWriter;
use crate::segment::freqs;
use crate::segment::positions::PositionWriter;

/// Documents in a full block.
pub const BLOCK: usize = BitPacker4x::BLOCK_LEN;
/// Lists of at least this many documents carry class bytes.
pub const CLASSES_FROM: u32 = 64;
/// No document: past the end of a list.
pub const END: u32 = u32::MAX;
pub(super) const SKIP_BYTES: usize = 16;

/// Where a term's list lies and how long it is; kept in the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListInfo {
    /// Documents that hold the term, at least 1.
    pub doc_freq: u32,
    pub start: u64,
    pub docs_len: u64,
    pub positions_len: u64,
}

/// What a list holds beside documents. Keyword fields have neither frequencies nor positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    DocsOnly,
    Positions,
}

/// Encodes one list after another.
pub struct ListWriter {
    detail: Detail,
    packer: BitPacker4x,
    docs: Vec<u32>,
    freqs: Vec<u32>,
    last_doc: Option<u32>,
    doc_freq: u32,
    skips: Vec<u8>,
    doc_bytes: Vec<u8>,
    freq_bytes: Vec<u8>,
    positions: PositionWriter,
    classes: Vec<u8>,
}

impl ListWriter {
    pub fn new(detail: Detail) -> Self {
        ListWriter {
            detail,
            packer: BitPacker4x::new(),
            docs: Vec::with_capacity(BLOCK),
            freqs: Vec::with_capacity(BLOCK),
            last_doc: None,
            doc_freq: 0,
            skips: Vec::new(),
            doc_bytes: Vec::new(),
            freq_bytes: Vec::new(),
            positions: PositionWriter::default(),
            classes: Vec::new(),
        }
    }

    /// Adds a document: greater than the one before it, `positions` rising and not empty.
    /// Without positions (keyword fields) both `positions` and `class` are ignored.
    #[inline]
    pub fn push(&mut self, doc: u32, positions: impl ExactSizeIterator<Item = u32>, class: u8) {
        self.docs.push(doc);
        self.doc_freq += 1;
        if self.detail == Detail::Positions {
            self.freqs.push(positions.len() as u32);
            self.classes.push(class);
            self.positions.push(positions);
        }
        if self.docs.len() == BLOCK {
            self.close_block();
        }
    }

    /// How many documents the current list has so far.
    pub fn doc_freq(&self) -> u32 {
        self.doc_freq
    }

    /// Writes the list and is ready for the next.
    pub fn finish(&mut self, out: &mut SegmentFileWriter) -> Result<ListInfo> {
        let start = out.section_len();
        let mut tail = Vec::new();
        let mut last = self.last_doc.map_or(0, |doc| doc + 1);
        for (i, &doc) in self.docs.iter().enumerate() {
            let gap = u64::from(doc - last);
            last = doc + 1;
            match self.freqs.get(i) {
                None => put_varint(&mut tail, gap),
                Some(1) => put_varint(&mut tail, gap << 1 | 1),
                Some(&freq) => {
                    put_varint(&mut tail, gap << 1);
                    put_varint(&mut tail, u64::from(freq));
                }
            }
        }
        self.positions.close_block();
        let classes: &[u8] = if self.doc_freq >= CLASSES_FROM { &self.classes } else { &[] };
        let parts = [&self.skips, &self.doc_bytes, &self.freq_bytes, &tail, classes];
        for part in parts {
            out.write(part)?;
        }
        out.write(self.positions.bytes())?;
        let info = ListInfo {
            doc_freq: self.doc_freq,
            start,
            docs_len: parts.iter().map(|part| part.len() as u64).sum(),
            positions_len: self.positions.bytes().len() as u64,
        };
        if info.docs_len > u64::from(u32::MAX) || info.positions_len > u64::from(u32::MAX) {
            return Err(Error::Limit(
                "the postings of one term in one segment are limited to 4 GiB".into(),
            ));
        }
        self.clear();
        Ok(info)
    }

    fn close_block(&mut self) {
        let width = self.packer.num_bits_strictly_sorted(self.last_doc, &self.docs);
        let at = self.doc_bytes.len();
        self.doc_bytes.resize(at + packed_bytes(width), 0);
        self.packer.compress_strictly_sorted(
            self.last_doc,
            &self.docs,
            &mut self.doc_bytes[at..],
            width,
        );
        freqs::put(&mut self.freq_bytes, &self.freqs);
        self.positions.close_block();
        self.last_doc = self.docs.last().copied();
        let ends = [
            self.last_doc.unwrap_or(0),
            self.doc_bytes.len() as u32,
            self.freq_bytes.len() as u32,
            self.positions.bytes().len() as u32,
        ];
        for end in ends {
            self.skips.extend_from_slice(&end.to_le_bytes());
        }
        self.docs.clear();
        self.freqs.clear();
    }

    fn clear(&mut self) {
        self.docs.clear();
        self.freqs.clear();
        self.last_doc = None;
        self.doc_freq = 0;
        self.skips.clear();
        self.doc_bytes.clear();
        self.freq_bytes.clear();
        self.positions.clear();
        self.classes.clear();
    }
}

pub(super) fn packed_bytes(width: u8) -> usize {
    BitPacker4x::compressed_block_size(width)
}
