//! What did a search take: how much of what there is was read and scored?

use crate::search::node::Node;
use crate::segment::cursor::Cursor;

/// Counts of one search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Documents that were scored beforehand, for a first threshold.
    pub tried: u64,
    /// Documents that were scored since they could still reach the top.
    pub scored: u64,
    /// Blocks of 128 postings in the lists of the query's words, and how many of them were read.
    pub blocks: u64,
    pub blocks_read: u64,
    /// Whether all matches of some word were scored, since the ranking has no bounds for it.
    pub exhaustive: bool,
}

impl Work {
    /// Has the lists of all nodes remember what is read of them.
    pub(super) fn begin(nodes: &mut [Node<'_>]) {
        nodes.iter_mut().for_each(|node| node.each_cursor(&mut Cursor::trace));
    }

    /// Counts the blocks of all nodes.
    pub(super) fn end(&mut self, nodes: &mut [Node<'_>]) {
        for node in nodes {
            node.each_cursor(&mut |cursor| {
                self.blocks += cursor.list().block_count() as u64;
                self.blocks_read += cursor.blocks_read();
            });
        }
    }
}
