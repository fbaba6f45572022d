//! What the engine answers, as Python objects and buffers.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use searchlib_core::search::Explanation;
use searchlib_core::search::batch::Batch;
use searchlib_core::segment::values::Value;

/// (hits before each plan, documents, scores, bytes before each key, keys): 64-bit starts, 32-bit
/// documents and doubles as this machine has them.
pub type BatchTuple<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

/// Where each of some pieces starts, and the last one ends.
fn starts(ends: &[usize]) -> impl ExactSizeIterator<Item = [u8; 8]> {
    (0..ends.len() + 1)
        .map(|i| i.checked_sub(1).map_or(0, |before| ends[before] as i64).to_ne_bytes())
}

fn buffer<const N: usize>(
    py: Python<'_>,
    items: impl ExactSizeIterator<Item = [u8; N]>,
) -> PyResult<Bound<'_, PyBytes>> {
    PyBytes::new_with(py, items.len() * N, |bytes| {
        let places = bytes.as_chunks_mut::<N>().0;
        places.iter_mut().zip(items).for_each(|(place, item)| *place = item);
        Ok(())
    })
}

pub fn stored(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Text(text) => text.into_pyobject(py)?.into_any(),
        Value::Texts(texts) => texts.into_pyobject(py)?.into_any(),
        Value::Int(int) => int.into_pyobject(py)?.into_any(),
        Value::Float(float) => float.into_pyobject(py)?.into_any(),
        Value::Bool(bool) => bool.into_pyobject(py)?.to_owned().into_any(),
    })
}

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
/// The hits of many plans as buffers.
pub fn batch_tuple<'py>(py: Python<'py>, batch: &Batch) -> PyResult<BatchTuple<'py>> {
    Ok((
        buffer(py, starts(&batch.ends))?,
        buffer(py, batch.docs.iter().map(|doc| doc.to_ne_bytes()))?,
        buffer(py, batch.scores.iter().map(|score| score.to_ne_bytes()))?,
        buffer(py, starts(batch.keys.ends()))?,
        PyBytes::new(py, batch.keys.bytes()),
    ))
}
