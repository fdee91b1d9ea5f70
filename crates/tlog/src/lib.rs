//! The mathematics and the texts of a transparency log: what anybody needs to prove that a record book was only
//! ever added to, and that an entry stands in it.
//!
//! Everything here is a function of its arguments. Knows nothing of files, databases, networks, clocks or chance:
//! bytes, keys and times are handed in, and a client that has to fetch is told what to fetch ([`TileReader`]).
//!
//! Sources: RFC 6962 and RFC 9162 (trees), the C2SP documents signed-note, tlog-checkpoint, tlog-tiles,
//! tlog-cosignature, tlog-witness, tlog-proof and tlog-policy (texts), DSSE 1.0.2 (signed statements).

mod bundle;
mod checkpoint;
mod cosignature;
pub mod dsse;
mod edge;
mod error;
mod handover;
mod hash;
mod key;
mod node;
mod note;
mod policy;
mod proof;
mod proof_file;
mod reader;
mod strict;
mod tile;
mod tile_set;
pub mod witness;

pub use bundle::{MAX_ENTRY_BYTES, decode_bundle, encode_bundle};
pub use checkpoint::Checkpoint;
pub use cosignature::{MAX_COSIGNATURE_TIME, cosign, cosigned_message};
pub use edge::{Edge, FullTile};
pub use error::Error;
pub use handover::{LogHandover, RegistryHandover};
pub use hash::Hash;
pub use key::{KeyName, NoteSigner, NoteVerifier, SignatureKind};
pub use node::{Node, NodeSource, consistency_proof, inclusion_proof, tree_root};
pub use note::{Attestation, MAX_NOTE_BYTES, MAX_SIGNATURES, Note, SignatureLine};
pub use policy::{Log, Policy, Witness};
pub use proof::{MAX_PROOF_HASHES, root_from_inclusion, verify_consistency, verify_inclusion};
pub use proof_file::ProofFile;
pub use reader::TileReader;
pub use tile::{Level, TILE_HASHES, Tile};
pub use tile_set::TileSet;
