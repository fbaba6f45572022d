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
    let mut reader = Reader::new(bytes);
    // Of each entry: how much of its text is the last one's, and where the rest begins.
    let mut entries = [(0u32, 0u32); BLOCK];
    let mut len = 0;
    for entry in &mut entries[..=place] {
        // The sums before the block, then the numbers of the entry before.
        reader.skip_varints(K)?;
        let shared = reader.varint32()?;
        let own = reader.text()?;
        if shared as usize > len {
            return Err(Cut);
        }
        len = shared as usize + own.len();
        *entry = (shared, (bytes.len() - reader.rest().len() - own.len()) as u32);
    }
    // From the end on: few of the entries before it have a part of the text.
    let start = out.len();
    out.resize(start + len, 0);
    for &(shared, own) in entries[..=place].iter().rev() {
        let (shared, own) = (shared as usize, own as usize);
        if shared < len {
            out[start + shared..start + len].copy_from_slice(&bytes[own..own + len - shared]);
            len = shared;
        }
    }
    Ok(())
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
