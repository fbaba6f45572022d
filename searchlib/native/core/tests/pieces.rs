//! Segments of so many long texts that their pieces have numbers, merged and one after another.

use std::sync::Arc;

use searchlib_core::analysis::{Analyzer, Components};
use searchlib_core::builder::{Builder, Cell, FieldSpec};
use searchlib_core::merge::merge;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::segment::file::{NO_FIELD, SectionKind, SegmentFile};
use searchlib_core::segment::values::Value;
use searchlib_core::segment::{FieldInfo, FieldKind, Segment};
use searchlib_core::storage::MemoryStorage;

const STANDARD: &str = r#"{"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"}]}"#;
/// A little more than 4 MiB, from which on a store may have pieces.
const ENOUGH_BYTES: usize = 9 << 19;

/// Texts of 3,000 bytes and more, of words that begin with `start`.
fn texts(start: &str, byte_count: usize) -> Vec<String> {
    let mut state = u64::from(start.as_bytes()[0]);
    let mut texts = Vec::new();
    let mut left = byte_count;
    while left > 0 {
        let mut text = String::new();
        while text.len() < 3_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = (state >> 33) % 3_000;
            let mark = if number % 7 == 0 { ", " } else { " " };
            text += &format!("{start}{number}{mark}");
        }
        left = left.saturating_sub(text.len());
        texts.push(text);
    }
    texts
}

fn segment(
    storage: &MemoryStorage,
    name: &str,
    texts: &[String],
    known: &[&Arc<Segment>],
) -> Arc<Segment> {
    let analyzer = Arc::new(Analyzer::from_json(STANDARD, &Components::default()).unwrap());
    let spec = FieldSpec {
        info: FieldInfo { name: "body".into(), kind: FieldKind::Text, stored: true },
        analyzer: Some(analyzer),
        others: Vec::new(),
    };
    let mut builder = Builder::new(vec![spec]).unwrap();
    builder.remember(known.iter().map(|&segment| Arc::clone(segment)).collect());
    for text in texts {
        assert_eq!(builder.add(&[vec![Cell::Text(text)]]).unwrap(), []);
    }
    builder.write(storage, name).unwrap();
    Arc::new(Segment::open(storage, name).unwrap())
}

fn merged(storage: &MemoryStorage, sources: &[&Arc<Segment>]) -> Segment {
    let sources: Vec<_> =
        sources.iter().map(|&source| (source.as_ref(), Deletes::default())).collect();
    merge(storage, "merged", &sources).unwrap();
    Segment::open(storage, "merged").unwrap()
}

fn section(storage: &MemoryStorage, name: &str, kind: SectionKind) -> Option<Vec<u8>> {
    let file = SegmentFile::open(storage, name).unwrap();
    Some(file.section(kind, NO_FIELD)?.all().unwrap().to_vec())
}

fn pieces(storage: &MemoryStorage, name: &str) -> Option<Vec<u8>> {
    let found = section(storage, name, SectionKind::Pieces)?;
    let again = section(storage, name, SectionKind::PiecesAgain)?;
    let (found, zeros) = found.split_at(again.len());
    assert!(found == again && zeros.iter().all(|&byte| byte == 0));
    Some(again)
}

/// The blocks of long texts, as docs/format.md says where they lie.
fn blocks(storage: &MemoryStorage, name: &str) -> Vec<Vec<u8>> {
    let store = section(storage, name, SectionKind::LongStored).unwrap();
    let number = |at: usize| u64::from_le_bytes(store[at..at + 8].try_into().unwrap()) as usize;
    let footer = store.len() - 12;
    let blocks_len = number(footer);
    let block_count = (footer - blocks_len) / 12;
    let end = |block: usize| number(blocks_len + 4 * block_count + 8 * block);
    let start = |block: usize| block.checked_sub(1).map_or(0, end);
    (0..block_count).map(|block| store[start(block)..end(block)].to_vec()).collect()
}

fn check_texts(segment: &Segment, texts: &[&[String]]) {
    let texts = texts.concat();
    assert_eq!(segment.doc_count() as usize, texts.len());
    for (doc, text) in texts.into_iter().enumerate() {
        let stored = segment.document(doc as u32, &|_| true).unwrap();
        assert_eq!(stored, [("body", Value::Text(text))]);
    }
    assert_eq!(segment.check(), []);
}

#[test]
fn a_segment_of_like_texts_has_the_pieces_of_the_one_before() {
    let storage = MemoryStorage::default();
    let texts = texts("w", ENOUGH_BYTES);
    let reversed: Vec<String> = texts.iter().rev().cloned().collect();
    let first = segment(&storage, "first", &texts, &[]);
    let second = segment(&storage, "second", &reversed, &[&first]);
    segment(&storage, "alone", &reversed, &[]);
    assert!(pieces(&storage, "first").is_some());
    assert!(pieces(&storage, "second") == pieces(&storage, "first"));
    assert!(pieces(&storage, "alone") != pieces(&storage, "first"));
    check_texts(&second, &[&reversed]);
}

#[test]
fn a_segment_of_other_texts_has_pieces_of_its_own() {
    let storage = MemoryStorage::default();
    let (texts, others) = (texts("w", ENOUGH_BYTES), texts("v", ENOUGH_BYTES));
    let first = segment(&storage, "first", &texts, &[]);
    let second = segment(&storage, "second", &others, &[&first]);
    segment(&storage, "alone", &others, &[]);
    assert!(pieces(&storage, "second") == pieces(&storage, "alone"));
    check_texts(&second, &[&others]);
}

#[test]
fn a_merge_takes_over_blocks_as_they_lie_where_the_pieces_are_the_same() {
    let storage = MemoryStorage::default();
    let (texts, more) = (texts("w", ENOUGH_BYTES), texts("w", 10 << 19));
    let first = segment(&storage, "first", &texts, &[]);
    let second = segment(&storage, "second", &more, &[&first]);
    let merged = merged(&storage, &[&first, &second]);
    assert!(pieces(&storage, "merged") == pieces(&storage, "first"));
    // The last blocks may be too small to be kept.
    let (before, after) = (blocks(&storage, "first"), blocks(&storage, "second"));
    let found = blocks(&storage, "merged");
    let (before, after) = (&before[..before.len() - 1], &after[..after.len() - 1]);
    assert!(before.len() > 60 && found.starts_with(before));
    assert!(found[before.len()..].windows(after.len()).any(|blocks| blocks == after));
    check_texts(&merged, &[&texts, &more]);
}

#[test]
fn a_merge_of_other_pieces_takes_over_the_blocks_of_the_larger_segment_alone() {
    let storage = MemoryStorage::default();
    let (texts, others) = (texts("w", ENOUGH_BYTES), texts("v", 12 << 19));
    let first = segment(&storage, "first", &texts, &[]);
    let second = segment(&storage, "second", &others, &[&first]);
    let merged = merged(&storage, &[&first, &second]);
    assert!(pieces(&storage, "merged") == pieces(&storage, "second"));
    let found = blocks(&storage, "merged");
    let kept = |name: &str| blocks(&storage, name).iter().filter(|&b| found.contains(b)).count();
    assert_eq!(kept("first"), 0);
    assert!(kept("second") >= blocks(&storage, "second").len() - 1);
    check_texts(&merged, &[&texts, &others]);
}

#[test]
fn a_merge_of_small_segments_picks_pieces_where_they_are_enough_together() {
    let storage = MemoryStorage::default();
    let (texts, more) = (texts("w", 5 << 19), texts("v", 5 << 19));
    let first = segment(&storage, "first", &texts, &[]);
    let second = segment(&storage, "second", &more, &[&first]);
    let merged = merged(&storage, &[&first, &second]);
    let found = ["first", "second", "merged"].map(|name| pieces(&storage, name).is_some());
    assert_eq!(found, [false, false, true]);
    check_texts(&merged, &[&texts, &more]);
}

#[test]
fn a_merge_drops_what_is_deleted_and_keeps_the_other_texts_of_its_blocks() {
    let storage = MemoryStorage::default();
    let texts = texts("w", ENOUGH_BYTES);
    let source = segment(&storage, "first", &texts, &[]);
    let gone: Vec<u8> = (0..texts.len() / 8).map(|byte| u8::from(byte % 20 == 3)).collect();
    merge(&storage, "merged", &[(source.as_ref(), Deletes::new(&gone))]).unwrap();
    let live = |doc: usize| !(doc.is_multiple_of(8) && gone.get(doc / 8) == Some(&1));
    let kept: Vec<String> =
        (0..texts.len()).filter(|&doc| live(doc)).map(|doc| texts[doc].clone()).collect();
    assert!(kept.len() < texts.len());
    let merged = Segment::open(&storage, "merged").unwrap();
    assert!(pieces(&storage, "merged") == pieces(&storage, "first"));
    check_texts(&merged, &[&kept]);
}
