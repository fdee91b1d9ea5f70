//! Names of namespaces and repositories.

use std::fmt;
use std::str::FromStr;

use crate::{Malformed, serde_as_text};

/// Longest part of a name, as the Hub protocol has it.
const PART_CHARS: usize = 96;

/// Name of a person or organisation, the part before the slash.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Namespace(String);

impl Namespace {
    /// The namespace as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What all look-alike spellings share; unique in the database.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Namespace {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        check_part("a namespace", text)?;
        Ok(Self(text.to_owned()))
    }
}

serde_as_text!(Namespace);

/// Name of a repository, `namespace/name`. Case is kept; look-alikes fold together.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RepositoryName {
    namespace: Namespace,
    name: String,
}

impl RepositoryName {
    /// A name from its two parts.
    ///
    /// # Errors
    /// [`Malformed`] when the second part is no name.
    pub fn new(namespace: Namespace, name: &str) -> Result<Self, Malformed> {
        check_part("a repository name", name)?;
        Ok(Self { namespace, name: name.to_owned() })
    }

    /// The part before the slash.
    #[must_use]
    pub const fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// The part after the slash.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What all look-alike spellings share; unique in the database.
    #[must_use]
    pub fn folded(&self) -> String {
        format!("{}/{}", self.namespace.folded(), folded(&self.name))
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.namespace, self.name)
    }
}

impl FromStr for RepositoryName {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (namespace, name) = text
            .split_once('/')
            .ok_or_else(|| Malformed::new("a repository name", text, "write `namespace/name`"))?;
        Self::new(namespace.parse()?, name)
    }
}

serde_as_text!(RepositoryName);

/// A name with case and the marks `-`, `_`, `.` evened out, so that look-alikes are equal.
#[must_use]
pub fn folded(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '_' | '.') { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The naming rule of the Hub protocol.
fn check_part(what: &'static str, text: &str) -> Result<(), Malformed> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let fits = (1..=PART_CHARS).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        && edge(text.chars().next())
        && edge(text.chars().next_back())
        && !text.contains("--")
        && !text.contains("..")
        && !text.to_ascii_lowercase().ends_with(".git");
    if fits {
        Ok(())
    } else {
        Err(Malformed::new(
            what,
            text,
            "write 1 to 96 of A-Z a-z 0-9 . _ -, beginning and ending with a letter, digit or _, \
             without -- or .. and not ending in .git",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_prints_and_parses_back() {
        let name: RepositoryName = "Alice/My_Model.v2".parse().unwrap();

        assert_eq!(name.to_string(), "Alice/My_Model.v2");
        assert_eq!(name.to_string().parse(), Ok(name.clone()));
        assert_eq!(name.folded(), "alice/my-model-v2");
    }

    #[test]
    fn names_outside_the_rule_are_refused() {
        let long = "a".repeat(97);
        for bad in ["", "-a", "a-", "a--b", "a..b", "a.git", "a.GIT", ".a", "a b", "ä", "a\0", "a%2fb", &long]
        {
            assert!(bad.parse::<Namespace>().is_err(), "{bad:?}");
            assert!(format!("ns/{bad}").parse::<RepositoryName>().is_err(), "{bad:?}");
        }
        assert!("one-part".parse::<RepositoryName>().is_err());
        assert!("a/b/c".parse::<RepositoryName>().is_err());
    }
}
