//! The word-break vectors of the Unicode project, where the data folder is at hand.

use std::path::Path;

use serde_json::Value as Json;
use unicode_segmentation::UnicodeSegmentation;

use super::super::segment::Segment;
use super::super::words::words;

/// Vectors of Unicode 8 that Unicode 9 changed, in rules WB15 and WB16: the letters of flags go in
/// pairs, where before any number of them was one segment. No word has such a letter.
const CHANGED: &[&str] = &[
    "\u{1f1f7}\u{1f1fa}\u{1f1f8}",
    "\u{1f1f7}\u{1f1fa}\u{1f1f8}\u{1f1ea}",
    "\u{1f1e6}\u{1f1e7}\u{1f1e8}",
    "\u{1f1e6}\u{200d}\u{1f1e7}\u{1f1e8}",
    "\u{1f1e6}\u{1f1e7}\u{200d}\u{1f1e8}",
];

#[test]
fn the_words_are_those_of_the_vectors() {
    for (input, segments) in vectors() {
        let expected: Vec<_> = segments.iter().filter(|each| is_word(each)).collect();
        let mut found = Vec::new();
        words(&input, Some(Segment::Dictionary), &mut |start, end| found.push(&input[start..end]));
        assert_eq!(found, expected, "{input:?}");
    }
}

#[test]
fn the_borders_are_those_of_the_vectors_but_where_unicode_changed() {
    let vectors = vectors();
    let same = |input: &str, segments: &[String]| input.split_word_bounds().eq(segments);
    let different = vectors.iter().filter(|(input, segments)| !same(input, segments));
    let different: Vec<_> = different.map(|(input, _)| input.as_str()).collect();
    assert!(vectors.is_empty() || different == CHANGED, "{different:#?}");
}

fn is_word(segment: &str) -> bool {
    segment.contains(char::is_alphanumeric)
}

/// Inputs and their segments.
fn vectors() -> Vec<(String, Vec<String>)> {
    let Ok(data) = std::env::var("SEARCHLIB_DATA") else {
        eprintln!("skipped: SEARCHLIB_DATA does not name the folder with the test data");
        return Vec::new();
    };
    let path = Path::new(&data).join("unicode/WordBreakTest.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    let read = |line| {
        let vector: Json = serde_json::from_str(line).unwrap();
        let segments = vector["segments"].as_array().unwrap().iter();
        let segments = segments.map(|each| each.as_str().unwrap().to_string()).collect();
        (vector["input"].as_str().unwrap().to_string(), segments)
    };
    lines.lines().map(read).collect()
}
