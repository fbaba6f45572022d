//! One document that a search found, as a Python object that costs little to make.

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// Where a document stands among those that match, and what was read of it since. A class in Python
/// has its methods.
#[pyclass(frozen, subclass, module = "searchlib._native")]
pub struct Found {
    #[pyo3(get, name = "_searched")]
    searched: Py<PyAny>,
    #[pyo3(get, name = "_doc")]
    doc: Py<PyAny>,
    #[pyo3(get)]
    score: Py<PyAny>,
    #[pyo3(get)]
    key: Py<PyAny>,
    seen: PyOnceLock<Py<PyDict>>,
    document: PyOnceLock<Py<PyAny>>,
}

#[pymethods]
impl Found {
    #[new]
    fn new(searched: Py<PyAny>, doc: Py<PyAny>, score: Py<PyAny>, key: Py<PyAny>) -> Self {
        let (seen, document) = (PyOnceLock::new(), PyOnceLock::new());
        Found { searched, doc, score, key, seen, document }
    }

    /// A ranking function is among what was searched, and may hold the hits in turn. What was read
    /// holds nothing but values.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.searched)
    }

    /// The values of fields that were looked at
    #[getter]
    fn _seen(&self, py: Python<'_>) -> &Py<PyDict> {
        self.seen.get_or_init(py, || PyDict::new(py).unbind())
    }

    /// The whole document, once it was read
    #[getter]
    fn _document(&self, py: Python<'_>) -> Option<&Py<PyAny>> {
        self.document.get(py)
    }

    /// Keeps the whole document; the first one, if two threads read it at once
    fn _keep(&self, py: Python<'_>, document: Py<PyAny>) {
        let _ = self.document.set(py, document);
    }
}
