//! The case and owner endings of Czech.
//!
//! Source: Ljiljana Dolamic and Jacques Savoy, "Indexing and stemming approaches for the Czech
//! language", IP&M 45 (2009).

use super::word::{Swap, Word};

/// Letters that a word must have more than, and endings.
const CASES: &[(usize, &str)] = &[
    (7, "atech"),
    (6, "ětem etem atům"),
    (
        5,
        "ech ich ích ého ěmi emi ému ěte ete ěti eti ího iho ími ímu imu ách ata aty ých ama ami ové ovi ými",
    ),
    (4, "em es ém ím ům at ám os us ým mi ou"),
    (3, "a e i o u ů y á é í ý ě"),
];

const OWNERS: &[Swap] = &[(5, "ov", ""), (5, "in", ""), (5, "ův", "")];

/// Sounds that the endings changed, and what they are without.
const SOFT: &[Swap] =
    &[(1, "čt", "ck"), (1, "št", "sk"), (0, "c", "k"), (0, "č", "k"), (0, "z", "h"), (0, "ž", "h")];

/// Case, owner, then sounds as they are in the bare stem.
pub fn light(word: &mut Word) {
    let long_enough = CASES.iter().filter(|(longer_than, _)| word.len() > *longer_than);
    let mut endings = long_enough.flat_map(|(_, endings)| endings.split(' '));
    if let Some(ending) = endings.find(|ending| word.ends(ending)) {
        word.drop(ending);
    }
    word.swap_first(OWNERS);
    if word.swap_first(SOFT).is_some() {
        return;
    }
    let last = word.at_end(0);
    if word.at_end(1) == 'e' {
        word.swap(2, last.encode_utf8(&mut [0; 4]));
    } else if word.len() > 2 && word.at_end(1) == 'ů' {
        word.swap(2, "o");
        word.swap(0, last.encode_utf8(&mut [0; 4]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn cases_and_owners() {
        check(
            light,
            &[
                ("městech", "měst"),
                ("město", "měst"),
                ("pánové", "pán"),
                ("ženami", "žn"),
                ("žena", "žn"),
                ("hradů", "hrad"),
                ("matčin", "matk"),
                ("matka", "matk"),
                ("stůl", "stol"),
            ],
        );
    }
}
