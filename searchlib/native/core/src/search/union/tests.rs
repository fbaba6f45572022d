//! What a union finds, against sums of what its streams say.

use proptest::prelude::*;

use super::*;

/// For each stream the bound of each document; 0 where it has none.
struct Lists(Vec<Vec<f32>>);

impl Lists {
    /// Each list has about one document in `every`.
    fn new(doc_count: u32, lists: &[(u32, u32)]) -> Self {
        let bound = |doc: u32, every: u32, seed: u32| {
            let hash = (doc ^ seed).wrapping_mul(0x9e37_79b1).wrapping_mul(doc | 1) >> 8;
            let share = (hash / every % 1000) as f32 / 1000.0;
            if hash.is_multiple_of(every) { 0.1 + share * share } else { 0.0 }
        };
        let list = |&(every, seed)| (0..doc_count).map(|doc| bound(doc, every, seed)).collect();
        Lists(lists.iter().map(list).collect())
    }

    fn shapes(&self) -> Vec<Shape> {
        let shape = |(i, list): (usize, &Vec<f32>)| {
            let cost = list.iter().filter(|&&bound| bound > 0.0).count() as u64;
            let most = list.iter().copied().fold(0.0, f32::max);
            Shape { most, cost, group: i / 2, cap: 3.0 }
        };
        self.0.iter().enumerate().map(shape).collect()
    }

    fn sum(&self, doc: u32) -> f32 {
        self.0.iter().map(|list| list[doc as usize]).sum()
    }
}

impl Streams for Lists {
    fn next(&mut self, i: usize, target: u32) -> Result<u32> {
        let left = &self.0[i][target as usize..];
        let next = left.iter().position(|&bound| bound > 0.0);
        Ok(next.map_or(crate::segment::postings::END, |place| target + place as u32))
    }

    fn add(
        &mut self,
        i: usize,
        _: Option<usize>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        for doc in (window.start..window.end).filter(|&doc| self.0[i][doc as usize] > 0.0) {
            out.add(doc - window.start, self.0[i][doc as usize]);
        }
        Ok(())
    }

    fn find(&mut self, i: usize, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        for doc in window.start..window.end {
            let bound = self.0[i][doc as usize];
            if bound > 0.0 && bound >= floor {
                out.push(doc, bound);
            }
        }
        Ok(())
    }

    fn lift(&mut self, i: usize, _: Option<usize>, found: &mut Candidates) -> Result<()> {
        for (&doc, bound) in found.docs.iter().zip(&mut found.bounds) {
            *bound += self.0[i][doc as usize];
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_found_is_what_sums_reach(
        lists in prop::collection::vec((1..40u32, any::<u32>()), 1..7),
        doc_count in prop_oneof![100..9000u32, 16_384..30_000u32],
        floors in prop::array::uniform4(0.0..2.5f32),
    ) {
        let mut lists = Lists::new(doc_count, &lists);
        let mut union = Union::new(lists.shapes(), doc_count);
        let sieve = Sieve::default();
        if union.is_crowded() {
            let mut best = Candidates::default();
            union.best(&mut lists, 15, &sieve, &mut best).unwrap();
            let least = best.bounds.iter().copied().fold(f32::INFINITY, f32::min);
            let left_out = (0..WINDOW).filter(|doc| !best.docs.contains(doc));
            prop_assert!(left_out.into_iter().all(|doc| lists.sum(doc) <= least));
        }
        let mut start = 0;
        for (floor, len) in floors.into_iter().zip([WINDOW, 2 * WINDOW, 700, u32::MAX]) {
            let window = Window { start, end: doc_count.min(start.saturating_add(len)) };
            start = window.end;
            let mut found = Candidates::default();
            union.find(&mut lists, window, floor, &sieve, &mut found).unwrap();
            prop_assert!(found.docs.is_sorted());
            let mut left = found.pairs().peekable();
            for doc in window.start..window.end {
                let sum = lists.sum(doc);
                let held = left.next_if(|&(held, _)| held == doc);
                match held {
                    Some((_, bound)) => prop_assert!(bound * 1.000_001 >= sum),
                    None => prop_assert!(sum <= floor * 1.000_001),
                }
            }
            prop_assert!(left.next().is_none());
        }
    }
}
