//! Languages of texts and models.

use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

use crate::{Malformed, serde_as_text};

/// A language as a BCP 47 tag, such as `hi` or `sd-Arab`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Language(LanguageIdentifier);

impl Language {
    /// English.
    #[must_use]
    pub fn english() -> Self {
        Self(LanguageIdentifier::from_parts(
            unic_langid::subtags::Language::from_bytes(b"en").unwrap_or_default(),
            None,
            None,
            &[],
        ))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Language {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let rule = "write a BCP 47 tag such as `en`, `hi` or `sd-Arab`";
        if text.len() > 35 || text.is_empty() {
            return Err(Malformed::new("a language", text, rule));
        }
        LanguageIdentifier::from_bytes(text.as_bytes())
            .map(Self)
            .map_err(|error| Malformed::new("a language", text, format!("{rule} ({error})")))
    }
}

serde_as_text!(Language);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_printed_in_their_usual_case() {
        for (given, printed) in [("HI", "hi"), ("sd-arab", "sd-Arab"), ("en-in", "en-IN"), ("en", "en")] {
            assert_eq!(given.parse::<Language>().unwrap().to_string(), printed);
        }
        assert_eq!(Language::english().to_string(), "en");
    }

    #[test]
    fn words_are_no_tags() {
        for bad in ["", "englishlanguage", "e", "12", "hi_!"] {
            assert!(bad.parse::<Language>().is_err(), "{bad}");
        }
    }
}
