//! What a search found, before Python objects stand for any of it.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyList, PyString, PyType};
use searchlib_core::search::keys::Texts;
use searchlib_core::search::top::Scored;

use crate::found::Maker;

/// Documents that match, best first, with their scores and keys. No Python object stands for any of
/// them until hits are asked for.
#[pyclass(frozen, module = "searchlib._native")]
pub struct Page {
    pub best: Vec<Scored>,
    /// One a document, empty for none; or none at all.
    pub keys: Texts,
}

#[pymethods]
impl Page {
    #[new]
    fn new(docs: Vec<u32>, scores: Vec<f64>, keys: Vec<Option<PyBackedStr>>) -> Self {
        let best = docs.into_iter().zip(scores).map(|(doc, score)| Scored { doc, score }).collect();
        let keys = keys.iter().map(|key| key.as_deref().unwrap_or_default()).collect();
        Page { best, keys }
    }

    fn __len__(&self) -> usize {
        self.best.len()
    }

    /// An object of a class that derives from `Found` for each document
    fn hits<'py>(
        &self,
        kind: &Bound<'py, PyType>,
        searched: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let (py, maker) = (kind.py(), Maker::new(kind)?);
        let hits = PyList::empty(py);
        for (i, &scored) in self.best.iter().enumerate() {
            // No key is empty.
            let key = match self.keys.get(i) {
                Some(key) if !key.is_empty() => PyString::new(py, key).into_any(),
                _ => py.None().into_bound(py),
            };
            hits.append(maker.make(searched, scored, key)?)?;
        }
        Ok(hits)
    }
}
