//! Which documents of a segment are gone?

use crate::search::window::Mask;

/// A bit set: document `d` is gone when bit `d & 7` of byte `d >> 3` is set. Empty: none is.
#[derive(Clone, Copy, Default)]
pub struct Deletes<'a>(&'a [u8]);

impl<'a> Deletes<'a> {
    pub fn new(bits: &'a [u8]) -> Self {
        Deletes(bits)
    }

    #[inline]
    pub fn contains(&self, doc: u32) -> bool {
        let byte = self.0.get(doc as usize / 8);
        byte.is_some_and(|byte| byte >> (doc % 8) & 1 == 1)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Clears the bits of the documents that are gone; the first bit is that of `start`, which is a
    /// multiple of 64.
    pub fn unmark(&self, start: u32, mask: &mut Mask) {
        let bytes = self.0.get(start as usize / 8..).unwrap_or_default();
        for (word, eight) in mask.iter_mut().zip(bytes.chunks(8)) {
            let mut gone = [0; 8];
            gone[..eight.len()].copy_from_slice(eight);
            *word &= !u64::from_le_bytes(gone);
        }
    }

    /// How many documents below `doc_count` are gone.
    pub fn count(&self, doc_count: u32) -> u32 {
        let whole = (doc_count as usize / 8).min(self.0.len());
        let in_whole: u32 = self.0[..whole].iter().map(|byte| byte.count_ones()).sum();
        let rest = whole as u32 * 8..doc_count;
        in_whole + rest.filter(|&doc| self.contains(doc)).count() as u32
    }
}
