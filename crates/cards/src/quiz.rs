//! Eight questions that show whether a reader understood a card. Answers are what the card measured and states, so they
//! are as true as the card; nobody types them.

mod choices;
mod questions;

use serde::Serialize;

use crate::card::Card;
use crate::words::Messages;

/// How many questions there are about each card.
pub const QUESTIONS: usize = 8;
/// Most answers to choose from.
pub const CHOICES: usize = 4;

/// A question with the answers to choose from, one of which is right.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Question {
    /// What is asked; the same word in every language.
    pub id: &'static str,
    /// The question.
    pub text: String,
    /// Two to four answers, all different.
    pub choices: Vec<String>,
    /// Which of them is right, from 0.
    pub right: usize,
    /// Where the card's JSON says so (RFC 6901 pointer).
    pub pointer: String,
}

/// The questions about a card in one language, always [`QUESTIONS`] of them: those about its strongest figures first.
#[must_use]
pub fn questions(card: &Card, messages: &Messages) -> Vec<Question> {
    let asking = questions::Asking::new(card, messages);
    asking.all().into_iter().take(QUESTIONS).collect()
}
