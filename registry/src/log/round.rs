//! Rounds: waiting entries get their places, then the checkpoint is signed, guarded and shown, in this order.

use std::time::Duration;

use blobs::{Guarded, Swap};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use tlog::{Checkpoint, Edge, FullTile, Hash, Level, Tile, tree_root};
use tokio::sync::watch;

use super::begin::{HEAD, Head};
use super::cosign::{Shown, keep_lines};
use super::handover::Succession;
use super::{Log, LogRefusal};
use crate::database::{Change, LIST};
use crate::entity::{log_checkpoint, log_head, log_leaf, log_pending, log_tile};
use crate::stored::{micros, number};
use crate::{Error, Registry};

/// Most entries of one round.
const ENTRIES: u64 = 1_024;
/// Whoever holds this lock of Postgres is alone in its round; the number only has to be our own.
const LOCK: i64 = 0x7669_7472_696e_6531;
/// How soon to look again when another process is in its round, or something went wrong.
const AGAIN: Duration = Duration::from_millis(100);
/// How often to look for entries that other processes wrote.
const POLL: Duration = Duration::from_secs(2);

/// What became of a round.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Round {
    /// So many entries were given their places, and everything is published.
    Done(usize),
    /// Another process is in its round.
    Elsewhere,
}

impl Round {
    /// Whether there may be more to do at once.
    pub(super) const fn left_some(self) -> bool {
        !matches!(self, Self::Done(0))
    }
}

impl Registry {
    /// Keeps the record book until `stop` is ready: a round as soon as something waits.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before [`Registry::open_log`]. A round that fails is tried again, and the trouble is logged.
    pub async fn keep_log(&self, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
        let log = self.log()?;
        while !*stop.borrow() {
            let pause = match self.round(log).await {
                Ok(Round::Done(0)) => POLL,
                Ok(Round::Done(_)) => continue,
                Ok(Round::Elsewhere) => AGAIN,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "The record book cannot be gone on with");
                    AGAIN
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                () = log.bell.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(())
    }

    pub(super) async fn round(&self, log: &Log) -> Result<Round, Error> {
        let _turn = log.turn.lock().await;
        let Some(alone) = self.0.db.alone(LOCK).await? else { return Ok(Round::Elsewhere) };
        let (head, count) = self.sequence().await?;
        // If we die here the entries have their places for ever; the next round signs them.
        self.show(log, head).await?;
        alone.end().await?;
        Ok(Round::Done(count))
    }

    /// Gives waiting entries their places.
    async fn sequence(&self) -> Result<(Head, usize), Error> {
        let change = self.begin().await?;
        let row = log_head::Entity::find_by_id(HEAD).lock_exclusive().one(&*change).await?;
        let old = Head::read(&row.ok_or_else(|| Error::inconsistent("log_head", HEAD, "id"))?)?;
        let waiting = log_pending::Entity::find().order_by_asc(log_pending::Column::Id).limit(ENTRIES);
        let waiting = waiting.all(&*change).await?;
        if waiting.is_empty() {
            return Ok((old, 0));
        }
        let mut edge = edge(&change, &old).await?;
        let ids: Vec<i64> = waiting.iter().map(|row| row.id).collect();
        let (mut rows, mut full) = (Vec::with_capacity(waiting.len()), Vec::new());
        for (index, entry) in (old.size..).zip(waiting) {
            let hash = Hash::of_leaf(&entry.leaf);
            full.extend(edge.append(hash));
            rows.push(leaf_row(index, entry, hash));
        }
        for some in rows.chunks(LIST) {
            log_leaf::Entity::insert_many(some.to_vec()).exec_without_returning(&*change).await?;
        }
        keep_tiles(&change, &edge, &full).await?;
        let new = Head { size: edge.size(), root: edge.root()? };
        move_head(&change, &old, &new).await?;
        let count = ids.len();
        for some in ids.chunks(LIST) {
            let gone = log_pending::Column::Id.is_in(some.iter().copied());
            log_pending::Entity::delete_many().filter(gone).exec(&*change).await?;
        }
        change.commit().await?;
        Ok((new, count))
    }

    /// Signs the head, which is committed, writes it into the guard, and shows it.
    async fn show(&self, log: &Log, head: Head) -> Result<(), Error> {
        let last = self.last_checkpoint().await?;
        let succession = self.succession(log.signer.verifier()).await?;
        let in_turn = succession.of(head.size) == log.signer.verifier();
        if let Some(last) = last.as_ref().filter(|last| last.size == number(head.size)) {
            log.published.send_replace(head.size);
            // Whose key gave way cannot tell which cosignatures are missing.
            return if in_turn { self.complete(log, last).await } else { Ok(()) };
        }
        if !in_turn {
            // What precedes our turn is signed with the rest, once the handover has its place.
            let ours = succession.last() == log.signer.verifier();
            let reason = "its key gave way to another; start this process again with that one";
            return if ours { Ok(()) } else { Err(Error::LogStuck { reason }) };
        }
        let checkpoint = Checkpoint::new(log.origin(), head.size, head.root)?;
        let signed = checkpoint.sign(&[&log.signer])?;
        let note = signed.to_string();
        let seen = log.guard.read().await?;
        self.follows(log, (seen.as_ref(), last.as_ref()), (&head, &succession)).await?;
        if log.guard.swap(seen.as_ref(), &note).await? == Swap::Lost {
            return Err(Error::LogStuck { reason: "somebody else changed its guard" });
        }
        // If we die here the guard is ahead of what is shown, and the next round shows the same checkpoint.
        let lines = self.cosigned(log, &signed, last.as_ref()).await?;
        let row = log_checkpoint::ActiveModel {
            size: Set(number(head.size)),
            note: Set(note),
            published_at: Set(micros(self.now())),
        };
        let shown = OnConflict::column(log_checkpoint::Column::Size).do_nothing().to_owned();
        let change = self.begin().await?;
        log_checkpoint::Entity::insert(row).on_conflict(shown).exec_without_returning(&*change).await?;
        if !lines.is_empty() {
            keep_lines(&change, number(head.size), lines).await?;
        }
        change.commit().await?;
        log.show_key(log.signer.verifier());
        log.published.send_replace(head.size);
        Ok(())
    }

    /// Refuses unless this head follows from what the guard holds.
    async fn follows(
        &self,
        log: &Log,
        (seen, last): (Option<&Guarded>, Option<&Shown>),
        (head, succession): (&Head, &Succession),
    ) -> Result<(), Error> {
        let (seen, last) = match (seen, last) {
            (None, None) => return Ok(()),
            (None, Some(_)) => return Err(LogRefusal::GuardGone.into()),
            (Some(seen), last) => (seen, last),
        };
        if last.is_some_and(|last| last.note == seen.text) {
            return Ok(());
        }
        let guarded = log.verified(&seen.text, succession)?;
        if guarded.size() > head.size {
            return Err(LogRefusal::Older { found: head.size, signed: guarded.size() }.into());
        }
        let tiles = self.tiles(&[guarded.size().saturating_sub(1)], head.size).await?;
        if tree_root(guarded.size(), &tiles)? == guarded.root() {
            return Ok(());
        }
        Err(LogRefusal::OtherHistory { size: guarded.size() }.into())
    }
}

/// The right edge of the tree, checked against its root.
async fn edge(change: &Change, head: &Head) -> Result<Edge, Error> {
    let mut tiles = Vec::new();
    for tile in Edge::tiles_of(head.size) {
        let Level::Hashes(level) = tile.level() else { continue };
        let row =
            log_tile::Entity::find_by_id((i64::from(level), number(tile.number()))).one(&**change).await?;
        let altered = || Error::from(LogRefusal::TileAltered { tile: tile.to_string() });
        let row = row.ok_or_else(altered)?;
        tiles.push(tile.hashes(&row.hashes).map_err(|_length| altered())?);
    }
    Ok(Edge::from_tiles(head.size, &head.root, &tiles)?)
}

fn leaf_row(index: u64, entry: log_pending::Model, hash: Hash) -> log_leaf::ActiveModel {
    log_leaf::ActiveModel {
        idx: Set(number(index)),
        coordinates: Set(entry.coordinates),
        kind: Set(entry.kind),
        leaf: Set(entry.leaf),
        leaf_hash: Set(hash.0.to_vec()),
    }
}

async fn keep_tiles(change: &Change, edge: &Edge, full: &[FullTile]) -> Result<(), Error> {
    let full = full.iter().map(|full| (full.tile, full.hashes.as_slice()));
    let rows: Vec<_> =
        full.chain(edge.partial_tiles()).filter_map(|(tile, hashes)| tile_row(tile, hashes)).collect();
    let grown = OnConflict::columns([log_tile::Column::Level, log_tile::Column::Number])
        .update_column(log_tile::Column::Hashes)
        .to_owned();
    log_tile::Entity::insert_many(rows).on_conflict(grown).exec_without_returning(&**change).await?;
    Ok(())
}

fn tile_row(tile: Tile, hashes: &[Hash]) -> Option<log_tile::ActiveModel> {
    let Level::Hashes(level) = tile.level() else { return None };
    Some(log_tile::ActiveModel {
        level: Set(i64::from(level)),
        number: Set(number(tile.number())),
        hashes: Set(hashes.iter().flat_map(|hash| hash.0).collect()),
    })
}

async fn move_head(change: &Change, old: &Head, new: &Head) -> Result<(), Error> {
    let moved = log_head::Entity::update_many()
        .col_expr(log_head::Column::Size, Expr::value(number(new.size)))
        .col_expr(log_head::Column::Root, Expr::value(new.root.0.to_vec()))
        .filter(log_head::Column::Id.eq(HEAD))
        .filter(log_head::Column::Size.eq(number(old.size)))
        .filter(log_head::Column::Root.eq(old.root.0.to_vec()))
        .exec(&**change)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::inconsistent("log_head", HEAD, "size")) }
}
