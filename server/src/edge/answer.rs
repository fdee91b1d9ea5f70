//! Problems as JSON or pages, and answers without a body.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderValue};
use bytes::Bytes;

use super::Asked;
use crate::pages;
use crate::problem::{Kind, Problem, ProblemDocument, ProblemView};

/// The body of an answer to `HEAD`: as long as the one of `GET`, but it never comes.
pub(super) struct Bodiless(pub(super) BodySize);

impl MessageBody for Bodiless {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// The answer with the words of its problem, if it has one.
pub(super) fn shown(answer: ServiceResponse, asked: &Asked) -> ServiceResponse {
    let Some(view) = view(&answer, asked) else { return answer };
    let (kind, body) = if asked.wants_page {
        ("text/html; charset=utf-8", pages::problem::render(&view, asked.messages.language()).into_bytes())
    } else {
        let document = ProblemDocument::new(&view, &asked.path);
        // Strings and numbers always have a JSON form.
        ("application/problem+json", serde_json::to_vec(&document).unwrap_or_default())
    };
    let mut answer = answer.map_body(|_, _| BoxBody::new(body));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// What is wrong, in words: of our own problems and of what the framework refuses by itself.
fn view(answer: &ServiceResponse, asked: &Asked) -> Option<ProblemView> {
    let status = answer.status();
    let told = |problem: &Problem| Some(ProblemView::new(problem, asked.messages, &asked.id));
    if let Some(problem) = answer.response().error().and_then(|error| error.as_error::<Problem>()) {
        return told(problem);
    }
    let empty = matches!(answer.response().body().size(), BodySize::None | BodySize::Sized(0));
    let refused_by_framework = answer.response().error().is_some() || empty;
    if !(status.is_client_error() || status.is_server_error()) || !refused_by_framework {
        return None;
    }
    told(&Problem::of(match status.as_u16() {
        404 => Kind::AddressNotFound,
        405 => Kind::MethodNotAllowed,
        408 => Kind::TooSlow,
        413 => Kind::TooLarge,
        415 => Kind::UnsupportedMediaType,
        400..500 => Kind::BadRequest,
        _ => Kind::Internal,
    }))
}
