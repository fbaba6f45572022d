//! Which spellings of a character are one? Unicode's compatibility form, and letters without marks.

use std::borrow::Cow;

use serde_json::Value as Json;
use unicode_normalization::char::decompose_canonical;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Unicode's form NFKC: full-width letters, ligatures, half-width kana and decomposed accents
/// become the usual characters.
pub struct Nfkc;

impl Nfkc {
    pub fn from_json(json: &Json) -> Result<Self> {
        Parameters::read(json, "nfkc", &[]).map(|_| Nfkc)
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            if is_nfkc_quick(term.text.chars()) != IsNormalized::Yes {
                term.text = Cow::Owned(term.text.nfkc().collect());
            }
        }
    }
}

/// Takes the marks off Latin, Greek and Cyrillic letters, and writes letters such as ø, ß or þ in
/// plain ones. Letter case stays.
///
/// As in ICU's folding, which Lucene's users know, й becomes и, ё е and ґ г. Marks of all other
/// scripts stay: a vowel sign of Hindi or Thai, a hamza, a voiced kana are no accents.
pub struct FoldAccents;

impl FoldAccents {
    pub fn from_json(json: &Json) -> Result<Self> {
        Parameters::read(json, "fold_accents", &[]).map(|_| FoldAccents)
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            if let Some(folded) = without_accents(&term.text) {
                term.text = Cow::Owned(folded);
            }
        }
    }
}

/// The text with its accents folded; `None` when it has none.
pub fn without_accents(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut folded = String::with_capacity(text.len());
    let mut after_letter = false;
    for c in text.chars() {
        if is_accent(c) && after_letter {
            continue;
        }
        let mut base = None;
        decompose_canonical(c, |part| _ = base.get_or_insert(part));
        let base = base.unwrap_or(c);
        after_letter = takes_accents(base);
        if !after_letter {
            folded.push(c);
        } else {
            match PLAIN.binary_search_by_key(&base, |&(letter, _)| letter) {
                Ok(at) => folded.push_str(PLAIN[at].1),
                Err(_) => folded.push(base),
            }
        }
    }
    (folded != text).then_some(folded)
}

/// Combining marks of no script of their own, and the Cyrillic ones.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Letters of the Latin, Greek and Cyrillic scripts.
fn takes_accents(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c,
            'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{2af}' | '\u{370}'..='\u{52f}'
            | '\u{1c80}'..='\u{1c8f}' | '\u{1e00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a640}'..='\u{a69f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}

/// Letters that Unicode does not take apart, sorted.
#[rustfmt::skip]
const PLAIN: &[(char, &str)] = &[
    ('Æ', "AE"), ('Ð', "D"), ('Ø', "O"), ('Þ', "TH"), ('ß', "ss"), ('æ', "ae"), ('ð', "d"),
    ('ø', "o"), ('þ', "th"), ('Đ', "D"), ('đ', "d"), ('Ħ', "H"), ('ħ', "h"), ('ı', "i"),
    ('Ĳ', "IJ"), ('ĳ', "ij"), ('ĸ', "q"), ('Ŀ', "L"), ('ŀ', "l"), ('Ł', "L"), ('ł', "l"),
    ('ŉ', "n"), ('Ŋ', "N"), ('ŋ', "n"), ('Œ', "OE"), ('œ', "oe"), ('Ŧ', "T"), ('ŧ', "t"),
    ('ſ', "s"), ('ƀ', "b"), ('Ɓ', "B"), ('Ƃ', "B"), ('ƃ', "b"), ('Ƈ', "C"), ('ƈ', "c"),
    ('Ɖ', "D"), ('Ɗ', "D"), ('Ƌ', "D"), ('ƌ', "d"), ('Ƒ', "F"), ('ƒ', "f"), ('Ɠ', "G"),
    ('Ɨ', "I"), ('Ƙ', "K"), ('ƙ', "k"), ('ƚ', "l"), ('Ɲ', "N"), ('ƞ', "n"), ('Ƥ', "P"),
    ('ƥ', "p"), ('ƫ', "t"), ('Ƭ', "T"), ('ƭ', "t"), ('Ʈ', "T"), ('Ʋ', "V"), ('Ƴ', "Y"),
    ('ƴ', "y"), ('Ƶ', "Z"), ('ƶ', "z"), ('Ǆ', "DZ"), ('ǅ', "Dz"), ('ǆ', "dz"), ('Ǉ', "LJ"),
    ('ǈ', "Lj"), ('ǉ', "lj"), ('Ǌ', "NJ"), ('ǋ', "Nj"), ('ǌ', "nj"), ('Ǥ', "G"), ('ǥ', "g"),
    ('Ǳ', "DZ"), ('ǲ', "Dz"), ('ǳ', "dz"), ('Ƞ', "N"), ('ȡ', "d"), ('Ȥ', "Z"), ('ȥ', "z"),
    ('ȴ', "l"), ('ȵ', "n"), ('ȶ', "t"), ('ȷ', "j"), ('Ⱥ', "A"), ('Ȼ', "C"), ('ȼ', "c"),
    ('Ƚ', "L"), ('Ⱦ', "T"), ('ȿ', "s"), ('ɀ', "z"), ('Ƀ', "B"), ('Ʉ', "U"), ('Ɇ', "E"),
    ('ɇ', "e"), ('Ɉ', "J"), ('ɉ', "j"), ('Ɋ', "Q"), ('ɋ', "q"), ('Ɍ', "R"), ('ɍ', "r"),
    ('Ɏ', "Y"), ('ɏ', "y"), ('ɓ', "b"), ('ɖ', "d"), ('ɗ', "d"), ('ɠ', "g"), ('ɨ', "i"),
    ('ɫ', "l"), ('ɲ', "n"), ('ɳ', "n"), ('ʈ', "t"), ('ʉ', "u"), ('ʋ', "v"), ('ʐ', "z"),
    ('Ґ', "Г"), ('ґ', "г"), ('ẞ', "SS"), ('Ⱡ', "L"), ('ⱡ', "l"), ('Ɫ', "L"), ('Ᵽ', "P"),
    ('Ɽ', "R"), ('ⱥ', "a"), ('ⱦ', "t"), ('Ⱨ', "H"), ('ⱨ', "h"), ('Ⱪ', "K"), ('ⱪ', "k"),
    ('Ⱬ', "Z"), ('ⱬ', "z"),
];

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn compatibility_forms_are_one() {
        let json = r#"{"name": "nfkc"}"#;
        check(json, "Ｗｉｎｄ", &["Wind"]);
        check(json, "ﬁn", &["fin"]);
        check(json, "ｶﾞｽ", &["ガス"]);
        check(json, "e\u{301}", &["é"]);
        check(json, "wind", &["wind"]);
    }

    #[test]
    fn accents_of_latin_greek_and_cyrillic_letters_go() {
        let json = r#"{"name": "fold_accents"}"#;
        check(json, "Élève", &["Eleve"]);
        check(json, "e\u{301}le\u{300}ve", &["eleve"]);
        check(json, "Việt", &["Viet"]);
        check(json, "Ørsted", &["Orsted"]);
        check(json, "Łódź", &["Lodz"]);
        check(json, "Straße", &["Strasse"]);
        check(json, "Þingvellir", &["THingvellir"]);
        check(json, "œuvre", &["oeuvre"]);
        check(json, "ırmak", &["irmak"]);
        check(json, "Ǽ", &["AE"]);
        check(json, "Ελλάδα", &["Ελλαδα"]);
        check(json, "ᾅδης", &["αδης"]);
        check(json, "ёлка", &["елка"]);
        check(json, "мой", &["мои"]);
        check(json, "їжак", &["іжак"]);
        check(json, "Å", &["A"]); // the sign of the unit
        check(json, "wind", &["wind"]);
    }

    #[test]
    fn marks_of_other_scripts_stay() {
        let json = r#"{"name": "fold_accents"}"#;
        for word in
            ["हिन्दी", "क़लम", "ภาษาไทย", "أحمد", "مُحَمَّد", "שָׁלוֹם", "ガス", "한국어", "தமிழ்", "\u{301}"]
        {
            check(json, word, &[word]);
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(PLAIN.is_sorted_by(|a, b| a.0 < b.0));
    }
}
