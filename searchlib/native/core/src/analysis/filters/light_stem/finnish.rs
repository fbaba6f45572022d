//! The case endings of Finnish.
//!
//! Source: Jacques Savoy, "Report on CLEF-2003 monolingual tracks".

use super::word::{Swap, Word};

/// Particles, then cases in two rounds, then what they leave.
pub fn light(word: &mut Word) {
    if word.len() < 4 {
        return;
    }
    word.fold(&["aäå", "oö"]);
    without_particles(word);
    if !word.drop_first(&[(5, "lla"), (5, "tse"), (5, "sti"), (5, "ni")])
        && word.len() > 5
        && word.ends("aa")
    {
        word.cut(1);
    }
    word.swap_first(CASES);
    without_last_vowels(word);
}

/// The question -ko and the -kin of "too", however often, or an adjective's -dellinen.
fn without_particles(word: &mut Word) {
    while word.drop_first(&[(8, "kin"), (8, "ko")]) {}
    word.drop_first(&[(11, "dellinen"), (11, "dellisuus")]);
}

/// Ending, what takes its place, for words of more than so many letters; the first that fits.
#[rustfmt::skip]
const CASES: &[Swap] = &[
    (8, "nnen", "s"), (8, "ntena", "s"), (8, "tten", ""), (8, "eiden", ""),
    (6, "neen", ""), (6, "niin", ""), (6, "seen", ""), (6, "teen", ""), (6, "inen", ""),
    (6, "han", ""), (6, "hen", ""), (6, "hin", ""), (6, "hon", ""), (6, "hun", ""), (6, "hyn", ""),
    (6, "den", "s"), (6, "ksen", "s"),
    (6, "ssa", ""), (6, "sta", ""), (6, "lla", ""), (6, "lta", ""), (6, "tta", ""), (6, "ksi", ""),
    (6, "lle", ""),
    (5, "na", ""), (5, "ne", ""), (5, "nei", ""),
    (4, "ja", ""), (4, "ta", ""), (4, "a", ""),
    (4, "an", ""), (4, "en", ""), (4, "in", ""), (4, "on", ""), (4, "un", ""), (4, "yn", ""),
    (4, "n", ""),
];

fn without_last_vowels(word: &mut Word) {
    if word.len() > 5 && word.ends("hde") {
        word.swap(3, "ksi");
    }
    let endings =
        [(4, "ei"), (4, "at"), (3, "t"), (3, "s"), (3, "j"), (3, "e"), (3, "a"), (3, "i")];
    word.drop_first(&endings);
    word.drop_first(&[(8, "e"), (8, "o"), (8, "u")]);
    word.drop_first(&[(4, "i")]);
    if word.len() > 4 {
        word.squeeze(|c| matches!(c, 'k' | 'p' | 't'));
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
                ("talossa", "talo"),
                ("talo", "talo"),
                ("autolla", "auto"),
                ("kirkkoon", "kirko"),
                ("kirkko", "kirko"),
                ("edeltäjiinsa", "edeltajiin"),
                ("aseksi", "aseks"),
                ("on", "on"),
            ],
        );
    }
}
