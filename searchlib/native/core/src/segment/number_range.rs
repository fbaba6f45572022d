//! Which documents have a number from here to there?
//!
//! Values are compared as they lie in the column, steps above the least one, so that 64 of them take
//! little more than one.

use crate::segment::columns::{NumberKey, NumberValues};

/// Which words of 64 values are compared one by one.
const FEW: u32 = 6;

/// The documents of a column whose value lies between two, both included.
pub struct NumberRange<'a> {
    values: NumberValues<'a>,
    ends: Ends,
}

enum Ends {
    /// In steps above the least value; for a column without anything that is missing to a number.
    Steps {
        low: u64,
        high: u64,
    },
    Keys {
        low: Option<NumberKey>,
        high: Option<NumberKey>,
    },
    /// No value lies between.
    Nothing,
}

impl<'a> NumberRange<'a> {
    /// `None` is an open end.
    pub fn new(values: NumberValues<'a>, low: Option<NumberKey>, high: Option<NumberKey>) -> Self {
        let ends =
            if values.is_exact() { steps(values, low, high) } else { Ends::Keys { low, high } };
        NumberRange { values, ends }
    }

    pub fn holds(&self, doc: u32) -> bool {
        match self.ends {
            Ends::Nothing => false,
            Ends::Steps { low, high } => {
                self.values.steps(doc).is_some_and(|steps| low <= steps && steps <= high)
            }
            Ends::Keys { low, high } => self.values.get(doc).is_some_and(|value| {
                low.is_none_or(|low| low <= value) && high.is_none_or(|high| value <= high)
            }),
        }
    }

    /// Which of the documents from `start` on whose bits are set are in the range.
    pub fn among(&self, start: u32, bits: u64) -> u64 {
        match self.ends {
            Ends::Steps { low, high } if bits.count_ones() > FEW => {
                bits & self.values.between(start, low, high)
            }
            _ => {
                let (mut held, mut left) = (bits, bits);
                while left != 0 {
                    if !self.holds(start + left.trailing_zeros()) {
                        held &= !(left & left.wrapping_neg());
                    }
                    left &= left - 1;
                }
                held
            }
        }
    }
}

/// The ends in steps: the first at or above the low one, the last at or below the high one.
fn steps(values: NumberValues<'_>, low: Option<NumberKey>, high: Option<NumberKey>) -> Ends {
    let (least, step) = values.scale();
    let above = |key: NumberKey| key.0.checked_add(u64::from(key.1 > 0));
    let Some(low) = low.map_or(Some(least), above) else {
        return Ends::Nothing;
    };
    let high = high.map_or(u64::MAX, |key| key.0);
    match high.checked_sub(least) {
        None => Ends::Nothing,
        Some(high) => {
            Ends::Steps { low: low.saturating_sub(least).div_ceil(step), high: high / step }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::columns::tests::column_of;
    use proptest::prelude::*;

    fn any_number() -> impl Strategy<Value = Option<NumberKey>> {
        let wide = any::<i64>().prop_map(NumberKey::from_int);
        let odd = (any::<u8>(), 0..8u32).prop_map(|(value, shift)| {
            NumberKey::from_ticks(i64::from(value) << (8 * shift.min(6)))
        });
        let day = (0..40i64).prop_map(|day| NumberKey::from_ticks(day * 86_400_000_000));
        prop_oneof![Just(None), wide.prop_map(Some), odd.prop_map(Some), day.prop_map(Some)]
    }

    proptest! {
        #[test]
        fn a_range_holds_what_lies_between_its_ends(
            (values, low, high) in prop_oneof![
                (prop::collection::vec(any_number(), 1..200), any_number(), any_number()),
                (
                    prop::collection::vec((0..300i64).prop_map(|n| Some(NumberKey::from_ticks(n))), 1..200),
                    (0..300i64).prop_map(|n| Some(NumberKey::from_ticks(n))),
                    (0..300i64).prop_map(|n| Some(NumberKey::from_ticks(n))),
                ),
            ],
            start in 0..200u32,
            bits: u64,
        ) {
            let column = column_of(&values);
            let range = NumberRange::new(column.values().unwrap(), low, high);
            let expected = |doc: u32| values[doc as usize].is_some_and(|value| {
                low.is_none_or(|low| low <= value) && high.is_none_or(|high| value <= high)
            });
            for doc in 0..values.len() as u32 {
                prop_assert_eq!(range.holds(doc), expected(doc));
            }
            let start = start.min(values.len() as u32 - 1);
            let in_column = |i: u32| start + i < values.len() as u32;
            let bits = (0..64).filter(|&i| bits >> i & 1 == 1 && in_column(i)).fold(0, |b, i| b | 1 << i);
            let among = (0..64).filter(|&i| bits >> i & 1 == 1 && expected(start + i));
            prop_assert_eq!(range.among(start, bits), among.fold(0u64, |b, i| b | 1 << i));
        }
    }
}
