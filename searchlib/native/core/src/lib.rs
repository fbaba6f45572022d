//! The engine of searchlib: text in, ranked documents out. It knows no Python.
//!
//! Read from the bottom up: [`bytes`] and [`storage`] carry everything, [`segment`] is the file,
//! [`analysis`] makes tokens, [`builder`] and [`merge`] write segments, [`search`] answers plans,
//! [`passages`] finds what to show.

pub mod analysis;
pub mod builder;
pub mod bytes;
pub mod error;
pub mod merge;
pub mod passages;
pub mod phrase;
pub mod search;
pub mod segment;
pub mod storage;

pub use error::{Error, Result};
