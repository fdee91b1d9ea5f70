//! Proofs and tiles of any bytes: what is believed follows from the root, and nothing else is.
#![no_main]

use tlog::{Error, Hash, TileReader, verify_consistency, verify_inclusion};

libfuzzer_sys::fuzz_target!(|input: (u64, u64, Vec<[u8; 32]>, &[u8])| {
    let (index, size, proof, tile) = input;
    let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
    let (leaf, root) = (Hash::of_leaf(b"leaf"), Hash::of_leaf(b"root"));
    assert!(verify_inclusion(index, size, &leaf, &proof, &root).is_err());
    assert!(verify_consistency((index, &leaf), (size, &root), &proof).is_err());
    if let Ok(mut reader) = TileReader::new(size, root) {
        let fetch = |_| Ok::<_, Error>(tile.to_vec());
        // Whoever fuzzes sees the root that tiles are compared with, and may offer it as the tile of one entry.
        if let (Ok(leaf), Ok(proof)) = (reader.leaf(index, fetch), reader.inclusion_proof(index, fetch)) {
            assert!(verify_inclusion(index, size, &leaf, &proof, &root).is_ok());
            assert_eq!((size, leaf), (1, root));
        }
    }
});
