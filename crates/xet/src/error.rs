//! What can be wrong with a xorb or a shard.

use crate::Hash;

/// Why bytes are no xorb or no shard.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// More bytes than are allowed.
    #[error("{what} has {found} bytes; at most {most} are allowed")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is.
        found: u64,
        /// How large it may be.
        most: u64,
    },
    /// The bytes end in the middle of something.
    #[error("the bytes end in the middle of {what}, at byte {at}")]
    Cut {
        /// What is cut.
        what: &'static str,
        /// Where it begins.
        at: usize,
    },
    /// A field that holds what it may not.
    #[error("{what} is {found} at byte {at}; {wanted}")]
    Field {
        /// The field.
        what: &'static str,
        /// What it holds.
        found: u64,
        /// Where it lies.
        at: usize,
        /// What would be right.
        wanted: &'static str,
    },
    /// Compressed bytes that do not unpack to what is announced.
    #[error("chunk {chunk} does not unpack to the {wanted} bytes that its header names")]
    Unpack {
        /// Position of the chunk, from 0.
        chunk: usize,
        /// How many bytes it should have.
        wanted: usize,
    },
    /// A xorb without chunks.
    #[error("the xorb holds no chunk")]
    NoChunks,
    /// Something that does not start as a shard does.
    #[error("these bytes are no shard: the first 32 bytes are not the tag of a shard of version 2")]
    NoShard,
    /// Bytes that hash to something else than they should.
    #[error("{what} hashes to {found}, not to {wanted}")]
    Hash {
        /// What was hashed.
        what: &'static str,
        /// Its hash.
        found: Hash,
        /// The hash it should have.
        wanted: Hash,
    },
}
