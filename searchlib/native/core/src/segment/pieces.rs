//! How do long texts take little room, and their compressor little time? Words become numbers.
//!
//! A piece is a word, or what stands between two words. The pieces that come again and again in the
//! first texts of a store are numbered, the most frequent with one byte and the others with two; all
//! others are spelled out, and the space between two words goes without saying. What comes of it is
//! a third as long as the text, and it is this that is compressed. Any bytes come back as they were:
//! where words begin matters to the room alone. Grammar: docs/format.md, "Pieces".

mod encoder;

use std::sync::Arc;

pub use encoder::{Encoder, Pieces};

use crate::bytes::{Cut, Reader};
use crate::error::{Error, Result};
use crate::segment::file::{NO_FIELD, Section, SectionKind, SegmentFile};
use crate::segment::stored::Front;

/// Pieces of one byte; the bytes from here on begin pieces of two.
const ONE_BYTE: usize = 95;
/// Begins a piece that is spelled out.
const SPELLED: u8 = 255;
const MOST_PIECES: usize = ONE_BYTE + (SPELLED as usize - ONE_BYTE) * 256;
/// A longer piece has no number.
const MOST_BYTES: usize = 15;
/// Bytes that are copied at once, however short a piece is.
const COPIED: usize = 16;

/// How many bytes the code has that begins with this one.
#[inline(always)]
fn code_len(first: u8) -> usize {
    1 + usize::from(usize::from(first) >= ONE_BYTE)
}

/// The number of the piece with this code. How many bytes it has is hard to foresee: both are read.
#[inline(always)]
fn number_of(first: u8, second: u8) -> usize {
    let first = usize::from(first);
    if first < ONE_BYTE { first } else { ONE_BYTE + (first - ONE_BYTE) * 256 + usize::from(second) }
}

/// Numbered pieces as they lie in a file.
#[derive(Clone, Copy)]
pub struct PieceTable<'a> {
    ends: &'a [[u8; 4]],
    texts: &'a [u8],
}

impl<'a> PieceTable<'a> {
    fn read(bytes: &'a [u8]) -> std::result::Result<Self, Cut> {
        let mut reader = Reader::new(bytes);
        let count = reader.u32()? as usize;
        let ends = reader.take(count.checked_mul(4).ok_or(Cut)?)?.as_chunks().0;
        Ok(PieceTable { ends, texts: reader.rest() })
    }

    /// Where a piece lies among the texts; it has a byte or more.
    #[inline]
    fn place(&self, number: usize) -> std::result::Result<(usize, usize), Cut> {
        let end =
            |number: usize| self.ends.get(number).map(|end| u32::from_le_bytes(*end) as usize);
        let start = number.checked_sub(1).map_or(Some(0), end).ok_or(Cut)?;
        let end = end(number).filter(|&end| start < end && end <= self.texts.len()).ok_or(Cut)?;
        if end - start > MOST_BYTES { Err(Cut) } else { Ok((start, end)) }
    }
}

/// Pieces turned back into bytes, as far as these were asked for; memory grows with what is really there.
pub struct Decoding<'a> {
    table: PieceTable<'a>,
    coded: &'a [u8],
    raw_len: usize,
    /// What is there up to `to`, of the pieces up to `from`; and room.
    raw: Vec<u8>,
    from: usize,
    to: usize,
    after_word: bool,
}

impl<'a> Decoding<'a> {
    /// `raw_len`: of the bytes that [`Encoder::encode`] was given.
    pub fn new(table: PieceTable<'a>, coded: &'a [u8], raw_len: usize) -> Self {
        let raw = vec![0; 4 * coded.len() + 2 * COPIED];
        Decoding { table, coded, raw_len, raw, from: 0, to: 0, after_word: false }
    }

    /// All bytes.
    ///
    /// # Errors
    /// [`Cut`] where they are not `raw_len`.
    pub fn whole(mut self) -> std::result::Result<Vec<u8>, Cut> {
        while self.from < self.coded.len() {
            self.piece()?;
        }
        self.raw.truncate(self.to);
        // The last piece may have lost its second byte.
        let is_whole = self.to == self.raw_len && self.from == self.coded.len();
        if is_whole { Ok(self.raw) } else { Err(Cut) }
    }

    #[inline(always)]
    fn piece(&mut self) -> std::result::Result<(), Cut> {
        let first = *self.coded.get(self.from).ok_or(Cut)?;
        let (texts, start, end);
        if first == SPELLED {
            let mut reader = Reader::new(&self.coded[self.from + 1..]);
            let len = usize::try_from(reader.varint()?).map_err(|_| Cut)?;
            (texts, start) = (self.coded, self.coded.len() - reader.rest().len());
            reader.take(len)?;
            end = start + len;
            self.from = end;
        } else {
            let second = self.coded.get(self.from + 1).copied().unwrap_or(0);
            self.from += code_len(first);
            texts = self.table.texts;
            (start, end) = self.table.place(number_of(first, second))?;
        }
        let len = end - start;
        let is_word = len_between(*texts.get(start).ok_or(Cut)?) == 0;
        let at = self.to + usize::from(is_word && self.after_word);
        if len > self.raw_len.saturating_sub(at) || len == 0 {
            return Err(Cut);
        }
        if at + len.max(COPIED) > self.raw.len() {
            self.raw.resize(2 * self.raw.len() + len, 0);
        }
        self.raw[self.to] = b' ';
        match (texts.get(start..start + COPIED), self.raw.get_mut(at..at + COPIED)) {
            (Some(text), Some(raw)) if len <= COPIED => raw.copy_from_slice(text),
            _ => self.raw[at..][..len].copy_from_slice(&texts[start..end]),
        }
        self.to = at + len;
        self.after_word = is_word;
        Ok(())
    }
}

impl Front for Decoding<'_> {
    fn first(&mut self, len: usize) -> std::result::Result<&[u8], Cut> {
        while self.to < len {
            self.piece()?;
        }
        Ok(&self.raw[..self.to])
    }
}

/// The pieces of a segment's long texts. They lie there twice: damage to one leaves all texts.
#[derive(Clone)]
pub struct StoredPieces([Section; 2]);

const KINDS: [SectionKind; 2] = [SectionKind::Pieces, SectionKind::PiecesAgain];

impl StoredPieces {
    pub fn open(file: &Arc<SegmentFile>) -> Option<Self> {
        let [first, again] = KINDS.map(|kind| file.section(kind, NO_FIELD));
        Some(StoredPieces([first?, again?]))
    }

    pub fn bytes(&self) -> Result<&[u8]> {
        self.first().or_else(|_| self.0[1].all())
    }

    /// Without the zeros that follow.
    fn first(&self) -> Result<&[u8]> {
        self.0[0].bytes(0, self.0[1].len())
    }

    pub fn table(&self) -> Result<PieceTable<'_>> {
        PieceTable::read(self.bytes()?).map_err(|_| self.damaged(0))
    }

    /// For a store that is written with the same.
    pub fn pieces(&self) -> Result<Pieces> {
        let table = self.table()?;
        let places = (0..table.ends.len()).map(|number| table.place(number));
        let places =
            places.collect::<std::result::Result<Vec<_>, Cut>>().map_err(|_| self.damaged(0))?;
        if places.len() > MOST_PIECES {
            return Err(self.damaged(0));
        }
        Ok(Pieces::of(places.into_iter().map(|(start, end)| &table.texts[start..end])))
    }

    /// # Errors
    /// [`Error::Corrupt`] where one of both is not what the other is, or no pieces.
    pub fn check(&self) -> Result<()> {
        self.pieces()?;
        if self.first()? == self.0[1].all()? { Ok(()) } else { Err(self.damaged(1)) }
    }

    fn damaged(&self, which: usize) -> Error {
        self.0[which].corrupt(0, "the pieces of stored texts are damaged")
    }
}

/// How many bytes the character has that begins with this one, if it stands between words, else 0. Of
/// the characters beyond ASCII, U+0080 to U+00BF and U+2000 to U+2FFF do.
#[inline(always)]
fn len_between(first: u8) -> usize {
    match first {
        0xc2 => 2,
        0xe2 => 3,
        0x80.. => 0,
        _ => usize::from(!first.is_ascii_alphanumeric()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::encoder::LEAST_COUNT;
    use super::*;

    fn round_trip(pieces: &Pieces, raw: &[u8]) -> usize {
        let mut encoder = Encoder::default();
        let coded = encoder.encode(pieces, raw).unwrap();
        let decoding = |len| Decoding::new(PieceTable::read(pieces.bytes()).unwrap(), coded, len);
        assert_eq!(decoding(raw.len()).whole().as_deref(), Ok(raw));
        assert_eq!(decoding(raw.len() + 1).whole(), Err(Cut));
        assert!(raw.is_empty() || decoding(raw.len() - 1).whole() == Err(Cut));
        let mut front = decoding(raw.len());
        for len in [raw.len() / 3, raw.len() / 2, raw.len()] {
            let first = front.first(len).unwrap();
            assert!(first.len() >= len && raw.starts_with(first));
        }
        assert_eq!(front.first(raw.len() + 1), Err(Cut));
        coded.len()
    }

    #[test]
    fn words_become_numbers_and_spaces_nothing() {
        let text = "the wind, the “wind” and the wind’s 3 winds 日本。日本".as_bytes();
        let pieces = Pieces::pick([text; 4].into_iter());
        assert_eq!(round_trip(&pieces, b"the wind the wind"), 4);
        assert_eq!(round_trip(&pieces, "the wind, the “wind” and".as_bytes()), 8);
        assert_eq!(round_trip(&pieces, b"sea wind"), 1 + 1 + 3 + 1);
    }

    #[test]
    fn more_pieces_than_have_one_byte_have_two() {
        let words: Vec<String> = (0..2 * MOST_PIECES).map(|number| format!("w{number}")).collect();
        let text = words.join(" ");
        let pieces = Pieces::pick([text.as_bytes(); LEAST_COUNT as usize].into_iter());
        assert_eq!(pieces.bytes()[..4], (MOST_PIECES as u32).to_le_bytes());
        let most: usize = words[MOST_PIECES..].iter().map(|word| 2 + word.len()).sum();
        assert_eq!(round_trip(&pieces, text.as_bytes()), 2 * MOST_PIECES - ONE_BYTE + most);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            known in prop::collection::vec("[a-c ,“日ーé]{0,12}", 0..20),
            text in "[a-d ,.“”日本。ーé\u{a0}\u{1}]{0,60}",
            bytes: Vec<u8>,
        ) {
            let known: Vec<&[u8]> = known.iter().map(|text| text.as_bytes()).collect();
            let pieces = Pieces::pick([&known[..]; LEAST_COUNT as usize].concat().into_iter());
            for raw in [text.as_bytes(), &bytes, &[text.as_bytes(), &bytes].concat()] {
                round_trip(&pieces, raw);
            }
        }

        #[test]
        fn any_pieces_are_read_or_refused(table: Vec<u8>, coded: Vec<u8>, len in 0usize..300) {
            if let Ok(table) = PieceTable::read(&table) {
                let _ = Decoding::new(table, &coded, len).whole();
            }
            let pieces = Pieces::pick([&b"wind solar"[..]; 4].into_iter());
            let table = PieceTable::read(pieces.bytes()).unwrap();
            let raw = Decoding::new(table, &coded, len).whole();
            prop_assert!(raw.is_err() || raw.is_ok_and(|raw| raw.len() == len));
        }
    }
}
