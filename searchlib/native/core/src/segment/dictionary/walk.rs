//! Which entries does an automaton accept?

use std::ops::ControlFlow;

use crate::automata::{Automaton, Path};
use crate::error::Result;
use crate::segment::dictionary::block::Entries;
use crate::segment::dictionary::{BLOCK, Dictionary, Ordinal, beginning};

/// An entry whose text is accepted.
pub struct Accepted<'a, S, const K: usize> {
    pub ordinal: Ordinal,
    pub values: [u64; K],
    pub text: &'a [u8],
    /// After the text.
    pub state: &'a S,
}

impl<const K: usize> Dictionary<K> {
    /// Calls `visit` with the automaton and each entry that it accepts, in order, until it breaks.
    ///
    /// Entries that are less than the next text that may be accepted are passed without the
    /// automaton, and a block is left as soon as that text lies beyond it.
    pub fn walk<A: Automaton>(
        &self,
        automaton: &mut A,
        mut visit: impl FnMut(&A, Accepted<'_, A::State, K>) -> ControlFlow<()>,
    ) -> Result<()> {
        let (_, beginnings) = self.index()?;
        let mut path = Path::new(automaton);
        let mut block = 0;
        while block < self.block_count {
            let beyond = beginnings.get(block + 1).map_or(u64::MAX, |it| u64::from_le_bytes(*it));
            if self.walk_block(block, beyond, automaton, &mut path, &mut visit)?.is_break() {
                return Ok(());
            }
            block += 1;
            if path.is_there() {
                continue;
            }
            let Some(wanted) = path.next_text(automaton) else {
                return Ok(());
            };
            if beginning(wanted) >= beyond {
                block = block.max(self.block_of(wanted)?.unwrap_or(0));
            }
        }
        Ok(())
    }

    /// Walks a block to its end, or to where the next text that may be accepted has a beginning
    /// `beyond` it.
    fn walk_block<A: Automaton>(
        &self,
        block: usize,
        beyond: u64,
        automaton: &mut A,
        path: &mut Path<A>,
        visit: &mut impl FnMut(&A, Accepted<'_, A::State, K>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let (bytes, start) = self.block_bytes(block)?;
        let cut = |_| self.section.corrupt(start, "a dictionary block is cut");
        let first = block * BLOCK;
        let mut entries = Entries::<K>::new(bytes);
        path.jump();
        for place in first..(self.count as usize).min(first + BLOCK) {
            let (shared, own) = entries.next().map_err(cut)?;
            if path.passes(shared, own) {
                continue;
            }
            match path.follow(automaton, shared, own) {
                Some((text, state)) if automaton.accepts(state) => {
                    let (ordinal, values) = (place as Ordinal, entries.values().map_err(cut)?);
                    if visit(automaton, Accepted { ordinal, values, text, state }).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                None if A::LEAPS => match path.next_text(automaton) {
                    Some(wanted) if beginning(wanted) > beyond => break,
                    Some(_) => {}
                    None => return Ok(ControlFlow::Break(())),
                },
                _ => {}
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::automata::{Fuzzy, Prefix, Regex, accepts};
    use crate::segment::dictionary::tests::{dictionary, dictionary_of};
    use proptest::prelude::*;

    fn walked<A: Automaton>(dictionary: &Dictionary<1>, automaton: &mut A) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        dictionary
            .walk(automaton, |_, entry| {
                assert_eq!(u64::from(entry.ordinal), entry.values[0]);
                found.push((String::from_utf8(entry.text.to_vec()).unwrap(), entry.values[0]));
                ControlFlow::Continue(())
            })
            .unwrap();
        found
    }

    /// What asking each text finds.
    fn asked<A: Automaton>(texts: &BTreeSet<String>, automaton: &mut A) -> Vec<(String, u64)> {
        let all = texts.iter().cloned().zip(0u64..);
        all.filter(|(text, _)| accepts(automaton, text.as_bytes())).collect()
    }

    proptest! {
        #[test]
        fn a_walk_finds_what_asking_each_text_finds(
            texts in prop::collection::btree_set("[abé日]{0,5}", 0..200),
            word in "[abé日]{0,4}", edits in 0u8..=2, prefix in 0usize..3,
            pattern in "[ab.é][*?]?(a|b[*]?|[.]){0,3}",
        ) {
            let dictionary = dictionary(&texts);
            let mut fuzzy = Fuzzy::new(&word, edits, prefix);
            prop_assert_eq!(walked(&dictionary, &mut fuzzy), asked(&texts, &mut fuzzy));
            let mut regex = Regex::new(&pattern).unwrap();
            prop_assert_eq!(walked(&dictionary, &mut regex), asked(&texts, &mut regex));
            let mut start = Prefix(word.as_bytes());
            prop_assert_eq!(walked(&dictionary, &mut start), asked(&texts, &mut start));
        }

        /// Many blocks, and blocks that have the first eight bytes in common.
        #[test]
        fn a_walk_past_many_blocks_finds_all_that_is_near(
            texts in prop::collection::btree_set("(abcabcab)?[abcé]{0,7}z?", 500..1500),
            word in "(abcabcab)?[abcé]{0,7}", edits in 1u8..=2,
        ) {
            let dictionary = dictionary(&texts);
            let mut fuzzy = Fuzzy::new(&word, edits, 0);
            prop_assert_eq!(walked(&dictionary, &mut fuzzy), asked(&texts, &mut fuzzy));
        }

        #[test]
        fn a_walk_tells_distances_and_ends_where_it_is_told_to(
            texts in prop::collection::btree_set("[abé]{0,6}", 1..100), word in "[abé]{0,6}",
            most in 1usize..5,
        ) {
            let dictionary = dictionary(&texts);
            let mut found = Vec::new();
            dictionary.walk(&mut Fuzzy::new(&word, 2, 0), |fuzzy, entry| {
                let edits = fuzzy.distance(entry.state).unwrap();
                found.push((String::from_utf8(entry.text.to_vec()).unwrap(), edits));
                if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }).unwrap();
            let edits = |text: &String| {
                (0..=2).find(|&edits| accepts(&mut Fuzzy::new(&word, edits, 0), text.as_bytes()))
            };
            let near = texts.iter().filter_map(|text| Some((text.clone(), edits(text)?)));
            prop_assert_eq!(found, near.take(most).collect::<Vec<_>>());
        }

        #[test]
        fn a_walk_of_forged_bytes_ends(
            texts in prop::collection::btree_set("[abé]{0,5}", 1..100), word in "[abé]{0,4}",
            forged in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            edits in 0u8..=2, pattern in "[ab.é][*?]?(a|b[*]?|[.]){0,3}",
        ) {
            let mut bytes = dictionary(&texts).section.all().unwrap().to_vec();
            for (place, byte) in forged {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            // An error, or some entries: what is asked is that there is no panic.
            if let Ok(dictionary) = dictionary_of(&bytes) {
                let visit = |_: &_, _: Accepted<'_, _, 1>| ControlFlow::Continue(());
                let _ = dictionary.walk(&mut Fuzzy::new(&word, edits, 0), visit);
                let visit = |_: &_, _: Accepted<'_, _, 1>| ControlFlow::Continue(());
                let _ = dictionary.walk(&mut Regex::new(&pattern).unwrap(), visit);
            }
        }
    }
}
