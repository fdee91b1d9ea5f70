//! Eight questions about a card.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use cards::Card;
use cards::quiz::{self, Question};
use domain::{Language, Slug};
use registry::Registry;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CardAddress, ShowProblems};
use crate::auth::Reader;
use crate::language;
use crate::problem::Problem;

/// Questions that show whether a reader understood a card.
#[derive(Serialize, ToSchema)]
#[schema(as = CardQuiz)]
struct QuizDocument {
    /// The card.
    #[schema(value_type = String, example = "example-social-feed")]
    slug: Slug,
    /// Its version, from 1.
    version: u32,
    /// In which language they are asked, as a BCP 47 tag.
    #[schema(value_type = String, example = "en")]
    language: Language,
    /// Eight questions.
    #[schema(min_items = 8, max_items = 8)]
    questions: Vec<QuestionDocument>,
}

/// A question with the answers to choose from.
#[derive(Serialize, ToSchema)]
#[schema(as = CardQuestion)]
struct QuestionDocument {
    /// What is asked; the same word in every language.
    #[schema(example = "strongest")]
    id: &'static str,
    /// The question.
    text: String,
    /// Answers to choose from, all different.
    #[schema(min_items = 2, max_items = 4)]
    choices: Vec<String>,
    /// Which of them is right, from 0.
    #[schema(minimum = 0, maximum = 3)]
    right: usize,
    /// Where the card's JSON says so (RFC 6901).
    #[schema(example = "/signals/0/importance/rank")]
    pointer: String,
}

impl From<Question> for QuestionDocument {
    fn from(question: Question) -> Self {
        let Question { id, text, choices, right, pointer } = question;
        Self { id, text, choices, right, pointer }
    }
}

/// Eight questions that show whether a reader understood the newest version of a card, with their answers.
///
/// Questions and answers follow from the card: the same card gives the same ones. The page is at `/cards/{slug}/quiz`.
#[utoipa::path(
    tag = "cards",
    params(
        CardAddress,
        ("lang" = Option<String>, Query, example = "en",
            description = "A BCP 47 tag; else what `Accept-Language` asks for, else English.")
    ),
    responses((status = 200, description = "The questions.", body = QuizDocument), ShowProblems)
)]
#[get("/cards/{slug}/quiz")]
pub(crate) async fn show_quiz(
    at: web::Path<CardAddress>,
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let stored = registry.card(&reader.0, &at.slug).await?;
    let card: Card = serde_json::from_slice(&stored.bytes).map_err(Problem::internal)?;
    let messages = language::of(&request);
    Ok(HttpResponse::Ok().json(QuizDocument {
        slug: stored.slug,
        version: stored.version,
        language: messages.language().clone(),
        questions: quiz::questions(&card, messages).into_iter().map(QuestionDocument::from).collect(),
    }))
}
