//! Signed statements (DSSE 1.0.2), by ECDSA over P-256 with SHA-256.
//!
//! Whoever verifies an envelope gets the very bytes that were signed, and reads those and nothing else.

use std::fmt;

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Error, strict};

/// The payload type of in-toto statements.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// The bytes that are signed for a payload (DSSE protocol, "Pre-Authentication Encoding").
#[must_use]
pub fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// The public key that statements are checked with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatementVerifier(VerifyingKey);

impl StatementVerifier {
    /// Reads a key from PEM (`-----BEGIN PUBLIC KEY-----`, RFC 7468 §13).
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let key = VerifyingKey::from_public_key_pem(pem).ok();
        key.map(Self).ok_or_else(|| Error::malformed("a public key", pem, "an EC P-256 public key in PEM"))
    }

    /// The key in PEM, lines ending in line feeds.
    ///
    /// # Errors
    /// [`Error::Malformed`] should the encoder refuse.
    pub fn to_pem(&self) -> Result<String, Error> {
        let pem = self.0.to_public_key_pem(LineEnding::LF).ok();
        pem.ok_or_else(|| Error::malformed("a public key", "…", "a key that PEM can hold"))
    }

    /// The key's hint: SHA-256 of its PEM text in lower-case hexadecimal (`OpenSSF` Model Signing v1.0).
    ///
    /// # Errors
    /// As [`StatementVerifier::to_pem`].
    pub fn hint(&self) -> Result<String, Error> {
        Ok(strict::hex(&Sha256::digest(self.to_pem()?)))
    }
}

/// The secret key that statements are signed with. `Debug` does not show it.
#[derive(Clone)]
pub struct StatementSigner(SigningKey);

impl StatementSigner {
    /// The key that 32 secret bytes are (a number from 1 to below the order of P-256, big endian).
    ///
    /// # Errors
    /// [`Error::Malformed`] for the few numbers that are no key: take others.
    pub fn from_secret(secret: &[u8; 32]) -> Result<Self, Error> {
        let key = SigningKey::from_slice(secret).ok();
        key.map(Self)
            .ok_or_else(|| Error::malformed("a secret key", "…", "a number below the order of P-256"))
    }

    /// Reads a secret key from PEM (`-----BEGIN PRIVATE KEY-----`, PKCS #8).
    ///
    /// # Errors
    /// [`Error::Malformed`], which does not repeat the secret.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let key = SigningKey::from_pkcs8_pem(pem).ok();
        key.map(Self)
            .ok_or_else(|| Error::malformed("a secret key", "…", "an EC P-256 private key, PKCS #8 PEM"))
    }

    /// The secret key in PEM: to be kept by its owner alone.
    ///
    /// # Errors
    /// [`Error::Malformed`] should the encoder refuse.
    pub fn to_pem(&self) -> Result<String, Error> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).ok().map(|pem| pem.as_str().to_owned());
        pem.ok_or_else(|| Error::malformed("a secret key", "…", "a key that PEM can hold"))
    }

    /// Its public half.
    #[must_use]
    pub fn verifier(&self) -> StatementVerifier {
        StatementVerifier(*self.0.verifying_key())
    }

    /// Signs a payload. The same key and payload give the same signature (RFC 6979).
    #[must_use]
    pub fn sign(&self, payload_type: &str, payload: &[u8]) -> Envelope {
        let signature: Signature = self.0.sign(&pre_authentication_encoding(payload_type, payload));
        let sig = strict::encode_base64(signature.to_der().as_bytes());
        Envelope {
            payload: strict::encode_base64(payload),
            payload_type: payload_type.to_owned(),
            signatures: vec![EnvelopeSignature { sig, keyid: String::new() }],
        }
    }
}

impl fmt::Debug for StatementSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StatementSigner").field(&"…").finish()
    }
}

/// A payload with signatures, as JSON (DSSE envelope). Unknown fields are passed over.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

/// One signature of an envelope.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct EnvelopeSignature {
    sig: String,
    /// A hint and nothing more: never used to choose a key.
    #[serde(default)]
    keyid: String,
}

impl Envelope {
    /// The largest envelope we read, in bytes.
    pub const MAX_BYTES: usize = 64 << 20;

    /// Reads an envelope.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Malformed`].
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        if json.len() > Self::MAX_BYTES {
            return Err(Error::TooMany { what: "bytes in an envelope", limit: Self::MAX_BYTES });
        }
        let wanted = "JSON with `payload`, `payloadType` and `signatures`";
        serde_json::from_slice(json)
            .map_err(|error| Error::malformed("an envelope", &error.to_string(), wanted))
    }

    /// The envelope as JSON, the same bytes each time.
    ///
    /// # Errors
    /// [`Error::Malformed`] should the encoder refuse.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|error| {
            Error::malformed("an envelope", &error.to_string(), "an envelope that JSON can hold")
        })
    }

    /// The payload, whoever signed it. Only to learn which key to verify with.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub(crate) fn payload_unchecked(&self) -> Result<Vec<u8>, Error> {
        strict::decode_base64("the payload of an envelope", &self.payload, "base64 with padding")
    }

    /// What the payload is, it says.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The payload, if `key` signed it as `payload_type`. An envelope has exactly one signature.
    ///
    /// # Errors
    /// [`Error::StatementType`], [`Error::Malformed`], [`Error::FalseStatement`].
    pub fn verify(&self, payload_type: &str, key: &StatementVerifier) -> Result<Vec<u8>, Error> {
        if self.payload_type != payload_type {
            let (found, expected) = (self.payload_type.clone(), payload_type.to_owned());
            return Err(Error::StatementType { found, expected });
        }
        let [EnvelopeSignature { sig, .. }] = self.signatures.as_slice() else {
            let found = self.signatures.len().to_string();
            return Err(Error::malformed("the number of signatures", &found, "1"));
        };
        let payload = self.payload_unchecked()?;
        let signature = strict::decode_base64("the signature of an envelope", sig, "base64 with padding")?;
        let signature = Signature::from_der(&signature).ok().ok_or(Error::FalseStatement)?;
        let signed = pre_authentication_encoding(payload_type, &payload);
        key.0.verify(&signed, &signature).ok().map(|()| payload).ok_or(Error::FalseStatement)
    }
}
