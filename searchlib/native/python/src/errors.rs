//! The one place that knows both the engine's errors and Python's exceptions.

use pyo3::BoundObject;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use searchlib_core::Error;

/// The exception for an error of the engine: those of `searchlib.errors`, `OSError`, `ValueError`.
pub fn exception(py: Python<'_>, error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Io { name, source } => {
            // With errno as first argument Python picks FileNotFoundError and its kin.
            let code = source.raw_os_error().or(errno(source.kind()));
            PyOSError::new_err((code, system_text(py, code, &source), name))
        }
        Error::Corrupt { name, offset, .. } => {
            raise(py, "CorruptIndexError", (message, name, offset))
        }
        Error::Version { name, found, newest } => {
            raise(py, "IndexVersionError", (message, name, found, newest))
        }
        Error::Input(_) => PyValueError::new_err(message),
        Error::Limit(_) => raise(py, "LimitError", (message,)),
        Error::Foreign(error) => match error.downcast::<PyErr>() {
            Ok(error) => *error,
            Err(_) => PyValueError::new_err(message),
        },
    }
}

/// What Python itself says of an errno, without Rust's "(os error 2)" behind it.
fn system_text(py: Python<'_>, code: Option<i32>, source: &std::io::Error) -> String {
    let known = code.map(|code| {
        py.import("os").and_then(|os| os.call_method1("strerror", (code,))?.extract::<String>())
    });
    known.and_then(Result::ok).unwrap_or_else(|| source.to_string())
}

/// The errno of an error that the engine made itself.
fn errno(kind: std::io::ErrorKind) -> Option<i32> {
    match kind {
        std::io::ErrorKind::NotFound => Some(2),
        std::io::ErrorKind::AlreadyExists => Some(17),
        _ => None,
    }
}

fn raise<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl IntoPyObject<'py, Target = PyTuple>,
) -> PyErr {
    let arguments = arguments.into_pyobject(py).map_err(Into::into);
    let made = py
        .import("searchlib.errors")
        .and_then(|errors| errors.getattr(name))
        .and_then(|class| class.call1(arguments?.into_bound()));
    match made {
        Ok(value) => PyErr::from_value(value),
        Err(error) => error,
    }
}
