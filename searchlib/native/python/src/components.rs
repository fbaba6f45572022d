//! Tokenizers and filters written in Python, as the engine calls them.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use searchlib_core::analysis::{Components, ForeignFilter, ForeignTerms, ForeignTokenizer};
use searchlib_core::{Error, Result};

/// Callables by the names that analyzers give them.
pub type Callables = HashMap<String, Py<PyAny>>;

pub fn components(tokenizers: Callables, filters: Callables) -> Components {
    let tokenizer = |(name, call)| (name, Arc::new(Tokenizer(call)) as Arc<dyn ForeignTokenizer>);
    let filter = |(name, call)| (name, Arc::new(Filter(call)) as Arc<dyn ForeignFilter>);
    Components {
        tokenizers: tokenizers.into_iter().map(tokenizer).collect(),
        filters: filters.into_iter().map(filter).collect(),
    }
}

/// Calls `list[str] -> iterable of str | None | list[str]`: an answer for each form.
struct Filter(Py<PyAny>);

impl ForeignFilter for Filter {
    fn filter(&self, forms: &[&str]) -> Result<Vec<ForeignTerms>> {
        Python::attach(|py| {
            let forms = PyList::new(py, forms)?;
            let answers = self.0.bind(py).call1((forms,))?;
            answers.try_iter()?.map(|value| answer(&value?)).collect::<PyResult<Vec<_>>>()
        })
        .map_err(foreign)
    }
}

fn answer(value: &Bound<'_, PyAny>) -> PyResult<ForeignTerms> {
    if let Ok(text) = value.cast::<PyString>() {
        return text.extract().map(ForeignTerms::One);
    }
    if value.is_none() {
        return Ok(ForeignTerms::Several(Vec::new()));
    }
    if let Ok(texts) = value.cast::<PyList>() {
        return texts.extract().map(ForeignTerms::Several);
    }
    Err(PyTypeError::new_err(format!(
        "a filter answers a str, None or a list of str, got {}",
        value.get_type().name()?
    )))
}

/// Calls `list[str] -> iterable of lists of (start, end)` in characters, with one text.
struct Tokenizer(Py<PyAny>);

impl ForeignTokenizer for Tokenizer {
    fn tokenize(&self, text: &str) -> Result<Vec<(usize, usize)>> {
        let call = |py: Python<'_>| -> PyResult<Vec<(usize, usize)>> {
            let mut answers = self.0.bind(py).call1(([text],))?.try_iter()?;
            let answer = answers.next().ok_or_else(|| PyTypeError::new_err("no answer"))?;
            answer?.extract()
        };
        let spans = Python::attach(call).map_err(foreign)?;
        if text.is_ascii() {
            return Ok(spans);
        }
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let places: Vec<usize> = ends.collect();
        // A place past the end stays past the end, for the engine to refuse.
        let byte = |place: usize| places.get(place).copied().unwrap_or(usize::MAX);
        Ok(spans.into_iter().map(|(start, end)| (byte(start), byte(end))).collect())
    }
}

fn foreign(error: PyErr) -> Error {
    Error::Foreign(Box::new(error))
}
