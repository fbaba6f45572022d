//! What did filters from outside make of each form? Kept, so that they are never asked twice.
//!
//! Written for text fields whose analyzer has such a filter. The forms are those of the text, letter
//! by letter, or the keys that stand for them ([`crate::analysis::keys`]).

use std::borrow::Cow;
use std::sync::Arc;

use crate::analysis::{Known, Terms};
use crate::bytes::u32_at;
use crate::error::Result;
use crate::segment::dictionary::{Dictionary, DictionaryWriter, Entry};
use crate::segment::file::{Section, SectionKind, SegmentFile, SegmentFileWriter};
use crate::segment::{Segment, TermDictionary};

/// A form's entry: how many terms it has. Their places follow each other in the order of the forms.
pub type AnswerDictionary = Dictionary<1>;

pub struct Answers {
    pub forms: AnswerDictionary,
    /// The ordinals of terms, four bytes each.
    terms: Section,
}

impl Answers {
    /// `None` where the field has none.
    pub fn open(file: &Arc<SegmentFile>, field: u16) -> Result<Option<Self>> {
        let sections = file.section(SectionKind::Answers, field);
        match sections.zip(file.section(SectionKind::AnswerTerms, field)) {
            Some((forms, terms)) => Ok(Some(Answers { forms: Dictionary::open(forms)?, terms })),
            None => Ok(None),
        }
    }

    /// The ordinals of a form's terms.
    pub fn ordinals(&self, entry: &Entry<1>) -> Result<Vec<u32>> {
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_mul(4);
        let start = place(entry.sums[0]);
        let end = place(entry.sums[0].saturating_add(entry.values[0]));
        let bytes = self.terms.bytes(start, end)?;
        Ok((0..bytes.len() / 4).filter_map(|index| u32_at(bytes, index)).collect())
    }

    /// The terms of a form; `None` where it stands in no document of the segment.
    pub fn terms_of(&self, form: &str, terms: &TermDictionary) -> Result<Option<Terms<'_>>> {
        let Some(entry) = self.forms.get(form.as_bytes())? else {
            return Ok(None);
        };
        let text = |ordinal| {
            let (_, text) = terms.entry(ordinal)?;
            let text = String::from_utf8(text);
            text.map(Cow::Owned).map_err(|_| self.terms.corrupt(0, "a term is not UTF-8"))
        };
        self.ordinals(&entry)?.into_iter().map(text).collect::<Result<_>>().map(Some)
    }
}

#[derive(Default)]
pub struct AnswersWriter {
    forms: DictionaryWriter<1>,
    terms: Vec<u8>,
}

impl AnswersWriter {
    /// Forms rise.
    pub fn add(&mut self, form: &[u8], ordinals: impl Iterator<Item = u32>) -> Result<()> {
        let before = self.terms.len();
        ordinals.for_each(|ordinal| self.terms.extend_from_slice(&ordinal.to_le_bytes()));
        self.forms.add(form, [((self.terms.len() - before) / 4) as u64]).map(|_| ())
    }

    pub fn write(self, field: u16, out: &mut SegmentFileWriter) -> Result<()> {
        out.begin(SectionKind::Answers, field);
        self.forms.write(out)?;
        out.begin(SectionKind::AnswerTerms, field);
        out.write(&self.terms)
    }
}

/// The answers that some segments hold for the field of this name.
pub struct InSegments {
    pub segments: Vec<Arc<Segment>>,
    pub field: String,
    /// Stands before each form: the mark of an analyzer among several, else empty.
    pub prefix: String,
}

impl Known for InSegments {
    fn terms_of(&self, form: &str) -> Result<Option<Terms<'_>>> {
        let key = [self.prefix.as_str(), form].concat();
        for segment in &self.segments {
            if let Some(field) = segment.field(&self.field)
                && let (Some(answers), Some((terms, _))) = (&field.answers, &field.terms)
                && let Some(found) = answers.terms_of(&key, terms)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
