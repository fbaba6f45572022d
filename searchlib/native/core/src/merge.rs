//! Several segments into one, deleted documents dropped.
//!
//! Documents keep their order: those of the first segment, then those of the next. Lists, columns
//! and stored records are copied through in one pass; nothing is analyzed again.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::search::deletes::Deletes;
use crate::segment::answers::AnswersWriter;
use crate::segment::columns::{NumberColumnWriter, OrdinalColumnWriter};
use crate::segment::dictionary::{Dictionary, DictionaryCursor, DictionaryWriter, Entry};
use crate::segment::file::{NO_FIELD, SectionKind, SegmentFileWriter};
use crate::segment::lengths::DocLengths;
use crate::segment::pairs::PairsWriter;
use crate::segment::postings::{Detail, END};
use crate::segment::standing::add_pairs;
use crate::segment::store_writer::StoreWriter;
use crate::segment::stored::Codec;
use crate::segment::terms::TermsWriter;
use crate::segment::{Field, FieldInfo, MAX_DOCS, Segment, list_info, write_meta};
use crate::storage::Storage;

/// In a map of documents or terms: dropped.
const DROPPED: u32 = u32::MAX;

/// Of each source, the new place of each of its terms or [`DROPPED`].
type TermMaps = Vec<Vec<u32>>;

/// A segment to merge and its deleted documents.
pub type Source<'a> = (&'a Segment, Deletes<'a>);

/// Writes the live documents of `sources` as the segment `name`. Returns the file's length.
///
/// # Errors
/// [`Error::Corrupt`] also when the segments' fields differ, [`Error::Limit`] when there are too many
/// documents for one segment, and whatever reading and writing may meet.
pub fn merge(storage: &dyn Storage, name: &str, sources: &[Source<'_>]) -> Result<u64> {
    let infos: Vec<FieldInfo> = match sources.first() {
        Some((segment, _)) => segment.fields().iter().map(|field| field.info.clone()).collect(),
        None => return Err(Error::Input("there is no segment to merge".into())),
    };
    for (segment, _) in sources {
        if !segment.fields().iter().map(|field| &field.info).eq(&infos) {
            return Err(Error::Corrupt {
                name: segment.name().to_string(),
                offset: 0,
                detail: "its fields are not those of the segments it is merged with".into(),
            });
        }
    }
    merge_as(storage, name, sources, &infos)
}

/// As [`merge`], into a segment with these fields: one that a source lacks is empty there, and one
/// that a source has beside them is left out.
pub fn merge_as(
    storage: &dyn Storage,
    name: &str,
    sources: &[Source<'_>],
    infos: &[FieldInfo],
) -> Result<u64> {
    for (segment, _) in sources {
        for info in infos {
            if segment.field(&info.name).is_some_and(|field| field.info != *info) {
                return Err(Error::Corrupt {
                    name: segment.name().to_string(),
                    offset: 0,
                    detail: format!("field {:?} is not of the kind it is to become", info.name),
                });
            }
        }
    }
    let merge = Merge::new(sources)?;
    let files = sources.iter().map(|(segment, _)| Arc::clone(segment.file())).collect();
    let mut out = SegmentFileWriter::create(storage, name)?.releasing(files);
    for (number, info) in infos.iter().enumerate() {
        let fields: Vec<_> = sources.iter().map(|(s, _)| s.field(&info.name)).collect();
        merge.field(number as u16, info, &fields, &mut out)?;
    }
    merge.stored(infos, &mut out)?;
    write_meta(&mut out, merge.doc_count, infos)?;
    out.finish()
}

struct Merge<'a> {
    sources: &'a [Source<'a>],
    /// For each source, the new number of each document or [`DROPPED`].
    doc_maps: Vec<Vec<u32>>,
    doc_count: u32,
}

impl<'a> Merge<'a> {
    fn new(sources: &'a [Source<'a>]) -> Result<Self> {
        let mut doc_count = 0u32;
        let mut doc_maps = Vec::with_capacity(sources.len());
        for (segment, deletes) in sources {
            let mut map = Vec::with_capacity(segment.doc_count() as usize);
            for doc in 0..segment.doc_count() {
                if deletes.contains(doc) {
                    map.push(DROPPED);
                    continue;
                }
                if doc_count == MAX_DOCS {
                    return Err(Error::Limit(format!(
                        "a segment is limited to {MAX_DOCS} documents"
                    )));
                }
                map.push(doc_count);
                doc_count += 1;
            }
            doc_maps.push(map);
        }
        Ok(Merge { sources, doc_maps, doc_count })
    }

    /// `fields`: that of each source, if it has it; the same below.
    fn field(
        &self,
        number: u16,
        info: &FieldInfo,
        fields: &[Option<&Field>],
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let Some(detail) = info.kind.detail() else {
            return self.numbers(number, fields, out);
        };
        let lengths = match detail {
            Detail::Positions => Some(self.lengths(number, fields, out)?),
            Detail::DocsOnly => None,
        };
        let (term_maps, pairs) = self.lists(number, fields, lengths.as_ref(), out)?;
        if let Some(pairs) = pairs {
            self.pairs(pairs, fields)?.write(number, out)?;
        }
        match detail {
            Detail::Positions => {
                forms(number, fields, &term_maps, out)?;
                answers(number, fields, &term_maps, out)
            }
            Detail::DocsOnly => self.ordinals(number, fields, &term_maps, out),
        }
    }

    /// Writes the lengths of the new documents and returns them.
    fn lengths(
        &self,
        number: u16,
        fields: &[Option<&Field>],
        out: &mut SegmentFileWriter,
    ) -> Result<DocLengths> {
        let mut lengths = Vec::with_capacity(self.doc_count as usize);
        for (field, map) in fields.iter().zip(&self.doc_maps) {
            match field.and_then(|field| field.lengths.as_ref()) {
                Some(stored) => {
                    let column = stored.column()?;
                    lengths.extend(live(map).map(|doc| column.get(doc)));
                }
                None => lengths.extend(live(map).map(|_| 0)),
            }
        }
        let lengths = DocLengths::new(lengths);
        out.begin(SectionKind::Lengths, number);
        lengths.write(out)?;
        Ok(lengths)
    }

    /// Writes lists and dictionary; returns the new place of each source's terms, and what
    /// [`TermsWriter::finish`] does.
    fn lists<'l>(
        &self,
        number: u16,
        fields: &[Option<&Field>],
        lengths: Option<&'l DocLengths>,
        out: &mut SegmentFileWriter,
    ) -> Result<(TermMaps, Option<PairsWriter<'l>>)> {
        let dictionaries = dictionaries(fields, |field| Some(&field.terms.as_ref()?.0));
        let term_map = |dictionary: &Dictionary<3>| vec![DROPPED; dictionary.len() as usize];
        let mut term_maps: TermMaps =
            dictionaries.iter().map(|dictionary| dictionary.map_or(vec![], term_map)).collect();
        let mut writer = TermsWriter::begin(out, number, lengths);
        let mut positions = vec![0]; // stays so in a keyword field
        each_text(&dictionaries, |text, holders| {
            for (source, entry) in holders {
                let doc_count = self.sources[*source].0.doc_count();
                let list = list_info(entry)?;
                let Some(field) = fields[*source] else {
                    continue;
                };
                let Some(mut cursor) = field.cursor(list, doc_count)? else {
                    continue;
                };
                cursor.seek(0)?;
                while cursor.doc() != END {
                    let doc = self.doc_maps[*source][cursor.doc() as usize];
                    if doc != DROPPED {
                        if lengths.is_some() {
                            cursor.positions(&mut positions)?;
                        }
                        writer.extend(positions.iter().map(|&position| (doc, position)));
                    }
                    cursor.skip(1)?;
                }
            }
            let ordinal = writer.finish_term(text)?;
            for (source, entry) in holders {
                term_maps[*source][entry.ordinal as usize] = ordinal.unwrap_or(DROPPED);
            }
            Ok(())
        })?;
        Ok((term_maps, writer.finish()?))
    }

    /// Adds all documents to the pairs, which are found anew: other terms are frequent in the sources.
    fn pairs<'l>(
        &self,
        mut pairs: PairsWriter<'l>,
        fields: &[Option<&Field>],
    ) -> Result<PairsWriter<'l>> {
        for ((field, map), (segment, _)) in fields.iter().zip(&self.doc_maps).zip(self.sources) {
            if let Some(field) = field {
                let docs = live(map).map(|doc| (doc, map[doc as usize]));
                add_pairs(&mut pairs, field, segment.doc_count(), docs)?;
            }
        }
        Ok(pairs)
    }

    fn ordinals(
        &self,
        number: u16,
        fields: &[Option<&Field>],
        term_maps: &[Vec<u32>],
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let mut column = OrdinalColumnWriter::default();
        for ((field, map), terms) in fields.iter().zip(&self.doc_maps).zip(term_maps) {
            let ordinals = field.and_then(|field| field.ordinals.as_ref());
            for doc in live(map) {
                let old = ordinals.map_or(Ok(vec![]), |ordinals| ordinals.get(doc))?;
                let new = old.iter().filter_map(|&term| terms.get(term as usize).copied());
                column.push(new.filter(|&term| term != DROPPED));
            }
        }
        out.begin(SectionKind::Ordinals, number);
        column.write(out)
    }

    fn numbers(
        &self,
        number: u16,
        fields: &[Option<&Field>],
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let mut column = NumberColumnWriter::default();
        for (field, map) in fields.iter().zip(&self.doc_maps) {
            match field.and_then(|field| field.numbers.as_ref()) {
                Some(numbers) => {
                    let values = numbers.values()?;
                    live(map).for_each(|doc| column.push(values.get(doc)));
                }
                None => live(map).for_each(|_| column.push(None)),
            }
        }
        out.begin(SectionKind::Numbers, number);
        column.write(out)
    }

    fn stored(&self, infos: &[FieldInfo], out: &mut SegmentFileWriter) -> Result<()> {
        for codec in [Codec::Short, Codec::Long] {
            out.begin(codec.section(), NO_FIELD);
            let sources = self.sources.iter().zip(&self.doc_maps);
            let stores =
                sources.map(|((segment, _), map)| (segment.store(codec), live(map).count() as u32));
            let mut store = StoreWriter::merging(codec, &stores.collect::<Vec<_>>())?;
            for ((segment, _), map) in self.sources.iter().zip(&self.doc_maps) {
                if segment.fields().iter().map(|field| &field.info).eq(infos) {
                    let is_live = |doc| map.get(doc as usize).is_some_and(|&new| new != DROPPED);
                    segment.copy_stored(is_live, codec, &mut store, out)?;
                } else {
                    segment.copy_stored_as(infos, live(map), codec, &mut store, out)?;
                }
            }
            store.write(out)?;
        }
        Ok(())
    }
}

fn live(map: &[u32]) -> impl Iterator<Item = u32> {
    (0..map.len() as u32).filter(|&doc| map[doc as usize] != DROPPED)
}

/// The dictionary of each source, if it has one.
fn dictionaries<'a, const K: usize>(
    fields: &[Option<&'a Field>],
    of: impl Fn(&'a Field) -> Option<&'a Dictionary<K>>,
) -> Vec<Option<&'a Dictionary<K>>> {
    fields.iter().map(|field| field.and_then(&of)).collect()
}

fn forms(
    number: u16,
    fields: &[Option<&Field>],
    term_maps: &[Vec<u32>],
    out: &mut SegmentFileWriter,
) -> Result<()> {
    let dictionaries = dictionaries(fields, |field| field.forms.as_ref());
    let mut writer = DictionaryWriter::<1>::default();
    each_text(&dictionaries, |text, holders| {
        let term = holders.iter().find_map(|(source, entry)| {
            let term = term_maps[*source].get(entry.values[0] as usize).copied();
            term.filter(|&term| term != DROPPED)
        });
        match term {
            Some(term) => writer.add(text, [u64::from(term)]).map(|_| ()),
            None => Ok(()),
        }
    })?;
    out.begin(SectionKind::Forms, number);
    writer.write(out)
}

/// Answers of filters from outside, but for forms whose terms went with the documents.
fn answers(
    number: u16,
    fields: &[Option<&Field>],
    term_maps: &[Vec<u32>],
    out: &mut SegmentFileWriter,
) -> Result<()> {
    let held = fields.iter().zip(term_maps);
    let held: Vec<_> =
        held.filter_map(|(field, map)| Some(((*field)?.answers.as_ref()?, map))).collect();
    if held.is_empty() {
        return Ok(());
    }
    let dictionaries: Vec<_> = held.iter().map(|(answers, _)| Some(&answers.forms)).collect();
    let mut writer = AnswersWriter::default();
    each_text(&dictionaries, |text, holders| {
        for (source, entry) in holders {
            let (answers, map) = held[*source];
            let old = answers.ordinals(entry)?;
            let new: Vec<u32> =
                old.iter().map(|&term| *map.get(term as usize).unwrap_or(&DROPPED)).collect();
            if !new.contains(&DROPPED) {
                return writer.add(text, new.into_iter());
            }
        }
        Ok(())
    })?;
    writer.write(number, out)
}

/// Calls `visit` with each distinct text of the dictionaries, rising, and with those that hold it.
fn each_text<const K: usize>(
    dictionaries: &[Option<&Dictionary<K>>],
    mut visit: impl FnMut(&[u8], &[(usize, Entry<K>)]) -> Result<()>,
) -> Result<()> {
    let mut cursors: Vec<(usize, &Dictionary<K>, DictionaryCursor<'_, K>)> = Vec::new();
    for (source, dictionary) in dictionaries.iter().enumerate() {
        cursors.extend(dictionary.map(|dictionary| (source, dictionary, dictionary.cursor())));
    }
    let mut least = Vec::new();
    let mut last: Option<Vec<u8>> = None;
    let mut holders = Vec::new();
    loop {
        let mut found = false;
        for (_, dictionary, cursor) in &mut cursors {
            let Some((_, text)) = cursor.peek()? else {
                continue;
            };
            if last.as_ref().is_some_and(|last| text <= last.as_slice()) {
                return Err(dictionary.out_of_order());
            }
            if !found || text < least.as_slice() {
                found = true;
                least.clear();
                least.extend_from_slice(text);
            }
        }
        if !found {
            return Ok(());
        }
        holders.clear();
        for (source, _, cursor) in &mut cursors {
            if let Some((entry, text)) = cursor.peek()?
                && text == least.as_slice()
            {
                holders.push((*source, entry));
                cursor.advance();
            }
        }
        visit(&least, &holders)?;
        let last = last.get_or_insert_default();
        std::mem::swap(last, &mut least);
    }
}
