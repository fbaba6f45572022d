//! How do texts become lists, positions and lengths?
//!
//! A log of form numbers in the order of the text; every distinct form is analyzed once. Writing
//! sorts the log by term with one counting sort and encodes each list as it comes.

use std::sync::Arc;

use crate::analysis::forms::Interner;
use crate::analysis::keys::Keys;
use crate::analysis::{Analyzer, MAX_TOKEN_BYTES, terms_of_new};
use crate::error::Result;
use crate::segment::answers::{AnswersWriter, InSegments};
use crate::segment::dictionary::DictionaryWriter;
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::lengths::{class, length_step, length_steps, write_lengths};
use crate::segment::postings::Detail;
use crate::segment::terms::TermsWriter;

/// Positions left free between the values of a text field, so that no phrase spans two.
pub const POSITION_GAP: u32 = 100;
/// In the log: a token that is too long. It keeps its position.
const TOO_LONG: u32 = u32::MAX;
/// In the log: the next entry says how many positions are left free.
const SKIP: u32 = u32::MAX - 1;

pub struct TextBuilder {
    analyzer: Arc<Analyzer>,
    /// Where forms alone do not say their terms: `forms` then holds keys.
    keys: Option<Keys>,
    /// Where a filter comes from outside: what it answered before.
    known: Option<Box<InSegments>>,
    forms: Interner,
    /// Where the terms of each analyzed form end in `form_terms`.
    term_ends: Vec<usize>,
    /// The terms of all analyzed forms, one form after another.
    form_terms: Vec<u32>,
    terms: Interner,
    /// Forms in the order of the text, documents one after another.
    log: Vec<u32>,
    /// Where each document's entries end in the log.
    log_ends: Vec<usize>,
}

impl TextBuilder {
    /// `others`: what a document may choose beside `analyzer`.
    pub fn new(analyzer: Arc<Analyzer>, others: &[Arc<Analyzer>]) -> Self {
        TextBuilder {
            keys: Keys::new(&analyzer, others),
            known: None,
            analyzer,
            forms: Interner::default(),
            term_ends: Vec::new(),
            form_terms: Vec::new(),
            terms: Interner::default(),
            log: Vec::new(),
            log_ends: Vec::new(),
        }
    }

    pub fn heap_bytes(&self) -> usize {
        let keys = self.keys.as_ref().map_or(0, Keys::heap_bytes);
        let tables = self.forms.heap_bytes() + self.terms.heap_bytes() + keys;
        let maps = self.term_ends.len() * 8 + self.form_terms.len() * 4 + self.log_ends.len() * 12;
        // Writing needs eight bytes a term beside the log; most forms become one term.
        let terms_a_form = self.form_terms.len() / self.term_ends.len().max(1);
        self.log.capacity() * 4 + self.log.len() * 8 * terms_a_form.max(1) + tables + maps
    }

    /// Takes a document's texts, in the analyzer of this number; returns how many tokens were too
    /// long.
    pub fn push(&mut self, texts: &[&str], choice: usize) -> Result<usize> {
        let mut too_long = 0;
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                self.log.extend([SKIP, POSITION_GAP]);
            }
            let (forms, log) = (&mut self.forms, &mut self.log);
            if let Some(keys) = &mut self.keys {
                keys.each(choice, text, |key| match key {
                    Some(key) => log.push(forms.intern(key.as_bytes()).0),
                    None => {
                        too_long += 1;
                        log.push(TOO_LONG);
                    }
                })?;
                continue;
            }
            self.analyzer.tokenize(text, |start, end| {
                if end - start > MAX_TOKEN_BYTES {
                    too_long += 1;
                    log.push(TOO_LONG);
                } else {
                    log.push(forms.intern(&text.as_bytes()[start..end]).0);
                }
            })?;
        }
        self.log_ends.push(self.log.len());
        Ok(too_long)
    }

    /// Analyzes the forms that came since the last call, all at once.
    pub fn analyze_new_forms(&mut self) -> Result<()> {
        let new = self.term_ends.len() as u32..self.forms.len() as u32;
        let texts: Vec<&str> = new.map(|form| self.forms.str(form)).collect();
        let analyze = |texts: &[_]| match &self.keys {
            Some(keys) => keys.terms_of(texts),
            None => self.analyzer.terms_of(texts),
        };
        let terms = match &self.known {
            Some(known) => terms_of_new(&texts, &**known, |texts| analyze(texts))?,
            None => analyze(&texts)?,
        };
        for terms in terms {
            for term in terms {
                self.form_terms.push(self.terms.intern(term.as_bytes()).0);
            }
            self.term_ends.push(self.form_terms.len());
        }
        Ok(())
    }

    fn terms_of(&self, form: u32) -> &[u32] {
        let form = form as usize;
        let start = if form == 0 { 0 } else { self.term_ends[form - 1] };
        &self.form_terms[start..self.term_ends[form]]
    }

    pub fn write(mut self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
        self.analyze_new_forms()?;
        let lengths = self.lengths();
        let steps = length_steps(&lengths);
        out.begin(SectionKind::Lengths, number);
        write_lengths(out, &lengths, &steps)?;
        let doc_steps: Vec<u8> =
            lengths.iter().map(|&length| length_step(&steps, length)).collect();
        let (places, starts) = self.sorted_places();
        let order = self.terms.sorted();
        let mut ordinals = vec![0; order.len()];
        let mut terms = TermsWriter::begin(out, number, Detail::Positions);
        for &term in &order {
            let places = &places[starts[term as usize]..starts[term as usize + 1]];
            for in_doc in places.chunk_by(|a, b| a.doc == b.doc) {
                let doc = in_doc[0].doc;
                let class = class(in_doc.len() as u32, doc_steps[doc as usize]);
                terms.push(doc, in_doc.iter().map(|place| place.position), class);
            }
            if let Some(ordinal) = terms.finish_term(self.terms.text(term))? {
                ordinals[term as usize] = ordinal;
            }
        }
        terms.finish()?;
        self.write_forms(number, &ordinals, out)?;
        if !self.has_answers() {
            return Ok(());
        }
        let mut answers = AnswersWriter::default();
        for form in self.forms.sorted() {
            let terms = self.terms_of(form).iter().map(|&term| ordinals[term as usize]);
            answers.add(self.forms.text(form), terms)?;
        }
        answers.write(number, out)
    }

    /// Whether answers of filters from outside are kept.
    pub fn has_answers(&self) -> bool {
        match &self.keys {
            Some(keys) => keys.have_answers(),
            None => self.analyzer.has_foreign_filter(),
        }
    }

    /// Takes answers from here before it asks a filter from outside.
    pub fn remember(&mut self, known: InSegments) {
        self.known = Some(Box::new(known));
    }

    /// How many positions of each document hold a term: terms at one position count once.
    fn lengths(&self) -> Vec<u32> {
        let mut lengths = Vec::with_capacity(self.log_ends.len());
        let mut start = 0;
        for &end in &self.log_ends {
            let mut length = 0;
            let mut entries = self.log[start..end].iter();
            while let Some(&entry) = entries.next() {
                match entry {
                    TOO_LONG => {}
                    SKIP => {
                        entries.next();
                    }
                    form => length += u32::from(!self.terms_of(form).is_empty()),
                }
            }
            lengths.push(length);
            start = end;
        }
        lengths
    }

    /// Every place of every term: those of term `t` are `places[starts[t]..starts[t + 1]]`,
    /// documents and positions rising. A counting sort of the log.
    fn sorted_places(&self) -> (Vec<Place>, Vec<usize>) {
        let mut starts = vec![0usize; self.terms.len() + 1];
        self.walk(|term, _| starts[term as usize + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![Place { doc: 0, position: 0 }; starts[starts.len() - 1]];
        self.walk(|term, place| {
            let at = &mut next[term as usize];
            places[*at] = place;
            *at += 1;
        });
        (places, starts)
    }

    /// Calls `visit` with each term and its place, in the order of the text.
    fn walk(&self, mut visit: impl FnMut(u32, Place)) {
        let mut start = 0;
        for (doc, &end) in self.log_ends.iter().enumerate() {
            let mut position = 0;
            let mut entries = self.log[start..end].iter();
            while let Some(&entry) = entries.next() {
                match entry {
                    TOO_LONG => position += 1,
                    SKIP => position += entries.next().copied().unwrap_or(0),
                    form => {
                        let place = Place { doc: doc as u32, position };
                        self.terms_of(form).iter().for_each(|&term| visit(term, place));
                        position += 1;
                    }
                }
            }
            start = end;
        }
    }

    /// The dictionary from forms to their first terms, of those forms that are not their own term.
    fn write_forms(
        &self,
        number: u16,
        ordinals: &[u32],
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let mut folded = Interner::default();
        let mut terms = Vec::new();
        for form in 0..self.forms.len() as u32 {
            let Some(&term) = self.terms_of(form).first() else {
                continue;
            };
            let text = self.forms.str(form);
            let (analyzer, text) = match &self.keys {
                Some(keys) => keys.form_of(text),
                None => (&*self.analyzer, text),
            };
            let text = analyzer.fold(text);
            if text.is_empty() {
                continue;
            }
            if text.as_bytes() != self.terms.text(term) && folded.intern(text.as_bytes()).1 {
                terms.push(term);
            }
        }
        let mut forms = DictionaryWriter::<1>::default();
        for form in folded.sorted() {
            let ordinal = ordinals[terms[form as usize] as usize];
            forms.add(folded.text(form), [u64::from(ordinal)])?;
        }
        out.begin(SectionKind::Forms, number);
        forms.write(out)
    }
}

/// Where a term stands.
#[derive(Clone, Copy)]
struct Place {
    doc: u32,
    position: u32,
}
