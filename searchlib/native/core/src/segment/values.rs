//! How are a document's values written into its stored record, and read back?
//!
//! Short values stand in the short record; of a long text only its length does, and its bytes stand
//! in the long record, one after another. Grammar: docs/format.md, "Stored documents".

use crate::bytes::{Cut, Reader, put_text, put_varint};
use crate::error::Result;

/// Texts of at least this many bytes go to the long record.
pub const LONG_FROM: u64 = 256;
/// Where the texts of a field have this many bytes on average, it is prose,
pub const MEAN_FROM: u64 = 128;
/// and shorter ones go there too, from so many bytes on.
pub const PROSE_FROM: u64 = 16;

/// A value as stored. A date is the text that the caller's side made of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Texts(Vec<String>),
    Int(i64),
    Float(f64),
    Bool(bool),
}

/// First byte of a value. On disk: add at the end, never renumber.
mod tag {
    pub const SHORT_TEXT: u8 = 1;
    pub const LONG_TEXT: u8 = 2;
    pub const TEXTS: u8 = 3;
    pub const INT: u8 = 4;
    pub const FLOAT: u8 = 5;
    pub const FALSE: u8 = 6;
    pub const TRUE: u8 = 7;
}

/// The two records of a document being written, one document after another.
pub struct Records<'a> {
    pub short: Vec<u8>,
    /// The long texts.
    pub long: Vec<&'a [u8]>,
    pub lengths: TextLengths,
}

/// How long the texts of each field were so far: (texts, bytes).
#[derive(Default)]
pub struct TextLengths(Vec<(u64, u64)>);

impl<'a> Records<'a> {
    /// `lengths`: of the documents before.
    pub fn new(lengths: TextLengths) -> Self {
        Records { short: Vec::new(), long: Vec::new(), lengths }
    }

    pub fn clear(&mut self) {
        self.short.clear();
        self.long.clear();
    }

    /// Adds a value that was read from another segment.
    pub fn value(&mut self, field: usize, value: &'a Value) {
        match value {
            Value::Text(text) => self.text(field, text),
            Value::Texts(texts) => self.texts(field, texts.iter().map(String::as_str)),
            Value::Int(value) => self.int(field, *value),
            Value::Float(value) => self.float(field, *value),
            Value::Bool(value) => self.bool(field, *value),
        }
    }

    pub fn text(&mut self, field: usize, text: &'a str) {
        self.field(field);
        self.put_text(field, text);
    }

    pub fn texts(&mut self, field: usize, texts: impl ExactSizeIterator<Item = &'a str>) {
        self.field(field);
        self.short.push(tag::TEXTS);
        put_varint(&mut self.short, texts.len() as u64);
        for text in texts {
            self.put_text(field, text);
        }
    }

    pub fn int(&mut self, field: usize, value: i64) {
        self.field(field);
        self.short.push(tag::INT);
        put_varint(&mut self.short, (value << 1 ^ value >> 63) as u64);
    }

    pub fn float(&mut self, field: usize, value: f64) {
        self.field(field);
        self.short.push(tag::FLOAT);
        self.short.extend_from_slice(&value.to_le_bytes());
    }

    pub fn bool(&mut self, field: usize, value: bool) {
        self.field(field);
        self.short.push(if value { tag::TRUE } else { tag::FALSE });
    }

    fn field(&mut self, field: usize) {
        put_varint(&mut self.short, field as u64);
    }

    fn put_text(&mut self, field: usize, text: &'a str) {
        if self.lengths.is_long(field, text.len() as u64) {
            self.short.push(tag::LONG_TEXT);
            put_varint(&mut self.short, text.len() as u64);
            self.long.push(text.as_bytes());
        } else {
            self.short.push(tag::SHORT_TEXT);
            put_text(&mut self.short, text.as_bytes());
        }
    }
}

impl TextLengths {
    /// Whether the next text of a field, of `len` bytes, goes to the long record.
    ///
    /// A title lies among short values, where it is read fast; the short paragraphs of a field of
    /// prose lie with the others, where they take half the room.
    fn is_long(&mut self, field: usize, len: u64) -> bool {
        if self.0.len() <= field {
            self.0.resize(field + 1, (0, 0));
        }
        let (texts, bytes) = &mut self.0[field];
        *texts += 1;
        *bytes += len;
        let is_prose = *bytes >= *texts * MEAN_FROM;
        len >= if is_prose { PROSE_FROM } else { LONG_FROM }
    }
}

/// The values of the fields that `wanted` accepts, by field number; `None` when the bytes are wrong.
/// `long` is called at most once, and only when a wanted value is long.
pub fn decode(
    short: &[u8],
    wanted: &dyn Fn(usize) -> bool,
    long: &dyn Fn() -> Result<Vec<u8>>,
) -> Result<Option<Vec<(usize, Value)>>> {
    let mut decoder =
        Decoder { short: Reader::new(short), long: None, long_at: 0, read_long: long };
    let mut values = Vec::new();
    while !decoder.short.is_empty() {
        match decoder.field(wanted) {
            Ok(Some(value)) => values.push(value),
            Ok(None) => {}
            Err(Stop::Damaged) => return Ok(None),
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    Ok(Some(values))
}

enum Stop {
    Damaged,
    Failed(crate::error::Error),
}

impl From<Cut> for Stop {
    fn from(_: Cut) -> Self {
        Stop::Damaged
    }
}

struct Decoder<'a> {
    short: Reader<'a>,
    long: Option<Vec<u8>>,
    long_at: usize,
    read_long: &'a dyn Fn() -> Result<Vec<u8>>,
}

impl Decoder<'_> {
    fn field(
        &mut self,
        wanted: &dyn Fn(usize) -> bool,
    ) -> std::result::Result<Option<(usize, Value)>, Stop> {
        let field = usize::try_from(self.short.varint()?).map_err(|_| Cut)?;
        let keep = wanted(field);
        let value = match self.short.u8()? {
            tag::TEXTS => {
                let count = self.short.varint()?;
                let mut texts = Vec::new();
                for _ in 0..count {
                    let tag = self.short.u8()?;
                    texts.extend(self.text(tag, keep)?);
                }
                Value::Texts(texts)
            }
            tag::INT => {
                let value = self.short.varint()?;
                Value::Int((value >> 1) as i64 ^ -((value & 1) as i64))
            }
            tag::FLOAT => Value::Float(f64::from_bits(self.short.u64()?)),
            tag::FALSE => Value::Bool(false),
            tag::TRUE => Value::Bool(true),
            tag => match self.text(tag, keep)? {
                Some(text) => Value::Text(text),
                None => return Ok(None),
            },
        };
        Ok(keep.then_some((field, value)))
    }

    fn text(&mut self, tag: u8, keep: bool) -> std::result::Result<Option<String>, Stop> {
        let bytes = match tag {
            tag::SHORT_TEXT => self.short.text()?,
            tag::LONG_TEXT => {
                let len = usize::try_from(self.short.varint()?).map_err(|_| Cut)?;
                let start = self.long_at;
                self.long_at = start.checked_add(len).ok_or(Cut)?;
                if !keep {
                    return Ok(None);
                }
                let long = match &mut self.long {
                    Some(long) => long,
                    None => self.long.insert((self.read_long)().map_err(Stop::Failed)?),
                };
                long.get(start..self.long_at).ok_or(Cut)?
            }
            _ => return Err(Stop::Damaged),
        };
        if !keep {
            return Ok(None);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Cut)?;
        Ok(Some(text.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of the texts that went to the long records, by document.
    fn long_bytes(documents: &[&[&str]]) -> Vec<usize> {
        let mut records = Records::new(TextLengths::default());
        let documents = documents.iter().map(|texts| {
            records.clear();
            texts.iter().enumerate().for_each(|(field, text)| records.text(field, text));
            records.long.iter().map(|text| text.len()).sum()
        });
        documents.collect()
    }

    #[test]
    fn short_paragraphs_of_prose_lie_with_long_ones_and_titles_do_not() {
        let (title, line, paragraph) = ("w".repeat(60), "w".repeat(100), "w".repeat(400));
        let documents: [&[&str]; _] =
            [&[&title, &line], &[&title, &paragraph], &[&title, &line], &[&title, "too short"]];
        assert_eq!(long_bytes(&documents), [0, 400, 100, 0]);
    }
}
