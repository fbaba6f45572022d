//! Rankings: tuples in, the engine's ranking out. The shapes stand in `_native.pyi`, "Ranking".

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyTuple;
use searchlib_core::search::bm25::Bm25;
use searchlib_core::search::ranking::{
    ByField, Ranking, RankingFunction, WordCounts, WordFunction,
};
use searchlib_core::{Error, Result};

pub fn ranking(node: &Bound<'_, PyAny>) -> PyResult<Ranking> {
    let node = node.cast::<PyTuple>()?;
    let kind: PyBackedStr = node.get_item(0)?.extract()?;
    let number = |place: usize| -> PyResult<f64> { node.get_item(place)?.extract() };
    let settings = || -> PyResult<ByField> {
        let own: Vec<(usize, f64, f64)> = node.get_item(3)?.extract()?;
        let fields = own.into_iter().map(|(field, k1, b)| (field, Bm25 { k1, b })).collect();
        Ok(ByField { all: Bm25 { k1: number(1)?, b: number(2)? }, fields })
    };
    Ok(match &*kind {
        "bm25" => Ranking::Bm25(settings()?),
        "bm25+" => Ranking::Bm25Plus(settings()?, number(4)?),
        "tf-idf" => Ranking::TfIdf,
        "dirichlet" => Ranking::Dirichlet(number(1)?),
        "function" => {
            let (function, counts) = (node.get_item(1)?.unbind(), node.get_item(2)?.unbind());
            Ranking::Foreign(Arc::new(Function { function, counts }))
        }
        other => return Err(PyValueError::new_err(format!("unknown ranking {other:?}"))),
    })
}

/// Calls `(tf, length, counts) -> float`.
struct Function {
    function: Py<PyAny>,
    /// Makes the counts of a word, from N, n, cf, T and the average length.
    counts: Py<PyAny>,
}

impl RankingFunction for Function {
    fn of_word(&self, word: &WordCounts) -> Result<Box<dyn WordFunction>> {
        let WordCounts { doc_count, doc_freq, collection_freq, token_count, average_length } = *word;
        let numbers = (doc_count, doc_freq, collection_freq, token_count, average_length);
        Python::attach(|py| {
            let counts = self.counts.call1(py, numbers)?;
            Ok(Box::new(Word { function: self.function.clone_ref(py), counts }) as Box<_>)
        })
        .map_err(foreign)
    }
}

struct Word {
    function: Py<PyAny>,
    counts: Py<PyAny>,
}

impl WordFunction for Word {
    fn scores(&self, points: &[(f64, f64)]) -> Result<Vec<f64>> {
        Python::attach(|py| {
            let (function, counts) = (self.function.bind(py), self.counts.bind(py));
            let score = |&(tf, length): &(f64, f64)| {
                function.call1((tf, length, counts))?.extract::<f64>()
            };
            points.iter().map(score).collect::<PyResult<_>>()
        })
        .map_err(foreign)
    }
}

fn foreign(error: PyErr) -> Error {
    Error::Foreign(Box::new(error))
}
