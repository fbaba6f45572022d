//! From documents to a segment, in memory until it is written.
//!
//! Checks rows, hands each cell to the builder of its field, and keeps the stored records.

mod analyzed;
mod keyword;
mod log;
mod text;

use std::sync::Arc;

use crate::analysis::keys::MAX_CHOICES;
use crate::analysis::{Analyzer, MAX_TOKEN_BYTES};
use crate::error::{Error, Result};
use crate::segment::answers::InSegments;
use crate::segment::columns::{NumberColumnWriter, NumberKey};
use crate::segment::file::{NO_FIELD, SectionKind, SegmentFileWriter};
use crate::segment::store_writer::StoreWriter;
use crate::segment::stored::Codec;
use crate::segment::values::{Records, TextLengths};
use crate::segment::{FieldInfo, FieldKind, MAX_DOCS, Segment, write_meta};
use crate::storage::Storage;
use analyzed::Analyzed;
use keyword::KeywordBuilder;
use log::POSITION_GAP;
use text::TextBuilder;

/// A field of the documents to come.
#[derive(Clone)]
pub struct FieldSpec {
    pub info: FieldInfo,
    /// Text fields have one.
    pub analyzer: Option<Arc<Analyzer>>,
    /// What a text may choose instead, counted from 1.
    pub others: Vec<Arc<Analyzer>>,
}

/// One field's value in one document.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    Empty,
    Text(&'a str),
    Texts(Vec<&'a str>),
    /// A text or texts in the analyzer of this number: 0 is the field's own, then come the others.
    Chosen(Box<Cell<'a>>, usize),
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
    /// Of the stored texts.
    lengths: TextLengths,
    doc_count: u32,
    /// Segments of the same index, whose answers of filters from outside are used again.
    known: Vec<Arc<Segment>>,
    /// Whether the answers of the segment that was written last are at hand.
    follows: bool,
}

enum FieldBuilder {
    Text(Box<TextBuilder>),
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
            long: StoreWriter::beside(Codec::Long),
            lengths: TextLengths::default(),
            doc_count: 0,
            known: Vec::new(),
            follows: false,
        })
    }

    /// Adds segments of the same index and schema, so that no filter from outside is asked about a
    /// form that stands in them: all there are before the first document, and after each
    /// [`write`](Self::write) what it wrote.
    pub fn remember(&mut self, segments: Vec<Arc<Segment>>) {
        let stores = segments.iter().filter_map(|segment| {
            segment.store(Codec::Long).pieces().map(|pieces| (segment.doc_count(), pieces))
        });
        if let Some((_, pieces)) = stores.max_by_key(|(doc_count, _)| *doc_count) {
            self.long.know(pieces.clone());
        }
        self.known.extend(segments);
        if !self.follows {
            self.ask_known();
        }
    }

    fn ask_known(&mut self) {
        for (field, spec) in self.fields.iter_mut().zip(&self.specs) {
            if let FieldBuilder::Text(builder) = field
                && builder.has_answers()
            {
                builder.remember(InSegments {
                    segments: self.known.clone(),
                    field: spec.info.name.clone(),
                    prefix: String::new(),
                });
            }
        }
    }

    pub fn doc_count(&self) -> u32 {
        self.doc_count
    }

    /// The last document that holds each of these in a keyword field, if any does.
    ///
    /// # Errors
    /// [`Error::Input`] when the field is none.
    pub fn last_docs(&self, field: usize, texts: &[&str]) -> Result<Vec<Option<u32>>> {
        match self.fields.get(field) {
            Some(FieldBuilder::Keyword(builder)) => Ok(builder.last_docs(texts).collect()),
            _ => Err(Error::Input(format!("field number {field} is no keyword field"))),
        }
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
    /// number of documents passes its limit; then no row was taken. [`Error::Foreign`] and whatever
    /// else a component from outside causes; then the builder is not to be used any more.
    pub fn add(&mut self, rows: &[Vec<Cell<'_>>]) -> Result<Vec<LeftOut>> {
        let room = (MAX_DOCS - self.doc_count) as usize;
        if rows.len() > room {
            return Err(Error::Limit(format!("a segment is limited to {MAX_DOCS} documents")));
        }
        for (row, cells) in rows.iter().enumerate() {
            self.check(row, cells)?;
        }
        let mut left_out = Vec::new();
        let mut records = Records::new(std::mem::take(&mut self.lengths));
        for (row, cells) in rows.iter().enumerate() {
            records.clear();
            for (number, (builder, cell)) in self.fields.iter_mut().zip(cells).enumerate() {
                let tokens = builder.push(cell)?;
                if tokens > 0 {
                    left_out.push(LeftOut { row, field: number, tokens });
                }
                if self.specs[number].info.stored {
                    store(&mut records, number, cell);
                }
            }
            self.short.push(&[&records.short])?;
            self.long.push(&records.long)?;
            self.doc_count += 1;
        }
        self.lengths = records.lengths;
        for field in &mut self.fields {
            if let FieldBuilder::Text(builder) = field {
                builder.end_batch()?;
            }
        }
        Ok(left_out)
    }

    /// Writes the documents as the segment `name` and forgets them. Returns the file's length.
    pub fn write(&mut self, storage: &dyn Storage, name: &str) -> Result<u64> {
        let mut fresh = Builder::new(self.specs.clone())?;
        fresh.known = std::mem::take(&mut self.known);
        fresh.ask_known();
        fresh.follows = true;
        let builder = std::mem::replace(self, fresh);
        let mut out = SegmentFileWriter::create(storage, name)?;
        for (number, field) in builder.fields.into_iter().enumerate() {
            let analyzed = field.write(number as u16, &mut out)?;
            if let FieldBuilder::Text(builder) = &mut self.fields[number] {
                builder.follow(analyzed);
            }
        }
        for (codec, store) in [(Codec::Short, builder.short), (Codec::Long, builder.long)] {
            out.begin(codec.section(), NO_FIELD);
            store.write(&mut out)?;
        }
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
                (FieldKind::Text, Cell::Text(_) | Cell::Texts(_)) => {
                    check_text(row, spec, texts_of(cell))?
                }
                (FieldKind::Text, Cell::Chosen(_, choice)) => {
                    *choice <= spec.others.len() && check_text(row, spec, texts_of(cell))?
                }
                (_, Cell::Empty)
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

/// Positions are 32 bits, and a text has no more tokens than bytes.
fn check_text(row: usize, spec: &FieldSpec, texts: &[&str]) -> Result<bool> {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let gaps = texts.len().saturating_mul(POSITION_GAP as usize);
    if bytes.saturating_add(gaps) < u32::MAX as usize {
        return Ok(true);
    }
    Err(Error::Limit(format!(
        "row {row}, field {:?}: {bytes} bytes in {} texts; a text field of one document is limited \
         to 4 GiB of UTF-8, with {POSITION_GAP} bytes more for each text",
        spec.info.name,
        texts.len()
    )))
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

fn store<'a>(records: &mut Records<'a>, field: usize, cell: &'a Cell<'_>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Date(_, text) => records.text(field, text),
        Cell::Texts(texts) => records.texts(field, texts.iter().copied()),
        Cell::Chosen(cell, _) => store(records, field, cell),
        Cell::Int(value) => records.int(field, *value),
        Cell::Float(value) => records.float(field, *value),
        Cell::Bool(value) => records.bool(field, *value),
    }
}

impl FieldBuilder {
    fn new(spec: &FieldSpec) -> Result<Self> {
        match (spec.info.kind, &spec.analyzer) {
            (FieldKind::Text, Some(analyzer)) if spec.others.len() < MAX_CHOICES => {
                let builder = TextBuilder::new(Arc::clone(analyzer), &spec.others);
                Ok(FieldBuilder::Text(Box::new(builder)))
            }
            (FieldKind::Text, Some(_)) => Err(Error::Limit(format!(
                "field {:?}: a field is limited to {MAX_CHOICES} analyzers",
                spec.info.name
            ))),
            (FieldKind::Text, None) => {
                Err(Error::Input(format!("text field {:?} has no analyzer", spec.info.name)))
            }
            (FieldKind::Keyword, _) => Ok(FieldBuilder::Keyword(KeywordBuilder::default())),
            _ => Ok(FieldBuilder::Numbers(NumberColumnWriter::default())),
        }
    }

    /// Takes a checked cell; returns how many tokens were too long.
    fn push(&mut self, cell: &Cell<'_>) -> Result<usize> {
        match self {
            FieldBuilder::Text(builder) => {
                let choice = if let Cell::Chosen(_, choice) = cell { *choice } else { 0 };
                return builder.push(texts_of(cell), choice);
            }
            FieldBuilder::Keyword(builder) => builder.push(texts_of(cell)),
            FieldBuilder::Numbers(column) => column.push(match cell {
                Cell::Int(value) => Some(NumberKey::from_int(*value)),
                Cell::Float(value) => Some(NumberKey::from_float(*value)),
                Cell::Date(micros, _) => Some(NumberKey::from_ticks(*micros)),
                Cell::Bool(value) => Some(NumberKey::from_ticks(i64::from(*value))),
                Cell::Empty | Cell::Text(_) | Cell::Texts(_) | Cell::Chosen(..) => None,
            }),
        }
        Ok(0)
    }

    fn heap_bytes(&self) -> usize {
        match self {
            FieldBuilder::Text(builder) => builder.heap_bytes(),
            FieldBuilder::Keyword(builder) => builder.heap_bytes(),
            FieldBuilder::Numbers(column) => column.heap_bytes(),
        }
    }

    /// Returns what a text field hands to the builder that follows.
    fn write(self, number: u16, out: &mut SegmentFileWriter) -> Result<Analyzed> {
        match self {
            FieldBuilder::Text(builder) => return builder.write(number, out),
            FieldBuilder::Keyword(builder) => builder.write(number, out)?,
            FieldBuilder::Numbers(column) => {
                out.begin(SectionKind::Numbers, number);
                column.write(out)?;
            }
        }
        Ok(Analyzed::default())
    }
}

fn texts_of<'a>(cell: &'a Cell<'a>) -> &'a [&'a str] {
    match cell {
        Cell::Text(text) => std::slice::from_ref(text),
        Cell::Texts(texts) => texts,
        Cell::Chosen(cell, _) => texts_of(cell),
        _ => &[],
    }
}
