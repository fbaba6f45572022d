//! Which number has this text? Tables of forms and terms that give each distinct text one number.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Numbers texts in the order they are first seen, from 0.
#[derive(Default)]
pub struct Interner {
    /// All texts, one after another.
    arena: Vec<u8>,
    /// Where each text ends; it starts where the one before it ends.
    ends: Vec<u64>,
    table: HashTable<(u32, u32)>,
}

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
        let hash = hash(text);
        let (arena, ends) = (&self.arena, &self.ends);
        let same = |&(tag, number): &(u32, u32)| {
            tag == hash as u32 && text_of(arena, ends, number) == text
        };
        if let Some(&(_, number)) = self.table.find(hash, same) {
            return (number, false);
        }
        let number = self.ends.len() as u32;
        self.arena.extend_from_slice(text);
        self.ends.push(self.arena.len() as u64);
        let (arena, ends) = (&self.arena, &self.ends);
        self.table.insert_unique(hash, (hash as u32, number), |&(_, number)| {
            self::hash(text_of(arena, ends, number))
        });
        (number, true)
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
        self.arena.capacity() + self.ends.capacity() * 8 + self.table.capacity() * 9
    }
}

/// Fixed, so that the same calls take the same steps.
fn hash(text: &[u8]) -> u64 {
    FixedState::with_seed(0).hash_one(text)
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
}
