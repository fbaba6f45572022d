//! Which terms are there, and what is known of each?
//!
//! A sorted list of byte strings, front-coded in blocks of 16, each with `K` numbers. Every block
//! starts with the sums of those numbers over all entries before it, so that lengths stored per
//! entry add up to offsets. The first eight bytes of each block's first text stand together, so
//! that a look-up searches them and touches one block. Grammar: docs/format.md, "Dictionary".

mod block;
mod walk;

use std::ops::ControlFlow;

use crate::bytes::{Cut, Reader, fetch_all, put_varint, u32_at};
use crate::error::{Error, Result};
use crate::segment::dictionary::block::{append_text_at, look_up, scan_entries};
use crate::segment::file::{Section, SegmentFileWriter};

pub use walk::Accepted;

/// Entries a block. Sixteen keeps a look-up's scan within a few cache lines.
const BLOCK: usize = 16;
const FOOTER_BYTES: usize = 12;
/// So many blocks are searched among whose beginnings and starts are fetched at once: a few lines.
const NEAR: usize = 64;
/// Of each block: its start, and the beginning of its first text.
const INDEX_BYTES: usize = 4 + 8;

/// Place of an entry in its dictionary, counting from 0.
pub type Ordinal = u32;

/// Collects a dictionary; entries come in rising order of their text.
pub struct DictionaryWriter<const K: usize> {
    blocks: Vec<u8>,
    starts: Vec<u8>,
    beginnings: Vec<u8>,
    last: Vec<u8>,
    count: u32,
    sums: [u64; K],
}

impl<const K: usize> Default for DictionaryWriter<K> {
    fn default() -> Self {
        DictionaryWriter {
            blocks: Vec::new(),
            starts: Vec::new(),
            beginnings: Vec::new(),
            last: Vec::new(),
            count: 0,
            sums: [0; K],
        }
    }
}

impl<const K: usize> DictionaryWriter<K> {
    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds an entry; `text` is greater than the text before it.
    ///
    /// # Errors
    /// [`Error::Input`] when it is not, [`Error::Limit`] when the dictionary grows past 4 GiB.
    pub fn add(&mut self, text: &[u8], values: [u64; K]) -> Result<Ordinal> {
        if self.count > 0 && self.last.as_slice() >= text {
            return Err(Error::Input("the texts of a dictionary must rise".into()));
        }
        let mut shared = 0;
        if (self.count as usize).is_multiple_of(BLOCK) {
            let start = u32::try_from(self.blocks.len()).map_err(|_| {
                Error::Limit("the dictionary of one field and segment is limited to 4 GiB".into())
            })?;
            self.starts.extend_from_slice(&start.to_le_bytes());
            self.beginnings.extend_from_slice(&beginning(text).to_le_bytes());
            for sum in self.sums {
                put_varint(&mut self.blocks, sum);
            }
        } else {
            shared = self.last.iter().zip(text).take_while(|(a, b)| a == b).count();
        }
        put_varint(&mut self.blocks, shared as u64);
        put_varint(&mut self.blocks, (text.len() - shared) as u64);
        self.blocks.extend_from_slice(&text[shared..]);
        for (sum, value) in self.sums.iter_mut().zip(values) {
            put_varint(&mut self.blocks, value);
            *sum += value;
        }
        self.last.truncate(shared);
        self.last.extend_from_slice(&text[shared..]);
        self.count += 1;
        Ok(self.count - 1)
    }

    pub fn write(self, out: &mut SegmentFileWriter) -> Result<()> {
        out.write(&self.blocks)?;
        out.write(&self.starts)?;
        out.write(&self.beginnings)?;
        out.write(&(self.blocks.len() as u64).to_le_bytes())?;
        out.write(&self.count.to_le_bytes())
    }
}

/// The first eight bytes of a text as a number that orders as they do; zeros where it ends.
fn beginning(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(&eight) => u64::from_be_bytes(eight),
        None => (0..8).fold(0, |sum, i| sum << 8 | u64::from(text.get(i).copied().unwrap_or(0))),
    }
}

/// One entry: its place, its numbers, and the sums of the numbers of all entries before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<const K: usize> {
    pub ordinal: Ordinal,
    pub values: [u64; K],
    pub sums: [u64; K],
}

/// A dictionary in a segment.
pub struct Dictionary<const K: usize> {
    section: Section,
    count: u32,
    blocks_len: usize,
    block_count: usize,
}

impl<const K: usize> Dictionary<K> {
    pub fn open(section: Section) -> Result<Self> {
        let len = section.len();
        let wrong = || section.corrupt(len, "a dictionary's footer is wrong");
        let footer_start = len.checked_sub(FOOTER_BYTES).ok_or_else(wrong)?;
        let mut footer = Reader::new(section.bytes(footer_start, len)?);
        let blocks_len = footer.u64().map_err(|_| wrong())?;
        let count = footer.u32().map_err(|_| wrong())?;
        let block_count = (count as usize).div_ceil(BLOCK);
        if blocks_len != (footer_start as u64).wrapping_sub(block_count as u64 * INDEX_BYTES as u64)
        {
            return Err(wrong());
        }
        Ok(Dictionary { blocks_len: blocks_len as usize, section, count, block_count })
    }

    /// How many entries there are.
    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entry whose text is `text`. O(log entries).
    pub fn get(&self, text: &[u8]) -> Result<Option<Entry<K>>> {
        let Some(block) = self.block_of(text)? else {
            return Ok(None);
        };
        let (bytes, start) = self.block_bytes(block)?;
        fetch_all(bytes);
        let first = block * BLOCK;
        let entries = (self.count as usize - first).min(BLOCK);
        look_up(bytes, first as u32, entries, text)
            .map_err(|_| self.section.corrupt(start, "a dictionary block is cut"))
    }

    /// The entry at `ordinal` and its text. O(1): one block is read.
    pub fn entry(&self, ordinal: Ordinal) -> Result<(Entry<K>, Vec<u8>)> {
        let mut found = None;
        if ordinal < self.count {
            let _ = self.scan_block(ordinal as usize / BLOCK, |entry, text| {
                if entry.ordinal < ordinal {
                    return ControlFlow::Continue(());
                }
                found = Some((entry, text.to_vec()));
                ControlFlow::Break(())
            })?;
        }
        found.ok_or_else(|| {
            self.section.corrupt(0, &format!("entry {ordinal} of {} was asked for", self.count))
        })
    }

    /// Where the text at `ordinal` lies; nothing of it is read yet.
    pub fn text_at(&self, ordinal: Ordinal) -> Result<TextAt<'_, K>> {
        if ordinal >= self.count {
            let detail = format!("entry {ordinal} of {} was asked for", self.count);
            return Err(self.section.corrupt(0, &detail));
        }
        let (block, start) = self.block_bytes(ordinal as usize / BLOCK)?;
        Ok(TextAt { section: &self.section, start, block, place: ordinal as usize % BLOCK })
    }

    /// Calls `visit` with each entry whose text is at least `from`, in order, until it breaks.
    pub fn scan_from(
        &self,
        from: &[u8],
        visit: &mut dyn FnMut(Entry<K>, &[u8]) -> ControlFlow<()>,
    ) -> Result<()> {
        let first = self.block_of(from)?.unwrap_or(0);
        for block in first..self.block_count {
            let flow = self.scan_block(block, |entry, text| {
                if text < from {
                    return ControlFlow::Continue(());
                }
                visit(entry, text)
            })?;
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Reads the dictionary from front to back.
    pub fn cursor(&self) -> DictionaryCursor<'_, K> {
        DictionaryCursor { dictionary: self, block: 0, entries: Vec::new(), next: 0 }
    }

    /// The error for texts that do not rise.
    pub fn out_of_order(&self) -> Error {
        self.section.corrupt(0, "the texts of a dictionary do not rise")
    }

    /// The last block whose first text is at most `text`.
    fn block_of(&self, text: &[u8]) -> Result<Option<usize>> {
        let (starts, beginnings) = self.index()?;
        let wanted = beginning(text);
        let is_before = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes) <= wanted;
        let (mut low, mut high) = (0, self.block_count);
        while high - low > NEAR {
            let middle = low.midpoint(high);
            if is_before(&beginnings[middle]) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // What a look-up reads from here on lies in these lines, and one would wait for the other.
        fetch_all(&starts[low * 4..high * 4]);
        fetch_all(beginnings[low..high].as_flattened());
        let mut after = low + beginnings[low..high].partition_point(is_before);
        // Among blocks that begin alike the whole texts decide.
        while let Some(block) = after.checked_sub(1)
            && u64::from_le_bytes(beginnings[block]) == wanted
            && self.first_text(block)? > text
        {
            after = block;
        }
        Ok(after.checked_sub(1))
    }

    /// Where each block starts, four bytes each, and the beginning of its first text.
    fn index(&self) -> Result<(&[u8], &[[u8; 8]])> {
        let at = self.blocks_len;
        let index = self.section.bytes(at, at + self.block_count * INDEX_BYTES)?;
        let (starts, beginnings) = index.split_at(self.block_count * 4);
        Ok((starts, beginnings.as_chunks().0))
    }

    fn first_text(&self, block: usize) -> Result<&[u8]> {
        let (bytes, start) = self.block_bytes(block)?;
        let mut reader = Reader::new(bytes);
        let read = |reader: &mut Reader<'_>| -> std::result::Result<usize, Cut> {
            for _ in 0..K {
                reader.varint()?;
            }
            reader.varint()?;
            usize::try_from(reader.varint()?).map_err(|_| Cut)
        };
        let text = read(&mut reader).and_then(|len| reader.take(len));
        text.map_err(|_| self.section.corrupt(start, "a dictionary block is cut"))
    }

    fn block_bytes(&self, block: usize) -> Result<(&[u8], usize)> {
        let at = self.blocks_len + block * 4;
        let last = block + 1 == self.block_count;
        let starts = self.section.bytes(at, at + if last { 4 } else { 8 })?;
        let start = u32_at(starts, 0).unwrap_or(0) as usize;
        let end = u32_at(starts, 1).map_or(self.blocks_len, |end| end as usize);
        if end > self.blocks_len {
            return Err(self.section.corrupt(at, "a dictionary block lies outside"));
        }
        Ok((self.section.bytes(start, end)?, start))
    }

    /// Calls `visit` with each entry of a block and its text.
    fn scan_block(
        &self,
        block: usize,
        mut visit: impl FnMut(Entry<K>, &[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let mut text = Vec::new();
        self.scan_parts(block, |entry, shared, own| {
            text.truncate(shared);
            text.extend_from_slice(own);
            visit(entry, &text)
        })
    }

    /// Calls `visit` with each entry of a block, how many bytes of its text are those of the text
    /// before it, 0 for the block's first, and the rest of its text.
    fn scan_parts(
        &self,
        block: usize,
        visit: impl FnMut(Entry<K>, usize, &[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let (bytes, start) = self.block_bytes(block)?;
        let first = block * BLOCK;
        let entries = (self.count as usize - first).min(BLOCK);
        scan_entries(bytes, first as u32, entries, visit)
            .map_err(|_| self.section.corrupt(start, "a dictionary block is cut"))
    }
}

/// A text that is found, and not read yet.
pub struct TextAt<'a, const K: usize> {
    section: &'a Section,
    start: usize,
    block: &'a [u8],
    place: usize,
}

impl<const K: usize> TextAt<'_, K> {
    /// Asks for its block up to about where it stands, and does not wait for it.
    pub fn fetch(&self) {
        let about = self.block.len() * (self.place + 1) / BLOCK;
        fetch_all(&self.block[..about]);
    }

    /// Appends the text, and nothing else of the entry.
    pub fn append_to(&self, out: &mut Vec<u8>) -> Result<()> {
        append_text_at::<K>(self.block, self.place, out)
            .map_err(|_| self.section.corrupt(self.start, "a dictionary block is cut"))
    }
}

/// Walks a dictionary in order, one block in memory at a time.
pub struct DictionaryCursor<'a, const K: usize> {
    dictionary: &'a Dictionary<K>,
    block: usize,
    entries: Vec<(Entry<K>, Vec<u8>)>,
    next: usize,
}

impl<const K: usize> DictionaryCursor<'_, K> {
    /// The entry the cursor stands on; `None` past the last.
    pub fn peek(&mut self) -> Result<Option<(Entry<K>, &[u8])>> {
        if self.next == self.entries.len() {
            if self.block == self.dictionary.block_count {
                return Ok(None);
            }
            self.entries.clear();
            self.next = 0;
            let entries = &mut self.entries;
            let _ = self.dictionary.scan_block(self.block, |entry, text| {
                entries.push((entry, text.to_vec()));
                ControlFlow::Continue(())
            })?;
            self.block += 1;
        }
        let (entry, text) = &self.entries[self.next];
        Ok(Some((*entry, text)))
    }

    pub fn advance(&mut self) {
        self.next = (self.next + 1).min(self.entries.len());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::segment::file::{SectionKind, SegmentFile, SegmentFileWriter};
    use crate::storage::MemoryStorage;
    use proptest::prelude::*;

    /// Each text with its place.
    pub(crate) fn dictionary(texts: &BTreeSet<String>) -> Dictionary<1> {
        let mut writer = DictionaryWriter::<1>::default();
        for (place, text) in texts.iter().enumerate() {
            writer.add(text.as_bytes(), [place as u64]).unwrap();
        }
        opened(|out| writer.write(out)).unwrap()
    }

    /// A dictionary of these bytes, whatever they are.
    pub(crate) fn dictionary_of(bytes: &[u8]) -> Result<Dictionary<1>> {
        opened(|out| out.write(bytes))
    }

    fn opened(write: impl FnOnce(&mut SegmentFileWriter) -> Result<()>) -> Result<Dictionary<1>> {
        let storage = MemoryStorage::default();
        let mut out = SegmentFileWriter::create(&storage, "segment").unwrap();
        out.begin(SectionKind::Forms, 0);
        write(&mut out).unwrap();
        out.finish().unwrap();
        let file = SegmentFile::open(&storage, "segment").unwrap();
        Dictionary::open(file.section(SectionKind::Forms, 0).unwrap())
    }

    proptest! {
        #[test]
        fn a_text_alone_is_that_of_its_entry(
            texts in prop::collection::btree_set("[abé日]{0,5}|a{120,140}b?", 1..200),
        ) {
            let dictionary = dictionary(&texts);
            for (ordinal, text) in (0..).zip(&texts) {
                let mut alone = b"before".to_vec();
                dictionary.text_at(ordinal).unwrap().append_to(&mut alone).unwrap();
                prop_assert_eq!(alone, format!("before{text}").into_bytes());
                prop_assert_eq!(dictionary.entry(ordinal).unwrap().1, text.as_bytes());
            }
            prop_assert!(dictionary.text_at(texts.len() as u32).is_err());
        }

        #[test]
        fn a_look_up_finds_what_is_there_and_nothing_else(
            texts in prop::collection::btree_set("[ab]{0,12}[c-f]{0,3}", 1..1500),
            others in prop::collection::vec("[ab]{0,12}[c-f]{0,3}", 0..20),
        ) {
            let dictionary = dictionary(&texts);
            let places: BTreeMap<_, _> = texts.iter().zip(0..).collect();
            for text in texts.iter().chain(&others) {
                let found = dictionary.get(text.as_bytes()).unwrap();
                let place = found.map(|entry| entry.values[0]);
                prop_assert_eq!(place, places.get(text).copied(), "{}", text);
            }
        }
    }
}
