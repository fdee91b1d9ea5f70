//! Some tiles of a tree that the reader trusts, as a source of proofs.

use std::collections::BTreeMap;

use crate::edge::hash_in_tile;
use crate::tile::TILE_HEIGHT;
use crate::{Edge, Error, Hash, Level, Node, NodeSource, TILE_HASHES, Tile};

/// Tiles that whoever keeps the log reads from its own store, to make proofs from.
///
/// Believes them: a reader of somebody else's tiles uses [`crate::TileReader`].
#[derive(Clone, Debug, Default)]
pub struct TileSet(BTreeMap<(u8, u64), Vec<Hash>>);

impl TileSet {
    /// Level and number of every tile that proofs about these entries in a tree of `size` can need: those above
    /// each entry, and the right edge. For the consistency with a tree of `old` entries name `old - 1` and `old`.
    #[must_use]
    pub fn needed(entries: &[u64], size: u64) -> Vec<(u8, u64)> {
        let above = entries.iter().filter(|index| **index < size).flat_map(|index| {
            let levels = 0..Self::levels(size);
            levels.map(|level| (level, Level::Hashes(level + 1).count(*index)))
        });
        let edge = Edge::tiles_of(size).into_iter().filter_map(|tile| match tile.level() {
            Level::Hashes(level) => Some((level, tile.number())),
            Level::Entries => None,
        });
        let exists =
            |(level, number): &(u8, u64)| Tile::in_tree(Level::Hashes(*level), *number, size).is_some();
        let mut tiles: Vec<_> = above.filter(exists).chain(edge).collect();
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// Levels that have a tile in a tree of `size` entries.
    fn levels(size: u64) -> u8 {
        (0..TILE_HEIGHT).filter(|level| Level::Hashes(*level).count(size) > 0).count().try_into().unwrap_or(8)
    }

    /// Adds a tile, full or not.
    pub fn insert(&mut self, level: u8, number: u64, hashes: Vec<Hash>) {
        self.0.insert((level, number), hashes);
    }
}

impl NodeSource for TileSet {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let missing = || Error::NoSuchNode { height: node.height, index: node.index };
        let level = node.height / TILE_HEIGHT;
        let first = node.index.checked_mul(1 << (node.height % TILE_HEIGHT)).ok_or_else(missing)?;
        let number = first / TILE_HASHES;
        let hashes = self.0.get(&(level, number)).ok_or_else(missing)?;
        hash_in_tile(hashes, number * TILE_HASHES, node).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};

    /// The tree of `size` numbered entries: its leaves, its root, and all its tiles.
    fn tree(size: u64) -> (Hash, BTreeMap<(u8, u64), Vec<Hash>>) {
        let (mut edge, mut tiles) = (Edge::empty(), BTreeMap::new());
        let key = |tile: Tile| match tile.level() {
            Level::Hashes(level) => (level, tile.number()),
            Level::Entries => panic!("no tile of hashes"),
        };
        for index in 0..size {
            for full in edge.append(leaf(index)) {
                tiles.insert(key(full.tile), full.hashes);
            }
        }
        for (tile, hashes) in edge.partial_tiles() {
            tiles.insert(key(tile), hashes.to_vec());
        }
        (edge.root().unwrap(), tiles)
    }

    fn leaf(index: u64) -> Hash {
        Hash::of_leaf(format!("entry {index}").as_bytes())
    }

    fn only(needed: &[(u8, u64)], tiles: &BTreeMap<(u8, u64), Vec<Hash>>) -> TileSet {
        let mut set = TileSet::default();
        for (level, number) in needed {
            set.insert(*level, *number, tiles[&(*level, *number)].clone());
        }
        set
    }

    #[test]
    fn the_needed_tiles_are_enough_for_every_proof() {
        for size in [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000] {
            let (root, tiles) = tree(size);
            for index in [0, 1, 254, 255, 256, size / 2, size - 1].into_iter().filter(|index| *index < size) {
                let set = only(&TileSet::needed(&[index], size), &tiles);
                let proof = inclusion_proof(index, size, &set).unwrap();
                verify_inclusion(index, size, &leaf(index), &proof, &root).unwrap();

                let old = index + 1;
                let set = only(&TileSet::needed(&[old - 1, old], size), &tiles);
                let proof = consistency_proof(old, size, &set).unwrap();
                verify_consistency((old, &tree(old).0), (size, &root), &proof).unwrap();
            }
        }
    }
}
