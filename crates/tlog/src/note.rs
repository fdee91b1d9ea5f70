//! Signed notes: a text and who signed it (C2SP signed-note).

use std::fmt;
use std::str::FromStr;

use crate::cosignature::{cosigned_message, parse_cosignature};
use crate::{Error, KeyName, NoteSigner, NoteVerifier, SignatureKind, strict};

/// The most signature lines that a note may have.
pub const MAX_SIGNATURES: usize = 100;

/// The longest note we read, in bytes.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// One line `— <name> <base64 of key id and signature>`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureLine {
    name: KeyName,
    id: u32,
    signature: Vec<u8>,
}

impl SignatureLine {
    pub(crate) fn new(signer: &NoteSigner, signature: Vec<u8>) -> Self {
        let verifier = signer.verifier();
        Self { name: verifier.name().clone(), id: verifier.id(), signature }
    }

    /// Who signed, they say.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Id of the key, they say.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether this line claims to be by `key`.
    #[must_use]
    pub fn claims(&self, key: &NoteVerifier) -> bool {
        self.id == key.id() && self.name == *key.name()
    }

    /// Checks that `key` made this signature over `text`; gives the time of a cosignature.
    ///
    /// # Errors
    /// [`Error::FalseSignature`], [`Error::Malformed`], [`Error::Time`].
    pub fn verify(&self, text: &str, key: &NoteVerifier) -> Result<Option<u64>, Error> {
        let refuse = || Error::FalseSignature { name: key.name().clone(), id: key.id() };
        let (time, message, signature) = match key.kind() {
            SignatureKind::Note => {
                let signature = <&[u8; 64]>::try_from(self.signature.as_slice()).ok().ok_or_else(refuse)?;
                (None, text.to_owned(), signature)
            }
            SignatureKind::Cosignature => {
                let (time, signature) = parse_cosignature(&self.signature).ok_or_else(refuse)?;
                (Some(time), cosigned_message(time, text)?, signature)
            }
        };
        if self.claims(key) && key.signed(message.as_bytes(), signature) { Ok(time) } else { Err(refuse()) }
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blob = self.id.to_be_bytes().to_vec();
        blob.extend_from_slice(&self.signature);
        write!(f, "— {} {}", self.name, strict::encode_base64(&blob))
    }
}

impl FromStr for SignatureLine {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        let wanted = "`— <name> <base64 of key id and signature>`";
        let malformed = || Error::malformed("a signature line", line, wanted);
        let (name, blob) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(malformed)?;
        let blob = strict::decode_base64("a signature", blob, wanted)?;
        let (id, signature) = blob.split_first_chunk::<4>().ok_or_else(malformed)?;
        if signature.is_empty() {
            return Err(malformed());
        }
        Ok(Self { name: name.parse()?, id: u32::from_be_bytes(*id), signature: signature.to_vec() })
    }
}

/// A key that is known to have signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attestation {
    /// The key.
    pub key: NoteVerifier,
    /// When, in seconds since 1970, for a cosignature; the latest where it signed more than once.
    pub time: Option<u64>,
}

/// A text with its signatures. `Display` and `FromStr` are inverse.
///
/// Being parsed says nothing about the signatures: [`Note::verify`] does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// A note signed by `signers` (kind [`SignatureKind::Note`]).
    ///
    /// # Errors
    /// [`Error::Malformed`] for a text that is not made of whole lines, or without a signer;
    /// [`Error::TooMany`]; [`Error::KeyKind`] for a witness's key, which signs with a time ([`crate::cosign`]).
    pub fn sign(text: &str, signers: &[&NoteSigner]) -> Result<Self, Error> {
        let mut signatures = Vec::new();
        for signer in signers {
            if signer.verifier().kind() != SignatureKind::Note {
                return Err(Error::KeyKind { found: 4, wanted: "a note is signed by a key of kind 0x01" });
            }
            signatures.push(SignatureLine::new(signer, signer.sign(text.as_bytes()).to_vec()));
        }
        Self { text: text.to_owned(), signatures }.to_string().parse()
    }

    /// The signed text, including its last line feed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands below the text, unchecked.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds a signature line, for instance of a witness.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn add(&mut self, line: SignatureLine) -> Result<(), Error> {
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(Error::TooMany { what: "signatures", limit: MAX_SIGNATURES });
        }
        self.signatures.push(line);
        Ok(())
    }

    /// Which of the known `keys` signed. Lines by unknown keys are passed over.
    ///
    /// # Errors
    /// [`Error::FalseSignature`] if any line that claims a known key is false, even when others are good;
    /// [`Error::NoKnownSignature`].
    pub fn verify(&self, keys: &[NoteVerifier]) -> Result<Vec<Attestation>, Error> {
        let mut attestations: Vec<Attestation> = Vec::new();
        for key in keys {
            for line in self.signatures.iter().filter(|line| line.claims(key)) {
                let time = line.verify(&self.text, key)?;
                match attestations.iter_mut().find(|known| known.key == *key) {
                    Some(known) => known.time = known.time.max(time),
                    None => attestations.push(Attestation { key: key.clone(), time }),
                }
            }
        }
        if attestations.is_empty() {
            return Err(Error::NoKnownSignature { found: self.signatures.len() });
        }
        Ok(attestations)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Note {
    type Err = Error;

    fn from_str(note: &str) -> Result<Self, Error> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(Error::TooMany { what: "bytes in a note", limit: MAX_NOTE_BYTES });
        }
        let malformed =
            || Error::malformed("a signed note", note, "text, an empty line, and signature lines");
        if note.chars().any(|character| character < ' ' && character != '\n') {
            return Err(malformed());
        }
        // The last empty line divides: a text may contain empty lines, signature lines do not.
        let middle = note.rfind("\n\n").ok_or_else(malformed)?;
        let (text, signatures) = note.split_at_checked(middle + 1).ok_or_else(malformed)?;
        let lines =
            signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n')).ok_or_else(malformed)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(Error::TooMany { what: "signatures", limit: MAX_SIGNATURES });
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }
}
