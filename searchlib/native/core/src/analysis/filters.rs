//! What is done to one token, whatever stands beside it?

use std::borrow::Cow;
use std::collections::HashSet;

use frostem::{Algorithm, Stemmer};
use serde_json::Value as Json;

use crate::error::{Error, Result};

pub enum Filter {
    Lowercase,
    /// Drops `'s` and `’s` at the end of a word.
    Possessive,
    /// Removes the words of a list.
    Stop(HashSet<String>),
    /// A Snowball stemmer.
    Stem(Box<Stemmer>),
}

impl Filter {
    pub fn from_json(json: &Json) -> Result<Self> {
        match json["name"].as_str() {
            Some("lowercase") => Ok(Filter::Lowercase),
            Some("possessive") => Ok(Filter::Possessive),
            Some("stop") => {
                let words = json["words"].as_array().ok_or_else(|| {
                    Error::Input("the filter \"stop\" needs \"words\": a list of texts".into())
                })?;
                let words = words.iter().filter_map(Json::as_str);
                Ok(Filter::Stop(words.map(str::to_string).collect()))
            }
            Some("stem") => {
                let language = json["language"].as_str().unwrap_or_default();
                let algorithm = Algorithm::all().iter().find(|a| a.name() == language);
                let algorithm = algorithm.ok_or_else(|| {
                    let known = stem_languages().join(", ");
                    Error::Input(format!("no stemmer for {language:?}; known: {known}"))
                })?;
                Ok(Filter::Stem(Box::new(Stemmer::new(*algorithm))))
            }
            other => Err(Error::Input(format!(
                "unknown filter {other:?}; known: \"lowercase\", \"possessive\", \"stem\", \"stop\""
            ))),
        }
    }

    /// What becomes of the token; `None` when it is removed.
    pub fn apply<'a>(&self, token: Cow<'a, str>) -> Option<Cow<'a, str>> {
        match self {
            Filter::Lowercase => Some(lowercase(token)),
            Filter::Possessive => Some(without_possessive(token)),
            Filter::Stop(words) => (!words.contains(token.as_ref())).then_some(token),
            Filter::Stem(stemmer) => Some(match stemmer.stem(&token) {
                Cow::Borrowed(stem) if stem.len() == token.len() => token,
                stem => Cow::Owned(stem.into_owned()),
            }),
        }
    }
}

/// The languages that the filter `stem` knows, sorted.
pub fn stem_languages() -> Vec<&'static str> {
    let mut names: Vec<_> = Algorithm::all().iter().map(|a| a.name()).collect();
    names.sort_unstable();
    names
}

fn lowercase(token: Cow<'_, str>) -> Cow<'_, str> {
    if token.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return token;
    }
    let lower = token.to_lowercase();
    if lower == token { token } else { Cow::Owned(lower) }
}

/// ASCII, curly and full-width apostrophes before a final s.
fn without_possessive(token: Cow<'_, str>) -> Cow<'_, str> {
    let stem_len = token
        .strip_suffix(['s', 'S'])
        .and_then(|rest| rest.strip_suffix(['\'', '\u{2019}', '\u{ff07}']))
        .map(str::len);
    match (stem_len, token) {
        (None | Some(0), token) => token,
        (Some(len), Cow::Borrowed(token)) => Cow::Borrowed(&token[..len]),
        (Some(len), Cow::Owned(mut token)) => {
            token.truncate(len);
            Cow::Owned(token)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possessives() {
        fn check(token: &str, expected: &str) {
            assert_eq!(without_possessive(Cow::Borrowed(token)), expected);
        }
        check("syria's", "syria");
        check("syria’s", "syria");
        check("SYRIA'S", "SYRIA");
        check("'s", "'s");
        check("dogs", "dogs");
        check("’s’s", "’s");
    }

    #[test]
    fn an_unknown_language_names_the_known_ones() {
        let json = serde_json::json!({"name": "stem", "language": "klingon"});
        let message = Filter::from_json(&json).err().unwrap().to_string();
        assert!(message.contains("english, "), "{message}");
    }
}
