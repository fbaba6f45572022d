//! Texts that begin with a text.

use super::Automaton;

pub struct Prefix<'p>(pub &'p [u8]);

impl Automaton for Prefix<'_> {
    /// How many bytes of the prefix were read.
    type State = usize;
    const LEAPS: bool = true;

    fn start(&mut self) -> usize {
        0
    }

    fn step(&mut self, &read: &usize, byte: u8) -> Option<usize> {
        match self.0.get(read) {
            None => Some(read),
            Some(&wanted) => (wanted == byte).then_some(read + 1),
        }
    }

    fn accepts(&mut self, &read: &usize) -> bool {
        read == self.0.len()
    }
    fn next_byte(&mut self, &read: &usize, from: u8) -> Option<u8> {
        match self.0.get(read) {
            None => Some(from),
            Some(&wanted) => (wanted >= from).then_some(wanted),
        }
    }
}
