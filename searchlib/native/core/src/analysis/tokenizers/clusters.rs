//! Where are the borders between grapheme clusters, and which stretches of clusters are tokens?
//!
//! A cluster is what a reader sees as one character: a letter with its marks, a flag, an emoji.

use unicode_segmentation::{GraphemeIndices, UnicodeSegmentation};

/// Calls `visit` with each longest stretch of clusters whose first character is `wanted`.
pub fn clusters_where(
    text: &str,
    wanted: impl Fn(char) -> bool,
    visit: &mut impl FnMut(usize, usize),
) {
    let bytes = text.as_bytes();
    let mut token_start = None;
    let mut at = 0;
    let mut see = |start: usize, first: char| match (token_start, wanted(first)) {
        (None, true) => token_start = Some(start),
        (Some(token), false) => {
            visit(token, start);
            token_start = None;
        }
        _ => {}
    };
    while at < bytes.len() {
        // An ASCII character before another is a cluster alone (a line's \r\n is two, unharmed).
        while at < bytes.len() && bytes[at..].iter().take(2).all(u8::is_ascii) {
            see(at, bytes[at] as char);
            at += 1;
        }
        for (offset, cluster) in text[at..].grapheme_indices(true) {
            see(at + offset, cluster.chars().next().unwrap_or_default());
            let end = at + offset + cluster.len();
            if end == bytes.len() || bytes[end..].iter().take(2).all(u8::is_ascii) {
                at = end;
                break;
            }
        }
    }
    if let Some(token) = token_start {
        visit(token, text.len());
    }
}

/// The borders between the clusters of a text, asked for from left to right.
pub struct Borders<'a> {
    clusters: GraphemeIndices<'a>,
    /// The last border that was reached.
    border: usize,
}

impl<'a> Borders<'a> {
    pub fn new(text: &'a str) -> Self {
        Borders { clusters: text.grapheme_indices(true), border: 0 }
    }

    /// The first border at or after `at`, and never one before an earlier answer. All calls
    /// together read the text once.
    pub fn at_or_after(&mut self, at: usize) -> usize {
        while self.border < at {
            match self.clusters.next() {
                Some((start, cluster)) => self.border = start + cluster.len(),
                None => break,
            }
        }
        self.border
    }
}
