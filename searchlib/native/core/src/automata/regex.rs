//! Texts that a regular expression or a wildcard pattern matches as a whole.
//!
//! The pattern becomes a nondeterministic automaton, whose sets of states are the states here, each
//! worked out when it is first met and remembered. So time and memory grow with the pattern's length
//! and with what is walked, and no pattern makes more states than the walk has steps.

use std::collections::HashMap;
use std::rc::Rc;

use regex_automata::nfa::thompson::{self, NFA, State, WhichCaptures};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;

use super::Automaton;
use crate::error::{Error, Result};

/// A pattern's automaton takes at most this much memory: about 8,000 characters, or `\w` 80 times.
const MAX_BYTES: usize = 1 << 18;
/// Sets of states that are remembered, with 1 KiB for each.
const MAX_REMEMBERED: usize = 4096;
/// How many states may be visited in all: about half a second. Then nothing more is accepted.
const MAX_VISITS: usize = 100_000_000;

const UNKNOWN: u32 = u32::MAX;
const DEAD: u32 = u32::MAX - 1;

pub struct Regex {
    nfa: NFA,
    known: Vec<Set>,
    numbers: HashMap<(Rc<[StateID]>, bool), u32>,
    /// `next[set * 256 + byte]`: the number of a known set.
    next: Vec<u32>,
    visits_left: usize,
    seen: Vec<bool>,
    stack: Vec<StateID>,
    ends: Vec<StateID>,
}

/// A set of states of the pattern's automaton that stand on a byte or on the match.
#[derive(Clone)]
pub struct Set {
    /// Its place among the known sets; [`UNKNOWN`] where there was no more room.
    number: u32,
    states: Rc<[StateID]>,
    accepts: bool,
}

impl Regex {
    /// # Errors
    /// [`Error::Input`] when the pattern cannot be read, is too large, or asks for a word border.
    pub fn new(pattern: &str) -> Result<Self> {
        let config = thompson::Config::new()
            .nfa_size_limit(Some(MAX_BYTES))
            .which_captures(WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build(pattern).map_err(|error| {
            if error.size_limit().is_some() {
                return Error::Input("the pattern is too large, or repeats too much".into());
            }
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let text = cause.unwrap_or_else(|| error.to_string());
            // The last line says what is wrong, those before it show where in several lines.
            let last = text.lines().last().unwrap_or_default();
            let last = last.trim_start_matches("error: ");
            Error::Input(format!("not a regular expression: {last}"))
        })?;
        let looks = nfa.look_set_any();
        if looks.contains_word() {
            return Err(Error::Input(
                "\\b and its like ask for the border of a word, but a pattern matches one word \
                 from its start to its end"
                    .into(),
            ));
        }
        let states = nfa.states().len();
        Ok(Regex {
            nfa,
            known: Vec::new(),
            numbers: HashMap::new(),
            next: Vec::new(),
            visits_left: MAX_VISITS,
            seen: vec![false; states],
            stack: Vec::new(),
            ends: Vec::new(),
        })
    }

    /// `*` stands for any characters, `?` for one, `\` before a character for that character.
    pub fn wildcard(pattern: &str) -> Result<Self> {
        let mut regex = String::from("(?s)");
        let mut chars = pattern.chars().peekable();
        let mut literal = [0; 4];
        while let Some(ch) = chars.next() {
            match ch {
                '*' => {
                    while chars.next_if_eq(&'*').is_some() {}
                    regex.push_str(".*");
                }
                '?' => regex.push('.'),
                '\\' => {
                    let ch = chars.next().unwrap_or(ch);
                    regex.push_str(&::regex::escape(ch.encode_utf8(&mut literal)));
                }
                _ => regex.push_str(&::regex::escape(ch.encode_utf8(&mut literal))),
            }
        }
        Regex::new(&regex)
    }

    /// Whether so much was visited that the walk ended early.
    pub fn gave_up(&self) -> bool {
        self.visits_left == 0
    }

    /// The set of what is reached from `self.stack` without reading a byte.
    fn set(&mut self, at_start: bool) -> Option<Set> {
        let mut reached = Vec::new();
        let mut accepts = self.close(at_start, false, &mut reached);
        let reads = |state: &State| {
            matches!(state, State::ByteRange { .. } | State::Sparse(_) | State::Dense(_))
        };
        let mut states = reached.clone();
        states.retain(|&id| reads(self.nfa.state(id)));
        // What only the end of the text leads to may be the match, and is no state to go on from.
        self.stack.append(&mut self.ends);
        accepts |= self.close(at_start, true, &mut reached);
        for &id in &reached {
            self.seen[id.as_usize()] = false;
        }
        self.visits_left = self.visits_left.saturating_sub(reached.len());
        if (states.is_empty() && !accepts) || self.visits_left == 0 {
            return None;
        }
        states.sort_unstable();
        Some(self.remember(states.into(), accepts))
    }

    /// Adds to `reached` what `self.stack` leads to; whether the match is among it.
    fn close(&mut self, at_start: bool, at_end: bool, reached: &mut Vec<StateID>) -> bool {
        let mut accepts = false;
        while let Some(id) = self.stack.pop() {
            if std::mem::replace(&mut self.seen[id.as_usize()], true) {
                continue;
            }
            reached.push(id);
            match self.nfa.state(id) {
                State::Union { alternates } => self.stack.extend_from_slice(alternates),
                State::BinaryUnion { alt1, alt2 } => self.stack.extend([*alt1, *alt2]),
                State::Capture { next, .. } => self.stack.push(*next),
                State::Look { look: Look::Start | Look::StartLF | Look::StartCRLF, next } => {
                    self.stack.extend(at_start.then_some(*next));
                }
                State::Look { next, .. } if at_end => self.stack.push(*next),
                State::Look { next, .. } => self.ends.push(*next),
                State::Match { .. } => accepts = true,
                _ => {}
            }
        }
        accepts
    }

    fn remember(&mut self, states: Rc<[StateID]>, accepts: bool) -> Set {
        let key = (states, accepts);
        if let Some(&number) = self.numbers.get(&key) {
            return self.known[number as usize].clone();
        }
        let states = Rc::clone(&key.0);
        if self.known.len() == MAX_REMEMBERED {
            return Set { number: UNKNOWN, states, accepts };
        }
        let number = self.known.len() as u32;
        self.numbers.insert(key, number);
        self.next.resize(self.next.len() + 256, UNKNOWN);
        self.known.push(Set { number, states, accepts });
        self.known[number as usize].clone()
    }
}

impl Automaton for Regex {
    type State = Set;

    fn start(&mut self) -> Set {
        let start = self.nfa.start_anchored();
        let nothing = Set { number: UNKNOWN, states: Rc::new([]), accepts: false };
        self.stack.push(start);
        self.set(true).unwrap_or(nothing)
    }

    #[inline]
    fn step(&mut self, state: &Set, byte: u8) -> Option<Set> {
        let place = state.number as usize * 256 + usize::from(byte);
        if state.number != UNKNOWN {
            match self.next[place] {
                UNKNOWN => {}
                DEAD => return None,
                next => return Some(self.known[next as usize].clone()),
            }
        }
        if self.visits_left == 0 {
            return None;
        }
        for &id in &*state.states {
            let next = match self.nfa.state(id) {
                State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
                State::Sparse(sparse) => sparse.matches_byte(byte),
                State::Dense(dense) => dense.matches_byte(byte),
                _ => None,
            };
            self.stack.extend(next);
        }
        self.visits_left = self.visits_left.saturating_sub(state.states.len());
        let set = self.set(false);
        if state.number != UNKNOWN {
            match &set {
                Some(set) if set.number != UNKNOWN => self.next[place] = set.number,
                None if self.visits_left > 0 => self.next[place] = DEAD,
                _ => {}
            }
        }
        set
    }

    fn accepts(&mut self, state: &Set) -> bool {
        state.accepts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automata::accepts;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        accepts(&mut Regex::new(pattern).unwrap(), text.as_bytes())
    }

    #[test]
    fn the_whole_text_is_matched() {
        assert!(matches("colou?r", "color") && matches("colou?r", "colour"));
        assert!(!matches("colou?r", "colours") && !matches("olor", "color"));
        assert!(matches("^col.*r$", "color") && !matches("^c$o", "co") && !matches("a^b", "ab"));
        assert!(matches("(?i)ÉTÉ", "été") && matches("", "") && matches("a|^$", ""));
    }

    #[test]
    fn wildcards_stand_for_characters() {
        let wild = |pattern: &str, text: &str| {
            accepts(&mut Regex::wildcard(pattern).unwrap(), text.as_bytes())
        };
        assert!(wild("*gration", "immigration") && wild("?at", "éat") && !wild("?at", "at"));
        assert!(wild("a**b", "ab") && wild(r"a\*", "a*") && !wild(r"a\*", "ab") && wild("a.", "a."));
        assert!(wild("*", "") && wild(r"\", r"\"));
    }

    #[test]
    fn a_hostile_pattern_is_refused_or_read_in_time() {
        let text = "a".repeat(40);
        assert!(!matches("(a*)*b", &text) && !matches("(a|a)*b", &text));
        assert!(matches("(a|b)*a(a|b){20}", &text));
        for pattern in ["((a{99}){99}){99}", &r"\w".repeat(3000), r"\bword\b", "(", "[z-a]"] {
            assert!(Regex::new(pattern).is_err(), "{pattern}");
        }
        assert!(Regex::new(&"(".repeat(100_000)).is_err());
        assert!(Regex::wildcard(&"*?".repeat(50_000)).is_err());
    }

    proptest! {
        #[test]
        fn a_pattern_matches_as_the_regex_crate_says(
            pattern in "(([ab.é]|\\(a|b\\)|\\[aé\\]|\\^|\\$|a\\|)[*?+]?){0,6}", text in "[abé]{0,6}",
        ) {
            if ::regex::Regex::new(&pattern).is_err() {
                return Ok(());
            }
            let twin = ::regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            prop_assert_eq!(matches(&pattern, &text), twin.is_match(&text));
        }
    }
}
