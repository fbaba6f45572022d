//! Where in a text do several terms stand together? Shared by searching and highlighting, so that
//! what is marked is what matched.

/// Calls `visit` with the place in each list of every occurrence, in the order of the text.
///
/// `lists`: for each term its rising positions and the place it has in the phrase. With `slop` 0
/// every term stands at its place. Else the terms may stand off their places as long as the greatest
/// shift is at most `slop` more than the least, and no token serves twice; occurrences are found
/// by moving the most backward term one step at a time (docs/ranking.md, "Phrases").
///
/// ```
/// let (foreign, troops) = ([3, 9], [4, 12]);
/// let mut found = Vec::new();
/// searchlib_core::phrase::occurrences(&[(&foreign, 0), (&troops, 1)], 0, |at| found.push(at.to_vec()));
/// assert_eq!(found, [[0, 0]]);
/// ```
pub fn occurrences(lists: &[(&[u32], u32)], slop: u32, visit: impl FnMut(&[usize])) {
    if lists.is_empty() {
        return;
    }
    if slop == 0 {
        exact(lists, visit);
    } else {
        sloppy(lists, slop, visit);
    }
}

/// Moves those of the rising `starts` to the front that have `offset` more among the rising
/// `positions`; returns how many have. What is behind them is of no use then.
///
/// ```
/// let mut starts = [3, 9, 20];
/// let kept = searchlib_core::phrase::keep_standing(&mut starts, &[4, 12, 21], 1);
/// assert_eq!(starts[..kept], [3, 20]);
/// ```
#[inline]
pub fn keep_standing(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the machine has AVX-512F.
        return unsafe { keep_standing_512(starts, positions, offset) };
    }
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        return unsafe { keep_standing_256(starts, positions, offset) };
    }
    keep_standing_plain(starts, positions, offset)
}

/// Positions that are compared at once.
const STEP: usize = 16;

fn keep_standing_plain(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    let (mut rest, mut kept) = (positions, 0);
    for i in 0..starts.len() {
        let start = starts[i];
        let wanted = start.saturating_add(offset);
        while rest.len() > STEP && rest[STEP - 1] < wanted {
            rest = &rest[STEP..];
        }
        let found = match rest.first_chunk::<STEP>() {
            Some(some) => some.iter().fold(false, |found, &position| found | (position == wanted)),
            None => rest.contains(&wanted),
        };
        starts[kept] = start;
        kept += usize::from(found);
    }
    kept
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn keep_standing_512(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    match positions.len().div_ceil(STEP) {
        0 => 0,
        1 => keep_few_512::<1>(starts, positions, offset),
        2 => keep_few_512::<2>(starts, positions, offset),
        3 => keep_few_512::<3>(starts, positions, offset),
        4 => keep_few_512::<4>(starts, positions, offset),
        _ => keep_many_512(starts, positions, offset),
    }
}

/// Up to sixteen positions, and which of the sixteen they are.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[inline]
fn load_512(positions: &[u32]) -> (std::arch::x86_64::__mmask16, std::arch::x86_64::__m512i) {
    use std::arch::x86_64::{__mmask16, _mm512_maskz_loadu_epi32};
    let len = positions.len();
    let held = if len < STEP { (1 << len) - 1 } else { __mmask16::MAX };
    // SAFETY: no number past the end of `positions` is read.
    (held, unsafe { _mm512_maskz_loadu_epi32(held, positions.as_ptr().cast()) })
}

/// Each start is compared with all of up to `STEPS` times sixteen positions: no jump depends on
/// them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn keep_few_512<const STEPS: usize>(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    use std::arch::x86_64::{_mm512_mask_cmpeq_epi32_mask, _mm512_set1_epi32};
    let mut loaded = [load_512(&[]); STEPS];
    for (loaded, some) in loaded.iter_mut().zip(positions.chunks(STEP)) {
        *loaded = load_512(some);
    }
    let mut kept = 0;
    for i in 0..starts.len() {
        let start = starts[i];
        let wanted = _mm512_set1_epi32(start.saturating_add(offset).cast_signed());
        let mut found = 0;
        for (held, some) in loaded {
            found |= _mm512_mask_cmpeq_epi32_mask(held, some, wanted);
        }
        starts[kept] = start;
        kept += usize::from(found != 0);
    }
    kept
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn keep_many_512(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    use std::arch::x86_64::{_mm512_mask_cmpeq_epi32_mask, _mm512_set1_epi32};
    let mut rest = positions;
    let (mut held, mut some) = load_512(rest);
    let mut kept = 0;
    for i in 0..starts.len() {
        let start = starts[i];
        let wanted = start.saturating_add(offset);
        if rest.len() > STEP && rest[STEP - 1] < wanted {
            while rest.len() > STEP && rest[STEP - 1] < wanted {
                rest = &rest[STEP..];
            }
            (held, some) = load_512(rest);
        }
        let wanted = _mm512_set1_epi32(wanted.cast_signed());
        let found = _mm512_mask_cmpeq_epi32_mask(held, some, wanted);
        starts[kept] = start;
        kept += usize::from(found != 0);
    }
    kept
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn keep_standing_256(starts: &mut [u32], positions: &[u32], offset: u32) -> usize {
    use std::arch::x86_64::*;
    const EIGHT: usize = STEP / 2;
    let steps = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    let load = |rest: &[u32]| {
        let held = _mm256_cmpgt_epi32(_mm256_set1_epi32(rest.len().min(EIGHT) as i32), steps);
        // SAFETY: no number past the end of `rest` is read.
        (held, unsafe { _mm256_maskload_epi32(rest.as_ptr().cast(), held) })
    };
    let mut rest = positions;
    let mut loaded = (load(rest), load(rest.get(EIGHT..).unwrap_or_default()));
    let mut kept = 0;
    for i in 0..starts.len() {
        let start = starts[i];
        let wanted = start.saturating_add(offset);
        if rest.len() > STEP && rest[STEP - 1] < wanted {
            while rest.len() > STEP && rest[STEP - 1] < wanted {
                rest = &rest[STEP..];
            }
            loaded = (load(rest), load(rest.get(EIGHT..).unwrap_or_default()));
        }
        let wanted = _mm256_set1_epi32(wanted.cast_signed());
        let ((held, some), (more_held, more)) = loaded;
        let found = _mm256_and_si256(_mm256_cmpeq_epi32(some, wanted), held);
        let found_more = _mm256_and_si256(_mm256_cmpeq_epi32(more, wanted), more_held);
        starts[kept] = start;
        kept += usize::from(
            _mm256_testz_si256(_mm256_or_si256(found, found_more), _mm256_set1_epi32(-1)) == 0,
        );
    }
    kept
}

fn exact(lists: &[(&[u32], u32)], mut visit: impl FnMut(&[usize])) {
    let mut at = vec![0; lists.len()];
    let (lead, lead_offset) = lists[0];
    'place: for (index, &position) in lead.iter().enumerate() {
        at[0] = index;
        let Some(start) = position.checked_sub(lead_offset) else {
            continue;
        };
        for (i, &(list, offset)) in lists.iter().enumerate().skip(1) {
            let wanted = start.saturating_add(offset);
            while at[i] < list.len() && list[at[i]] < wanted {
                at[i] += 1;
            }
            match list.get(at[i]) {
                None => return,
                Some(&found) if found != wanted => continue 'place,
                Some(_) => {}
            }
        }
        visit(&at);
    }
}

fn sloppy(lists: &[(&[u32], u32)], slop: u32, mut visit: impl FnMut(&[usize])) {
    let mut at = vec![0; lists.len()];
    // (shift of the term from its place, its position, its list)
    let mut shifts = vec![(0i64, 0u32, 0usize); lists.len()];
    loop {
        for (i, &(list, offset)) in lists.iter().enumerate() {
            let Some(&position) = list.get(at[i]) else {
                return;
            };
            shifts[i] = (i64::from(position) - i64::from(offset), position, i);
        }
        let least = shifts.iter().copied().fold(shifts[0], Ord::min);
        let most = shifts.iter().copied().fold(shifts[0], Ord::max);
        let once = |a: &(i64, u32, usize)| shifts.iter().all(|b| a.2 == b.2 || a.1 != b.1);
        if most.0 - least.0 <= i64::from(slop) && shifts.iter().all(once) {
            visit(&at);
        }
        at[least.2] += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(lists: &[(&[u32], u32)], slop: u32) -> usize {
        let mut count = 0;
        occurrences(lists, slop, |_| count += 1);
        count
    }

    proptest! {
        #[test]
        fn starts_are_kept_as_the_occurrences_are(
            starts in prop::collection::btree_set(0..200u32, 0..60),
            positions in prop::collection::btree_set(0..200u32, 0..120),
            offset in 0..5u32,
        ) {
            let starts: Vec<u32> = starts.into_iter().collect();
            let positions: Vec<u32> = positions.into_iter().collect();
            let mut expected = Vec::new();
            occurrences(&[(&starts, 0), (&positions, offset)], 0, |at| expected.push(starts[at[0]]));
            let mut kept = starts.clone();
            let count = keep_standing(&mut kept, &positions, offset);
            prop_assert_eq!(&kept[..count], &expected);
            let mut kept = starts.clone();
            let count = keep_standing_plain(&mut kept, &positions, offset);
            prop_assert_eq!(&kept[..count], &expected);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                let mut kept = starts.clone();
                // SAFETY: the machine has AVX2.
                let count = unsafe { keep_standing_256(&mut kept, &positions, offset) };
                prop_assert_eq!(&kept[..count], &expected);
            }
        }
    }

    #[test]
    fn a_repeated_word_needs_two_tokens() {
        assert_eq!(count(&[(&[5], 0), (&[5], 1)], 3), 0);
        assert_eq!(count(&[(&[5, 6], 0), (&[5, 6], 1)], 0), 1);
    }

    #[test]
    fn slop_lets_a_word_stand_between_or_two_swap() {
        assert_eq!(count(&[(&[0], 0), (&[2], 1)], 0), 0);
        assert_eq!(count(&[(&[0], 0), (&[2], 1)], 1), 1);
        assert_eq!(count(&[(&[1], 0), (&[0], 1)], 1), 0);
        assert_eq!(count(&[(&[1], 0), (&[0], 1)], 2), 1);
    }
}
