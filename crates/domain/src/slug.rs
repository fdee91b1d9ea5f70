//! Addresses of cards.

use std::fmt;
use std::str::FromStr;

use crate::{Malformed, serde_as_text};

/// The address of a card below `/cards/`: 2 to 64 lower-case letters, digits and single hyphens.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Slug(String);

impl Slug {
    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug nearest to a name: lower case, everything else a hyphen.
    #[must_use]
    pub fn near(name: &str) -> Option<Self> {
        let spaced: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
            .collect();
        let text = spaced.split_whitespace().collect::<Vec<_>>().join("-");
        text.chars().take(64).collect::<String>().trim_end_matches('-').parse().ok()
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let fits = (2..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            let rule =
                "write 2 to 64 lower-case letters, digits and single hyphens, such as `example-social-feed`";
            Err(Malformed::new("a card address", text, rule))
        }
    }
}

serde_as_text!(Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_nearest_slug() {
        assert_eq!(Slug::near("My_Model.v2").unwrap().as_str(), "my-model-v2");
        assert_eq!(Slug::near("--a--"), None);
    }

    #[test]
    fn only_plain_slugs_parse() {
        assert!("example-social-feed".parse::<Slug>().is_ok());
        for bad in ["", "a", "A-b", "-ab", "ab-", "a--b", "a b", "ä-b"] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
