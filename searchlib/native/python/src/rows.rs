//! Rows of Python values as cells of the engine, texts of ASCII borrowed and not copied.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};
use searchlib_core::builder::Cell;

use crate::texts::{self, is_ascii};

/// A value that keeps its Python text alive while the engine reads it.
pub enum HeldCell {
    Empty,
    Text(HeldText),
    Texts(Vec<HeldText>),
    Int(i64),
    Float(f64),
    Date(i64, PyBackedStr),
    Bool(bool),
    Chosen(Box<HeldCell>, usize),
}

/// A text as UTF-8. Python keeps its texts in other forms, unless they are ASCII; asked for a text as
/// UTF-8, it would keep that too, for as long as the caller keeps the document.
pub enum HeldText {
    Own(PyBackedStr),
    Encoded(String),
}

impl HeldText {
    fn new(text: &Bound<'_, PyString>) -> PyResult<Self> {
        if is_ascii(text)? {
            return Ok(HeldText::Own(text.clone().try_into()?));
        }
        texts::encoded(text).map(HeldText::Encoded)
    }

    fn as_str(&self) -> &str {
        match self {
            HeldText::Own(text) => text,
            HeldText::Encoded(text) => text,
        }
    }
}

impl HeldCell {
    pub fn cell(&self) -> Cell<'_> {
        match self {
            HeldCell::Empty => Cell::Empty,
            HeldCell::Text(text) => Cell::Text(text.as_str()),
            HeldCell::Texts(texts) => Cell::Texts(texts.iter().map(HeldText::as_str).collect()),
            HeldCell::Int(value) => Cell::Int(*value),
            HeldCell::Float(value) => Cell::Float(*value),
            HeldCell::Date(micros, stored) => Cell::Date(*micros, stored),
            HeldCell::Bool(value) => Cell::Bool(*value),
            HeldCell::Chosen(cell, choice) => Cell::Chosen(Box::new(cell.cell()), *choice),
        }
    }
}

pub fn held_rows(rows: &Bound<'_, PyList>) -> PyResult<Vec<Vec<HeldCell>>> {
    let row = |(place, row): (usize, Bound<'_, PyAny>)| {
        let cells = row.cast::<PyTuple>()?;
        let cell = |(field, value): (usize, Bound<'_, PyAny>)| {
            held(&value).map_err(|error| {
                let text = error.value(value.py()).to_string();
                PyValueError::new_err(format!("row {place}, field number {field}: {text}"))
            })
        };
        cells.iter().enumerate().map(cell).collect()
    };
    rows.iter().enumerate().map(row).collect()
}

fn held(value: &Bound<'_, PyAny>) -> PyResult<HeldCell> {
    if value.is_none() {
        return Ok(HeldCell::Empty);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(HeldCell::Text(HeldText::new(text)?));
    }
    // A bool is an int to Python: it is asked for first.
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(HeldCell::Bool(value.is_true()));
    }
    if let Ok(value) = value.cast::<PyInt>() {
        return Ok(HeldCell::Int(value.extract()?));
    }
    if let Ok(value) = value.cast::<PyFloat>() {
        return Ok(HeldCell::Float(value.value()));
    }
    if let Ok(texts) = value.cast::<PyList>() {
        let texts = texts.iter().map(|text| HeldText::new(text.cast::<PyString>()?));
        return Ok(HeldCell::Texts(texts.collect::<PyResult<_>>()?));
    }
    if let Ok((micros, stored)) = value.extract::<(i64, PyBackedStr)>() {
        return Ok(HeldCell::Date(micros, stored));
    }
    if let Ok((texts, choice)) = value.extract::<(Bound<'_, PyAny>, usize)>()
        && let texts @ (HeldCell::Text(_) | HeldCell::Texts(_)) = held(&texts)?
    {
        return Ok(HeldCell::Chosen(Box::new(texts), choice));
    }
    Err(PyTypeError::new_err(format!(
        "a value of type {} cannot be indexed",
        value.get_type().name()?
    )))
}
