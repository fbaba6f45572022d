//! Which documents of a segment are gone?

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

    /// How many documents below `doc_count` are gone.
    pub fn count(&self, doc_count: u32) -> u32 {
        let whole = (doc_count as usize / 8).min(self.0.len());
        let in_whole: u32 = self.0[..whole].iter().map(|byte| byte.count_ones()).sum();
        let rest = whole as u32 * 8..doc_count;
        in_whole + rest.filter(|&doc| self.contains(doc)).count() as u32
    }
}
