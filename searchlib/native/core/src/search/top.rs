//! The best documents so far, and what a document must beat to join them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Result;
use crate::search::window::Candidates;

/// So many documents are scored before the threshold is looked at again: at least, or this part of
/// those wanted.
const AT_ONCE: usize = 8;

/// More, up to so many, while the threshold stays: what is looked up together costs less.
const MOST_AT_ONCE: usize = 128;

/// The same of those with the best bounds, which raise the threshold less and less.
const BEST_AT_ONCE: usize = 16;

/// So many candidates for each hit wanted are scored together.
pub const FEW_OF_A_HIT: usize = 3;

/// Where more documents than this are to come [`FEW_OF_A_HIT`] candidates for each hit wanted are
/// scored before the others wait, else as many as are wanted and this part of them more.
const MANY_TO_COME: u32 = 1 << 16;
const MORE_THAN_WANTED: usize = 4;

/// More do not wait: where many documents score the same, no threshold rises above them.
const MOST_WAITING: usize = 1024;

/// Of so many hits wanted the candidates with the best bounds are scored first to the last one.
const FEW_HITS: usize = 64;

/// In which order documents are scored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The greatest bound first.
    Bounds,
    /// Rising.
    Docs,
}

/// A document and its exact score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    pub doc: u32,
    pub score: f64,
}

/// The same as one number, which is greater the better it is: by score, then by earlier document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u128);

impl Place {
    fn of(Scored { doc, score }: Scored) -> Self {
        let bits = score.to_bits();
        let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
        Place(u128::from(ordered) << 32 | u128::from(!doc))
    }

    fn scored(self) -> Scored {
        let ordered = (self.0 >> 32) as u64;
        let bits = if ordered >> 63 == 1 { ordered ^ 1 << 63 } else { !ordered };
        Scored { doc: !(self.0 as u32), score: f64::from_bits(bits) }
    }
}

/// At most `limit` documents with the best scores; of equal scores the earlier ones.
pub struct Top {
    limit: usize,
    heap: BinaryHeap<Reverse<Place>>,
    /// At least `limit` documents score this much, though they may be still to come.
    least: f64,
    /// What scores less does not get in beside those that are here.
    open_from: f64,
    /// Bounds are sums of rounded numbers; times this they are bounds of the exact sum.
    slack: f64,
    /// How many documents were scored.
    scored: u64,
    /// Whether a document scored more than its bound.
    broken: bool,
}

impl Top {
    /// `terms`: how many bounds may be added up for one document.
    pub fn new(limit: usize, terms: usize) -> Self {
        Top {
            limit,
            heap: BinaryHeap::with_capacity(limit.min(FEW_HITS)),
            least: 0.0,
            open_from: f64::NEG_INFINITY,
            // Each addition and each conversion to f32 is off by at most 2^-24 of the sum.
            slack: 1.0 + (terms as f64 + 4.0) * 1.2e-7,
            scored: 0,
            broken: false,
        }
    }

    /// Says that at least `limit` documents score `least` or more.
    pub fn raise(&mut self, least: f64) {
        self.least = self.least.max(least);
    }

    /// An empty one, to be offered what this was and more. As many documents as are wanted score what
    /// the last one here does, where it is full.
    pub fn again(self) -> Self {
        let least = self.worst().max(self.least);
        Top { heap: BinaryHeap::new(), least, open_from: f64::NEG_INFINITY, ..self }
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    pub fn is_full(&self) -> bool {
        self.heap.len() == self.limit
    }

    /// A document whose bound is less cannot get in.
    pub fn floor(&self) -> f32 {
        // Rounding to a float may go up; the factor goes down by more.
        (self.worst().max(self.least) / self.slack * (1.0 - 1e-7)) as f32
    }

    /// The least score here, where no more are wanted.
    fn worst(&self) -> f64 {
        match self.heap.peek() {
            Some(&Reverse(worst)) if self.is_full() => worst.scored().score,
            _ => 0.0,
        }
    }

    /// Scores those candidates that can still get in, `score` some rising documents at once, of
    /// which none that scores less than a floor matters.
    ///
    /// The best bounds come first: their scores make a threshold that spares the others. Or, where
    /// `score` costs less so, the candidates come in the order of their numbers.
    ///
    /// While `to_come` documents of the segment are still to be looked at, those with lesser bounds
    /// wait: they stay among the candidates, to be offered again beside those found by then.
    pub fn offer(
        &mut self,
        base: u32,
        candidates: &mut Candidates,
        order: Order,
        to_come: u32,
        mut score: impl FnMut(&[u32], f32) -> Result<Vec<Option<f64>>>,
    ) -> Result<()> {
        let mut asked = Vec::new();
        let mut push = |top: &mut Self, chosen: &mut [(u32, f32)], floor| -> Result<()> {
            chosen.sort_unstable_by_key(|&(doc, _)| doc);
            asked.clear();
            asked.extend(chosen.iter().map(|&(doc, _)| doc));
            for (&mut (doc, bound), score) in chosen.iter_mut().zip(score(&asked, floor)?) {
                top.push(base, doc, bound, score);
            }
            Ok(())
        };
        let mut floor = self.floor();
        let mut left = Vec::with_capacity(candidates.docs.len());
        let pairs = candidates.docs.iter().copied().zip(candidates.bounds.iter().copied());
        left.extend(pairs.filter(|&(_, bound)| bound >= floor));
        candidates.clear();
        let is_short = order == Order::Bounds && self.limit <= FEW_HITS;
        let may_wait = to_come > 0 && is_short && left.len() <= MOST_WAITING;
        if may_wait {
            // The more is to come, the more a higher threshold spares.
            let now = if to_come > MANY_TO_COME {
                FEW_OF_A_HIT * self.limit
            } else {
                self.limit + self.limit / MORE_THAN_WANTED
            };
            let now = now.max(AT_ONCE);
            split_best(&mut left, now).iter().for_each(|&(doc, bound)| candidates.push(doc, bound));
        }
        let least = AT_ONCE.max(self.limit / AT_ONCE);
        let mut at_once = least;
        let is_few = self.limit <= FEW_HITS && left.len() <= FEW_OF_A_HIT * self.limit;
        if may_wait || order == Order::Bounds && is_few {
            at_once = left.len(); // an order would cost more than it spares
        } else if order == Order::Bounds {
            let room = (self.limit - self.heap.len()).min(left.len());
            if room > 0 {
                let mut others = split_best(&mut left, room);
                push(self, &mut left, floor)?;
                std::mem::swap(&mut left, &mut others);
                floor = self.floor();
            }
            left.retain(|&(_, bound)| bound >= floor);
            // Of many hits each raises the threshold by little: it is worth no order.
            if self.limit <= FEW_HITS {
                left.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                at_once = BEST_AT_ONCE;
            }
        }
        let mut left = &mut left[..];
        while !left.is_empty() {
            let (chosen, others) = left.split_at_mut(left.len().min(at_once));
            let count = keep_from(chosen, floor);
            if count > 0 {
                push(self, &mut chosen[..count], floor)?;
                let raised = self.floor();
                if order == Order::Docs {
                    let most = MOST_AT_ONCE.max(least).min(2 * at_once);
                    at_once = if raised > floor { least } else { most };
                }
                floor = raised;
            }
            left = others;
        }
        Ok(())
    }

    fn push(&mut self, base: u32, doc: u32, bound: f32, score: Option<f64>) {
        self.scored += 1;
        // A candidate may be none after all: a bound says nothing of what is not there.
        let Some(score) = score else {
            return;
        };
        self.broken |= score > f64::from(bound) * self.slack;
        if score < self.open_from {
            return;
        }
        let place = Place::of(Scored { doc: base + doc, score });
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(place));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && place > worst.0
        {
            *worst = Reverse(place);
        }
        if self.is_full() {
            self.open_from = self.worst();
        }
    }

    /// How many documents were scored.
    pub fn scored(&self) -> u64 {
        self.scored
    }

    /// Whether a document scored more than its bound, which is none then.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Score falling, equal scores by rising document.
    pub fn into_sorted(self) -> Vec<Scored> {
        let mut best: Vec<Place> = self.heap.into_iter().map(|Reverse(place)| place).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.into_iter().map(Place::scored).collect()
    }
}

/// Leaves the `count` with the best bounds, of equal ones the first, and returns the others. All stay
/// in their order. No bound is less than 0.
fn split_best(candidates: &mut Vec<(u32, f32)>, count: usize) -> Vec<(u32, f32)> {
    if count >= candidates.len() {
        return Vec::new();
    }
    // As bits they are in the same order.
    let mut bounds: Vec<u32> = candidates.iter().map(|(_, bound)| bound.to_bits()).collect();
    let (better, &mut least, _) = bounds.select_nth_unstable_by(count - 1, |a, b| b.cmp(a));
    let mut equal = count - better.iter().filter(|&&bound| bound > least).count();
    let is_best = |&mut (_, bound): &mut (u32, f32)| {
        let bound = bound.to_bits();
        let is_equal = bound == least && equal > 0;
        equal -= usize::from(is_equal);
        bound > least || is_equal
    };
    let mut best = Vec::with_capacity(count);
    best.extend(candidates.extract_if(.., is_best));
    std::mem::replace(candidates, best)
}

/// Moves those with a bound of at least `floor` to the front; returns how many there are.
fn keep_from(candidates: &mut [(u32, f32)], floor: f32) -> usize {
    let mut kept = 0;
    for i in 0..candidates.len() {
        if candidates[i].1 >= floor {
            candidates[kept] = candidates[i];
            kept += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_order_by_score_and_then_by_earlier_document(
            scores in prop::array::uniform2(prop_oneof![prop::num::f64::ANY, 0.0..2.0f64]),
            docs in prop::array::uniform2(prop_oneof![0..3u32, any::<u32>()]),
            same: bool,
        ) {
            let scores = if same { [scores[0]; 2] } else { scores };
            let [a, b] = [0, 1].map(|i| Scored { doc: docs[i], score: scores[i] });
            let expected = a.score.total_cmp(&b.score).then(b.doc.cmp(&a.doc));
            prop_assert_eq!(Place::of(a).cmp(&Place::of(b)), expected);
            let back = Place::of(a).scored();
            prop_assert_eq!((back.doc, back.score.to_bits()), (a.doc, a.score.to_bits()));
        }

        #[test]
        fn candidates_that_wait_are_not_forgotten(
            pairs in prop::collection::vec((1u8..60, 0u8..9), 1..400),
            limit in 1usize..20,
            len in 1usize..200,
        ) {
            let score = |doc: u32| f64::from(pairs[doc as usize].0);
            let mut top = Top::new(limit, 1);
            let mut found = Candidates::default();
            for start in (0..pairs.len()).step_by(len) {
                let end = pairs.len().min(start + len);
                let floor = top.floor();
                for (doc, &(score, more)) in pairs.iter().enumerate().take(end).skip(start) {
                    let bound = f32::from(score) + f32::from(more);
                    if bound >= floor {
                        found.push(doc as u32, bound);
                    }
                }
                let scores = |docs: &[u32], _| Ok(docs.iter().map(|&doc| Some(score(doc))).collect());
                let to_come = (pairs.len() - end) as u32;
                top.offer(0, &mut found, Order::Bounds, to_come, scores).unwrap();
            }
            let mut all: Vec<Scored> =
                (0..pairs.len() as u32).map(|doc| Scored { doc, score: score(doc) }).collect();
            all.sort_unstable_by_key(|&scored| std::cmp::Reverse(Place::of(scored)));
            all.truncate(limit);
            prop_assert_eq!(top.into_sorted(), all);
        }

        #[test]
        fn the_best_are_those_that_a_sort_puts_first(
            bounds in prop::collection::vec(0u8..9, 1..60),
            count in 1usize..70,
        ) {
            let all: Vec<(u32, f32)> =
                bounds.iter().enumerate().map(|(i, &b)| (i as u32, f32::from(b) / 3.0)).collect();
            let mut sorted = all.clone();
            sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
            let mut expected = sorted[..count.min(all.len())].to_vec();
            let mut others = sorted[count.min(all.len())..].to_vec();
            expected.sort_by_key(|&(doc, _)| doc);
            others.sort_by_key(|&(doc, _)| doc);
            let mut best = all;
            prop_assert_eq!(split_best(&mut best, count), others);
            prop_assert_eq!(best, expected);
        }
    }
}
