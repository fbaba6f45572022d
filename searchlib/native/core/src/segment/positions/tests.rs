//! Positions written and read back.

use proptest::prelude::*;

use super::group::MAX_LOW_WIDTH;
#[cfg(target_arch = "x86_64")]
use super::group::MAX_WIDTH_256;
use super::*;
use crate::segment::freqs;

fn positions() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let gap = prop_oneof![0u32..3, 0u32..300, any::<u32>()];
    let gaps =
        prop_oneof![prop::collection::vec(gap.clone(), 1..9), prop::collection::vec(gap, 1..300),];
    let document = gaps.prop_map(|gaps| {
        let mut last = 0u32;
        let rising = gaps.into_iter().map_while(|gap| {
            last = last.checked_add(gap)?;
            Some(last)
        });
        rising.collect::<Vec<_>>()
    });
    prop::collection::vec(document.prop_filter("no position", |all| !all.is_empty()), 1..60)
}

proptest! {
    #[test]
    fn each_document_reads_back_in_any_order(
        documents in positions(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let mut writer = PositionWriter::default();
        for positions in &documents {
            let before = std::iter::once(&0).chain(positions);
            before.zip(positions).for_each(|(before, position)| writer.push(position - before));
        }
        writer.close_block();
        let freqs: Vec<u32> = documents.iter().map(|all| all.len() as u32).collect();
        let mut reader = PositionReader::default();
        reader.enter(0, writer.bytes(), freqs.len(), |starts| freqs::sums(&freqs, starts)).unwrap();
        let all = 0..documents.len();
        for at in all.chain(order.iter().map(|index| index.index(documents.len()))) {
            let positions = reader.read(at).unwrap();
            for offset in [0, documents[at][0], documents[at][0].saturating_add(1)] {
                let mut found = Vec::new();
                positions.append_from(offset, &mut found);
                let expected: Vec<u32> =
                    documents[at].iter().filter_map(|all| all.checked_sub(offset)).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn a_group_is_summed_as_by_the_plain_loop(
        width in 0..=MAX_LOW_WIDTH,
        len in GROUP_FROM..=GROUP,
        lower in prop::collection::vec(any::<u8>(), 496),
        upper in prop::collection::vec(prop_oneof![Just(0u8), Just(255), any::<u8>()], 0..255),
        more in 0..40usize,
    ) {
        let own = (len * usize::from(width)).div_ceil(8);
        let lower = &lower[..(own + more).min(lower.len())];
        let group = Group { len, width, lower, upper: &upper };
        let (mut plain, mut vector) = ([0; _], [0; _]);
        let found = group.sums_plain(&mut plain);
        prop_assert_eq!(group.sums(&mut vector), found);
        if found.is_ok() {
            prop_assert_eq!(&vector[..len], &plain[..len]);
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && width <= MAX_WIDTH_256
        {
            // SAFETY: the machine has both.
            prop_assert_eq!(unsafe { group.sums_256(&mut vector) }, found);
            if found.is_ok() {
                prop_assert_eq!(&vector[..len], &plain[..len]);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        freqs in prop::collection::vec(1u32..300, 1..6),
    ) {
        let mut reader = PositionReader::default();
        reader.enter(0, &bytes, freqs.len(), |starts| freqs::sums(&freqs, starts)).unwrap();
        for (at, &freq) in freqs.iter().enumerate() {
            if let Ok(positions) = reader.read(at) {
                let mut found = Vec::new();
                positions.append_from(0, &mut found);
                prop_assert!(found.is_sorted() && found.len() == freq as usize);
            }
        }
    }
}
