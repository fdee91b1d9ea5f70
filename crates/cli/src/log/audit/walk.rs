//! The walk through a record book: every entry is hashed, every tile is computed from the entries and compared with the
//! one that is offered, so that no hash is taken on trust. Memory does not grow with the tiles.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tlog::{Checkpoint, Edge, Hash, Level, TILE_HASHES, Tile, decode_bundle};

use crate::error::Error;
use crate::log::export::put;
use crate::record::Source;

/// After so many faults an audit says no more.
const MOST_FAULTS: usize = 50;

/// What to walk through.
pub(in crate::log) struct Walk<'a> {
    /// The record book.
    pub(in crate::log) source: &'a Source,
    /// What it says of itself, verified.
    pub(in crate::log) checkpoint: &'a Checkpoint,
    /// Older checkpoints, verified, each with its name.
    pub(in crate::log) earlier: &'a [(String, Checkpoint)],
    /// Where to copy what is good.
    pub(in crate::log) copy: Option<&'a Path>,
}

/// An entry that says that a key gave way.
#[derive(Debug)]
pub(in crate::log) struct KeyEntry {
    /// Its number.
    pub(in crate::log) entry: u64,
    /// Which handover.
    pub(in crate::log) ver: String,
    /// SHA-256 of the handover.
    pub(in crate::log) doc: String,
}

/// Which thing an entry is about.
#[derive(Deserialize)]
struct Coordinates<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    ver: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    doc: std::borrow::Cow<'a, str>,
}

/// Walks from the first entry to the last. Faults go into `wrong`; gives the entries about keys.
pub(in crate::log) fn walk(walk: &Walk<'_>, wrong: &mut Vec<String>) -> Result<Vec<KeyEntry>, Error> {
    let size = walk.checkpoint.size();
    let mut edge = Edge::empty();
    let mut seen = Seen::default();
    compare_earlier(walk, &edge, wrong);
    let mut number = 0;
    while let Some(tile) = Tile::in_tree(Level::Entries, number, size) {
        let Some(bytes) = offered(walk, tile, wrong)? else { return Ok(seen.keys) };
        let entries = match decode_bundle(&bytes, tile.width()) {
            Ok(entries) => entries,
            Err(error) => {
                wrong.push(format!("{tile}: {error}"));
                return Ok(seen.keys);
            }
        };
        for entry in entries {
            seen.add(entry, edge.size(), wrong);
            for full in edge.append(Hash::of_leaf(entry)) {
                compare(walk, full.tile, &full.hashes, wrong)?;
            }
            compare_earlier(walk, &edge, wrong);
            if wrong.len() >= MOST_FAULTS {
                wrong.push("there is more that is wrong".to_owned());
                return Ok(seen.keys);
            }
        }
        number += 1;
    }
    for (tile, hashes) in edge.partial_tiles() {
        compare(walk, tile, hashes, wrong)?;
    }
    seen.duplicates(wrong);
    compare_root(walk, &edge, wrong);
    Ok(seen.keys)
}

fn compare_root(walk: &Walk<'_>, edge: &Edge, wrong: &mut Vec<String>) {
    let expected = walk.checkpoint.root();
    match edge.root() {
        Ok(computed) if computed == expected => {}
        Ok(computed) => {
            let size = walk.checkpoint.size();
            wrong.push(format!(
                "root: the {size} entries give the root {computed}, but the checkpoint says {expected}"
            ));
        }
        Err(error) => wrong.push(format!("root: {error}")),
    }
}

/// Compares each older checkpoint of exactly this size. Those that are larger than the book are named at its end.
fn compare_earlier(walk: &Walk<'_>, edge: &Edge, wrong: &mut Vec<String>) {
    let whole = walk.checkpoint;
    for (name, earlier) in walk.earlier {
        if edge.size() == 0 && earlier.size() > whole.size() {
            let (old, new) = (earlier.size(), whole.size());
            wrong.push(format!("{name}: {}", tlog::Error::Shrunk { old, new }));
        }
        if earlier.size() != edge.size() {
            continue;
        }
        if earlier.origin() != whole.origin() {
            wrong.push(format!("{name}: it is of `{}`, not of `{}`", earlier.origin(), whole.origin()));
        }
        let computed = edge.root().unwrap_or_else(|_no_root| Hash::of_nothing());
        if computed != earlier.root() {
            let (size, expected) = (earlier.size(), earlier.root());
            wrong.push(format!("{name}: {}", tlog::Error::Inconsistent { size, computed, expected }));
        }
    }
}

/// The bytes of a tile. One that is not there is a fault of the book, other troubles end the audit.
fn offered(walk: &Walk<'_>, tile: Tile, wrong: &mut Vec<String>) -> Result<Option<Vec<u8>>, Error> {
    let path = tile.to_string();
    match walk.source.read(&path) {
        Ok(bytes) => {
            if let Some(folder) = walk.copy {
                put(folder, &path, &bytes)?;
            }
            Ok(Some(bytes))
        }
        Err(error) if error.is_not_found() || error.is_no_file() => {
            wrong.push(format!("{path}: the record book does not offer it"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Compares a tile that is offered with the one that the entries give.
fn compare(walk: &Walk<'_>, tile: Tile, computed: &[Hash], wrong: &mut Vec<String>) -> Result<(), Error> {
    let Some(bytes) = offered(walk, tile, wrong)? else { return Ok(()) };
    let hashes = match tile.hashes(&bytes) {
        Ok(hashes) => hashes,
        Err(error) => {
            wrong.push(error.to_string());
            return Ok(());
        }
    };
    if let Some(at) = hashes.iter().zip(computed).position(|(offered, computed)| offered != computed) {
        let first = tile.number().saturating_mul(TILE_HASHES).saturating_add(at as u64);
        wrong.push(match tile.level() {
            Level::Hashes(0) => format!("{tile}: entry {first} is not the one that the tile was made from"),
            _ => format!("{tile}: hash {at} is not the one that the tiles below give"),
        });
    }
    Ok(())
}

/// What was read so far.
#[derive(Default)]
struct Seen {
    /// The coordinates of all entries: 96 bits of a hash and the number of the entry, 16 bytes each.
    entries: Vec<u128>,
    keys: Vec<KeyEntry>,
}

impl Seen {
    const NUMBER_BITS: u32 = 32;

    fn add(&mut self, entry: &[u8], number: u64, wrong: &mut Vec<String>) {
        let coordinates: Coordinates<'_> = match serde_json::from_slice(entry) {
            Ok(coordinates) => coordinates,
            Err(error) => {
                wrong.push(format!("entry {number}: it says nothing that can be read: {error}"));
                return;
            }
        };
        let Coordinates { kind, id, ver, doc } = coordinates;
        if kind == "key" {
            self.keys.push(KeyEntry { entry: number, ver: ver.clone().into_owned(), doc: doc.into_owned() });
        }
        let hash = Sha256::new()
            .chain_update(kind.as_bytes())
            .chain_update([0])
            .chain_update(id.as_bytes())
            .chain_update([0])
            .chain_update(ver.as_bytes())
            .finalize();
        let hash = hash.iter().take(12).fold(0_u128, |hash, byte| hash << 8 | u128::from(*byte));
        self.entries.push(hash << Self::NUMBER_BITS | u128::from(number & u64::from(u32::MAX)));
    }

    fn duplicates(&mut self, wrong: &mut Vec<String>) {
        self.entries.sort_unstable();
        let number = |seen: u128| seen & u128::from(u32::MAX);
        for pair in self.entries.windows(2) {
            if let [first, second] = pair
                && first >> Self::NUMBER_BITS == second >> Self::NUMBER_BITS
                && wrong.len() < MOST_FAULTS
            {
                wrong.push(format!(
                    "entries {} and {}: both are about the same thing in the same version",
                    number(*first),
                    number(*second)
                ));
            }
        }
    }
}
