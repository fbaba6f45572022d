//! What a search found, and Python objects for it that cost little to make.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyList, PyString, PyType};
use pyo3::{ffi, intern};
use searchlib_core::search::keys::Texts;
use searchlib_core::search::top::Scored;

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

    /// An object of a class for each document, made without a call of Python
    fn hits<'py>(
        &self,
        kind: &Bound<'py, PyType>,
        searched: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = kind.py();
        check_plain(kind)?;
        let [of, number] = [intern!(py, "_searched"), intern!(py, "_doc")];
        let [worth, name] = [intern!(py, "score"), intern!(py, "key")];
        let hits = PyList::empty(py);
        for (i, Scored { doc, score }) in self.best.iter().enumerate() {
            // SAFETY: objects of this class are what its allocator gives, all of their slots empty.
            let hit = unsafe {
                let hit = ffi::PyType_GenericAlloc(kind.as_type_ptr(), 0);
                Bound::from_owned_ptr_or_err(py, hit)?
            };
            hit.setattr(of, searched)?;
            hit.setattr(number, doc)?;
            hit.setattr(worth, score)?;
            // No key is empty.
            let key = self.keys.get(i).filter(|key| !key.is_empty());
            hit.setattr(name, key.map(|key| PyString::new(py, key)))?;
            hits.append(hit)?;
        }
        Ok(hits)
    }
}

/// Whether `object.__new__` makes the objects of a class.
fn check_plain(class: &Bound<'_, PyType>) -> PyResult<()> {
    let object = class.py().get_type::<PyAny>();
    // SAFETY: both are types.
    let new =
        |of: &Bound<'_, PyType>| unsafe { ffi::PyType_GetSlot(of.as_type_ptr(), ffi::Py_tp_new) };
    if new(class) == new(&object) {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("{class} is not made by object.__new__")))
}
