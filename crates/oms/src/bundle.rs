//! The file with a signature: a Sigstore bundle v0.3 around a signed in-toto statement.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tlog::dsse::{IN_TOTO, pre_authentication_encoding};

use crate::{Error, Manifest, PublicKey, older};

/// What a bundle says it is.
pub const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// The largest bundle we read, in bytes; 100,000 files need about 21 MB.
pub const MAX_BUNDLE_BYTES: usize = 64 << 20;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Written {
    pub(crate) media_type: String,
    pub(crate) verification_material: Material,
    pub(crate) dsse_envelope: Envelope,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Material {
    pub(crate) public_key: Key,
    #[serde(default)]
    pub(crate) tlog_entries: Vec<serde_json::Value>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// Before version 1.1 the key itself stood here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) raw_bytes: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    pub(crate) payload: String,
    pub(crate) payload_type: String,
    pub(crate) signatures: Vec<Signature>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Signature {
    pub(crate) sig: String,
    #[serde(default)]
    pub(crate) keyid: String,
}

/// A bundle that was read. Nothing it says is believed before [`Bundle::open`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bundle {
    hint: Option<String>,
    /// Whether it is of the time before key hints.
    older: bool,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Malformed`].
    pub fn read(json: &[u8]) -> Result<Self, Error> {
        if json.len() > MAX_BUNDLE_BYTES {
            return Err(Error::TooMany { what: "bytes in a bundle", limit: MAX_BUNDLE_BYTES });
        }
        let wanted = "JSON with `mediaType`, `verificationMaterial` with a public key, and `dsseEnvelope`";
        let written: Written = serde_json::from_slice(json)
            .map_err(|error| Error::malformed("the bundle", &error.to_string(), wanted))?;
        if written.media_type != MEDIA_TYPE {
            let wanted = "`application/vnd.dev.sigstore.bundle.v0.3+json`";
            return Err(Error::malformed("the media type of the bundle", &written.media_type, wanted));
        }
        let envelope = written.dsse_envelope;
        if envelope.payload_type != IN_TOTO {
            let wanted = "`application/vnd.in-toto+json`";
            return Err(Error::malformed("the payload type of the bundle", &envelope.payload_type, wanted));
        }
        let [Signature { sig, .. }] = envelope.signatures.as_slice() else {
            let found = envelope.signatures.len().to_string();
            return Err(Error::malformed("the number of signatures", &found, "1"));
        };
        let Key { hint, raw_bytes } = written.verification_material.public_key;
        Ok(Self {
            older: hint.is_none(),
            hint: hint.or_else(|| older::hint(raw_bytes.as_deref()?)),
            payload: decode("the payload of the bundle", &envelope.payload)?,
            signature: decode("the signature of the bundle", sig)?,
        })
    }

    /// Which key signed, the bundle says: see [`PublicKey::hint`]. `None` in old bundles.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Whether `key` is the one that the bundle names; where it names none, any may be.
    #[must_use]
    pub fn may_be_by(&self, key: &PublicKey) -> bool {
        self.hint.as_ref().is_none_or(|hint| *hint == key.hint())
    }

    /// What was signed, if `key` signed it. Reads the very bytes that were signed.
    ///
    /// # Errors
    /// [`Error::FalseSignature`], and what is wrong with a signed statement.
    pub fn open(&self, key: &PublicKey) -> Result<Manifest, Error> {
        let signed = key.signed(&pre_authentication_encoding(IN_TOTO, &self.payload), &self.signature)
            || (self.older && key.signed(&older::encoding(&self.payload), &self.signature));
        if signed { Manifest::read(&self.payload) } else { Err(Error::FalseSignature) }
    }

    /// What it says that was signed. Nobody vouches for it: for choosing a bundle, not for checking.
    ///
    /// # Errors
    /// What is wrong with the statement.
    pub fn unverified(&self) -> Result<Manifest, Error> {
        Manifest::read(&self.payload)
    }
}

fn decode(what: &'static str, text: &str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).ok().ok_or_else(|| Error::malformed(what, text, "base64 with padding"))
}
