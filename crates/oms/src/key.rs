//! Public keys of the three curves that bundles are signed with.

use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding};
use sha2::{Digest as _, Sha256};

use crate::{Error, hex};

/// A public key. ECDSA with SHA-256, SHA-384 or SHA-512, as the curve asks for (OMS v1.0, "Signing with keys").
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    key: Curve,
    pem: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Curve {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
}

/// The longest text of a key that we read, in bytes.
const MAX_PEM_BYTES: usize = 8 << 10;

fn pem_of(key: &impl EncodePublicKey) -> Option<String> {
    key.to_public_key_pem(LineEnding::LF).ok()
}

impl PublicKey {
    /// Reads a key from PEM (`-----BEGIN PUBLIC KEY-----`).
    ///
    /// # Errors
    /// [`Error::Malformed`] for what is no key on P-256, P-384 or P-521.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let read = || {
            if pem.len() > MAX_PEM_BYTES {
                return None;
            }
            Self::any(
                DecodePublicKey::from_public_key_pem(pem).ok(),
                DecodePublicKey::from_public_key_pem(pem).ok(),
                DecodePublicKey::from_public_key_pem(pem).ok(),
            )
        };
        read().ok_or_else(|| Self::no_key(pem))
    }

    /// Reads a key from its DER bytes (`SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// As [`PublicKey::from_pem`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let key = Self::any(
            DecodePublicKey::from_public_key_der(der).ok(),
            DecodePublicKey::from_public_key_der(der).ok(),
            DecodePublicKey::from_public_key_der(der).ok(),
        );
        key.ok_or_else(|| Self::no_key("bytes"))
    }

    fn no_key(found: &str) -> Error {
        Error::malformed(
            "a public key",
            found,
            "an elliptic-curve public key on P-256, P-384 or P-521 in PEM",
        )
    }

    fn any(
        p256: Option<p256::ecdsa::VerifyingKey>,
        p384: Option<p384::ecdsa::VerifyingKey>,
        p521: Option<p521::PublicKey>,
    ) -> Option<Self> {
        // P-521 keys are read as points and then made keys, since the curve's own reader wants both.
        let p521 = p521.map(p521::ecdsa::VerifyingKey::from);
        let key = p256.map(Curve::P256).or(p384.map(Curve::P384)).or(p521.map(Curve::P521))?;
        let pem = match &key {
            Curve::P256(key) => pem_of(key),
            Curve::P384(key) => pem_of(key),
            Curve::P521(key) => pem_of(&p521::PublicKey::from(*key)),
        }?;
        Some(Self { key, pem })
    }

    /// The key as PEM, lines ending in line feeds.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// How bundles name it: SHA-256 of its PEM text, in lower-case hexadecimal.
    #[must_use]
    pub fn hint(&self) -> String {
        hex(&Sha256::digest(&self.pem))
    }

    /// Name of its curve.
    #[must_use]
    pub const fn curve(&self) -> &'static str {
        match self.key {
            Curve::P256(_) => "P-256",
            Curve::P384(_) => "P-384",
            Curve::P521(_) => "P-521",
        }
    }

    /// Whether `signature` (DER) is by this key over `message`.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            Curve::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Curve::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Curve::P521(key) => p521::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}
