//! How do keywords become lists of documents and a column of ordinals?

use crate::analysis::forms::Interner;
use crate::error::Result;
use crate::segment::columns::OrdinalColumnWriter;
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::terms::TermsWriter;

/// Texts whose slots are asked for before they are read.
const BATCH: usize = 32;

#[derive(Default)]
pub struct KeywordBuilder {
    terms: Interner,
    /// The last document that holds each term.
    last_docs: Vec<u32>,
    values: Vec<u32>,
    ends: Vec<usize>,
}

impl KeywordBuilder {
    pub fn push(&mut self, texts: &[&str]) {
        let doc = self.ends.len() as u32;
        for text in texts {
            let (term, is_new) = self.terms.intern(text.as_bytes());
            if is_new {
                self.last_docs.push(doc);
            }
            self.last_docs[term as usize] = doc;
            self.values.push(term);
        }
        self.ends.push(self.values.len());
    }

    /// The last document that holds each of these, if any does.
    pub fn last_docs<'a>(
        &self,
        texts: &'a [&str],
    ) -> impl Iterator<Item = Option<u32>> + use<'a, '_> {
        let batches = texts.chunks(BATCH).inspect(|batch| {
            batch.iter().for_each(|text| self.terms.fetch(text.as_bytes()));
        });
        let texts = batches.flatten().map(|text| self.terms.get(text.as_bytes()));
        texts.map(|term| term.map(|term| self.last_docs[term as usize]))
    }

    pub fn heap_bytes(&self) -> usize {
        self.terms.heap_bytes()
            + self.last_docs.capacity() * 4
            + self.values.len() * 12
            + self.ends.len() * 8
    }

    pub fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
        let mut starts = vec![0usize; self.terms.len() + 1];
        for &term in &self.values {
            starts[term as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut docs = vec![0u32; self.values.len()];
        for (doc, values) in self.docs().enumerate() {
            for &term in values {
                docs[next[term as usize]] = doc as u32;
                next[term as usize] += 1;
            }
        }
        let mut ordinals = vec![0; self.terms.len()];
        let mut terms = TermsWriter::begin(out, number, None);
        for term in self.terms.sorted() {
            let docs = &docs[starts[term as usize]..starts[term as usize + 1]];
            // A document that names a value twice holds it once.
            terms.extend(docs.iter().map(|&doc| (doc, 0)));
            if let Some(ordinal) = terms.finish_term(self.terms.text(term))? {
                ordinals[term as usize] = ordinal;
            }
        }
        terms.finish()?;
        let mut column = OrdinalColumnWriter::default();
        for values in self.docs() {
            column.push(values.iter().map(|&term| ordinals[term as usize]));
        }
        out.begin(SectionKind::Ordinals, number);
        column.write(out)
    }

    /// The term numbers of each document.
    fn docs(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.values[start..end])
    }
}
