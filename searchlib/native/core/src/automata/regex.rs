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
/// Sets of states whose next sets are remembered, with 1 KiB for each.
const MAX_REMEMBERED: usize = 4096;
/// States in all sets together: 16 MiB.
const MAX_STATES: usize = 1 << 22;
/// How many states may be visited in all: about half a second.
const MAX_VISITS: usize = 100_000_000;

const UNKNOWN: u32 = u32::MAX;
const DEAD: u32 = u32::MAX - 1;

/// A set of states of the pattern's automaton that read a byte, by its number.
pub type SetNumber = u32;

pub struct Regex {
    nfa: NFA,
    sets: Vec<Set>,
    numbers: HashMap<Set, SetNumber>,
    /// `next[set * 256 + byte]`
    next: Vec<SetNumber>,
    states_left: usize,
    visits_left: usize,
    seen: Vec<bool>,
    stack: Vec<StateID>,
    ends: Vec<StateID>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Set {
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
            sets: Vec::new(),
            numbers: HashMap::new(),
            next: Vec::new(),
            states_left: MAX_STATES,
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

    /// Whether the pattern was too hard for what was walked. Then nothing more is accepted.
    pub fn gave_up(&self) -> bool {
        self.visits_left == 0 || self.states_left == 0
    }

    /// The set of what is reached from `self.stack` without reading a byte; [`DEAD`] for none.
    fn set(&mut self, at_start: bool) -> SetNumber {
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
        if (states.is_empty() && !accepts) || self.gave_up() {
            return DEAD;
        }
        states.sort_unstable();
        let set = Set { states: states.into(), accepts };
        if let Some(&number) = self.numbers.get(&set) {
            return number;
        }
        self.states_left = self.states_left.saturating_sub(set.states.len().max(16));
        let number = self.sets.len() as SetNumber;
        if self.sets.len() < MAX_REMEMBERED {
            self.next.resize(self.next.len() + 256, UNKNOWN);
        }
        self.numbers.insert(set.clone(), number);
        self.sets.push(set);
        number
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

    /// Works out the set after `byte`, and remembers it.
    #[cold]
    fn find_next(&mut self, number: SetNumber, byte: u8) -> SetNumber {
        let states = Rc::clone(&self.sets[number as usize].states);
        for &id in &*states {
            let next = match self.nfa.state(id) {
                State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
                State::Sparse(sparse) => sparse.matches_byte(byte),
                State::Dense(dense) => dense.matches_byte(byte),
                _ => None,
            };
            self.stack.extend(next);
        }
        self.visits_left = self.visits_left.saturating_sub(states.len());
        let next = self.set(false);
        if let Some(known) = self.next.get_mut(number as usize * 256 + usize::from(byte)) {
            *known = next;
        }
        next
    }
}

impl Automaton for Regex {
    type State = SetNumber;
    const LEAPS: bool = false;

    fn start(&mut self) -> SetNumber {
        self.stack.push(self.nfa.start_anchored());
        self.set(true)
    }

    #[inline]
    fn step(&mut self, &state: &SetNumber, byte: u8) -> Option<SetNumber> {
        let next = match self.next.get(state as usize * 256 + usize::from(byte)) {
            Some(&next) if next != UNKNOWN => next,
            _ if state == DEAD || self.gave_up() => DEAD,
            _ => self.find_next(state, byte),
        };
        (next != DEAD).then_some(next)
    }

    #[inline]
    fn accepts(&mut self, &state: &SetNumber) -> bool {
        self.sets.get(state as usize).is_some_and(|set| set.accepts)
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
        assert!(
            wild("a**b", "ab") && wild(r"a\*", "a*") && !wild(r"a\*", "ab") && wild("a.", "a.")
        );
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
