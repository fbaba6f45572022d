//! Does a segment say the same in all of its places?
//!
//! Checksums tell that bytes are as they were written; this tells that what was written agrees with
//! itself: orders, counts, and each section with those that it points to. It does not know what the
//! documents meant, which only analyzing them again can tell: [`differences`].

use std::collections::HashSet;
use std::sync::Arc;

use super::columns::{NumberColumn, OrdinalColumn};
use super::file::{NO_FIELD, Section, SectionKind, SegmentFile, SegmentFileWriter};
use super::lengths::{DocLengths, Lengths};
use super::pairs::{Pairs, PairsWriter};
use super::peaks::{ChampionPicker, Peaks, champions};
use super::postings::{Detail, END};
use super::recast::InOrder;
use super::standing::add_pairs;
use super::{Field, FormDictionary, Segment, TermDictionary, list_info, values};
use crate::analysis::MAX_TOKEN_BYTES;
use crate::error::{Error, Result};
use crate::storage::MemoryStorage;

/// Findings of one segment that are reported: a damaged one has no end of them.
const MAX_FINDINGS: usize = 100;

/// Where something is wrong, counted from the start of the file, and what.
pub type Finding = (u64, String);

/// Everything that is wrong in the segment: its pages, and if those are sound what they hold.
pub fn check(segment: &Segment) -> Vec<Finding> {
    let mut findings = segment.file.check();
    if findings.is_empty() {
        for number in 0..segment.fields.len() {
            findings.extend(failed(check_field(segment, number as u16)));
        }
        findings.extend(failed(check_stored(segment)));
    }
    findings.truncate(MAX_FINDINGS);
    findings
}

/// What two segments of the same documents say differently, field by field. Of fields that are not
/// stored nothing is said, and of forms only those of `made` are looked for in `held`, which keeps
/// those of deleted documents.
pub fn differences(held: &Segment, made: &Segment) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if held.doc_count != made.doc_count || held.fields.len() != made.fields.len() {
        return Ok(vec!["the documents or fields are not as many".to_string()]);
    }
    let kinds = [
        (SectionKind::Terms, "words"),
        (SectionKind::Postings, "lists of documents"),
        (SectionKind::Lengths, "lengths"),
        (SectionKind::Ordinals, "values"),
        (SectionKind::Numbers, "values"),
    ];
    for (number, field) in held.fields.iter().enumerate() {
        if field.info != made.fields[number].info {
            found.push(format!("field {:?} is another one", field.info.name));
        } else if field.info.stored {
            for (kind, what) in kinds {
                let number = number as u16;
                if bytes(&held.file, kind, number)? != bytes(&made.file, kind, number)? {
                    found.push(format!("field {:?}: other {what}", field.info.name));
                }
            }
            if !has_forms(field, &made.fields[number])? {
                found.push(format!("field {:?}: other forms", field.info.name));
            }
        }
    }
    Ok(found)
}

fn bytes(file: &Arc<SegmentFile>, kind: SectionKind, field: u16) -> Result<Option<Vec<u8>>> {
    let section = file.section(kind, field);
    section.map(|section| section.all().map(<[u8]>::to_vec)).transpose()
}

fn has_forms(held: &Field, made: &Field) -> Result<bool> {
    let (Some(held_forms), Some(forms)) = (&held.forms, &made.forms) else {
        return Ok(held.forms.is_some() == made.forms.is_some());
    };
    let (Some((held_terms, _)), Some((terms, _))) = (&held.terms, &made.terms) else {
        return Ok(false);
    };
    let mut cursor = forms.cursor();
    while let Some((entry, text)) = cursor.peek()? {
        let Some(other) = held_forms.get(text)? else {
            return Ok(false);
        };
        let term = |dictionary: &TermDictionary, ordinal: u64| dictionary.entry(ordinal as u32);
        if term(terms, entry.values[0])?.1 != term(held_terms, other.values[0])?.1 {
            return Ok(false);
        }
        cursor.advance();
    }
    Ok(true)
}

fn failed(result: Result<()>) -> Option<Finding> {
    match result {
        Ok(()) => None,
        Err(Error::Corrupt { offset, detail, .. }) => Some((offset, detail)),
        Err(error) => Some((0, error.to_string())),
    }
}

fn check_field(segment: &Segment, number: u16) -> Result<()> {
    let field = &segment.fields[usize::from(number)];
    let fail = |kind, detail: &str| {
        let what = format!("field {:?}: {detail}", field.info.name);
        Err(match segment.file.section(kind, number) {
            Some(section) => section.corrupt(0, &what),
            None => Error::Corrupt { name: segment.name().to_string(), offset: 0, detail: what },
        })
    };
    if let Some((terms, postings)) = &field.terms {
        let walk = Walk { field, doc_count: segment.doc_count, terms, postings };
        let totals = walk.lists()?;
        if let Some(lengths) = &field.lengths
            && let Some(detail) = lengths_fault(lengths, segment.doc_count, &totals)?
        {
            return fail(SectionKind::Lengths, detail);
        }
        if let Some(ordinals) = &field.ordinals
            && let Some(detail) = ordinals_fault(ordinals, segment.doc_count, &walk)?
        {
            return fail(SectionKind::Ordinals, detail);
        }
        if let Some(forms) = &field.forms
            && let Some(detail) = forms_fault(forms, terms.len())?
        {
            return fail(SectionKind::Forms, detail);
        }
    }
    if let (Some(pairs), Some(lengths)) = (&field.pairs, &field.lengths)
        && let Some(detail) = pairs_fault(segment, number, pairs, lengths)?
    {
        return fail(SectionKind::Pairs, detail);
    }
    if let Some(numbers) = &field.numbers {
        read_numbers(numbers, segment.doc_count)?;
    }
    Ok(())
}

struct Walk<'a> {
    field: &'a Field,
    doc_count: u32,
    terms: &'a TermDictionary,
    postings: &'a Section,
}

impl Walk<'_> {
    /// Reads every list. Returns the sum of frequencies of each document.
    fn lists(&self) -> Result<Vec<u64>> {
        let lengths = self.field.lengths.as_ref();
        let lengths = lengths.map(|lengths| all_lengths(lengths, self.doc_count)).transpose()?;
        let mut totals = vec![0; self.doc_count as usize];
        let mut last: Option<Vec<u8>> = None;
        let (mut start, mut doc_freqs) = (0u64, 0u64);
        let mut positions = Vec::new();
        let mut picker = lengths.as_ref().map(ChampionPicker::new);
        let mut classes = Vec::new();
        let mut cursor = self.terms.cursor();
        while let Some((entry, text)) = cursor.peek()? {
            let info = list_info(&entry)?;
            let fail = |detail: &str| {
                let shown = String::from_utf8_lossy(&text[..text.len().min(40)]).into_owned();
                let name = &self.field.info.name;
                self.postings.corrupt(
                    usize::try_from(info.start).unwrap_or(usize::MAX),
                    &format!("field {name:?}, term {shown:?}: {detail}"),
                )
            };
            if last.as_deref().is_some_and(|last| text <= last) {
                return Err(self.terms.out_of_order());
            }
            if std::str::from_utf8(text).is_err() || text.len() > MAX_TOKEN_BYTES {
                return Err(fail("not a term"));
            }
            if self.terms.get(text)?.map(|found| found.ordinal) != Some(entry.ordinal) {
                return Err(fail("it is not found where it stands"));
            }
            if info.doc_freq == 0 || info.start != start || entry.sums[0] != doc_freqs {
                return Err(fail("its list is not where the one before it ends"));
            }
            let Some(mut list) = self.field.cursor(info, self.doc_count)? else {
                return Err(fail("it has no list"));
            };
            list.seek(0)?;
            let (mut before, mut count) = (None, 0);
            classes.clear();
            while list.doc() != END {
                let doc = list.doc();
                if doc >= self.doc_count || before.is_some_and(|before| doc <= before) {
                    return Err(fail("its documents do not rise"));
                }
                before = Some(doc);
                count += 1;
                if self.field.info.kind.detail() == Some(Detail::Positions) {
                    let freq = list.freq()?;
                    list.positions(&mut positions)?;
                    if positions.len() != freq as usize || !positions.is_sorted_by(|a, b| a < b) {
                        return Err(fail("its positions do not rise, or are not as many"));
                    }
                    let class = lengths.as_ref().map(|lengths| lengths.class(doc, freq));
                    if list.class().is_some_and(|found| Some(found) != class) {
                        return Err(fail("the class of a posting is wrong"));
                    }
                    if let (Some(lengths), Some(picker), Some(class)) =
                        (&lengths, &mut picker, class)
                    {
                        classes.push(class);
                        picker.offer(doc, freq, || lengths.of(doc), class);
                    }
                    totals[doc as usize] += u64::from(freq);
                }
                list.skip(1)?;
            }
            if count != info.doc_freq {
                return Err(fail("its list has another number of documents"));
            }
            if list.list().peaks().is_some_and(|peaks| *peaks != Peaks::of(&classes)) {
                return Err(fail("the peaks of its list are not those of its classes"));
            }
            if let Some(picker) = &mut picker {
                let mut best = Vec::new();
                picker.finish(info.doc_freq, &mut best);
                if !champions(&best).eq(list.list().champions()) {
                    return Err(fail("the champions of its list are others"));
                }
            }
            start = start.saturating_add(info.docs_len).saturating_add(info.positions_len);
            doc_freqs += u64::from(info.doc_freq);
            let last = last.get_or_insert_default();
            last.clear();
            last.extend_from_slice(text);
            cursor.advance();
        }
        if start != self.postings.len() as u64 {
            return Err(self.postings.corrupt(0, "the lists do not fill their section"));
        }
        Ok(totals)
    }
}

/// Several terms at one position count once in a length, so it is at most the sum of frequencies.
fn lengths_fault(
    lengths: &Lengths,
    doc_count: u32,
    totals: &[u64],
) -> Result<Option<&'static str>> {
    let all = all_lengths(lengths, doc_count)?;
    let mut sum = 0u64;
    let mut fits = true;
    for (doc, &total) in totals.iter().enumerate() {
        let length = u64::from(all.of(doc as u32));
        sum += length;
        fits &= length <= total && (length == 0) == (total == 0);
    }
    Ok(if sum != lengths.total() {
        Some("the lengths do not add up to their total")
    } else if all.steps() != lengths.steps() {
        Some("the steps are not those of the lengths")
    } else if !fits {
        Some("a length does not fit the words of its document")
    } else {
        None
    })
}

fn all_lengths(lengths: &Lengths, doc_count: u32) -> Result<DocLengths> {
    let column = lengths.column()?;
    Ok(DocLengths::new((0..doc_count).map(|doc| column.get(doc)).collect()))
}

/// Values by document and documents by value are the same pairs.
fn ordinals_fault(
    ordinals: &OrdinalColumn,
    doc_count: u32,
    walk: &Walk<'_>,
) -> Result<Option<&'static str>> {
    let mut counts = vec![0u32; walk.terms.len() as usize];
    for doc in 0..doc_count {
        for ordinal in HashSet::<u32>::from_iter(ordinals.get(doc)?) {
            match counts.get_mut(ordinal as usize) {
                Some(count) => *count += 1,
                None => return Ok(Some("a value is not in the dictionary")),
            }
        }
    }
    let mut cursor = walk.terms.cursor();
    while let Some((entry, _)) = cursor.peek()? {
        let info = list_info(&entry)?;
        if counts[entry.ordinal as usize] != info.doc_freq {
            return Ok(Some("the values and the lists do not agree"));
        }
        if let Some(mut list) = walk.field.cursor(info, doc_count)? {
            list.seek(0)?;
            while list.doc() != END {
                if !ordinals.get(list.doc())?.contains(&entry.ordinal) {
                    return Ok(Some("the values and the lists do not agree"));
                }
                list.skip(1)?;
            }
        }
        cursor.advance();
    }
    Ok(None)
}

fn forms_fault(forms: &FormDictionary, terms: u32) -> Result<Option<&'static str>> {
    let mut last: Option<Vec<u8>> = None;
    let mut cursor = forms.cursor();
    while let Some((entry, text)) = cursor.peek()? {
        if last.as_deref().is_some_and(|last| text <= last) {
            return Err(forms.out_of_order());
        }
        if entry.values[0] >= u64::from(terms) || std::str::from_utf8(text).is_err() {
            return Ok(Some("a form leads to no term"));
        }
        if forms.get(text)?.map(|found| found.ordinal) != Some(entry.ordinal) {
            return Ok(Some("a form is not found where it stands"));
        }
        last = Some(text.to_vec());
        cursor.advance();
    }
    Ok(None)
}

/// Made anew from the lists of their words, the pairs are the same bytes.
fn pairs_fault(
    segment: &Segment,
    number: u16,
    pairs: &Pairs,
    lengths: &Lengths,
) -> Result<Option<&'static str>> {
    let Some(words) = pairs.words()? else {
        return Ok(Some("the pairs are not those of frequent words"));
    };
    let lengths = all_lengths(lengths, segment.doc_count)?;
    let field = &segment.fields[usize::from(number)];
    let mut writer = PairsWriter::new(words, &lengths);
    let docs = (0..segment.doc_count).map(|doc| (doc, doc));
    add_pairs(&mut writer, field, segment.doc_count, docs)?;
    let (storage, name) = (MemoryStorage::default(), "pairs");
    let mut out = SegmentFileWriter::create(&storage, name)?;
    writer.write(number, &mut out)?;
    out.finish()?;
    let made = SegmentFile::open(&storage, name)?;
    for kind in [SectionKind::PairPostings, SectionKind::Pairs] {
        if bytes(&segment.file, kind, number)? != bytes(&made, kind, number)? {
            return Ok(Some("the pairs are not what the lists of their words say"));
        }
    }
    Ok(None)
}

fn read_numbers(numbers: &NumberColumn, doc_count: u32) -> Result<()> {
    let values = numbers.values()?;
    (0..doc_count).for_each(|doc| {
        values.get(doc);
    });
    Ok(())
}

fn check_stored(segment: &Segment) -> Result<()> {
    if let Some(pieces) = segment.long.pieces() {
        pieces.check()?;
    }
    let (mut short, mut long) = (InOrder::new(&segment.short), InOrder::new(&segment.long));
    for doc in 0..segment.doc_count {
        let record = long.record(doc)?.to_vec();
        let found = values::decode(short.record(doc)?, &|_| true, &|| Ok(record.clone()))?;
        let fits = found.is_some_and(|values| {
            values.is_sorted_by(|(a, _), (b, _)| a < b)
                && values.iter().all(|&(number, _)| {
                    segment.fields.get(number).is_some_and(|field| field.info.stored)
                })
        });
        if !fits {
            let what = format!("the stored values of document {doc} cannot be read");
            return Err(match segment.file.section(SectionKind::ShortStored, NO_FIELD) {
                Some(section) => section.corrupt(0, &what),
                None => {
                    Error::Corrupt { name: segment.name().to_string(), offset: 0, detail: what }
                }
            });
        }
    }
    Ok(())
}
