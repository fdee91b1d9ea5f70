//! One key giving way to the next: a text that both sign. Whoever knows the old key learns from it which one follows.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dsse::{Envelope, StatementSigner, StatementVerifier};
use crate::{Error, KeyName, Note, NoteSigner, NoteVerifier, SignatureKind, strict};

/// First line of the note about the key of a record book.
const LOG: &str = "vitrine/log-key/1";
/// Schema of the document about the key of a registry.
const REGISTRY: &str = "vitrine/registry-key/1";
/// The type of the payload of that document's envelopes.
const REGISTRY_PAYLOAD: &str = "application/vnd.vitrine.registry-key+json";

/// The key that signs checkpoints gives way to another one: a note (C2SP signed-note) of five lines, signed by both.
/// The lines are `vitrine/log-key/1`, the origin, which handover of this record book it is, the old key, the new key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogHandover {
    /// Which one, from 1.
    pub number: u64,
    /// The key that signed so far.
    pub old: NoteVerifier,
    /// The key that signs from now on; its name is the same.
    pub new: NoteVerifier,
}

impl LogHandover {
    /// What the document of its entry is.
    pub const TYPE: &'static str = LOG;

    /// Has both keys say it.
    ///
    /// # Errors
    /// As [`LogHandover::from_str`] for keys that cannot follow each other.
    pub fn sign(number: u64, old: &NoteSigner, new: &NoteSigner) -> Result<Note, Error> {
        let (was, is) = (old.verifier(), new.verifier());
        let text = format!("{LOG}\n{}\n{number}\n{was}\n{is}\n", was.name());
        let note = Note::sign(&text, &[old, new])?;
        note.to_string().parse::<Self>().map(|_checked| note)
    }
}

impl FromStr for LogHandover {
    type Err = Error;

    /// Reads the note and checks both signatures.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::KeyKind`], [`Error::FalseSignature`], [`Error::NoKnownSignature`].
    fn from_str(note: &str) -> Result<Self, Error> {
        let note: Note = note.parse()?;
        let what = "a line about a new key";
        let mut rest = note.text();
        let mut line = || strict::line(what, &mut rest);
        let (head, origin, number, old, new) = (line()?, line()?, line()?, line()?, line()?);
        if head != LOG || !rest.is_empty() {
            return Err(Error::malformed(
                "a text about a new key",
                note.text(),
                "five lines, the first one `vitrine/log-key/1`",
            ));
        }
        let number = strict::decimal("the number of a handover", number)?;
        let origin: KeyName = origin.parse()?;
        let (old, new): (NoteVerifier, NoteVerifier) = (old.parse()?, new.parse()?);
        for key in [&old, &new] {
            if key.kind() != SignatureKind::Note {
                return Err(Error::KeyKind { found: 4, wanted: "a log's key is of kind 0x01" });
            }
            if *key.name() != origin {
                return Err(Error::malformed(
                    "the name of a new key",
                    key.name().as_str(),
                    "the name of the record book",
                ));
            }
        }
        if old == new || number == 0 {
            return Err(Error::malformed("a handover", note.text(), "numbered from 1, to another key"));
        }
        // Each of them, and not just one.
        note.verify(std::slice::from_ref(&old))?;
        note.verify(std::slice::from_ref(&new))?;
        Ok(Self { number, old, new })
    }
}

/// The key that a registry signs statements with gives way to another one: canonical JSON with the same payload in two
/// envelopes (DSSE), one by each key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegistryHandover {
    /// Which one, from 1.
    pub number: u64,
    /// The key that signed so far.
    pub old: StatementVerifier,
    /// The key that signs from now on.
    pub new: StatementVerifier,
}

/// What both keys sign.
#[derive(Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    schema: String,
    origin: String,
    number: u64,
    old: String,
    new: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    by_old: Envelope,
    by_new: Envelope,
}

impl RegistryHandover {
    /// What the document of its entry is.
    pub const TYPE: &'static str = REGISTRY;

    /// Has both keys say it, for the registry of this record book.
    ///
    /// # Errors
    /// As [`RegistryHandover::read`] for keys that cannot follow each other.
    pub fn sign(
        origin: &str,
        number: u64,
        old: &StatementSigner,
        new: &StatementSigner,
    ) -> Result<Vec<u8>, Error> {
        let (was, is) = (old.verifier().to_pem()?, new.verifier().to_pem()?);
        let payload =
            Payload { schema: REGISTRY.to_owned(), origin: origin.to_owned(), number, old: was, new: is };
        let payload = json(&payload)?;
        let signed = |key: &StatementSigner| key.sign(REGISTRY_PAYLOAD, &payload);
        let document = json(&Document { by_old: signed(old), by_new: signed(new) })?;
        Self::read(&document, origin).map(|_checked| document)
    }

    /// Reads the document about the registry of this record book and checks both signatures.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::StatementType`], [`Error::FalseStatement`].
    pub fn read(document: &[u8], origin: &str) -> Result<Self, Error> {
        let shown = String::from_utf8_lossy(document);
        let wanted = "JSON with `by_old` and `by_new`, two envelopes";
        let envelopes: Document = serde_json::from_slice(document)
            .ok()
            .ok_or_else(|| Error::malformed("a document about a new key", &shown, wanted))?;
        let inside = |envelope: &Envelope| envelope.payload_unchecked();
        let payload = inside(&envelopes.by_old)?;
        let told: Payload = serde_json::from_slice(&payload).ok().ok_or_else(|| {
            let text = String::from_utf8_lossy(&payload).into_owned();
            Error::malformed("a text about a new key", &text, "schema, origin, number, old and new")
        })?;
        let wanted = "the handover of this registry, numbered from 1, to another key";
        if told.schema != REGISTRY || told.origin != origin || told.number == 0 || told.old == told.new {
            return Err(Error::malformed("a handover", &String::from_utf8_lossy(&payload), wanted));
        }
        let (old, new) = (StatementVerifier::from_pem(&told.old)?, StatementVerifier::from_pem(&told.new)?);
        for (envelope, key) in [(&envelopes.by_old, &old), (&envelopes.by_new, &new)] {
            if envelope.verify(REGISTRY_PAYLOAD, key)? != payload {
                return Err(Error::FalseStatement);
            }
        }
        Ok(Self { number: told.number, old, new })
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_vec(value);
    text.map_err(|error| Error::malformed("a handover", &error.to_string(), "one that JSON can hold"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "registry.example/log";

    fn signer(name: &str, seed: u8) -> NoteSigner {
        NoteSigner::from_seed(name.parse().unwrap(), SignatureKind::Note, &[seed; 32])
    }

    fn statement_signer(seed: u8) -> StatementSigner {
        StatementSigner::from_secret(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_handover_names_both_keys_and_is_signed_by_both() {
        let (old, new) = (signer(ORIGIN, 1), signer(ORIGIN, 2));

        let note = LogHandover::sign(1, &old, &new).unwrap().to_string();

        let read: LogHandover = note.parse().unwrap();
        assert_eq!((read.number, &read.old, &read.new), (1, old.verifier(), new.verifier()));
        assert_eq!(note.lines().count(), 8, "{note}");
    }

    #[test]
    fn a_handover_that_one_of_the_keys_did_not_sign_is_refused() {
        let (old, new, other) = (signer(ORIGIN, 1), signer(ORIGIN, 2), signer(ORIGIN, 3));
        let text = LogHandover::sign(1, &old, &new).unwrap().text().to_owned();
        let by =
            |signers: &[&NoteSigner]| Note::sign(&text, signers).unwrap().to_string().parse::<LogHandover>();

        assert!(by(&[&old, &new]).is_ok());
        for signers in [vec![&old], vec![&new], vec![&old, &other], vec![&new, &other], vec![&other]] {
            assert!(matches!(by(&signers), Err(Error::NoKnownSignature { .. })), "{signers:?}");
        }
    }

    #[test]
    fn a_handover_of_another_form_is_refused() {
        let (old, new) = (signer(ORIGIN, 1), signer(ORIGIN, 2));
        let text = LogHandover::sign(7, &old, &new).unwrap().text().to_owned();
        let signed = |text: &str| Note::sign(text, &[&old, &new]).unwrap().to_string().parse::<LogHandover>();

        assert!(signed(&text).is_ok());
        for (from, to) in [
            ("vitrine/log-key/1", "vitrine/log-key/2"),
            ("\n7\n", "\n0\n"),
            ("\n7\n", "\n07\n"),
            ("\n7\n", "\n7\n7\n"),
            ("\nregistry.example/log\n", "\nother.example/log\n"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text);
            assert!(signed(&other).is_err(), "{other}");
        }
        assert!(LogHandover::sign(1, &old, &old).is_err());
        assert!(LogHandover::sign(1, &old, &signer("other.example/log", 2)).is_err());
    }

    #[test]
    fn a_registrys_handover_is_signed_by_both_and_for_one_registry_only() {
        let (old, new, other) = (statement_signer(1), statement_signer(2), statement_signer(3));

        let document = RegistryHandover::sign(ORIGIN, 1, &old, &new).unwrap();

        let read = RegistryHandover::read(&document, ORIGIN).unwrap();
        assert_eq!((read.old, read.new), (old.verifier(), new.verifier()));
        assert!(RegistryHandover::read(&document, "other.example/log").is_err());
        assert!(RegistryHandover::sign(ORIGIN, 1, &old, &old).is_err());
        assert!(RegistryHandover::sign(ORIGIN, 0, &old, &new).is_err());
        // One envelope by a third key, or twice the same one.
        let [good, foreign] = [&new, &other].map(|key| {
            let made = RegistryHandover::sign(ORIGIN, 1, &old, key).unwrap();
            serde_json::from_slice::<Document>(&made).unwrap()
        });
        let mixed = [
            Document { by_old: good.by_old.clone(), by_new: foreign.by_new },
            Document { by_old: good.by_old.clone(), by_new: good.by_old.clone() },
            Document { by_old: good.by_new.clone(), by_new: good.by_new },
        ];
        for document in mixed {
            assert!(RegistryHandover::read(&json(&document).unwrap(), ORIGIN).is_err());
        }
    }
}
