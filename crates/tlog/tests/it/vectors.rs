//! Golden values that other implementations agree with.

use serde_json::Value;
use tlog::{
    Checkpoint, Hash, Level, Note, NoteSigner, NoteVerifier, SignatureKind, Tile, consistency_proof, cosign,
    cosigned_message, inclusion_proof, tree_root, verify_consistency, verify_inclusion,
};

use crate::book::{Files, Leaves};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../data/vectors.json")).unwrap()
}

fn unhex(text: &str) -> [u8; 32] {
    let bytes = (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap());
    bytes.collect::<Vec<u8>>().try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| Hash(unhex(hash.as_str().unwrap()))).collect()
}

fn root(vectors: &Value, size: u64) -> Hash {
    let roots = vectors["roots"].as_array().unwrap();
    let found = roots.iter().find(|root| root["size"] == size).unwrap();
    Hash(unhex(found["root_hex"].as_str().unwrap()))
}

#[test]
fn all_roots_are_the_golden_ones() {
    let vectors = vectors();
    let leaves = Leaves::numbered(70_000);
    assert_eq!(leaves.0[0].to_hex(), vectors["leaf_hash_entry_0"]);
    assert_eq!(Hash::of_children(&leaves.0[0], &leaves.0[1]).to_hex(), vectors["node_hash_entries_0_1"]);

    for golden in vectors["roots"].as_array().unwrap() {
        let computed = tree_root(golden["size"].as_u64().unwrap(), &leaves).unwrap();

        assert_eq!(computed.to_hex(), golden["root_hex"]);
        assert_eq!(computed.to_string(), golden["root_b64"]);
    }
}

#[test]
fn all_proofs_are_the_golden_ones_and_hold() {
    let vectors = vectors();
    let leaves = Leaves::numbered(70_000);

    for golden in vectors["inclusion"].as_array().unwrap() {
        let (index, size) = (golden["index"].as_u64().unwrap(), golden["size"].as_u64().unwrap());
        let proof = hashes(&golden["proof_hex"]);
        assert_eq!(inclusion_proof(index, size, &leaves).unwrap(), proof);
        let leaf = &leaves.0[usize::try_from(index).unwrap()];
        verify_inclusion(index, size, leaf, &proof, &root(&vectors, size)).unwrap();
    }
    for golden in vectors["consistency"].as_array().unwrap() {
        let (old, new) = (golden["old"].as_u64().unwrap(), golden["new"].as_u64().unwrap());
        let proof = hashes(&golden["proof_hex"]);
        assert_eq!(consistency_proof(old, new, &leaves).unwrap(), proof);
        verify_consistency((old, &root(&vectors, old)), (new, &root(&vectors, new)), &proof).unwrap();
    }
}

#[test]
fn tiles_and_their_paths_are_the_golden_ones() {
    let vectors = vectors();
    let files = Files::of(&Leaves::numbered(70_000));

    for golden in vectors["tiles_of_70000"].as_array().unwrap() {
        let tile: Tile = golden["path"].as_str().unwrap().parse().unwrap();
        // The vectors name one tile that only a smaller tree has: the beginning of the full one.
        let bytes = files.fetch(tile).or_else(|_| files.fetch(tile.full())).unwrap();
        let bytes = &bytes[..usize::from(tile.width()) * Hash::BYTES];

        assert_eq!(bytes.len() as u64, golden["bytes"].as_u64().unwrap());
        assert_eq!(sha256_hex(bytes), golden["sha256_of_tile"].as_str().unwrap());
    }
    for (number, spelling) in vectors["index_spelling"].as_object().unwrap() {
        let number: u64 = number.parse().unwrap();
        let tile = Tile::in_tree(Level::Entries, number, (number + 1) * 256).unwrap();
        assert_eq!(tile.to_string(), format!("tile/entries/{}", spelling.as_str().unwrap()));
        assert_eq!(tile.to_string().parse::<Tile>().unwrap(), tile);
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    Hash(sha2::Sha256::digest(bytes).into()).to_hex()
}

#[test]
fn the_golden_checkpoint_and_cosignature_are_signed_byte_for_byte() {
    let note = &vectors()["note"];
    let text = |field: &str| note[field].as_str().unwrap().to_owned();
    let log_name = "registry.example/log".parse().unwrap();
    let log = NoteSigner::from_seed(log_name, SignatureKind::Note, &unhex(&text("log_seed_hex")));
    let witness_name = "witness.example/w1".parse().unwrap();
    let seed = unhex(&text("witness_seed_hex"));
    let witness = NoteSigner::from_seed(witness_name, SignatureKind::Cosignature, &seed);
    assert_eq!(log.verifier().to_string(), text("log_vkey"));
    assert_eq!(witness.verifier().to_string(), text("witness_vkey"));

    let checkpoint = Checkpoint::new("registry.example/log", 513, root(&vectors(), 513)).unwrap();
    let mut signed = checkpoint.sign(&[&log]).unwrap();
    assert_eq!(checkpoint.to_string(), text("signed_text"));
    assert_eq!(signed.to_string(), text("checkpoint_513"));

    let time = note["cosignature_time"].as_u64().unwrap();
    assert_eq!(cosigned_message(time, &checkpoint.to_string()).unwrap(), text("cosigned_message"));
    let line = cosign(&checkpoint, time, &witness).unwrap();
    assert_eq!(format!("{line}\n"), text("cosignature_line"));
    signed.add(line).unwrap();
    let keys = [log.verifier().clone(), witness.verifier().clone()];
    let times: Vec<_> = signed.verify(&keys).unwrap().into_iter().map(|known| known.time).collect();
    assert_eq!(times, [None, Some(time)]);
}

#[test]
fn the_example_of_the_signed_note_document_verifies() {
    let key: NoteVerifier =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse().unwrap();
    let note: Note = "This is an example message.\n\n— example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
        .parse()
        .unwrap();

    assert_eq!(note.verify(&[key]).unwrap().len(), 1);
}
