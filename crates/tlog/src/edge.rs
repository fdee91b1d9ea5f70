//! The right edge of a growing tree: all that is needed to append to it.

use crate::node::{self, peaks};
use crate::tile::TILE_HEIGHT;
use crate::{Error, Hash, Level, Node, NodeSource, TILE_HASHES, Tile};

/// A tile that an append has filled. It will never change again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FullTile {
    /// Its address.
    pub tile: Tile,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

/// The hashes of the partial tiles of a tree, which together give its root.
///
/// Holds at most 255 hashes a level, whatever the size of the tree.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Edge {
    size: u64,
    /// The hashes of the partial tile of each level, from level 0; empty where the last tile is full.
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The addresses of the partial tiles of a tree of `size` entries, from level 0.
    #[must_use]
    pub fn tiles_of(size: u64) -> Vec<Tile> {
        (0..TILE_HEIGHT)
            .map(Level::Hashes)
            .filter_map(|level| Tile::in_tree(level, level.count(size) / TILE_HASHES, size))
            .collect()
    }

    /// The edge of a tree of `size` entries from the hashes of its partial tiles, checked against its `root`.
    ///
    /// `tiles` come in the order of [`Edge::tiles_of`]. Each of their hashes is part of the root, so a changed
    /// one cannot pass.
    ///
    /// # Errors
    /// [`Error::TileMissing`], [`Error::TileLength`], [`Error::EdgeAltered`].
    pub fn from_tiles(size: u64, root: &Hash, tiles: &[Vec<Hash>]) -> Result<Self, Error> {
        let mut edge = Self { size, levels: Vec::new() };
        let mut given = tiles.iter();
        for tile in Self::tiles_of(size) {
            let hashes = given.next().ok_or(Error::TileMissing { tile })?;
            let expected = usize::from(tile.width());
            if hashes.len() != expected {
                let (found, expected) = (hashes.len() * Hash::BYTES, expected * Hash::BYTES);
                return Err(Error::TileLength { tile, found, expected });
            }
            if let Level::Hashes(level) = tile.level() {
                edge.levels.resize(usize::from(level), Vec::new());
                edge.levels.push(hashes.clone());
            }
        }
        let computed = edge.root()?;
        if computed == *root { Ok(edge) } else { Err(Error::EdgeAltered { size, computed, expected: *root }) }
    }

    /// Entries in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree (RFC 6962 §2.1).
    ///
    /// # Errors
    /// Those of [`NodeSource::node`]; an edge that was built here has them all.
    pub fn root(&self) -> Result<Hash, Error> {
        node::tree_root(self.size, self)
    }

    /// Adds one leaf; gives back the tiles that it filled, lowest first.
    pub fn append(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut full = Vec::new();
        let mut rising = leaf;
        self.size += 1;
        for level in 0..TILE_HEIGHT {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(usize::from(level)) else { break };
            hashes.push(rising);
            let number = (Level::Hashes(level).count(self.size) - 1) / TILE_HASHES;
            let tile = Tile::in_tree(Level::Hashes(level), number, self.size);
            let Some(tile) = tile.filter(|tile| !tile.is_partial()) else { break };
            let hashes = std::mem::take(hashes);
            rising = Hash::of_complete(&hashes);
            full.push(FullTile { tile, hashes });
        }
        full
    }

    /// The partial tiles, from level 0: those that a checkpoint of this size must offer besides the full ones.
    #[must_use]
    pub fn partial_tiles(&self) -> Vec<(Tile, &[Hash])> {
        let levels = self.levels.iter().filter(|hashes| !hashes.is_empty()).map(Vec::as_slice);
        Self::tiles_of(self.size).into_iter().zip(levels).collect()
    }
}

impl NodeSource for Edge {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let missing = || Error::NoSuchNode { height: node.height, index: node.index };
        let level = node.height / TILE_HEIGHT;
        let hashes = self.levels.get(usize::from(level)).ok_or_else(missing)?;
        let first = (Level::Hashes(level).count(self.size) / TILE_HASHES).saturating_mul(TILE_HASHES);
        hash_in_tile(hashes, first, node).ok_or_else(missing)
    }
}

/// The hash of a subtree whose leaves or parts stand in a tile beginning with number `first` of its level.
pub(crate) fn hash_in_tile(hashes: &[Hash], first: u64, node: Node) -> Option<Hash> {
    let above = node.height % TILE_HEIGHT;
    let start = node.index.checked_mul(1 << above)?.checked_sub(first)?;
    let start = usize::try_from(start).ok()?;
    hashes.get(start..start.checked_add(1 << above)?).map(Hash::of_complete)
}

/// Which subtrees make up the whole ranges.
pub(crate) fn nodes_of(ranges: &[std::ops::Range<u64>]) -> Vec<Node> {
    ranges.iter().flat_map(peaks).collect()
}
