//! Which terms has each form? What an analyzer made of the distinct forms of one field.

use std::borrow::Cow;

use super::log::NONE;
use crate::analysis::forms::Interner;
use crate::analysis::{Known, Terms};
use crate::error::Result;
use crate::segment::answers::InSegments;

/// Forms, or the keys that stand for them, numbered as they came, and the terms of the first of them.
#[derive(Default)]
pub struct Analyzed {
    pub forms: Interner,
    pub terms: Interner,
    /// Where the terms of each analyzed form end in `form_terms`.
    ends: Vec<usize>,
    /// The terms of all analyzed forms, one form after another.
    form_terms: Vec<u32>,
    /// The term of each analyzed form; [`NONE`] where that is not exactly one.
    only_terms: Vec<u32>,
    /// Whether a form has several.
    pub has_several: bool,
}

impl Analyzed {
    /// How many forms have their terms.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Takes the terms of the next form.
    pub fn push(&mut self, terms: Terms<'_>) {
        let first = self.form_terms.len();
        for term in terms {
            self.form_terms.push(self.terms.intern(term.as_bytes()).0);
        }
        self.ends.push(self.form_terms.len());
        let terms = &self.form_terms[first..];
        self.only_terms.push(if let [term] = *terms { term } else { NONE });
        self.has_several |= terms.len() > 1;
    }

    /// The term of a form that has exactly one; of others, and of [`NONE`], it is [`NONE`].
    #[inline]
    pub fn only_term_of(&self, form: u32) -> u32 {
        self.only_terms.get(form as usize).copied().unwrap_or(NONE)
    }

    pub fn terms_of(&self, form: u32) -> &[u32] {
        let form = form as usize;
        let start = if form == 0 { 0 } else { self.ends[form - 1] };
        &self.form_terms[start..self.ends[form]]
    }

    pub fn heap_bytes(&self) -> usize {
        let numbers = self.form_terms.capacity() + self.only_terms.capacity();
        let maps = self.ends.capacity() * 8 + numbers * 4;
        self.forms.heap_bytes() + self.terms.heap_bytes() + maps
    }
}

/// What filters from outside answered before, here and in segments.
#[derive(Default)]
pub struct Before {
    /// For the segment that was written last: found much faster than in its file.
    pub last: Analyzed,
    /// For others.
    pub segments: Option<InSegments>,
}

impl Known for Before {
    fn terms_of(&self, form: &str) -> Result<Option<Terms<'_>>> {
        if let Some(form) = self.last.forms.get(form.as_bytes()) {
            let text = |&term: &u32| Cow::Borrowed(self.last.terms.str(term));
            return Ok(Some(self.last.terms_of(form).iter().map(text).collect()));
        }
        self.segments.as_ref().map_or(Ok(None), |segments| segments.terms_of(form))
    }
}
