//! A megabyte of what hurts: nothing panics, and nothing takes longer than in proportion. A path
//! that reads the text again for each token would need hours here.

use unicode_segmentation::UnicodeSegmentation;

use super::every_tokenizer;

const BYTES: usize = 1 << 20;

#[test]
fn a_megabyte_of_anything_is_read_once() {
    for unit in [
        "a",
        "1",
        " ",
        "\n",
        "'",
        "a'",
        "a.",
        "a:",
        "_",
        "/",
        "/www.a",
        "a.bc/",
        "a@",
        "@a",
        "a.b@",
        "://",
        "a://",
        "a://.",
        "(",
        "a://(",
        "http://a)",
        "C+",
        "+",
        ".NET",
        "a\u{301}",
        "\u{301}",
        "a.\u{301}",
        "\u{200d}",
        "\u{1f1e9}",
        "👩\u{200d}",
        "\u{600}",
        "\u{600} ",
        "\u{d4e}",
        "ก",
        "กำ",
        "่",
        "ก่",
        "ประเทศ",
        "ພາສາ",
        "ភាសា",
        "က္",
        "ဘာသာ",
        "漢",
        "中国",
        "の",
        "カ",
        "ｶﾞ",
        "漢\u{fe00}",
        "字\u{301}",
        "कि",
        "क्",
        "한",
        "\u{1100}",
        "אב״",
        "\u{200b}",
    ] {
        let text = unit.repeat(BYTES / unit.len());
        check(&text);
        // Marks, joiners and flags: the same behind a letter of a script with a dictionary.
        if unit.chars().all(|c| !c.is_alphanumeric() && !c.is_ascii()) {
            check(&format!("ก{text}a"));
        }
    }
}

fn check(text: &str) {
    let clusters: Vec<_> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let is_border = |at| at == text.len() || clusters.binary_search(&at).is_ok();
    for (name, tokenizer) in every_tokenizer() {
        let mut tokens = 0;
        tokenizer.tokenize(text, &mut |start, end| {
            tokens += 1;
            if tokens < 1000 {
                assert!(is_border(start) && is_border(end), "{name}: {start}..{end}");
            }
        });
        assert!(tokens <= 3 * text.len(), "{name}: {tokens} tokens");
    }
}
