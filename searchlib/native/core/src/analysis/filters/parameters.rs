//! Which parameters was a filter given? Reads them from JSON, checked and named in errors.

use std::fmt::Display;

use serde_json::Value as Json;

use crate::error::{Error, Result};

/// The parameters of one filter.
pub struct Parameters<'j> {
    filter: &'static str,
    json: &'j Json,
}

impl<'j> Parameters<'j> {
    /// Takes a filter's JSON; refuses parameters that are not in `known`.
    pub fn read(json: &'j Json, filter: &'static str, known: &[&str]) -> Result<Self> {
        let given = json.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        for name in given.filter(|&name| name != "name") {
            if !known.contains(&name) {
                let known = if known.is_empty() { "none".to_string() } else { known.join(", ") };
                return Err(Error::Input(format!(
                    "the filter {filter:?} has no parameter {name:?}; known: {known}"
                )));
            }
        }
        Ok(Parameters { filter, json })
    }

    pub fn error(&self, message: impl Display) -> Error {
        Error::Input(format!("the filter {:?} {message}", self.filter))
    }

    /// The parameter as it was given; `None` when it is absent or null.
    pub fn get(&self, name: &str) -> Option<&'j Json> {
        self.json.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, expected: &str) -> Error {
        let found = self.get(name).map_or("nothing".to_string(), |value| {
            let mut found = value.to_string();
            if found.chars().count() > 80 {
                found = found.chars().take(79).chain(['…']).collect();
            }
            found
        });
        self.error(format!("needs {name:?}: {expected}, got {found}"))
    }

    /// A list of texts.
    pub fn words(&self, name: &str) -> Result<Vec<&'j str>> {
        let words = self.get(name).and_then(Json::as_array);
        words
            .and_then(|words| words.iter().map(Json::as_str).collect())
            .ok_or_else(|| self.wrong(name, "a list of texts"))
    }

    pub fn text(&self, name: &str) -> Result<&'j str> {
        self.get(name).and_then(Json::as_str).ok_or_else(|| self.wrong(name, "a text"))
    }

    /// False when it is absent.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| self.wrong(name, "true or false")),
        }
    }

    /// A whole number of at least `least`, or `default` when it is absent and there is one.
    pub fn number(&self, name: &str, least: usize, default: Option<usize>) -> Result<usize> {
        match (self.get(name), default) {
            (None, Some(default)) => Ok(default),
            (value, _) => value
                .and_then(Json::as_u64)
                .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
                .filter(|&number| number >= least)
                .ok_or_else(|| self.wrong(name, &format!("a whole number from {least}"))),
        }
    }

    /// `min` and `max`, both at least 1 and at most `limit`, in order.
    pub fn bounds(&self, limit: usize) -> Result<(usize, usize)> {
        let (min, max) = (self.number("min", 1, None)?, self.number("max", 1, None)?);
        if max < min {
            return Err(self.error(format!("needs \"min\" <= \"max\", got {min} and {max}")));
        }
        if max > limit {
            return Err(self.error(format!("takes a \"max\" up to {limit}, got {max}")));
        }
        Ok((min, max))
    }
}
