//! Which characters people may write into texts that others read.

/// Whether a character shows nothing of itself but changes how its surroundings are read: control characters, line
/// breaks among them, and those that turn the writing direction of what comes after. Joiners and marks that scripts
/// need are allowed.
#[must_use]
pub fn deceives(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a cell or a paragraph holds such a character. Tabs and line breaks are good there.
#[must_use]
pub fn any_deceives(text: &str) -> bool {
    text.chars().any(|c| deceives(c) && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_text_deceives_and_what_scripts_need_does_not() {
        for bad in ["a\0", "\u{1b}[2J", "a\u{202e}b", "\u{2066}a", "\u{7f}"] {
            assert!(any_deceives(bad), "{bad:?}");
        }
        for good in ["two\nlines\tand\r\n", "क्\u{200d}ष", "می\u{200c}خواهم", "مرحبا\u{200f}!", "🙂"]
        {
            assert!(!any_deceives(good), "{good:?}");
        }
    }
}
