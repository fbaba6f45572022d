//! A plan, answered: which documents match, how well, and why.
//!
//! [`plan`] is the question, [`searcher`] holds the segments, [`statistics`] sums what ranking
//! needs, [`node`] and its leaves walk one segment window by window, [`top`] keeps the best.

pub mod bm25;
mod compound;
mod constant;
pub mod deletes;
pub mod expand;
mod explain;
mod matches;
mod more_like;
mod near;
mod node;
mod phrase;
pub mod plan;
pub mod searcher;
mod statistics;
pub mod suggest;
mod top;
mod window;
mod word;

pub use explain::Explanation;
