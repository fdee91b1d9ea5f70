//! A card as it was stored: what must be read from it before it can be computed again.

use std::str::FromStr;

use domain::{Digest, RepositoryName, Slug, Version};
use serde_json::Value;

use super::verdict::Verdict;
use crate::error::Error;
use crate::evidence::ReleaseName;

/// The schema that this program computes.
const SCHEMA: &str = "vitrine/card/1";

/// A stored card.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Its bytes, as they came.
    pub(super) bytes: Vec<u8>,
    /// Everything it says.
    pub(super) value: Value,
    /// Last part of its address.
    pub(super) slug: Slug,
    /// The release that it is about.
    pub(super) release: ReleaseName,
    /// SHA-256 of that release's document, as the card says.
    pub(super) digest: Digest,
    /// Which card of the repository it is. Comes from the registry: only its form can be checked.
    pub(super) version: u64,
    /// SHA-256 of the card before. Comes from the registry: only its form can be checked.
    pub(super) previous: Option<Digest>,
}

/// A field that has not the form it must have.
struct Malformed {
    pointer: &'static str,
    right: &'static str,
}

impl Stored {
    /// Reads what must be known.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is no card, or one of a schema that this program does not compute. Inside: what no
    /// card of this schema can say.
    pub(crate) fn read(bytes: &[u8]) -> Result<Result<Self, Verdict>, Error> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Error::Refused(format!("this is no card: {error}")))?;
        let schema = value.get("schema").and_then(Value::as_str);
        let other = schema.and_then(|schema| schema.strip_prefix("vitrine/card/")).filter(|n| *n != "1");
        if let Some(number) = other.filter(|number| number.parse::<u32>().is_ok()) {
            let engine = env!("CARGO_PKG_VERSION");
            return Err(Error::Refused(format!(
                "this card has the schema vitrine/card/{number}; version {engine} of this program computes {SCHEMA}"
            )));
        }
        Ok(Self::from_value(bytes, &value).map_err(|Malformed { pointer, right }| Verdict::Malformed {
            pointer,
            stored: value.pointer(pointer).cloned().unwrap_or_default(),
            right,
        }))
    }

    /// The release that it is about.
    pub(crate) const fn release(&self) -> &ReleaseName {
        &self.release
    }

    fn from_value(bytes: &[u8], value: &Value) -> Result<Self, Malformed> {
        if value.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
            return Err(Malformed { pointer: "/schema", right: SCHEMA });
        }
        let repository: RepositoryName =
            word(value, "/release/repository/name", "the name of a repository, such as `alice/tiny`")?;
        let version: Version = word(value, "/release/version", "a version such as `1.0.0`")?;
        let slug =
            word(value, "/card_id", "the last part of a card's address, such as `example-social-feed`")?;
        let digest = word(value, "/release/digest", "`sha256:` and 64 hex digits")?;
        let number = value.get("version").and_then(Value::as_u64).filter(|number| *number > 0);
        let number = number.ok_or(Malformed { pointer: "/version", right: "a whole number from 1" })?;
        let previous = match value.get("previous") {
            Some(Value::Null) if number == 1 => None,
            Some(Value::String(_)) if number > 1 => {
                Some(word(value, "/previous", "`sha256:` and 64 hex digits")?)
            }
            _ => {
                let right = "null in the first card, else the digest of the card before";
                return Err(Malformed { pointer: "/previous", right });
            }
        };
        let release = ReleaseName { repository, version };
        Ok(Self {
            bytes: bytes.to_owned(),
            value: value.clone(),
            slug,
            release,
            digest,
            version: number,
            previous,
        })
    }
}

/// A word in its one spelling: another one would be another document.
fn word<T: FromStr + ToString>(
    value: &Value,
    pointer: &'static str,
    right: &'static str,
) -> Result<T, Malformed> {
    let text = value.pointer(pointer).and_then(Value::as_str);
    let word: Option<T> = text.and_then(|text| text.parse().ok());
    word.filter(|word| Some(word.to_string().as_str()) == text).ok_or(Malformed { pointer, right })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn card() -> Value {
        json!({
            "schema": SCHEMA, "card_id": "tiny", "version": 2, "previous": Digest::of(b"x"),
            "release": {"repository": {"name": "alice/tiny"}, "version": "1.0.0", "digest": Digest::of(b"y")},
        })
    }

    /// Where the card is malformed.
    fn malformed(change: impl FnOnce(&mut Value)) -> Option<&'static str> {
        let mut card = card();
        change(&mut card);
        match Stored::read(card.to_string().as_bytes()).unwrap() {
            Err(Verdict::Malformed { pointer, .. }) => Some(pointer),
            _ => None,
        }
    }

    #[test]
    fn a_card_says_which_release_it_is_about() {
        let stored = Stored::read(card().to_string().as_bytes()).unwrap().ok().unwrap();

        assert_eq!(stored.release.to_string(), "alice/tiny@1.0.0");
        assert_eq!((stored.version, stored.previous), (2, Some(Digest::of(b"x"))));
    }

    #[test]
    fn fields_of_a_wrong_form_are_lies() {
        assert_eq!(malformed(|card| card["schema"] = json!("other")), Some("/schema"));
        assert_eq!(malformed(|card| card["version"] = json!(0)), Some("/version"));
        assert_eq!(malformed(|card| card["version"] = json!(1)), Some("/previous"));
        assert_eq!(malformed(|card| card["previous"] = json!(null)), Some("/previous"));
        assert_eq!(malformed(|card| card["previous"] = json!("sha256:1")), Some("/previous"));
        assert_eq!(malformed(|card| card["release"]["version"] = json!("v1.0.0")), Some("/release/version"));
        assert_eq!(malformed(|card| card["release"] = json!(null)), Some("/release/repository/name"));
        assert_eq!(malformed(|_| ()), None);
    }

    #[test]
    fn what_cannot_be_computed_here_is_no_lie() {
        for bytes in [&b"no card"[..], br#"{"schema": "vitrine/card/2"}"#] {
            assert!(matches!(Stored::read(bytes), Err(Error::Refused(_))));
        }
    }
}
