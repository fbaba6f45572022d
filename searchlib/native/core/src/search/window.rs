//! Documents are looked at in windows small enough for the first-level cache.

use std::cell::RefCell;

use crate::search::kernels::{at_least, count_places, spread};
use crate::search::levels::{Levels, Scale, Table};

/// Documents in a window: 8 KiB of bounds.
pub const WINDOW: u32 = 4096;
pub const PLACES: usize = WINDOW as usize;

/// A bit for each place of a window.
pub type Mask = [u64; PLACES / 64];

/// Documents `start..end`.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub start: u32,
    pub end: u32,
}

impl Window {
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// The part from `start` on that an [`Accumulator`] has room for.
    pub fn from(self, start: u32) -> Self {
        Window { start, end: self.end.min(start.saturating_add(WINDOW)) }
    }
}

/// A bound on the score of each document of a window, never less than the score; 0 for those that
/// do not match.
pub struct Accumulator {
    levels: Box<Levels>,
    scale: Scale,
}

thread_local! {
    /// Of searches that ended on this thread: making one costs as much as a search for a rare word.
    static SPARE: RefCell<Vec<Box<Levels>>> = const { RefCell::new(Vec::new()) };
}
const MAX_SPARE: usize = 8;

/// A floor of the best documents is not looked for more closely.
const FINEST: u16 = 1 << 8;

impl Accumulator {
    /// An empty one, for bounds that add up to what the scale allows.
    pub fn take(scale: Scale) -> Self {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        Accumulator { levels: spare.unwrap_or_else(|| Box::new([0; PLACES])), scale }
    }

    /// Empties this one and keeps it for the next to take.
    pub fn give_back(mut self) {
        self.levels.fill(0);
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < MAX_SPARE {
                spare.push(self.levels);
            }
        });
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }

    #[inline(always)]
    pub fn level(&self, place: u32) -> u16 {
        self.levels[place as usize % PLACES]
    }

    #[inline(always)]
    pub fn set_level(&mut self, place: u32, level: u16) {
        self.levels[place as usize % PLACES] = level;
    }

    /// `place`: the document's place in the window, below [`WINDOW`].
    #[inline(always)]
    pub fn add_level(&mut self, place: u32, level: u16) {
        let sum = &mut self.levels[place as usize % PLACES];
        *sum = sum.saturating_add(level);
    }

    #[inline(always)]
    pub fn add(&mut self, place: u32, bound: f32) {
        self.add_level(place, self.scale.level(bound));
    }

    /// Adds to each place of `mask` in turn the level of the next class.
    pub fn spread(&mut self, mask: &Mask, classes: &[u8], table: &Table) {
        spread(&mut self.levels, mask, classes, table);
    }

    /// The documents whose bound may be at least `floor`.
    pub fn at_least(&self, floor: f32) -> Mask {
        at_least(&self.levels, self.scale.reaching(floor))
    }

    /// About `count` documents with the best bounds.
    pub fn best(&self, count: usize) -> Mask {
        // Levels end at 65,535; half of them first, then a quarter more or less, and so on.
        let (mut floor, mut step) = (1 << 15, 1 << 14);
        loop {
            let mask = at_least(&self.levels, floor);
            let found = count_places(&mask);
            if (count..=count + count / 2).contains(&found) || step == FINEST {
                return mask;
            }
            floor = if found < count { floor - step } else { floor + step };
            step /= 2;
        }
    }

    /// Appends the documents of `mask`, rising.
    pub fn read(&self, window: Window, mask: &Mask, out: &mut Candidates) {
        each_place(mask, |place| {
            out.push(window.start + place, self.scale.bound(self.level(place)));
        });
    }

    /// The same; the accumulator is empty afterwards.
    pub fn drain(&mut self, window: Window, mask: &Mask, out: &mut Candidates) {
        self.read(window, mask, out);
        self.levels.fill(0);
    }
}

/// Calls `visit` with the place of each bit, rising.
#[inline]
pub fn each_place(mask: &Mask, mut visit: impl FnMut(u32)) {
    for (index, &word) in mask.iter().enumerate() {
        let mut bits = word;
        while bits != 0 {
            visit(index as u32 * 64 + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
}

/// Sets the bit of a place below [`WINDOW`].
#[inline(always)]
pub fn set_place(mask: &mut Mask, place: u32) {
    let place = place as usize % PLACES;
    mask[place / 64] |= 1 << (place % 64);
}

/// Clears the bit of a place below [`WINDOW`].
#[inline(always)]
pub fn clear_place(mask: &mut Mask, place: u32) {
    let place = place as usize % PLACES;
    mask[place / 64] &= !(1 << (place % 64));
}

/// Documents and a bound on the score of each; the two have one length, documents rise.
#[derive(Default)]
pub struct Candidates {
    pub docs: Vec<u32>,
    pub bounds: Vec<f32>,
}

/// What a further condition does to candidates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Must,
    Should,
    MustNot,
    Filter,
}

impl Role {
    /// As the plan's own lists are called.
    pub fn name(self) -> &'static str {
        match self {
            Role::Must => "must",
            Role::Should => "should",
            Role::MustNot => "must_not",
            Role::Filter => "filter",
        }
    }
}

/// In the answer of a probe: the document does not match.
pub const NO_MATCH: f32 = -1.0;

impl Candidates {
    /// Makes room for so many more.
    pub fn reserve(&mut self, count: usize) {
        self.docs.reserve(count);
        self.bounds.reserve(count);
    }

    pub fn clear(&mut self) {
        self.docs.clear();
        self.bounds.clear();
    }

    #[inline]
    pub fn push(&mut self, doc: u32, bound: f32) {
        self.docs.push(doc);
        self.bounds.push(bound);
    }

    /// Each document and its bound.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, f32)> {
        self.docs.iter().copied().zip(self.bounds.iter().copied())
    }

    /// Applies what a condition said of each document, a bound or [`NO_MATCH`], and drops those
    /// that stay below `floor`.
    pub fn apply(&mut self, role: Role, probed: &[f32], floor: f32) {
        let bounds = self.bounds.iter_mut().zip(probed);
        match role {
            Role::Must | Role::Should => bounds.for_each(|(bound, &more)| {
                if more >= 0.0 {
                    *bound += more;
                } else if role == Role::Must {
                    *bound = NO_MATCH;
                }
            }),
            Role::Filter | Role::MustNot => bounds.for_each(|(bound, &more)| {
                if (more >= 0.0) == (role == Role::MustNot) {
                    *bound = NO_MATCH;
                }
            }),
        }
        self.keep_from(floor.max(0.0));
    }

    /// Keeps the first `count`, or all.
    pub fn truncate(&mut self, count: usize) {
        self.docs.truncate(count);
        self.bounds.truncate(count);
    }

    /// The greatest bound; 0 where there is none.
    pub fn best(&self) -> f32 {
        self.bounds.iter().copied().fold(0.0, f32::max)
    }

    /// Drops those with a bound below `floor`.
    pub fn keep_from(&mut self, floor: f32) {
        let mut kept = 0;
        for i in 0..self.docs.len() {
            self.docs[kept] = self.docs[i];
            self.bounds[kept] = self.bounds[i];
            kept += usize::from(self.bounds[i] >= floor);
        }
        self.truncate(kept);
    }

    pub fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        for (&doc, bound) in self.docs.iter().zip(&mut self.bounds) {
            if !keep(doc) {
                *bound = NO_MATCH;
            }
        }
        self.keep_from(0.0);
    }

    /// Takes in further documents, which rise too; of two bounds of one document the greater counts.
    pub fn join(&mut self, more: &Candidates) {
        if self.docs.is_empty() {
            self.docs.extend_from_slice(&more.docs);
            self.bounds.extend_from_slice(&more.bounds);
            return;
        }
        let mut joined = Candidates::default();
        let mut own = self.docs.iter().copied().zip(self.bounds.iter().copied()).peekable();
        for (&doc, &bound) in more.docs.iter().zip(&more.bounds) {
            while let Some((before, held)) = own.next_if(|&(own, _)| own < doc) {
                joined.push(before, held);
            }
            let held = own.next_if(|&(own, _)| own == doc).map_or(0.0, |(_, held)| held);
            joined.push(doc, bound.max(held));
        }
        own.for_each(|(doc, bound)| joined.push(doc, bound));
        *self = joined;
    }

    /// Joins bounds of one document, which may come in any order, and puts documents in order.
    pub fn settle(&mut self, pairs: &mut Vec<(u32, f32)>) {
        pairs.sort_unstable_by_key(|&(doc, _)| doc);
        for (doc, bound) in pairs.drain(..) {
            match (self.docs.last(), self.bounds.last_mut()) {
                (Some(&last), Some(sum)) if last == doc => *sum += bound,
                _ => self.push(doc, bound),
            }
        }
    }
}
