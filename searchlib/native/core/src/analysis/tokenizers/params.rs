//! What was a tokenizer told? Its parameters, read from JSON and checked one by one.

use serde_json::Value as Json;

use crate::error::{Error, Result};

/// The parameters of one named tokenizer; those that are null count as absent.
pub struct Params<'a> {
    name: &'a str,
    json: &'a Json,
}

impl<'a> Params<'a> {
    /// # Errors
    /// [`Error::Input`] where `json` holds a parameter that is not among `known`.
    pub fn new(name: &'a str, json: &'a Json, known: &[&str]) -> Result<Self> {
        let params = Params { name, json };
        for param in json.as_object().into_iter().flatten().map(|(param, _)| param.as_str()) {
            if param != "name" && !known.contains(&param) {
                let known = match known {
                    [] => "it has none".to_string(),
                    known => format!("known: {}", known.join(", ")),
                };
                return Err(Error::Input(format!(
                    "the tokenizer {name:?} has no parameter {param:?}; {known}"
                )));
            }
        }
        Ok(params)
    }

    pub fn text(&self, param: &str) -> Result<Option<&'a str>> {
        self.read(param, "a text", Json::as_str)
    }

    pub fn truth(&self, param: &str) -> Result<Option<bool>> {
        self.read(param, "true or false", Json::as_bool)
    }

    pub fn number(&self, param: &str) -> Result<Option<u64>> {
        self.read(param, "a whole number from 0", Json::as_u64)
    }

    pub fn texts(&self, param: &str) -> Result<Option<Vec<&'a str>>> {
        self.read(param, "a list of texts", |value| {
            value.as_array()?.iter().map(Json::as_str).collect()
        })
    }

    /// The error that says what `param` must be and what it is.
    pub fn wrong(&self, param: &str, expected: &str) -> Error {
        let name = self.name;
        Error::Input(match self.json.get(param) {
            None | Some(Json::Null) => {
                format!("the tokenizer {name:?} needs {param:?}: {expected}")
            }
            Some(found) => {
                format!("{param:?} of the tokenizer {name:?} must be {expected}, got {found}")
            }
        })
    }

    fn read<T>(
        &self,
        param: &str,
        expected: &str,
        as_type: impl Fn(&'a Json) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.json.get(param) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => as_type(value).map(Some).ok_or_else(|| self.wrong(param, expected)),
        }
    }
}
