//! The record book as people read it: entries with what they are about, and where one thing stands.

use domain::{Coordinates, Entry, EntryKind, Timestamp, Uuid};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _};
use tlog::{Checkpoint, Hash, Note, Policy};

use super::cosign::Shown;
use super::{LogEntry, LogQuery};
use crate::access::is_visible_to;
use crate::authorize::{Action, Resource, authorize};
use crate::entity::{card, log_leaf, release};
use crate::release::{SummaryRow, summaries};
use crate::stored::{count, moment, number};
use crate::{Actor, Error, Registry, ReleaseSummary};

/// The newest checkpoint of the record book.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// Entries that it covers.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// When it was first shown.
    pub at: Timestamp,
    /// Names of the witnesses whose signatures on it hold.
    pub witnesses: Vec<String>,
}

/// An entry with the release that it is about, where the reader may see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BookEntry {
    /// Its number, from 0.
    pub index: u64,
    /// What it says.
    pub entry: Entry,
    /// The release that it is about, or whose card it is about.
    pub release: Option<ReleaseSummary>,
}

/// Some entries, newest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BookPage {
    /// How far the record book goes.
    pub published: Published,
    /// The entries.
    pub entries: Vec<BookEntry>,
    /// `before` for the entries after these; `None` on the last page.
    pub next: Option<u64>,
}

/// Where something stands in the record book.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// The number of its entry, from 0.
    pub index: u64,
    /// The moment that the entry states, in whole seconds.
    pub at: Timestamp,
    /// How far the record book goes.
    pub published: Published,
}

/// A release, its card and its repository's id.
#[derive(Debug, FromQueryResult)]
struct AboutRow {
    repository: Uuid,
    #[sea_orm(nested)]
    summary: SummaryRow,
}

impl Registry {
    /// How many entries the newest checkpoint covers. One SQL statement.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before the first checkpoint.
    pub async fn log_size(&self) -> Result<u64, Error> {
        Ok(self.checkpoint().await?.0)
    }

    /// Entries and the releases they are about, newest first. Three SQL statements.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before the first checkpoint; [`Error::Inconsistent`].
    pub async fn book(&self, actor: &Actor, query: LogQuery) -> Result<BookPage, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let published = self.published().await?;
        let mut entries = self.entries_below(published.size, query).await?;
        let more =
            entries.len() as u64 == query.page_size() && entries.last().is_some_and(|last| last.index > 0);
        let next = entries.last().map(|last| last.index).filter(|_| more);
        let releases = self.releases_of(actor, &entries).await?;
        let entries = entries.drain(..).map(|found| BookEntry::new(found, &releases)).collect();
        Ok(BookPage { published, entries, next })
    }

    /// One entry and the release it is about. Three SQL statements.
    ///
    /// # Errors
    /// [`Error::LogEntryNotFound`] for a number that no checkpoint covers.
    pub async fn book_entry(&self, actor: &Actor, index: u64) -> Result<(Published, BookEntry), Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let published = self.published().await?;
        let missing = || Error::LogEntryNotFound { coordinates: index.to_string() };
        if index >= published.size {
            return Err(missing());
        }
        let only = LogQuery { before: Some(index + 1), kind: None, limit: 1 };
        let found = self.entries_below(published.size, only).await?;
        let releases = self.releases_of(actor, &found).await?;
        let found = found.into_iter().find(|found| found.index == index).ok_or_else(missing)?;
        Ok((published, BookEntry::new(found, &releases)))
    }

    /// Where the entry with these coordinates stands; `None` while no checkpoint covers it. Two SQL statements.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Inconsistent`].
    pub async fn record(&self, coordinates: &Coordinates) -> Result<Option<Record>, Error> {
        let leaf = log_leaf::Entity::find().filter(log_leaf::Column::Coordinates.eq(coordinates.to_string()));
        let Some(leaf) = leaf.one(self.db()).await? else { return Ok(None) };
        let published = self.published().await?;
        let LogEntry { index, entry } = LogEntry::read(&leaf)?;
        Ok((index < published.size).then_some(Record { index, at: entry.at, published }))
    }

    async fn published(&self) -> Result<Published, Error> {
        let row = self.last_checkpoint().await?.ok_or(Error::LogStuck { reason: "it was not begun" })?;
        self.read_published(&row)
    }

    fn read_published(&self, row: &Shown) -> Result<Published, Error> {
        let note: Note = row.whole().parse()?;
        let checkpoint: Checkpoint = note.text().parse()?;
        let policy: Policy = self.log()?.policy().parse()?;
        let signed = policy.cosignatures(&note)?;
        Ok(Published {
            size: count(row.size, "log_checkpoints", row.size, "size")?,
            root: checkpoint.root(),
            at: moment(row.published_at, "log_checkpoints", row.size, "published_at")?,
            witnesses: signed.iter().map(|signed| signed.key.name().to_string()).collect(),
        })
    }

    /// The releases that entries are about, as far as the reader may see them. One SQL statement.
    async fn releases_of(
        &self,
        actor: &Actor,
        entries: &[LogEntry],
    ) -> Result<Vec<(Uuid, ReleaseSummary)>, Error> {
        let any =
            entries.iter().fold(Condition::any(), |any, found| any.add(about(&found.entry.coordinates)));
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let rows = summaries().filter(is_visible_to(actor)).filter(any).into_model::<AboutRow>();
        let rows = rows.all(self.db()).await?.into_iter();
        rows.map(|row| Ok((row.repository, row.summary.read()?))).collect()
    }
}

impl BookEntry {
    fn new(LogEntry { index, entry }: LogEntry, releases: &[(Uuid, ReleaseSummary)]) -> Self {
        let Coordinates { kind, id, ver } = &entry.coordinates;
        let is_it = |release: &ReleaseSummary| match kind {
            EntryKind::Card => release.card.version.is_some_and(|version| version.to_string() == *ver),
            _about_the_release => release.version.to_string() == *ver,
        };
        let release = releases.iter().find(|(repository, release)| repository == id && is_it(release));
        let release = release.map(|(_, release)| release.clone());
        Self { index, entry, release }
    }
}

/// That a row of releases is the one that these coordinates are about.
fn about(Coordinates { kind, id, ver }: &Coordinates) -> Condition {
    let here = Condition::all().add(release::Column::Repository.eq(*id));
    match (kind, ver.parse::<u32>()) {
        (EntryKind::Card, Ok(version)) => here.add(card::Column::Version.eq(number(version))),
        _about_the_release => here.add(release::Column::Version.eq(ver.as_str())),
    }
}
