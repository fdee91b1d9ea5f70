//! How hard the author's words are to read.

use cards::readable;

use super::Telling;

/// How hard the author's words are; counted when the page is made, for it is no measurement of the model.
pub(super) struct ReadingView {
    pub(super) told: String,
    pub(super) judged: &'static str,
    pub(super) hard: Vec<String>,
}

impl Telling<'_> {
    /// The grade of the author's words, and the sentences that are hard.
    pub(super) fn reading(&self) -> Option<ReadingView> {
        let messages = self.messages;
        let english = cards::words::Messages::english().language();
        let mut wanted = [messages.language(), english].into_iter();
        let found = wanted.find_map(|language| readable::of(self.card, language))?;
        let words = messages.rounded(found.words_a_sentence, 3);
        let told = match found.grade {
            Some(grade) => messages
                .say("reading-grade")
                .with("grade", messages.rounded(grade.max(0.0), 3))
                .with("words", words),
            None => messages.say("reading-words").with("words", words),
        };
        let judged = if found.hard.is_empty() { "reading-hard-none" } else { "reading-hard" };
        Some(ReadingView { told: told.to_string(), judged, hard: found.hard })
    }
}
