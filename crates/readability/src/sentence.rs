//! Where sentences begin and end.

/// The marks that end a sentence: those of `textstat`, and those of Devanagari and Urdu, which English never holds.
const ENDS: &[char] = &['.', '!', '?', '।', '॥', '۔', '؟'];

/// The sentences of a text, each with the marks that end it. A text without an end is one sentence.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_word_part) {
        let from = rest.get(start..).unwrap_or_default();
        let stop = from.find(ENDS).unwrap_or(from.len());
        let marks = from.get(stop..).unwrap_or_default();
        let end = stop + marks.find(|letter| !ENDS.contains(&letter)).unwrap_or(marks.len());
        let (sentence, after) = from.split_at(end);
        found.push(sentence);
        rest = after;
    }
    found
}

/// How many words a text has: what stands between spaces once marks are taken out.
#[must_use]
pub fn word_count(text: &str) -> usize {
    without_marks(text).split_whitespace().count()
}

/// A text without punctuation; what a mark joined becomes one word, such as `its` for `it's`.
pub(crate) fn without_marks(text: &str) -> String {
    text.chars().filter(|letter| is_word_part(*letter) || letter.is_whitespace()).collect()
}

/// A letter, a digit, a low line, or a mark that combines with a letter of an Indian script.
fn is_word_part(letter: char) -> bool {
    letter.is_alphanumeric()
        || letter == '_'
        || ('\u{900}'..='\u{DFF}').contains(&letter) && !ENDS.contains(&letter)
}
