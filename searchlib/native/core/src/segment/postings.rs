//! How is the list of documents that hold a term written?
//!
//! Blocks of 128 documents, a skip entry a block, a last partial block of variable-length integers,
//! for longer lists one class byte a posting and what the best of them are, positions apart.
//! Grammar: docs/format.md, "Postings". [`super::cursor`] reads it.

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::put_varint;
use crate::error::{Error, Result};
use crate::segment::doc_block::{self, BLOCK};
use crate::segment::file::SegmentFileWriter;
use crate::segment::freqs;
use crate::segment::lengths::DocLengths;
use crate::segment::peaks::{ChampionPicker, Peaks};
use crate::segment::positions::PositionWriter;

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
pub struct ListWriter<'a> {
    /// None: the field has documents only, neither frequencies nor positions.
    scored: Option<Scored<'a>>,
    packer: BitPacker4x,
    /// The documents of the current block and their frequencies: `in_block` of them.
    docs: [u32; BLOCK],
    freqs: [u32; BLOCK],
    in_block: usize,
    /// The last document of the block before it.
    last_doc: Option<u32>,
    /// Documents of the blocks before it.
    doc_freq: u32,
    skips: Vec<u8>,
    doc_bytes: Vec<u8>,
    freq_bytes: Vec<u8>,
    positions: PositionWriter,
    classes: Vec<u8>,
}

/// What a list with frequencies is written with.
struct Scored<'a> {
    lengths: &'a DocLengths,
    champions: ChampionPicker,
}

impl<'a> ListWriter<'a> {
    /// `lengths`: those of a text field; None for a keyword field, whose lists hold documents only.
    pub fn new(lengths: Option<&'a DocLengths>) -> Self {
        ListWriter {
            scored: lengths
                .map(|lengths| Scored { lengths, champions: ChampionPicker::new(lengths) }),
            packer: BitPacker4x::new(),
            docs: [0; BLOCK],
            freqs: [0; BLOCK],
            in_block: 0,
            last_doc: None,
            doc_freq: 0,
            skips: Vec::new(),
            doc_bytes: Vec::new(),
            freq_bytes: Vec::new(),
            positions: PositionWriter::default(),
            classes: Vec::new(),
        }
    }

    /// Adds places of the term, each a document and a position: documents rise from call to call,
    /// and positions within a document, all of which come in one call. In a keyword field positions
    /// are ignored.
    #[inline]
    pub fn extend(&mut self, places: impl Iterator<Item = (u32, u32)>) {
        let is_scored = self.scored.is_some();
        let (mut last_doc, mut last, mut freq) = (END, 0, 0);
        let mut in_block = self.in_block;
        // How often a document holds the term is hard to foresee: hardly a branch hangs on it.
        for (doc, position) in places {
            let is_next = doc != last_doc;
            if is_next && in_block == BLOCK {
                self.in_block = in_block;
                self.close_block();
                in_block = 0;
            }
            in_block += usize::from(is_next);
            (last, freq) = if is_next { (0, 1) } else { (last, freq + 1) };
            let at = in_block.wrapping_sub(1) % BLOCK;
            (self.docs[at], self.freqs[at]) = (doc, freq);
            if is_scored {
                self.positions.push(position - last);
            }
            (last_doc, last) = (doc, position);
        }
        self.in_block = in_block;
    }

    /// How many documents the current list has so far.
    pub fn doc_freq(&self) -> u32 {
        self.doc_freq + self.in_block as u32
    }

    /// Writes the list and is ready for the next.
    pub fn finish(&mut self, out: &mut SegmentFileWriter) -> Result<ListInfo> {
        if self.in_block == BLOCK {
            self.close_block();
        }
        let start = out.section_len();
        let doc_freq = self.doc_freq();
        self.classify();
        let mut tail = Vec::new();
        let mut last = self.last_doc.map_or(0, |doc| doc + 1);
        for (&doc, &freq) in self.docs[..self.in_block].iter().zip(&self.freqs) {
            let gap = u64::from(doc - last);
            last = doc + 1;
            match (&self.scored, freq) {
                (None, _) => put_varint(&mut tail, gap),
                (_, 1) => put_varint(&mut tail, gap << 1 | 1),
                _ => {
                    put_varint(&mut tail, gap << 1);
                    put_varint(&mut tail, u64::from(freq));
                }
            }
        }
        self.positions.close_block();
        if let Some(Scored { champions, .. }) = &mut self.scored {
            if doc_freq >= CLASSES_FROM {
                let peaks = Peaks::of(&self.classes);
                peaks.put(&mut self.classes);
            } else {
                self.classes.clear();
            }
            champions.finish(doc_freq, &mut self.classes);
        }
        let parts = [&self.skips, &self.doc_bytes, &self.freq_bytes, &tail, &self.classes];
        for part in parts {
            out.write(part)?;
        }
        out.write(self.positions.bytes())?;
        let info = ListInfo {
            doc_freq,
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

    /// Looks at the postings of the current block.
    fn classify(&mut self) {
        let Some(Scored { lengths, champions }) = &mut self.scored else { return };
        // Lengths are far apart in memory: nothing hangs on one before all are asked for.
        let postings = self.docs[..self.in_block].iter().zip(&self.freqs);
        let first = self.classes.len();
        self.classes.extend(postings.clone().map(|(&doc, &freq)| lengths.class(doc, freq)));
        for ((&doc, &freq), &class) in postings.zip(&self.classes[first..]) {
            champions.offer(doc, freq, || lengths.of(doc), class);
        }
    }

    #[inline(never)]
    fn close_block(&mut self) {
        self.classify();
        doc_block::put(self.packer, self.last_doc, &self.docs, &mut self.doc_bytes);
        if self.scored.is_some() {
            freqs::put(&mut self.freq_bytes, &self.freqs);
        }
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
        self.doc_freq += BLOCK as u32;
        self.in_block = 0;
    }

    fn clear(&mut self) {
        self.in_block = 0;
        self.last_doc = None;
        self.doc_freq = 0;
        self.skips.clear();
        self.doc_bytes.clear();
        self.freq_bytes.clear();
        self.positions.clear();
        self.classes.clear();
    }
}
