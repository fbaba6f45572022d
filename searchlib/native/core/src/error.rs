//! What can go wrong in the engine, as a closed list.
//!
//! The binding turns each variant into one exception; nothing here knows how.

use std::fmt;
use std::io;

/// The result of anything that may fail on input or on a file.
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub enum Error {
    /// The operating system refused; `name` is the file.
    Io { name: String, source: io::Error },
    /// A file's bytes are not what was written; `offset` is where, counted from the file's start.
    Corrupt { name: String, offset: u64, detail: String },
    /// Written by a newer searchlib.
    Version { name: String, found: u32, newest: u32 },
    /// The caller's value cannot be used.
    Input(String),
    /// A named limit was passed.
    Limit(String),
    /// A component from outside the core failed; the error is its own.
    Foreign(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn io(name: &str, source: io::Error) -> Self {
        Error::Io { name: name.to_string(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { name, source } => write!(f, "{name}: {source}"),
            Error::Corrupt { name, offset, detail } => write!(f, "{name}: byte {offset}: {detail}"),
            Error::Version { name, found, newest } => write!(
                f,
                "{name}: format {found}, this library reads up to {newest}; upgrade searchlib"
            ),
            Error::Input(message) | Error::Limit(message) => f.write_str(message),
            Error::Foreign(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Foreign(error) => Some(&**error),
            _ => None,
        }
    }
}
