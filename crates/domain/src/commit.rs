//! Ids of commits.

use std::fmt;
use std::str::FromStr;

use crate::{GitSha1, Malformed, serde_as_text};

/// Id of a commit, 40 hex digits (clients of the Hub protocol demand that form), derived from its content.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CommitId(GitSha1);

impl CommitId {
    /// The id of a commit whose canonical text this is.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(GitSha1::of_object("commit", content))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for CommitId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        text.parse().map(Self).map_err(|error: Malformed| Malformed { what: "a commit id", ..error })
    }
}

serde_as_text!(CommitId);
