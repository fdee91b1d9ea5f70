//! Reads words: within their length, in the card's language, with their numbers noted for checking.

use domain::Language;

use super::claims::{self, Claim, Part, Statement};
use super::reader::{Reader, Spot};
use super::text::Text;
use super::yaml::{Key, Kind};
use crate::Fault;
use crate::characters::deceives;
use crate::fault::legible;

/// Longest text before it is looked at closely, in bytes.
const MAX_TEXT_BYTES: usize = 10_000;

/// How a text is judged.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Longest text, in characters.
    pub(super) longest: usize,
    /// Whether it says something about the system, so that its numbers must be cited.
    pub(super) claim: Claim,
}

impl Reader {
    /// The language of plain strings, remembered for all words that follow.
    pub(super) fn card_language(&mut self, spot: &Spot<'_>) -> Option<Language> {
        let language: Language = self.parsed(spot, super::choice::word)?;
        self.language = language.clone();
        Some(language)
    }

    /// Words in the card's language, or in several.
    pub(super) fn text(&mut self, spot: &Spot<'_>, words: Words) -> Option<Text> {
        let mut text = Text::default();
        match &spot.node.kind {
            Kind::Map(entries) => {
                for (key, node) in entries {
                    let inner = Spot { node, field: format!("{}.{}", spot.field, legible(&key.name)) };
                    let language = self.text_language(key, &inner);
                    let known = language.clone().unwrap_or_else(|| self.language.clone());
                    let sentence = self.sentence(&inner, words, known);
                    text.0.extend(language.zip(sentence));
                }
                if !text.0.contains_key(&self.language) {
                    let wrong = format!("The text in the card's language, `{}`, is missing.", self.language);
                    self.fault(spot, wrong, format!("Write `{}: …`.", self.language));
                    return None;
                }
            }
            Kind::Scalar { .. } | Kind::List(_) => {
                let sentence = self.sentence(spot, words, self.language.clone())?;
                text.0.insert(self.language.clone(), sentence);
            }
        }
        Some(text)
    }

    fn text_language(&mut self, key: &Key, spot: &Spot<'_>) -> Option<Language> {
        match key.name.parse() {
            Ok(language) => Some(language),
            Err(error) => {
                self.faults.push(
                    Fault::new(
                        spot.field.clone(),
                        format!("`{}` is no language.", legible(&key.name)),
                        format!("Write a tag such as `en` or `hi`: {}.", error.rule),
                    )
                    .at(key.line),
                );
                None
            }
        }
    }

    fn sentence(&mut self, spot: &Spot<'_>, words: Words, language: Language) -> Option<String> {
        let Kind::Scalar { text, quoted } = &spot.node.kind else {
            let wrong = format!("This is {}, not text.", spot.node.describe());
            self.fault(spot, wrong, "Write words. Put them in quotes if they hold a colon.");
            return None;
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.len() > MAX_TEXT_BYTES {
            self.fault(
                spot,
                "The text is far too long.",
                format!("Write at most {} characters.", words.longest),
            );
            return None;
        }
        if text.is_empty() || (!quoted && spot.node.describe() == "nothing") {
            self.fault(spot, "The text is empty.", "Write words for readers.");
            return None;
        }
        if text.chars().any(deceives) {
            let wrong = "The text holds control characters, or some that turn the writing direction.";
            self.fault(spot, wrong, "Write plain text; right-to-left words turn by themselves.");
            return None;
        }
        let characters = shown_characters(&text);
        if characters > words.longest {
            let wrong = format!("The text has {characters} characters.");
            self.fault(spot, wrong, format!("Write at most {}.", words.longest));
            return None;
        }
        let field = spot.field.clone();
        self.statements.push(Statement {
            line: spot.node.line,
            field,
            language,
            text: text.clone(),
            claim: words.claim,
        });
        Some(text)
    }
}

/// Characters that a reader sees: of a reference to a published number only what is shown.
fn shown_characters(text: &str) -> usize {
    let shown = |part| match part {
        Part::Words(words) => words.chars().count(),
        Part::Cited { shown, .. } => shown.chars().count(),
    };
    claims::parts(text).into_iter().map(shown).sum()
}
