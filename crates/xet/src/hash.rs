//! Names of chunks, xorbs, files and ranges.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

/// Key of the hash of a chunk.
const CHUNK_KEY: [u8; 32] = [
    0x66, 0x97, 0xf5, 0x77, 0x5b, 0x95, 0x50, 0xde, 0x31, 0x35, 0xcb, 0xac, 0xa5, 0x97, 0x18, 0x1c, 0x9d,
    0xe4, 0x21, 0x10, 0x9b, 0xeb, 0x2b, 0x58, 0xb4, 0xd0, 0xb0, 0x4b, 0x93, 0xad, 0xf2, 0x29,
];
/// Key of the hash of a node of the tree.
const NODE_KEY: [u8; 32] = [
    0x01, 0x7e, 0xc5, 0xc7, 0xa5, 0x47, 0x29, 0x96, 0xfd, 0x94, 0x66, 0x66, 0xb4, 0x8a, 0x02, 0xe6, 0x5d,
    0xdd, 0x53, 0x6f, 0x37, 0xc7, 0x6d, 0xd2, 0xf8, 0x63, 0x52, 0xe6, 0x4a, 0x53, 0x71, 0x3f,
];
/// Key of the hash that proves knowledge of a range of chunk hashes.
const RANGE_KEY: [u8; 32] = [
    0x7f, 0x18, 0x57, 0xd6, 0xce, 0x56, 0xed, 0x66, 0x12, 0x7f, 0xf9, 0x13, 0xe7, 0xa5, 0xc3, 0xf3, 0xa4,
    0xcd, 0x26, 0xd5, 0xb5, 0xdb, 0x49, 0xe6, 0x41, 0x24, 0x98, 0x7f, 0x28, 0xfb, 0x94, 0xc3,
];
/// Most nodes of a group.
const GROUP: usize = 9;

/// A keyed BLAKE3 hash. Printed as four little-endian numbers of 16 hex digits each, as the protocol does.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash([u8; 32]);

impl Hash {
    /// A hash of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A SHA-256 as shards carry it: printed, it reads like every other SHA-256.
    #[must_use]
    pub fn of_sha256(mut digest: [u8; 32]) -> Self {
        digest.as_chunks_mut::<8>().0.iter_mut().for_each(|word| word.reverse());
        Self(digest)
    }

    /// The SHA-256 that [`Hash::of_sha256`] was made of.
    #[must_use]
    pub fn to_sha256(self) -> [u8; 32] {
        Self::of_sha256(self.0).0
    }

    fn words(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        self.0.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word))
    }

    /// Whether a group of the tree may end at this node: its last number is divisible by 4.
    fn ends_group(&self) -> bool {
        self.words().last().unwrap_or_default().is_multiple_of(4)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

/// Text that is no hash.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no hash; a hash is written with 64 hex digits, 0-9 and a-f")]
pub struct NoHash(String);

impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let wrong = || NoHash(text.chars().take(80).collect());
        if text.len() != 64
            || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (word, slot) in text.as_bytes().chunks(16).zip(bytes.as_chunks_mut::<8>().0) {
            let word = str::from_utf8(word).map_err(|_not_ascii| wrong())?;
            *slot = u64::from_str_radix(word, 16).map_err(|_no_number| wrong())?.to_le_bytes();
        }
        Ok(Self(bytes))
    }
}

/// The hash of a chunk's bytes.
#[must_use]
pub fn chunk(bytes: &[u8]) -> Hash {
    Hash(*blake3::keyed_hash(&CHUNK_KEY, bytes).as_bytes())
}

/// The name of a xorb: the root of the tree over its chunks, each with its hash and its length in bytes.
#[must_use]
pub fn xorb(chunks: &[(Hash, u64)]) -> Hash {
    root(chunks)
}

/// The name of a file: the root of the tree over its chunks, hashed once more.
#[must_use]
pub fn file(chunks: &[(Hash, u64)]) -> Hash {
    Hash(*blake3::keyed_hash(&[0; 32], &root(chunks).0).as_bytes())
}

/// What proves that someone knows the hashes of a range of chunks.
#[must_use]
pub fn range(chunks: impl IntoIterator<Item = Hash>) -> Hash {
    let mut hasher = blake3::Hasher::new_keyed(&RANGE_KEY);
    for chunk in chunks {
        hasher.update(&chunk.0);
    }
    Hash(*hasher.finalize().as_bytes())
}

/// The root of the tree over nodes; 32 zero bytes for none.
fn root(nodes: &[(Hash, u64)]) -> Hash {
    let mut level = nodes.to_vec();
    while level.len() > 1 {
        let mut above = Vec::with_capacity(level.len() / 2);
        let mut rest = level.as_slice();
        while !rest.is_empty() {
            let (group, others) = rest.split_at_checked(group_length(rest)).unwrap_or((rest, &[]));
            above.push(parent(group));
            rest = others;
        }
        level = above;
    }
    level.first().map_or(Hash([0; 32]), |node| node.0)
}

/// How many of these nodes make the next group.
fn group_length(nodes: &[(Hash, u64)]) -> usize {
    if nodes.len() <= 2 {
        return nodes.len();
    }
    let end = nodes.iter().take(GROUP).enumerate().skip(2).find(|(_, (hash, _))| hash.ends_group());
    end.map_or(nodes.len().min(GROUP), |(position, _)| position + 1)
}

fn parent(group: &[(Hash, u64)]) -> (Hash, u64) {
    let mut text = String::with_capacity(group.len() * 80);
    for (hash, length) in group {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{hash} : {length}");
    }
    let length = group.iter().fold(0_u64, |sum, (_, length)| sum.saturating_add(*length));
    (Hash(*blake3::keyed_hash(&NODE_KEY, text.as_bytes()).as_bytes()), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_printed_as_four_little_endian_numbers() {
        let bytes = core::array::from_fn(|at| u8::try_from(at).unwrap());
        let text = Hash::new(bytes).to_string();

        assert_eq!(text, "07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918");
        assert_eq!(text.parse(), Ok(Hash::new(bytes)));
    }

    #[test]
    fn other_texts_are_no_hashes() {
        for text in ["", "07", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65), &"é".repeat(32)] {
            assert!(text.parse::<Hash>().is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_has_the_zero_root_and_one_node_is_its_own_root() {
        let one = chunk(b"x");

        assert_eq!(xorb(&[]), Hash::new([0; 32]));
        assert_eq!(xorb(&[(one, 1)]), one);
        assert_ne!(file(&[(one, 1)]), one);
    }
}
