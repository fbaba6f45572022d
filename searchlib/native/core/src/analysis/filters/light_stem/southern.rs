//! The endings of Spanish and Italian nouns and adjectives.
//!
//! Source: Jacques Savoy, "Report on CLEF-2001 experiments" (light). The minimal Spanish stemmer
//! is Lucene's first one for plurals.

use super::word::Word;

const PLAIN_VOWELS: &[&str] = &["aàáâä", "oòóôö", "eèéêë", "uùúûü", "iìíîï"];

/// Number and gender of words of at least five letters.
pub fn spanish_light(word: &mut Word) {
    if word.len() < 5 {
        return;
    }
    word.fold(PLAIN_VOWELS);
    if word.ends("eses") {
        word.cut(2); // meses, mes
    } else if word.ends("ces") {
        word.swap(3, "z"); // veces, vez
    } else {
        let endings = [(4, "os"), (4, "as"), (4, "es"), (4, "o"), (4, "a"), (4, "e")];
        word.drop_first(&endings);
    }
}

/// Plurals: -es, or -s where there is no e before it.
pub fn spanish_minimal(word: &mut Word) {
    if word.len() < 4 || !word.ends("s") {
        return;
    }
    word.fold(PLAIN_VOWELS);
    word.fold(&["nñ"]);
    if word.ends("ces") {
        word.swap(3, "z");
    } else if !word.drop("es") {
        word.cut(1);
    }
}

/// Number and gender of words of at least six letters.
pub fn italian_light(word: &mut Word) {
    if word.len() < 6 {
        return;
    }
    word.fold(PLAIN_VOWELS);
    let endings = ["ie", "he", "hi", "ii", "ia", "io", "e", "i", "a", "o"];
    word.drop_leaving(1, &endings);
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn spanish() {
        check(
            spanish_light,
            &[
                ("caminos", "camin"),
                ("camino", "camin"),
                ("meses", "mes"),
                ("veces", "vez"),
                ("canción", "cancion"),
                ("canciones", "cancion"),
                ("casa", "casa"),
                ("mes", "mes"),
            ],
        );
        check(
            spanish_minimal,
            &[
                ("casas", "casa"),
                ("veces", "vez"),
                ("canciones", "cancion"),
                ("meses", "mes"),
                ("taxis", "taxi"),
                ("canción", "canción"),
            ],
        );
    }

    #[test]
    fn italian() {
        check(
            italian_light,
            &[
                ("ragazzo", "ragazz"),
                ("ragazzi", "ragazz"),
                ("storia", "stor"),
                ("storie", "stor"),
                ("amiche", "amic"),
                ("amica", "amica"),
                ("libertà", "libert"),
            ],
        );
    }
}
