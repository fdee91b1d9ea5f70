//! Versions of releases.

use std::fmt;
use std::str::FromStr;

use crate::{Malformed, serde_as_text};

/// A semantic version (semver.org 2.0.0) that names a release, without the leading `v` of its tag.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version(semver::Version);

impl Version {
    /// The tag on the Hub side: `v` and the version.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("v{}", self.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Version {
    type Err = Malformed;

    /// Accepts both spellings, `1.2.0` and `v1.2.0`.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let rule = "write a semantic version such as `1.2.0` or `2.0.0-rc.1`";
        if text.len() > 64 {
            return Err(Malformed::new("a version", text, rule));
        }
        semver::Version::parse(text.strip_prefix('v').unwrap_or(text))
            .map(Self)
            .map_err(|error| Malformed::new("a version", text, format!("{rule} ({error})")))
    }
}

serde_as_text!(Version);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_version() {
        let plain: Version = "1.2.0-rc.1+build.5".parse().unwrap();
        let tagged: Version = "v1.2.0-rc.1+build.5".parse().unwrap();

        assert_eq!(plain, tagged);
        assert_eq!(plain.to_string(), "1.2.0-rc.1+build.5");
        assert_eq!(plain.tag(), "v1.2.0-rc.1+build.5");
    }

    #[test]
    fn half_versions_are_refused() {
        for bad in ["", "1", "1.2", "latest", "vv1.0.0", "01.2.3", "1.2.3 "] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }
}
