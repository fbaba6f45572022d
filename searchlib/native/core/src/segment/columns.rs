//! Which value does a document have? Numbers, and places in a dictionary, by document.
//!
//! Grammar: docs/format.md, "Numbers" and "Ordinals".

use crate::bytes::{Reader, u32_at};
use crate::error::{Error, Result};
use crate::segment::dictionary::Ordinal;
use crate::segment::file::{Section, SegmentFileWriter};

/// A number as a pair that orders as the numbers do, exactly, whole and fractional together.
///
/// The first part is the greatest double at most the number, its bits turned so that they order as
/// unsigned integers; the second is what is missing to the number, which only whole numbers beyond
/// 2^53 have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberKey(pub u64, pub u16);

impl NumberKey {
    /// ```
    /// use searchlib_core::segment::columns::NumberKey;
    /// assert!(NumberKey::from_int(i64::MAX - 1) < NumberKey::from_int(i64::MAX));
    /// assert!(NumberKey::from_int(2) < NumberKey::from_float(2.5));
    /// ```
    pub fn from_int(value: i64) -> Self {
        let mut floor = value as f64;
        if floor as i128 > i128::from(value) {
            floor = floor.next_down();
        }
        let missing = i128::from(value) - floor as i128;
        NumberKey(ordered_bits(floor), missing as u16)
    }

    /// `value` is not NaN.
    pub fn from_float(value: f64) -> Self {
        // Adding zero turns -0.0 into 0.0, which equals it.
        NumberKey(ordered_bits(value + 0.0), 0)
    }

    /// A date in microseconds, or a truth value as 0 or 1.
    pub fn from_ticks(value: i64) -> Self {
        NumberKey(value as u64 ^ 1 << 63, 0)
    }

    /// The number itself, to the nearest double.
    pub fn float(self) -> f64 {
        let bits = if self.0 >> 63 == 1 { self.0 ^ 1 << 63 } else { !self.0 };
        f64::from_bits(bits) + f64::from(self.1)
    }

    /// The value of [`from_ticks`](Self::from_ticks).
    pub fn ticks(self) -> i64 {
        (self.0 ^ 1 << 63) as i64
    }
}

fn ordered_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// One value a document, `None` where the field is empty.
#[derive(Default)]
pub struct NumberColumnWriter {
    values: Vec<Option<NumberKey>>,
}

impl NumberColumnWriter {
    pub fn push(&mut self, value: Option<NumberKey>) {
        self.values.push(value);
    }

    pub fn heap_bytes(&self) -> usize {
        self.values.capacity() * size_of::<Option<NumberKey>>()
    }

    pub fn write(&self, out: &mut SegmentFileWriter) -> Result<()> {
        let present = || self.values.iter().flatten();
        let least = present().map(|key| key.0).min().unwrap_or(0);
        // Dates are often whole days, numbers whole: all of them lie some number of steps apart.
        let step = present().fold(0, |step, key| common_divisor(key.0 - least, step)).max(1);
        let greatest = present().map(|key| (key.0 - least) / step).max();
        let width = greatest.map_or(0, |value| (64 - value.leading_zeros()).div_ceil(8)) as u8;
        let exact = present().all(|key| key.1 == 0);
        out.write(&[u8::from(!exact), width])?;
        out.write(&step.to_le_bytes())?;
        out.write(&least.to_le_bytes())?;
        for eight in self.values.chunks(8) {
            let bits = eight.iter().enumerate();
            let byte = bits.fold(0u8, |byte, (i, value)| byte | u8::from(value.is_some()) << i);
            out.write(&[byte])?;
        }
        for value in &self.values {
            let value = value.map_or(0, |key| (key.0 - least) / step);
            out.write(&value.to_le_bytes()[..usize::from(width)])?;
        }
        if !exact {
            for value in &self.values {
                out.write(&value.map_or(0, |key| key.1).to_le_bytes())?;
            }
        }
        Ok(())
    }
}

/// The greatest number that divides both; the other where one is 0.
fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

const NUMBER_HEADER: usize = 18;

/// A column of numbers in a segment.
pub struct NumberColumn {
    section: Section,
    doc_count: usize,
    exact: bool,
    width: usize,
    step: u64,
    least: u64,
}

impl NumberColumn {
    pub fn open(section: Section, doc_count: u32) -> Result<Self> {
        let wrong = |_| section.corrupt(0, "a column of numbers has a wrong header");
        let mut reader = Reader::new(section.bytes(0, NUMBER_HEADER.min(section.len()))?);
        let exact = reader.u8().map_err(wrong)? == 0;
        let width = usize::from(reader.u8().map_err(wrong)?);
        let step = reader.u64().map_err(wrong)?;
        let least = reader.u64().map_err(wrong)?;
        let docs = doc_count as usize;
        let values = docs * width + if exact { 0 } else { docs * 2 };
        if width > 8 || section.len() != NUMBER_HEADER + docs.div_ceil(8) + values {
            return Err(wrong(crate::bytes::Cut));
        }
        Ok(NumberColumn { section, doc_count: docs, exact, width, step, least })
    }

    /// The values as they lie, every page verified.
    pub fn values(&self) -> Result<NumberValues<'_>> {
        let bytes = self.section.bytes(NUMBER_HEADER, self.section.len())?;
        let (present, rest) = bytes.split_at(self.doc_count.div_ceil(8));
        let (values, missing) = rest.split_at(self.doc_count * self.width);
        Ok(NumberValues { column: self, present, values, missing })
    }
}

#[derive(Clone, Copy)]
pub struct NumberValues<'a> {
    column: &'a NumberColumn,
    present: &'a [u8],
    values: &'a [u8],
    missing: &'a [u8],
}

impl NumberValues<'_> {
    /// The value of `doc`, which is below the document count.
    #[inline]
    pub fn get(&self, doc: u32) -> Option<NumberKey> {
        let value = self.steps(doc)?.wrapping_mul(self.column.step);
        let at = doc as usize * 2;
        let missing = if self.column.exact {
            0
        } else {
            u16::from_le_bytes([self.missing[at], self.missing[at + 1]])
        };
        Some(NumberKey(self.column.least.wrapping_add(value), missing))
    }

    /// Whether nothing is missing to any number.
    pub fn is_exact(&self) -> bool {
        self.column.exact
    }

    /// The least value, and how much a step is, 1 at least.
    pub fn scale(&self) -> (u64, u64) {
        (self.column.least, self.column.step.max(1))
    }

    /// How many steps above the least value that of `doc` is.
    #[inline]
    pub fn steps(&self, doc: u32) -> Option<u64> {
        let doc = doc as usize;
        if self.present[doc / 8] >> (doc % 8) & 1 == 0 {
            return None;
        }
        let width = self.column.width;
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(&self.values[doc * width..(doc + 1) * width]);
        Some(u64::from_le_bytes(bytes))
    }

    /// A bit for each of the 64 documents from `start` on, or as many as there are, whose value is
    /// from `low` to `high` steps above the least one.
    pub fn between(&self, start: u32, low: u64, high: u64) -> u64 {
        let start = start as usize;
        let end = self.column.doc_count.min(start + 64);
        if low > high || start >= end {
            return 0;
        }
        let (width, span) = (self.column.width, high - low);
        let values = &self.values[start * width..end * width];
        let bits = match width {
            1 => within(values.as_chunks().0, u8::from_le_bytes, low, high),
            2 => within(values.as_chunks().0, u16::from_le_bytes, low, high),
            4 => within(values.as_chunks().0, u32::from_le_bytes, low, high),
            8 => within(values.as_chunks().0, u64::from_le_bytes, low, high),
            0 if low == 0 => u64::MAX,
            0 => 0,
            _ => {
                let mut bytes = [0; 8];
                let value = |value: &[u8]| {
                    bytes[..width].copy_from_slice(value);
                    u64::from_le_bytes(bytes).wrapping_sub(low) <= span
                };
                let held = values.chunks(width).map(value).enumerate();
                held.fold(0, |bits, (i, held)| bits | u64::from(held) << i)
            }
        };
        bits & bits_from(self.present, start)
    }
}

/// A bit for each of up to 64 values that lies from `low` to `high`, both included.
#[inline]
fn within<const W: usize, T: Copy + PartialOrd + TryFrom<u64>>(
    values: &[[u8; W]],
    read: impl Fn([u8; W]) -> T,
    low: u64,
    high: u64,
) -> u64 {
    let Ok(low) = T::try_from(low) else {
        return 0;
    };
    // A byte a value first: that is what vector instructions compare.
    let mut held = [0u8; 64];
    match T::try_from(high) {
        Ok(high) => held.iter_mut().zip(values).for_each(|(held, &value)| {
            let value = read(value);
            *held = u8::from(low <= value) & u8::from(value <= high);
        }),
        Err(_) => held.iter_mut().zip(values).for_each(|(held, &value)| {
            *held = u8::from(low <= read(value));
        }),
    }
    let mut bits = 0;
    for (i, &eight) in held.as_chunks::<8>().0.iter().enumerate() {
        // Each byte is 0 or 1; the product has byte i's bit at place 56 + i.
        let gathered = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (8 * i);
    }
    bits
}

/// The 64 bits from bit `start` on; 0 past the end.
fn bits_from(bytes: &[u8], start: usize) -> u64 {
    let mut sixteen = [0; 16];
    let held = &bytes[(start / 8).min(bytes.len())..];
    let count = held.len().min(9);
    sixteen[..count].copy_from_slice(&held[..count]);
    (u128::from_le_bytes(sixteen) >> (start % 8)) as u64
}

/// The places in the field's dictionary of each document's values, in the order given.
#[derive(Default)]
pub struct OrdinalColumnWriter {
    starts: Vec<u32>,
    ordinals: Vec<Ordinal>,
}

impl OrdinalColumnWriter {
    pub fn push(&mut self, ordinals: impl Iterator<Item = Ordinal>) {
        self.starts.push(self.ordinals.len() as u32);
        self.ordinals.extend(ordinals);
    }

    pub fn write(&self, out: &mut SegmentFileWriter) -> Result<()> {
        let end = u32::try_from(self.ordinals.len()).map_err(|_| {
            Error::Limit("a keyword field is limited to 4,294,967,295 values a segment".into())
        })?;
        let ends = || self.starts.iter().skip(1).copied().chain([end]);
        let single = self.starts.iter().zip(ends()).all(|(&start, end)| end - start <= 1);
        let greatest = self.ordinals.iter().max().map_or(0, |&ordinal| u64::from(ordinal) + 1);
        let width = (64 - greatest.leading_zeros()).div_ceil(8) as usize;
        out.write(&[u8::from(!single), width as u8])?;
        if single {
            for (&start, end) in self.starts.iter().zip(ends()) {
                let value = if end > start { self.ordinals[start as usize] + 1 } else { 0 };
                out.write(&value.to_le_bytes()[..width])?;
            }
            return Ok(());
        }
        for start in self.starts.iter().chain([&end]) {
            out.write(&start.to_le_bytes())?;
        }
        for ordinal in &self.ordinals {
            out.write(&(ordinal + 1).to_le_bytes()[..width])?;
        }
        Ok(())
    }
}

/// A keyword field's values by document.
pub struct OrdinalColumn {
    section: Section,
    doc_count: u32,
    single: bool,
    width: usize,
}

impl OrdinalColumn {
    pub fn open(section: Section, doc_count: u32) -> Result<Self> {
        let wrong = |_| section.corrupt(0, "a column of ordinals has a wrong header");
        let mut reader = Reader::new(section.bytes(0, 2.min(section.len()))?);
        let single = reader.u8().map_err(wrong)? == 0;
        let width = usize::from(reader.u8().map_err(wrong)?);
        let docs = doc_count as usize;
        let fits = if single {
            section.len() == 2 + docs * width
        } else {
            let values = (section.len() - 2).checked_sub((docs + 1) * 4);
            values.is_some_and(|values| width > 0 && values.is_multiple_of(width))
        };
        if width > 4 || !fits {
            return Err(wrong(crate::bytes::Cut));
        }
        Ok(OrdinalColumn { section, doc_count, single, width })
    }

    /// The place of the first value of `doc`; `None` where it has none.
    pub fn first(&self, doc: u32) -> Result<Option<Ordinal>> {
        if self.single && doc < self.doc_count {
            return self.ordinal(2 + doc as usize * self.width);
        }
        Ok(self.get(doc)?.first().copied())
    }

    /// The places of the values of `doc`, in the order they were given.
    pub fn get(&self, doc: u32) -> Result<Vec<Ordinal>> {
        let doc = doc as usize;
        if doc >= self.doc_count as usize {
            return Err(self.section.corrupt(0, "a document past the last"));
        }
        if self.single {
            let at = 2 + doc * self.width;
            return Ok(self.ordinal(at)?.into_iter().collect());
        }
        let bounds = self.section.bytes(2 + doc * 4, 2 + doc * 4 + 8)?;
        let (start, end) = (u32_at(bounds, 0).unwrap_or(0), u32_at(bounds, 1).unwrap_or(0));
        let base = 2 + (self.doc_count as usize + 1) * 4;
        let mut ordinals = Vec::new();
        for i in start as usize..end as usize {
            ordinals.extend(self.ordinal(base + i * self.width)?);
        }
        Ok(ordinals)
    }

    fn ordinal(&self, at: usize) -> Result<Option<Ordinal>> {
        let mut bytes = [0; 4];
        bytes[..self.width].copy_from_slice(self.section.bytes(at, at + self.width)?);
        Ok(u32::from_le_bytes(bytes).checked_sub(1))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::segment::file::{SectionKind, SegmentFile, SegmentFileWriter};
    use crate::storage::MemoryStorage;
    use proptest::prelude::*;

    /// A column of these values.
    pub fn column_of(values: &[Option<NumberKey>]) -> NumberColumn {
        let mut writer = NumberColumnWriter::default();
        values.iter().for_each(|&value| writer.push(value));
        let storage = MemoryStorage::default();
        let mut out = SegmentFileWriter::create(&storage, "segment").unwrap();
        out.begin(SectionKind::Numbers, 0);
        writer.write(&mut out).unwrap();
        out.finish().unwrap();
        let file = SegmentFile::open(&storage, "segment").unwrap();
        let section = file.section(SectionKind::Numbers, 0).unwrap();
        NumberColumn::open(section, values.len() as u32).unwrap()
    }

    proptest! {
        #[test]
        fn keys_order_as_whole_numbers_do(a: i64, b: i64) {
            prop_assert_eq!(a.cmp(&b), NumberKey::from_int(a).cmp(&NumberKey::from_int(b)));
        }

        #[test]
        fn keys_give_the_number_back(a: i64, b in -1e300..1e300f64) {
            prop_assert_eq!(NumberKey::from_int(a).float(), a as f64);
            prop_assert_eq!(NumberKey::from_float(b).float(), b);
            prop_assert_eq!(NumberKey::from_ticks(a).ticks(), a);
        }

        #[test]
        fn keys_order_as_doubles_do(a in -1e300..1e300f64, b in -1e300..1e300f64) {
            let keys = NumberKey::from_float(a).cmp(&NumberKey::from_float(b));
            prop_assert_eq!(a.total_cmp(&b), keys);
        }

        #[test]
        fn whole_and_fractional_numbers_order_together(a in -(1i64 << 52)..1 << 52, b in -1e16..1e16f64) {
            let keys = NumberKey::from_int(a).cmp(&NumberKey::from_float(b));
            prop_assert_eq!((a as f64).total_cmp(&b), keys);
        }
    }
}
