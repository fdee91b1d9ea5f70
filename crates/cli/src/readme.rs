//! The licence that a `README.md` states at its head, as the server reads it.

use std::path::Path;

use cards::Fault;
use domain::{License, Malformed};

use crate::error::Error;
use crate::folder;

/// The file it stands in.
pub(crate) const README: &str = "README.md";

/// What is wrong about the licence.
pub(crate) fn faults(readme: &Path) -> Result<Vec<Fault>, Error> {
    let bytes = match folder::read_whole(readme) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::read(readme)(error)),
    };
    Ok(fault(&String::from_utf8_lossy(&bytes)).into_iter().collect())
}

fn fault(text: &str) -> Option<Fault> {
    let Some((line, license)) = license(text) else {
        let right = "Write `license: Apache-2.0`, or another SPDX expression, between two lines of `---` at its head.";
        return Some(Fault::new("license", "The licence is missing.", right).in_file(README));
    };
    let Malformed { found, what, rule } = license.parse::<License>().err()?;
    let wrong = format!("`{found}` is not {what}.");
    Some(Fault::new("license", wrong, format!("Right would be: {rule}.")).at(line).in_file(README))
}

/// The value of `license` in the front matter, and its line.
fn license(text: &str) -> Option<(usize, &str)> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    lines.next().filter(|(_, first)| first.trim_end() == "---")?;
    let front: Vec<(usize, &str)> = lines.take_while(|(_, line)| line.trim_end() != "---").collect();
    let at = front.iter().position(|(_, line)| line.starts_with("license:"))?;
    let (line, text) = front.get(at)?;
    let value = plain(text.strip_prefix("license:")?);
    if !value.is_empty() {
        return Some((line + 1, value));
    }
    // A list of licences: the first one counts.
    let (line, item) = front.get(at + 1)?;
    let value = plain(item.trim_start().strip_prefix("- ")?);
    (!value.is_empty()).then_some((line + 1, value))
}

/// A value without comment, spaces and quotes.
fn plain(value: &str) -> &str {
    let value = value.split(" #").next().unwrap_or(value).trim();
    value.trim_matches(|c| matches!(c, '"' | '\'' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_at_the_head_is_read() {
        for text in [
            "---\nlicense: apache-2.0\n---\n# Title",
            "---\r\ntags: [a]\r\nlicense: \"MIT OR Apache-2.0\" # ours\r\n---\r\n",
            "---\nlicense:\n  - cc-by-4.0\n---\n",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn a_missing_or_made_up_licence_is_told_with_its_line() {
        assert_eq!(fault("# Title\nlicense: mit\n").unwrap().line, None);
        assert_eq!(fault("---\ntags: x\n---\nlicense: mit\n").unwrap().wrong, "The licence is missing.");
        let made_up = fault("---\nlanguage: en\nlicense: free-for-all\n---\n").unwrap();
        assert_eq!((made_up.line, made_up.file.as_deref()), (Some(3), Some(README)));
        assert!(made_up.wrong.contains("free-for-all"));
    }
}
