//! The first page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use registry::{CardQuery, Page, Registry, ReleaseQuery};

use super::frame::Frame;
use super::lines::CardLine;
use crate::auth::Reader;
use crate::problem::Problem;

/// How many of the newest cards the first page shows.
const NEWEST: usize = 6;
/// How far the first page counts; a list has no more items than this.
const COUNTED: usize = 100;

#[derive(Template)]
#[template(path = "home/show.html")]
pub(super) struct HomePage {
    frame: Frame,
    systems: Count,
    releases: Count,
    records: u64,
    doors: &'static [Entrance],
    cards: Vec<CardLine>,
}

/// How many there are, counted up to [`COUNTED`].
struct Count {
    message: &'static str,
    count: usize,
}

/// Where a kind of reader begins.
struct Entrance {
    path: &'static str,
    title: &'static str,
    text: &'static str,
}

const ENTRANCES: &[Entrance] = &[
    Entrance { path: "/cards", title: "home-door-reader", text: "home-door-reader-text" },
    Entrance { path: "/docs/how-to-publish", title: "home-door-engineer", text: "home-door-engineer-text" },
    Entrance { path: "/docs/how-to-check", title: "home-door-regulator", text: "home-door-regulator-text" },
];

pub(super) async fn show(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let language = Some(frame.messages.language().clone());
    let query = CardQuery { language, limit: COUNTED, ..CardQuery::default() };
    let cards = registry.list_cards(&reader.0, &query).await?;
    let query = ReleaseQuery { limit: COUNTED, ..ReleaseQuery::default() };
    let releases = registry.list_releases(&reader.0, &query).await?;
    let page = HomePage {
        records: registry.log_shown()?,
        systems: Count::of(&cards, "home-systems", "home-systems-more"),
        releases: Count::of(&releases, "home-releases", "home-releases-more"),
        doors: ENTRANCES,
        cards: cards.items.iter().take(NEWEST).map(|card| CardLine::new(card, frame.messages)).collect(),
        frame,
    };
    super::answer(&request, &page.frame, &page)
}

impl Count {
    fn of<T>(page: &Page<T>, all: &'static str, more: &'static str) -> Self {
        Self { message: if page.next.is_some() { more } else { all }, count: page.items.len() }
    }
}

/// The page with and without cards.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let page = |cards: &[registry::CardSummary], more| HomePage {
        frame: frame.clone(),
        systems: Count::of(&Page { items: cards.to_vec(), next: more }, "home-systems", "home-systems-more"),
        releases: Count { message: "home-releases", count: 1_234 },
        records: 1_234_567,
        doors: ENTRANCES,
        cards: cards.iter().map(|card| CardLine::new(card, frame.messages)).collect(),
    };
    let card = super::tests::card_summary();
    [page(&[], None), page(&[card.clone(), card], Some("1-2".to_owned()))]
        .iter()
        .map(|page| super::tests::rendered("home", frame, page))
        .collect()
}
