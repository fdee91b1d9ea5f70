//! What anybody may read of the record book: checkpoint, tiles, proofs, entries, and the documents they stand for.

use std::time::Duration;

use domain::{Coordinates, Digest, Entry, EntryKind, Timestamp};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use tlog::{Hash, Level, Note, ProofFile, Tile, TileSet, consistency_proof, encode_bundle, inclusion_proof};

use crate::entity::{document, log_checkpoint, log_leaf, log_tile};
use crate::stored::{count, number};
use crate::{Error, Registry};

/// How often somebody who waits looks for what other processes published.
const GLANCE: Duration = Duration::from_millis(50);

/// An entry of the record book and its number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogEntry {
    /// Its number, from 0.
    pub index: u64,
    /// What it says.
    pub entry: Entry,
}

/// Which entries to list, newest first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LogQuery {
    /// Only entries with a smaller number.
    pub before: Option<u64>,
    /// Only entries of this kind.
    pub kind: Option<EntryKind>,
    /// How many at most, 1 to 100; 0 means 20.
    pub limit: u64,
}

impl LogEntry {
    pub(super) fn read(row: &log_leaf::Model) -> Result<Self, Error> {
        let altered = |_altered| Error::inconsistent("log_leaves", row.idx, "leaf");
        Ok(Self {
            index: count(row.idx, "log_leaves", row.idx, "idx")?,
            entry: Entry::from_bytes(&row.leaf).map_err(altered)?,
        })
    }
}

impl LogQuery {
    /// How many entries a page has at most.
    pub(super) fn page_size(self) -> u64 {
        if self.limit == 0 { 20 } else { self.limit.min(100) }
    }
}

/// A document that an entry stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredDocument {
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// Its schema, such as `vitrine/release/1`.
    pub schema: String,
}

impl Registry {
    /// The newest checkpoint: how many entries it covers, and its text.
    ///
    /// # Errors
    /// [`Error::LogStuck`] before the first.
    pub async fn checkpoint(&self) -> Result<(u64, String), Error> {
        let row = self.last_checkpoint().await?.ok_or(Error::LogStuck { reason: "it was not begun" })?;
        Ok((count(row.size, "log_checkpoints", row.size, "size")?, row.whole()))
    }

    /// When the first checkpoint that covers an entry was shown.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Inconsistent`].
    pub async fn published_at(&self, index: u64) -> Result<Option<Timestamp>, Error> {
        let first = log_checkpoint::Entity::find()
            .filter(log_checkpoint::Column::Size.gt(number(index)))
            .order_by_asc(log_checkpoint::Column::Size);
        let Some(row) = first.one(self.db()).await? else { return Ok(None) };
        crate::stored::moment(row.published_at, "log_checkpoints", row.size, "published_at").map(Some)
    }

    /// The bytes of a tile. `None` for a tile that no published checkpoint implies.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::LogRefused`] for a tile that was changed.
    pub async fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, Error> {
        if !self.is_implied(tile).await? {
            return Ok(None);
        }
        let Level::Hashes(level) = tile.level() else {
            let first = tile.number() * tlog::TILE_HASHES;
            let rows = self.leaves(first..first + u64::from(tile.width())).await?;
            let entries: Vec<_> = rows.into_iter().map(|row| row.leaf).collect();
            return Ok(Some(encode_bundle(&entries)?));
        };
        let row =
            log_tile::Entity::find_by_id((i64::from(level), number(tile.number()))).one(self.db()).await?;
        let bytes = row.and_then(|mut row| {
            let wanted = usize::from(tile.width()) * Hash::BYTES;
            (row.hashes.len() >= wanted).then(|| {
                row.hashes.truncate(wanted);
                row.hashes
            })
        });
        bytes.map(Some).ok_or_else(|| super::LogRefusal::TileAltered { tile: tile.to_string() }.into())
    }

    /// Whether a published checkpoint has this tile just so.
    async fn is_implied(&self, tile: Tile) -> Result<bool, Error> {
        // Sizes of trees in which the tile is just this wide.
        let height = match tile.level() {
            Level::Entries => 0,
            Level::Hashes(level) => u32::from(level) * 8,
        };
        let end =
            tile.number().checked_mul(tlog::TILE_HASHES).and_then(|n| n.checked_add(tile.width().into()));
        let shifted = |n: u64| n.checked_shl(height).filter(|size| size >> height == n && height < 63);
        let Some(least) = end.and_then(shifted).filter(|size| i64::try_from(*size).is_ok()) else {
            return Ok(false);
        };
        let mut sizes =
            log_checkpoint::Entity::find().filter(log_checkpoint::Column::Size.gte(number(least)));
        if tile.is_partial() {
            let most = least.saturating_add((1 << height) - 1);
            sizes = sizes.filter(log_checkpoint::Column::Size.lte(number(most)));
        }
        Ok(sizes.one(self.db()).await?.is_some())
    }

    /// The proof that an entry stands in the newest checkpoint; it carries the entry's bytes. `None` while it does not.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Tree`].
    pub async fn proof(&self, coordinates: &Coordinates) -> Result<Option<ProofFile>, Error> {
        let leaf = log_leaf::Entity::find().filter(log_leaf::Column::Coordinates.eq(coordinates.to_string()));
        let Some(leaf) = leaf.one(self.db()).await? else { return Ok(None) };
        let Some(last) = self.last_checkpoint().await? else { return Ok(None) };
        if leaf.idx >= last.size {
            return Ok(None);
        }
        let index = count(leaf.idx, "log_leaves", leaf.idx, "idx")?;
        let size = count(last.size, "log_checkpoints", last.size, "size")?;
        let tiles = self.tiles(&[index], size).await?;
        let hashes = inclusion_proof(index, size, &tiles)?;
        let checkpoint: Note = last.whole().parse()?;
        Ok(Some(ProofFile { extra: Some(leaf.leaf), index, hashes, checkpoint }))
    }

    /// Waits until an entry stands in a published checkpoint, and gives the proof.
    ///
    /// # Errors
    /// [`Error::LogStuck`] when that takes longer than the limit `log_wait`; the entry still waits.
    pub async fn proven(&self, coordinates: &Coordinates) -> Result<ProofFile, Error> {
        let mut published = self.log()?.published.subscribe();
        self.ring_log();
        let waiting = async {
            loop {
                published.mark_unchanged();
                if let Some(proof) = self.proof(coordinates).await? {
                    return Ok(proof);
                }
                tokio::select! {
                    _changed = published.changed() => {}
                    () = tokio::time::sleep(GLANCE) => {}
                }
            }
        };
        let late = |_late| Error::LogStuck { reason: "no checkpoint was published in time" };
        tokio::time::timeout(self.limits().log_wait, waiting).await.map_err(late)?
    }

    /// The proof that the first `old` entries are the beginning of the first `new`.
    ///
    /// # Errors
    /// [`Error::LogBeyond`] unless `old` is at most `new` and `new` at most what is published.
    pub async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        let (size, _note) = self.checkpoint().await?;
        if old > new || new > size {
            return Err(Error::LogBeyond { size });
        }
        let tiles = self.tiles(&[old.saturating_sub(1), old], new).await?;
        Ok(consistency_proof(old, new, &tiles)?)
    }

    /// Entries, newest first, as far as they are published. Two SQL statements.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Inconsistent`].
    pub async fn log_entries(&self, query: LogQuery) -> Result<Vec<LogEntry>, Error> {
        let (size, _note) = self.checkpoint().await?;
        self.entries_below(size, query).await
    }

    /// Entries among the first `size`, newest first. One SQL statement.
    pub(super) async fn entries_below(&self, size: u64, query: LogQuery) -> Result<Vec<LogEntry>, Error> {
        let before = query.before.unwrap_or(size).min(size);
        let mut rows = log_leaf::Entity::find()
            .filter(log_leaf::Column::Idx.lt(number(before)))
            .order_by_desc(log_leaf::Column::Idx)
            .limit(query.page_size());
        if let Some(kind) = query.kind {
            rows = rows.filter(log_leaf::Column::Kind.eq(kind.as_str()));
        }
        rows.all(self.db()).await?.iter().map(LogEntry::read).collect()
    }

    /// A document by the hash of its exact bytes. All of them are public.
    ///
    /// # Errors
    /// [`Error::Removed`] for one that was removed by order; [`Error::Database`].
    pub async fn stored_document(&self, digest: &Digest) -> Result<Option<StoredDocument>, Error> {
        let row = document::Entity::find_by_id(digest.hex()).one(self.db()).await?;
        if row.as_ref().is_some_and(|row| row.bytes.is_empty()) {
            return Err(self.missing_bytes(digest).await);
        }
        Ok(row.map(|row| StoredDocument { bytes: row.bytes, schema: row.schema }))
    }

    /// The tiles for proofs about these entries in a tree of `size`.
    pub(super) async fn tiles(&self, entries: &[u64], size: u64) -> Result<TileSet, Error> {
        let mut set = TileSet::default();
        let needed = TileSet::needed(entries, size);
        if needed.is_empty() {
            return Ok(set);
        }
        let any = needed.iter().fold(Condition::any(), |any, (level, tile)| {
            let this = Condition::all().add(log_tile::Column::Level.eq(i64::from(*level)));
            any.add(this.add(log_tile::Column::Number.eq(number(*tile))))
        });
        for row in log_tile::Entity::find().filter(any).all(self.db()).await? {
            let (chunks, _rest) = row.hashes.as_chunks::<{ Hash::BYTES }>();
            let level = count(row.level, "log_tiles", row.number, "level")?;
            set.insert(
                level,
                count(row.number, "log_tiles", row.number, "number")?,
                chunks.iter().copied().map(Hash).collect(),
            );
        }
        Ok(set)
    }
}
