//! Writing entries down in the transaction that gives rise to them.

use domain::{
    Coordinates, Digest, Entry, EntryKind, ReleaseSchema, RemovalReason, Timestamp, Uuid, canonical,
};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;
use serde::Serialize;

use crate::Error;
use crate::database::{Change, LIST};
use crate::entity::log_pending;
use crate::publish::insert_document;
use crate::stored::micros;

/// The schema of the document about a withdrawal.
const WITHDRAWAL: &str = "vitrine/withdrawal/1";

/// The schema of the document about a removal.
const REMOVAL: &str = "vitrine/removal/1";

/// What a removal's entry stands for. It names nothing: the release is known by its repository's identifier and hashes.
#[derive(Serialize)]
struct RemovalDocument<'a> {
    schema: &'static str,
    repository: Uuid,
    version: &'a str,
    release: String,
    reason: RemovalReason,
    authority: Option<&'a str>,
    files: Vec<RemovedFile<'a>>,
    removed_at: Timestamp,
}

#[derive(Serialize)]
struct RemovedFile<'a> {
    sha256: &'a str,
    size: i64,
}

/// What a withdrawal's entry stands for. The reason is here and not in the entry, so that it could be removed.
#[derive(Serialize)]
struct WithdrawalDocument<'a> {
    schema: &'static str,
    repository: Uuid,
    version: &'a str,
    release: String,
    reason: &'a str,
    withdrawn_at: Timestamp,
}

/// That a release was published.
pub(crate) fn of_release(
    repository: Uuid,
    version: &str,
    document: Digest,
    at: Timestamp,
) -> Result<Entry, Error> {
    let coordinates = Coordinates { kind: EntryKind::Release, id: repository, ver: version.to_owned() };
    Ok(Entry::new(coordinates, (document, &ReleaseSchema.to_string()), None, at)?)
}

/// That a repository's card number `version` was made.
pub(crate) fn of_card(
    (repository, version): (Uuid, u64),
    document: (Digest, &str),
    previous: Option<Digest>,
    at: Timestamp,
) -> Result<Entry, Error> {
    let coordinates = Coordinates { kind: EntryKind::Card, id: repository, ver: version.to_string() };
    Ok(Entry::new(coordinates, document, previous, at)?)
}

/// That a release was withdrawn: the entry, and the bytes of the document that it stands for.
pub(crate) fn of_withdrawal(
    (repository, version): (Uuid, &str),
    release: Digest,
    reason: &str,
    at: Timestamp,
) -> Result<(Entry, Vec<u8>), Error> {
    let document = WithdrawalDocument {
        schema: WITHDRAWAL,
        repository,
        version,
        release: release.hex(),
        reason,
        withdrawn_at: at,
    };
    let bytes = canonical::to_vec(&document)?;
    let coordinates = Coordinates { kind: EntryKind::Withdrawal, id: repository, ver: version.to_owned() };
    let entry = Entry::new(coordinates, (Digest::of(&bytes), WITHDRAWAL), Some(release), at)?;
    Ok((entry, bytes))
}

/// What is to be said of a removal.
pub(crate) struct RemovalFacts<'a> {
    pub(crate) release: Digest,
    pub(crate) reason: RemovalReason,
    pub(crate) authority: Option<&'a str>,
    /// Digest in hexadecimal and size of every file, sorted.
    pub(crate) files: &'a [(String, i64)],
    pub(crate) at: Timestamp,
}

/// That a release was removed by order: the entry, and the bytes of the document that it stands for.
pub(crate) fn of_removal(
    (repository, version): (Uuid, &str),
    facts: &RemovalFacts<'_>,
) -> Result<(Entry, Vec<u8>), Error> {
    let document = RemovalDocument {
        schema: REMOVAL,
        repository,
        version,
        release: facts.release.hex(),
        reason: facts.reason,
        authority: facts.authority,
        files: facts.files.iter().map(|(sha256, size)| RemovedFile { sha256, size: *size }).collect(),
        removed_at: facts.at,
    };
    let bytes = canonical::to_vec(&document)?;
    let entry = removal_entry((repository, version), facts.release, Digest::of(&bytes), facts.at)?;
    Ok((entry, bytes))
}

/// The entry of a removal whose document is known.
pub(crate) fn removal_entry(
    (repository, version): (Uuid, &str),
    release: Digest,
    document: Digest,
    at: Timestamp,
) -> Result<Entry, Error> {
    let coordinates = Coordinates { kind: EntryKind::Removal, id: repository, ver: version.to_owned() };
    Ok(Entry::new(coordinates, (document, REMOVAL), Some(release), at)?)
}

/// Keeps the document that an entry stands for.
pub(crate) async fn keep_document(
    change: &Change,
    (entry, bytes): (&Entry, &[u8]),
    at: Timestamp,
) -> Result<(), Error> {
    insert_document(change, (&entry.doc, bytes), &entry.doc_type, micros(at)).await
}

/// Keeps the document about a withdrawal.
pub(crate) async fn keep_withdrawal(change: &Change, bytes: &[u8], at: Timestamp) -> Result<(), Error> {
    insert_document(change, (&Digest::of(bytes), bytes), WITHDRAWAL, micros(at)).await
}

/// Has an entry wait for the next round.
pub(crate) async fn enter(change: &Change, entry: &Entry) -> Result<(), Error> {
    enter_all(change, std::slice::from_ref(entry)).await
}

/// Has entries wait for the next round, in this order; those whose coordinates wait already are passed by.
pub(super) async fn enter_all(change: &Change, entries: &[Entry]) -> Result<(), Error> {
    for some in entries.chunks(LIST) {
        let rows = some.iter().map(waiting).collect::<Result<Vec<_>, _>>()?;
        let waits = OnConflict::column(log_pending::Column::Coordinates).do_nothing().to_owned();
        log_pending::Entity::insert_many(rows).on_conflict(waits).exec_without_returning(&**change).await?;
    }
    Ok(())
}

fn waiting(entry: &Entry) -> Result<log_pending::ActiveModel, Error> {
    Ok(log_pending::ActiveModel {
        coordinates: Set(entry.coordinates.to_string()),
        kind: Set(entry.coordinates.kind.to_string()),
        leaf: Set(entry.to_bytes()?),
        ..Default::default()
    })
}
