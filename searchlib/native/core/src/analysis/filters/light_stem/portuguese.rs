//! The endings of Portuguese nouns and adjectives.
//!
//! Source: Jacques Savoy, "Light stemming approaches for the French, Portuguese, German and
//! Hungarian languages", SAC 2006 (light); Viviane Orengo and Christian Huyck, "A stemming
//! algorithm for the Portuguese language", SPIRE 2001: its step for plurals, RSLP-S (minimal).

use super::word::Word;

/// Plural, feminine, the last vowel, then accents.
pub fn light(word: &mut Word) {
    if word.len() < 4 {
        return;
    }
    without_plural(word);
    if word.len() > 3 && word.ends("a") {
        to_masculine(word);
    }
    word.drop_first(&[(4, "e"), (4, "a"), (4, "o")]);
    word.fold(&["aàáâäã", "oòóôöõ", "eèéêë", "uùúûü", "iìíîï", "cç"]);
}

fn without_plural(word: &mut Word) {
    word.swap_first(&[
        (4, "res", "r"),
        (4, "ses", "s"),
        (4, "les", "l"),
        (4, "zes", "z"),
        (3, "ns", "m"),
        (4, "eis", "el"),
        (4, "éis", "el"),
        (4, "ais", "al"),
        (4, "óis", "ol"),
        (4, "is", "il"),
        (3, "ões", "ão"),
        (3, "ães", "ão"),
        (6, "mente", ""),
        (3, "s", ""),
    ]);
}

fn to_masculine(word: &mut Word) {
    let long = word.len() > 7 && word.ends_any(&["inha", "iaca", "eira"]);
    if word.len() <= 6 {
    } else if long || word.ends_any(&["osa", "ica", "ida", "ada", "iva", "ama"]) {
        word.swap(1, "o");
    } else if word.ends("ona") {
        word.swap(3, "ão");
    } else if word.ends("ora") {
        word.cut(1);
    } else if word.ends("esa") {
        word.swap(3, "ês");
    } else if word.ends("na") {
        word.swap(1, "o");
    }
}

/// Ending, letters that must stand before it, what takes its place, words it does not hold for.
type Plural = (&'static str, usize, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const PLURALS: &[Plural] = &[
    ("ns", 1, "m", &[]),
    ("ões", 3, "ão", &[]),
    ("ães", 1, "ão", &["mães"]),
    ("ais", 1, "al", &["cais", "mais"]),
    ("éis", 2, "el", &[]),
    ("eis", 2, "el", &[]),
    ("óis", 2, "ol", &[]),
    ("is", 2, "il", &["lápis", "cais", "mais", "crúcis", "biquínis", "pois", "depois", "dois", "leis"]),
    ("les", 3, "l", &[]),
    ("res", 3, "r", &["árvores"]),
    ("s", 2, "", &[
        "aliás", "pires", "lápis", "cais", "mais", "mas", "menos", "férias", "fezes", "pêsames",
        "crúcis", "gás", "atrás", "moisés", "através", "convés", "ês", "país", "após", "ambas",
        "ambos", "messias", "depois",
    ]),
];

/// The first plural ending that fits.
pub fn minimal(word: &mut Word) {
    let fits = |(ending, before, _, except): &&Plural| {
        ending.chars().count() + before <= word.len() && word.ends(ending) && !word.is_any(except)
    };
    if word.len() >= 3
        && let Some((ending, _, instead, _)) = PLURALS.iter().find(fits)
    {
        word.swap(ending.chars().count(), instead);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn nouns_and_adjectives() {
        check(
            light,
            &[
                ("doutores", "doutor"),
                ("doutora", "doutor"),
                ("homens", "homem"),
                ("papéis", "papel"),
                ("nacionais", "nacional"),
                ("lençóis", "lencol"),
                ("barris", "barril"),
                ("botões", "bota"),
                ("felizmente", "feliz"),
                ("famosas", "famos"),
                ("inglesa", "ingles"),
                ("brasileira", "brasileir"),
                ("casa", "casa"),
            ],
        );
    }

    #[test]
    fn plurals() {
        check(
            minimal,
            &[
                ("bons", "bom"),
                ("balões", "balão"),
                ("mães", "mãe"),
                ("normais", "normal"),
                ("papéis", "papel"),
                ("barris", "barril"),
                ("males", "male"),
                ("papeles", "papel"),
                ("flores", "flor"),
                ("árvores", "árvore"),
                ("casas", "casa"),
                ("mais", "mais"),
                ("país", "país"),
            ],
        );
    }
}
