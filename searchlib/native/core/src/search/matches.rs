//! Which documents of a segment hold any of some terms, or anything at all? As a set of bits.

use crate::error::Result;
use crate::search::plan::TermsPart;
use crate::search::searcher::Searcher;
use crate::segment::postings::{END, ListInfo};
use crate::segment::{Field, list_info};

/// Bit `d % 64` of word `d / 64`.
pub type Bits = Vec<u64>;

/// Documents with one of the terms of one of the parts.
pub fn with_terms(searcher: &Searcher, segment: usize, parts: &[TermsPart]) -> Result<Bits> {
    let doc_count = searcher.segments()[segment].doc_count();
    let mut bits = empty(doc_count);
    for part in parts {
        let Some(field) = searcher.field(segment, part.field) else {
            continue;
        };
        for list in lists(field, &part.terms)? {
            add_list(field, list, doc_count, &mut bits)?;
        }
    }
    Ok(bits)
}

/// Documents in which one of the fields has a term or a value.
pub fn with_values(searcher: &Searcher, segment: usize, fields: &[usize]) -> Result<Bits> {
    let doc_count = searcher.segments()[segment].doc_count();
    let mut bits = empty(doc_count);
    for &number in fields {
        let Some(field) = searcher.field(segment, number) else {
            continue;
        };
        let lengths = field.lengths.as_ref().map(|lengths| lengths.column()).transpose()?;
        let numbers = field.numbers.as_ref().map(|numbers| numbers.values()).transpose()?;
        for doc in 0..doc_count {
            let holds = match (&lengths, &numbers, &field.ordinals) {
                (Some(lengths), ..) => lengths.get(doc) > 0,
                (_, Some(numbers), _) => numbers.get(doc).is_some(),
                (.., Some(ordinals)) => !ordinals.get(doc)?.is_empty(),
                _ => false,
            };
            bits[doc as usize / 64] |= u64::from(holds) << (doc % 64);
        }
    }
    Ok(bits)
}

/// Which of the terms a document holds.
pub fn held_terms<'t>(
    field: &Field,
    terms: &'t [Vec<u8>],
    doc: u32,
    doc_count: u32,
) -> Result<Vec<&'t [u8]>> {
    let mut held = Vec::new();
    for term in terms {
        let Some(list) = field.list(term)? else {
            continue;
        };
        if let Some(mut cursor) = field.cursor(list, doc_count)?
            && cursor.seek(doc)? == doc
        {
            held.push(term.as_slice());
        }
    }
    Ok(held)
}

fn empty(doc_count: u32) -> Bits {
    vec![0; (doc_count as usize).div_ceil(64)]
}

/// The lists of the terms, which rise.
fn lists(field: &Field, terms: &[Vec<u8>]) -> Result<Vec<ListInfo>> {
    let Some((dictionary, _)) = &field.terms else {
        return Ok(Vec::new());
    };
    let mut lists = Vec::new();
    for term in terms {
        if let Some(entry) = dictionary.get(term)? {
            lists.push(list_info(&entry)?);
        }
    }
    Ok(lists)
}

fn add_list(field: &Field, list: ListInfo, doc_count: u32, bits: &mut [u64]) -> Result<()> {
    let Some(mut cursor) = field.cursor(list, doc_count)? else {
        return Ok(());
    };
    cursor.seek(0)?;
    while cursor.doc() != END {
        let docs = cursor.run(false)?.docs;
        for &doc in docs {
            bits[doc as usize / 64] |= 1 << (doc % 64);
        }
        let count = docs.len();
        cursor.skip(count)?;
    }
    Ok(())
}
