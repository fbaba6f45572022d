//! The endings of German nouns and adjectives.
//!
//! Source: Jacques Savoy, "Light stemming approaches for the French, Portuguese, German and
//! Hungarian languages", SAC 2006 (light); "Morphologie et recherche d'information" (minimal).

use super::word::Word;

/// Case and plural first, then comparison; umlauts and accents are taken off before.
pub fn light(word: &mut Word) {
    word.fold(&["aäàáâ", "oöòóô", "iïìíî", "uüùúû"]);
    let inflected = [(5, "ern"), (4, "em"), (4, "en"), (4, "er"), (4, "es"), (3, "e")];
    if !word.drop_first(&inflected) && word.len() > 3 && word.ends("s") && may_take_s(word, 1) {
        word.cut(1);
    }
    if !word.drop_first(&[(5, "est"), (4, "er"), (4, "en")])
        && word.len() > 4
        && word.ends("st")
        && may_take_s(word, 2)
    {
        word.cut(2);
    }
}

/// Plurals of words of at least five letters.
pub fn minimal(word: &mut Word) {
    if word.len() < 5 {
        return;
    }
    word.fold(&["aä", "oö", "uü"]);
    let endings = [(6, "nen"), (5, "en"), (5, "se"), (5, "es"), (5, "er")];
    if !word.drop_first(&endings) {
        word.drop_first(&[(4, "n"), (4, "e"), (4, "s"), (4, "r")]);
    }
}

/// Whether the letter `back` places before the last one may stand before an inflected s.
fn may_take_s(word: &Word, back: usize) -> bool {
    word.end_is(back, "bdfghklmnt")
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn inflection_and_comparison() {
        check(
            light,
            &[
                ("häuser", "haus"),
                ("hauses", "haus"),
                ("kindern", "kind"),
                ("schönsten", "schon"),
                ("kleinerem", "klein"),
                ("tags", "tag"),
                ("bus", "bus"),
                ("über", "uber"),
            ],
        );
    }

    #[test]
    fn plurals() {
        check(
            minimal,
            &[
                ("lehrerinnen", "lehrerin"),
                ("häuser", "haus"),
                ("frauen", "frau"),
                ("bussen", "buss"),
                ("autos", "auto"),
                ("haus", "haus"),
            ],
        );
    }
}
