//! Documents of Python as rows, a batch at a time: values that stay as they are never meet an interpreted
//! line.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyIterator, PyList, PySet, PyString, PyTuple,
    PyType,
};
use searchlib_core::segment::FieldKind;

use crate::texts::{is_ascii, is_whole};

/// A key of so many characters is short enough, whatever they are.
const SHORT_KEY_CHARS: usize = 1024;

/// (name, kind, whether it is the key, what makes a value fit) of a field.
type Given<'py> = (Bound<'py, PyString>, u8, bool, Bound<'py, PyAny>);

struct Column<'py> {
    name: Bound<'py, PyString>,
    kind: FieldKind,
    is_key: bool,
    convert: Bound<'py, PyAny>,
    /// What became of dates: a day has many documents.
    dates: Bound<'py, PyDict>,
    date: Bound<'py, PyType>,
}

/// The rows of documents, as `Schema.row` makes them. `None` where one is to be looked at alone: it is
/// no dict, or has no key or a field of no column. What does not fit, `convert` raises.
#[pyfunction]
pub fn plain_rows<'py>(
    py: Python<'py>,
    documents: &Bound<'py, PyList>,
    columns: Vec<Given<'py>>,
) -> PyResult<Option<Vec<Bound<'py, PyTuple>>>> {
    let date = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "date"))?;
    let date = date.cast_into::<PyType>()?;
    let column = |(name, kind, is_key, convert)| {
        let kind = FieldKind::from_number(kind)
            .ok_or_else(|| PyValueError::new_err(format!("{name} has an unknown kind {kind}")))?;
        Ok(Column { name, kind, is_key, convert, dates: PyDict::new(py), date: date.clone() })
    };
    let columns = columns.into_iter().map(column).collect::<PyResult<Vec<_>>>()?;
    let mut rows = Vec::with_capacity(documents.len());
    for document in documents {
        let Ok(document) = document.cast_exact::<PyDict>() else { return Ok(None) };
        let mut values = Vec::with_capacity(columns.len());
        let mut given = 0;
        for column in &columns {
            let value = document.get_item(&column.name)?;
            given += usize::from(value.is_some());
            match value.filter(|value| !value.is_none()) {
                Some(value) => values.push(column.converted(value)?),
                None if column.is_key => return Ok(None),
                None => values.push(py.None().into_bound(py)),
            }
        }
        if given != document.len() {
            return Ok(None);
        }
        rows.push(PyTuple::new(py, values)?);
    }
    Ok(Some(rows))
}

impl<'py> Column<'py> {
    fn converted(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if self.kind == FieldKind::Date {
            return self.converted_date(value);
        }
        if self.stays(&value)? { Ok(value) } else { self.convert.call1((value,)) }
    }

    /// Whether `convert` would return the value itself.
    fn stays(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(match self.kind {
            FieldKind::Text | FieldKind::Keyword => match value.cast_exact::<PyString>() {
                Ok(text) => {
                    (!self.is_key || (1..=SHORT_KEY_CHARS).contains(&text.len()?))
                        && (is_ascii(text)? || is_whole(text)?)
                }
                Err(_) => false,
            },
            FieldKind::Number => match value.cast_exact::<PyFloat>() {
                Ok(number) => number.value().is_finite(),
                Err(_) => value.is_exact_instance_of::<PyInt>() && value.extract::<i64>().is_ok(),
            },
            FieldKind::Boolean => value.is_exact_instance_of::<PyBool>(),
            FieldKind::Date => false,
        })
    }

    /// Equal texts give the same, and so do equal dates, unlike two datetimes of different zones.
    fn converted_date(&self, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if !value.is_exact_instance_of::<PyString>() && !value.get_type().is(&self.date) {
            return self.convert.call1((value,));
        }
        if let Some(known) = self.dates.get_item(&value)? {
            return Ok(known);
        }
        let converted = self.convert.call1((&value,))?;
        self.dates.set_item(value, &converted)?;
        Ok(converted)
    }
}

/// The next documents, and how much text the dicts among them have: as many as there are, up to `rows`
/// or so many `chars`. What is no dict ends them.
#[pyfunction]
pub fn next_batch<'py>(
    documents: &Bound<'py, PyIterator>,
    rows: usize,
    chars: usize,
) -> PyResult<(Bound<'py, PyList>, usize)> {
    let batch = PyList::empty(documents.py());
    let mut found = 0;
    for document in documents {
        let document = document?;
        let is_dict = document.is_instance_of::<PyDict>();
        if is_dict {
            found += chars_of(&document)?;
        }
        batch.append(document)?;
        if batch.len() >= rows || found >= chars || !is_dict {
            break;
        }
    }
    Ok((batch, found))
}

/// How much text there is in the values of a document, a dict or a row, in characters.
#[pyfunction]
pub fn chars_of(document: &Bound<'_, PyAny>) -> PyResult<usize> {
    if let Ok(document) = document.cast::<PyDict>() {
        return document.iter().map(|(_, value)| chars_of_value(&value)).sum();
    }
    document.cast::<PyTuple>()?.iter().map(|value| chars_of_value(&value)).sum()
}

fn chars_of_value(value: &Bound<'_, PyAny>) -> PyResult<usize> {
    if let Ok(text) = value.cast::<PyString>() {
        return text.len();
    }
    let is_many = value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>()
        || value.is_instance_of::<PySet>()
        || value.is_instance_of::<PyFrozenSet>();
    if !is_many {
        return Ok(0);
    }
    let mut chars = 0;
    for item in value.try_iter()? {
        chars += item?.cast::<PyString>().map_or(Ok(0), |text| text.len())?;
    }
    Ok(chars)
}
