//! Which texts match a pattern, told byte by byte, so that a sorted list of texts can be walked and
//! what cannot match be skipped ([`Dictionary::walk`](crate::segment::dictionary::Dictionary::walk)).

mod fuzzy;
mod path;
mod prefix;
mod regex;

pub use fuzzy::{Fuzzy, MAX_EDITS};
pub use path::Path;
pub use prefix::Prefix;
pub use regex::Regex;

/// Reads a text from its first byte to its last. Texts are UTF-8.
pub trait Automaton {
    type State: Clone;
    /// Whether `next_byte` takes hardly longer than a step, so that it may be asked for every text.
    const LEAPS: bool;

    fn start(&mut self) -> Self::State;

    /// The state after one more byte; `None` where no text that goes on so is accepted.
    fn step(&mut self, state: &Self::State, byte: u8) -> Option<Self::State>;

    /// Whether the text that ends here is accepted.
    fn accepts(&mut self, state: &Self::State) -> bool;

    /// The least byte from `from` on with which an accepted text may go on; none is passed over.
    fn next_byte(&mut self, state: &Self::State, from: u8) -> Option<u8> {
        (from..=u8::MAX).find(|&byte| self.step(state, byte).is_some())
    }

    /// What may follow, and is at least `from`, where that is so little that it is known.
    fn least_rest(&self, _state: &Self::State, _from: &[u8]) -> Rest<'_> {
        Rest::Any
    }
}

/// What an accepted text goes on with.
pub enum Rest<'a> {
    /// That is not known.
    Any,
    /// The least, in two pieces; all of it belongs to the text, and the text ends with it.
    Least(&'a [u8], &'a [u8]),
    /// No text is accepted.
    None,
}

/// Whether `text` as a whole is accepted.
pub fn accepts<A: Automaton>(automaton: &mut A, text: &[u8]) -> bool {
    let mut state = automaton.start();
    for &byte in text {
        match automaton.step(&state, byte) {
            Some(next) => state = next,
            None => return false,
        }
    }
    automaton.accepts(&state)
}
