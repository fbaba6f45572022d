//! The spellings and endings of Hindi and Bengali.
//!
//! Source: Ananthakrishnan Ramanathan and Durgesh Rao, "A lightweight stemmer for Hindi", 2003;
//! Prasad Pingali and Vasudeva Varma, "Word normalization in Indian languages", with the joiners
//! and the dead n of Leah Larkey and others, "Hindi CLIR in thirty days" (spelling);
//! P. Sengupta and B. B. Chaudhuri, "Natural language processing in an Indian language
//! (Bengali)", and Jacques Savoy's light stemmer, in Lucene's selection (Bengali).
//!
//! We stem before we normalise: the endings are published in their usual spelling.

use super::word::Word;

/// Longest first; two characters remain.
#[rustfmt::skip]
const HINDI: &[&str] = &[
    "ाएंगी", "ाएंगे", "ाऊंगी", "ाऊंगा", "ाइयाँ", "ाइयों", "ाइयां",
    "ाएगी", "ाएगा", "ाओगी", "ाओगे", "एंगी", "ेंगी", "एंगे", "ेंगे", "ूंगी", "ूंगा", "ातीं", "नाओं", "नाएं",
    "ताओं", "ताएं", "ियाँ", "ियों", "ियां",
    "ाकर", "ाइए", "ाईं", "ाया", "ेगी", "ेगा", "ोगी", "ोगे", "ाने", "ाना", "ाते", "ाती", "ाता", "तीं", "ाओं",
    "ाएं", "ुओं", "ुएं", "ुआं",
    "कर", "ाओ", "िए", "ाई", "ाए", "ने", "नी", "ना", "ते", "ीं", "ती", "ता", "ाँ", "ां", "ों", "ें",
    "ो", "े", "ू", "ु", "ी", "ि", "ा",
];

/// Longest first; two characters remain.
#[rustfmt::skip]
const BENGALI: &[&str] = &[
    "ি\u{9df}াছিলাম", "িতেছিলাম", "িতেছিলেন", "ইতেছিলেন", "ি\u{9df}াছিলেন", "ই\u{9df}াছিলেন",
    "িতেছিলি", "িতেছিলে", "ি\u{9df}াছিলা", "ি\u{9df}াছিলে", "িতেছিলা", "ি\u{9df}াছিলি", "\u{9df}েদেরকে",
    "িতেছিস", "িতেছেন", "ি\u{9df}াছিস", "ি\u{9df}াছেন", "েছিলাম", "েছিলেন", "েদেরকে",
    "িতেছি", "িতেছা", "িতেছে", "ছিলাম", "ছিলেন", "ি\u{9df}াছি", "ি\u{9df}াছা", "ি\u{9df}াছে", "েছিলে",
    "েছিলা", "\u{9df}েদের", "দেরকে",
    "িলাম", "িলেন", "িতাম", "িতেন", "িবেন", "ছিলি", "ছিলে", "ছিলা", "তেছে", "িতেছ", "খানা", "খানি", "গুলো",
    "গুলি", "\u{9df}েরা", "েদের",
    "লাম", "িলি", "ইলি", "িলে", "ইলে", "লেন", "িলা", "ইলা", "তাম", "িতি", "ইতি", "িতে", "ইতে", "তেন", "িতা",
    "িবা", "ইবা", "িবি", "ইবি", "বেন", "িবে", "ইবে", "ছেন", "\u{9df}োন", "\u{9df}ের", "েরা", "দের",
    "িস", "েন", "লি", "লে", "লা", "তি", "তে", "তা", "বি", "বে", "বা", "ছি", "ছা", "ছে", "ুন", "ুক", "টা", "টি",
    "নি", "ের", "রা", "কে",
    "ি", "ী", "া", "ো", "ে", "ব", "ত",
];

pub fn hindi_light(word: &mut Word) {
    word.map(without_joiner);
    word.drop_leaving(2, HINDI);
    hindi_minimal(word);
}

/// One way of writing: no nukta, virama or joiner, one nasal sign, short vowels.
pub fn hindi_minimal(word: &mut Word) {
    word.map(without_joiner);
    word.join('\u{928}', '\u{94d}', '\u{902}');
    word.map(|c| {
        Some(match c {
            '\u{93c}' | '\u{94d}' => return None,
            '\u{901}' => '\u{902}',
            '\u{929}' => '\u{928}',
            '\u{931}' => '\u{930}',
            '\u{934}' => '\u{933}',
            '\u{958}' => '\u{915}',
            '\u{959}' => '\u{916}',
            '\u{95a}' => '\u{917}',
            '\u{95b}' => '\u{91c}',
            '\u{95c}' => '\u{921}',
            '\u{95d}' => '\u{922}',
            '\u{95e}' => '\u{92b}',
            '\u{95f}' => '\u{92f}',
            '\u{945}' | '\u{946}' | '\u{948}' => '\u{947}',
            '\u{949}' | '\u{94a}' | '\u{94c}' => '\u{94b}',
            '\u{90d}' | '\u{90e}' | '\u{910}' => '\u{90f}',
            '\u{911}' | '\u{912}' | '\u{914}' => '\u{913}',
            '\u{972}' | '\u{906}' => '\u{905}',
            '\u{908}' => '\u{907}',
            '\u{90a}' => '\u{909}',
            '\u{960}' => '\u{90b}',
            '\u{961}' => '\u{90c}',
            '\u{940}' => '\u{93f}',
            '\u{942}' => '\u{941}',
            '\u{944}' => '\u{943}',
            '\u{963}' => '\u{962}',
            other => other,
        })
    });
}

pub fn bengali_light(word: &mut Word) {
    bengali_minimal(word);
    word.drop_leaving(2, BENGALI);
}

/// One way of writing: letters with a nukta as one character, no joiners, candrabindu gone.
pub fn bengali_minimal(word: &mut Word) {
    word.map(|c| without_joiner(c).filter(|&c| c != '\u{981}'));
    word.join('\u{9af}', '\u{9bc}', '\u{9df}');
    word.join('\u{9a1}', '\u{9bc}', '\u{9dc}');
    word.join('\u{9a2}', '\u{9bc}', '\u{9dd}');
    word.join('\u{9c7}', '\u{9be}', '\u{9cb}');
    word.join('\u{9c7}', '\u{9d7}', '\u{9cc}');
}

fn without_joiner(c: char) -> Option<char> {
    (c != '\u{200c}' && c != '\u{200d}').then_some(c)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hindi() {
        check(
            hindi_minimal,
            &[("हिन्दी", "हिंदि"), ("हिंदी", "हिंदि"), ("क़लम", "कलम"), ("चाँद", "चांद")],
        );
        check(
            hindi_light,
            &[
                ("लड़कियों", "लडक"),
                ("लड़की", "लडक"),
                ("किताबें", "किताब"),
                ("किताब", "किताब"),
                ("हिन्दी", "हिंद"),
                ("हिंदी", "हिंद"),
            ],
        );
    }

    #[test]
    fn bengali() {
        check(
            bengali_light,
            &[("বইগুলো", "বই"), ("ছেলেদের", "ছেল"), ("করিয়াছিলাম", "কর"), ("করিতেছিলেন", "কর")],
        );
    }

    #[test]
    fn endings_stand_longest_first() {
        for endings in [HINDI, BENGALI] {
            assert!(endings.is_sorted_by_key(|ending| std::cmp::Reverse(ending.chars().count())));
        }
    }
}
