//! The endings of French nouns and adjectives.
//!
//! Source: Jacques Savoy, "Light stemming approaches for the French, Portuguese, German and
//! Hungarian languages", SAC 2006 (light); "A stemming procedure and stopword list for general
//! French corpora", JASIS 50 (1999) (minimal).

use super::word::{Swap, Word};

/// Plurals, then the first derived ending that fits, then accents and double letters.
pub fn light(word: &mut Word) {
    if word.len() > 5 && word.ends("x") {
        if word.ends("aux") && word.at_end(3) != 'e' {
            word.swap(2, "l"); // chevaux, cheval; but bureaux, bureau
        } else {
            word.cut(1);
        }
    }
    word.drop_first(&[(3, "x")]);
    word.drop_first(&[(3, "s")]);
    without_derivation(word);
    without_accents(word);
}

/// What a derived ending leaves, for words of more than so many letters.
const DERIVED: &[Swap] = &[
    (9, "issement", "ir"),
    (8, "issant", "ir"),
    (6, "ement", "e"),
    (11, "ficatrice", "fier"),
    (10, "ficateur", "fier"),
    (9, "catrice", "quer"),
    (8, "cateur", "quer"),
    (8, "atrice", "er"),
    (7, "ateur", "er"),
];

const DERIVED_LATER: &[Swap] = &[
    (5, "ième", ""),
    (7, "teuse", "ter"),
    (6, "teur", "ter"),
    (5, "euse", "eu"),
    (8, "ère", "er"),
    (7, "ive", "if"),
    (4, "folle", "fou"),
    (4, "molle", "mou"),
    (9, "nnelle", "n"),
    (9, "nnel", "n"),
];

const DERIVED_LAST: &[Swap] = &[
    (8, "esse", "e"),
    (7, "inage", "in"),
    (9, "isation", ""),
    (9, "isateur", ""),
    (8, "ation", ""),
    (8, "ition", ""),
];

fn without_derivation(word: &mut Word) {
    match word.swap_first(DERIVED) {
        Some("ement") => {
            if word.len() > 3 && word.ends("ive") {
                word.swap(2, "f");
            }
            return;
        }
        Some(_) => return,
        None => {}
    }
    // These three go on to the next rules.
    word.swap_first(&[(6, "trice", "teur")]);
    if word.swap_first(DERIVED_LATER).is_some() {
        return;
    }
    word.swap_first(&[(4, "ète", "et")]);
    word.swap_first(&[(8, "ique", "")]);
    if word.swap_first(DERIVED_LAST) == Some("isation") && word.len() > 5 && word.ends("ual") {
        word.swap(2, "el");
    }
}

fn without_accents(word: &mut Word) {
    if word.len() > 4 {
        word.fold(&["aàáâ", "oô", "eèéê", "uùû", "iî", "cç"]);
        word.squeeze(char::is_alphabetic);
    }
    word.drop_first(&[(4, "ie")]);
    if word.len() > 4 {
        word.drop("r");
        word.drop("e");
        word.drop("e");
        if word.at_end(0) == word.at_end(1) && word.at_end(0).is_alphabetic() {
            word.cut(1);
        }
    }
}

/// Plurals and final e, é and r of words of at least six letters.
pub fn minimal(word: &mut Word) {
    if word.len() < 6 {
        return;
    }
    if word.ends("x") {
        if word.ends("aux") {
            word.swap(2, "l");
        } else {
            word.cut(1);
        }
        return;
    }
    for ending in ["s", "r", "e", "é"] {
        word.drop(ending);
    }
    if word.at_end(0) == word.at_end(1) && word.at_end(0).is_alphabetic() {
        word.cut(1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn nouns_and_adjectives() {
        check(
            light,
            &[
                ("chevaux", "cheval"),
                ("cheval", "cheval"),
                ("bureaux", "bureau"),
                ("investissement", "investi"),
                ("investir", "investi"),
                ("vivement", "vif"),
                ("éducatrice", "eduqu"),
                ("éduquer", "eduqu"),
                ("modificateur", "modifi"),
                ("danseuse", "danseu"),
                ("actrice", "acteu"),
                ("folle", "fou"),
                ("personnelle", "person"),
                ("complète", "complet"),
                ("quatrième", "quat"),
                ("organisation", "organ"),
                ("actualisation", "actuel"),
                ("partie", "part"),
            ],
        );
    }

    #[test]
    fn plurals() {
        check(
            minimal,
            &[
                ("chevaux", "cheval"),
                ("hiboux", "hibou"),
                ("chantés", "chant"),
                ("chanter", "chant"),
                ("baronnes", "baron"),
                ("table", "table"),
            ],
        );
    }
}
