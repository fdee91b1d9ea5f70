//! What has to stand in the record book: every release, card and withdrawal that the other tables know.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Coordinates, Entry, EntryKind, Timestamp, Uuid};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::outbox::{of_card, of_release, of_withdrawal};
use crate::check::{Finding, find};
use crate::entity::{card, document, log_leaf, log_pending, release};
use crate::removal::removals;
use crate::stored::{count, moment, word};
use crate::{Error, Registry};

/// Something that happened, with the bytes of its document where nobody else keeps them.
pub(super) struct Past {
    at: i64,
    pub(super) entry: Entry,
    pub(super) document: Option<Vec<u8>>,
}

/// Everything that happened, in order of time.
pub(super) async fn past(db: &impl ConnectionTrait) -> Result<Vec<Past>, Error> {
    let mut past = Vec::new();
    for row in release::Entity::find().all(db).await? {
        past.push(published(&row)?);
        past.extend(withdrawn(&row)?);
    }
    past.extend(made(db).await?);
    past.extend(removals(db).await?.into_iter().map(|(at, entry)| Past { at, entry, document: None }));
    // A release comes before what follows from it in the same moment.
    past.sort_by(|one, other| {
        (one.at, one.entry.coordinates.kind).cmp(&(other.at, other.entry.coordinates.kind))
    });
    Ok(past)
}

fn published(row: &release::Model) -> Result<Past, Error> {
    let at = moment(row.published_at, "releases", row.id, "published_at")?;
    let digest = digest(&row.document, row.id)?;
    let entry = of_release(row.repository, &row.version, digest, at)?;
    Ok(Past { at: row.published_at, entry, document: None })
}

fn withdrawn(row: &release::Model) -> Result<Option<Past>, Error> {
    let Some(at) = row.withdrawn_at else { return Ok(None) };
    let when = moment(at, "releases", row.id, "withdrawn_at")?;
    let reason = row.withdrawn_reason.as_deref().unwrap_or_default();
    let which = (row.repository, row.version.as_str());
    let (entry, bytes) = of_withdrawal(which, digest(&row.document, row.id)?, reason, when)?;
    Ok(Some(Past { at, entry, document: Some(bytes) }))
}

/// The cards, each with the one before it.
async fn made(db: &impl ConnectionTrait) -> Result<Vec<Past>, Error> {
    let schemas: Vec<(String, String)> = document::Entity::find()
        .select_only()
        .columns([document::Column::Sha256, document::Column::Schema])
        .into_tuple()
        .all(db)
        .await?;
    let schemas: BTreeMap<_, _> = schemas.into_iter().collect();
    let rows = card::Entity::find()
        .filter(card::Column::Document.is_not_null())
        .order_by_asc(card::Column::Repository)
        .order_by_asc(card::Column::Version);
    let (mut past, mut before) = (Vec::new(), None);
    for row in rows.all(db).await? {
        let lacks = |column| Error::inconsistent("cards", row.release, column);
        let hex = row.document.as_deref().ok_or_else(|| lacks("document"))?;
        let version = row.version.ok_or_else(|| lacks("version"))?;
        let document = digest(hex, row.release)?;
        let previous = before.filter(|(repository, _)| *repository == row.repository);
        let at = row.finished_at.ok_or_else(|| lacks("finished_at"))?;
        let entry = of_card(
            (row.repository, count(version, "cards", row.release, "version")?),
            (document, schemas.get(hex).ok_or_else(|| lacks("document"))?),
            previous.map(|(_, document)| document),
            moment(at, "cards", row.release, "finished_at")?,
        )?;
        past.push(Past { at, entry, document: None });
        before = Some((row.repository, document));
    }
    Ok(past)
}

fn digest(hex: &str, id: Uuid) -> Result<domain::Digest, Error> {
    word(hex, "documents", id, "sha256")
}

impl Past {
    /// When it happened.
    pub(super) fn at(&self) -> Result<Timestamp, Error> {
        moment(self.at, "log_pending", &self.entry.coordinates, "at")
    }
}

impl Registry {
    /// Every release, card and withdrawal stands in the record book or waits for it, once the book was begun.
    pub(crate) async fn check_log(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        if !self.log_begun().await? {
            return Ok(());
        }
        // In this order: what happened waits before it has its place, and nothing leaves its place.
        let past = past(self.db()).await?;
        let waiting: Vec<Vec<u8>> = log_pending::Entity::find()
            .select_only()
            .column(log_pending::Column::Leaf)
            .into_tuple()
            .all(self.db())
            .await?;
        let placed: Vec<Vec<u8>> = log_leaf::Entity::find()
            .select_only()
            .column(log_leaf::Column::Leaf)
            .into_tuple()
            .all(self.db())
            .await?;
        let leaves: BTreeSet<Vec<u8>> = waiting.into_iter().chain(placed).collect();
        let said: BTreeMap<_, _> = leaves
            .iter()
            .filter_map(|leaf| Entry::from_bytes(leaf).ok())
            .map(|entry| (entry.coordinates, entry.doc))
            .collect();
        let removed = |entry: &Entry| {
            said.contains_key(&Coordinates { kind: EntryKind::Removal, ..entry.coordinates.clone() })
        };
        for Past { entry, .. } in past {
            let what = &entry.coordinates;
            match said.get(what) {
                None => find(findings, format!("The record book has no entry `{what}`.")),
                // What was removed took the words of its withdrawal with it.
                Some(_) if entry.coordinates.kind == EntryKind::Withdrawal && removed(&entry) => {}
                Some(doc) if *doc != entry.doc => {
                    find(findings, format!("Entry `{what}` of the record book names another document."));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
