//! Texts of Python that are not ASCII, as UTF-8, and whether they can be.
//!
//! Python's own encoders look at each character alone; here a run of ASCII between curly quotes goes
//! many at a time.

use std::cell::RefCell;

use pyo3::exceptions::{PyRuntimeError, PyUnicodeEncodeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;

/// Longer texts are left to Python: what is taken out here takes four bytes a character.
const MAX_CHARS: usize = 1 << 16;
/// Characters looked at together.
const RUN: usize = 32;

pub fn is_ascii(text: &Bound<'_, PyString>) -> PyResult<bool> {
    text.call_method0(intern!(text.py(), "isascii"))?.is_truthy()
}

/// The text as UTF-8.
///
/// # Errors
/// Python's UnicodeEncodeError where half of a character stands alone.
pub fn encoded(text: &Bound<'_, PyString>) -> PyResult<String> {
    if let Some(Some(encoded)) = with_characters(text, of_characters)? {
        return Ok(encoded);
    }
    let bytes = text.encode_utf8()?;
    String::from_utf8(bytes.as_bytes().to_vec())
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// Keys to look for. One with half of a character is no document's, and neither is the empty text.
pub fn keys(given: Vec<Bound<'_, PyString>>) -> PyResult<Vec<PyBackedStr>> {
    let key = |given: Bound<'_, PyString>| {
        let py = given.py();
        PyBackedStr::try_from(given).or_else(|error| {
            let is_half = error.is_instance_of::<PyUnicodeEncodeError>(py);
            if is_half { PyString::new(py, "").try_into() } else { Err(error) }
        })
    };
    given.into_iter().map(key).collect()
}

/// Whether each character is whole, so that the text can be written as UTF-8.
#[pyfunction]
pub fn is_whole(text: &Bound<'_, PyString>) -> PyResult<bool> {
    let is_half = |&c: &u32| c & 0xffff_f800 == 0xd800;
    let all = |chars: &[u32]| {
        !chars.chunks(RUN).any(|run| run.iter().fold(false, |any, c| any | is_half(c)))
    };
    Ok(match with_characters(text, all)? {
        Some(all) => all,
        None => text.encode_utf8().is_ok(),
    })
}

/// What `look` says of the text's characters; `None` where they are too many.
fn with_characters<T>(
    text: &Bound<'_, PyString>,
    look: impl FnOnce(&[u32]) -> T,
) -> PyResult<Option<T>> {
    thread_local! {
        static ROOM: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    }
    let len = text.len()?;
    if len > MAX_CHARS {
        return Ok(None);
    }
    ROOM.with_borrow_mut(|room| {
        if room.len() < len {
            room.resize(len, 0);
        }
        let to = room.as_mut_ptr();
        // SAFETY: the text is a str of `len` characters, and there is room for as many.
        if unsafe { ffi::PyUnicode_AsUCS4(text.as_ptr(), to, len as ffi::Py_ssize_t, 0) }.is_null()
        {
            return Err(PyErr::fetch(text.py()));
        }
        Ok(Some(look(&room[..len])))
    })
}

/// `None` where one is half of a character.
fn of_characters(chars: &[u32]) -> Option<String> {
    let mut bytes = Vec::with_capacity(chars.len() + chars.len() / 8);
    for run in chars.chunks(RUN) {
        if run.iter().fold(0, |all, &c| all | c) < 0x80 {
            bytes.extend(run.iter().map(|&c| c as u8));
            continue;
        }
        for &c in run {
            if c < 0x80 {
                bytes.push(c as u8);
            } else {
                let mut buffer = [0; 4];
                bytes.extend_from_slice(char::from_u32(c)?.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    // SAFETY: whole characters as UTF-8, one after another.
    Some(unsafe { String::from_utf8_unchecked(bytes) })
}
