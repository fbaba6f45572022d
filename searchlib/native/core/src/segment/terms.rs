//! Writes a field's lists and its dictionary together, term after term.

use crate::error::Result;
use crate::segment::dictionary::{DictionaryWriter, Ordinal};
use crate::segment::file::{SectionKind, SegmentFileWriter};
use crate::segment::lengths::DocLengths;
use crate::segment::pairs::{FrequentPicker, PairsWriter};
use crate::segment::postings::ListWriter;

/// The postings section is being written while this lives; [`finish`](Self::finish) ends it and
/// writes the dictionary after it.
pub struct TermsWriter<'o, 'l> {
    out: &'o mut SegmentFileWriter,
    field: u16,
    lengths: Option<&'l DocLengths>,
    list: ListWriter<'l>,
    dictionary: DictionaryWriter<3>,
    frequent: FrequentPicker,
}

impl<'o, 'l> TermsWriter<'o, 'l> {
    /// `lengths`: as in [`ListWriter::new`].
    pub fn begin(
        out: &'o mut SegmentFileWriter,
        field: u16,
        lengths: Option<&'l DocLengths>,
    ) -> Self {
        out.begin(SectionKind::Postings, field);
        TermsWriter {
            out,
            field,
            lengths,
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
        if self.lengths.is_some() {
            self.frequent.offer(term, info.doc_freq);
        }
        let values = [u64::from(info.doc_freq), info.docs_len, info.positions_len];
        self.dictionary.add(term, values).map(Some)
    }

    /// Returns what the field's pairs are to be written with; `None` where no term is frequent.
    pub fn finish(self) -> Result<Option<PairsWriter<'l>>> {
        self.out.begin(SectionKind::Terms, self.field);
        self.dictionary.write(self.out)?;
        let words = self.frequent.finish();
        let lengths = self.lengths.filter(|_| !words.is_empty());
        Ok(lengths.map(|lengths| PairsWriter::new(words, lengths)))
    }
}
