//! How is a segment file cut into sections, and how is a damaged byte noticed?
//!
//! Header, sections, page checksums, table of contents, footer: docs/format.md, "Segment file".
//! The sections are cut into pages of 32 KiB, each with a CRC-32 that is checked when a byte of the
//! page is first asked for, and remembered. It does not know what a section holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::bytes::{Cut, Reader, u32_at};
use crate::error::{Error, Result};
use crate::storage::{FileBytes, NewFile, Storage};

/// First bytes of a segment file. Never reused: docs/format.md, "Segment file".
pub const MAGIC: [u8; 8] = *b"SLSEGMNT";
/// The format that this library writes, and the newest it reads.
pub const VERSION: u32 = 1;
/// Bytes a checksum covers. Small enough that a first touch costs microseconds.
pub const PAGE_BYTES: usize = 32 * 1024;
/// Bytes written, after which the pages that were read for them are given back.
const RELEASE_BYTES: u64 = 16 << 20;
const HEADER_BYTES: usize = 12;
const FOOTER_BYTES: usize = 40;

/// What a section holds. On disk: add at the end, never renumber (docs/format.md, "Sections").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SectionKind {
    Meta = 1,
    Terms = 2,
    Postings = 3,
    Lengths = 4,
    Forms = 5,
    Ordinals = 6,
    Numbers = 7,
    ShortStored = 8,
    LongStored = 9,
    Answers = 10,
    AnswerTerms = 11,
    Pairs = 12,
    PairPostings = 13,
    Pieces = 14,
    PiecesAgain = 15,
}

/// A field-less section carries this in place of a field number.
pub const NO_FIELD: u16 = u16::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: u8,
    field: u16,
    start: u64,
    len: u64,
}

/// Writes a segment file from front to back.
pub struct SegmentFileWriter {
    out: Box<dyn NewFile>,
    written: u64,
    /// The bytes of the current page.
    page: Vec<u8>,
    page_sums: Vec<u8>,
    entries: Vec<Entry>,
    /// Files that are read for this one, and how much was written when their memory was given back.
    sources: Vec<Arc<SegmentFile>>,
    released: u64,
}

impl SegmentFileWriter {
    pub fn create(storage: &dyn Storage, name: &str) -> Result<Self> {
        let mut writer = SegmentFileWriter {
            out: storage.create(name)?,
            written: 0,
            page: Vec::with_capacity(PAGE_BYTES),
            page_sums: Vec::new(),
            entries: Vec::new(),
            sources: Vec::new(),
            released: 0,
        };
        writer.write(&MAGIC)?;
        writer.write(&VERSION.to_le_bytes())?;
        Ok(writer)
    }

    /// Gives the mapped memory of `sources`, which are copied to this file, back again and again, so
    /// that what is resident hangs on [`RELEASE_BYTES`] and not on their size.
    pub fn releasing(mut self, sources: Vec<Arc<SegmentFile>>) -> Self {
        self.sources = sources;
        self
    }

    /// Where the next byte will stand, counted from the current section's start.
    pub fn section_len(&self) -> u64 {
        self.written - self.entries.last().map_or(0, |entry| entry.start)
    }

    /// Writes zeros up to where the next page begins.
    pub fn fill_page(&mut self) -> Result<()> {
        let end = self.written.next_multiple_of(PAGE_BYTES as u64);
        self.write(&vec![0; (end - self.written) as usize])
    }

    /// Opens the next section; what is written from here on belongs to it.
    pub fn begin(&mut self, kind: SectionKind, field: u16) {
        self.close_section();
        self.entries.push(Entry { kind: kind as u8, field, start: self.written, len: 0 });
    }

    #[inline]
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.written += bytes.len() as u64;
        if self.page.len() + bytes.len() < PAGE_BYTES {
            self.page.extend_from_slice(bytes);
            return Ok(());
        }
        self.write_pages(bytes)
    }

    /// Writes what fills a page or more; the rest waits.
    fn write_pages(&mut self, bytes: &[u8]) -> Result<()> {
        let (head, tail) = bytes.split_at(PAGE_BYTES - self.page.len());
        self.page.extend_from_slice(head);
        self.close_page()?;
        let (pages, rest) = tail.as_chunks::<PAGE_BYTES>();
        for page in pages {
            self.page_sums.extend_from_slice(&crc32fast::hash(page).to_le_bytes());
        }
        self.out.write(pages.as_flattened())?;
        self.page.extend_from_slice(rest);
        if self.written - self.released >= RELEASE_BYTES {
            self.released = self.written;
            self.sources.iter().for_each(|source| source.bytes.release());
        }
        Ok(())
    }

    /// Writes checksums, table of contents and footer, and makes the file durable.
    /// Returns the file's length in bytes.
    pub fn finish(mut self) -> Result<u64> {
        self.close_section();
        if !self.page.is_empty() {
            self.close_page()?;
        }
        let mut tail = std::mem::take(&mut self.page_sums);
        let toc_start = tail.len();
        for entry in &self.entries {
            tail.push(entry.kind);
            tail.extend_from_slice(&entry.field.to_le_bytes());
            tail.extend_from_slice(&entry.start.to_le_bytes());
            tail.extend_from_slice(&entry.len.to_le_bytes());
        }
        let toc_len = tail.len() - toc_start;
        tail.extend_from_slice(&self.written.to_le_bytes());
        tail.extend_from_slice(&(toc_start as u64).to_le_bytes());
        tail.extend_from_slice(&(toc_len as u64).to_le_bytes());
        let sum = crc32fast::hash(&tail);
        tail.extend_from_slice(&sum.to_le_bytes());
        tail.extend_from_slice(&VERSION.to_le_bytes());
        tail.extend_from_slice(&MAGIC);
        self.out.write(&tail)?;
        self.out.finish()?;
        Ok(self.written + tail.len() as u64)
    }

    fn close_page(&mut self) -> Result<()> {
        self.page_sums.extend_from_slice(&crc32fast::hash(&self.page).to_le_bytes());
        self.out.write(&self.page)?;
        self.page.clear();
        Ok(())
    }

    fn close_section(&mut self) {
        let written = self.written;
        if let Some(entry) = self.entries.last_mut() {
            entry.len = written - entry.start;
        }
    }
}

/// An opened segment file, its name as messages give it: checksums verified at first touch.
pub struct SegmentFile {
    name: String,
    bytes: FileBytes,
    data_len: usize,
    entries: Vec<Entry>,
    verified: Vec<AtomicU8>,
}

impl SegmentFile {
    /// Opens the file and checks its frame; the sections are checked as they are touched.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when header, footer or table of contents are damaged, [`Error::Version`]
    /// when a newer library wrote the file.
    pub fn open(storage: &dyn Storage, name: &str) -> Result<Arc<Self>> {
        let bytes = storage.read(name)?;
        let name = storage.describe(name);
        let (data_len, entries) = frame(&bytes).map_err(|fault| fault.named(&name))?;
        let pages = data_len.div_ceil(PAGE_BYTES);
        Ok(Arc::new(SegmentFile {
            name,
            bytes,
            data_len,
            entries,
            verified: (0..pages).map(|_| AtomicU8::new(0)).collect(),
        }))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's length in bytes.
    pub fn byte_count(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The section of that kind for that field, if the segment has one.
    pub fn section(self: &Arc<Self>, kind: SectionKind, field: u16) -> Option<Section> {
        let entry =
            self.entries.iter().find(|entry| entry.kind == kind as u8 && entry.field == field)?;
        Some(Section {
            file: Arc::clone(self),
            start: entry.start as usize,
            len: entry.len as usize,
        })
    }

    /// Every page whose checksum fails, as (offset, what).
    pub fn check(&self) -> Vec<(u64, String)> {
        (0..self.verified.len())
            .filter(|&page| !self.page_is_sound(page))
            .map(|page| ((page * PAGE_BYTES) as u64, PAGE_FAULT.to_string()))
            .collect()
    }

    /// `start..end` of the file, checksums verified.
    #[inline]
    fn slice(&self, start: usize, end: usize) -> Result<&[u8]> {
        let (first, last) = (start / PAGE_BYTES, end.saturating_sub(1) / PAGE_BYTES);
        // Relaxed: a page found sound twice does no harm, and the bytes never change.
        let is_known = |page: usize| self.verified[page].load(Ordering::Relaxed) != 0;
        if start < end && !(first == last && is_known(first)) {
            for page in first..=last {
                if !is_known(page) {
                    self.verify(page)?;
                }
            }
        }
        Ok(&self.bytes[start..end])
    }

    #[cold]
    fn verify(&self, page: usize) -> Result<()> {
        if !self.page_is_sound(page) {
            return Err(self.corrupt((page * PAGE_BYTES) as u64, PAGE_FAULT));
        }
        self.verified[page].store(1, Ordering::Relaxed);
        Ok(())
    }

    fn page_is_sound(&self, page: usize) -> bool {
        let start = page * PAGE_BYTES;
        let end = (start + PAGE_BYTES).min(self.data_len);
        let expected = u32_at(&self.bytes[self.data_len..], page);
        expected == Some(crc32fast::hash(&self.bytes[start..end]))
    }

    fn corrupt(&self, offset: u64, detail: &str) -> Error {
        Error::Corrupt { name: self.name.clone(), offset, detail: detail.to_string() }
    }
}

const PAGE_FAULT: &str = "page checksum does not match its bytes";

/// A run of bytes in a segment file, read with its checksums verified.
#[derive(Clone)]
pub struct Section {
    file: Arc<SegmentFile>,
    start: usize,
    len: usize,
}

impl Section {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes `start..end` of the section.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the range leaves the section or a page fails its checksum.
    #[inline]
    pub fn bytes(&self, start: usize, end: usize) -> Result<&[u8]> {
        if start > end || end > self.len {
            return Err(self.corrupt(start, "a length points outside its section"));
        }
        self.file.slice(self.start + start, self.start + end)
    }

    pub fn all(&self) -> Result<&[u8]> {
        self.bytes(0, self.len)
    }

    /// The error that says `detail` stands at `offset` of this section.
    pub fn corrupt(&self, offset: usize, detail: &str) -> Error {
        self.file.corrupt((self.start + offset.min(self.len)) as u64, detail)
    }
}

struct Fault {
    offset: u64,
    detail: String,
    version: Option<u32>,
}

impl Fault {
    fn new(offset: usize, detail: impl Into<String>) -> Self {
        Fault { offset: offset as u64, detail: detail.into(), version: None }
    }

    fn named(self, name: &str) -> Error {
        let name = name.to_string();
        match self.version {
            Some(found) => Error::Version { name, found, newest: VERSION },
            None => Error::Corrupt { name, offset: self.offset, detail: self.detail },
        }
    }
}

/// Checks header and footer; returns the length of the data and the table of contents.
fn frame(bytes: &[u8]) -> std::result::Result<(usize, Vec<Entry>), Fault> {
    let len = bytes.len();
    if len < HEADER_BYTES + FOOTER_BYTES {
        return Err(Fault::new(
            len,
            format!("the file ends after {len} bytes; a segment has at least 52"),
        ));
    }
    if bytes[..8] != MAGIC {
        return Err(Fault::new(0, "not a segment file"));
    }
    let header_version = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
    let footer = &bytes[len - FOOTER_BYTES..];
    if footer[32..] != MAGIC {
        return Err(Fault::new(len - 8, "the file's end is cut off or overwritten"));
    }
    let cut = |_: Cut| Fault::new(len - FOOTER_BYTES, "the footer is cut");
    let mut reader = Reader::new(footer);
    let data_len = reader.u64().map_err(cut)?;
    let toc_start = reader.u64().map_err(cut)?;
    let toc_len = reader.u64().map_err(cut)?;
    let sum = reader.u32().map_err(cut)?;
    let footer_version = reader.u32().map_err(cut)?;
    if header_version == footer_version && header_version > VERSION {
        return Err(Fault { version: Some(header_version), ..Fault::new(8, "") });
    }
    if header_version != VERSION || footer_version != VERSION {
        return Err(Fault::new(
            8,
            format!("versions {header_version} and {footer_version} where {VERSION} was expected"),
        ));
    }
    let tail_len = len as u64 - (FOOTER_BYTES as u64 - 24);
    let tail_len = tail_len.checked_sub(data_len).filter(|_| data_len >= HEADER_BYTES as u64);
    let Some(tail_len) = tail_len else {
        return Err(Fault::new(len - FOOTER_BYTES, "the data's length is wrong"));
    };
    let data_len = data_len as usize;
    let tail = &bytes[data_len..data_len + tail_len as usize];
    if crc32fast::hash(tail) != sum {
        return Err(Fault::new(data_len, "the table of contents does not match its checksum"));
    }
    let sums_len = data_len.div_ceil(PAGE_BYTES) * 4;
    if toc_start != sums_len as u64 || toc_start.checked_add(toc_len) != Some(tail_len - 24) {
        return Err(Fault::new(len - FOOTER_BYTES, "the table of contents is misplaced"));
    }
    let mut reader = Reader::new(&tail[sums_len..tail.len() - 24]);
    let mut entries = Vec::new();
    while !reader.is_empty() {
        let fault = |_: Cut| Fault::new(data_len + sums_len, "the table of contents is cut");
        let kind = reader.u8().map_err(fault)?;
        let field = reader.take(2).map_err(fault)?;
        let entry = Entry {
            kind,
            field: u16::from_le_bytes([field[0], field[1]]),
            start: reader.u64().map_err(fault)?,
            len: reader.u64().map_err(fault)?,
        };
        if entry.start.checked_add(entry.len).is_none_or(|end| end > data_len as u64) {
            return Err(Fault::new(data_len + sums_len, "a section lies outside the file"));
        }
        entries.push(entry);
    }
    Ok((data_len, entries))
}
