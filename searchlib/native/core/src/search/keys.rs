//! What do documents call themselves? The keys of many, gathered in one buffer.

use crate::error::{Error, Result};
use crate::search::searcher::Searcher;
use crate::segment::TermDictionary;
use crate::segment::dictionary::Ordinal;

/// So many keys ahead of the one that is read are fetched.
const AHEAD: usize = 16;
/// Few keys have more.
const USUAL_BYTES: usize = 32;

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

    /// Text `i`; `None` past the last.
    pub fn get(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)?;
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.bytes[start..end])
    }

    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_bytes()
    }

    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Appends those of another.
    pub fn append(&mut self, more: &Texts) {
        let before = self.bytes.len();
        self.bytes.push_str(&more.bytes);
        self.ends.extend(more.ends.iter().map(|end| before + end));
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Texts::default();
        for text in texts {
            all.bytes.push_str(text);
            all.ends.push(all.bytes.len());
        }
        all
    }
}

impl Searcher {
    /// The first value of a keyword field in each document; an empty text where it has none.
    pub fn keys(&self, docs: impl Iterator<Item = u32> + Clone, field: usize) -> Result<Texts> {
        // Step by step for all of them: so many wait for memory at once.
        let ordinals: Vec<_> =
            docs.clone().map(|doc| self.key_ordinal(doc, field)).collect::<Result<_>>()?;
        let mut places = Vec::with_capacity(ordinals.len());
        for found in ordinals {
            let place = found.map(|(terms, ordinal)| terms.text_at(ordinal)).transpose()?;
            if let Some(place) = place.as_ref().filter(|_| places.len() < AHEAD) {
                place.fetch();
            }
            places.push(place);
        }
        let mut bytes = Vec::with_capacity(places.len() * USUAL_BYTES);
        let mut ends = Vec::with_capacity(places.len());
        for (i, key) in places.iter().enumerate() {
            if let Some(Some(later)) = places.get(i + AHEAD) {
                later.fetch();
            }
            if let Some(key) = key {
                key.append_to(&mut bytes)?;
            }
            ends.push(bytes.len());
        }
        match String::from_utf8(bytes) {
            Ok(bytes) if ends.iter().all(|&end| bytes.is_char_boundary(end)) => {
                Ok(Texts { bytes, ends })
            }
            _ => Err(self.not_text(docs)),
        }
    }

    /// Where a document's key stands, and in which dictionary.
    fn key_ordinal(&self, doc: u32, field: usize) -> Result<Option<(&TermDictionary, Ordinal)>> {
        let (segment, local) = self.locate(doc)?;
        let Some(field) = self.field(segment, field) else { return Ok(None) };
        let (Some(ordinals), Some((terms, _))) = (&field.ordinals, &field.terms) else {
            return Ok(None);
        };
        Ok(ordinals.first(local)?.map(|ordinal| (terms, ordinal)))
    }

    fn not_text(&self, docs: impl Iterator<Item = u32>) -> Error {
        let docs: Vec<u32> = docs.collect();
        let first = docs.first().and_then(|&doc| self.locate(doc).ok());
        Error::Corrupt {
            name: first.map_or(String::new(), |(i, _)| self.segments()[i].name().to_string()),
            offset: 0,
            detail: format!("a key of the documents {docs:?} is not UTF-8"),
        }
    }
}
