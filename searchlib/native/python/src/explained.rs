//! Explanations: the engine's tree in, nested tuples out.

use pyo3::prelude::*;
use searchlib_core::search::Explanation;

/// (matched, score, kind, facts, children)
pub fn explained<'py>(py: Python<'py>, explanation: &Explanation) -> PyResult<Bound<'py, PyAny>> {
    let children = explanation.children.iter();
    let children: Vec<_> = children.map(|child| explained(py, child)).collect::<PyResult<_>>()?;
    let facts = json(py, &explanation.facts)?;
    let Explanation { matched, score, kind, .. } = explanation;
    Ok((*matched, *score, *kind, facts, children).into_pyobject(py)?.into_any())
}

fn json<'py>(py: Python<'py>, value: &serde_json::Value) -> PyResult<Bound<'py, PyAny>> {
    use serde_json::Value as Json;
    Ok(match value {
        Json::Null => py.None().into_bound(py),
        Json::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Json::Number(value) => match value.as_i64() {
            Some(int) => int.into_pyobject(py)?.into_any(),
            None => value.as_f64().into_pyobject(py)?,
        },
        Json::String(text) => text.into_pyobject(py)?.into_any(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| json(py, item)).collect::<PyResult<_>>()?;
            pyo3::types::PyTuple::new(py, items)?.into_any()
        }
        Json::Object(items) => {
            let facts = pyo3::types::PyDict::new(py);
            for (name, item) in items {
                facts.set_item(name, json(py, item)?)?;
            }
            facts.into_any()
        }
    })
}
