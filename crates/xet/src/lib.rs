//! The upload half of Xet: how the Hub's clients send large files since 2026, as pure formats.
//!
//! A file is cut into *chunks*. Chunks travel in *xorbs* ([`Xorb`]), and a *shard* ([`Shard`]) says which chunks of
//! which xorbs make up which file. Everything is named by keyed BLAKE3 hashes ([`hash`]). Nothing here reads files or
//! keeps state; sizes are checked before memory is taken. Source: the public Xet specification, version 1.1.0
//! (huggingface.co/docs/xet) and IETF draft-denis-xet-03.

mod error;
pub mod hash;
mod shard;
mod xorb;

pub use error::Error;
pub use hash::Hash;
pub use shard::{FileRecord, SHARD_BYTES, Shard, Term, XorbChunk, XorbRecord};
pub use xorb::{CHUNK_BYTES, Chunk, Reader, XORB_BYTES, XORB_CHUNKS, Xorb};
