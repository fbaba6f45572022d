//! The entries of one block of a dictionary: looked up, passed, put together.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use crate::bytes::{Cut, Reader};
use crate::segment::dictionary::{BLOCK, Entry};

/// The entry whose text is `wanted`, if the block has it. No text is put together: it is enough to
/// know how many bytes the last one, which is less than `wanted`, has in common with it.
pub(super) fn look_up<const K: usize>(
    bytes: &[u8],
    first: u32,
    entries: usize,
    wanted: &[u8],
) -> std::result::Result<Option<Entry<K>>, Cut> {
    let mut reader = Reader::new(bytes);
    let mut sums = [0u64; K];
    for sum in &mut sums {
        *sum = reader.varint()?;
    }
    let mut common = 0;
    for ordinal in first..first + entries as u32 {
        let shared = usize::try_from(reader.varint()?).map_err(|_| Cut)?;
        let own = reader.text()?;
        let mut values = [0u64; K];
        for value in &mut values {
            *value = reader.varint()?;
        }
        match shared.cmp(&common) {
            // It differs from the last text earlier than that does from `wanted`: it is greater.
            Ordering::Less => return Ok(None),
            Ordering::Equal => {
                let rest = &wanted[common..];
                let more = own.iter().zip(rest).take_while(|(a, b)| a == b).count();
                match own[more..].cmp(&rest[more..]) {
                    Ordering::Less => common += more,
                    Ordering::Equal => return Ok(Some(Entry { ordinal, values, sums })),
                    Ordering::Greater => return Ok(None),
                }
            }
            Ordering::Greater => {}
        }
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum = sum.checked_add(value).ok_or(Cut)?;
        }
    }
    Ok(None)
}

/// Appends the text of the block's entry `place`; each entry before it is only passed.
pub(super) fn append_text_at<const K: usize>(
    bytes: &[u8],
    place: usize,
    out: &mut Vec<u8>,
) -> std::result::Result<(), Cut> {
    // Of each entry: how much of its text is the last one's, and where the rest begins.
    let mut entries = [(0, 0); BLOCK];
    let mut len = 0;
    let mut at = 0;
    for entry in &mut entries[..=place] {
        // The sums before the block, or the numbers of the entry before.
        let (shared, own, start) = lengths_after::<K>(bytes, at)?;
        at = start + own;
        if shared > len || at > bytes.len() {
            return Err(Cut);
        }
        len = shared + own;
        *entry = (shared, start);
    }
    // From the end on: few of the entries before it have a part of the text.
    let start = out.len();
    out.resize(start + len, 0);
    for &(shared, own) in entries[..=place].iter().rev() {
        if shared < len {
            out[start + shared..start + len].copy_from_slice(&bytes[own..own + len - shared]);
            len = shared;
        }
    }
    Ok(())
}

/// Passes `K` numbers: how many bytes the text after them shares, how many are its own, and where
/// these begin.
#[inline]
fn lengths_after<const K: usize>(
    bytes: &[u8],
    at: usize,
) -> std::result::Result<(usize, usize, usize), Cut> {
    if K + 2 <= 8
        && let Some(eight) = bytes[at..].first_chunk::<8>()
    {
        // Mostly each of these numbers is one byte.
        let eight = u64::from_le_bytes(*eight);
        let byte = |i: usize| (eight >> (8 * i)) as usize & 0xff;
        if eight << (8 * (6 - K)) & 0x8080_8080_8080_8080 == 0 {
            return Ok((byte(K), byte(K + 1), at + K + 2));
        }
    }
    long_lengths_after::<K>(bytes, at)
}

/// The same where a number may be more than a byte. Apart, so that the other way is inlined: a walk
/// past every entry, as of `*gration`, takes a sixth less.
#[inline(never)]
fn long_lengths_after<const K: usize>(
    bytes: &[u8],
    at: usize,
) -> std::result::Result<(usize, usize, usize), Cut> {
    let mut reader = Reader::new(&bytes[at..]);
    for _ in 0..K {
        reader.varint()?;
    }
    let (shared, own) = (reader.varint32()?, reader.varint32()?);
    Ok((shared as usize, own as usize, bytes.len() - reader.rest().len()))
}

/// The entries of a block by where they lie: a text is not put together, numbers are read when they
/// are asked for.
pub(super) struct Entries<'a, const K: usize> {
    bytes: &'a [u8],
    /// Where the last entry's numbers stand; before the first one, the sums.
    at: usize,
    /// Bytes of the last text.
    len: usize,
}

impl<'a, const K: usize> Entries<'a, K> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Entries { bytes, at: 0, len: 0 }
    }

    /// How many bytes the next text has in common with the one before, and the rest of it.
    #[inline(always)]
    pub(super) fn next(&mut self) -> std::result::Result<(usize, &'a [u8]), Cut> {
        let (shared, own, start) = lengths_after::<K>(self.bytes, self.at)?;
        let end = start + own;
        let own = self.bytes.get(start..end).filter(|_| shared <= self.len).ok_or(Cut)?;
        self.at = end;
        self.len = shared + own.len();
        Ok((shared, own))
    }

    /// The numbers of the last entry.
    pub(super) fn values(&self) -> std::result::Result<[u64; K], Cut> {
        let mut reader = Reader::new(&self.bytes[self.at..]);
        let mut values = [0; K];
        for value in &mut values {
            *value = reader.varint()?;
        }
        Ok(values)
    }
}

pub(super) fn scan_entries<const K: usize>(
    bytes: &[u8],
    first: u32,
    entries: usize,
    mut visit: impl FnMut(Entry<K>, usize, &[u8]) -> ControlFlow<()>,
) -> std::result::Result<ControlFlow<()>, Cut> {
    let mut reader = Reader::new(bytes);
    let mut sums = [0u64; K];
    for sum in &mut sums {
        *sum = reader.varint()?;
    }
    let mut len = 0;
    for i in 0..entries {
        let shared = usize::try_from(reader.varint()?).map_err(|_| Cut)?;
        if shared > len {
            return Err(Cut);
        }
        let own = reader.text()?;
        len = shared + own.len();
        let mut values = [0u64; K];
        for value in &mut values {
            *value = reader.varint()?;
        }
        let entry = Entry { ordinal: first + i as u32, values, sums };
        if visit(entry, shared, own).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum = sum.checked_add(value).ok_or(Cut)?;
        }
    }
    Ok(ControlFlow::Continue(()))
}
