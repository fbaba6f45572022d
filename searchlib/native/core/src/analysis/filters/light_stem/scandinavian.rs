//! The endings of Swedish and Norwegian nouns and adjectives.
//!
//! Source: Jacques Savoy, "Report on CLEF-2003 monolingual tracks" (Swedish); the Norwegian rules
//! and the minimal stemmers, which take away the endings of nouns alone, are those that Lucene's
//! users made after it, Bokmål and Nynorsk apart.

use super::word::{Ending, Word};

#[rustfmt::skip]
const SWEDISH: &[Ending] = &[
    (7, "elser"), (7, "heten"),
    (6, "arne"), (6, "erna"), (6, "ande"), (6, "else"), (6, "aste"), (6, "orna"), (6, "aren"),
    (5, "are"), (5, "ast"), (5, "het"),
    (4, "ar"), (4, "er"), (4, "or"), (4, "en"), (4, "at"), (4, "te"), (4, "et"),
    (3, "t"), (3, "a"), (3, "e"), (3, "n"),
];

#[rustfmt::skip]
const SWEDISH_NOUNS: &[Ending] = &[
    (6, "arne"), (6, "erna"), (6, "arna"), (6, "orna"), (6, "aren"),
    (5, "are"),
    (4, "ar"), (4, "at"), (4, "er"), (4, "et"), (4, "or"), (4, "en"),
    (3, "a"), (3, "e"), (3, "n"),
];

#[rustfmt::skip]
const BOKMAAL: &[Ending] = &[
    (7, "heter"), (7, "heten"),
    (5, "dom"), (5, "het"),
    (7, "elser"), (7, "elsen"),
    (6, "ende"), (6, "else"), (6, "este"), (6, "eren"),
    (5, "ere"), (5, "est"), (5, "ene"),
    (4, "er"), (4, "en"), (4, "et"), (4, "st"), (4, "te"),
    (3, "a"), (3, "e"), (3, "n"),
];

#[rustfmt::skip]
const BOKMAAL_NOUNS: &[Ending] =
    &[(5, "ene"), (4, "er"), (4, "en"), (4, "et"), (3, "a"), (3, "e")];

#[rustfmt::skip]
const NYNORSK: &[Ending] = &[
    (7, "heita"),
    (8, "heiter"), (8, "leiken"), (8, "leikar"),
    (5, "dom"),
    (6, "heit"), (6, "semd"), (6, "leik"),
    (7, "elser"), (7, "elsen"),
    (6, "ande"), (6, "else"), (6, "aste"), (6, "aren"),
    (5, "are"), (5, "ast"), (5, "ene"), (5, "ane"),
    (4, "er"), (4, "en"), (4, "et"), (4, "ar"), (4, "te"),
    (3, "a"), (3, "e"), (3, "n"),
];

#[rustfmt::skip]
const NYNORSK_NOUNS: &[Ending] =
    &[(5, "ene"), (5, "ane"), (4, "er"), (4, "en"), (4, "et"), (4, "ar"), (3, "a"), (3, "e")];

pub fn swedish_light(word: &mut Word) {
    without_genitive_and(word, SWEDISH);
}

pub fn swedish_minimal(word: &mut Word) {
    without_genitive_and(word, SWEDISH_NOUNS);
}

pub fn bokmaal_light(word: &mut Word) {
    without_genitive_and(word, BOKMAAL);
}

pub fn bokmaal_minimal(word: &mut Word) {
    without_genitive_and(word, BOKMAAL_NOUNS);
}

pub fn nynorsk_light(word: &mut Word) {
    without_genitive_and(word, NYNORSK);
}

pub fn nynorsk_minimal(word: &mut Word) {
    without_genitive_and(word, NYNORSK_NOUNS);
}

/// Takes away the s of the genitive, then the first ending that fits.
fn without_genitive_and(word: &mut Word, endings: &[Ending]) {
    word.drop_first(&[(4, "s")]);
    word.drop_first(endings);
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn swedish() {
        check(
            swedish_light,
            &[
                ("flickornas", "flick"),
                ("bilarna", "bilarn"),
                ("verksamheten", "verksam"),
                ("huset", "hus"),
                ("bilar", "bil"),
                ("bil", "bil"),
            ],
        );
        check(
            swedish_minimal,
            &[
                ("bilarna", "bil"),
                ("husets", "hus"),
                ("verksamheten", "verksamhet"),
                ("flickor", "flick"),
            ],
        );
    }

    #[test]
    fn norwegian() {
        check(
            bokmaal_light,
            &[
                ("hemmeligheten", "hemmelig"),
                ("bilens", "bil"),
                ("følelsen", "føl"),
                ("fineste", "fin"),
                ("husene", "hus"),
                ("kake", "kak"),
            ],
        );
        check(bokmaal_minimal, &[("husene", "hus"), ("bilens", "bil"), ("fineste", "finest")]);
        check(
            nynorsk_light,
            &[("hemmelegheiter", "hemmeleg"), ("gutane", "gut"), ("verksemd", "verk")],
        );
        check(nynorsk_minimal, &[("gutane", "gut"), ("gutar", "gut"), ("verksemd", "verksemd")]);
    }
}
