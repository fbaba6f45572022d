//! The engine of searchlib: text in, ranked documents out. It knows no Python.
//!
//! Read from the bottom up: [`bytes`] and [`storage`] carry everything, [`segment`] is the file,
//! [`analysis`] makes tokens, [`automata`] say which words match a pattern, [`builder`] and [`merge`] write segments, [`search`] answers plans,
//! [`passages`] finds what to show.

// The packed blocks of postings are written as the machine's own words (docs/format.md, "Postings").
#[cfg(target_endian = "big")]
compile_error!("segments are little-endian; big-endian machines are not supported");

pub mod analysis;
pub mod automata;
pub mod bm25;
pub mod builder;
pub mod bytes;
pub mod dates;
pub mod error;
pub mod merge;
pub mod passages;
pub mod phrase;
pub mod search;
pub mod segment;
pub mod spans;
pub mod storage;

pub use error::{Error, Result};
