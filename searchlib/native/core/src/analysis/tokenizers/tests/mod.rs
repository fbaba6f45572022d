//! What every tokenizer promises, and what each gives for the texts people have.

mod annex;
mod hostile;
mod twins;

use serde_json::{Value as Json, json};

use super::Tokenizer;

fn made(json: Json) -> Tokenizer {
    Tokenizer::from_json(&json).unwrap()
}

fn forms<'a>(tokenizer: &Tokenizer, text: &'a str) -> Vec<&'a str> {
    let mut forms = Vec::new();
    tokenizer.tokenize(text, &mut |start, end| forms.push(&text[start..end]));
    forms
}

fn check(json: Json, text: &str, expected: &[&str]) {
    assert_eq!(forms(&made(json.clone()), text), expected, "{json} on {text:?}");
}

/// One of each name, and of those with a choice one of each choice.
fn every_tokenizer() -> Vec<(String, Tokenizer)> {
    let all = [
        json!({"name": "words"}),
        json!({"name": "words", "segment": "dictionary"}),
        json!({"name": "words", "segment": "bigrams"}),
        json!({"name": "words", "segment": "characters"}),
        json!({"name": "words", "segment": "bigrams_characters"}),
        json!({"name": "words", "keep": ["C++", "C#", ".NET", "a", "กก", "'"]}),
        json!({"name": "urls"}),
        json!({"name": "whitespace"}),
        json!({"name": "letters"}),
        json!({"name": "regex", "pattern": "."}),
        json!({"name": "regex", "pattern": r"\w+|\pM"}),
        json!({"name": "regex", "pattern": r"\s|,", "gaps": true}),
        json!({"name": "whole"}),
        json!({"name": "ngrams", "min": 2, "max": 3}),
        json!({"name": "edge_ngrams", "min": 1, "max": 4}),
        json!({"name": "paths"}),
    ];
    all.into_iter().map(|json| (json.to_string(), made(json))).collect()
}

#[test]
fn words_of_every_script_keep_their_marks() {
    let words = || json!({"name": "words"});
    check(words(), "हिन्दी में खोज", &["हिन्दी", "में", "खोज"]);
    check(words(), "Ελληνικά, русский", &["Ελληνικά", "русский"]);
    check(words(), "العَرَبِيَّة", &["العَرَبِيَّة"]);
    check(words(), "cafe\u{301} Syria’s", &["cafe\u{301}", "Syria’s"]);
    check(words(), "한국어 검색", &["한국어", "검색"]);
    check(words(), "", &[]);
}

#[test]
fn scripts_without_spaces_are_cut_as_asked() {
    let words = |segment| json!({"name": "words", "segment": segment});
    check(words("dictionary"), "东京大学2015年C++", &["东京", "大学", "2015", "年", "C"]);
    check(words("bigrams"), "东京大学2015年", &["东京", "京大", "大学", "2015", "年"]);
    check(words("characters"), "东京、ไทย", &["东", "京", "ไ", "ท", "ย"]);
    check(words("bigrams_characters"), "东京湾", &["东", "东京", "京", "京湾", "湾"]);
    check(json!({"name": "words"}), "东京ไทยแลนด์", &["东", "东京", "京", "ไทย", "แลนด์"]);
    check(words("dictionary"), "ภาษาไทย", &["ภาษา", "ไทย"]);
    check(words("dictionary"), "ພາສາລາວ", &["ພາສາ", "ລາວ"]);
    check(words("bigrams"), "กำแพง", &["กำแ", "แพ", "พง"]);
    check(words("dictionary"), "データベースを検索", &["データベース", "を", "検索"]);
}

#[test]
fn kept_words_are_found_between_borders_only() {
    let keep =
        json!({"name": "words", "keep": ["C++", "C#", ".NET", "W-2", "S-300", "AT&T", "É+"]});
    let check = |text, expected: &[&str]| check(keep.clone(), text, expected);
    check("C++, c# and .Net", &["C++", "c#", "and", ".Net"]);
    check("ASP.NET C#.NET", &["ASP.NET", "C#", ".NET"]);
    check("(W-2) W-25 W-2-form", &["W-2", "W", "25", "W-2", "form"]);
    check("Syria’s S-300s, S-300.", &["Syria’s", "S", "300s", "S-300"]);
    check("AT&T's, at&t’s and AT&T", &["AT&T's", "at&t’s", "and", "AT&T"]);
    check("é+ É+ 使用C++编程", &["é+", "É+", "使", "使用", "用", "C++", "编", "编程", "程"]);
}

#[test]
fn the_longest_of_kept_words_wins_and_a_shorter_one_is_found_where_it_cannot() {
    let keep = json!({"name": "words", "keep": ["C", "C++", "C++-x"]});
    check(keep.clone(), "C++-x C++-xy", &["C++-x", "C++", "xy"]);
    check(json!({"name": "words", "keep": []}), "C++", &["C"]);
}

#[test]
fn addresses_are_one_token_without_the_punctuation_of_the_sentence() {
    let check = |text, expected: &[&str]| check(json!({"name": "urls"}), text, expected);
    check("See https://example.com/a?b=c#d.", &["See", "https://example.com/a?b=c#d"]);
    check("(www.my-site.org), ok", &["www.my-site.org", "ok"]);
    check("<a@b.example.com>; 'joe.o+x@x.org'", &["a@b.example.com", "joe.o+x@x.org"]);
    check("mailto:joe@x.org.", &["mailto", "joe@x.org"]);
    check("bbc.co.uk/news, and/or 3.5/4", &["bbc.co.uk/news", "and", "or", "3.5", "4"]);
    check("localhost:80/x my.host:8080/x", &["localhost", "80", "x", "my.host:8080/x"]);
    check("/usr/lib.so/x", &["usr", "lib.so", "x"]);
    check(
        "(https://en.wikipedia.org/wiki/Rust_(film)).",
        &["https://en.wikipedia.org/wiki/Rust_(film)"],
    );
    check("“http://a.com/b”—yes", &["http://a.com/b", "yes"]);
    check("访https://example.com看。", &["访", "https://example.com", "看"]);
    check("http://bücher.de/Straße", &["http://bücher.de/Straße"]);
    check("@user a@b http://", &["user", "a", "b", "http"]);
    check("Syria’s U.S. plan", &["Syria’s", "U.S", "plan"]);
    check("a.com/x b@c.de", &["a.com/x", "b@c.de"]);
}

#[test]
fn urls_keep_and_segment_as_words_do() {
    let urls = json!({"name": "urls", "keep": ["C++"], "segment": "characters"});
    check(urls, "C++: http://a.de/C++ 东京", &["C++", "http://a.de/C++", "东", "京"]);
}

#[test]
fn white_space_letters_and_the_whole_text() {
    check(json!({"name": "whitespace"}), " W-2\t(x)\u{a0}y\u{3000}z ", &["W-2", "(x)", "y", "z"]);
    let letters = |text, expected: &[&str]| check(json!({"name": "letters"}), text, expected);
    letters("O’Neil, 3rd", &["O", "Neil", "rd"]);
    letters("हिन्दी e\u{301}t", &["हिन्दी", "e\u{301}t"]);
    check(json!({"name": "whole"}), "a b", &["a b"]);
    check(json!({"name": "whole"}), "", &[]);
}

#[test]
fn a_pattern_names_tokens_or_the_gaps_between_them() {
    let regex = |pattern, gaps| json!({"name": "regex", "pattern": pattern, "gaps": gaps});
    check(regex(r"\d+", false), "a1b22", &["1", "22"]);
    check(regex(r"\d+", true), "a1b22", &["a", "b"]);
    check(regex(",", true), ",a,,b", &["a", "b"]);
    check(regex("x*", true), "abxc", &["ab", "c"]);
    check(regex(".", false), "e\u{301}🇩🇪", &["e\u{301}", "🇩🇪"]);
    check(json!({"name": "regex", "pattern": "b"}), "abc", &["b"]);
}

#[test]
fn ngrams_are_of_whole_characters_shorter_before_longer() {
    let (all, edge) = ("ngrams", "edge_ngrams");
    let ngrams = |name, min, max| json!({"name": name, "min": min, "max": max});
    check(ngrams(all, 1, 2), "ae\u{301}b", &["a", "ae\u{301}", "e\u{301}", "e\u{301}b", "b"]);
    check(ngrams(all, 2, 2), "a", &[]);
    check(ngrams(edge, 1, 3), "ae\u{301}", &["a", "ae\u{301}"]);
    check(ngrams(edge, 2, 9), "wind", &["wi", "win", "wind"]);
}

#[test]
fn a_path_stands_for_the_folders_above_it() {
    let paths = || json!({"name": "paths"});
    check(paths(), "/a/b/c", &["/a", "/a/b", "/a/b/c"]);
    check(paths(), "a/b/", &["a", "a/b"]);
    check(paths(), "//a//b", &["//a", "//a//b"]);
    check(paths(), "/", &[]);
    check(json!({"name": "paths", "delimiter": "."}), "a.b", &["a", "a.b"]);
    let deep = "/a".repeat(1000);
    let tokens = forms(&made(paths()), &deep).len();
    assert_eq!((tokens, forms(&made(paths()), &deep)[tokens - 1]), (257, deep.as_str()));
}

#[test]
fn a_wrong_parameter_is_named_with_what_is_known() {
    fn check(json: Json, expected: &str) {
        let message = Tokenizer::from_json(&json).err().unwrap().to_string();
        assert!(message.contains(expected), "{json}: {message}");
    }
    check(json!({"name": "word"}), "unknown tokenizer \"word\"; known: \"edge_ngrams\", ");
    check(json!({}), "a tokenizer is an object with a \"name\", got {}");
    check(json!({"name": "whole", "x": 1}), "has no parameter \"x\"; it has none");
    check(json!({"name": "words", "kept": []}), "no parameter \"kept\"; known: keep, segment");
    check(json!({"name": "words", "keep": ["a b"]}), "or with white space, got [\"a b\"]");
    check(json!({"name": "words", "segment": "jieba"}), "bigrams, bigrams_characters, charac");
    check(json!({"name": "ngrams", "min": 1}), "needs \"max\": a whole number from 1 to 64");
    check(json!({"name": "ngrams", "min": 3, "max": 2}), "at least \"min\", which is 3, got 2");
    check(json!({"name": "regex"}), "needs \"pattern\": a regular expression");
    check(json!({"name": "regex", "pattern": "("}), "the pattern \"(\" cannot be used");
    check(json!({"name": "regex", "pattern": r"\w{1000}{1000}"}), "cannot be used");
    check(json!({"name": "regex", "pattern": "a", "gaps": 1}), "must be true or false, got 1");
    check(json!({"name": "paths", "delimiter": "ab"}), "must be one character, got \"ab\"");
}
