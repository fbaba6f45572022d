//! What are the first bytes of a block that LZ4 packed?
//!
//! A stored value stands anywhere in its block, and what comes after it need not be unpacked. The
//! compressor is lz4_flex's; its format is "LZ4 Block Format Description", by Yann Collet.

use crate::bytes::Cut;
use crate::segment::stored::Front;

/// What is copied at once where that is enough: nearly all pieces are shorter.
const STEP: usize = 32;
/// A number below this stands in its token alone.
const MORE: u8 = 15;
/// A match is this much longer than its number says.
const LEAST_MATCH: usize = 4;
/// LZ4 cannot grow its input more than so many times.
const MOST_GROWTH: usize = 255;

/// A block, unpacked as far as it was asked for.
pub struct Unpacking<'a> {
    packed: &'a [u8],
    /// As long as the whole block unpacked, and a step more.
    raw: Vec<u8>,
    /// So many bytes of `raw` are unpacked.
    len: usize,
}

impl Front for Unpacking<'_> {
    fn first(&mut self, len: usize) -> Result<&[u8], Cut> {
        while self.len < len {
            self.sequence()?;
        }
        Ok(&self.raw[..self.len])
    }
}

impl<'a> Unpacking<'a> {
    /// `raw_len`: how long the block is unpacked.
    pub fn new(packed: &'a [u8], raw_len: usize) -> Result<Self, Cut> {
        // A block of no bytes has a token all the same.
        if packed.is_empty() || raw_len > packed.len().saturating_mul(MOST_GROWTH) {
            return Err(Cut);
        }
        Ok(Unpacking { packed, raw: vec![0; raw_len + STEP], len: 0 })
    }

    /// All of the block.
    pub fn whole(mut self) -> Result<Vec<u8>, Cut> {
        while !self.packed.is_empty() {
            self.sequence()?;
        }
        if self.len + STEP != self.raw.len() {
            return Err(Cut);
        }
        self.raw.truncate(self.len);
        Ok(self.raw)
    }

    /// Unpacks literals and the match after them, which the last ones do not have.
    #[inline]
    fn sequence(&mut self) -> Result<(), Cut> {
        // Nearly all are short, and lie neither at the end nor close to what they repeat.
        if let Some(&[token, rest @ ..]) = self.packed.first_chunk::<{ 1 + STEP }>()
            && token >> 4 < MORE
            && token & 15 < MORE
            && let (literals, len) =
                (usize::from(token >> 4), usize::from(token & 15) + LEAST_MATCH)
            && let offset = usize::from(u16::from_le_bytes([rest[literals], rest[literals + 1]]))
            && let match_at = self.len + literals
            && (STEP..=match_at).contains(&offset)
            && match_at + len + STEP <= self.raw.len()
        {
            self.raw[self.len..self.len + STEP].copy_from_slice(&rest);
            self.raw.copy_within(match_at - offset..match_at - offset + STEP, match_at);
            self.len = match_at + len;
            self.packed = &self.packed[1 + literals + 2..];
            return Ok(());
        }
        self.long_sequence()
    }

    fn long_sequence(&mut self) -> Result<(), Cut> {
        let token = self.byte()?;
        let literals = self.count(token >> 4)?;
        self.copy_literals(literals)?;
        if self.packed.is_empty() {
            return Ok(());
        }
        let (offset, packed) = self.packed.split_first_chunk().ok_or(Cut)?;
        self.packed = packed;
        let len = self.count(token & 15)? + LEAST_MATCH;
        self.copy_match(usize::from(u16::from_le_bytes(*offset)), len)
    }

    fn byte(&mut self) -> Result<u8, Cut> {
        let (&byte, packed) = self.packed.split_first().ok_or(Cut)?;
        self.packed = packed;
        Ok(byte)
    }

    /// The number that four bits are, or begin.
    fn count(&mut self, bits: u8) -> Result<usize, Cut> {
        let mut count = usize::from(bits);
        if bits == MORE {
            loop {
                let more = self.byte()?;
                count += usize::from(more);
                if more < u8::MAX {
                    break;
                }
            }
        }
        Ok(count)
    }

    fn copy_literals(&mut self, len: usize) -> Result<(), Cut> {
        let to = self.room(len)?;
        if len > self.packed.len() {
            return Err(Cut);
        }
        match self.packed.first_chunk::<STEP>() {
            Some(step) if len <= STEP => self.raw[to..to + STEP].copy_from_slice(step),
            _ => self.raw[to..to + len].copy_from_slice(&self.packed[..len]),
        }
        self.packed = &self.packed[len..];
        Ok(())
    }

    fn copy_match(&mut self, offset: usize, len: usize) -> Result<(), Cut> {
        let to = self.room(len)?;
        let from = to.checked_sub(offset).filter(|_| offset > 0).ok_or(Cut)?;
        if len <= STEP && offset >= STEP {
            self.raw.copy_within(from..from + STEP, to);
        } else if offset >= len {
            self.raw.copy_within(from..from + len, to);
        } else {
            // What is copied begins within what it is copied to.
            (0..len).for_each(|i| self.raw[to + i] = self.raw[from + i]);
        }
        Ok(())
    }

    /// Takes room for `len` more bytes, and returns where it is.
    fn room(&mut self, len: usize) -> Result<usize, Cut> {
        let to = self.len;
        if len > self.raw.len() - STEP - to {
            return Err(Cut);
        }
        self.len += len;
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts that repeat themselves, near and far.
    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            (any::<u8>(), 0..600usize).prop_map(|(byte, len)| vec![byte; len]),
            (0..8u8, 1..40usize)
                .prop_map(|(byte, len)| (byte..byte + 20).cycle().take(len).collect()),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_first_bytes_are_those_of_the_whole(raw in texts(), len in 0..6000usize) {
            let packed = lz4_flex::block::compress(&raw);
            let mut unpacking = Unpacking::new(&packed, raw.len()).unwrap();
            let first = unpacking.first(len).map(<[u8]>::to_vec);
            if len <= raw.len() {
                let first = first.unwrap();
                prop_assert!(first.len() >= len);
                prop_assert_eq!(&first, &raw[..first.len()]);
            } else {
                prop_assert!(first.is_err());
            }
            prop_assert_eq!(Unpacking::new(&packed, raw.len()).unwrap().whole().unwrap(), raw);
        }

        #[test]
        fn any_bytes_are_unpacked_as_lz4_flex_does_or_refused(
            (packed, raw_len) in prop_oneof![
                (prop::collection::vec(any::<u8>(), 0..60), 0..300usize),
                (texts(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(raw, place, byte)| {
                    let mut packed = lz4_flex::block::compress(&raw);
                    let place = place.index(packed.len());
                    packed[place] = byte;
                    (packed, raw.len())
                }),
            ],
            len in 0..300usize,
        ) {
            let slow = lz4_flex::block::decompress(&packed, raw_len);
            let slow = slow.ok().filter(|raw| raw.len() == raw_len);
            let fast = Unpacking::new(&packed, raw_len).ok();
            prop_assert_eq!(fast.and_then(|unpacking| unpacking.whole().ok()), slow.clone());
            if let Ok(mut unpacking) = Unpacking::new(&packed, raw_len)
                && let Ok(first) = unpacking.first(len)
                && let Some(slow) = slow
            {
                prop_assert_eq!(first, &slow[..first.len()]);
            }
        }
    }
}
