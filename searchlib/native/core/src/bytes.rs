//! Numbers as bytes: little-endian fixed widths and variable-length integers.
//!
//! Reading never panics and never trusts a length: every read answers [`Cut`] when the bytes end.

/// The bytes ended inside a value, or a variable-length integer was longer than its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

/// Appends `value` in groups of seven bits, lowest first; the high bit says that more follow.
///
/// ```
/// let mut out = Vec::new();
/// searchlib_core::bytes::put_varint(&mut out, 300);
/// assert_eq!(out, [0xac, 0x02]);
/// ```
#[inline]
pub fn put_varint(out: &mut Vec<u8>, value: u64) {
    each_varint_byte(value, |byte| out.push(byte));
}

/// Writes what [`put_varint`] appends to the front of `out`; returns how many bytes that is.
#[inline]
pub fn set_varint(out: &mut [u8], value: u64) -> usize {
    let mut at = 0;
    each_varint_byte(value, |byte| {
        out[at] = byte;
        at += 1;
    });
    at
}

#[inline(always)]
fn each_varint_byte(mut value: u64, mut put: impl FnMut(u8)) {
    while value >= 0x80 {
        put(value as u8 | 0x80);
        value >>= 7;
    }
    put(value as u8);
}

/// Appends a length and the bytes.
pub fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// Reads values one after another from the front of a slice.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    #[inline]
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Cut> {
        if len > self.bytes.len() {
            return Err(Cut);
        }
        let (head, tail) = self.bytes.split_at(len);
        self.bytes = tail;
        Ok(head)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Cut> {
        let (&first, tail) = self.bytes.split_first().ok_or(Cut)?;
        self.bytes = tail;
        Ok(first)
    }

    pub fn u32(&mut self) -> Result<u32, Cut> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes(bytes.try_into().map_err(|_| Cut)?))
    }

    pub fn u64(&mut self) -> Result<u64, Cut> {
        let bytes = self.take(8)?;
        Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| Cut)?))
    }

    #[inline]
    pub fn varint(&mut self) -> Result<u64, Cut> {
        match self.bytes.split_first() {
            Some((&first, tail)) if first < 0x80 => {
                self.bytes = tail;
                Ok(u64::from(first))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Cut> {
        let mut value = 0u64;
        for (i, &byte) in self.bytes.iter().enumerate().take(10) {
            if i == 9 && byte > 1 {
                return Err(Cut);
            }
            value |= u64::from(byte & 0x7f) << (7 * i);
            if byte < 0x80 {
                self.bytes = &self.bytes[i + 1..];
                return Ok(value);
            }
        }
        Err(Cut)
    }

    /// A variable-length integer that has to fit 32 bits.
    #[inline]
    pub fn varint32(&mut self) -> Result<u32, Cut> {
        u32::try_from(self.varint()?).map_err(|_| Cut)
    }

    /// A length and that many bytes.
    pub fn text(&mut self) -> Result<&'a [u8], Cut> {
        let len = usize::try_from(self.varint()?).map_err(|_| Cut)?;
        self.take(len)
    }
}

/// The `index`-th little-endian u32 of `bytes`; `None` past the end.
#[inline]
pub fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    let start = index.checked_mul(4)?;
    let four = bytes.get(start..start.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The `index`-th little-endian u64 of `bytes`; `None` past the end.
#[inline]
pub fn u64_at(bytes: &[u8], index: usize) -> Option<u64> {
    let start = index.checked_mul(8)?;
    let eight = bytes.get(start..start.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

/// Bytes that come from memory together.
pub const LINE: usize = 64;

/// Asks for all cache lines in which `bytes` lie, and does not wait for them.
#[inline]
pub fn fetch_all(bytes: &[u8]) {
    bytes.chunks(LINE).for_each(fetch);
    bytes.last().into_iter().for_each(fetch);
}

/// Asks for the cache line in which `item` begins, and does not wait for it.
#[inline]
pub fn fetch<T: ?Sized>(item: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch changes nothing and cannot fail, and every x86-64 has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = item;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_read_back_at_each_width() {
        for shift in 0..64 {
            for value in [1u64 << shift, (1u64 << shift) - 1, u64::MAX >> shift] {
                let mut out = Vec::new();
                put_varint(&mut out, value);
                assert_eq!(Reader::new(&out).varint(), Ok(value));
            }
        }
    }

    #[test]
    fn any_cut_is_an_error() {
        let mut whole = Vec::new();
        put_varint(&mut whole, u64::MAX);
        for len in 0..whole.len() {
            assert_eq!(Reader::new(&whole[..len]).varint(), Err(Cut), "cut at {len}");
        }
    }

    #[test]
    fn an_integer_that_never_ends_is_an_error() {
        assert_eq!(Reader::new(&[0xff; 32]).varint(), Err(Cut));
    }
}
