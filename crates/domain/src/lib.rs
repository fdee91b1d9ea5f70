//! The words of the registry: digests, names, versions, licences, languages, tokens, release documents.
//!
//! Parses and prints only. Knows nothing of files, databases, HTTP or models. Time and chance come in through
//! [`Clock`] and [`Chance`]; only [`SystemClock`] and [`SystemChance`] ask the machine.

pub mod access;
pub mod canonical;
mod chance;
mod clock;
mod commit;
mod digest;
mod entry;
mod language;
mod license;
mod name;
mod path;
mod release;
mod removal;
mod reserved;
mod slug;
mod token;
mod version;

pub use access::{AccessState, Gate, Role, Scope};
pub use chance::{Chance, FixedChance, SystemChance};
pub use clock::{Clock, FixedClock, SystemClock, new_id};
pub use commit::CommitId;
pub use digest::{Digest, GitSha1};
pub use entry::{Coordinates, Entry, EntryKind};
pub use language::Language;
pub use license::License;
pub use name::{Namespace, RepositoryName, folded};
pub use path::FilePath;
pub use release::{
    Base, Kind, PreReleaseTest, Relation, ReleaseDocument, ReleaseFile, ReleaseRepository, ReleaseSchema,
    Variant, Visibility,
};
pub use removal::RemovalReason;
pub use reserved::{RESERVED, is_reserved};
pub use slug::Slug;
pub use token::TokenSecret;
pub use version::Version;

/// Moments are `jiff` timestamps everywhere: UTC, nanosecond precision, printed as RFC 3339 with `Z`.
pub use jiff::Timestamp;
/// Identifiers of rows and repositories: UUID version 7 (RFC 9562).
pub use uuid::Uuid;

/// A word that does not have the form it must have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{found}` is not {what}: {rule}")]
pub struct Malformed {
    /// What was looked for, with its article, such as `a repository name`.
    pub what: &'static str,
    /// What was found, shortened to 120 characters.
    pub found: String,
    /// What would be right.
    pub rule: String,
}

impl Malformed {
    /// An error that names what was found and what would be right.
    pub fn new(what: &'static str, found: &str, rule: impl Into<String>) -> Self {
        Self { what, found: found.chars().take(120).collect(), rule: rule.into() }
    }
}

/// Implements serde for a word by its `Display` and `FromStr`.
macro_rules! serde_as_text {
    ($word:ty) => {
        impl serde::Serialize for $word {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $word {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;
