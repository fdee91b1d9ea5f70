//! One real upload: a xorb and a shard that the stock client of 2026 made, with the names that it gave them.

#![cfg(test)]

use sha2::{Digest as _, Sha256};
use xet::{Error, Hash, Shard, Xorb, hash};

const XORB: &[u8] = include_bytes!("data/body.xorb");
const SHARD: &[u8] = include_bytes!("data/body.shard");

fn expected(key: &str) -> serde_json::Value {
    let expected: serde_json::Value = serde_json::from_str(include_str!("data/expected.json")).unwrap();
    expected.get(key).unwrap().clone()
}

fn upload() -> (Xorb, Vec<u8>) {
    let mut content = Vec::new();
    let xorb = Xorb::read(XORB, |chunk| {
        content.extend_from_slice(chunk);
        Ok::<_, Error>(())
    });
    (xorb.unwrap(), content)
}

#[test]
fn the_xorb_has_the_name_and_the_chunks_that_the_client_gave_it() {
    let (xorb, _) = upload();

    assert_eq!(xorb.hash().to_string(), expected("xorb_hash"));
    assert_eq!(xorb.chunks().len(), 24);
}

#[test]
fn the_file_is_whole_again() {
    let (xorb, content) = upload();
    let nodes: Vec<(Hash, u64)> =
        xorb.chunks().iter().map(|chunk| (chunk.hash, chunk.length as u64)).collect();
    let sha256 = Hash::of_sha256(Sha256::digest(&content).into()).to_string();

    assert_eq!(content.len(), 1_500_001);
    assert_eq!(sha256, expected("file_sha256"));
    assert_eq!(hash::file(&nodes).to_string(), expected("file_hash"));
}

#[test]
fn the_shard_says_which_chunks_make_the_file() {
    let (xorb, _) = upload();
    let shard = Shard::read(SHARD).unwrap();
    let [file] = shard.files.as_slice() else { panic!("{shard:?}") };
    let [term] = file.terms.as_slice() else { panic!("{file:?}") };

    assert_eq!(file.hash.to_string(), expected("file_hash"));
    assert_eq!(file.sha256.unwrap().to_string(), expected("file_sha256"));
    assert_eq!((term.xorb, term.first, term.end, term.bytes), (xorb.hash(), 0, 24, 1_500_001));
    assert_eq!(term.range, Some(hash::range(xorb.chunks().iter().map(|chunk| chunk.hash))));
    let made: Vec<(Hash, usize)> = xorb.chunks().iter().map(|chunk| (chunk.hash, chunk.length)).collect();
    let told: Vec<(Hash, usize)> = shard
        .xorbs
        .iter()
        .flat_map(|xorb| &xorb.chunks)
        .map(|chunk| (chunk.hash, chunk.length as usize))
        .collect();
    assert_eq!(told, made);
}
