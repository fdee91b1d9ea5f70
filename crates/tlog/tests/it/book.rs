//! A whole log in memory, and keys for tests.

use std::collections::BTreeMap;

use tlog::{Checkpoint, Edge, Error, Hash, Level, Node, NodeSource, NoteSigner, SignatureKind, Tile};

/// Leaf hashes; answers every complete subtree by computing it from the leaves.
pub(crate) struct Leaves(pub(crate) Vec<Hash>);

impl Leaves {
    pub(crate) fn numbered(size: u64) -> Self {
        Self((0..size).map(|index| Hash::of_leaf(format!("entry {index}").as_bytes())).collect())
    }
}

/// RFC 6962 §2.1 as it stands there, slow and obvious.
pub(crate) fn plain_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            Hash::of_children(&plain_root(left), &plain_root(right))
        }
    }
}

impl NodeSource for Leaves {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let start = usize::try_from(node.index << node.height).unwrap();
        Ok(plain_root(&self.0[start..start + (1 << node.height)]))
    }
}

/// A log as its files: every tile of one size, by path.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    pub(crate) tiles: BTreeMap<Tile, Vec<u8>>,
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

impl Files {
    pub(crate) fn of(leaves: &Leaves) -> Self {
        let (mut edge, mut tiles) = (Edge::empty(), BTreeMap::new());
        for leaf in &leaves.0 {
            tiles.extend(edge.append(*leaf).into_iter().map(|full| (full.tile, bytes(&full.hashes))));
        }
        tiles.extend(edge.partial_tiles().into_iter().map(|(tile, hashes)| (tile, bytes(hashes))));
        Self { size: edge.size(), root: edge.root().unwrap(), tiles }
    }

    pub(crate) fn fetch(&self, tile: Tile) -> Result<Vec<u8>, Error> {
        self.tiles.get(&tile).cloned().ok_or(Error::TileMissing { tile })
    }
}

pub(crate) fn hash_level(tile: Tile) -> u8 {
    match tile.level() {
        Level::Hashes(level) => level,
        Level::Entries => panic!("{tile} holds entries"),
    }
}

pub(crate) fn log_key(name: &str) -> NoteSigner {
    NoteSigner::from_seed(name.parse().unwrap(), SignatureKind::Note, &[7; 32])
}

pub(crate) fn witness_key(number: u8) -> NoteSigner {
    let name = format!("witness.example/w{number}").parse().unwrap();
    NoteSigner::from_seed(name, SignatureKind::Cosignature, &[number; 32])
}

pub(crate) fn checkpoint(size: u64) -> Checkpoint {
    let root = plain_root(&Leaves::numbered(size).0);
    Checkpoint::new("registry.example/log", size, root).unwrap()
}
