//! Looking the whole record book through: entries, tiles, end, and whether it is the one that was signed.

use domain::Entry;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use tlog::{Checkpoint, Edge, Hash, Level, Tile};

use super::LogRefusal;
use super::begin::{HEAD, Head};
use crate::entity::{log_head, log_leaf, log_tile};
use crate::stored::number;
use crate::{Error, Registry};

/// Entries that are read at once.
const PORTION: u64 = 4_096;

impl Registry {
    /// Hashes everything again and compares it with what was `signed`.
    pub(super) async fn audit_log(&self, signed: &[Checkpoint]) -> Result<(), Error> {
        let mut head = self.log_head().await?;
        if let Some(ahead) = signed.iter().find(|checkpoint| checkpoint.size() > head.size) {
            return Err(LogRefusal::Older { found: head.size, signed: ahead.size() }.into());
        }
        let mut edge = Edge::empty();
        same_as_signed(&edge, signed)?;
        loop {
            while edge.size() < head.size {
                for row in self.leaves(edge.size()..head.size.min(edge.size() + PORTION)).await? {
                    let hash = hash_of(&row, edge.size())?;
                    for full in edge.append(hash) {
                        self.compare(full.tile, &full.hashes).await?;
                    }
                    same_as_signed(&edge, signed)?;
                }
            }
            if edge.root()? != head.root {
                return Err(LogRefusal::HeadAltered { size: head.size }.into());
            }
            let Err(altered) = self.compare_last(&edge).await else { return Ok(()) };
            // Other processes may have added to the last tiles meanwhile; then what they added is looked at too.
            head = self.log_head().await?;
            if head.size == edge.size() {
                return Err(altered);
            }
        }
    }

    async fn log_head(&self) -> Result<Head, Error> {
        let row = log_head::Entity::find_by_id(HEAD).one(self.db()).await?;
        Head::read(&row.ok_or_else(|| Error::inconsistent("log_head", HEAD, "id"))?)
    }

    /// Compares the tiles that are not full yet.
    async fn compare_last(&self, edge: &Edge) -> Result<(), Error> {
        for (tile, hashes) in edge.partial_tiles() {
            self.compare(tile, hashes).await?;
        }
        Ok(())
    }

    /// These entries, all of them.
    pub(super) async fn leaves(&self, range: std::ops::Range<u64>) -> Result<Vec<log_leaf::Model>, Error> {
        let rows = log_leaf::Entity::find()
            .filter(log_leaf::Column::Idx.gte(number(range.start)))
            .filter(log_leaf::Column::Idx.lt(number(range.end)))
            .order_by_asc(log_leaf::Column::Idx)
            .limit(range.end.saturating_sub(range.start));
        let rows = rows.all(self.db()).await?;
        let wanted = range.clone().map(number::<u64>);
        let gap = wanted.zip(rows.iter().map(|row| Some(row.idx)).chain(std::iter::repeat(None)));
        for (wanted, found) in gap {
            if found != Some(wanted) {
                return Err(LogRefusal::EntryAltered { index: wanted.unsigned_abs() }.into());
            }
        }
        Ok(rows)
    }

    /// Compares the tile that follows from the entries with the one that is kept.
    async fn compare(&self, tile: Tile, hashes: &[Hash]) -> Result<(), Error> {
        let Level::Hashes(level) = tile.level() else { return Ok(()) };
        let kept =
            log_tile::Entity::find_by_id((i64::from(level), number(tile.number()))).one(self.db()).await?;
        let expected: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        if kept.is_some_and(|kept| kept.hashes == expected) {
            return Ok(());
        }
        Err(LogRefusal::TileAltered { tile: tile.to_string() }.into())
    }
}

/// The hash of an entry that is what its row says.
fn hash_of(row: &log_leaf::Model, index: u64) -> Result<Hash, Error> {
    let hash = Hash::of_leaf(&row.leaf);
    let entry = Entry::from_bytes(&row.leaf).ok().map(|entry| entry.coordinates);
    let same = entry.is_some_and(|coordinates| {
        coordinates.to_string() == row.coordinates && coordinates.kind.as_str() == row.kind
    });
    if same && row.leaf_hash == hash.0 { Ok(hash) } else { Err(LogRefusal::EntryAltered { index }.into()) }
}

fn same_as_signed(edge: &Edge, signed: &[Checkpoint]) -> Result<(), Error> {
    for checkpoint in signed.iter().filter(|checkpoint| checkpoint.size() == edge.size()) {
        if edge.root()? != checkpoint.root() {
            return Err(LogRefusal::OtherHistory { size: edge.size() }.into());
        }
    }
    Ok(())
}
