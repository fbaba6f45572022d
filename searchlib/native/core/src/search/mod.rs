//! A plan, answered: which documents match, how well, and why.
//!
//! [`plan`] is the question, [`searcher`] holds the segments, [`statistics`] sums what ranking
//! needs, [`node`] and its leaves walk one segment window by window, [`top`] keeps the best.

pub mod bm25;
mod constant;
pub mod deletes;
mod explain;
mod node;
mod phrase;
pub mod plan;
pub mod searcher;
mod statistics;
mod top;
mod window;
mod word;

pub use explain::Explanation;
