//! Paths of files inside a repository.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::is_nfc;

use crate::{Malformed, serde_as_text};

/// Longest whole path, in bytes.
const PATH_BYTES: usize = 1024;
/// Longest segment, in bytes: what common file systems allow.
const SEGMENT_BYTES: usize = 255;

/// A path inside a repository: segments joined by `/`, nothing that could leave the folder or deceive a reader.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FilePath(String);

impl FilePath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The ending behind the last dot of the file name, in lower case.
    #[must_use]
    pub fn extension(&self) -> Option<String> {
        self.file_name().rsplit_once('.').map(|(_, end)| end.to_lowercase())
    }

    /// What two paths that a careless file system would confuse have in common: lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for FilePath {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match broken_rule(text) {
            None => Ok(Self(text.to_owned())),
            Some(rule) => Err(Malformed::new("a file path", text, rule)),
        }
    }
}

serde_as_text!(FilePath);

fn broken_rule(text: &str) -> Option<&'static str> {
    if text.is_empty() || text.len() > PATH_BYTES {
        return Some("a path has 1 to 1024 bytes");
    }
    if !is_nfc(text) {
        return Some("write it in Unicode normal form C");
    }
    if text.contains('\\') {
        return Some("join folders by `/`, not by `\\`");
    }
    if text.chars().any(deceives) {
        return Some("control, direction and invisible characters are not allowed");
    }
    text.split('/').find_map(broken_segment)
}

fn broken_segment(segment: &str) -> Option<&'static str> {
    if segment.is_empty() || segment == "." || segment == ".." {
        return Some("a path is relative and has no empty, `.` or `..` part");
    }
    if segment.len() > SEGMENT_BYTES {
        return Some("each part has at most 255 bytes");
    }
    if segment.eq_ignore_ascii_case(".git") {
        return Some("`.git` is not allowed");
    }
    if segment.starts_with(' ') || segment.ends_with([' ', '.']) {
        return Some("no part begins or ends with a space or ends with a dot");
    }
    None
}

/// Characters that do not print or that turn the writing direction. Zero-width joiners are part of Indic writing
/// and stay allowed.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || ('\u{fff0}'..='\u{fffb}').contains(&c)
        || ('\u{e0000}'..='\u{e0fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_and_foreign_names_are_paths() {
        for good in
            ["a", "onnx/model.onnx", "मॉडल.onnx", "a b/c#d?.txt", ".gitattributes", "x+y&'[1].bin", "தமிழ்"]
        {
            assert!(good.parse::<FilePath>().is_ok(), "{good}");
        }
    }

    #[test]
    fn paths_that_leave_the_folder_or_deceive_are_refused() {
        let long = "a".repeat(256);
        for bad in [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "a\\b",
            "a\0b",
            "a\nb",
            ".git/config",
            "x/.GIT",
            " a",
            "a.",
            "a\u{202e}b",
            "e\u{301}",
            &long,
        ] {
            assert!(bad.parse::<FilePath>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_path_has_a_name_and_an_ending() {
        let path: FilePath = "a/Model.ONNX".parse().unwrap();

        assert_eq!(path.file_name(), "Model.ONNX");
        assert_eq!(path.extension().as_deref(), Some("onnx"));
    }
}
