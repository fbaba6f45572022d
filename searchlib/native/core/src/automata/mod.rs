//! Which texts match a pattern, told byte by byte, so that a sorted list of texts can be walked and
//! what cannot match be skipped ([`Dictionary::walk`](crate::segment::dictionary::Dictionary::walk)).

mod fuzzy;
mod prefix;
mod regex;

pub use fuzzy::{Fuzzy, MAX_EDITS};
pub use prefix::Prefix;
pub use regex::Regex;

/// Reads a text from its first byte to its last. Texts are UTF-8.
pub trait Automaton {
    type State: Clone;

    fn start(&mut self) -> Self::State;

    /// The state after one more byte; `None` where no text that goes on so is accepted.
    fn step(&mut self, state: &Self::State, byte: u8) -> Option<Self::State>;

    /// Whether the text that ends here is accepted.
    fn accepts(&mut self, state: &Self::State) -> bool;

    /// The least byte from `from` on with which an accepted text may go on; none is passed over.
    fn next_byte(&mut self, state: &Self::State, from: u8) -> Option<u8> {
        (from..=u8::MAX).find(|&byte| self.step(state, byte).is_some())
    }
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

/// An automaton's way along a rising list of texts: what neighbours share is read once.
pub struct Path<A: Automaton> {
    text: Vec<u8>,
    /// The state after each prefix of `text`, the empty one first, up to where it dies.
    states: Vec<A::State>,
    dead: bool,
}

impl<A: Automaton> Path<A> {
    pub fn new(automaton: &mut A) -> Self {
        Path { text: Vec::new(), states: vec![automaton.start()], dead: false }
    }

    /// A text and the state after it; `None` where it cannot be accepted. The text begins with
    /// `shared` bytes of the text before, perhaps more, then comes `own`.
    pub fn follow(
        &mut self,
        automaton: &mut A,
        shared: usize,
        own: &[u8],
    ) -> Option<(&[u8], &A::State)> {
        let held = self.text.get(shared..).unwrap_or_default();
        let more = held.iter().zip(own).take_while(|(a, b)| a == b).count();
        let (shared, own) = (shared + more, &own[more..]);
        // `states` ends before the byte that killed it. Whatever goes on from there is passed over,
        // and has the bytes up to there in common with `text`.
        if self.dead && shared >= self.states.len() {
            return None;
        }
        self.text.truncate(shared);
        self.text.extend_from_slice(own);
        self.states.truncate(shared + 1);
        self.dead = false;
        for &byte in &self.text[self.states.len() - 1..] {
            match automaton.step(&self.states[self.states.len() - 1], byte) {
                Some(state) => self.states.push(state),
                None => {
                    self.dead = true;
                    return None;
                }
            }
        }
        Some((&self.text, self.states.last()?))
    }

    pub fn is_dead(&self) -> bool {
        self.dead
    }

    /// Once dead: the least text after those that begin as the dead one does that may be accepted
    /// or begin an accepted one; `None` when there is none.
    pub fn next_text(&mut self, automaton: &mut A) -> Option<&[u8]> {
        for depth in (0..self.states.len()).rev() {
            let after = self.text.get(depth).map_or(Some(0), |byte| byte.checked_add(1));
            let next = after.and_then(|from| automaton.next_byte(&self.states[depth], from));
            if let Some(byte) = next {
                self.text.truncate(depth);
                self.text.push(byte);
                self.states.truncate(depth + 1);
                // The states end before the last byte, as after a death; only a text that shares
                // all of it goes on from here.
                self.dead = false;
                return Some(&self.text);
            }
        }
        None
    }
}
