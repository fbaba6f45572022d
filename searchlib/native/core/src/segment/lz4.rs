//! How far must a block of short records be unpacked? As far as the record that is wanted.
//!
//! LZ4 unpacks from front to back, so a record in the middle needs no more than the bytes up to its
//! end; the library that packs unpacks whole blocks only.
//! Source: the LZ4 block format, github.com/lz4/lz4, doc/lz4_Block_format.md.

use crate::bytes::{Cut, Reader};

/// Shortest match; its length is stored less this.
const MIN_MATCH: usize = 4;

/// A block on the way to being unpacked.
pub struct Lz4<'a> {
    packed: Reader<'a>,
    raw: Vec<u8>,
    raw_len: usize,
}

impl<'a> Lz4<'a> {
    /// `raw_len`: the length of the whole block unpacked.
    pub fn new(packed: &'a [u8], raw_len: usize) -> Result<Self, Cut> {
        // LZ4 cannot grow its input more than 255 times.
        if raw_len > packed.len().saturating_mul(255) {
            return Err(Cut);
        }
        Ok(Lz4 { packed: Reader::new(packed), raw: Vec::with_capacity(raw_len), raw_len })
    }

    /// The first `len` bytes, or as many as there are, and maybe some more.
    pub fn first(&mut self, len: usize) -> Result<&[u8], Cut> {
        let len = len.min(self.raw_len);
        while self.raw.len() < len {
            self.sequence()?;
        }
        Ok(&self.raw)
    }

    /// Unpacks one sequence: literal bytes, then a match with what came before.
    fn sequence(&mut self) -> Result<(), Cut> {
        let token = self.packed.u8()?;
        let literals = self.length(token >> 4)?;
        let bytes = self.packed.take(literals)?;
        self.room_for(literals)?;
        self.raw.extend_from_slice(bytes);
        if self.packed.is_empty() {
            // The last sequence has no match.
            return if self.raw.len() == self.raw_len { Ok(()) } else { Err(Cut) };
        }
        let [low, high] = *self.packed.take(2)?.as_array().ok_or(Cut)?;
        let back = usize::from(u16::from_le_bytes([low, high]));
        let len = self.length(token & 15)? + MIN_MATCH;
        self.room_for(len)?;
        let start = self.raw.len().checked_sub(back).filter(|_| back > 0).ok_or(Cut)?;
        // A match may reach into itself: then its first `back` bytes repeat.
        let mut left = len;
        while left > 0 {
            let copied = left.min(self.raw.len() - start);
            self.raw.extend_from_within(start..start + copied);
            left -= copied;
        }
        Ok(())
    }

    fn length(&mut self, nibble: u8) -> Result<usize, Cut> {
        let mut len = usize::from(nibble);
        if nibble == 15 {
            loop {
                let byte = self.packed.u8()?;
                len = len.checked_add(usize::from(byte)).ok_or(Cut)?;
                if byte < 255 {
                    break;
                }
            }
        }
        Ok(len)
    }

    fn room_for(&self, more: usize) -> Result<(), Cut> {
        if more > self.raw_len - self.raw.len() { Err(Cut) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_beginning_is_that_of_the_whole(
            words in prop::collection::vec("[ab]{1,9}|[a-z]{0,40}", 0..200),
            len in 0usize..4000,
        ) {
            let raw = words.concat().into_bytes();
            let packed = lz4_flex::block::compress(&raw);
            let mut lz4 = Lz4::new(&packed, raw.len()).unwrap();
            let first = lz4.first(len).unwrap();
            prop_assert!(first.len() >= len.min(raw.len()));
            prop_assert_eq!(first, &raw[..first.len()]);
            prop_assert_eq!(lz4.first(usize::MAX).unwrap(), &raw[..]);
        }

        #[test]
        fn any_bytes_give_what_the_library_gives_or_an_error(
            packed in prop::collection::vec(prop_oneof![0u8..40, any::<u8>()], 0..60),
            raw_len in 0usize..300,
        ) {
            let ours = Lz4::new(&packed, raw_len);
            let ours = ours.and_then(|mut lz4| Ok(lz4.first(raw_len)?.to_vec()));
            if let (Ok(ours), Ok(theirs)) = (ours, lz4_flex::block::decompress(&packed, raw_len)) {
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
