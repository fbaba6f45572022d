//! Bounds as whole numbers of two bytes, of which a vector holds many.
//!
//! A level is never less than its bound, and sums of levels never less than sums of bounds: each is
//! rounded up. Sums that would pass the last level stay there, which stands for all that bounds may
//! add up to.

use crate::search::window::PLACES;

/// A level for each place of a window.
pub type Levels = [u16; PLACES];

/// The level of each class.
pub type Table = [u16; 256];

/// A floor that has fewer levels below it is told badly from what is near it, and one that has more
/// badly from what is above; a scale is made anew so that it has so many.
const FEWEST: u16 = 1 << 10;
const USUAL: u16 = 1 << 12;
const MOST: u16 = 1 << 15;

/// How bounds and levels belong together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Levels in a bound of 1.
    levels: f32,
    /// The bound of one level.
    unit: f32,
    /// The bound that the last level stands for.
    most: f32,
}

impl Scale {
    /// For bounds that add up to at most `most`.
    pub fn new(most: f32) -> Self {
        Scale::up_to(most, most)
    }

    /// Where those that pass `last` are not told apart.
    fn up_to(last: f32, most: f32) -> Self {
        let levels = f32::from(u16::MAX) / last.max(1e-30);
        // More than what all of this is rounded by.
        Scale { levels, unit: 1.000_001 / levels, most: most * 1.000_001 }
    }

    /// The same bounds on a scale that tells those near `floor` apart: a word in nearly all documents
    /// has next to no weight beside a rare one, and yet may decide who is the thousandth.
    pub fn near(self, floor: f32) -> Self {
        let below = self.reaching(floor);
        let last = floor * f32::from(u16::MAX / USUAL);
        let ends_early = f32::from(u16::MAX) * self.unit < self.most;
        if floor > 0.0 && (below < FEWEST || below > MOST && ends_early) {
            Scale::up_to(last.min(self.most), self.most)
        } else {
            self
        }
    }

    /// The level of a bound.
    #[inline(always)]
    pub fn level(self, bound: f32) -> u16 {
        ((bound * self.levels) as u16).saturating_add(1)
    }

    pub fn table(self, bounds: &[f32; 256]) -> Table {
        bounds.map(|bound| self.level(bound))
    }

    /// What bounds are together whose levels are.
    #[inline(always)]
    pub fn bound(self, level: u16) -> f32 {
        if level == u16::MAX { self.most } else { f32::from(level) * self.unit }
    }

    /// The least level that bounds of at least `floor` have together.
    pub fn reaching(self, floor: f32) -> u16 {
        ((floor / self.unit) as u16).max(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn levels_never_say_less_than_their_bounds(
            bounds in prop::collection::vec((0.0..1.0f32, 0.0..1.0f32), 1..40),
            all in prop_oneof![Just(1e-38f32), Just(1.0), Just(9.5), Just(1e30), Just(f32::INFINITY)],
            floors in prop::collection::vec(prop_oneof![Just(0.0f32), 1e-9..1.0f32, 1e-5..1e-3f32], 0..4),
        ) {
            let most = bounds.iter().map(|(most, _)| most * all).sum();
            let near = |scale: Scale, floor: f32| scale.near(floor * most);
            let scale = floors.into_iter().fold(Scale::new(most), near);
            let bounds = bounds.iter().map(|(most, share)| most * all * share);
            let sum: f64 = bounds.clone().map(f64::from).sum();
            let level = bounds.fold(0, |sum: u16, bound| sum.saturating_add(scale.level(bound)));
            let slack = 1.0 + 1.2e-7;
            prop_assert!(f64::from(scale.bound(level)) * slack >= sum || all.is_infinite());
            prop_assert!(level >= scale.reaching(sum as f32) || sum == 0.0);
        }
    }
}
