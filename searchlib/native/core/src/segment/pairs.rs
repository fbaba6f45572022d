//! Where does one frequent word follow another? Lists of such pairs, so that a phrase of frequent
//! words need not read where each of them stands in nearly every document.
//!
//! Of the most frequent terms of a text field every two that stand side by side have a list of their
//! own, of the shape that a term's has: the documents that hold the pair, how often, and where its
//! first word stands. Grammar: docs/format.md, "Pairs".

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use crate::error::Result;
use crate::segment::cursor::Cursor;
use crate::segment::dictionary::{Dictionary, DictionaryWriter};
use crate::segment::file::{Section, SectionKind, SegmentFile, SegmentFileWriter};
use crate::segment::lengths::DocLengths;
use crate::segment::list::List;
use crate::segment::postings::{Detail, ListInfo, ListWriter};
use crate::segment::{TermDictionary, list_info};

/// The pairs of so many words are kept, at most: a bit of a [`Mask`] each.
const MOST_WORDS: usize = 32;
/// In at least so many documents each word of a pair stands: fewer are soon looked through.
pub const DOCS_FROM: u32 = 1024;
/// Between the words of a pair in its name. A term that holds it has no pairs.
const BETWEEN: u8 = 0;

/// Some of the frequent words of a field, a bit for each in the order of their names.
pub type Mask = u32;

/// The pairs of a field.
pub struct Pairs {
    names: TermDictionary,
    postings: Section,
}

impl Pairs {
    /// `None` where the field has none.
    pub fn open(file: &Arc<SegmentFile>, field: u16) -> Result<Option<Self>> {
        let names = file.section(SectionKind::Pairs, field);
        match names.zip(file.section(SectionKind::PairPostings, field)) {
            Some((names, postings)) => {
                Ok(Some(Pairs { names: Dictionary::open(names)?, postings }))
            }
            None => Ok(None),
        }
    }

    /// Where the list of `first` followed by `second` lies; `None` where they have none: either does
    /// not count as frequent, or `second` never follows.
    pub fn list(&self, first: &[u8], second: &[u8]) -> Result<Option<ListInfo>> {
        self.names.get(&name(first, second))?.as_ref().map(list_info).transpose()
    }

    /// A cursor over a list of these, whose positions are those of the first word.
    pub fn cursor(&self, info: ListInfo, doc_count: u32) -> Result<Cursor<'_>> {
        List::open(&self.postings, info, Detail::Positions, doc_count).map(Cursor::new)
    }

    /// The words of all pairs, rising; `None` where they cannot be told, or are too many.
    pub fn words(&self) -> Result<Option<Vec<Vec<u8>>>> {
        let mut words = BTreeSet::new();
        let mut cursor = self.names.cursor();
        while let Some((_, name)) = cursor.peek()? {
            let mut parts = name.split(|&byte| byte == BETWEEN);
            let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next())
            else {
                return Ok(None);
            };
            words.extend([first.to_vec(), second.to_vec()]);
            if words.len() > MOST_WORDS {
                return Ok(None);
            }
            cursor.advance();
        }
        Ok(Some(words.into_iter().collect()))
    }
}

fn name(first: &[u8], second: &[u8]) -> Vec<u8> {
    [first, &[BETWEEN], second].concat()
}

/// Picks the words of a field whose pairs are kept: those in the most documents; of equal ones the
/// first by name.
#[derive(Default)]
pub struct FrequentPicker {
    best: BinaryHeap<Reverse<(u32, Reverse<Vec<u8>>)>>,
}

impl FrequentPicker {
    /// Looks at the next term.
    #[inline]
    pub fn offer(&mut self, term: &[u8], doc_freq: u32) {
        if doc_freq >= DOCS_FROM && !term.contains(&BETWEEN) {
            self.best.push(Reverse((doc_freq, Reverse(term.to_vec()))));
            if self.best.len() > MOST_WORDS {
                self.best.pop();
            }
        }
    }

    /// Those that were picked, rising.
    pub fn finish(self) -> Vec<Vec<u8>> {
        let mut words: Vec<_> =
            self.best.into_iter().map(|Reverse((_, Reverse(word)))| word).collect();
        words.sort_unstable();
        words
    }
}

/// Collects the pairs of a field, document by document.
pub struct PairsWriter<'a> {
    words: Vec<Vec<u8>>,
    lengths: &'a DocLengths,
    /// That of words `i` and `j` at place `i * MOST_WORDS + j`.
    lists: Vec<Option<Box<ListWriter<'a>>>>,
    /// Where pairs stand in the current document: the place of the list times 2^32 and the position.
    found: Vec<u64>,
}

impl<'a> PairsWriter<'a> {
    /// `words`: rising, as [`FrequentPicker::finish`] gives them.
    pub fn new(words: Vec<Vec<u8>>, lengths: &'a DocLengths) -> Self {
        let lists = (0..MOST_WORDS * MOST_WORDS).map(|_| None).collect();
        PairsWriter { words, lengths, lists, found: Vec::new() }
    }

    pub fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    /// Takes the next document: positions, rising, and which words stand at each.
    pub fn add(&mut self, doc: u32, places: &[(u32, Mask)]) {
        self.found.clear();
        for two in places.windows(2) {
            let [(position, firsts), (next, seconds)] = *two else { continue };
            if next.wrapping_sub(position) != 1 {
                continue;
            }
            for first in bits(firsts) {
                let list = |second| (first * MOST_WORDS + second) as u64;
                let pairs = bits(seconds).map(|second| list(second) << 32);
                self.found.extend(pairs.map(|pair| pair | u64::from(position)));
            }
        }
        self.found.sort_unstable();
        for places in self.found.chunk_by(|a, b| a >> 32 == b >> 32) {
            let list = &mut self.lists[(places[0] >> 32) as usize];
            let list = list.get_or_insert_with(|| Box::new(ListWriter::new(Some(self.lengths))));
            list.extend(places.iter().map(|&place| (doc, place as u32)));
        }
    }

    /// Writes both sections; none where no word follows another.
    pub fn write(self, field: u16, out: &mut SegmentFileWriter) -> Result<()> {
        let mut names = DictionaryWriter::<3>::default();
        for (place, list) in self.lists.into_iter().enumerate() {
            let Some(mut list) = list else { continue };
            if names.is_empty() {
                out.begin(SectionKind::PairPostings, field);
            }
            let (first, second) = (place / MOST_WORDS, place % MOST_WORDS);
            let info = list.finish(out)?;
            let values = [u64::from(info.doc_freq), info.docs_len, info.positions_len];
            names.add(&name(&self.words[first], &self.words[second]), values)?;
        }
        if names.is_empty() {
            return Ok(());
        }
        out.begin(SectionKind::Pairs, field);
        names.write(out)
    }
}

/// The places of the bits that are set, rising.
fn bits(mut mask: Mask) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (place < MOST_WORDS).then_some(place)
    })
}
