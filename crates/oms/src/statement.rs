//! What the registry says under its own name: in-toto statements about releases and cards, signed by its key.

use std::collections::BTreeMap;

use domain::{Digest, ReleaseDocument};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tlog::dsse::{Envelope, IN_TOTO, StatementSigner, StatementVerifier};

use crate::manifest::STATEMENT_TYPE;
use crate::{Error, hex, root_digest, sign};

/// The predicate of releases: this package at this version is these files.
pub const RELEASE_PREDICATE: &str = "https://in-toto.io/attestation/release/v0.1";
/// The predicate of cards: this card is about that release.
pub const CARD_PREDICATE: &str = "https://vitrine.example/attestation/card/v1";
/// Subject that stands for the root of the signed folder; names of files never begin with `/`.
pub const ROOT_SUBJECT: &str = "/model-signing-root";
/// Subject that stands for the release document.
pub const DOCUMENT_SUBJECT: &str = "/release-document";
/// Subject that stands for the card document.
pub const CARD_SUBJECT: &str = "/card-document";

/// A claim about things that are named by their hashes (in-toto Statement v1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    /// What the claim is about.
    pub subject: Vec<Subject>,
    /// What is claimed.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// The claim.
    pub predicate: serde_json::Value,
}

/// One thing that a statement is about.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its hashes, by the name of the hash.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    fn new(name: &str, sha256: String) -> Self {
        Self { name: name.to_owned(), digest: BTreeMap::from([("sha256".to_owned(), sha256)]) }
    }
}

/// The files of a release, by path and SHA-256.
fn files(document: &ReleaseDocument) -> Vec<(&str, [u8; 32])> {
    document.files.iter().map(|file| (file.path.as_str(), *file.sha256.as_bytes())).collect()
}

impl Statement {
    /// What the registry says of a release: every file, the root of the signed folder, and the release document.
    #[must_use]
    pub fn of_release(document: &ReleaseDocument, digest: &Digest) -> Self {
        let mut subject: Vec<Subject> =
            document.files.iter().map(|file| Subject::new(file.path.as_str(), file.sha256.hex())).collect();
        let root = root_digest(&files(document));
        subject.extend(root.map(|root| Subject::new(ROOT_SUBJECT, hex(&root))));
        subject.push(Subject::new(DOCUMENT_SUBJECT, digest.hex()));
        let name = &document.repository.name;
        let purl = format!("pkg:generic/{}@{}", name, document.version.to_string().replace('+', "%2B"));
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: RELEASE_PREDICATE.to_owned(),
            predicate: json!({"purl": purl, "packageId": document.repository.id.to_string()}),
        }
    }

    /// What the registry says of a card: which document it is, and which release it is about.
    #[must_use]
    pub fn of_card(slug: &str, version: u32, card: &Digest, release: &Digest) -> Self {
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject::new(CARD_SUBJECT, card.hex())],
            predicate_type: CARD_PREDICATE.to_owned(),
            predicate: json!({"slug": slug, "version": version, "release": {"sha256": release.hex()}}),
        }
    }

    /// The statement signed, as the JSON of an envelope. The same statement and key give the same bytes.
    ///
    /// # Errors
    /// [`Error::Unsignable`] should the key or the encoder refuse.
    pub fn sign(&self, key: &StatementSigner) -> Result<Vec<u8>, Error> {
        let payload = serde_json::to_vec(self).map_err(|error| Error::Unsignable(error.to_string()))?;
        key.sign(IN_TOTO, &payload).to_json().map_err(|error| Error::Unsignable(error.to_string()))
    }

    /// The statement in an envelope, if `key` signed it.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::FalseSignature`].
    pub fn open(envelope: &[u8], key: &StatementVerifier) -> Result<Self, Error> {
        let wanted = "a signed in-toto statement (DSSE)";
        let malformed =
            |error: &dyn std::fmt::Display| Error::malformed("the statement", &error.to_string(), wanted);
        let envelope = Envelope::from_json(envelope).map_err(|error| malformed(&error))?;
        let payload = match envelope.verify(IN_TOTO, key) {
            Err(tlog::Error::FalseStatement) => return Err(Error::FalseSignature),
            opened => opened.map_err(|error| malformed(&error))?,
        };
        let statement: Self = serde_json::from_slice(&payload).map_err(|error| malformed(&error))?;
        if statement.kind == STATEMENT_TYPE {
            return Ok(statement);
        }
        Err(Error::malformed("the type of the statement", &statement.kind, "in-toto Statement v1"))
    }

    /// In what this statement differs from the expected one, as a sentence that names the first difference.
    #[must_use]
    pub fn difference(&self, expected: &Self) -> Option<String> {
        if self.predicate_type != expected.predicate_type {
            return Some(format!("it claims `{}`, not `{}`", self.predicate_type, expected.predicate_type));
        }
        if self.predicate != expected.predicate {
            return Some(format!("it is about {}, not about {}", self.predicate, expected.predicate));
        }
        for subject in &expected.subject {
            let Some(found) = self.subject.iter().find(|found| found.name == subject.name) else {
                return Some(format!("it does not name `{}`", subject.name));
            };
            if found.digest != subject.digest {
                return Some(format!("it names `{}` with another hash", subject.name));
            }
        }
        let known = |subject: &&Subject| !expected.subject.contains(subject);
        if let Some(more) = self.subject.iter().find(known) {
            return Some(format!("it also names `{}`", more.name));
        }
        (self.subject.len() != expected.subject.len()).then(|| "it names a subject twice".to_owned())
    }
}

/// The bundle over the files of a release, signed by the registry.
///
/// # Errors
/// As [`sign`].
pub fn release_bundle(document: &ReleaseDocument, key: &StatementSigner) -> Result<Vec<u8>, Error> {
    sign(document.repository.name.name(), &files(document), key)
}
