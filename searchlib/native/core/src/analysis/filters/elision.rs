//! Which article is glued to a word by an apostrophe? `l'avion` is about an `avion`.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// The articles, pronouns and prepositions that lose their vowel, by language. A list is named in
/// stored analyzers: it never changes.
pub const ARTICLES: &[(&str, &[&str])] = &[
    ("catalan", &["d", "l", "m", "n", "s", "t"]),
    (
        "french",
        &["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"],
    ),
    ("irish", &["d", "m", "b"]),
    (
        "italian",
        &[
            "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl",
            "degl", "negl", "sugl", "un", "m", "t", "s", "v", "d",
        ],
    ),
];

/// Straight, curly (both ways, as people type them), letter and full-width.
pub const APOSTROPHES: [char; 5] = ['\'', '\u{2019}', '\u{2018}', '\u{2bc}', '\u{ff07}'];

/// Drops an article of the list and its apostrophe, where something follows.
pub struct Elision {
    articles: HashSet<String>,
}

impl Elision {
    /// Reads `{"articles": ["l", "d", …]}`, or the name of a language in [`ARTICLES`].
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "elision", &["articles"])?;
        let articles = match parameters.get("articles").and_then(Json::as_str) {
            None => parameters.words("articles")?,
            Some(language) => {
                let listed = ARTICLES.iter().find(|(name, _)| *name == language);
                let known: Vec<_> = ARTICLES.iter().map(|(name, _)| *name).collect();
                let unknown = || {
                    let known = known.join(", ");
                    parameters.error(format!("has no articles for {language:?}; known: {known}"))
                };
                listed.ok_or_else(unknown)?.1.to_vec()
            }
        };
        let bare = |word: &str| word.trim_end_matches(APOSTROPHES).to_lowercase();
        Ok(Elision { articles: articles.into_iter().map(bare).collect() })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        for term in terms {
            let Some((article, rest)) = term.text.split_once(APOSTROPHES) else { continue };
            if !rest.is_empty() && self.articles.contains(&article.to_lowercase()) {
                term.cut(term.text.len() - rest.len()..term.text.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refused};

    #[test]
    fn articles_before_an_apostrophe_go() {
        let french = r#"{"name": "elision", "articles": "french"}"#;
        check(french, "l'avion", &["avion"]);
        check(french, "L’Avion", &["Avion"]);
        check(french, "qu'il", &["il"]);
        check(french, "aujourd'hui", &["aujourd'hui"]);
        check(french, "l'", &["l'"]);
        check(french, "avion", &["avion"]);
        let italian = r#"{"name": "elision", "articles": "italian"}"#;
        check(italian, "dell’arte", &["arte"]);
        check(r#"{"name": "elision", "articles": "irish"}"#, "m'athair", &["athair"]);
        check(r#"{"name": "elision", "articles": "catalan"}"#, "l'Institut", &["Institut"]);
        check(r#"{"name": "elision", "articles": ["d'"]}"#, "d'or", &["or"]);
    }

    #[test]
    fn an_unknown_list_names_the_known_ones() {
        refused(r#"{"name": "elision", "articles": "dutch"}"#, "catalan, french, irish, italian");
        refused(r#"{"name": "elision"}"#, "needs \"articles\": a list of texts, got nothing");
    }
}
