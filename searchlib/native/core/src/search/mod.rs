//! A plan, answered: which documents match, how well, and why.
//!
//! [`plan`] is the question, [`searcher`] holds the segments, [`statistics`] sums what ranking
//! needs, [`node`] and its leaves walk one segment window by window, [`union`] chooses what can be
//! left out on the way, [`top`] keeps the best.

pub mod asked;
pub mod batch;
mod boolean;
mod compound;
mod conjunction;
mod constant;
pub mod deletes;
pub mod expand;
mod explain;
mod formula;
mod kernels;
pub mod keys;
mod levels;
mod matches;
mod more_like;
mod near;
mod node;
mod part;
mod phrase;
mod places;
pub mod plan;
pub mod ranking;
mod scorer;
pub mod searcher;
mod sieve;
mod statistics;
pub mod suggest;
mod threads;
mod threshold;
pub mod top;
pub mod typed;
mod union;
mod window;
mod word;
pub mod work;

pub use crate::bm25;
pub use explain::Explanation;
