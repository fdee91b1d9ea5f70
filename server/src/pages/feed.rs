//! News of cards as Atom feeds (RFC 4287): of the site, of one publisher, of one card.

use actix_web::http::header;
use actix_web::web::{self, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use cards::card::Card;
use registry::{CardQuery, CardStatus, Registry};
use serde::Deserialize;

use super::frame::Frame;
use super::lines::card_path;
use super::native::Native;
use crate::address::{self, encoded};
use crate::auth::Reader;
use crate::problem::Problem;
use crate::site::Site;

/// Most entries of a feed.
const ENTRIES: usize = 50;
/// When a feed without entries was changed last: before there was anything.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// Whose news.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Namespace of a publisher; else everyone's.
    publisher: Option<String>,
}

#[derive(Template)]
#[template(path = "feed/atom.xml")]
struct Feed {
    id: String,
    page: String,
    language: String,
    title: String,
    updated: String,
    entries: Vec<Entry>,
}

/// A version of a card.
struct Entry {
    address: String,
    title: String,
    updated: String,
    author: String,
    summary: String,
}

/// News of all cards, or of those of one publisher.
pub(super) async fn of_site(
    wanted: Query<Wanted>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let publisher = wanted.into_inner().publisher;
    let query = CardQuery {
        language: Some(frame.messages.language().clone()),
        limit: ENTRIES,
        every_version: true,
        publisher: publisher.clone(),
        ..CardQuery::default()
    };
    let found = registry.list_cards(&reader.0, &query).await?;
    let entry = |card: &registry::CardSummary| {
        let say = frame.messages.say("feed-entry").with("title", &card.title).with("version", card.version);
        Entry {
            address: version_address(&site, card.slug.as_str(), card.version),
            title: say.to_string(),
            updated: card.published_at.to_string(),
            author: card.author.clone(),
            summary: card.one_line.clone(),
        }
    };
    let query = publisher.map(|name| format!("?publisher={}", encoded(&name))).unwrap_or_default();
    let feed = Feed {
        id: format!("{}/feed.atom{query}", site.public_url),
        page: format!("{}/cards", site.public_url),
        language: frame.language(),
        title: frame.plain("feed-title"),
        updated: String::new(),
        entries: found.items.iter().map(entry).collect(),
    };
    feed.answer()
}

/// Every version of one card.
pub(super) async fn of_card(
    slug: web::Path<String>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let slug = address::word(&slug)?;
    let newest = registry.card(&reader.0, &slug).await?;
    let history = registry.card_history(&reader.0, &slug).await?;
    let card: Card = serde_json::from_slice(&newest.bytes).map_err(Problem::internal)?;
    let title = Native::of(&card.title, frame.messages).plain();
    let entry = |made: &registry::CardEntry| {
        let version = made.card.version.filter(|_| made.card.status == CardStatus::Ready)?;
        let say = frame.messages.say("feed-entry").with("title", &title).with("version", version);
        Some(Entry {
            address: version_address(&site, slug.as_str(), version),
            title: say.to_string(),
            updated: made.published_at.to_string(),
            author: card.author.name.clone(),
            summary: Native::of(&card.one_line, frame.messages).plain(),
        })
    };
    let page = format!("{}{}", site.public_url, card_path(slug.as_str()));
    let feed = Feed {
        id: format!("{page}/feed.atom"),
        page,
        language: frame.language(),
        title: frame.messages.say("feed-title-card").with("title", &title).to_string(),
        updated: String::new(),
        entries: history.entries.iter().filter_map(entry).take(ENTRIES).collect(),
    };
    feed.answer()
}

fn version_address(site: &Site, slug: &str, version: u32) -> String {
    format!("{}{}/v/{version}", site.public_url, card_path(slug))
}

impl Feed {
    /// The feed as an answer; it was changed when its newest entry came.
    fn answer(mut self) -> Result<HttpResponse, Problem> {
        self.updated = self.entries.first().map_or_else(|| NEVER.to_owned(), |entry| entry.updated.clone());
        let text = self.render().map_err(Problem::internal)?;
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"))
            .insert_header((header::CONTENT_LANGUAGE, self.language.clone()))
            .body(text))
    }
}
