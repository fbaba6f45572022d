//! The plurals of English.
//!
//! Source: the S-stemmer of Donna Harman, "How effective is suffixing?", JASIS 42 (1991).

use super::word::Word;

/// Three rules; the first whose ending fits decides, its exceptions with it.
pub fn minimal(word: &mut Word) {
    if word.len() < 3 {
        return;
    }
    if word.len() > 3 && word.ends("ies") {
        if !word.end_is(3, "ae") {
            word.swap(3, "y");
        }
    } else if word.ends("es") {
        if !word.end_is(2, "aeoi") {
            word.cut(1);
        }
    } else if word.ends("s") && !word.end_is(1, "us") {
        word.cut(1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn plurals() {
        check(
            minimal,
            &[
                ("queries", "query"),
                ("aies", "aies"),
                ("phrases", "phrase"),
                ("shoes", "shoes"),
                ("corpus", "corpus"),
                ("stress", "stress"),
                ("kings", "king"),
                ("panels", "panel"),
                ("bus", "bus"),
                ("is", "is"),
            ],
        );
    }
}
