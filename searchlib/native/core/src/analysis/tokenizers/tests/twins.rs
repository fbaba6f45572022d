//! Each fast path against a slow one of obvious truth, on random text of the scripts and marks
//! that rules are about.

use std::collections::BTreeSet;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::super::clusters::clusters_where;
use super::super::keep::Keep;
use super::super::segment::{Script, Segment};
use super::super::words::{next_chunk, words};
use super::{every_tokenizer, forms, made};

/// Characters that the rules treat differently, and any other.
fn text() -> impl Strategy<Value = String> {
    let told_apart: Vec<char> = concat!(
        "  \t\n\ra1bZ'.:,;_-\"()+#@/\u{301}\u{345}\u{308}\u{200d}\u{200c}\u{200b}\u{ad}",
        "\u{a0}\u{3000}\u{1f1e9}\u{1f1ea}Ⓜ🛑👩🏽\u{fe0f}\u{600}\u{d4e}\u{1f3fb}",
        "กำัุ็่ๆ๕ກຳ່កា្ខက္ခ့၊漢字のカタｶﾞー々、。ᨠ᩠ᨲ",
        "אב״कि्षЖéİßﬁ한\u{1112}\u{1161}＿Ａ",
    )
    .chars()
    .collect();
    let one = prop_oneof![9 => prop::sample::select(told_apart), 1 => any::<char>()];
    prop::collection::vec(one, 0..24).prop_map(String::from_iter)
}

fn segment() -> impl Strategy<Value = Option<Segment>> {
    let all =
        [Segment::Dictionary, Segment::Bigrams, Segment::Characters, Segment::BigramsCharacters];
    prop::option::of(prop::sample::select(all.to_vec()))
}

fn fast(text: &str, segment: Option<Segment>) -> Vec<&str> {
    let mut found = Vec::new();
    words(text, segment, &mut |start, end| found.push(&text[start..end]));
    found
}

/// The words of each chunk by itself, without masks.
fn chunk_by_chunk(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        at = next_chunk(text, at, None, &mut |start, end| found.push(&text[start..end]));
    }
    found
}

/// Many pieces, some of which come often: words and marks around the ends of blocks and stretches.
fn long_text() -> impl Strategy<Value = String> {
    let pieces = [
        "wind", "Häuser", "It’s", "“no”", " ", "\n", "_", "3,000.5", "a:b", "U.S.", "—", "’", "й",
        "a\u{301}", "漢字", "\u{600} ", "\t", "x_1", "'", ".", " ", "é", "\u{b2}",
    ];
    let piece = prop_oneof![20 => prop::sample::select(pieces.to_vec()).prop_map(String::from),
        1 => "[ -~]{0,9}", 1 => "[a-z’]{900,1100}"];
    prop::collection::vec(piece, 0..900).prop_map(|pieces| pieces.concat())
}

fn borders(text: &str) -> BTreeSet<usize> {
    text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect()
}

/// The whole text at once: segments of the annex, joined where a border would cut a cluster.
fn slow(text: &str, segment: Option<Segment>) -> Vec<&str> {
    let clusters = borders(text);
    let mut found = Vec::new();
    let mut pieces: Vec<(Option<Script>, usize, usize)> = Vec::new();
    let mut from = 0;
    for to in text.split_word_bound_indices().map(|(at, piece)| at + piece.len()) {
        if clusters.contains(&to) {
            let script = Script::of_all(&text[from..to]);
            match pieces.last_mut() {
                Some((before, _, end)) if script.is_some() && *before == script => *end = to,
                _ => pieces.push((script, from, to)),
            }
            from = to;
        }
    }
    for (script, mut start, end) in pieces {
        if let Some(script) = script {
            script.cut(segment, &text[start..end], start, &mut |from, to| {
                found.push(&text[from..to])
            });
            continue;
        }
        while text[start..end].starts_with(char::is_whitespace) {
            start = *clusters.range(start + 1..).next().unwrap();
        }
        if text[start..end].contains(char::is_alphanumeric) {
            found.push(&text[start..end]);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn ascii_words_are_those_of_the_annex(text in "[ -~\\t\\n\\r]{0,40}") {
        prop_assert_eq!(fast(&text, None), text.unicode_words().collect::<Vec<_>>());
    }

    #[test]
    fn middle_characters_are_those_of_the_annex(text in "[a1_'.:,; \\-]{0,12}") {
        prop_assert_eq!(fast(&text, None), text.unicode_words().collect::<Vec<_>>());
    }

    #[test]
    fn words_are_those_of_the_whole_text(text in text(), segment in segment()) {
        prop_assert_eq!(fast(&text, segment), slow(&text, segment));
    }

    #[test]
    fn words_of_stretches_are_those_of_chunks(text in prop_oneof![text(), long_text()]) {
        prop_assert_eq!(fast(&text, None), chunk_by_chunk(&text));
    }

    #[test]
    fn tokens_rise_and_cut_no_cluster(text in text()) {
        let clusters = borders(&text);
        for (name, tokenizer) in every_tokenizer() {
            let mut last_start = 0;
            tokenizer.tokenize(&text, &mut |start, end| {
                let whole = clusters.contains(&start) && clusters.contains(&end);
                let rises = last_start <= start && start < end;
                assert!(whole && rises, "{name}: {start}..{end} after {last_start} of {text:?}");
                last_start = start;
            });
        }
    }

    /// Mostly Chinese and Japanese, for the path without tables.
    #[test]
    fn runs_that_stand_clear_are_those_of_the_whole_text(
        text in "[漢の々 カ、。「ー_＿a1.’é・（Ａ１]{0,12}[漢カa\u{301}\u{ad}Ⓜ\u{200d}ｶﾞ]{0,3}",
        segment in segment(),
    ) {
        prop_assert_eq!(fast(&text, segment), slow(&text, segment));
    }

    #[test]
    fn clusters_are_those_of_the_whole_text(text in text()) {
        let mut found = Vec::new();
        clusters_where(&text, char::is_alphabetic, &mut |start, end| found.push(&text[start..end]));
        let mut expected = vec![String::new()];
        for cluster in text.graphemes(true) {
            match cluster.starts_with(char::is_alphabetic) {
                true => expected.last_mut().unwrap().push_str(cluster),
                false => expected.push(String::new()),
            }
        }
        expected.retain(|token| !token.is_empty());
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn bigrams_are_windows_of_two(run in "[漢字カ\u{3099}]{0,6}") {
        let clusters: Vec<_> = run.graphemes(true).collect();
        let mut expected: Vec<_> = clusters.windows(2).map(|pair| pair.concat()).collect();
        if clusters.len() == 1 {
            expected.push(clusters.concat());
        }
        expected.retain(|token| token.contains(char::is_alphanumeric));
        let mut found = Vec::new();
        let visit = &mut |start, end| found.push(&run[start..end]);
        Script::ChineseJapanese.cut(Some(Segment::Bigrams), &run, 0, visit);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn ngrams_are_windows(text in text(), min in 1usize..4, more in 0usize..3) {
        let clusters: Vec<_> = text.graphemes(true).collect();
        let mut expected = Vec::new();
        for start in 0..clusters.len() {
            let ends = (start + min..=start + min + more).filter(|&end| end <= clusters.len());
            expected.extend(ends.map(|end| clusters[start..end].concat()));
        }
        let json = serde_json::json!({"name": "ngrams", "min": min, "max": min + more});
        prop_assert_eq!(forms(&made(json), &text), expected);
    }

    #[test]
    fn kept_words_are_where_trying_each_place_finds_them(text in "[aAbB+. #-]{0,16}") {
        let kept = ["a+", "a", "b#", ".a", "a+b", "b.a"];
        let starts = text.split_word_bound_indices().map(|(at, _)| at);
        let borders: BTreeSet<_> = starts.chain([text.len()]).collect();
        let mut expected = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let ends = kept.iter().map(|word| at + word.len()).filter(|&end| {
                text.get(at..end).is_some_and(|found| kept.contains(&found.to_lowercase().as_str()))
                    && borders.contains(&at)
                    && borders.contains(&end)
            });
            let longest = ends.max();
            expected.extend(longest.map(|end| (at, end)));
            at = longest.unwrap_or(at + 1);
        }
        prop_assert_eq!(Keep::new(&kept).unwrap().unwrap().places(&text), expected);
    }
}

#[test]
fn every_character_splits_as_the_annex_says_in_any_company() {
    let telling = |c: &char| {
        !matches!(c, '\u{3500}'..='\u{4d00}' | '\u{4f00}'..='\u{9f00}' | '\u{ad00}'..='\u{d700}'
            | '\u{e000}'..='\u{f8ff}' | '\u{17100}'..='\u{18700}' | '\u{20100}'..='\u{dffff}' | '\u{e1000}'..)
    };
    for c in ('\u{80}'..=char::MAX).filter(telling) {
        for text in [format!("a{c}b{c} -{c}-"), format!(" {c}1{c}\u{301}.{c}{c}")] {
            let segment = Some(Segment::Characters);
            assert_eq!(fast(&text, segment), slow(&text, segment), "{text:?}");
        }
    }
}

#[test]
fn spaces_behind_a_held_space_are_held() {
    for text in ["\u{d4e}  a", "\u{d4e}\u{3000} a", "\u{600}  \u{3000}  1", "a\u{3000} b"] {
        assert_eq!(fast(text, None), slow(text, None), "{text:?}");
    }
}

proptest! {
    /// The twin searches the whole text for each match, as a window must not show.
    #[test]
    fn a_pattern_is_found_as_in_the_whole_text(
        pieces in prop::collection::vec(
            (prop::sample::select(vec!["a", "abc", "é ", "\n", ",", "漢", "x", "1 "]), 1..900usize),
            1..7,
        ),
        pattern in prop::sample::select(vec![
            r"\w+", r".+", r"(abc)+", r"[^,]*,", r"\bx", r"a+$", r"(?m)^.*$", r"\s+|x*", r"(?s).+?1",
        ]),
    ) {
        let text: String = pieces.iter().map(|(unit, times)| unit.repeat(*times)).collect();
        let twin = regex_automata::meta::Regex::new(pattern).unwrap();
        let whole = twin.find_iter(text.as_str()).filter(|found| !found.is_empty());
        let whole: Vec<_> = whole.map(|found| (found.start(), found.end())).collect();
        let mut found = Vec::new();
        let json = serde_json::json!({"name": "regex", "pattern": pattern});
        made(json).tokenize(&text, &mut |start, end| found.push((start, end)));
        prop_assert_eq!(found, whole);
    }
}
