//! How hard the author's words are to read.

use cards::readable;

use super::super::lines::Line;
use super::super::native::Native;
use super::{Block, Telling};

/// The figures rest on all words of the card.
const WHOLE_CARD: &str = "";

impl Telling<'_> {
    /// The grade of the author's words, and the sentences that are hard.
    pub(super) fn reading(&self) -> Block {
        let messages = self.messages;
        let english = cards::words::Messages::english().language();
        let mut wanted = [messages.language(), english].into_iter();
        let Some(found) = wanted.find_map(|language| readable::of(self.card, language)) else {
            return Block::default();
        };
        let words = messages.rounded(found.words_a_sentence, 3);
        let told = match found.grade {
            Some(grade) => messages
                .say("reading-grade")
                .with("grade", messages.rounded(grade.max(0.0), 3))
                .with("words", words),
            None => messages.say("reading-words").with("words", words),
        };
        let judged = if found.hard.is_empty() { "reading-hard-none" } else { "reading-hard" };
        let mut lines =
            vec![Line::new(told.to_string(), WHOLE_CARD), Line::new(messages.text(judged), WHOLE_CARD)];
        let marked = |text: String| Line {
            text: Native::here(format!("“{text}”")),
            pointer: WHOLE_CARD.to_owned(),
        };
        lines.extend(found.hard.into_iter().map(marked));
        Block { id: "reading", title: "reading-title", lines, ..Block::default() }
    }
}
