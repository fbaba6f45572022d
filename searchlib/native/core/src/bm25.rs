//! The ranking function. Formulas, sources and worked numbers: docs/ranking.md.

/// How fast repetition saturates (`k1`) and how much length counts (`b`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bm25 {
    pub k1: f64,
    pub b: f64,
}

/// The settings where nobody has others.
pub const USUAL: Bm25 = Bm25 { k1: 1.2, b: 0.75 };

impl Bm25 {
    /// The part of the formula that depends on the document's length alone.
    /// `ratio`: the document's length over the average.
    #[inline]
    pub fn norm(&self, ratio: f64) -> f64 {
        self.k1 * (1.0 - self.b + self.b * ratio)
    }
}

/// How rare a term is: ln(1 + (N − n + 0.5) / (n + 0.5)), never negative.
///
/// `n`: documents that hold the term. `total`: all documents (N in docs/ranking.md).
///
/// ```
/// assert!((searchlib_core::bm25::idf(1, 4) - 1.203_972_804_325_936).abs() < 1e-12);
/// ```
pub fn idf(n: u64, total: u64) -> f64 {
    let (n, total) = (n as f64, total as f64);
    ((total - n + 0.5) / (n + 0.5)).ln_1p()
}

/// How much a frequency counts, from 0 to 1.
#[inline]
pub fn saturation(frequency: f64, norm: f64) -> f64 {
    frequency / (frequency + norm)
}
