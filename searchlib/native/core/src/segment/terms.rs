//! Writes a field's lists and its dictionary together, term after term.

use crate::error::Result;
use crate::segment::dictionary::{DictionaryWriter, Ordinal};
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::lengths::DocLengths;
use crate::segment::pairs::FrequentPicker;
use crate::segment::postings::ListWriter;

/// The postings section is being written while this lives; [`finish`](Self::finish) ends it and
/// writes the dictionary after it.
pub struct TermsWriter<'a> {
    out: &'a mut SegmentFileWriter,
    field: u16,
    list: ListWriter<'a>,
    dictionary: DictionaryWriter<3>,
    frequent: FrequentPicker,
}

impl<'a> TermsWriter<'a> {
    /// `lengths`: as in [`ListWriter::new`].
    pub fn begin(
        out: &'a mut SegmentFileWriter,
        field: u16,
        lengths: Option<&'a DocLengths>,
    ) -> Self {
        out.begin(SectionKind::Postings, field);
        TermsWriter {
            out,
            field,
            list: ListWriter::new(lengths),
            dictionary: DictionaryWriter::default(),
            frequent: FrequentPicker::default(),
        }
    }

    /// Adds places to the current term's list: [`ListWriter::extend`].
    #[inline]
    pub fn extend(&mut self, places: impl Iterator<Item = (u32, u32)>) {
        self.list.extend(places);
    }

    /// Ends the current list under the name `term`, which rises from call to call.
    /// `None` when it has no place: the term is left out.
    pub fn finish_term(&mut self, term: &[u8]) -> Result<Option<Ordinal>> {
        if self.list.doc_freq() == 0 {
            return Ok(None);
        }
        let info = self.list.finish(self.out)?;
        self.frequent.offer(term, info.doc_freq);
        let values = [u64::from(info.doc_freq), info.docs_len, info.positions_len];
        self.dictionary.add(term, values).map(Some)
    }

    /// Returns the terms whose pairs are kept: [`FrequentPicker::finish`].
    pub fn finish(self) -> Result<Vec<Vec<u8>>> {
        self.out.begin(SectionKind::Terms, self.field);
        self.dictionary.write(self.out)?;
        Ok(self.frequent.finish())
    }
}
