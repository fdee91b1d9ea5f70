//! Eight questions about a card, to print or to answer on the screen.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::card::Card;
use cards::quiz::{self, Question};
use registry::{Registry, StoredCard};

use super::frame::Frame;
use super::lines::card_path;
use super::native::Native;
use crate::address;
use crate::auth::Reader;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "quiz/show.html")]
struct QuizPage {
    frame: Frame,
    title: String,
    card_path: String,
    data_path: String,
    version: u32,
    questions: Vec<QuestionView>,
}

struct QuestionView {
    text: String,
    choices: Vec<Choice>,
    /// The right answer.
    letter: String,
    answer: String,
    pointer: String,
}

struct Choice {
    letter: String,
    text: String,
}

/// The page with the questions about a card.
pub(super) fn quiz_path(slug: &str) -> String {
    format!("{}/quiz", card_path(slug))
}

pub(super) async fn show(
    at: web::Path<String>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let stored = registry.card(&reader.0, &address::word(&at)?).await?;
    let frame = Frame::of(&request);
    let page = QuizPage::new(&frame, &stored)?;
    super::answer(&request, &frame, &page)
}

impl QuizPage {
    fn new(frame: &Frame, stored: &StoredCard) -> Result<Self, Problem> {
        let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
        let title = Native::of(&card.title, frame.messages).plain();
        let language = frame.messages.language();
        Ok(Self {
            title: frame.messages.say("quiz-title").with("title", title).to_string(),
            card_path: card_path(stored.slug.as_str()),
            data_path: format!("/api/v1/cards/{}/quiz?lang={language}", stored.slug),
            version: stored.version,
            questions: quiz::questions(&card, frame.messages).into_iter().map(QuestionView::new).collect(),
            frame: frame.clone(),
        })
    }
}

impl QuestionView {
    fn new(question: Question) -> Self {
        let letters = ('A'..='Z').map(String::from);
        let choices = letters.zip(question.choices).map(|(letter, text)| Choice { letter, text });
        let choices: Vec<Choice> = choices.collect();
        let right = choices.get(question.right);
        Self {
            letter: right.map(|choice| choice.letter.clone()).unwrap_or_default(),
            answer: right.map(|choice| choice.text.clone()).unwrap_or_default(),
            text: question.text,
            pointer: question.pointer,
            choices,
        }
    }
}

/// The questions about the card of the samples, and about one of few facts.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    use serde_json::json;

    let whole = super::tests::stored_card(|_| {});
    let bare = super::tests::stored_card(|card| {
        card["controls"] = json!([]);
        card["examples"] = json!([]);
        card["title"] = json!({"en": "<Title>"});
    });
    [whole, bare]
        .iter()
        .map(|stored| super::tests::rendered("quiz", frame, &QuizPage::new(frame, stored).unwrap()))
        .collect()
}
