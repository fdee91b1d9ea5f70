//! Keys of signed notes (C2SP signed-note, "Verifier keys" and "Signatures"; tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::{Error, strict};

/// Name of a key: no space, no control character, no `+`. A log's key is named like its origin.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        const MAX_BYTES: usize = 1024;
        let strange =
            |character: char| character.is_whitespace() || character.is_control() || character == '+';
        if text.is_empty() || text.len() > MAX_BYTES || text.contains(strange) {
            return Err(Error::malformed("a key name", text, "a name without spaces and without `+`"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a key signs.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SignatureKind {
    /// Kind 01: Ed25519 over the text of the note. Logs sign so.
    Note,
    /// Kind 04: Ed25519 over the text and a time. Witnesses sign so.
    Cosignature,
}

impl SignatureKind {
    fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }

    fn of(byte: u8) -> Result<Self, Error> {
        match byte {
            1 => Ok(Self::Note),
            4 => Ok(Self::Cosignature),
            found => Err(Error::KeyKind { found, wanted: "it should be 0x01 (log) or 0x04 (witness)" }),
        }
    }
}

/// First 4 bytes of SHA-256 over name, line feed, kind and public key (C2SP signed-note, "Signatures").
fn key_id(name: &KeyName, kind: SignatureKind, key: &VerifyingKey) -> u32 {
    let hash = Sha256::new()
        .chain_update(name.as_str())
        .chain_update([b'\n', kind.byte()])
        .chain_update(key.as_bytes())
        .finalize();
    hash.iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
}

/// The id in a key text: 8 lower-case hexadecimal digits.
fn parse_id(text: &str) -> Result<u32, Error> {
    let id = u32::from_str_radix(text, 16).ok().filter(|id| format!("{id:08x}") == text);
    id.ok_or_else(|| Error::malformed("the id of a key", text, "8 lower-case hexadecimal digits"))
}

/// The kind byte and 32 bytes behind it.
fn parse_key(text: &str) -> Result<(SignatureKind, [u8; 32]), Error> {
    let wanted = "one byte of kind and 32 bytes of key, in base64";
    let bytes = strict::decode_base64("a key", text, wanted)?;
    let malformed = || Error::malformed("a key", text, wanted);
    let (kind, key) = bytes.split_first().ok_or_else(malformed)?;
    let kind = SignatureKind::of(*kind)?;
    Ok((kind, <[u8; 32]>::try_from(key).ok().ok_or_else(malformed)?))
}

/// A public key that signs notes, written `<name>+<id>+<base64 of kind and key>`.
///
/// Source: C2SP signed-note, "Verifier keys".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoteVerifier {
    name: KeyName,
    id: u32,
    kind: SignatureKind,
    key: VerifyingKey,
}

impl NoteVerifier {
    fn new(name: KeyName, kind: SignatureKind, key: VerifyingKey) -> Self {
        Self { id: key_id(&name, kind, &key), name, kind, key }
    }

    /// Whose key it is.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key's id, which signature lines begin with.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What it signs.
    #[must_use]
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The 32 bytes of the Ed25519 key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether `signature` is by this key over `message`; keys of small order never are.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind.byte()];
        key.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, strict::encode_base64(&key))
    }
}

impl FromStr for NoteVerifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = "`<name>+<id>+<key>`";
        let malformed = || Error::malformed("a public key of notes", text, wanted);
        let (name, rest) = text.split_once('+').ok_or_else(malformed)?;
        let (stated, key) = rest.split_once('+').ok_or_else(malformed)?;
        let (name, stated) = (KeyName::from_str(name)?, parse_id(stated)?);
        let (kind, key) = parse_key(key)?;
        let key = VerifyingKey::from_bytes(&key).ok().filter(|key| !key.is_weak()).ok_or_else(malformed)?;
        let verifier = Self::new(name, kind, key);
        if verifier.id == stated {
            return Ok(verifier);
        }
        Err(Error::KeyId { name: verifier.name, stated, computed: verifier.id })
    }
}

/// A secret key that signs notes. `Debug` does not show it.
#[derive(Clone)]
pub struct NoteSigner {
    verifier: NoteVerifier,
    key: SigningKey,
}

impl NoteSigner {
    /// The key of `name` that the 32 secret bytes of `seed` make (RFC 8032 §5.1.5).
    #[must_use]
    pub fn from_seed(name: KeyName, kind: SignatureKind, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self { verifier: NoteVerifier::new(name, kind, key.verifying_key()), key }
    }

    /// Its public half.
    #[must_use]
    pub fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    /// The secret text `PRIVATE+KEY+<name>+<id>+<base64 of kind and seed>`: to be kept by its owner alone.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let mut key = vec![self.verifier.kind.byte()];
        key.extend_from_slice(self.key.as_bytes());
        let (name, id) = (&self.verifier.name, self.verifier.id);
        format!("PRIVATE+KEY+{name}+{id:08x}+{}", strict::encode_base64(&key))
    }

    /// Reads what [`NoteSigner::to_secret_text`] wrote.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::KeyKind`], [`Error::KeyId`]; none repeats the secret.
    pub fn from_secret_text(text: &str) -> Result<Self, Error> {
        let malformed =
            || Error::malformed("a secret key of notes", "…", "`PRIVATE+KEY+<name>+<id>+<key>` in one line");
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or_else(malformed)?;
        let (name, rest) = rest.split_once('+').ok_or_else(malformed)?;
        let (stated, key) = rest.split_once('+').ok_or_else(malformed)?;
        let name = KeyName::from_str(name)?;
        let stated = parse_id(stated).ok().ok_or_else(malformed)?;
        let (kind, seed) = match parse_key(key) {
            Err(Error::Malformed { .. }) => return Err(malformed()),
            parsed => parsed?,
        };
        let signer = Self::from_seed(name, kind, &seed);
        let NoteVerifier { name, id, .. } = &signer.verifier;
        if *id != stated {
            return Err(Error::KeyId { name: name.clone(), stated, computed: *id });
        }
        Ok(signer)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner").field("verifier", &self.verifier).field("key", &"…").finish()
    }
}
