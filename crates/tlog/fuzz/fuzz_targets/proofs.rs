//! Proofs and tiles of any bytes against a root that nobody knows: never believed.
#![no_main]

use tlog::{Error, Hash, TileReader, verify_consistency, verify_inclusion};

libfuzzer_sys::fuzz_target!(|input: (u64, u64, Vec<[u8; 32]>, &[u8])| {
    let (index, size, proof, tile) = input;
    let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
    let (leaf, root) = (Hash::of_leaf(b"leaf"), Hash::of_leaf(b"root"));
    assert!(verify_inclusion(index, size, &leaf, &proof, &root).is_err());
    assert!(verify_consistency((index, &leaf), (size, &root), &proof).is_err());
    if let Ok(mut reader) = TileReader::new(size, root) {
        assert!(reader.leaf(index, |_| Ok::<_, Error>(tile.to_vec())).is_err());
        let proof = reader.inclusion_proof(index, |_| Ok::<_, Error>(tile.to_vec()));
        assert!(proof.is_err());
    }
});
