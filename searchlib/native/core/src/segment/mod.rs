//! One immutable, searchable file of documents.
//!
//! [`file`] is the frame, the other modules are one section kind each, [`Segment`] opens them all.

pub mod answers;
pub mod check;
pub mod columns;
pub mod cursor;
pub mod dictionary;
pub mod doc_block;
pub mod file;
pub(crate) mod freqs;
pub mod lengths;
pub mod list;
mod lz4;
pub mod number_range;
mod packing;
pub mod pairs;
pub mod peaks;
pub mod pieces;
pub mod positions;
pub mod postings;
pub mod recast;
pub mod standing;
pub mod store_writer;
pub mod stored;
pub mod terms;
pub mod values;

use std::sync::Arc;

use crate::bytes::{Cut, Reader, put_text, put_varint};
use crate::error::{Error, Result};
use crate::storage::Storage;
use answers::Answers;
use columns::{NumberColumn, OrdinalColumn};
use cursor::Cursor;
use dictionary::{Dictionary, Entry};
use file::{NO_FIELD, Section, SectionKind, SegmentFile, SegmentFileWriter};
use lengths::Lengths;
use list::List;
use pairs::Pairs;
use pieces::StoredPieces;
use postings::{Detail, ListInfo};
use store_writer::StoreWriter;
use stored::{Codec, Store};
use values::Value;

/// 2^31 - 2: half of the numbers stay free for marks; docs/format.md, "Limits".
pub const MAX_DOCS: u32 = (1 << 31) - 2;

/// What a field holds. On disk: add at the end, never renumber (docs/format.md, "Fields").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FieldKind {
    Text = 1,
    Keyword = 2,
    Number = 3,
    Date = 4,
    Boolean = 5,
}

impl FieldKind {
    pub fn from_number(number: u8) -> Option<Self> {
        use FieldKind::{Boolean, Date, Keyword, Number, Text};
        [Text, Keyword, Number, Date, Boolean].into_iter().find(|&kind| kind as u8 == number)
    }

    /// What the lists of such a field hold; `None` where the field has a column of numbers instead.
    pub fn detail(self) -> Option<Detail> {
        match self {
            FieldKind::Text => Some(Detail::Positions),
            FieldKind::Keyword => Some(Detail::DocsOnly),
            FieldKind::Number | FieldKind::Date | FieldKind::Boolean => None,
        }
    }
}

/// A field as a segment knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    pub name: String,
    pub kind: FieldKind,
    pub stored: bool,
}

/// A term's entry: (documents, bytes of documents, bytes of positions).
pub type TermDictionary = Dictionary<3>;
/// A form's entry: the place of its term.
pub type FormDictionary = Dictionary<1>;

/// Where a term's list lies.
pub fn list_info(entry: &Entry<3>) -> Result<ListInfo> {
    let doc_freq = u32::try_from(entry.values[0]).unwrap_or(u32::MAX);
    Ok(ListInfo {
        doc_freq,
        start: entry.sums[1].saturating_add(entry.sums[2]),
        docs_len: entry.values[1],
        positions_len: entry.values[2],
    })
}

/// One field of a segment.
pub struct Field {
    pub info: FieldInfo,
    /// Text and keyword fields.
    pub terms: Option<(TermDictionary, Section)>,
    /// Text fields.
    pub lengths: Option<Lengths>,
    /// Text fields: forms that differ from their term.
    pub forms: Option<FormDictionary>,
    /// Text fields with a filter from outside: what it made of each form.
    pub answers: Option<Answers>,
    /// Text fields with frequent words that follow each other.
    pub pairs: Option<Pairs>,
    /// Keyword fields.
    pub ordinals: Option<OrdinalColumn>,
    /// Number, date and boolean fields.
    pub numbers: Option<NumberColumn>,
}

impl Field {
    fn open(file: &Arc<SegmentFile>, number: u16, info: FieldInfo, doc_count: u32) -> Result<Self> {
        let section = |kind| {
            file.section(kind, number).ok_or_else(|| Error::Corrupt {
                name: file.name().to_string(),
                offset: 0,
                detail: format!("field {:?} lacks a section ({kind:?})", info.name),
            })
        };
        let mut field = Field {
            terms: None,
            lengths: None,
            forms: None,
            answers: None,
            pairs: None,
            ordinals: None,
            numbers: None,
            info: info.clone(),
        };
        if info.kind.detail().is_some() {
            let terms = Dictionary::open(section(SectionKind::Terms)?)?;
            field.terms = Some((terms, section(SectionKind::Postings)?));
        }
        match info.kind {
            FieldKind::Text => {
                field.lengths = Some(Lengths::open(section(SectionKind::Lengths)?, doc_count)?);
                field.forms = Some(Dictionary::open(section(SectionKind::Forms)?)?);
                field.answers = Answers::open(file, number)?;
                field.pairs = Pairs::open(file, number)?;
            }
            FieldKind::Keyword => {
                let ordinals = section(SectionKind::Ordinals)?;
                field.ordinals = Some(OrdinalColumn::open(ordinals, doc_count)?);
            }
            FieldKind::Number | FieldKind::Date | FieldKind::Boolean => {
                let numbers = section(SectionKind::Numbers)?;
                field.numbers = Some(NumberColumn::open(numbers, doc_count)?);
            }
        }
        Ok(field)
    }

    /// Where the list of `term` lies; `None` if no document has it or the field has no terms.
    pub fn list(&self, term: &[u8]) -> Result<Option<ListInfo>> {
        let Some((terms, _)) = &self.terms else {
            return Ok(None);
        };
        terms.get(term)?.as_ref().map(list_info).transpose()
    }

    /// Asks for what is read first of a list, its ends, and does not wait for it.
    pub fn fetch(&self, info: ListInfo) {
        if let Some((_, postings)) = &self.terms {
            List::fetch(postings, info);
        }
    }

    /// A cursor over a list of this field.
    pub fn cursor(&self, info: ListInfo, doc_count: u32) -> Result<Option<Cursor<'_>>> {
        match (&self.terms, self.info.kind.detail()) {
            (Some((_, postings)), Some(detail)) => {
                List::open(postings, info, detail, doc_count).map(|list| Some(Cursor::new(list)))
            }
            _ => Ok(None),
        }
    }
}

/// An opened segment. Safe to share between threads.
pub struct Segment {
    file: Arc<SegmentFile>,
    doc_count: u32,
    fields: Vec<Field>,
    short: Store,
    long: Store,
}

impl Segment {
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, [`Error::Corrupt`] when it is damaged,
    /// [`Error::Version`] when a newer library wrote it.
    pub fn open(storage: &dyn Storage, name: &str) -> Result<Self> {
        let file = SegmentFile::open(storage, name)?;
        let section = |kind| {
            file.section(kind, NO_FIELD).ok_or_else(|| Error::Corrupt {
                name: name.to_string(),
                offset: 0,
                detail: format!("the segment lacks a section ({kind:?})"),
            })
        };
        let meta = section(SectionKind::Meta)?;
        let damaged = |_: Cut| meta.corrupt(0, "the segment's fields cannot be read");
        let (doc_count, infos) = read_meta(meta.all()?).map_err(damaged)?;
        let mut fields = Vec::with_capacity(infos.len());
        for (number, info) in infos.into_iter().enumerate() {
            fields.push(Field::open(&file, number as u16, info, doc_count)?);
        }
        let store =
            |codec: Codec, pieces| Store::open(codec, section(codec.section())?, pieces, doc_count);
        Ok(Segment {
            doc_count,
            fields,
            short: store(Codec::Short, None)?,
            long: store(Codec::Long, StoredPieces::open(&file))?,
            file,
        })
    }

    pub fn name(&self) -> &str {
        self.file.name()
    }

    /// Documents in the segment, deleted ones included.
    pub fn doc_count(&self) -> u32 {
        self.doc_count
    }

    pub fn byte_count(&self) -> u64 {
        self.file.byte_count()
    }

    /// The file it lies in.
    pub fn file(&self) -> &Arc<SegmentFile> {
        &self.file
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.info.name == name)
    }

    /// Everything that is wrong with the segment, as (offset, what). Reads all of it.
    pub fn check(&self) -> Vec<check::Finding> {
        check::check(self)
    }

    /// The stored values of `doc` in the fields that `wanted` accepts, by name.
    pub fn document(&self, doc: u32, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<(&str, Value)>> {
        let name = |number: usize| self.fields.get(number).map(|field| field.info.name.as_str());
        let values = self.values(doc, &|number| name(number).is_some_and(wanted))?;
        Ok(values.into_iter().filter_map(|(number, value)| Some((name(number)?, value))).collect())
    }

    /// The stored value of one field, by its place among the segment's fields.
    pub fn value(&self, doc: u32, field: usize) -> Result<Option<Value>> {
        let values = self.values(doc, &|number| number == field)?;
        Ok(values.into_iter().next().map(|(_, value)| value))
    }

    fn values(&self, doc: u32, wanted: &dyn Fn(usize) -> bool) -> Result<Vec<(usize, Value)>> {
        let record = self.short.record(doc)?;
        let values = values::decode(&record, wanted, &|| self.long.record(doc))?;
        values.ok_or_else(|| Error::Corrupt {
            name: self.name().to_string(),
            offset: 0,
            detail: format!("the stored values of document {doc} cannot be read"),
        })
    }

    /// Its records of this codec.
    pub fn store(&self, codec: Codec) -> &Store {
        match codec {
            Codec::Short => &self.short,
            Codec::Long => &self.long,
        }
    }

    /// Copies the stored records of the documents that `is_live` accepts, as they lie, to a store
    /// of this codec and on to the file.
    pub fn copy_stored(
        &self,
        is_live: impl Fn(u32) -> bool,
        codec: Codec,
        store: &mut StoreWriter,
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        self.store(codec).copy(is_live, store, out)
    }
}

/// Writes the section that says what the segment holds. Called last.
pub fn write_meta(out: &mut SegmentFileWriter, doc_count: u32, fields: &[FieldInfo]) -> Result<()> {
    let mut bytes = Vec::new();
    put_varint(&mut bytes, u64::from(doc_count));
    put_varint(&mut bytes, fields.len() as u64);
    for field in fields {
        put_text(&mut bytes, field.name.as_bytes());
        bytes.push(field.kind as u8);
        bytes.push(u8::from(field.stored));
    }
    out.begin(SectionKind::Meta, NO_FIELD);
    out.write(&bytes)
}

fn read_meta(bytes: &[u8]) -> std::result::Result<(u32, Vec<FieldInfo>), Cut> {
    let mut reader = Reader::new(bytes);
    let doc_count = reader.varint32()?;
    if doc_count > MAX_DOCS {
        return Err(Cut);
    }
    let count = reader.varint()?;
    let mut fields = Vec::new();
    for _ in 0..count {
        let name = std::str::from_utf8(reader.text()?).map_err(|_| Cut)?.to_string();
        let kind = FieldKind::from_number(reader.u8()?).ok_or(Cut)?;
        let stored = reader.u8()? != 0;
        fields.push(FieldInfo { name, kind, stored });
    }
    Ok((doc_count, fields))
}
