//! Conditions whose matches all score the same: prefixes, ranges, every document.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::error::Result;
use crate::search::formula::bound;
use crate::search::matches::Bits;
use crate::search::plan::{Number, PrefixPart};
use crate::search::searcher::Searcher;
use crate::search::window::{Candidates, Mask, NO_MATCH, Window};
use crate::segment::columns::NumberKey;
use crate::segment::number_range::NumberRange;
use crate::segment::postings::END;
use crate::segment::{Field, FieldKind, list_info};

/// A range is tried on so many documents, to tell how many it holds.
const TRIED: u32 = 128;

/// A condition in one segment; every match scores `score`.
pub struct Constant<'a> {
    score: f64,
    doc_count: u32,
    /// About how many documents match.
    cost: u64,
    test: Test<'a>,
}

enum Test<'a> {
    All,
    Nothing,
    Bits(Bits),
    Range(NumberRange<'a>),
}

impl<'a> Constant<'a> {
    pub fn all(doc_count: u32, score: f64) -> Self {
        Constant { score, doc_count, cost: u64::from(doc_count), test: Test::All }
    }

    pub fn nothing() -> Self {
        Constant { score: 0.0, doc_count: 0, cost: 0, test: Test::Nothing }
    }

    /// The documents whose bits are set.
    pub fn bits(bits: Bits, doc_count: u32, score: f64) -> Self {
        let cost = bits.iter().map(|word| u64::from(word.count_ones())).sum();
        Constant { score, doc_count, cost, test: Test::Bits(bits) }
    }

    /// Documents with a form or a term that begins with the prefix of one of the parts.
    pub fn prefix(
        searcher: &Searcher,
        segment: usize,
        parts: &[PrefixPart],
        score: f64,
    ) -> Result<Self> {
        let doc_count = searcher.segments()[segment].doc_count();
        let mut bits = vec![0u64; (doc_count as usize).div_ceil(64)];
        for part in parts {
            if let Some(field) = searcher.field(segment, part.field) {
                add_prefix(field, &part.prefix, doc_count, &mut bits)?;
            }
        }
        Ok(Constant::bits(bits, doc_count, score))
    }

    /// Documents whose number, date or truth value lies from `low` to `high`, both included.
    pub fn range(
        searcher: &'a Searcher,
        segment: usize,
        field: usize,
        (low, high): (Option<Number>, Option<Number>),
        score: f64,
    ) -> Result<Self> {
        let doc_count = searcher.segments()[segment].doc_count();
        let field = searcher.field(segment, field);
        let Some((field, numbers)) = field.and_then(|f| Some((f, f.numbers.as_ref()?))) else {
            return Ok(Constant::nothing());
        };
        let key = |number: Number| match (number, field.info.kind) {
            (Number::Int(value), FieldKind::Number) => NumberKey::from_int(value),
            (Number::Float(value), FieldKind::Number) => NumberKey::from_float(value),
            (Number::Int(value), _) => NumberKey::from_ticks(value),
            (Number::Float(value), _) => NumberKey::from_ticks(value as i64),
        };
        let range = NumberRange::new(numbers.values()?, low.map(key), high.map(key));
        let tried = (0..doc_count).step_by((doc_count / TRIED).max(1) as usize);
        let (count, held) = (tried.len() as u64, tried.filter(|&doc| range.holds(doc)).count());
        let cost = (held as u64 + 1) * u64::from(doc_count) / (count + 1);
        Ok(Constant { score, doc_count, cost, test: Test::Range(range) })
    }

    pub fn score(&self) -> f64 {
        self.score
    }

    pub fn cost(&self) -> u64 {
        self.cost
    }

    pub fn matches(&self, doc: u32) -> bool {
        match &self.test {
            Test::All => true,
            Test::Nothing => false,
            Test::Bits(bits) => bits[doc as usize / 64] >> (doc % 64) & 1 == 1,
            Test::Range(range) => range.holds(doc),
        }
    }

    /// Which of the 64 documents from `start` on whose bits are set match.
    pub fn among(&self, start: u32, bits: u64) -> u64 {
        let bits = bits & first_bits(self.doc_count.saturating_sub(start));
        match &self.test {
            Test::All => bits,
            Test::Nothing => 0,
            Test::Bits(held) => {
                let (word, shift) = (start as usize / 64, start % 64);
                let low = held.get(word).map_or(0, |word| word >> shift);
                let high = held.get(word + 1).and_then(|word| word.checked_shl(64 - shift));
                bits & (low | high.unwrap_or(0))
            }
            Test::Range(range) => range.among(start, bits),
        }
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&self, target: u32) -> u32 {
        if target >= self.doc_count {
            return END;
        }
        let Test::Bits(bits) = &self.test else {
            return target;
        };
        let first = target as usize / 64;
        let after = u64::MAX << (target % 64);
        let masked = |i: usize| if i == first { bits[i] & after } else { bits[i] };
        (first..bits.len())
            .find(|&i| masked(i) != 0)
            .map_or(END, |i| i as u32 * 64 + masked(i).trailing_zeros())
    }

    pub fn most(&self) -> f32 {
        bound(self.score)
    }

    pub fn known_count(&self) -> Option<u64> {
        match &self.test {
            Test::Range(_) => None,
            _ => Some(self.cost),
        }
    }

    pub fn find(&self, window: Window, floor: f32, out: &mut Candidates) {
        if self.most() >= floor {
            for start in (window.start..window.end).step_by(64) {
                let mut bits = self.among(start, first_bits(window.end - start));
                while bits != 0 {
                    out.push(start + bits.trailing_zeros(), self.most());
                    bits &= bits - 1;
                }
            }
        }
    }

    pub fn mark(&self, window: Window, mask: &mut Mask) {
        for (start, word) in (window.start..window.end).step_by(64).zip(mask) {
            *word |= self.among(start, first_bits(window.end - start));
        }
    }

    pub fn probe(&self, docs: &[u32], out: &mut Vec<f32>) {
        let answer = |&doc| if self.matches(doc) { self.most() } else { NO_MATCH };
        out.extend(docs.iter().map(answer));
    }
}

/// The first `count` bits, or all.
fn first_bits(count: u32) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}

/// Sets the bits of the documents with a term that begins with `prefix`, or has a form that does.
fn add_prefix(field: &Field, prefix: &[u8], doc_count: u32, bits: &mut [u64]) -> Result<()> {
    let Some((terms, _)) = &field.terms else {
        return Ok(());
    };
    let mut lists = Vec::new();
    let mut seen = BTreeSet::new();
    terms.scan_from(prefix, &mut |entry, text| {
        if !text.starts_with(prefix) {
            return ControlFlow::Break(());
        }
        seen.insert(entry.ordinal);
        lists.push(list_info(&entry));
        ControlFlow::Continue(())
    })?;
    if let Some(forms) = &field.forms {
        let mut more = BTreeSet::new();
        forms.scan_from(prefix, &mut |entry, text| {
            if !text.starts_with(prefix) {
                return ControlFlow::Break(());
            }
            more.insert(u32::try_from(entry.values[0]).unwrap_or(u32::MAX));
            ControlFlow::Continue(())
        })?;
        for &ordinal in more.difference(&seen) {
            lists.push(list_info(&terms.entry(ordinal)?.0));
        }
    }
    for list in lists {
        let Some(mut cursor) = field.cursor(list?, doc_count)? else {
            continue;
        };
        cursor.seek(0)?;
        while cursor.doc() != END {
            let docs = cursor.run(false)?.docs;
            for &doc in docs {
                bits[doc as usize / 64] |= 1 << (doc % 64);
            }
            let count = docs.len();
            cursor.skip(count)?;
        }
    }
    Ok(())
}
