//! Which of the documents found may be left out before anything dear is asked of them?

use std::rc::Rc;

use crate::search::constant::Constant;
use crate::search::window::{Candidates, Mask};

/// Conditions that a document is tested for at little cost. Empty, it keeps everything.
#[derive(Clone, Default)]
pub struct Sieve<'a> {
    tests: Vec<Test<'a>>,
}

#[derive(Clone)]
struct Test<'a> {
    condition: Rc<Constant<'a>>,
    /// Whether those that match are left out, not the others.
    excludes: bool,
}

impl<'a> Sieve<'a> {
    pub fn add(&mut self, condition: Rc<Constant<'a>>, excludes: bool) {
        self.tests.push(Test { condition, excludes });
    }

    /// Takes in the conditions of another.
    pub fn join(&mut self, other: Sieve<'a>) {
        self.tests.extend(other.tests);
    }

    /// Drops those candidates that do not pass.
    pub fn retain(&self, candidates: &mut Candidates) {
        for Test { condition, excludes } in &self.tests {
            candidates.retain(|doc| condition.matches(doc) != *excludes);
        }
    }

    /// Drops those documents that do not pass.
    pub fn strain(&self, docs: &mut Vec<u32>) {
        for Test { condition, excludes } in &self.tests {
            docs.retain(|&doc| condition.matches(doc) != *excludes);
        }
    }

    /// Clears the bit of each document that does not pass. The mask's first bit stands for `start`.
    pub fn narrow(&self, start: u32, mask: &mut Mask) {
        for Test { condition, excludes } in &self.tests {
            for (i, word) in mask.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
                let held = condition.among(start + 64 * i as u32, *word);
                *word = if *excludes { *word & !held } else { held };
            }
        }
    }
}
