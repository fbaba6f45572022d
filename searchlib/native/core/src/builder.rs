//! From documents to a segment, in memory until it is written.
//!
//! Each field keeps a log of term numbers in the order of the text. Writing sorts the log by term
//! with one counting sort and encodes each list as it comes. Every distinct form is analyzed once.

use std::sync::Arc;

use crate::analysis::forms::Interner;
use crate::analysis::{Analyzer, MAX_TOKEN_BYTES};
use crate::error::{Error, Result};
use crate::segment::columns::{NumberColumnWriter, NumberKey, OrdinalColumnWriter};
use crate::segment::dictionary::DictionaryWriter;
use crate::segment::file::{NO_FIELD, SectionKind, SegmentFileWriter};
use crate::segment::lengths::{class, length_step, length_steps, write_lengths};
use crate::segment::postings::Detail;
use crate::segment::stored::{Codec, StoreWriter};
use crate::segment::terms::TermsWriter;
use crate::segment::values::Records;
use crate::segment::{FieldInfo, FieldKind, MAX_DOCS, write_meta};
use crate::storage::Storage;

/// Positions left free between the values of a text field, so that no phrase spans two.
pub const POSITION_GAP: u32 = 100;

/// A field of the documents to come.
#[derive(Clone)]
pub struct FieldSpec {
    pub info: FieldInfo,
    /// Text fields have one.
    pub analyzer: Option<Arc<Analyzer>>,
}

/// One field's value in one document.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    Empty,
    Text(&'a str),
    Texts(Vec<&'a str>),
    Int(i64),
    Float(f64),
    /// Microseconds since 1970 in UTC, and the text that is stored.
    Date(i64, &'a str),
    Bool(bool),
}

/// Tokens of one field of one row that were too long for the index.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub row: usize,
    pub field: usize,
    pub tokens: usize,
}

/// Collects documents and writes them as one segment.
pub struct Builder {
    specs: Vec<FieldSpec>,
    fields: Vec<FieldBuilder>,
    short: StoreWriter,
    long: StoreWriter,
    records: Records,
    doc_count: u32,
}

enum FieldBuilder {
    Text(TextBuilder),
    Keyword(KeywordBuilder),
    Numbers(NumberColumnWriter),
}

impl Builder {
    pub fn new(specs: Vec<FieldSpec>) -> Result<Self> {
        if specs.len() > usize::from(NO_FIELD) {
            return Err(Error::Limit("a schema is limited to 65,535 fields".into()));
        }
        let fields = specs.iter().map(FieldBuilder::new).collect::<Result<_>>()?;
        Ok(Builder {
            specs,
            fields,
            short: StoreWriter::new(Codec::Short),
            long: StoreWriter::new(Codec::Long),
            records: Records::default(),
            doc_count: 0,
        })
    }

    pub fn doc_count(&self) -> u32 {
        self.doc_count
    }

    /// About how much memory the documents take, with what writing them will need.
    pub fn heap_bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(FieldBuilder::heap_bytes).sum();
        fields + self.short.heap_bytes() + self.long.heap_bytes()
    }

    /// Adds documents: one row each, one cell a field in the order of the specs. All rows are
    /// checked before the first is taken. Returns what was left out.
    ///
    /// # Errors
    /// [`Error::Input`] when a cell does not fit its field, [`Error::Limit`] when a keyword or the
    /// number of documents passes its limit; then no row was taken.
    pub fn add(&mut self, rows: &[Vec<Cell<'_>>]) -> Result<Vec<LeftOut>> {
        let room = (MAX_DOCS - self.doc_count) as usize;
        if rows.len() > room {
            return Err(Error::Limit(format!("a segment is limited to {MAX_DOCS} documents")));
        }
        for (row, cells) in rows.iter().enumerate() {
            self.check(row, cells)?;
        }
        let mut left_out = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            self.records.clear();
            for (number, (builder, cell)) in self.fields.iter_mut().zip(cells).enumerate() {
                let tokens = builder.push(cell);
                if tokens > 0 {
                    left_out.push(LeftOut { row, field: number, tokens });
                }
                if self.specs[number].info.stored {
                    store(&mut self.records, number, cell);
                }
            }
            self.short.push(&self.records.short)?;
            self.long.push(&self.records.long)?;
            self.doc_count += 1;
        }
        Ok(left_out)
    }

    /// Writes the documents as the segment `name` and forgets them. Returns the file's length.
    pub fn write(&mut self, storage: &dyn Storage, name: &str) -> Result<u64> {
        let fresh = Builder::new(self.specs.clone())?;
        let builder = std::mem::replace(self, fresh);
        let mut out = SegmentFileWriter::create(storage, name)?;
        for (number, field) in builder.fields.into_iter().enumerate() {
            field.write(number as u16, &mut out)?;
        }
        out.begin(SectionKind::ShortStored, NO_FIELD);
        builder.short.write(&mut out)?;
        out.begin(SectionKind::LongStored, NO_FIELD);
        builder.long.write(&mut out)?;
        let infos: Vec<_> = builder.specs.into_iter().map(|spec| spec.info).collect();
        write_meta(&mut out, builder.doc_count, &infos)?;
        out.finish()
    }

    fn check(&self, row: usize, cells: &[Cell<'_>]) -> Result<()> {
        if cells.len() != self.specs.len() {
            return Err(Error::Input(format!(
                "row {row} has {} cells, expected {}",
                cells.len(),
                self.specs.len()
            )));
        }
        for (spec, cell) in self.specs.iter().zip(cells) {
            let fits = match (spec.info.kind, cell) {
                (_, Cell::Empty)
                | (FieldKind::Text, Cell::Text(_) | Cell::Texts(_))
                | (FieldKind::Number, Cell::Int(_) | Cell::Float(_))
                | (FieldKind::Date, Cell::Date(..))
                | (FieldKind::Boolean, Cell::Bool(_)) => true,
                (FieldKind::Keyword, Cell::Text(text)) => check_keyword(row, spec, text)?,
                (FieldKind::Keyword, Cell::Texts(texts)) => {
                    for text in texts {
                        check_keyword(row, spec, text)?;
                    }
                    true
                }
                _ => false,
            };
            if !fits {
                return Err(Error::Input(format!(
                    "row {row}: {cell:?} does not fit field {:?} of kind {:?}",
                    spec.info.name, spec.info.kind
                )));
            }
        }
        Ok(())
    }
}

fn check_keyword(row: usize, spec: &FieldSpec, text: &str) -> Result<bool> {
    if text.len() <= MAX_TOKEN_BYTES {
        return Ok(true);
    }
    Err(Error::Limit(format!(
        "row {row}, field {:?}: a keyword of {} bytes; a keyword is limited to {MAX_TOKEN_BYTES} \
         bytes of UTF-8 (use a text field for longer texts)",
        spec.info.name,
        text.len()
    )))
}

fn store(records: &mut Records, field: usize, cell: &Cell<'_>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Date(_, text) => records.text(field, text),
        Cell::Texts(texts) => records.texts(field, texts.iter().copied()),
        Cell::Int(value) => records.int(field, *value),
        Cell::Float(value) => records.float(field, *value),
        Cell::Bool(value) => records.bool(field, *value),
    }
}

impl FieldBuilder {
    fn new(spec: &FieldSpec) -> Result<Self> {
        match (spec.info.kind, &spec.analyzer) {
            (FieldKind::Text, Some(analyzer)) => {
                Ok(FieldBuilder::Text(TextBuilder::new(Arc::clone(analyzer))))
            }
            (FieldKind::Text, None) => {
                Err(Error::Input(format!("text field {:?} has no analyzer", spec.info.name)))
            }
            (FieldKind::Keyword, _) => Ok(FieldBuilder::Keyword(KeywordBuilder::default())),
            _ => Ok(FieldBuilder::Numbers(NumberColumnWriter::default())),
        }
    }

    /// Takes a checked cell; returns how many tokens were too long.
    fn push(&mut self, cell: &Cell<'_>) -> usize {
        match self {
            FieldBuilder::Text(builder) => return builder.push(texts_of(cell)),
            FieldBuilder::Keyword(builder) => builder.push(texts_of(cell)),
            FieldBuilder::Numbers(column) => column.push(match cell {
                Cell::Int(value) => Some(NumberKey::from_int(*value)),
                Cell::Float(value) => Some(NumberKey::from_float(*value)),
                Cell::Date(micros, _) => Some(NumberKey::from_ticks(*micros)),
                Cell::Bool(value) => Some(NumberKey::from_ticks(i64::from(*value))),
                Cell::Empty | Cell::Text(_) | Cell::Texts(_) => None,
            }),
        }
        0
    }

    fn heap_bytes(&self) -> usize {
        match self {
            FieldBuilder::Text(builder) => builder.heap_bytes(),
            FieldBuilder::Keyword(builder) => builder.heap_bytes(),
            FieldBuilder::Numbers(column) => column.heap_bytes(),
        }
    }

    fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
        match self {
            FieldBuilder::Text(builder) => builder.write(number, out),
            FieldBuilder::Keyword(builder) => builder.write(number, out),
            FieldBuilder::Numbers(column) => {
                out.begin(SectionKind::Numbers, number);
                column.write(out)
            }
        }
    }
}

fn texts_of<'a>(cell: &'a Cell<'a>) -> &'a [&'a str] {
    match cell {
        Cell::Text(text) => std::slice::from_ref(text),
        Cell::Texts(texts) => texts,
        _ => &[],
    }
}

/// In the log: a token that a filter removed. It keeps its position.
const REMOVED: u32 = u32::MAX;
/// In the log: the next entry says how many positions are left free.
const SKIP: u32 = u32::MAX - 1;
/// Of a form: it is longer than [`MAX_TOKEN_BYTES`].
const TOO_LONG: u32 = u32::MAX - 2;

struct TextBuilder {
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
    fn new(analyzer: Arc<Analyzer>) -> Self {
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

    fn heap_bytes(&self) -> usize {
        let docs = self.log_ends.len() * 12;
        let tables = self.forms.heap_bytes() + self.terms.heap_bytes() + self.form_terms.len() * 4;
        // Writing needs eight bytes a token beside the log.
        self.log.capacity() * 4 + self.tokens * 8 + docs + tables
    }

    fn push(&mut self, texts: &[&str]) -> usize {
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

    fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
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

#[derive(Default)]
struct KeywordBuilder {
    terms: Interner,
    values: Vec<u32>,
    ends: Vec<usize>,
}

impl KeywordBuilder {
    fn push(&mut self, texts: &[&str]) {
        for text in texts {
            let (term, _) = self.terms.intern(text.as_bytes());
            self.values.push(term);
        }
        self.ends.push(self.values.len());
    }

    fn heap_bytes(&self) -> usize {
        self.terms.heap_bytes() + self.values.len() * 12 + self.ends.len() * 8
    }

    fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<()> {
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
        let mut terms = TermsWriter::begin(out, number, Detail::DocsOnly);
        for term in self.terms.sorted() {
            let docs = &docs[starts[term as usize]..starts[term as usize + 1]];
            // A document that names a value twice holds it once.
            for same in docs.chunk_by(|a, b| a == b) {
                terms.push(same[0], std::iter::empty(), 0);
            }
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
