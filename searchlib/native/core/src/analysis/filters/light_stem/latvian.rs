//! The case endings of Latvian nouns and adjectives.
//!
//! Source: Kārlis Krēsliņš, "A stemming algorithm for Latvian", 1996, in the light form that
//! Lucene gave it: case, number, gender and definiteness only.

use super::word::{Swap, Word};

/// Ending, the vowels that a word must have more than, whether it softened the stem.
/// The first that fits, longer definite endings before the cases.
#[rustfmt::skip]
const CASES: &[(&str, usize, bool)] = &[
    ("ajiem", 3, false), ("ajai", 3, false), ("ajam", 2, false), ("ajām", 2, false),
    ("ajos", 2, false), ("ajās", 2, false), ("iem", 2, true), ("ajā", 2, false),
    ("ais", 2, false), ("ai", 2, false), ("ei", 2, false),
    ("ām", 1, false), ("am", 1, false), ("ēm", 1, false), ("īm", 1, false), ("im", 1, false),
    ("um", 1, false), ("us", 1, true), ("as", 1, false), ("ās", 1, false), ("es", 1, false),
    ("os", 1, true), ("ij", 1, false), ("īs", 1, false), ("ēs", 1, false), ("is", 1, false),
    ("ie", 1, false), ("u", 1, true), ("a", 1, true), ("i", 1, true), ("e", 1, false),
    ("ā", 1, false), ("ē", 1, false), ("ī", 1, false), ("ū", 1, false), ("o", 1, false),
    ("s", 0, false), ("š", 0, false),
];

/// What a stem was before an ending with u softened it.
const BEFORE_U: &[Swap] = &[(1, "kš", "kst"), (1, "ņņ", "nn")];

/// What a stem was before any other ending that softens.
#[rustfmt::skip]
const BEFORE_ANY: &[Swap] = &[
    (1, "pj", "p"), (1, "bj", "b"), (1, "mj", "m"), (1, "vj", "v"),
    (1, "šņ", "sn"), (1, "žņ", "zn"), (1, "šļ", "sl"), (1, "žļ", "zl"), (1, "ļņ", "ln"), (1, "ļļ", "ll"),
    (0, "č", "c"), (0, "ļ", "l"), (0, "ņ", "n"),
];

/// One case ending; three letters and a vowel remain.
pub fn light(word: &mut Word) {
    let vowels = word.count("aeiouāēīū");
    let fits = |(ending, more_than, _): &&(&str, usize, bool)| {
        vowels > *more_than && word.len() >= ending.chars().count() + 3 && word.ends(ending)
    };
    let Some(&(ending, _, softens)) = CASES.iter().find(fits) else { return };
    word.drop(ending);
    if softens && !(ending.starts_with('u') && word.swap_first(BEFORE_U).is_some()) {
        word.swap_first(BEFORE_ANY);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn cases() {
        check(
            light,
            &[
                ("tēvs", "tēv"),
                ("tēvam", "tēv"),
                ("tēviem", "tēv"),
                ("lielajiem", "liel"),
                ("lāču", "lāc"),
                ("lācis", "lāc"),
                ("pokšu", "pokst"),
                ("kurpju", "kurp"),
                ("kurpe", "kurp"),
            ],
        );
    }
}
