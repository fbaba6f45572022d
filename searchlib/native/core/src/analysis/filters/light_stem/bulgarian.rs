//! The article and the plurals of Bulgarian.
//!
//! Source: Jacques Savoy, "Searching strategies for the Bulgarian language", Information
//! Retrieval 10 (2007).

use super::word::{Swap, Word};

/// The article behind the noun.
const ARTICLES: &[Swap] = &[
    (6, "ият", ""),
    (5, "ът", ""),
    (5, "то", ""),
    (5, "те", ""),
    (5, "та", ""),
    (5, "ия", ""),
    (4, "ят", ""),
];

const PLURALS: &[Swap] = &[
    (6, "овци", "о"),
    (6, "ове", ""),
    (6, "еве", "й"),
    (5, "ища", ""),
    (5, "та", ""),
    (5, "ци", "к"),
    (5, "зи", "г"),
];

/// Article, plural, last vowel, and the vowel that comes and goes before the last consonant.
pub fn light(word: &mut Word) {
    if word.len() < 4 || word.swap_first(&[(5, "ища", "")]).is_some() {
        return;
    }
    word.swap_first(ARTICLES);
    if word.swap_first(PLURALS).is_none() {
        without_plural_i(word);
    }
    if word.len() > 3 {
        word.drop("я");
        word.drop_leaving(0, &["а", "о", "е"]);
    }
    word.swap_first(&[(4, "ен", "н")]);
    if word.len() > 5 && word.at_end(1) == 'ъ' {
        let last = word.at_end(0);
        word.swap(2, last.encode_utf8(&mut [0; 4]));
    }
}

fn without_plural_i(word: &mut Word) {
    if word.len() > 5 && word.ends("и") && word.at_end(2) == 'е' {
        let consonant = word.at_end(1); // бели, бял
        word.swap(3, "я");
        word.swap(0, consonant.encode_utf8(&mut [0; 4]));
    } else {
        word.swap_first(&[(4, "си", "х"), (4, "и", "")]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn articles_and_plurals() {
        check(
            light,
            &[
                ("градът", "град"),
                ("градове", "град"),
                ("момичето", "момич"),
                ("празници", "празник"),
                ("празникът", "празник"),
                ("книгите", "книг"),
                ("книга", "книг"),
                ("игрища", "игр"),
                ("център", "центр"),
            ],
        );
    }
}
