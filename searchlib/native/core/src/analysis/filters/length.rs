//! Is a word too short or too long to be kept?

use serde_json::Value as Json;

use super::Term;
use super::parameters::Parameters;
use crate::error::Result;

/// Keeps words of `min` to `max` characters (code points, as Python counts them).
pub struct Length {
    min: usize,
    max: usize,
}

impl Length {
    /// Reads `{"min": n, "max": n}`; either may be absent.
    pub fn from_json(json: &Json) -> Result<Self> {
        let parameters = Parameters::read(json, "length", &["min", "max"])?;
        let min = parameters.number("min", 0, Some(0))?;
        let max = parameters.number("max", 0, Some(usize::MAX))?;
        if max < min {
            return Err(parameters.error(format!("needs \"min\" <= \"max\", got {min} and {max}")));
        }
        Ok(Length { min, max })
    }

    pub fn apply(&self, terms: &mut Vec<Term<'_>>) {
        terms.retain(|term| (self.min..=self.max).contains(&term.text.chars().count()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refused};

    #[test]
    fn lengths_are_in_characters() {
        let json = r#"{"name": "length", "min": 2, "max": 4}"#;
        check(json, "é", &[]);
        check(json, "éé", &["éé"]);
        check(json, "wind", &["wind"]);
        check(json, "solar", &[]);
        check(r#"{"name": "length", "max": 4}"#, "a", &["a"]);
    }

    #[test]
    fn bounds_in_the_wrong_order_are_refused() {
        refused(r#"{"name": "length", "min": 3, "max": 2}"#, "got 3 and 2");
        refused(r#"{"name": "length", "min": -1}"#, "a whole number from 0, got -1");
    }
}
