//! What do documents call themselves? The keys of many, gathered in one buffer.

use crate::error::{Error, Result};
use crate::search::searcher::Searcher;

/// Texts one after another: text `i` ends at `ends[i]`, where the next begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }

    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_bytes()
    }

    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// Appends those of another.
    pub fn append(&mut self, more: &Texts) {
        let before = self.bytes.len();
        self.bytes.push_str(&more.bytes);
        self.ends.extend(more.ends.iter().map(|end| before + end));
    }
}

impl Searcher {
    /// The first value of a keyword field in each document; an empty text where it has none.
    pub fn keys(&self, docs: impl Iterator<Item = u32>, field: usize) -> Result<Texts> {
        let mut keys = Texts::default();
        let mut key = Vec::new();
        for doc in docs {
            key.clear();
            self.append_key(doc, field, &mut key)?;
            keys.push(std::str::from_utf8(&key).map_err(|_| self.not_text(doc))?);
        }
        Ok(keys)
    }

    fn append_key(&self, doc: u32, field: usize, out: &mut Vec<u8>) -> Result<()> {
        let (segment, local) = self.locate(doc)?;
        let field = self.field(segment, field);
        if let Some(field) = field
            && let (Some(ordinals), Some((terms, _))) = (&field.ordinals, &field.terms)
            && let Some(ordinal) = ordinals.first(local)?
        {
            terms.append_text(ordinal, out)?;
        }
        Ok(())
    }

    fn not_text(&self, doc: u32) -> Error {
        let segment = self.locate(doc).map_or(0, |(segment, _)| segment);
        Error::Corrupt {
            name: self.segments()[segment].name().to_string(),
            offset: 0,
            detail: format!("the key of document {doc} is not UTF-8"),
        }
    }
}
