//! Complete subtrees, and the proofs made of them (RFC 6962 §2.1.1 and §2.1.2).

use std::ops::Range;

use crate::{Error, Hash};

/// A complete subtree: number `index` (from 0) of those with 2^`height` entries.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Node {
    /// Height above the leaves, 0..=63.
    pub height: u8,
    /// Number at that height, from the left.
    pub index: u64,
}

/// Whatever knows the hashes of complete subtrees.
pub trait NodeSource {
    /// The hash of a complete subtree.
    ///
    /// # Errors
    /// [`Error::NoSuchNode`] where it is not known.
    fn node(&self, node: Node) -> Result<Hash, Error>;
}

/// The largest complete subtrees side by side that make up `range`, from the left.
///
/// Only for ranges that occur in a tree: `start` is a multiple of the power of two at or above the length.
pub(crate) fn peaks(range: &Range<u64>) -> Vec<Node> {
    let length = range.end.saturating_sub(range.start);
    let mut start = range.start;
    let mut peaks = Vec::new();
    for height in (0..64_u8).rev().filter(|height| length >> height & 1 == 1) {
        peaks.push(Node { height, index: start >> height });
        start += 1 << height;
    }
    peaks
}

/// The hash over subtrees side by side, the last being the smallest.
pub(crate) fn join(peaks: &[Hash]) -> Hash {
    let joined = peaks.iter().rev().copied().reduce(|right, left| Hash::of_children(&left, &right));
    joined.unwrap_or_else(Hash::of_nothing)
}

/// The size of the left part of a tree: the largest power of two below `size` (which is at least 2).
fn left_part(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The subtrees of the inclusion proof of `index` in a tree of `size`, leaf's sibling first.
pub(crate) fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, Error> {
    if index >= size {
        return Err(Error::NoSuchEntry { index, size });
    }
    let mut ranges = Vec::new();
    let mut tree = 0..size;
    while tree.end - tree.start > 1 {
        let middle = tree.start + left_part(tree.end - tree.start);
        let (inside, beside) = if index < middle {
            (tree.start..middle, middle..tree.end)
        } else {
            (middle..tree.end, tree.start..middle)
        };
        ranges.push(beside);
        tree = inside;
    }
    ranges.reverse();
    Ok(ranges)
}

/// The subtrees of the consistency proof from `old` to `new` entries.
pub(crate) fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range<u64>>, Error> {
    if old > new {
        return Err(Error::Shrunk { old, new });
    }
    let mut ranges = Vec::new();
    if old == 0 || old == new {
        return Ok(ranges);
    }
    let mut tree = 0..new;
    while tree.end != old {
        let middle = tree.start + left_part(tree.end - tree.start);
        if old <= middle {
            ranges.push(middle..tree.end);
            tree.end = middle;
        } else {
            ranges.push(tree.start..middle);
            tree.start = middle;
        }
    }
    // What remains is a part that both trees have; the reader knows it if it is the whole old tree.
    if tree.start != 0 {
        ranges.push(tree);
    }
    ranges.reverse();
    Ok(ranges)
}

fn hash_of(range: &Range<u64>, source: &impl NodeSource) -> Result<Hash, Error> {
    let hashes: Vec<Hash> =
        peaks(range).into_iter().map(|node| source.node(node)).collect::<Result<_, _>>()?;
    Ok(join(&hashes))
}

/// The hashes over `ranges`, each a subtree of one tree.
pub(crate) fn hashes_of(ranges: &[Range<u64>], source: &impl NodeSource) -> Result<Vec<Hash>, Error> {
    ranges.iter().map(|range| hash_of(range, source)).collect()
}

/// The root of the tree of the first `size` entries (RFC 6962 §2.1).
///
/// # Errors
/// Those of the source.
pub fn tree_root(size: u64, source: &impl NodeSource) -> Result<Hash, Error> {
    hash_of(&(0..size), source)
}

/// The proof that entry `index` is in the tree of the first `size` entries, leaf's sibling first (RFC 6962 §2.1.1).
///
/// # Errors
/// [`Error::NoSuchEntry`], and those of the source.
pub fn inclusion_proof(index: u64, size: u64, source: &impl NodeSource) -> Result<Vec<Hash>, Error> {
    hashes_of(&inclusion_ranges(index, size)?, source)
}

/// The proof that the first `old` entries are the beginning of the first `new` (RFC 6962 §2.1.2).
///
/// # Errors
/// [`Error::Shrunk`], and those of the source.
pub fn consistency_proof(old: u64, new: u64, source: &impl NodeSource) -> Result<Vec<Hash>, Error> {
    hashes_of(&consistency_ranges(old, new)?, source)
}
