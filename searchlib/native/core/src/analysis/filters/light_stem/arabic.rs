//! The spellings and attached particles of Arabic, and the spellings and endings of Persian.
//!
//! Source: Leah Larkey, Lisa Ballesteros and Margaret Connell, "Light stemming for Arabic
//! information retrieval", 2007: normalisation and light10. For Persian the endings that Lucene
//! takes away, after the same normalisation and that of Persian letters to Arabic ones.

use super::word::Word;

/// The article and the conjunction; the longer ones hold prepositions.
const PREFIXES: &[&str] = &["ال", "وال", "بال", "كال", "فال", "لل"];

/// Each goes once, in this order.
const SUFFIXES: &[&str] = &["ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"];

/// Plurals, comparison and the ezafe, each once in this order; the last joins nothing any more.
const PERSIAN_SUFFIXES: &[&str] = &["ات", "ان", "ترين", "تر", "يي", "ي", "ها", "\u{200c}"];

/// One way of writing, then the article and common endings go.
pub fn light(word: &mut Word) {
    minimal(word);
    if !PREFIXES.iter().any(|prefix| word.drop_front_leaving(2, prefix)) {
        word.drop_front_leaving(3, "و");
    }
    drop_each(word, SUFFIXES);
}

/// One way of writing: no vowel signs and no tatweel, one alef, one yeh, one heh.
pub fn minimal(word: &mut Word) {
    word.map(|c| match c {
        '\u{640}' | '\u{64b}'..='\u{652}' => None,
        'آ' | 'أ' | 'إ' => Some('ا'),
        'ى' => Some('ي'),
        'ة' => Some('ه'),
        _ => Some(c),
    });
}

pub fn persian_light(word: &mut Word) {
    persian_minimal(word);
    drop_each(word, PERSIAN_SUFFIXES);
}

/// One way of writing, whichever keyboard: Arabic yeh, kaf and heh.
pub fn persian_minimal(word: &mut Word) {
    minimal(word);
    word.map(|c| match c {
        '\u{6cc}' | '\u{6d2}' => Some('ي'),
        '\u{6a9}' => Some('ك'),
        '\u{6c0}' | '\u{6c1}' => Some('ه'),
        '\u{654}' => None,
        _ => Some(c),
    });
}

fn drop_each(word: &mut Word, suffixes: &[&'static str]) {
    for suffix in suffixes {
        word.drop_leaving(2, &[suffix]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn arabic() {
        check(minimal, &[("أَحْمَد", "احمد"), ("مدرسة", "مدرسه"), ("على", "علي"), ("كـتاب", "كتاب")]);
        check(
            light,
            &[
                ("الكتاب", "كتاب"),
                ("والكتاب", "كتاب"),
                ("كتاب", "كتاب"),
                ("مدرسة", "مدرس"),
                ("المدرسون", "مدرس"),
                ("وقف", "وقف"),
                ("ال", "ال"),
            ],
        );
    }

    #[test]
    fn persian() {
        check(persian_minimal, &[("کیک", "كيك"), ("خانهٔ", "خانه")]);
        check(
            persian_light,
            &[("کتاب‌ها", "كتاب"), ("کتاب‌های", "كتاب"), ("بزرگترین", "بزرگ"), ("کتابی", "كتاب")],
        );
    }
}
