//! Analyzers as Python asks them: tokens, terms, readings.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use searchlib_core::analysis;

use crate::components::{Callables, components};
use crate::errors::exception;
use crate::handles::engine;

/// (form, term, position, start, end), the last two in characters.
type TokenTuple = (String, String, u32, usize, usize);
/// (term, position) of each token
type TermTuples = Vec<(String, u32)>;

fn term_tuples(tokens: Vec<analysis::Token>) -> TermTuples {
    tokens.into_iter().map(|token| (token.term, token.position)).collect()
}

#[pyclass(frozen, module = "searchlib._native")]
pub struct Analyzer(pub Arc<analysis::Analyzer>);

#[pymethods]
impl Analyzer {
    #[new]
    #[pyo3(signature = (spec_json, tokenizers = Callables::new(), filters = Callables::new()))]
    fn new(
        py: Python<'_>,
        spec_json: &str,
        tokenizers: Callables,
        filters: Callables,
    ) -> PyResult<Self> {
        let components = components(tokenizers, filters);
        let analyzer = engine(py, || analysis::Analyzer::from_json(spec_json, &components))?;
        Ok(Analyzer(Arc::new(analyzer)))
    }

    fn tokens(&self, py: Python<'_>, text: &str) -> PyResult<Vec<TokenTuple>> {
        engine(py, || Ok(token_tuples(text, self.0.tokens(text)?)))
    }

    fn terms(&self, py: Python<'_>, text: &str) -> PyResult<TermTuples> {
        let tokens = self.0.tokens(text).map_err(|error| exception(py, error))?;
        Ok(term_tuples(tokens))
    }

    fn readings(&self, py: Python<'_>, text: &str) -> PyResult<Vec<Vec<TokenTuple>>> {
        engine(py, || {
            let readings = self.0.readings(text)?.into_iter();
            Ok(readings.map(|tokens| token_tuples(text, tokens)).collect())
        })
    }

    /// (first word, end, readings)
    fn runs(
        &self,
        py: Python<'_>,
        words: Vec<PyBackedStr>,
    ) -> PyResult<Vec<(usize, usize, Vec<TermTuples>)>> {
        let words: Vec<&str> = words.iter().map(|word| &**word).collect();
        engine(py, || {
            let tuple = |run: analysis::readings::Run| {
                (run.first, run.end, run.readings.into_iter().map(term_tuples).collect())
            };
            Ok(self.0.runs(&words)?.into_iter().map(tuple).collect())
        })
    }

    /// The same, cut where a token follows another with nothing between, or overlaps it.
    fn words(&self, py: Python<'_>, text: &str) -> PyResult<Vec<TermTuples>> {
        let words = self.0.words(text).map_err(|error| exception(py, error))?;
        Ok(words.into_iter().map(term_tuples).collect())
    }
}

/// The tokens of a text, or of a reading of it.
fn token_tuples(text: &str, tokens: Vec<analysis::Token>) -> Vec<TokenTuple> {
    let mut characters = Characters::new(text);
    let token = |token: analysis::Token| {
        let form = text[token.start..token.end].to_string();
        let start = characters.before(token.start);
        let end = start + form.chars().count();
        (form, token.term, token.position, start, end)
    };
    tokens.into_iter().map(token).collect()
}

/// Counts characters before rising places of a text, each stretch once.
struct Characters<'a> {
    text: &'a str,
    at: usize,
    count: usize,
}

impl<'a> Characters<'a> {
    fn new(text: &'a str) -> Self {
        Characters { text, at: 0, count: 0 }
    }

    fn before(&mut self, place: usize) -> usize {
        self.count += self.text[self.at..place].chars().count();
        self.at = place;
        self.count
    }
}
