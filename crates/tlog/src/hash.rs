//! The hashes of a Merkle tree (RFC 6962 §2.1).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::{Error, strict};

/// A SHA-256 of the tree: of a leaf, of two subtrees, or the root. Written in base64, as checkpoints do.
///
/// Source: RFC 6962 §2.1.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash(pub [u8; Hash::BYTES]);

impl Hash {
    /// Bytes of a hash.
    pub const BYTES: usize = 32;

    /// The root of a tree without entries: the hash of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of an entry's exact bytes.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash above two subtrees.
    #[must_use]
    pub fn of_children(left: &Self, right: &Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// In 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        strict::hex(&self.0)
    }

    /// The hashes above a complete tree's `leaves`, whose number is a power of two; for one hash, itself.
    pub(crate) fn of_complete(leaves: &[Self]) -> Self {
        match leaves {
            [] => Self::of_nothing(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                Self::of_children(&Self::of_complete(left), &Self::of_complete(right))
            }
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&strict::encode_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = "a hash of 32 bytes in base64 with padding";
        let bytes = strict::decode_base64("a hash", text, wanted)?;
        <[u8; Self::BYTES]>::try_from(bytes.as_slice())
            .map(Self)
            .ok()
            .ok_or_else(|| Error::malformed("a hash", text, wanted))
    }
}
