//! Which words that stand in the documents are spelled nearly so?

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::automata::Fuzzy;
use crate::error::Result;
use crate::search::plan::Spelling;
use crate::search::searcher::Searcher;
use crate::segment::Field;
use crate::segment::dictionary::Ordinal;

/// A word as it stands in a document, but for its letters' case where the field does not tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub word: String,
    pub edits: u8,
    /// Documents that hold the word's term, in the field where most do.
    pub doc_freq: u64,
}

/// The nearest words of the fields, then the most frequent ones.
pub fn suggest(
    searcher: &Searcher,
    fields: &[usize],
    spelling: &Spelling,
    limit: usize,
) -> Result<Vec<Suggestion>> {
    let mut fuzzy = Fuzzy::new(&spelling.word, spelling.edits, spelling.prefix);
    let mut words: BTreeMap<Vec<u8>, (u8, u64)> = BTreeMap::new();
    for &number in fields {
        let mut in_field: BTreeMap<Vec<u8>, (u8, u64)> = BTreeMap::new();
        for segment in 0..searcher.segments().len() {
            if let Some(field) = searcher.field(segment, number) {
                add_words(field, &mut fuzzy, &mut in_field)?;
            }
        }
        for (word, (edits, freq)) in in_field {
            let known = words.entry(word).or_insert((edits, freq));
            known.1 = known.1.max(freq);
        }
    }
    let suggestion = |(word, (edits, doc_freq)): (Vec<u8>, (u8, u64))| {
        let word = String::from_utf8_lossy(&word).into_owned();
        Suggestion { word, edits, doc_freq }
    };
    let mut found: Vec<Suggestion> = words.into_iter().map(suggestion).collect();
    found.sort_by(|a, b| (a.edits, b.doc_freq, &a.word).cmp(&(b.edits, a.doc_freq, &b.word)));
    found.truncate(limit);
    Ok(found)
}

struct NearTerm {
    text: Vec<u8>,
    ordinal: Ordinal,
    doc_freq: u64,
    edits: u8,
}

/// Whether a form is the term with an `s` behind it, an apostrophe between them or not.
fn is_term_with_s(form: &[u8], term: &[u8]) -> bool {
    let ending = form.strip_prefix(term).and_then(|rest| std::str::from_utf8(rest).ok());
    matches!(ending, Some("s" | "'s" | "’s"))
}

/// Adds the forms of a segment, and the terms that are forms themselves: those without another form
/// and, since the table does not tell of the others, those that have one with an `s` more.
fn add_words(
    field: &Field,
    fuzzy: &mut Fuzzy,
    words: &mut BTreeMap<Vec<u8>, (u8, u64)>,
) -> Result<()> {
    let Some((terms, _)) = &field.terms else {
        return Ok(());
    };
    let mut near_terms: Vec<NearTerm> = Vec::new();
    terms.walk(fuzzy, |fuzzy, near| {
        near_terms.push(NearTerm {
            text: near.text.to_vec(),
            ordinal: near.ordinal,
            doc_freq: near.values[0],
            edits: fuzzy.distance(near.state).unwrap_or(0),
        });
        ControlFlow::Continue(())
    })?;
    let mut forms: Vec<(Vec<u8>, u32, u8)> = Vec::new();
    let mut is_stem = vec![false; near_terms.len()];
    let mut has_plural = vec![false; near_terms.len()];
    if let Some(dictionary) = &field.forms {
        dictionary.walk(fuzzy, |fuzzy, near| {
            let term = u32::try_from(near.values[0]).unwrap_or(u32::MAX);
            forms.push((near.text.to_vec(), term, fuzzy.distance(near.state).unwrap_or(0)));
            ControlFlow::Continue(())
        })?;
        if !near_terms.is_empty() {
            // A term that other forms have may be the stem of words, and no word itself.
            dictionary.scan_from(b"", &mut |entry, text| {
                let place = near_terms
                    .binary_search_by_key(&entry.values[0], |term| u64::from(term.ordinal));
                if let Ok(place) = place {
                    is_stem[place] = true;
                    has_plural[place] |= is_term_with_s(text, &near_terms[place].text);
                }
                ControlFlow::Continue(())
            })?;
        }
    }
    let mut add = |word: Vec<u8>, edits: u8, doc_freq: u64| {
        words.entry(word).or_insert((edits, 0)).1 += doc_freq;
    };
    for (place, term) in near_terms.into_iter().enumerate() {
        if !is_stem[place] || has_plural[place] {
            add(term.text, term.edits, term.doc_freq);
        }
    }
    for (form, term, edits) in forms {
        add(form, edits, terms.entry(term)?.0.values[0]);
    }
    Ok(())
}
