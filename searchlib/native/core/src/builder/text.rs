//! How do texts become lists, positions and lengths?
//!
//! A log of term numbers in the order of the text. Writing sorts it by term with one counting sort
//! and encodes each list as it comes. Every distinct form is analyzed once.

use std::sync::Arc;

use crate::analysis::forms::Interner;
use crate::analysis::{Analyzer, MAX_TOKEN_BYTES};
use crate::error::Result;
use crate::segment::dictionary::DictionaryWriter;
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::lengths::{class, length_step, length_steps, write_lengths};
use crate::segment::postings::Detail;
use crate::segment::terms::TermsWriter;

/// Positions left free between the values of a text field, so that no phrase spans two.
pub const POSITION_GAP: u32 = 100;
/// In the log: a token that a filter removed. It keeps its position.
const REMOVED: u32 = u32::MAX;
/// In the log: the next entry says how many positions are left free.
const SKIP: u32 = u32::MAX - 1;
/// Of a form: it is longer than [`MAX_TOKEN_BYTES`].
const TOO_LONG: u32 = u32::MAX - 2;

pub struct TextBuilder {
    analyzer: Arc<Analyzer>,
    forms: Interner,
    /// The term of each form, or [`REMOVED`] or [`TOO_LONG`].
    form_terms: Vec<u32>,
    terms: Interner,
    /// Terms in the order of the text, documents one after another.
    log: Vec<u32>,
    /// Where each document's entries end in the log.
    log_ends: Vec<usize>,
    lengths: Vec<u32>,
    tokens: usize,
}

impl TextBuilder {
    pub fn new(analyzer: Arc<Analyzer>) -> Self {
        TextBuilder {
            analyzer,
            forms: Interner::default(),
            form_terms: Vec::new(),
            terms: Interner::default(),
            log: Vec::new(),
            log_ends: Vec::new(),
            lengths: Vec::new(),
            tokens: 0,
        }
    }

    pub fn heap_bytes(&self) -> usize {
        let docs = self.log_ends.len() * 12;
        let tables = self.forms.heap_bytes() + self.terms.heap_bytes() + self.form_terms.len() * 4;
        // Writing needs eight bytes a token beside the log.
        self.log.capacity() * 4 + self.tokens * 8 + docs + tables
    }

    pub fn push(&mut self, texts: &[&str]) -> usize {
        let mut length = 0u32;
        let mut too_long = 0;
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                self.log.extend([SKIP, POSITION_GAP]);
            }
            let analyzer = Arc::clone(&self.analyzer);
            analyzer.tokenize(text, |start, end| {
                let term = self.term_of(&analyzer, &text[start..end]);
                match term {
                    REMOVED => self.log.push(REMOVED),
                    TOO_LONG => {
                        too_long += 1;
                        self.log.push(REMOVED);
                    }
                    term => {
                        self.log.push(term);
                        length += 1;
                    }
                }
            });
        }
        self.log_ends.push(self.log.len());
        self.lengths.push(length);
        self.tokens += length as usize;
        too_long
    }

    #[inline]
    fn term_of(&mut self, analyzer: &Analyzer, form: &str) -> u32 {
        if form.len() > MAX_TOKEN_BYTES {
            return TOO_LONG;
        }
        let (number, new) = self.forms.intern(form.as_bytes());
        if new {
            let term = match analyzer.term(form) {
                None => REMOVED,
                Some(term) if term.len() > MAX_TOKEN_BYTES => TOO_LONG,
                Some(term) => self.terms.intern(term.as_bytes()).0,
            };
            self.form_terms.push(term);
        }
        self.form_terms[number as usize]
    }

    pub fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
        let steps = length_steps(&self.lengths);
        out.begin(SectionKind::Lengths, number);
        write_lengths(out, &self.lengths, &steps)?;
        let doc_steps: Vec<u8> =
            self.lengths.iter().map(|&length| length_step(&steps, length)).collect();
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
        self.write_forms(number, &ordinals, out)
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
        let mut places = vec![Place { doc: 0, position: 0 }; self.tokens];
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
            while let Some(&term) = entries.next() {
                match term {
                    REMOVED => position += 1,
                    SKIP => position += entries.next().copied().unwrap_or(0),
                    term => {
                        let doc = doc as u32;
                        visit(term, Place { doc, position });
                        position += 1;
                    }
                }
            }
            start = end;
        }
    }

    /// The dictionary from forms to terms, of those forms that are not their own term.
    fn write_forms(
        &self,
        number: u16,
        ordinals: &[u32],
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let lowercase = self.analyzer.lowercases();
        let mut folded = Interner::default();
        let mut terms = Vec::new();
        for (form, &term) in self.form_terms.iter().enumerate() {
            if term >= TOO_LONG {
                continue;
            }
            let text = self.forms.text(form as u32);
            let lower = match std::str::from_utf8(text) {
                Ok(text) if lowercase => text.to_lowercase().into_bytes(),
                _ => text.to_vec(),
            };
            if lower != self.terms.text(term) && folded.intern(&lower).1 {
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
