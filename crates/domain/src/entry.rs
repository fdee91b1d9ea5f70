//! Entries of the record book: what is written down for ever about a release, a card or a withdrawal.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::named;
use crate::{Digest, Malformed, canonical, serde_as_text};

/// What an entry is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum EntryKind {
    /// A release was published; `ver` is its version.
    Release,
    /// A card was made; `ver` counts the repository's cards from 1.
    Card,
    /// A release was withdrawn; `ver` is its version, `prev` its document.
    Withdrawal,
    /// A release was removed by order; `ver` is its version, `prev` its document.
    Removal,
    /// A key took the place of another.
    Key,
    /// Other witnesses are asked to cosign from now on; `ver` counts from 1, `prev` is the policy before.
    Policy,
}

named!(
    EntryKind,
    "a kind of entry",
    "write release, card, withdrawal, removal, key or policy; receipt, test and advisory are reserved",
    Release = "release",
    Card = "card",
    Withdrawal = "withdrawal",
    Removal = "removal",
    Key = "key",
    Policy = "policy"
);

/// Where an entry stands: no two entries of a record book have the same coordinates.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Coordinates {
    /// What it is about.
    pub kind: EntryKind,
    /// The repository; the nil UUID for what is about the record book itself.
    pub id: Uuid,
    /// Which release, card or change, in the form of its kind.
    pub ver: String,
}

impl fmt::Display for Coordinates {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.kind, self.id, self.ver)
    }
}

/// An entry of the record book. It names no person and holds no free text.
///
/// Its bytes are canonical JSON (RFC 8785), at most [`Entry::MAX_BYTES`]; reading refuses anything else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// What it is about, and which.
    pub coordinates: Coordinates,
    /// SHA-256 of the exact bytes of the document that it stands for.
    pub doc: Digest,
    /// What that document is: its schema, such as `vitrine/release/1`.
    pub doc_type: String,
    /// SHA-256 of the document that this one follows or withdraws.
    pub prev: Option<Digest>,
    /// When, in whole seconds.
    pub at: Timestamp,
}

/// The entry as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: Timestamp,
    doc: String,
    id: Uuid,
    kind: EntryKind,
    // A missing `prev` is told from one that is null by comparing the bytes.
    prev: Option<String>,
    #[serde(rename = "type")]
    doc_type: String,
    v: u8,
    ver: String,
}

impl Entry {
    /// Most bytes of an entry.
    pub const MAX_BYTES: usize = 1_024;
    /// Most characters of `ver` and of `type`.
    const WORD: usize = 128;

    /// An entry; the moment is cut to whole seconds.
    ///
    /// # Errors
    /// [`Malformed`] for a `ver` or type that is empty, longer than 128 characters, or has others than letters,
    /// digits and `.-+/_` of ASCII.
    pub fn new(
        coordinates: Coordinates,
        (doc, doc_type): (Digest, &str),
        prev: Option<Digest>,
        at: Timestamp,
    ) -> Result<Self, Malformed> {
        word("the version of an entry", &coordinates.ver)?;
        word("the document type of an entry", doc_type)?;
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Ok(Self { coordinates, doc, doc_type: doc_type.to_owned(), prev, at })
    }

    /// Its exact bytes: the leaf of the log's tree.
    ///
    /// # Errors
    /// [`canonical::Error`], should the writer refuse.
    pub fn to_bytes(&self) -> Result<Vec<u8>, canonical::Error> {
        canonical::to_vec(&Written {
            v: 1,
            kind: self.coordinates.kind,
            id: self.coordinates.id,
            ver: self.coordinates.ver.clone(),
            doc: self.doc.hex(),
            doc_type: self.doc_type.clone(),
            prev: self.prev.map(|prev| prev.hex()),
            at: self.at,
        })
    }

    /// Reads an entry's exact bytes.
    ///
    /// # Errors
    /// [`Malformed`] for whatever [`Entry::to_bytes`] would not write just so.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let refuse = |rule: &str| Malformed::new("an entry", &String::from_utf8_lossy(bytes), rule);
        if bytes.len() > Self::MAX_BYTES {
            return Err(refuse("an entry has at most 1,024 bytes"));
        }
        let read = serde_json::from_slice::<Written>(bytes);
        let written = read.map_err(|error| refuse(&format!("it is no entry: {error}")))?;
        if written.v != 1 {
            return Err(refuse("only entries of version 1 are known"));
        }
        let coordinates = Coordinates { kind: written.kind, id: written.id, ver: written.ver };
        let prev = written.prev.as_deref().map(digest).transpose()?;
        let entry = Self::new(coordinates, (digest(&written.doc)?, &written.doc_type), prev, written.at)?;
        match entry.to_bytes() {
            Ok(same) if same == bytes => Ok(entry),
            _otherwise => Err(refuse("an entry is canonical JSON with a moment in whole seconds")),
        }
    }
}

fn digest(hex: &str) -> Result<Digest, Malformed> {
    format!("sha256:{hex}").parse()
}

fn word(what: &'static str, text: &str) -> Result<(), Malformed> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-+/_".contains(&byte);
    if !text.is_empty() && text.len() <= Entry::WORD && text.bytes().all(known) {
        return Ok(());
    }
    Err(Malformed::new(what, text, "write 1 to 128 ASCII letters, digits and `.-+/_`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = r#"{"at":"2026-11-22T20:28:31Z","doc":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","id":"01939f2a-0000-7000-8000-000000000001","kind":"release","prev":null,"type":"vitrine/release/1","v":1,"ver":"1.0.0"}"#;

    fn entry() -> Entry {
        let id = "01939f2a-0000-7000-8000-000000000001".parse().unwrap();
        let coordinates = Coordinates { kind: EntryKind::Release, id, ver: "1.0.0".to_owned() };
        let at = "2026-11-22T20:28:31.75Z".parse().unwrap();
        Entry::new(coordinates, (Digest::of(b"abc"), "vitrine/release/1"), None, at).unwrap()
    }

    #[test]
    fn an_entry_has_one_spelling() {
        assert_eq!(String::from_utf8(entry().to_bytes().unwrap()).unwrap(), WRITTEN);
        assert_eq!(Entry::from_bytes(WRITTEN.as_bytes()), Ok(entry()));
    }

    #[test]
    fn anything_else_is_no_entry() {
        let refused = |text: &str| assert!(Entry::from_bytes(text.as_bytes()).is_err(), "{text}");
        for (what, instead) in [
            (r#""v":1"#, r#""v":2"#),
            (r#""prev":null,"#, ""),
            (r#""prev":null"#, r#""prev":"sha256:00""#),
            (r#""kind":"release""#, r#""kind":"receipt""#),
            (r#""kind":"release""#, r#""kind":"Release""#),
            (r#"{"at""#, r#"{"by":"alice","at""#),
            (r#"{"at""#, r#"{ "at""#),
            ("31Z", "31.5Z"),
            ("31Z", "31+00:00"),
            ("ba78", "BA78"),
            ("ba78", "ba7"),
            ("1.0.0", "one two"),
            ("01939f2a-", "01939F2A-"),
        ] {
            let text = WRITTEN.replace(what, instead);
            assert_ne!(text, WRITTEN, "{what}");
            refused(&text);
        }
        refused("");
        refused(&" ".repeat(1_025));
        refused(&format!("{WRITTEN}\n"));
    }

    #[test]
    fn the_longest_entry_fits() {
        let mut longest = entry();
        longest.coordinates.ver = "9".repeat(128);
        longest.doc_type = "t".repeat(128);
        longest.prev = Some(longest.doc);

        let bytes = longest.to_bytes().unwrap();

        assert!(bytes.len() <= Entry::MAX_BYTES, "{}", bytes.len());
        assert_eq!(Entry::from_bytes(&bytes), Ok(longest));
    }
}
