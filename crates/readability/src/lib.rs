//! How hard a text is to read: its words, sentences and syllables, and the school grade that follows from them.
//! Knows nothing of files, pages or cards: text in, figures out.
//!
//! The figures are those of the Python package `textstat` 0.7.3, digit for digit, so that anybody can check a printed
//! grade with a tool of others. A test pins them.

mod sentence;
mod syllable;
#[cfg(test)]
mod tests;

pub use sentence::{sentences, word_count};

/// The least words of something that counts as a sentence; shorter ones are headings and cries.
const LEAST_WORDS: usize = 3;

/// What a text is made of.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reading {
    /// Words, in all parts of the text.
    pub words: usize,
    /// Sentences of three words or more; at least one.
    pub sentences: usize,
    /// Syllables of English.
    pub syllables: usize,
}

impl Reading {
    /// Reads an English text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let long = sentences(text).into_iter().filter(|sentence| word_count(sentence) >= LEAST_WORDS);
        let bare = sentence::without_marks(text);
        Self {
            words: bare.split_whitespace().count(),
            sentences: long.count().max(1),
            syllables: bare.split_whitespace().map(syllable::count).sum(),
        }
    }

    /// The Flesch-Kincaid grade: the year of school after which a text can be read, with one decimal; 0 of nothing.
    ///
    /// Source: Kincaid and others, 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59. Deviation: both means
    /// are rounded to one decimal first, as `textstat` 0.7.3 does it.
    #[must_use]
    pub fn grade(&self) -> f64 {
        if self.words == 0 {
            return 0.0;
        }
        let syllables_a_word = tenths(ratio(self.syllables, self.words));
        tenths(0.39 * self.words_a_sentence() + 11.8 * syllables_a_word - 15.59)
    }

    /// Mean words of a sentence, with one decimal.
    #[must_use]
    pub fn words_a_sentence(&self) -> f64 {
        tenths(ratio(self.words, self.sentences))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no text has 2^53 words")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Rounded to one decimal as `textstat` does it: halves of positive numbers up, and negative numbers away from zero.
fn tenths(number: f64) -> f64 {
    (number * 10.0 + 0.5_f64.copysign(number)).floor() / 10.0
}
