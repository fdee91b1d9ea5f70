//! Text of people: what may be in it, and how it is searched.

use domain::Malformed;
use unicode_normalization::UnicodeNormalization as _;

/// Most words that one search looks for.
const SEARCH_WORDS: usize = 8;

/// Text without what no reader sees and no database keeps.
pub(crate) fn plain(what: &'static str, text: &str, most_bytes: usize) -> Result<String, Malformed> {
    if text.len() > most_bytes {
        return Err(Malformed::new(what, text, format!("write at most {most_bytes} bytes")));
    }
    if cards::characters::any_deceives(text) {
        let rule = "leave out control characters and those that turn the writing direction";
        return Err(Malformed::new(what, text, rule));
    }
    Ok(text.trim().to_owned())
}

/// Text as it is searched: Unicode normal form C, lower case, single spaces.
///
/// Vowel signs and other marks stay, so that words of all scripts are found whole.
pub(crate) fn folded(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a search; none when nothing is searched for.
pub(crate) fn words(search: Option<&str>) -> Vec<String> {
    let visible: String =
        search.unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let folded = folded(&visible);
    folded.split(' ').filter(|word| !word.is_empty()).take(SEARCH_WORDS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_scripts_keep_their_marks() {
        let check = |search, expected: &[&str]| assert_eq!(words(Some(search)), expected);

        check("  Feed \n RANKING ", &["feed", "ranking"]);
        check("हिन्दी समाचार", &["हिन्दी", "समाचार"]);
        check("தமிழ்", &["தமிழ்"]);
        check("اردو خبریں", &["اردو", "خبریں"]);
        check("E\u{301}cole", &["école"]);
        check("", &[]);
        check("a\0b", &["a", "b"]);
        check("a b c d e f g h i j", &["a", "b", "c", "d", "e", "f", "g", "h"]);
    }

    #[test]
    fn text_that_a_database_cannot_keep_is_refused() {
        assert!(plain("a reason", "a\0b", 100).is_err());
        assert!(plain("a reason", "a\u{202e}b", 100).is_err());
        assert!(plain("a reason", "long", 3).is_err());
        assert_eq!(plain("a reason", " two\nlines ", 100).unwrap(), "two\nlines");
    }
}
