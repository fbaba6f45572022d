//! Which number has this text? Tables of forms and terms that give each distinct text one number.
//!
//! A text of up to 16 bytes, as nearly all words are, stands in the table itself, so that finding it
//! touches one cache line. Many texts at once have their lines fetched together.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::bytes::fetch;

/// Texts of so many bytes stand in the table.
const INLINE_BYTES: usize = 16;
/// Texts looked up together.
const BATCH: usize = 32;

/// Numbers texts in the order they are first seen, from 0.
#[derive(Default)]
pub struct Interner {
    /// All texts, one after another.
    arena: Vec<u8>,
    /// Where each text ends; it starts where the one before it ends.
    ends: Vec<u64>,
    /// Open addressing, in steps of one; a power of two of slots, at most two of three in use.
    slots: Vec<Slot>,
}

/// What is compared first: the text with zeros behind it, or of a longer one its hash and beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    low: u64,
    high: u64,
    /// Of a longer text what fits: it is compared whole as well.
    len: u32,
}

#[derive(Clone, Copy)]
#[repr(align(32))]
struct Slot {
    key: Key,
    /// [`FREE`] where the slot is not in use.
    number: u32,
    /// How often the text was interned.
    count: u32,
}

const FREE: u32 = u32::MAX;
const NO_KEY: Key = Key { low: 0, high: 0, len: 0 };

impl Interner {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The number of `text`, and whether it is new.
    #[inline]
    pub fn intern(&mut self, text: &[u8]) -> (u32, bool) {
        self.make_room(1);
        let key = Key::of(text);
        self.number_of(&key, key.place(self.slots.len()), text)
    }

    /// Appends the numbers of some stretches `start..end` of `text` to `numbers`, in order.
    #[inline]
    pub fn intern_all(
        &mut self,
        text: &[u8],
        stretches: &[(usize, usize)],
        numbers: &mut Vec<u32>,
    ) {
        let mut keys = [(NO_KEY, 0); BATCH];
        for batch in stretches.chunks(BATCH) {
            self.make_room(batch.len());
            for ((key, place), &(start, end)) in keys.iter_mut().zip(batch) {
                *key = Key::within(text, start, end);
                *place = key.place(self.slots.len());
                fetch(&self.slots[*place]);
            }
            numbers.extend(keys.iter().zip(batch).map(|((key, place), &(start, end))| {
                self.number_of(key, *place, &text[start..end]).0
            }));
        }
    }

    /// How often each text was interned, by number.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.len()];
        for slot in self.slots.iter().filter(|slot| slot.number != FREE) {
            counts[slot.number as usize] = slot.count;
        }
        counts
    }

    /// Asks for the memory where [`get`](Self::get) will look for `text`.
    pub fn fetch(&self, text: &[u8]) {
        if !self.slots.is_empty() {
            fetch(&self.slots[Key::of(text).place(self.slots.len())]);
        }
    }

    /// The number of `text`, where it has one.
    pub fn get(&self, text: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let key = Key::of(text);
        self.find(&key, key.place(self.slots.len()), text).ok().map(|at| self.slots[at].number)
    }

    #[inline(always)]
    fn number_of(&mut self, key: &Key, place: usize, text: &[u8]) -> (u32, bool) {
        // Nearly every word is short and stands where it is looked for first.
        if let Some(slot) = self.slots.get_mut(place)
            && slot.key == *key
            && text.len() <= INLINE_BYTES
            && slot.number != FREE
        {
            slot.count += 1;
            return (slot.number, false);
        }
        self.number_elsewhere(key, place, text)
    }

    #[inline(never)]
    fn number_elsewhere(&mut self, key: &Key, place: usize, text: &[u8]) -> (u32, bool) {
        match self.find(key, place, text) {
            Ok(at) => {
                let slot = &mut self.slots[at];
                slot.count += 1;
                (slot.number, false)
            }
            Err(free) => (self.add(free, key, text), true),
        }
    }

    /// The slot of a text, or the one that is free for it. `place`: [`Key::place`].
    #[inline]
    fn find(&self, key: &Key, place: usize, text: &[u8]) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut at = place;
        loop {
            let slot = &self.slots[at & mask];
            if slot.number == FREE {
                return Err(at & mask);
            }
            let is_whole = text.len() <= INLINE_BYTES;
            if slot.key == *key && (is_whole || self.text(slot.number) == text) {
                return Ok(at & mask);
            }
            at += 1;
        }
    }

    #[cold]
    fn add(&mut self, place: usize, key: &Key, text: &[u8]) -> u32 {
        let number = self.ends.len() as u32;
        self.arena.extend_from_slice(text);
        self.ends.push(self.arena.len() as u64);
        self.slots[place] = Slot { key: *key, number, count: 1 };
        number
    }

    /// Grows the table so that `count` more texts leave a third of it free.
    #[inline]
    fn make_room(&mut self, count: usize) {
        if (self.len() + count) * 3 > self.slots.len() * 2 {
            self.grow((self.len() + count) * 2);
        }
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        let free = Slot { key: NO_KEY, number: FREE, count: 0 };
        let size = least.max(2 * BATCH).next_power_of_two();
        let old = std::mem::replace(&mut self.slots, vec![free; size]);
        for slot in old.into_iter().filter(|slot| slot.number != FREE) {
            let mut at = slot.key.place(size);
            while self.slots[at & (size - 1)].number != FREE {
                at += 1;
            }
            self.slots[at & (size - 1)] = slot;
        }
    }

    pub fn text(&self, number: u32) -> &[u8] {
        text_of(&self.arena, &self.ends, number)
    }

    /// As [`text`](Self::text), where all texts were `str`; empty where this one was not.
    pub fn str(&self, number: u32) -> &str {
        std::str::from_utf8(self.text(number)).unwrap_or_default()
    }

    /// All numbers, sorted by their text.
    pub fn sorted(&self) -> Vec<u32> {
        // Eight bytes of each text beside its number: most comparisons end there, in the cache.
        let mut keys: Vec<(u64, u32)> =
            (0..self.len() as u32).map(|number| (prefix(self.text(number)), number)).collect();
        keys.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.text(a.1).cmp(self.text(b.1)))
        });
        keys.into_iter().map(|(_, number)| number).collect()
    }

    pub fn heap_bytes(&self) -> usize {
        self.arena.capacity() + self.ends.capacity() * 8 + self.slots.len() * size_of::<Slot>()
    }
}

impl Key {
    fn of(text: &[u8]) -> Self {
        Self::within(text, 0, text.len())
    }

    /// The key of the bytes `start..end` of `text`.
    #[inline(always)]
    fn within(text: &[u8], start: usize, end: usize) -> Self {
        let len = end - start;
        let (low, high) = if len > INLINE_BYTES {
            of_long(&text[start..end])
        } else {
            of_short(text, start, end)
        };
        Key { low, high, len: len as u32 }
    }

    /// Where to look first in a table of `size` slots.
    #[inline]
    fn place(&self, size: usize) -> usize {
        hash(self.low, self.high ^ u64::from(self.len)) & (size - 1)
    }
}

/// The halves of a long product, folded.
#[inline(always)]
pub(crate) fn hash(low: u64, high: u64) -> usize {
    let (left, right) = (low ^ 0x9e37_79b9_7f4a_7c15, high ^ 0xd6e8_feb8_6659_fd93);
    let product = u128::from(left) * u128::from(right);
    (product as u64 ^ (product >> 64) as u64) as usize
}

/// The bytes `start..end` of `text`, at most sixteen, with zeros behind them.
#[inline(always)]
pub(crate) fn of_short(text: &[u8], start: usize, end: usize) -> (u64, u64) {
    // What comes out of line are two numbers: a key through memory would wait for its parts.
    let Some(bytes) = text.get(start..start + INLINE_BYTES) else {
        return of_last(&text[start..end]);
    };
    let (len, eights) = (end - start, bytes.as_chunks::<8>().0);
    // What stands behind the text is shifted out.
    (
        u64::from_le_bytes(eights[0]) & low_bytes(len.min(8)),
        u64::from_le_bytes(eights[1]) & low_bytes(len.saturating_sub(8)),
    )
}

#[cold]
fn of_long(text: &[u8]) -> (u64, u64) {
    // Fixed, so that the same calls take the same steps.
    (FixedState::with_seed(0).hash_one(text), prefix(text))
}

/// A short text with zeros behind it.
#[inline(never)]
fn of_last(text: &[u8]) -> (u64, u64) {
    let mut bytes = [0; INLINE_BYTES];
    bytes[..text.len()].copy_from_slice(text);
    let bytes = u128::from_le_bytes(bytes);
    (bytes as u64, (bytes >> 64) as u64)
}

/// A mask of the first `count` bytes, at most eight.
#[inline]
fn low_bytes(count: usize) -> u64 {
    if count == 0 { 0 } else { u64::MAX >> (64 - 8 * count) }
}

#[inline]
fn text_of<'a>(arena: &'a [u8], ends: &[u64], number: u32) -> &'a [u8] {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &arena[start as usize..ends[number] as usize]
}

fn prefix(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = text.len().min(8);
    bytes[..len].copy_from_slice(&text[..len]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_given_once_and_sorted_by_text() {
        let mut interner = Interner::default();
        for text in ["wind", "", "solar", "wind", "windmills", "windmill"] {
            interner.intern(text.as_bytes());
        }
        let texts: Vec<_> = interner.sorted().iter().map(|&n| interner.text(n)).collect();
        assert_eq!(texts, [&b""[..], b"solar", b"wind", b"windmill", b"windmills"]);
    }

    /// Words that share beginnings and lengths, up to and past what stands in the table.
    fn words() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let word = prop_oneof![
            prop::collection::vec(prop::sample::select(vec![0, 1, b'a']), 0..20),
            (14usize..19, 0u8..3).prop_map(|(len, last)| [vec![b'x'; len], vec![last]].concat()),
            prop::collection::vec(any::<u8>(), 0..40),
        ];
        prop::collection::vec(word, 0..200)
    }

    proptest! {
        #[test]
        fn numbers_are_those_of_a_plain_map(words in words()) {
            let mut numbers: HashMap<&[u8], u32> = HashMap::new();
            let mut expected = Vec::new();
            for word in &words {
                let next = numbers.len() as u32;
                expected.push(*numbers.entry(word).or_insert(next));
            }
            let mut one_by_one = Interner::default();
            let found: Vec<u32> = words.iter().map(|word| one_by_one.intern(word).0).collect();
            prop_assert_eq!(&found, &expected);
            let mut end = 0;
            let stretches: Vec<_> = words.iter().map(|word| {
                end += word.len();
                (end - word.len(), end)
            }).collect();
            let mut together = Interner::default();
            let mut found = Vec::new();
            together.intern_all(&words.concat(), &stretches, &mut found);
            prop_assert_eq!(&found, &expected);
            let mut counts = vec![0; numbers.len()];
            expected.iter().for_each(|&number| counts[number as usize] += 1);
            prop_assert_eq!(one_by_one.counts(), &counts[..]);
            prop_assert_eq!(together.counts(), counts);
            for (word, number) in words.iter().zip(expected) {
                prop_assert_eq!(together.text(number), &word[..]);
                prop_assert_eq!(together.get(word), Some(number));
            }
            prop_assert_eq!(together.get(b"none of the words"), None);
        }
    }
}
