//! The hashes that files are named by.

use std::io::{self, Read};

use blake2::{Blake2b512, Digest as _};
use sha2::Sha256;

/// Which hash names the files of a bundle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HashType {
    /// SHA-256, 32 bytes; what everybody can check.
    Sha256,
    /// `BLAKE2b`, 64 bytes.
    Blake2b,
    /// BLAKE3, 32 bytes.
    Blake3,
}

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 128 << 10;

enum Hasher {
    Sha256(Sha256),
    Blake2b(Box<Blake2b512>),
    Blake3(Box<blake3::Hasher>),
}

impl HashType {
    /// The name in bundles.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Blake2b => "blake2b",
            Self::Blake3 => "blake3",
        }
    }

    /// The hash of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Blake2b, Self::Blake3].into_iter().find(|known| known.as_str() == name)
    }

    /// Bytes of a digest.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Blake2b => 64,
            Self::Sha256 | Self::Blake3 => 32,
        }
    }

    /// The digest of the next `length` bytes, or of all that are left, and how many they were.
    ///
    /// # Errors
    /// What the reader said.
    pub fn digest(self, bytes: &mut dyn Read, length: Option<u64>) -> io::Result<(Vec<u8>, u64)> {
        let mut hasher = match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Blake2b => Hasher::Blake2b(Box::default()),
            Self::Blake3 => Hasher::Blake3(Box::default()),
        };
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut taken = 0;
        let mut bytes = bytes.take(length.unwrap_or(u64::MAX));
        loop {
            let count = match bytes.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(chunk.get(..count).unwrap_or_default());
            taken += count as u64;
        }
        Ok((hasher.finish(), taken))
    }
}

impl Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Blake2b(hasher) => hasher.update(bytes),
            Self::Blake3(hasher) => {
                hasher.update(bytes);
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Blake2b(hasher) => hasher.finalize().to_vec(),
            Self::Blake3(hasher) => hasher.finalize().as_bytes().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hash: HashType, expected: &str) {
        let (digest, length) = hash.digest(&mut b"abc".as_slice(), None).unwrap();

        assert_eq!((crate::hex(&digest).as_str(), length), (expected, 3));
        assert_eq!((digest.len(), HashType::named(hash.as_str())), (hash.bytes(), Some(hash)));
    }

    #[test]
    fn published_digests_of_abc() {
        check(HashType::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check(HashType::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
        check(
            HashType::Blake2b,
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8\
             dbf1925ab92386edd4009923",
        );
    }

    #[test]
    fn a_part_is_hashed_by_itself() {
        let mut bytes = b"abcabcx".as_slice();

        let first = HashType::Sha256.digest(&mut bytes, Some(3)).unwrap();
        let second = HashType::Sha256.digest(&mut bytes, Some(3)).unwrap();
        let last = HashType::Sha256.digest(&mut bytes, Some(3)).unwrap();

        assert_eq!(first, second);
        assert_eq!(last.1, 1);
    }
}
