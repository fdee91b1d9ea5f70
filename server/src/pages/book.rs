//! The record book for people: its entries in plain words, and one entry with its proof.

mod entry;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::EntryKind;
use registry::{BookEntry, LogQuery, Published, Registry};
use serde::Deserialize;

use super::frame::Frame;
use super::lines::{card_path, release_path};
use super::record::clock_time;
use crate::auth::Reader;
use crate::problem::Problem;
use crate::site::Site;
pub(super) use entry::show;

/// Which part of the book.
#[derive(Deserialize)]
pub(super) struct Part {
    kind: Option<EntryKind>,
    from: Option<u64>,
}

#[derive(Template)]
#[template(path = "book/show.html")]
pub(super) struct BookPage {
    frame: Frame,
    size: u64,
    root: String,
    date: String,
    time: String,
    key: String,
    observers: usize,
    names: String,
    audit: String,
    choices: Vec<Choice>,
    entries: Vec<EntryLine>,
    next: Option<String>,
}

/// A kind of entry to choose.
struct Choice {
    path: String,
    message: &'static str,
    is_here: bool,
}

/// An entry in a list.
struct EntryLine {
    path: String,
    number: u64,
    said: Said,
    date: String,
    time: String,
}

/// What an entry says, in plain words.
struct Said {
    text: String,
    /// The page of what it is about.
    about: Option<String>,
    /// Why something was withdrawn.
    reason: Option<String>,
}

pub(super) async fn list(
    part: Query<Part>,
    request: HttpRequest,
    reader: Reader,
    site: Data<Site>,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let Part { kind, from } = part.into_inner();
    let book = registry.book(&reader.0, LogQuery { before: from, kind, limit: 0 }).await?;
    let page = BookPage::new(frame, &book, (kind, &registry.log_key()?, &site.public_url));
    super::answer(&request, &page.frame, &page)
}

impl BookPage {
    /// The page of these entries, of this kind, with the book's key and the site's address.
    fn new(
        frame: Frame,
        book: &registry::BookPage,
        (kind, key, site): (Option<EntryKind>, &str, &str),
    ) -> Self {
        let registry::BookPage { published, entries, next } = book;
        let messages = frame.messages;
        let Published { size, root, at, witnesses } = published;
        Self {
            size: *size,
            root: root.to_string(),
            date: messages.date(*at),
            time: clock_time(*at),
            key: key.to_owned(),
            observers: witnesses.len(),
            names: witnesses.join(", "),
            audit: format!("vitrine log audit {site}"),
            choices: choices(kind),
            entries: entries.iter().map(|found| EntryLine::new(found, &frame)).collect(),
            next: next.map(|from| frame.to(&part_path(kind, Some(from)))),
            frame,
        }
    }
}

impl EntryLine {
    fn new(found: &BookEntry, frame: &Frame) -> Self {
        Self {
            path: entry_path(found.index),
            number: found.index + 1,
            said: Said::new(found, frame),
            date: frame.messages.date(found.entry.at),
            time: clock_time(found.entry.at),
        }
    }
}

impl Said {
    fn new(BookEntry { entry, release, .. }: &BookEntry, frame: &Frame) -> Self {
        let kind = entry.coordinates.kind;
        let messages = frame.messages;
        let name = release.as_ref().map(|release| release.repository.to_string());
        let message = match (kind, &name) {
            (EntryKind::Release, Some(_)) => "book-release",
            (EntryKind::Release, None) => "book-release-unnamed",
            (EntryKind::Card, Some(_)) => "book-card",
            (EntryKind::Card, None) => "book-card-unnamed",
            (EntryKind::Withdrawal, Some(_)) => "book-withdrawal",
            (EntryKind::Withdrawal, None) => "book-withdrawal-unnamed",
            (EntryKind::Removal, _) => "book-removal",
            (EntryKind::Key, _) => "book-key",
            (EntryKind::Policy, _) => "book-policy",
        };
        let text = messages
            .say(message)
            .with("name", name.as_deref().unwrap_or_default())
            .with("version", entry.coordinates.ver.as_str())
            .to_string();
        let about = release.as_ref().map(|release| match (kind, &release.card.slug) {
            (EntryKind::Card, Some(slug)) => {
                format!("{}/v/{}", card_path(slug.as_str()), entry.coordinates.ver)
            }
            _the_release => release_path(&release.repository, &release.version),
        });
        let withdrawn = release.as_ref().and_then(|release| release.withdrawn.as_ref());
        let reason = withdrawn.filter(|_| kind == EntryKind::Withdrawal).map(|it| it.reason.clone());
        Self { text, about, reason }
    }
}

/// The kinds to choose from, and all of them.
fn choices(chosen: Option<EntryKind>) -> Vec<Choice> {
    [
        (None, "book-all"),
        (Some(EntryKind::Release), "book-releases"),
        (Some(EntryKind::Card), "book-cards"),
        (Some(EntryKind::Withdrawal), "book-withdrawals"),
        (Some(EntryKind::Removal), "book-removals"),
        (Some(EntryKind::Key), "book-keys"),
        (Some(EntryKind::Policy), "book-policies"),
    ]
    .into_iter()
    .map(|(kind, message)| Choice { path: part_path(kind, None), message, is_here: kind == chosen })
    .collect()
}

/// The address of a part of the book.
fn part_path(kind: Option<EntryKind>, from: Option<u64>) -> String {
    let kind = kind.map(|kind| format!("kind={kind}"));
    let from = from.map(|from| format!("from={from}"));
    let query: Vec<String> = kind.into_iter().chain(from).collect();
    if query.is_empty() { "/log".to_owned() } else { format!("/log?{}", query.join("&")) }
}

/// The address of an entry's page.
pub(super) fn entry_path(index: u64) -> String {
    format!("/log/{index}")
}

/// A checkpoint of so many entries that these have signed.
#[cfg(test)]
pub(super) fn published(size: u64, witnesses: &[&str]) -> Published {
    Published {
        size,
        root: tlog::Hash::of_nothing(),
        at: "2026-11-23T00:00:05Z".parse().unwrap(),
        witnesses: witnesses.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// An entry of a kind, about a release or about something that is not shown.
#[cfg(test)]
fn sample_entry(index: u64, kind: EntryKind, is_shown: bool) -> BookEntry {
    let summary = registry::ReleaseSummary {
        withdrawn: Some(super::tests::withdrawal()),
        ..super::tests::release_summary()
    };
    let id = domain::Uuid::nil();
    let coordinates = domain::Coordinates { kind, id, ver: "1".to_owned() };
    let document = (domain::Digest::of(b"document"), "vitrine/release/1");
    let at = "2026-11-22T10:00:00Z".parse().unwrap();
    let prev = (kind == EntryKind::Withdrawal).then(|| domain::Digest::of(b"before"));
    let entry = domain::Entry::new(coordinates, document, prev, at).unwrap();
    BookEntry { index, entry, release: is_shown.then_some(summary) }
}

/// One entry of each kind, shown and not.
#[cfg(test)]
fn sample_entries() -> Vec<BookEntry> {
    EntryKind::ALL
        .iter()
        .flat_map(|kind| [(*kind, true), (*kind, false)])
        .zip(0..)
        .map(|((kind, is_shown), index)| sample_entry(index, kind, is_shown))
        .collect()
}

/// The book empty, with an entry of each kind, and with observers and more to come.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    let key = "vitrine.example/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let page = |entries, next, (kind, witnesses): (_, &[&str])| {
        let published = published(1_234, witnesses);
        let book = registry::BookPage { published, entries, next };
        BookPage::new(frame.clone(), &book, (kind, key, super::tests::SITE))
    };
    [
        page(Vec::new(), None, (Some(EntryKind::Key), &[])),
        page(sample_entries(), None, (None, &["one.example"])),
        page(sample_entries(), Some(1_000), (Some(EntryKind::Release), &["one.example", "two.example"])),
    ]
    .iter()
    .map(|page| super::tests::rendered("book", frame, page))
    .chain(entry::samples(frame))
    .collect()
}
