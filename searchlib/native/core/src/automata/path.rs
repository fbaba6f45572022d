//! Which text of a rising list may be accepted next?

use super::{Automaton, Rest};

/// An automaton's way along a rising list of texts: what neighbours share is read once, and what is
/// less than the next text that may be accepted is not read at all.
pub struct Path<A: Automaton> {
    /// The list's last text, where it was accepted or may begin an accepted one; the beginning of it
    /// with which nothing is accepted, where it is `dead`; or the least text that may come next.
    text: Vec<u8>,
    /// The state after each prefix of `text`, the empty one first, as far as they were needed.
    states: Vec<A::State>,
    /// So many bytes of `text` the list's last text begins with. A text that shares more with that
    /// last one is less than `text`, or leads to nothing as `text` does.
    common: usize,
    /// Whether nothing accepted that is still to come begins with `text`.
    dead: bool,
    /// The state after an accepted text that was known from a prefix on, and not read.
    accepted: A::State,
}

impl<A: Automaton> Path<A> {
    pub fn new(automaton: &mut A) -> Self {
        let start = automaton.start();
        Path {
            text: Vec::new(),
            states: vec![start.clone()],
            common: 0,
            dead: false,
            accepted: start,
        }
    }

    /// The list goes on at another place: what its next text shares with the last one is not known.
    pub fn jump(&mut self) {
        self.common = 0;
    }

    /// Whether the list's last text is `text`: nothing of what comes can be passed.
    pub fn is_there(&self) -> bool {
        self.common == self.text.len()
    }

    /// Whether the list's next text cannot be accepted, as is seen without reading it. It begins
    /// with `shared` bytes of the text before, then comes `own`.
    #[inline]
    pub fn passes(&mut self, shared: usize, own: &[u8]) -> bool {
        if shared != self.common {
            // It differs from `text` where the last one does; or earlier, and then it is greater.
            self.common = self.common.min(shared);
            return shared > self.common;
        }
        let rest = &self.text[self.common..];
        let more = own.iter().zip(rest).take_while(|(a, b)| a == b).count();
        self.common += more;
        match (own.get(more), rest.get(more)) {
            (Some(own), Some(wanted)) => own < wanted,
            (own, wanted) => own.is_none() && wanted.is_some(),
        }
    }

    /// The text that did not pass, and the state after it; `None` where it cannot be accepted.
    #[inline]
    pub fn follow(
        &mut self,
        automaton: &mut A,
        shared: usize,
        own: &[u8],
    ) -> Option<(&[u8], &A::State)> {
        self.text.truncate(self.common);
        self.text.extend_from_slice(&own[self.common - shared..]);
        self.states.truncate(self.common + 1);
        self.dead = false;
        for depth in self.states.len() - 1.. {
            let state = &self.states[depth];
            match automaton.least_rest(state, &self.text[depth..]) {
                Rest::Any => {}
                Rest::Least(first, end) => {
                    let is_there = self.take_rest(depth, first, end);
                    return is_there.then(|| self.at_end(automaton, depth))?;
                }
                Rest::None => {
                    self.states.truncate(depth.max(1));
                    self.die(depth);
                    return None;
                }
            }
            let Some(&byte) = self.text.get(depth) else {
                break;
            };
            let Some(next) = automaton.step(state, byte) else {
                self.die(depth + 1);
                return None;
            };
            self.states.push(next);
        }
        self.common = self.text.len();
        Some((&self.text, self.states.last()?))
    }

    /// Puts a rest in the place of what follows `depth` bytes; whether that is the same.
    fn take_rest(&mut self, depth: usize, first: &[u8], end: &[u8]) -> bool {
        let rest = &self.text[depth..];
        let common = first.iter().chain(end).zip(rest).take_while(|(a, b)| a == b).count();
        self.common = depth + common;
        let is_same = common == rest.len() && common == first.len() + end.len();
        if !is_same {
            self.text.truncate(depth);
            self.text.extend_from_slice(first);
            self.text.extend_from_slice(end);
        }
        is_same
    }

    /// The text and the state after it, read from `depth` on.
    fn at_end(&mut self, automaton: &mut A, depth: usize) -> Option<(&[u8], &A::State)> {
        self.accepted = self.states[depth].clone();
        for &byte in &self.text[depth..] {
            self.accepted = automaton.step(&self.accepted, byte)?;
        }
        Some((&self.text, &self.accepted))
    }

    /// Notes that nothing comes that begins with the first `len` bytes of the text.
    fn die(&mut self, len: usize) {
        self.text.truncate(len);
        self.common = len.saturating_sub(1);
        self.dead = true;
    }

    /// The least text that may be accepted, or begin an accepted one, of those to come; `None` when
    /// there is none.
    #[inline]
    pub fn next_text(&mut self, automaton: &mut A) -> Option<&[u8]> {
        if std::mem::replace(&mut self.dead, false) {
            self.leave_dead(automaton)?;
        }
        Some(&self.text)
    }

    fn leave_dead(&mut self, automaton: &mut A) -> Option<()> {
        while let Some(byte) = self.text.pop() {
            let depth = self.text.len();
            self.states.truncate(depth + 1);
            let state = self.states.last()?;
            let next = byte.checked_add(1).and_then(|from| automaton.next_byte(state, from));
            let Some(byte) = next else {
                continue;
            };
            self.text.push(byte);
            self.common = depth;
            if let Some(state) = automaton.step(state, byte) {
                if let Rest::Least(first, end) = automaton.least_rest(&state, b"") {
                    self.text.extend_from_slice(first);
                    self.text.extend_from_slice(end);
                }
                self.states.push(state);
            }
            return Some(());
        }
        None
    }
}
