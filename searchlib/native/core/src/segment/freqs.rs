//! How often do the documents of a full block hold the term?
//!
//! Up to 8 the class of a posting says it (docs/format.md, "Classes"), so only what is above is
//! written. Writer and reader.

use crate::bytes::{Cut, Reader, put_varint};
use crate::segment::doc_block::BLOCK;

/// Frequencies up to here are exactly what their class says.
pub(crate) const EXACT_MOST: u32 = 8;
/// Classes from here on have a frequency of [`LEAST`] or more, and do not say which.
const INEXACT_FROM: u8 = (EXACT_MOST as u8) << 4;
const LEAST: u32 = EXACT_MOST + 1;

/// Appends what the classes of the frequencies of a block do not say.
pub(super) fn put(out: &mut Vec<u8>, freqs: &[u32]) {
    for freq in freqs.iter().filter_map(|freq| freq.checked_sub(LEAST)) {
        put_varint(out, u64::from(freq));
    }
}

/// The frequencies of some postings of one block, from its first on. `bytes` are those that [`put`]
/// wrote for the block.
pub(super) fn read(classes: &[u8], bytes: &[u8], freqs: &mut [u32]) -> Result<(), Cut> {
    let mut exact = true;
    for (freq, &class) in freqs.iter_mut().zip(classes) {
        *freq = u32::from(class >> 4) + 1;
        exact &= class < INEXACT_FROM;
    }
    if exact {
        return Ok(());
    }
    let mut reader = Reader::new(bytes);
    for freq in freqs.iter_mut().zip(classes).filter(|(_, class)| **class >= INEXACT_FROM) {
        *freq.0 = reader.varint32()?.checked_add(LEAST).ok_or(Cut)?;
    }
    Ok(())
}

/// What the frequencies before each posting of a full block add up to, and those of all.
pub(super) type Starts = [u32; BLOCK + 1];

const LOWEST_BITS: u64 = 0x0101_0101_0101_0101;

/// Sums frequencies up; the rest as in [`read`], eight postings at a time.
pub(super) fn starts(classes: &[u8], bytes: &[u8], starts: &mut Starts) -> Result<(), Cut> {
    let classes: &[u8; BLOCK] = classes.first_chunk().ok_or(Cut)?;
    let (mut sum, mut at) = (0u32, 0);
    starts[0] = 0;
    for (eight, ends) in classes.as_chunks::<8>().0.iter().zip(starts[1..].as_chunks_mut::<8>().0) {
        let word = u64::from_le_bytes(*eight);
        if word & (LOWEST_BITS << 7) == 0 {
            // Sums of up to eight frequencies of up to 8 have a byte each.
            let freqs = ((word >> 4) & (0x0f * LOWEST_BITS)) + LOWEST_BITS;
            let sums = freqs.wrapping_mul(LOWEST_BITS).to_le_bytes();
            let after = sum.checked_add(u32::from(sums[7])).ok_or(Cut)?;
            ends.iter_mut().zip(sums).for_each(|(end, more)| *end = sum + u32::from(more));
            sum = after;
            continue;
        }
        for (end, &class) in ends.iter_mut().zip(eight) {
            let is_exact = class < INEXACT_FROM;
            let byte = bytes.get(at).copied().unwrap_or(u8::MAX);
            let freq = if !is_exact && byte >= 0x80 {
                let mut reader = Reader::new(bytes.get(at..).ok_or(Cut)?);
                let above = reader.varint32()?;
                at = bytes.len() - reader.rest().len();
                above.checked_add(LEAST).ok_or(Cut)?
            } else {
                // No jump: which are exact is hard to foresee.
                at += usize::from(!is_exact);
                if is_exact { u32::from(class >> 4) + 1 } else { u32::from(byte) + LEAST }
            };
            sum = sum.checked_add(freq).ok_or(Cut)?;
            *end = sum;
        }
    }
    Ok(())
}

/// The same of frequencies that are known, a block's number at most.
pub(super) fn sums(freqs: &[u32], starts: &mut Starts) -> Result<(), Cut> {
    let mut sum = 0u32;
    starts[0] = 0;
    for (end, &freq) in starts[1..].iter_mut().zip(freqs) {
        sum = sum.checked_add(freq).ok_or(Cut)?;
        *end = sum;
    }
    Ok(())
}

/// The frequency that a class says exactly, if it does.
#[inline]
pub(super) fn of_class(class: u8) -> Option<u32> {
    (class < INEXACT_FROM).then(|| u32::from(class >> 4) + 1)
}

/// The frequency of posting `i` alone; the rest as in [`read`].
pub(super) fn read_one(classes: &[u8], bytes: &[u8], i: usize) -> Result<u32, Cut> {
    if let Some(freq) = of_class(*classes.get(i).ok_or(Cut)?) {
        return Ok(freq);
    }
    // A block has 128 classes: a byte counts them, and sixteen at a time.
    let before = classes[..i].iter().map(|&class| u8::from(class >= INEXACT_FROM)).sum::<u8>();
    let bytes = bytes.get(end_of(bytes, usize::from(before))..).ok_or(Cut)?;
    Reader::new(bytes).varint32()?.checked_add(LEAST).ok_or(Cut)
}

/// What the frequencies of a full block add up to, and the greatest one; the rest as in [`read`].
pub(super) fn sum(classes: &[u8], bytes: &[u8]) -> Result<(u64, u32), Cut> {
    let (mut sum, mut most, mut inexact) = (0u64, 0u32, 0usize);
    for &class in classes {
        let freq = (u32::from(class >> 4) + 1).min(LEAST);
        inexact += usize::from(freq == LEAST);
        sum += u64::from(freq);
        most = most.max(freq);
    }
    let mut reader = Reader::new(bytes);
    for _ in 0..inexact {
        let above = reader.varint32()?;
        sum += u64::from(above);
        most = most.max(above.checked_add(LEAST).ok_or(Cut)?);
    }
    Ok((sum, most))
}

/// Where the first `count` of the varints of `bytes` end; past the end where there are fewer.
fn end_of(bytes: &[u8], mut count: usize) -> usize {
    let (eights, rest) = bytes.as_chunks::<8>();
    for (i, eight) in eights.iter().enumerate() {
        // The last byte of a varint has its highest bit clear.
        let mut ends = !u64::from_le_bytes(*eight) & 0x8080_8080_8080_8080;
        let here = ends.count_ones() as usize;
        if count <= here {
            if count == 0 {
                return 8 * i;
            }
            for _ in 1..count {
                ends &= ends - 1;
            }
            return 8 * i + ends.trailing_zeros() as usize / 8 + 1;
        }
        count -= here;
    }
    let ends = rest.iter().enumerate().filter(|(_, byte)| **byte < 0x80);
    let start = 8 * eights.len();
    match count.checked_sub(1) {
        None => start,
        Some(last) => ends.map(|(i, _)| start + i + 1).nth(last).unwrap_or(bytes.len() + 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::lengths::class;

    proptest! {
        #[test]
        fn frequencies_read_back(
            freqs in prop::collection::vec(prop_oneof![1u32..12, 1..u32::MAX], 0..128),
            step in 0u8..16,
        ) {
            let classes: Vec<u8> = freqs.iter().map(|&freq| class(freq, step)).collect();
            let (mut bytes, mut found) = (Vec::new(), vec![0; freqs.len()]);
            put(&mut bytes, &freqs);
            read(&classes, &bytes, &mut found).unwrap();
            for (i, &freq) in freqs.iter().enumerate() {
                prop_assert_eq!(read_one(&classes, &bytes, i), Ok(freq));
            }
            let total = freqs.iter().map(|&freq| u64::from(freq)).sum::<u64>();
            let most = freqs.iter().copied().max().unwrap_or(0);
            prop_assert_eq!(sum(&classes, &bytes), Ok((total, most)));
            prop_assert_eq!(found, freqs);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, classes: Vec<u8>) {
            let mut found = vec![0; classes.len()];
            if read(&classes, &bytes, &mut found).is_ok() {
                prop_assert!(!found.contains(&0));
            }
        }

        #[test]
        fn sums_are_those_of_the_frequencies(
            classes in prop::collection::vec(prop_oneof![0..INEXACT_FROM, any::<u8>()], BLOCK),
            bytes in prop::collection::vec(prop_oneof![0..0x80u8, any::<u8>()], 0..200),
        ) {
            let (mut freqs, mut found) = ([0; BLOCK], [0; _]);
            let read = read(&classes, &bytes, &mut freqs);
            let mut sums = vec![0u32];
            let fits = freqs.iter().try_for_each(|&freq| {
                sums.push(sums[sums.len() - 1].checked_add(freq).ok_or(Cut)?);
                Ok(())
            });
            let summed = starts(&classes, &bytes, &mut found);
            prop_assert_eq!(summed, read.and(fits));
            if summed.is_ok() {
                prop_assert_eq!(&found[..], sums);
            }
        }
    }
}
