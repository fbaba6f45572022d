//! Where are the words of a text? The word rules of Unicode Standard Annex #29.
//!
//! A word is a segment between two borders that holds a letter or a digit. White space always is a
//! border, so the text is read chunk by chunk: a chunk of ASCII by a small state machine here, any
//! other by the `unicode-segmentation` crate, which carries the tables.

use unicode_segmentation::UnicodeSegmentation;

/// Calls `visit` with the bytes `start..end` of each word, in order.
///
/// ```
/// let text = "Syria’s S-300, $3.50";
/// let mut words = Vec::new();
/// searchlib_core::analysis::words::words(text, &mut |start, end| words.push(&text[start..end]));
/// assert_eq!(words, ["Syria’s", "S", "300", "3.50"]);
/// ```
#[inline]
pub fn words(text: &str, visit: &mut impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let class = CLASSES[bytes[at] as usize];
        if class == Class::Space {
            at += 1;
            continue;
        }
        let start = at;
        let mut ascii = true;
        while at < bytes.len() && CLASSES[bytes[at] as usize] != Class::Space {
            ascii &= bytes[at].is_ascii();
            at += 1;
        }
        if ascii {
            ascii_words(bytes, start, at, visit);
        } else {
            for (offset, segment) in text[start..at].split_word_bound_indices() {
                if segment.chars().any(char::is_alphanumeric) {
                    // A vowel sign clings to a space before it; the space is no part of a word.
                    let end = start + offset + segment.len();
                    visit(end - segment.trim_start().len(), end);
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// White space: a border on both sides, whatever follows.
    Space,
    Letter,
    Digit,
    /// `_`: joins letters and digits, is no word alone.
    Joiner,
    /// `'` and `.`: join two letters or two digits.
    MidBoth,
    /// Joins two letters.
    MidLetter,
    /// `,` and `;`: join two digits.
    MidDigit,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b' ' | b'\n' | b'\r' => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Joiner,
            b'\'' | b'.' => Class::MidBoth,
            b':' => Class::MidLetter,
            b',' | b';' => Class::MidDigit,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// The words of the ASCII bytes `start..end`, which hold no white space.
#[inline]
fn ascii_words(bytes: &[u8], start: usize, end: usize, visit: &mut impl FnMut(usize, usize)) {
    let class = |at: usize| if at < end { CLASSES[bytes[at] as usize] } else { Class::Other };
    let mut at = start;
    while at < end {
        let first = at;
        let mut is_word = false;
        let mut last = Class::Other;
        loop {
            let here = class(at);
            let joined = match here {
                Class::Letter | Class::Digit => {
                    is_word = true;
                    true
                }
                Class::Joiner => true,
                // A middle character joins only what stands on both of its sides.
                Class::MidBoth => {
                    class(at + 1) == last && matches!(last, Class::Letter | Class::Digit)
                }
                Class::MidLetter => last == Class::Letter && class(at + 1) == Class::Letter,
                Class::MidDigit => last == Class::Digit && class(at + 1) == Class::Digit,
                Class::Space | Class::Other => false,
            };
            if !joined {
                break;
            }
            last = here;
            at += 1;
        }
        if is_word {
            visit(first, at);
        }
        at = at.max(first + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fast(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        super::words(text, &mut |start, end| words.push(&text[start..end]));
        words
    }

    /// The twin: the whole text by the crate's own words, without the space that a sign clings to.
    fn slow(text: &str) -> Vec<&str> {
        text.unicode_words().map(str::trim_start).collect()
    }

    proptest! {
        #[test]
        fn ascii_words_are_those_of_the_annex(text in "[ -~\\t\\n\\r]{0,40}") {
            prop_assert_eq!(fast(&text), slow(&text));
        }

        #[test]
        fn middle_characters_are_those_of_the_annex(text in "[a1_'.:,; \\-]{0,12}") {
            prop_assert_eq!(fast(&text), slow(&text));
        }

        #[test]
        fn any_text_splits_as_the_annex_says(text in "(\\PC|[ a1'.’\u{301}\u{200d}\u{1f1e9}\u{feff}]){0,24}") {
            prop_assert_eq!(fast(&text), slow(&text));
        }
    }
}
