//! Signed folders: `OpenSSF` Model Signing v1.0 with elliptic-curve keys.
//!
//! A [`Bundle`] names every file of a folder with its hash and is signed as a whole. [`sign`] makes one, and
//! [`verify`] says whether a folder is the signed one. Knows nothing of disks and networks: files come through a
//! [`Files`] that is handed in, keys as text. Who owns a key is for others to say. [`Statement`] is what the registry itself says of a release.
//!
//! Sources: `OpenSSF` Model Signing v1.0 ("OMS"), Sigstore bundle v0.3, DSSE 1.0.2, in-toto Statement v1.

mod bundle;
mod error;
mod files;
mod hashing;
mod key;
mod manifest;
mod older;
mod sign;
mod statement;
mod verify;

pub use bundle::{Bundle, MAX_BUNDLE_BYTES, MEDIA_TYPE};
pub use error::Error;
pub use files::{Files, Item, What};
pub use hashing::HashType;
pub use key::PublicKey;
pub use manifest::{MAX_RESOURCES, Manifest, Method, PREDICATE_TYPE, Resource};
pub use sign::{root_digest, sign};
pub use statement::{
    CARD_PREDICATE, CARD_SUBJECT, DOCUMENT_SUBJECT, RELEASE_PREDICATE, ROOT_SUBJECT, Statement, Subject,
    release_bundle,
};
pub use verify::{ALWAYS_IGNORED, Difference, Verdict, check, verify};

/// Lower-case hexadecimal.
#[must_use]
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('?', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of lower-case hexadecimal digits; `None` for anything else.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(value(high)? << 4 | value(low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}
