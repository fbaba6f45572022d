//! The case, owner and plural endings of Hungarian.
//!
//! Source: Jacques Savoy, "Light stemming approaches for the French, Portuguese, German and
//! Hungarian languages", SAC 2006.

use super::word::Word;

/// Case, owner, plural, then the last vowel; accents are taken off before.
pub fn light(word: &mut Word) {
    word.fold(&["aá", "eëé", "ií", "oóőõö", "uúűũûü"]);
    without_case(word);
    without_owner(word);
    if word.len() > 3 && word.ends("k") {
        let two = word.len() > 4 && word.end_is(1, "aoe");
        word.cut(if two { 2 } else { 1 });
    }
    word.drop_first(&[(3, "a"), (3, "e"), (3, "i"), (3, "o")]);
}

fn without_case(word: &mut Word) {
    let three = [
        "nak", "nek", "val", "vel", "ert", "rol", "ban", "ben", "bol", "nal", "nel", "hoz", "hez",
        "tol",
    ];
    let two = ["at", "et", "ot", "va", "ve", "ra", "re", "ba", "be", "ul", "ig"];
    let len = word.len();
    // késsel: the v of -vel turned into the consonant before it.
    let is_assimilated = word.ends_any(&["al", "el"]) && is_double_consonant(word, 2);
    let cut = if len > 6 && word.ends("kent") {
        4
    } else if len > 5 && (word.ends_any(&three) || is_assimilated) {
        3
    } else if len <= 4 {
        0
    } else if word.ends_any(&two) || word.ends_any(&["on", "en"]) && !is_vowel(word, 2) {
        2
    } else if word.end_is(0, "tn") {
        1
    } else if word.end_is(0, "ae") && is_double_consonant(word, 1) {
        2
    } else {
        0
    };
    word.cut(cut);
}

fn without_owner(word: &mut Word) {
    let len = word.len();
    let after_consonant =
        |back: usize, endings: &[&str]| !is_vowel(word, back) && word.ends_any(endings);
    let after_vowel =
        |back: usize, endings: &[&str]| is_vowel(word, back) && word.ends_any(endings);
    let cut = if len > 6
        && (after_consonant(4, &["atok", "otok", "etek"]) || word.ends_any(&["itek", "itok"]))
    {
        4
    } else if len > 5
        && (after_consonant(3, &["unk", "tok", "tek"])
            || after_vowel(3, &["juk"])
            || word.ends("ink"))
    {
        3
    } else if len > 4
        && (after_consonant(2, &["am", "em", "om", "ad", "ed", "od", "uk"])
            || after_vowel(2, &["nk", "ja", "je"])
            || word.ends_any(&["im", "id", "ik"]))
    {
        2
    } else if len > 3
        && (after_consonant(1, &["a", "e"]) || after_vowel(1, &["m", "d"]) || word.ends("i"))
    {
        1
    } else {
        0
    };
    word.cut(cut);
}

fn is_vowel(word: &Word, back: usize) -> bool {
    word.end_is(back, "aeiouy")
}

/// Whether the letters `back` and `back + 1` places before the last one are one doubled consonant.
fn is_double_consonant(word: &Word, back: usize) -> bool {
    !is_vowel(word, back) && word.at_end(back) == word.at_end(back + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn cases_owners_and_plurals() {
        check(
            light,
            &[
                ("házakban", "haz"),
                ("ház", "haz"),
                ("késsel", "kes"),
                ("könyveket", "konyv"),
                ("könyvünk", "konyv"),
                ("kutyája", "kuty"),
                ("kutya", "kuty"),
            ],
        );
    }
}
