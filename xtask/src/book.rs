//! A record book as static files, for those who check it.

use std::fs;
use std::path::Path;

use tlog::{
    Checkpoint, Edge, Hash, KeyName, Level, NoteSigner, SignatureKind, TILE_HASHES, Tile, encode_bundle,
};

use crate::Problem;

/// Name of the record book.
const ORIGIN: &str = "bench.example/log";

/// Writes the files of a record book with so many entries into a folder.
pub(crate) fn write(folder: &Path, entries: u64) -> Result<(), Problem> {
    let put = |path: &str, bytes: &[u8]| {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        written.map_err(Problem::system(format!("writing `{}`", file.display())))
    };
    let bytes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
    let wrong = |error: tlog::Error| Problem::Found(error.to_string());
    let mut edge = Edge::empty();
    let mut bundle = Vec::new();
    for number in 0..entries {
        let entry = entry(number);
        for full in edge.append(Hash::of_leaf(&entry)) {
            put(&full.tile.to_string(), &bytes(&full.hashes))?;
        }
        bundle.push(entry);
        if let Some(tile) = Tile::in_tree(Level::Entries, number / TILE_HASHES, edge.size())
            && (!tile.is_partial() || edge.size() == entries)
        {
            put(&tile.to_string(), &encode_bundle(&bundle).map_err(wrong)?)?;
            bundle.clear();
        }
    }
    for (tile, hashes) in edge.partial_tiles() {
        put(&tile.to_string(), &bytes(hashes))?;
    }
    let name: KeyName = ORIGIN.parse().map_err(wrong)?;
    let key = NoteSigner::from_seed(name, SignatureKind::Note, &[1; 32]);
    let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root().map_err(wrong)?).map_err(wrong)?;
    put("checkpoint", checkpoint.sign(&[&key]).map_err(wrong)?.to_string().as_bytes())?;
    put("vkey", format!("{}\n", key.verifier()).as_bytes())
}

/// An entry as long as those of a real record book.
fn entry(number: u64) -> Vec<u8> {
    let doc = Hash::of_leaf(&number.to_be_bytes()).to_hex();
    format!(
        r#"{{"at":"2026-11-22T20:28:31Z","doc":"{doc}","id":"01936d2c-0000-7000-8000-{number:012x}","kind":"release","prev":null,"type":"vitrine/release/1","v":1,"ver":"1.0.0"}}"#
    )
    .into_bytes()
}
