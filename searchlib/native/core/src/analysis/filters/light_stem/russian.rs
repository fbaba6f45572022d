//! The case endings of Russian.
//!
//! Source: Ljiljana Dolamic and Jacques Savoy, "Indexing and searching strategies for the Russian
//! language", JASIST 60 (2009).

use super::word::Word;

/// Four letters from words of more than six, three from more than five, and so on.
const CASES: &[(usize, &str)] = &[
    (6, "иями оями"),
    (5, "иям иях оях ями оям оьв ами его ему ери ими ого ому ыми оев"),
    (
        4,
        "ая яя ях юю ах ею их ия ию ьв ою ую ям ых ея ам ем ей ём ев ий им ое ой ом ов ые ый ым ми",
    ),
    (3, "а е и о у й ы я ь"),
];

/// The case first, then what it leaves: a soft sign, an и, the second of two н.
pub fn light(word: &mut Word) {
    let long_enough = CASES.iter().filter(|(longer_than, _)| word.len() > *longer_than);
    let mut endings = long_enough.flat_map(|(_, endings)| endings.split(' '));
    let ending = endings.find(|ending| word.ends(ending));
    if let Some(ending) = ending {
        word.drop(ending);
    }
    if word.len() > 3 && (word.end_is(0, "ьи") || word.ends("нн")) {
        word.cut(1);
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
                ("книгами", "книг"),
                ("книга", "книг"),
                ("станциями", "станц"),
                ("станция", "станц"),
                ("красивого", "красив"),
                ("красивая", "красив"),
                ("площадь", "площад"),
                ("длинный", "длин"),
                ("дом", "дом"),
            ],
        );
    }
}
