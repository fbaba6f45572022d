//! How often do the documents of a full block hold the term?
//!
//! Up to 8 the class of a posting says it (docs/format.md, "Classes"), so only what is above is
//! written. Writer and reader.

use crate::bytes::{Cut, Reader, put_varint};
use crate::segment::lengths::{EXACT_STEPS, exact_freq};

/// The least frequency that a class does not say.
const LEAST: u32 = EXACT_STEPS as u32 + 1;

/// Appends what the classes of the frequencies of a block do not say.
pub(super) fn put(out: &mut Vec<u8>, freqs: &[u32]) {
    for freq in freqs.iter().filter_map(|freq| freq.checked_sub(LEAST)) {
        put_varint(out, u64::from(freq));
    }
}

/// The frequencies of a block from its classes and the `bytes` that [`put`] wrote for it.
pub(super) fn read(classes: &[u8], bytes: &[u8], freqs: &mut [u32]) -> Result<(), Cut> {
    if classes.len() != freqs.len() {
        return Err(Cut);
    }
    let mut highest = 0;
    for (freq, &class) in freqs.iter_mut().zip(classes) {
        *freq = u32::from(class >> 4) + 1;
        highest = highest.max(class);
    }
    if exact_freq(highest).is_some() {
        return Ok(());
    }
    let mut reader = Reader::new(bytes);
    for (freq, _) in
        freqs.iter_mut().zip(classes).filter(|(_, class)| exact_freq(**class).is_none())
    {
        *freq = read_next(&mut reader)?;
    }
    Ok(())
}

/// The frequency of one posting of a block.
pub(super) fn read_one(classes: &[u8], bytes: &[u8], ordinal: usize) -> Result<u32, Cut> {
    let class = *classes.get(ordinal).ok_or(Cut)?;
    if let Some(freq) = exact_freq(class) {
        return Ok(freq);
    }
    let mut reader = Reader::new(bytes);
    for _ in classes[..ordinal].iter().filter(|&&class| exact_freq(class).is_none()) {
        reader.varint()?;
    }
    read_next(&mut reader)
}

fn read_next(reader: &mut Reader<'_>) -> Result<u32, Cut> {
    reader.varint32()?.checked_add(LEAST).ok_or(Cut)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::lengths::DocLengths;

    proptest! {
        #[test]
        fn frequencies_read_back(
            freqs in prop::collection::vec(prop_oneof![1u32..12, 1..u32::MAX], 0..128),
        ) {
            let lengths = DocLengths::new(vec![7]);
            let classes: Vec<u8> = freqs.iter().map(|&freq| lengths.class(0, freq)).collect();
            let (mut bytes, mut found) = (Vec::new(), vec![0; freqs.len()]);
            put(&mut bytes, &freqs);
            read(&classes, &bytes, &mut found).unwrap();
            prop_assert_eq!(&found, &freqs);
            for (ordinal, &freq) in freqs.iter().enumerate() {
                prop_assert_eq!(read_one(&classes, &bytes, ordinal), Ok(freq));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, classes: Vec<u8>) {
            let mut found = vec![0; classes.len()];
            if read(&classes, &bytes, &mut found).is_ok() {
                prop_assert!(!found.contains(&0));
            }
        }
    }
}
