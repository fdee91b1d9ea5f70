//! SHA-256 digests of bytes and the SHA-1 ids that git gives to files.

use std::fmt;
use std::str::FromStr;

use sha2::Digest as _;

use crate::{Malformed, serde_as_text};

/// SHA-256 of some bytes, written `sha256:` and 64 lower-case hex digits. Source: FIPS 180-4.
///
/// Also parses from the 64 hex digits alone, as they stand in addresses.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A digest that was computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 hex digits without the name of the algorithm.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// The first twelve hex digits, for people; never for comparing.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex().chars().take(12).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "sha256:{}", self.hex())
    }
}

impl FromStr for Digest {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let bytes = unhex::<32>(digits);
        bytes.map(Self).ok_or_else(|| {
            Malformed::new(
                "a SHA-256 digest",
                text,
                "write 64 lower-case hex digits, with or without `sha256:`",
            )
        })
    }
}

serde_as_text!(Digest);

/// The id git gives to a file's content (SHA-1 over `blob SIZE\0` and the content), 40 hex digits.
///
/// Only a name that clients of the Hub protocol expect; nothing is trusted because of it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GitSha1([u8; 20]);

impl GitSha1 {
    /// An id that was computed while the bytes passed.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The id of a small object of this kind (`blob`, `tree`, `commit`).
    #[must_use]
    pub fn of_object(kind: &str, content: &[u8]) -> Self {
        let mut hash = sha1::Sha1::new();
        hash.update(format!("{kind} {}\0", content.len()).as_bytes());
        hash.update(content);
        Self(hash.finalize().into())
    }

    /// The 20 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for GitSha1 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl FromStr for GitSha1 {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        unhex::<20>(text)
            .map(Self)
            .ok_or_else(|| Malformed::new("a git object id", text, "write 40 lower-case hex digits"))
    }
}

serde_as_text!(GitSha1);

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

fn unhex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    if digits.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().try_fold(0_u8, |value, digit| nibble(*digit).map(|low| value << 4 | low))?;
    }
    Some(bytes)
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_prints_and_parses_back() {
        let digest = Digest::of(b"abc");

        assert_eq!(
            digest.to_string(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(digest.hex().parse(), Ok(digest));
    }

    #[test]
    fn other_spellings_of_a_digest_are_refused() {
        let good = Digest::of(b"abc").hex();
        for bad in [
            good.to_uppercase(),
            format!("sha256-{good}"),
            format!("{good}0"),
            good.chars().skip(1).collect(),
            "sha256:../../x".into(),
            String::new(),
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_git_id_is_the_one_git_gives() {
        // `printf 'what is up, doc?' | git hash-object --stdin`
        let id = GitSha1::of_object("blob", b"what is up, doc?");

        assert_eq!(id.to_string(), "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
