//! Bytes by their digest.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::ops::Range;

use blobs::{ByteStream, Expected, Layout, Piece, Received, StoredFile};
use bytes::Bytes;
use domain::{Digest, GitSha1, Uuid};
use futures_util::Stream;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::access::is_readable_by;
use crate::authorize::{Action, Resource, authorize};
use crate::database::{Change, LIST};
use crate::entity::{blob, holder, layout, link, repository, repository_blob};
use crate::stored::{count, micros, number, word};
use crate::{Actor, Error, Registry};

/// Some bytes that are kept here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Blob {
    /// Their SHA-256, which is their name.
    pub sha256: Digest,
    /// How many they are.
    pub size: u64,
    /// The id that git gives to them, or to the pointer to them when they are large.
    pub oid: GitSha1,
    /// Whether the Hub protocol treats them as a large file: over 10 MiB, or not text.
    pub large: bool,
    /// Where they lie.
    pub(crate) layout: Layout,
}

impl Registry {
    /// Keeps bytes. Durable when it returns; nothing is kept when it fails.
    ///
    /// # Errors
    /// [`Error::DigestMismatch`], [`Error::LengthMismatch`], [`Error::TooLarge`], [`Error::UploadCut`]; who may not:
    /// [`Error::Unauthenticated`], [`Error::ScopeMissing`].
    pub async fn receive<S, E>(
        &self,
        actor: &Actor,
        announced: Digest,
        length: Option<u64>,
        bytes: S,
    ) -> Result<Blob, Error>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let expected = Expected { digest: Some(announced), length, limit_bytes: self.limits().blob_bytes };
        self.keep(actor, expected, bytes).await
    }

    /// Keeps a part of a larger whole, whose digest nobody knows yet; [`Registry::join`] makes the whole of it.
    ///
    /// # Errors
    /// As [`Registry::receive`].
    pub async fn receive_part<S, E>(
        &self,
        actor: &Actor,
        length: Option<u64>,
        bytes: S,
    ) -> Result<Blob, Error>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let limit_bytes = self.limits().blob_bytes;
        self.keep(actor, Expected { digest: None, length, limit_bytes }, bytes).await
    }

    /// Makes one blob of parts that this actor sent, in this order. The parts are swept later.
    ///
    /// # Errors
    /// [`Error::BlobNotFound`] for a part that is not here or is somebody else's; [`Error::DigestMismatch`],
    /// [`Error::LengthMismatch`] when the whole is not what was announced.
    pub async fn join(
        &self,
        actor: &Actor,
        (whole, size): (Digest, u64),
        parts: &[Digest],
    ) -> Result<Blob, Error> {
        let known = self.readable_blobs(actor, parts).await?;
        let mut pieces = Vec::with_capacity(parts.len());
        for part in parts {
            let blob = known.get(part).ok_or(Error::BlobNotFound { digest: *part })?;
            pieces.extend(blob.layout.0.iter().cloned());
        }
        let bytes = self.store().stream(&Layout(pieces), None).await?;
        self.receive(actor, whole, Some(size), bytes).await
    }

    async fn keep<S, E>(&self, actor: &Actor, expected: Expected, bytes: S) -> Result<Blob, Error>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        authorize(actor, Action::Upload, Resource::Platform)?;
        let received = self.store().receive(self.new_id(), expected, bytes).await?;
        // If we die here an object remains that no layout names: harmless, and swept later.
        let change = self.begin().await?;
        let adopted = adopt(&change, &received, micros(self.now())).await?;
        if let Some(person) = actor.id() {
            hold(&change, &received.sha256, person, micros(self.now())).await?;
        }
        change.commit().await?;
        // From here on the blob is known, and this actor may put it into commits.
        if !adopted {
            // The same bytes were here already; what just came is one object too many.
            self.store().remove(&received.key).await?;
        }
        self.blob(actor, &received.sha256).await
    }

    /// Bytes that this actor may read: they are in a repository that it may see, or it sent them.
    ///
    /// # Errors
    /// [`Error::BlobNotFound`], also for bytes of others: who knows a digest does not own the bytes.
    pub async fn blob(&self, actor: &Actor, digest: &Digest) -> Result<Blob, Error> {
        authorize(actor, Action::See, Resource::Platform)?;
        let mut found = self.readable_blobs(actor, &[*digest]).await?;
        found.remove(digest).ok_or(Error::BlobNotFound { digest: *digest })
    }

    /// The bytes of a blob, or a range of them. No SQL.
    ///
    /// # Errors
    /// [`Error::Storage`] when an object is missing or too short.
    pub async fn read_blob(&self, blob: &Blob, range: Option<Range<u64>>) -> Result<ByteStream, Error> {
        Ok(self.store().stream(&blob.layout, range).await?)
    }

    /// The file that holds a blob and nothing else, for who hands files out instead of us. No SQL.
    ///
    /// # Errors
    /// [`Error::Storage`] when it is missing.
    pub async fn file_of_blob(&self, blob: &Blob) -> Result<Option<StoredFile>, Error> {
        Ok(self.store().file(&blob.layout).await?)
    }

    /// Those of the blobs that this actor may read. One statement for each thousand.
    pub(crate) async fn readable_blobs(
        &self,
        actor: &Actor,
        digests: &[Digest],
    ) -> Result<BTreeMap<Digest, Blob>, Error> {
        self.load_blobs(digests, readable_by(actor)).await
    }

    /// Those of the blobs that there are, for who has been allowed already.
    pub(crate) async fn known_blobs(&self, digests: &[Digest]) -> Result<BTreeMap<Digest, Blob>, Error> {
        self.load_blobs(digests, Condition::all()).await
    }

    async fn load_blobs(
        &self,
        digests: &[Digest],
        which: Condition,
    ) -> Result<BTreeMap<Digest, Blob>, Error> {
        let mut blobs = BTreeMap::new();
        let link = link::<blob::Entity, _>(blob::Column::Sha256, layout::Entity, layout::Column::Blob);
        for some in digests.chunks(LIST) {
            let rows = blob::Entity::find()
                .filter(blob::Column::Sha256.is_in(some.iter().map(Digest::hex)))
                .filter(which.clone())
                .join(JoinType::LeftJoin, link.clone())
                .select_also(layout::Entity)
                .order_by_asc(blob::Column::Sha256)
                .order_by_asc(layout::Column::Ordinal)
                .all(self.db())
                .await?;
            for (row, piece) in rows {
                add(&mut blobs, &row, piece)?;
            }
        }
        Ok(blobs)
    }
}

fn add(
    blobs: &mut BTreeMap<Digest, Blob>,
    row: &blob::Model,
    piece: Option<layout::Model>,
) -> Result<(), Error> {
    let sha256: Digest = word(&row.sha256, "blobs", &row.sha256, "sha256")?;
    let fresh = Blob {
        sha256,
        size: count(row.size, "blobs", &row.sha256, "size")?,
        oid: word(&row.oid, "blobs", &row.sha256, "oid")?,
        large: row.large,
        layout: Layout::default(),
    };
    let blob = blobs.entry(sha256).or_insert(fresh);
    if let Some(piece) = piece {
        blob.layout.0.push(Piece {
            offset: count(piece.start, "layouts", &row.sha256, "start")?,
            length: count(piece.length, "layouts", &row.sha256, "length")?,
            key: piece.object_key,
        });
    }
    Ok(())
}

/// That a row of `blobs` is one that this actor may read.
fn readable_by(actor: &Actor) -> Condition {
    if *actor == Actor::System {
        return Condition::all();
    }
    let mut visible = Query::select();
    visible
        .expr(Expr::val(1))
        .from(repository_blob::Entity)
        .inner_join(
            repository::Entity,
            Expr::col((repository::Entity, repository::Column::Id))
                .equals((repository_blob::Entity, repository_blob::Column::Repository)),
        )
        .and_where(same_blob(repository_blob::Column::Blob))
        .cond_where(is_readable_by(actor));
    let readable = Condition::any().add(Expr::exists(visible.take()));
    let Some(person) = actor.id() else { return readable };
    let mut held = Query::select();
    held.expr(Expr::val(1))
        .from(holder::Entity)
        .and_where(same_blob(holder::Column::Blob))
        .and_where(holder::Column::Person.eq(person));
    readable.add(Expr::exists(held.take()))
}

/// That a column of a subquery names the blob of the outer query.
fn same_blob(column: impl sea_orm::ColumnTrait) -> Expr {
    Expr::col(column.as_column_ref()).equals((blob::Entity, blob::Column::Sha256))
}

/// Makes the received object the one that holds its blob. `false` when the blob is held by another already.
async fn adopt(change: &Change, received: &Received, now: i64) -> Result<bool, Error> {
    let sha256 = received.sha256.hex();
    let row = blob::ActiveModel {
        sha256: Set(sha256.clone()),
        size: Set(number(received.size)),
        oid: Set(received.oid.to_string()),
        large: Set(received.large),
        created_at: Set(now),
    };
    let mut known = OnConflict::column(blob::Column::Sha256);
    known.do_nothing();
    let fresh = blob::Entity::insert(row).on_conflict(known).exec_without_returning(&**change).await?;
    if fresh == 0 {
        return Ok(false);
    }
    let piece = layout::ActiveModel {
        blob: Set(sha256),
        ordinal: Set(0),
        object_key: Set(received.key.clone()),
        start: Set(0),
        length: Set(number(received.size)),
    };
    layout::Entity::insert(piece).exec_without_returning(&**change).await?;
    Ok(true)
}

/// Writes down that a person has shown to own these bytes.
async fn hold(change: &Change, digest: &Digest, person: Uuid, now: i64) -> Result<(), Error> {
    let row = holder::ActiveModel { blob: Set(digest.hex()), person: Set(person), held_at: Set(now) };
    let mut again = OnConflict::columns([holder::Column::Blob, holder::Column::Person]);
    again.update_column(holder::Column::HeldAt);
    holder::Entity::insert(row).on_conflict(again).exec_without_returning(&**change).await?;
    Ok(())
}
