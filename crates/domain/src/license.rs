//! Licences.

use std::fmt;
use std::str::FromStr;

use crate::{Malformed, serde_as_text};

/// A licence as an SPDX expression, such as `Apache-2.0` or `MIT OR Apache-2.0`.
///
/// The Hub's lower-case spellings (`apache-2.0`, `cc-by-4.0`) are accepted and printed in SPDX case.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct License(String);

impl License {
    /// The expression in SPDX case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for License {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for License {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let rule =
            "write an SPDX licence expression such as `Apache-2.0`, `CC-BY-4.0` or `MIT OR Apache-2.0`";
        if text.len() > 256 {
            return Err(Malformed::new("a licence", text, rule));
        }
        let cased = in_spdx_case(text.trim());
        spdx::Expression::parse(&cased)
            .map_err(|error| Malformed::new("a licence", text, format!("{rule} ({})", error.reason)))?;
        Ok(Self(cased))
    }
}

serde_as_text!(License);

/// The expression with every licence name in the case that SPDX gives it.
fn in_spdx_case(text: &str) -> String {
    let mut cased = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '(' || c == ')').unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        cased.push_str(&spdx_word(word));
        let gap = tail.find(|c: char| !(c.is_whitespace() || c == '(' || c == ')')).unwrap_or(tail.len());
        let (space, tail) = tail.split_at(gap);
        cased.push_str(space);
        rest = tail;
    }
    cased
}

fn spdx_word(word: &str) -> String {
    match word {
        "and" | "or" | "with" => return word.to_uppercase(),
        _ => {}
    }
    let known = spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(word));
    known.map_or_else(|| word.to_owned(), |license| license.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_checked_and_printed_in_spdx_case() {
        for (given, printed) in [
            ("apache-2.0", "Apache-2.0"),
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
            ("(mit or apache-2.0) and cc0-1.0", "(MIT OR Apache-2.0) AND CC0-1.0"),
            ("LicenseRef-custom", "LicenseRef-custom"),
        ] {
            assert_eq!(given.parse::<License>().unwrap().as_str(), printed);
        }
    }

    #[test]
    fn made_up_licences_are_refused_with_what_would_be_right() {
        let error = "free-for-all".parse::<License>().unwrap_err();

        assert!(error.to_string().contains("SPDX licence expression"), "{error}");
        assert!("".parse::<License>().is_err());
        assert!("MIT OR".parse::<License>().is_err());
    }
}
