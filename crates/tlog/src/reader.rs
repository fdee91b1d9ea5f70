//! Reading the tiles of a log that nobody has to trust.

use std::collections::BTreeMap;

use crate::edge::{hash_in_tile, nodes_of};
use crate::node::{consistency_ranges, hashes_of, inclusion_ranges};
use crate::tile::TILE_HEIGHT;
use crate::{Edge, Error, Hash, Level, Node, NodeSource, TILE_HASHES, Tile};

/// A client of one signed tree: says which tiles it needs, and believes none of them unseen.
///
/// The partial tiles at the right edge are believed once they give the signed root together. Any other tile is
/// full, and is believed once its hash equals the one in the tile above it, which was believed before. No hash
/// leaves this type unless its tile was believed. (Other clients checked only some tiles, CVE-2026-56865.)
///
/// Sans IO: [`TileReader::missing`] names tiles, [`TileReader::supply`] takes their bytes; the other calls do
/// both through a `fetch` of the caller's.
#[derive(Clone, Debug)]
pub struct TileReader {
    size: u64,
    root: Hash,
    /// Tiles of the right edge that wait for the others.
    waiting: BTreeMap<Tile, Vec<Hash>>,
    edge: Option<Edge>,
    believed: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl TileReader {
    /// A client of the tree with `size` entries and this signed `root`.
    ///
    /// # Errors
    /// [`Error::EmptyRoot`] for a tree without entries and another root than that of nothing.
    pub fn new(size: u64, root: Hash) -> Result<Self, Error> {
        if size == 0 && root != Hash::of_nothing() {
            return Err(Error::EmptyRoot { found: root });
        }
        let edge = (size == 0).then(Edge::empty);
        Ok(Self { size, root, waiting: BTreeMap::new(), edge, believed: BTreeMap::new() })
    }

    /// Tiles to supply next, so that the hashes of `nodes` become known; empty when they are.
    ///
    /// Has to be asked again after they were supplied, since tiles are believed from the top down.
    ///
    /// # Errors
    /// [`Error::NoSuchNode`] for a subtree that is not complete in this tree.
    pub fn missing(&self, nodes: &[Node]) -> Result<Vec<Tile>, Error> {
        if self.edge.is_none() {
            let tiles = Edge::tiles_of(self.size).into_iter();
            return Ok(tiles.filter(|tile| !self.waiting.contains_key(tile)).collect());
        }
        let mut missing = Vec::new();
        for node in nodes {
            missing.extend(self.topmost_missing(self.tile_of(*node)?));
        }
        missing.sort_unstable();
        missing.dedup();
        Ok(missing)
    }

    /// Takes the bytes of a tile that [`TileReader::missing`] named.
    ///
    /// For a partial tile the bytes of the full one do too, since servers may drop partial tiles that have filled.
    ///
    /// # Errors
    /// [`Error::TileNotAsked`], [`Error::TileLength`], [`Error::TileAltered`], [`Error::EdgeAltered`]. What was
    /// believed before stays.
    pub fn supply(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), Error> {
        if tile.is_partial() { self.supply_edge(tile, bytes) } else { self.supply_full(tile, bytes) }
    }

    /// The proof that entry `index` is in the tree.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], those of [`TileReader::supply`], and those of `fetch`.
    pub fn inclusion_proof<E: From<Error>>(
        &mut self,
        index: u64,
        fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<Hash>, E> {
        let ranges = inclusion_ranges(index, self.size)?;
        self.fetch(&nodes_of(&ranges), fetch)?;
        Ok(hashes_of(&ranges, self)?)
    }

    /// The proof that the tree of the first `old` entries is the beginning of this one.
    ///
    /// # Errors
    /// [`Error::Shrunk`], those of [`TileReader::supply`], and those of `fetch`.
    pub fn consistency_proof<E: From<Error>>(
        &mut self,
        old: u64,
        fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<Hash>, E> {
        let ranges = consistency_ranges(old, self.size)?;
        self.fetch(&nodes_of(&ranges), fetch)?;
        Ok(hashes_of(&ranges, self)?)
    }

    /// The hash of entry `index`.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], those of [`TileReader::supply`], and those of `fetch`.
    pub fn leaf<E: From<Error>>(
        &mut self,
        index: u64,
        fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
    ) -> Result<Hash, E> {
        if index >= self.size {
            return Err(Error::NoSuchEntry { index, size: self.size }.into());
        }
        let leaf = Node { height: 0, index };
        self.fetch(&[leaf], fetch)?;
        Ok(self.node(leaf)?)
    }

    /// Supplies what is missing until the hashes of `nodes` are known.
    ///
    /// Ends: each round believes at least one tile more, or fails.
    fn fetch<E: From<Error>>(
        &mut self,
        nodes: &[Node],
        mut fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        loop {
            let missing = self.missing(nodes)?;
            if missing.is_empty() {
                return Ok(());
            }
            for tile in missing {
                let bytes = fetch(tile)?;
                self.supply(tile, &bytes)?;
            }
        }
    }

    fn tile_of(&self, node: Node) -> Result<Tile, Error> {
        let missing = || Error::NoSuchNode { height: node.height, index: node.index };
        let (level, above) = (node.height / TILE_HEIGHT, node.height % TILE_HEIGHT);
        let first = node.index.checked_mul(1 << above).ok_or_else(missing)?;
        Tile::in_tree(Level::Hashes(level), first / TILE_HASHES, self.size).ok_or_else(missing)
    }

    /// The highest tile on the way from `tile` to the edge that is not yet believed.
    fn topmost_missing(&self, tile: Tile) -> Option<Tile> {
        let mut missing = None;
        let mut next = Some(tile);
        while let Some(tile) = next {
            if tile.is_partial() || self.hashes(tile).is_some() {
                break;
            }
            missing = Some(tile);
            next = parent(tile).and_then(|node| self.tile_of(node).ok());
        }
        missing
    }

    fn hashes(&self, tile: Tile) -> Option<&Vec<Hash>> {
        let Level::Hashes(level) = tile.level() else { return None };
        self.believed.get(&(level, tile.number()))
    }

    fn supply_edge(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), Error> {
        let tiles = Edge::tiles_of(self.size);
        if self.edge.is_some() || !tiles.contains(&tile) {
            return Err(Error::TileNotAsked { tile });
        }
        let mut hashes = tile.hashes(bytes).or_else(|error| tile.full().hashes(bytes).or(Err(error)))?;
        hashes.truncate(usize::from(tile.width()));
        self.waiting.insert(tile, hashes);
        if self.waiting.len() == tiles.len() {
            let waiting: Vec<Vec<Hash>> = std::mem::take(&mut self.waiting).into_values().collect();
            self.edge = Some(Edge::from_tiles(self.size, &self.root, &waiting)?);
        }
        Ok(())
    }

    fn supply_full(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), Error> {
        let refuse = Error::TileNotAsked { tile };
        let Level::Hashes(level) = tile.level() else { return Err(refuse) };
        // The parent has to be believed already: `node` knows no other hashes.
        let Some(expected) = parent(tile).and_then(|node| self.node(node).ok()) else { return Err(refuse) };
        let hashes = tile.hashes(bytes)?;
        let computed = Hash::of_complete(&hashes);
        if computed != expected {
            return Err(Error::TileAltered { tile, computed, expected });
        }
        self.believed.insert((level, tile.number()), hashes);
        Ok(())
    }
}

/// The subtree that a full hash tile stands for.
fn parent(tile: Tile) -> Option<Node> {
    let Level::Hashes(level) = tile.level() else { return None };
    let height = level.checked_add(1)?.checked_mul(TILE_HEIGHT)?;
    Some(Node { height, index: tile.number() })
}

impl NodeSource for TileReader {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let missing = || Error::NoSuchNode { height: node.height, index: node.index };
        let tile = self.tile_of(node)?;
        if tile.is_partial() {
            return self.edge.as_ref().ok_or_else(missing)?.node(node);
        }
        let hashes = self.hashes(tile).ok_or_else(missing)?;
        hash_in_tile(hashes, tile.number().saturating_mul(TILE_HASHES), node).ok_or_else(missing)
    }
}
