//! What is wrong in a file that people wrote, and what would be right.

use std::fmt;

/// One mistake: where it stands, what is wrong, what would be right. Readers return all of them at once.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Fault {
    /// Path of the file inside the release; `None` where the caller knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line in the file, counted from 1; `None` where the whole file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The field or column, such as `signals[3].unit`; empty where the whole file is meant.
    pub field: String,
    /// What is wrong, as a sentence.
    pub wrong: String,
    /// What would be right, as a sentence.
    pub right: String,
}

impl Fault {
    /// A mistake in a field, without file or line.
    pub fn new(field: impl Into<String>, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { file: None, line: None, field: field.into(), wrong: wrong.into(), right: right.into() }
    }

    /// The same mistake, placed on a line.
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same mistake, placed in a file; a file that is already named stays.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.file.get_or_insert_with(|| path.to_owned());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!("line {line}"));
        let field = Some(self.field.clone()).filter(|field| !field.is_empty());
        let place: Vec<String> = [self.file.clone(), line, field].into_iter().flatten().collect();
        if !place.is_empty() {
            write!(out, "{}: ", place.join(", "))?;
        }
        write!(out, "{} {}", self.wrong, self.right)
    }
}

/// Words from a file for a sentence: the first 60 characters, control characters escaped.
pub(crate) fn legible(text: &str) -> String {
    let cut = if text.chars().nth(60).is_some() { "…" } else { "" };
    text.chars().take(60).flat_map(char::escape_debug).collect::<String>() + cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_two_sentences_with_its_place() {
        let fault = Fault::new("slug", "This is missing.", "Write an address.");

        assert_eq!(fault.to_string(), "slug: This is missing. Write an address.");
        assert_eq!(
            fault.at(3).in_file("system-card.yaml").to_string(),
            "system-card.yaml, line 3, slug: This is missing. Write an address."
        );
        assert_eq!(Fault::new("", "Empty.", "Write it.").to_string(), "Empty. Write it.");
    }
}
