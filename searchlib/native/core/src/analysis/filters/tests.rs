//! What holds for every filter? And the one function through which each is checked.

use proptest::prelude::*;

use super::*;

pub fn filter(json: &str) -> Filter {
    Filter::from_json(&serde_json::from_str(json).unwrap()).unwrap()
}

/// The filter makes these terms of a form.
#[track_caller]
pub fn check(json: &str, form: &str, expected: &[&str]) {
    let mut terms = vec![Term::new(form)];
    filter(json).apply(&mut terms);
    let texts: Vec<_> = terms.iter().map(|term| term.text.as_ref()).collect();
    assert_eq!(texts, expected, "{form:?} by {json}");
}

/// The filter cannot be made, and the message says this.
#[track_caller]
pub fn refused(json: &str, expected: &str) {
    let result = Filter::from_json(&serde_json::from_str(json).unwrap());
    let message = result.err().expect("the filter should be refused").to_string();
    assert!(message.contains(expected), "{message}");
}

/// One of each kind, with parameters that make it work hard.
const EACH: &[&str] = &[
    r#"{"name": "casefold"}"#,
    r#"{"name": "casefold", "turkish": true}"#,
    r#"{"name": "compounds", "words": ["a", "é", "da", "schule"], "min": 1, "language": "german"}"#,
    r#"{"name": "edge_ngrams", "min": 1, "max": 20}"#,
    r#"{"name": "elision", "articles": "italian"}"#,
    r#"{"name": "fold_accents"}"#,
    r#"{"name": "hyphens"}"#,
    r#"{"name": "keywords", "words": ["a", "as"]}"#,
    r#"{"name": "length", "min": 2, "max": 6}"#,
    r#"{"name": "light_stem", "language": "french"}"#,
    r#"{"name": "lowercase"}"#,
    r#"{"name": "nfkc"}"#,
    r#"{"name": "ngrams", "min": 1, "max": 4}"#,
    r#"{"name": "phonetic", "keep_original": true}"#,
    r#"{"name": "phonetic"}"#,
    r#"{"name": "possessive"}"#,
    r#"{"name": "stem", "language": "english"}"#,
    r#"{"name": "stop", "words": ["a", "as"]}"#,
    r#"{"name": "synonyms", "groups": [["a", "as"]], "rules": [[["as"], ["é"]]]}"#,
];

#[test]
fn the_names_are_sorted_and_each_is_tried_below() {
    assert!(FILTER_NAMES.is_sorted());
    let tried: Vec<serde_json::Value> =
        EACH.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    let untried = FILTER_NAMES.iter().find(|name| !tried.iter().any(|json| json["name"] == **name));
    assert_eq!(untried, None);
}

#[test]
fn an_unknown_filter_names_the_known_ones() {
    refused(r#"{"name": "stemm"}"#, "unknown filter \"stemm\"; known: casefold, compounds, ");
    refused(r#"{}"#, "unknown filter null; known: ");
}

#[test]
fn hostile_words_end_soon() {
    for unit in [
        "a", "ß", "-", "a-", "'", "l'", "e\u{301}", "\u{301}", "k\u{94d}", "न्", "İ", "ﷺ",
        "issement", "ss",
    ] {
        let huge = unit.repeat(60_000 / unit.len());
        for json in EACH {
            let mut terms = vec![Term::new(huge.as_str())];
            let start = std::time::Instant::now();
            filter(json).apply(&mut terms);
            let ms = start.elapsed().as_millis();
            assert!(ms < 5_000, "{unit:?} by {json}: {ms} ms, {} terms", terms.len());
        }
    }
}

proptest! {
    #[test]
    fn no_filter_panics_or_leaves_an_empty_or_repeated_term(
        form in "(\\PC|[a-zäéßİıσжйहक्ीिงア'’\\-\u{301}\u{200d}\u{307}]){1,24}",
    ) {
        for json in EACH {
            let mut terms = vec![Term::new(form.as_str())];
            filter(json).apply(&mut terms);
            for (at, term) in terms.iter().enumerate() {
                prop_assert!(!term.text.is_empty(), "{}", json);
                prop_assert!(terms[..at].iter().all(|before| before.text != term.text), "{}", json);
            }
        }
    }

    #[test]
    fn chains_of_filters_hold_what_one_holds(
        form in "\\PC{1,16}",
        chain in prop::collection::vec(0..EACH.len(), 0..4),
    ) {
        let mut terms = vec![Term::new(form.as_str())];
        for &at in &chain {
            filter(EACH[at]).apply(&mut terms);
            prop_assert!(terms.iter().all(|term| !term.text.is_empty()));
        }
    }
}
