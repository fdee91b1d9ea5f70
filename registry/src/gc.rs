//! Removing bytes that nothing needs.

use domain::{Digest, Timestamp};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _, SqlErr,
};

use crate::database::LIST;
use crate::entity::{blob, holder, layout, release_file, repository_blob};
use crate::stored::{micros, word};
use crate::{Blob, Error, Registry};

/// Objects that no layout names may still be about to be adopted for this long.
const OBJECT_HOURS: i64 = 1;
/// A blob that somebody uploaded may still be about to be committed for this long.
const BLOB_HOURS: i64 = 7 * 24;
const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// What was removed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Swept {
    /// Objects of the store, among them those that cut uploads left.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blobs that no repository holds and nobody uploaded lately.
    pub blobs: u64,
}

impl Registry {
    /// Removes bytes that nothing needs: blobs in no repository whose upload is a week old, and objects of no blob that
    /// are an hour old. Safe while others upload and commit.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Storage`].
    pub async fn gc(&self) -> Result<Swept, Error> {
        let mut swept = Swept::default();
        while let Some(unneeded) = self.unneeded_blobs().await? {
            for blob in unneeded {
                self.remove_blob(&blob, &mut swept).await?;
            }
        }
        self.remove_strays(&mut swept).await?;
        let (files, bytes) = self.store().remove_leavings(self.before(OBJECT_HOURS)).await?;
        swept.objects += files;
        swept.bytes += bytes;
        Ok(swept)
    }

    fn before(&self, hours: i64) -> Timestamp {
        let then = micros(self.now()).saturating_sub(hours * MICROS_AN_HOUR);
        Timestamp::from_microsecond(then).unwrap_or(Timestamp::MIN)
    }

    async fn unneeded_blobs(&self) -> Result<Option<Vec<Blob>>, Error> {
        let rows = blob::Entity::find()
            .filter(is_unneeded(self.before(BLOB_HOURS)))
            .limit(LIST as u64)
            .all(self.db())
            .await?;
        let digests = rows.iter().map(|row| word(&row.sha256, "blobs", &row.sha256, "sha256"));
        let digests = digests.collect::<Result<Vec<Digest>, _>>()?;
        let blobs: Vec<Blob> = self.known_blobs(&digests).await?.into_values().collect();
        Ok(Some(blobs).filter(|blobs| !blobs.is_empty()))
    }

    async fn remove_blob(&self, unneeded: &Blob, swept: &mut Swept) -> Result<(), Error> {
        let name = unneeded.sha256.hex();
        let change = self.begin().await?;
        holder::Entity::delete_many()
            .filter(holder::Column::Blob.eq(&name))
            .filter(holder::Column::HeldAt.lt(micros(self.before(BLOB_HOURS))))
            .exec(&*change)
            .await?;
        layout::Entity::delete_many().filter(layout::Column::Blob.eq(&name)).exec(&*change).await?;
        let gone = blob::Entity::delete_many()
            .filter(blob::Column::Sha256.eq(&name))
            .filter(is_unneeded(self.before(BLOB_HOURS)))
            .exec(&*change)
            .await;
        match gone {
            Ok(gone) if gone.rows_affected == 1 => {}
            Err(error) if !is_needed(&error) => return Err(error.into()),
            // Somebody began to need it while we looked.
            Ok(_) | Err(_) => return Ok(()),
        }
        change.commit().await?;
        // If we die here objects remain that no layout names: the next sweep finds them.
        swept.blobs += 1;
        for piece in &unneeded.layout.0 {
            self.store().remove(&piece.key).await?;
            swept.objects += 1;
            swept.bytes += piece.length;
        }
        Ok(())
    }

    /// Removes old objects that no layout names.
    async fn remove_strays(&self, swept: &mut Swept) -> Result<(), Error> {
        let before = self.before(OBJECT_HOURS);
        let mut batches = self.store().list().try_chunks(LIST);
        while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
            let named = layout::Entity::find()
                .filter(layout::Column::ObjectKey.is_in(batch.iter().map(|object| object.key.as_str())))
                .all(self.db())
                .await?;
            let named: std::collections::BTreeSet<String> =
                named.into_iter().map(|row| row.object_key).collect();
            let stray =
                batch.iter().filter(|object| object.written_at < before && !named.contains(&object.key));
            for object in stray {
                self.store().remove(&object.key).await?;
                swept.objects += 1;
                swept.bytes += object.size;
            }
        }
        Ok(())
    }
}

/// Whether the database says that another row names the one that was to go.
fn is_needed(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}

/// That a row of `blobs` is in no repository and no release, and that nobody showed to own the bytes lately.
fn is_unneeded(before: Timestamp) -> Condition {
    let mut held = rows_about(holder::Entity, holder::Column::Blob);
    held.and_where(holder::Column::HeldAt.gte(micros(before)));
    Condition::all()
        .add(blob::Column::CreatedAt.lt(micros(before)))
        .add(Expr::exists(held).not())
        .add(Expr::exists(rows_about(repository_blob::Entity, repository_blob::Column::Blob)).not())
        .add(Expr::exists(rows_about(release_file::Entity, release_file::Column::Blob)).not())
}

/// Rows of a table that name the blob of the outer query.
fn rows_about<E: sea_orm::EntityTrait>(table: E, column: E::Column) -> SelectStatement {
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from(table)
        .and_where(Expr::col(column.as_column_ref()).equals((blob::Entity, blob::Column::Sha256)));
    rows
}
