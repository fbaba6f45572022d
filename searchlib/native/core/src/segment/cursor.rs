//! Which documents hold a term, how often, and where in them?
//!
//! Walks a list that [`super::postings`] wrote. Blocks are unpacked one at a time; frequencies and
//! positions only when they are asked for. Nothing in the bytes is trusted.

mod look_up;
mod marks;

use bitpacking::{BitPacker, BitPacker4x};

use crate::bytes::Reader;
use crate::error::Result;
use crate::segment::cursor::marks::Stretch;
use crate::segment::doc_block::{BLOCK, BitBlock, Docs};
use crate::segment::freqs::{self, Starts};
use crate::segment::list::{List, Spot};
use crate::segment::positions::{PositionReader, Positions};
use crate::segment::postings::{Detail, END};

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

/// Some postings of a block: a bit for each of the block's.
#[derive(Clone, Copy)]
pub struct Picked {
    block: usize,
    bits: u128,
}

impl Picked {
    #[inline]
    fn each(self, mut visit: impl FnMut(usize)) {
        for (half, first) in [(self.bits as u64, 0), ((self.bits >> 64) as u64, 64)] {
            let mut bits = half;
            while bits != 0 {
                visit(first + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }

    /// Appends where they are.
    pub(crate) fn append_to(self, spots: &mut Vec<Spot>) {
        self.each(|ordinal| spots.push(Spot::new(self.block, ordinal)));
    }
}

/// The first `count` bits, 128 at most.
#[inline]
fn low_bits(count: usize) -> u128 {
    if count < 128 { (1 << count) - 1 } else { u128::MAX }
}

/// One term's list in a segment, ready to be walked. It stands before the first document until it
/// is moved.
pub struct Cursor<'a> {
    list: List<'a>,
    /// The block in `docs`.
    block: usize,
    /// How many documents it has; of the last block, what follows them in `docs` is the greatest
    /// number.
    len: usize,
    at: usize,
    freqs_block: usize,
    /// The block of bits that was looked at last.
    bits: Option<KnownBits<'a>>,
    /// The document that was located last.
    spot: Spot,
    /// The block in which documents were looked up last.
    hint: usize,
    /// A document, and a block before which none is from there on: where marking ended last.
    marked: (u32, usize),
    /// Of a dense list: what was marked, each stretch in its place.
    stretches: Vec<Stretch>,
    docs: Box<Docs>,
    freqs: Box<[u32; BLOCK]>,
    positions: PositionReader<'a>,
    packer: BitPacker4x,
    /// A bit for each block that was read, where that is asked for.
    read: Option<Vec<u64>>,
}

/// A block of bits, and the first and the last document that it may have.
struct KnownBits<'a> {
    block: usize,
    first: u32,
    last: u32,
    bits: BitBlock<'a>,
}

impl KnownBits<'_> {
    /// `doc` lies between the first and the last.
    #[inline]
    fn locate(&mut self, doc: u32, spot: &mut Spot) -> bool {
        let ordinal = self.bits.ordinal(doc - self.first);
        *spot = Spot::new(self.block, ordinal.unwrap_or(0));
        ordinal.is_some()
    }
}

impl<'a> Cursor<'a> {
    pub fn new(list: List<'a>) -> Self {
        Cursor {
            list,
            block: NO_BLOCK,
            len: 0,
            at: 0,
            freqs_block: NO_BLOCK,
            bits: None,
            spot: Spot::default(),
            hint: 0,
            marked: (0, 0),
            stretches: Vec::new(),
            docs: Box::new([0; _]),
            freqs: Box::new([0; BLOCK]),
            positions: PositionReader::default(),
            packer: BitPacker4x::new(),
            read: None,
        }
    }

    /// Remembers from now on which blocks are read.
    pub fn trace(&mut self) {
        self.read = Some(vec![0; self.list.block_count().div_ceil(64)]);
    }

    /// How many blocks were read since [`trace`](Self::trace).
    pub fn blocks_read(&self) -> u64 {
        self.read.iter().flatten().map(|word| u64::from(word.count_ones())).sum()
    }

    #[inline]
    fn note(&mut self, block: usize) {
        if let Some(read) = &mut self.read
            && block < self.list.block_count()
        {
            read[block / 64] |= 1 << (block % 64);
        }
    }

    /// How often all documents of the list hold the term together, and the one that does most often.
    /// Reads all frequencies.
    pub fn occurrences(&mut self) -> Result<(u64, u32)> {
        if self.list.detail == Detail::DocsOnly {
            return Ok((u64::from(self.list.doc_freq()), 1));
        }
        let (mut sum, mut most) = (0, 0);
        for block in 0..self.list.full_blocks {
            let (classes, bytes) = (self.list.classes_of(block), self.list.freqs_of(block)?);
            let (more, best) = freqs::sum(classes, bytes).map_err(|_| self.list.damaged())?;
            sum += more;
            most = best.max(most);
        }
        self.load(self.list.full_blocks)?;
        for &freq in &self.freqs[..self.len] {
            sum += u64::from(freq);
            most = freq.max(most);
        }
        Ok((sum, most))
    }

    pub fn list(&self) -> &List<'a> {
        &self.list
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
                self.len > 0 && (self.block == 0 || self.list.last_doc(self.block - 1) < target);
            if right {
                self.at = 0;
                return Ok(self.docs[0]);
            }
            self.load(self.list.block_with(target, 0))?;
        } else if self.docs[self.len - 1] < target {
            let block = self.list.block_with(target, self.block + 1);
            if block > self.list.full_blocks {
                self.at = self.len;
                return Ok(END);
            }
            self.load(block)?;
        }
        self.at = self.rank(target);
        Ok(self.doc())
    }

    /// The postings of the current block from the current one on. Skip over them with
    /// [`skip`](Self::skip).
    #[inline]
    pub fn run(&mut self, with_freqs: bool) -> Result<Run<'_>> {
        if with_freqs && self.at < self.len {
            self.load_freqs(self.block)?;
        }
        let (at, len) = (self.at, self.len);
        let classes = self.list.classes_of(self.block).get(at..len);
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
            if self.block < self.list.full_blocks {
                self.load(self.block + 1)?;
            }
        }
        Ok(())
    }

    /// How often the current document holds the term.
    #[inline]
    pub fn freq(&mut self) -> Result<u32> {
        self.load_freqs(self.block)?;
        Ok(self.freqs[self.at])
    }

    /// The class of the current posting; `None` in a short list.
    #[inline]
    pub fn class(&self) -> Option<u8> {
        self.list.classes_of(self.block).get(self.at).copied()
    }

    /// Where the current document is.
    #[inline]
    pub(crate) fn here(&self) -> Spot {
        Spot::new(self.block, self.at)
    }

    /// How many documents of the block in `docs` are less than `doc`.
    #[inline]
    fn rank(&self, doc: u32) -> usize {
        self.docs[..BLOCK].partition_point(|&held| held < doc)
    }

    /// The positions of the term in the document that was located last.
    #[inline]
    pub fn located_positions(&mut self) -> Result<Positions<'_>> {
        self.positions_at(self.spot)
    }

    /// Calls `visit` with the documents from `start` to before `end` whose posting's class passes,
    /// their classes, and which of a block they are, block by block. Blocks without one are not
    /// unpacked. Never moves backwards past `start`.
    ///
    /// `passing`: for up to 128 classes, a bit for each that passes. The list has classes.
    pub fn passing(
        &mut self,
        start: u32,
        end: u32,
        passing: &impl Fn(&[u8]) -> u128,
        mut visit: impl FnMut(&[u32], &[u8], Picked),
    ) -> Result<()> {
        let (mut docs, mut kept) = ([0; BLOCK], [0; BLOCK]);
        let mut block = self.list.block_with(start, 0);
        while block <= self.list.full_blocks {
            let classes = self.list.classes_of(block);
            let bits = passing(classes);
            if bits != 0 {
                if self.block != block {
                    self.load(block)?;
                }
                let from = if self.docs[0] < start { self.rank(start) } else { 0 };
                let to = if self.docs[self.len - 1] < end { self.len } else { self.rank(end) };
                let inside = bits & !low_bits(from) & low_bits(to);
                let picked = Picked { block, bits: inside };
                if inside == low_bits(to) & !low_bits(from) {
                    visit(&self.docs[from..to.max(from)], &classes[from..to.max(from)], picked);
                } else {
                    let mut count = 0;
                    picked.each(|i| {
                        (docs[count], kept[count]) = (self.docs[i], classes[i]);
                        count += 1;
                    });
                    visit(&docs[..count], &kept[..count], picked);
                }
            }
            if block == self.list.full_blocks || self.list.last_doc(block) >= end - 1 {
                break;
            }
            block += 1;
        }
        Ok(())
    }

    /// The positions of the term in the current document, rising, into `out`.
    pub fn positions(&mut self, out: &mut Vec<u32>) -> Result<()> {
        out.clear();
        self.positions_at(self.here())?.append_from(0, out);
        Ok(())
    }

    /// The positions of the term in the document at a spot.
    #[inline]
    pub(crate) fn positions_at(&mut self, spot: Spot) -> Result<Positions<'_>> {
        let block = spot.block();
        if !self.positions.is_in(block) {
            let (list, bytes) = (self.list, self.list.positions_of(block)?);
            if block < list.full_blocks {
                self.positions
                    .enter(block, bytes, BLOCK, |starts| list.starts_of(block, starts))?;
            } else {
                self.load_freqs(block)?;
                let freqs = &self.freqs[..list.tail_len()];
                let sum = |starts: &mut Starts| freqs::sums(freqs, starts);
                self.positions.enter(block, bytes, freqs.len(), sum).map_err(|_| list.damaged())?;
            }
        }
        self.positions.read(spot.ordinal()).map_err(|_| self.list.damaged())
    }

    fn load(&mut self, block: usize) -> Result<()> {
        self.note(block);
        self.at = 0;
        self.block = block;
        self.len = 0;
        if block < self.list.full_blocks {
            let [last_doc, docs_end, _, _] = self.list.skip_entry(block);
            let [before, docs_start, _, _] = self.list.skip_before(block);
            let before = (block > 0).then_some(before);
            let docs = self.list.doc_block(docs_start, docs_end)?;
            let unpacked = docs.unpack(self.packer, before, last_doc, &mut self.docs);
            if unpacked.is_err() || last_doc >= self.list.doc_count {
                return Err(self.list.damaged());
            }
            self.len = BLOCK;
            return Ok(());
        }
        let [before, ..] = self.list.skip_before(block);
        let mut reader = Reader::new(self.list.tail()?);
        self.len = self.list.tail_len();
        self.freqs_block = block;
        let mut next = if block > 0 { u64::from(before) + 1 } else { 0 };
        for i in 0..self.len {
            let value = reader.varint().map_err(|_| self.list.damaged())?;
            let gap = if self.list.detail == Detail::Positions {
                self.freqs[i] = if value & 1 == 1 {
                    1
                } else {
                    let freq = reader.varint32().unwrap_or(0);
                    if freq == 0 {
                        return Err(self.list.damaged());
                    }
                    freq
                };
                value >> 1
            } else {
                self.freqs[i] = 1;
                value
            };
            let doc = next.saturating_add(gap);
            if doc >= u64::from(self.list.doc_count) {
                return Err(self.list.damaged());
            }
            self.docs[i] = doc as u32;
            next = doc + 1;
        }
        self.docs[self.len..].fill(u32::MAX);
        Ok(())
    }

    fn load_freqs(&mut self, block: usize) -> Result<()> {
        if self.freqs_block == block {
            return Ok(());
        }
        if block == self.list.full_blocks {
            // In the tail they stand with the documents.
            let at = if self.block == block { self.at } else { 0 };
            self.load(block)?;
            self.at = at;
            return Ok(());
        }
        if self.list.detail == Detail::DocsOnly {
            self.freqs.fill(1);
        } else {
            let (classes, bytes) = (self.list.classes_of(block), self.list.freqs_of(block)?);
            self.freqs_block = NO_BLOCK; // an error leaves nothing of use
            freqs::read(classes, bytes, &mut self.freqs[..]).map_err(|_| self.list.damaged())?;
        }
        self.freqs_block = block;
        Ok(())
    }
}
