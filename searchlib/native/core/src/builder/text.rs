//! How do texts become lists, positions and lengths?
//!
//! A log of forms in the order of the text; every distinct form is analyzed once. Writing sorts the
//! log by term with one counting sort, and encodes each list as it comes.

use std::sync::Arc;

use super::analyzed::{Analyzed, Before};
use super::log::{Log, NONE};
use crate::analysis::forms::Interner;
use crate::analysis::keys::Keys;
use crate::analysis::{Analyzer, MAX_TOKEN_BYTES, terms_of_new};
use crate::error::Result;
use crate::segment::answers::{AnswersWriter, InSegments};
use crate::segment::dictionary::DictionaryWriter;
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::lengths::DocLengths;
use crate::segment::pairs::{Mask, PairsWriter};
use crate::segment::terms::TermsWriter;

/// Tokens that are looked up together.
const BATCH: usize = 256;

pub struct TextBuilder {
    analyzer: Arc<Analyzer>,
    /// Where forms alone do not say their terms: `analyzed` then holds keys.
    keys: Option<Keys>,
    /// Asked before a filter from outside is.
    before: Before,
    analyzed: Analyzed,
    log: Log,
}

impl TextBuilder {
    /// `others`: what a document may choose beside `analyzer`.
    pub fn new(analyzer: Arc<Analyzer>, others: &[Arc<Analyzer>]) -> Self {
        TextBuilder {
            keys: Keys::new(&analyzer, others),
            before: Before::default(),
            analyzer,
            analyzed: Analyzed::default(),
            log: Log::default(),
        }
    }

    pub fn heap_bytes(&self) -> usize {
        let keys = self.keys.as_ref().map_or(0, Keys::heap_bytes);
        let tables = self.analyzed.heap_bytes() + self.before.last.heap_bytes() + keys;
        let sorting = self.analyzed.forms.len() + 2 * self.analyzed.terms.len();
        self.log.heap_bytes() + tables + sorting * 4
    }

    /// Takes a document's texts, in the analyzer of this number; returns how many tokens were too
    /// long.
    pub fn push(&mut self, texts: &[&str], choice: usize) -> Result<usize> {
        let mut too_long = 0;
        let mut batch = Vec::with_capacity(BATCH);
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                self.log.gap();
            }
            let (forms, log) = (&mut self.analyzed.forms, &mut self.log);
            if let Some(keys) = &mut self.keys {
                keys.each(choice, text, |key| {
                    too_long += usize::from(key.is_none());
                    let form = key.map_or(NONE, |key| forms.intern(key.as_bytes()).0);
                    log.extend(1, |log| log.push(form));
                })?;
                continue;
            }
            let mut look_up = |batch: &mut Vec<(usize, usize)>, is_before_long: bool| {
                log.extend(batch.len(), |log| forms.intern_all(text.as_bytes(), batch, log));
                if is_before_long {
                    log.extend(1, |log| log.push(NONE));
                }
                batch.clear();
            };
            self.analyzer.tokenize(text, |start, end| {
                if end - start > MAX_TOKEN_BYTES {
                    too_long += 1;
                    return look_up(&mut batch, true);
                }
                batch.push((start, end));
                if batch.len() == BATCH {
                    look_up(&mut batch, false);
                }
            })?;
            look_up(&mut batch, false);
        }
        self.log.end_doc();
        Ok(too_long)
    }

    /// Analyzes the forms that came since the last call, all at once.
    pub fn end_batch(&mut self) -> Result<()> {
        let new = self.analyzed.len() as u32..self.analyzed.forms.len() as u32;
        let forms = std::mem::take(&mut self.analyzed.forms);
        let texts: Vec<&str> = new.map(|form| forms.str(form)).collect();
        let analyze = |texts: &[_]| match &self.keys {
            Some(keys) => keys.terms_of(texts),
            None => self.analyzer.terms_of(texts),
        };
        let terms = if self.has_answers() {
            terms_of_new(&texts, &self.before, |texts| analyze(texts))?
        } else {
            analyze(&texts)?
        };
        for terms in terms {
            self.analyzed.push(terms);
        }
        self.analyzed.forms = forms;
        self.log.end_batch(&self.analyzed)
    }

    /// Returns what filters from outside answered, for the builder that follows.
    pub fn write(mut self, number: u16, out: &mut SegmentFileWriter) -> Result<Analyzed> {
        self.end_batch()?;
        let mut sorted = self.log.sorted(&self.analyzed);
        let lengths = DocLengths::new(std::mem::take(&mut sorted.lengths));
        out.begin(SectionKind::Lengths, number);
        lengths.write(out)?;
        let mut ordinals = vec![0; self.analyzed.terms.len()];
        let mut terms = TermsWriter::begin(out, number, Some(&lengths));
        for term in self.analyzed.terms.sorted() {
            terms.extend(sorted.places_of(term));
            if let Some(ordinal) = terms.finish_term(self.analyzed.terms.text(term))? {
                ordinals[term as usize] = ordinal;
            }
        }
        let pairs = terms.finish()?;
        drop(sorted);
        if let Some(pairs) = pairs {
            self.add_pairs(pairs).write(number, out)?;
        }
        self.write_forms(number, &ordinals, out)?;
        if !self.has_answers() {
            return Ok(Analyzed::default());
        }
        let mut answers = AnswersWriter::default();
        for form in self.analyzed.forms.sorted() {
            let terms = self.analyzed.terms_of(form).iter();
            answers
                .add(self.analyzed.forms.text(form), terms.map(|&term| ordinals[term as usize]))?;
        }
        answers.write(number, out)?;
        Ok(self.analyzed)
    }

    /// Whether answers of filters from outside are kept.
    pub fn has_answers(&self) -> bool {
        match &self.keys {
            Some(keys) => keys.have_answers(),
            None => self.analyzer.has_foreign_filter(),
        }
    }

    /// Takes answers from these segments before it asks a filter from outside.
    pub fn remember(&mut self, segments: InSegments) {
        self.before.segments = Some(segments);
    }

    /// Takes answers from what the builder before this one [wrote](Self::write) as well.
    pub fn follow(&mut self, last: Analyzed) {
        self.before.last = last;
    }

    /// Adds all documents to the pairs.
    fn add_pairs<'l>(&self, mut pairs: PairsWriter<'l>) -> PairsWriter<'l> {
        let mut of_terms: Vec<Mask> = vec![0; self.analyzed.terms.len()];
        for (place, term) in pairs.words().iter().enumerate() {
            if let Some(term) = self.analyzed.terms.get(term) {
                of_terms[term as usize] = 1 << place;
            }
        }
        let of_form = |form| {
            let terms = self.analyzed.terms_of(form).iter();
            terms.fold(0, |mask, &term| mask | of_terms[term as usize])
        };
        let of_forms: Vec<Mask> = (0..self.analyzed.len() as u32).map(of_form).collect();
        self.log.each_doc(&of_forms, |doc, places| pairs.add(doc, places));
        pairs
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
        for form in 0..self.analyzed.len() as u32 {
            let Some(&term) = self.analyzed.terms_of(form).first() else {
                continue;
            };
            let text = self.analyzed.forms.str(form);
            let (analyzer, text) = match &self.keys {
                Some(keys) => keys.form_of(text),
                None => (&*self.analyzer, text),
            };
            let text = analyzer.fold(text);
            if text.is_empty() {
                continue;
            }
            let is_its_term = text.as_bytes() == self.analyzed.terms.text(term);
            if !is_its_term && folded.intern(text.as_bytes()).1 {
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
