//! A record book to tamper with: entries, keys of the log and of a witness, and the files that a server offers.

use std::fs;
use std::path::Path;

use domain::Digest;
use tlog::{
    Checkpoint, Edge, Error, Hash, KeyName, Level, LogHandover, Node, NodeSource, Note, NoteSigner,
    ProofFile, SignatureKind, Tile, cosign, encode_bundle, inclusion_proof,
};

/// Name of the record book.
pub(crate) const ORIGIN: &str = "registry.example/log";

/// A record book in memory.
#[derive(Clone)]
pub(crate) struct Book {
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) key: NoteSigner,
    pub(crate) witness: NoteSigner,
    /// Documents of handovers, each with its address below `keys` and the number of its entry.
    pub(crate) handovers: Vec<(String, Vec<u8>, u64)>,
}

pub(crate) fn signer(name: &str, kind: SignatureKind, seed: u8) -> NoteSigner {
    let name: KeyName = name.parse().unwrap();
    NoteSigner::from_seed(name, kind, &[seed; 32])
}

/// An entry about version `ver` of the repository `id`.
pub(crate) fn entry(id: &str, ver: &str, doc: &str) -> Vec<u8> {
    serde_json::json!({
        "v": 1, "kind": "release", "id": id, "ver": ver, "doc": doc, "type": "vitrine/release/1",
        "prev": null, "at": "2026-11-22T10:00:00Z",
    })
    .to_string()
    .into_bytes()
}

struct Leaves<'a>(&'a [Vec<u8>]);

impl NodeSource for Leaves<'_> {
    fn node(&self, node: Node) -> Result<Hash, Error> {
        let Node { height, index } = node;
        if height == 0 {
            return Ok(Hash::of_leaf(&self.0[usize::try_from(index).unwrap()]));
        }
        let child = |index| self.node(Node { height: height - 1, index });
        Ok(Hash::of_children(&child(index * 2)?, &child(index * 2 + 1)?))
    }
}

impl Book {
    /// A book with so many entries about so many repositories.
    pub(crate) fn of(count: usize) -> Self {
        Self {
            entries: (0..count).map(|number| entry(&format!("id-{number}"), "1.0.0", "00")).collect(),
            key: signer(ORIGIN, SignatureKind::Note, 1),
            witness: signer("witness.example", SignatureKind::Cosignature, 2),
            handovers: Vec::new(),
        }
    }

    /// Has the key give way to the one with this seed.
    pub(crate) fn rotate(&mut self, seed: u8) {
        let new = signer(ORIGIN, SignatureKind::Note, seed);
        let number = self.handovers.iter().filter(|(path, ..)| path.starts_with("log/")).count() as u64 + 1;
        let note = LogHandover::sign(number, &self.key, &new).unwrap().to_string();
        self.hand_over(&format!("log.{number}"), note.into_bytes());
        self.key = new;
    }

    /// Enters a handover, whatever it says.
    pub(crate) fn hand_over(&mut self, ver: &str, document: Vec<u8>) {
        let index = self.entries.len() as u64;
        let entry = serde_json::json!({
            "v": 1, "kind": "key", "id": domain::Uuid::nil(), "ver": ver, "doc": Digest::of(&document).hex(),
            "type": "vitrine/log-key/1", "prev": null, "at": "2026-11-22T10:00:00Z",
        });
        self.entries.push(entry.to_string().into_bytes());
        self.handovers.push((ver.replace('.', "/"), document, index));
    }

    pub(crate) fn edge(&self) -> Edge {
        let mut edge = Edge::empty();
        for entry in &self.entries {
            edge.append(Hash::of_leaf(entry));
        }
        edge
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let edge = self.edge();
        Checkpoint::new(ORIGIN, edge.size(), edge.root().unwrap()).unwrap()
    }

    /// The checkpoint, signed by the log and seen by the witness.
    pub(crate) fn note(&self) -> Note {
        self.signed(&self.checkpoint())
    }

    pub(crate) fn signed(&self, checkpoint: &Checkpoint) -> Note {
        let mut note = checkpoint.sign(&[&self.key]).unwrap();
        note.add(cosign(checkpoint, 1_795_300_000, &self.witness).unwrap()).unwrap();
        note
    }

    /// The proof that an entry stands in the book, with the entry.
    pub(crate) fn proof(&self, index: u64) -> ProofFile {
        let size = self.entries.len() as u64;
        ProofFile {
            extra: Some(self.entries[usize::try_from(index).unwrap()].clone()),
            index,
            hashes: inclusion_proof(index, size, &Leaves(&self.entries)).unwrap(),
            checkpoint: self.note(),
        }
    }

    /// A policy that trusts this book, once its witness has seen it.
    pub(crate) fn policy(&self) -> String {
        let (log, witness) = (self.key.verifier(), self.witness.verifier());
        format!("log {log}\nwitness w {witness}\nquorum w\n")
    }

    /// Writes everything that a server offers.
    pub(crate) fn write(&self, folder: &Path) {
        let put = |path: &str, bytes: &[u8]| {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        };
        let bytes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
        let size = self.entries.len() as u64;
        let mut edge = Edge::empty();
        for entry in &self.entries {
            for full in edge.append(Hash::of_leaf(entry)) {
                put(&full.tile.to_string(), &bytes(&full.hashes));
            }
        }
        for (tile, hashes) in edge.partial_tiles() {
            put(&tile.to_string(), &bytes(hashes));
        }
        for (number, entries) in (0..).zip(self.entries.chunks(256)) {
            let tile = Tile::in_tree(Level::Entries, number, size).unwrap();
            put(&tile.to_string(), &encode_bundle(entries).unwrap());
        }
        put("checkpoint", self.note().to_string().as_bytes());
        put("vkey", format!("{}\n", self.key.verifier()).as_bytes());
        for (path, document, index) in &self.handovers {
            put(&format!("keys/{path}"), document);
            put(&format!("keys/{path}.tlog-proof"), self.proof(*index).to_string().as_bytes());
        }
    }
}
