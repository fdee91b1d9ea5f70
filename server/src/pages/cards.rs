//! The list of cards.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use registry::{CardQuery, Registry};
use serde::Deserialize;

use super::frame::Frame;
use super::lines::CardLine;
use crate::address::encoded;
use crate::auth::Reader;
use crate::problem::Problem;

/// Words to look for, and where to read on.
#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    pub(super) search: String,
    pub(super) cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "card/list.html")]
pub(super) struct CardsPage {
    frame: Frame,
    search: String,
    cards: Vec<CardLine>,
    next: Option<String>,
}

impl Search {
    /// The words, unless there are none.
    pub(super) fn words(&self) -> Option<String> {
        Some(self.search.trim().to_owned()).filter(|words| !words.is_empty())
    }

    /// The address of the next part of a list.
    pub(super) fn next(&self, frame: &Frame, path: &str, cursor: &str) -> String {
        let words = self.words().map(|words| format!("search={}&", encoded(&words))).unwrap_or_default();
        frame.to(&format!("{path}?{words}cursor={}", encoded(cursor)))
    }
}

pub(super) async fn list(
    request: HttpRequest,
    search: Query<Search>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let query = CardQuery {
        search: search.words(),
        language: Some(frame.messages.language().clone()),
        cursor: search.cursor.clone(),
        limit: 0,
        ..CardQuery::default()
    };
    let found = registry.list_cards(&reader.0, &query).await?;
    let page = CardsPage {
        search: search.words().unwrap_or_default(),
        cards: found.items.iter().map(|card| CardLine::new(card, frame.messages)).collect(),
        next: found.next.map(|cursor| search.next(&frame, "/cards", &cursor)),
        frame,
    };
    super::answer(&request, &page.frame, &page)
}

/// The list empty, searched in vain, and with more to come.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let page = |search: &str, cards: &[registry::CardSummary], next: Option<&str>| CardsPage {
        frame: frame.clone(),
        search: search.to_owned(),
        cards: cards.iter().map(|card| CardLine::new(card, frame.messages)).collect(),
        next: next.map(str::to_owned),
    };
    let withdrawn =
        registry::CardSummary { withdrawn: Some(super::tests::withdrawal()), ..super::tests::card_summary() };
    let cards = [super::tests::card_summary(), withdrawn];
    [page("", &[], None), page("a \"b\"", &[], None), page("", &cards, Some("/cards?cursor=1-2"))]
        .iter()
        .map(|page| super::tests::rendered("cards", frame, page))
        .collect()
}
