//! What goes with a release, and what has to stay.

use std::collections::BTreeSet;

use domain::Digest;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _,
};

use crate::Error;
use crate::database::LIST;
use crate::entity::{blob, holder, layout, release, release_file, repository_blob};
use crate::stored::word;

/// What goes with a release.
pub(super) struct Plan {
    /// Blobs that go, by their digests in hexadecimal.
    pub(super) blobs: BTreeSet<String>,
    /// Those among them that the release itself was made of.
    pub(super) files: BTreeSet<String>,
    /// Objects that hold them.
    pub(super) objects: Vec<String>,
    /// Files of the release that another release or repository holds.
    pub(super) kept: Vec<Digest>,
    /// Whether the whole repository goes: it has no other release.
    pub(super) whole: bool,
}

impl Plan {
    /// Finds out what goes with a release. One that is gone already has nothing left.
    pub(super) async fn of(db: &impl ConnectionTrait, row: &release::Model) -> Result<Self, Error> {
        let others = release::Entity::find()
            .filter(release::Column::Repository.eq(row.repository))
            .filter(release::Column::Id.ne(row.id))
            .filter(release::Column::RemovedAt.is_null());
        let whole = others.count(db).await? == 0;
        let files = release_file::Entity::find().filter(release_file::Column::Release.eq(row.id));
        let mut files: BTreeSet<String> = files.all(db).await?.into_iter().map(|file| file.blob).collect();
        let mut blobs = files.clone();
        if whole {
            let held = repository_blob::Entity::find();
            let held = held.filter(repository_blob::Column::Repository.eq(row.repository)).all(db).await?;
            blobs.extend(held.into_iter().map(|held| held.blob));
        }
        let needed = needed_elsewhere(db, row, &blobs).await?;
        blobs.retain(|blob| !needed.contains(blob));
        let kept = files.intersection(&needed).map(|hex| word(hex, "blobs", hex, "sha256"));
        let kept = kept.collect::<Result<_, _>>()?;
        files.retain(|file| !needed.contains(file));
        blobs.extend(loose(db, &blobs).await?);
        let objects = objects(db, &blobs).await?;
        Ok(Self { blobs, files, objects, kept, whole })
    }
}

/// Those of the blobs that another release or another repository holds.
async fn needed_elsewhere(
    db: &impl ConnectionTrait,
    row: &release::Model,
    blobs: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Error> {
    let blobs: Vec<&String> = blobs.iter().collect();
    let mut needed = BTreeSet::new();
    for some in blobs.chunks(LIST) {
        let some = || some.iter().map(|blob| blob.as_str());
        let released = release_file::Entity::find()
            .filter(release_file::Column::Blob.is_in(some()))
            .filter(release_file::Column::Release.ne(row.id));
        needed.extend(released.all(db).await?.into_iter().map(|file| file.blob));
        let held = repository_blob::Entity::find()
            .filter(repository_blob::Column::Blob.is_in(some()))
            .filter(repository_blob::Column::Repository.ne(row.repository));
        needed.extend(held.all(db).await?.into_iter().map(|held| held.blob));
    }
    Ok(needed)
}

/// What the people who sent these blobs have sent besides and put nowhere: parts and packed chunks of the same bytes
/// may be among it.
async fn loose(db: &impl ConnectionTrait, blobs: &BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
    let blobs: Vec<&String> = blobs.iter().collect();
    let mut loose = BTreeSet::new();
    for some in blobs.chunks(LIST) {
        let mut senders = Query::select();
        senders
            .column(holder::Column::Person)
            .from(holder::Entity)
            .and_where(holder::Column::Blob.is_in(some.iter().map(|blob| blob.as_str())));
        let mut sent = Query::select();
        sent.column(holder::Column::Blob)
            .from(holder::Entity)
            .and_where(holder::Column::Person.in_subquery(senders.take()));
        let rows = blob::Entity::find()
            .filter(blob::Column::Sha256.in_subquery(sent.take()))
            .filter(Expr::exists(naming(repository_blob::Entity, repository_blob::Column::Blob)).not())
            .filter(Expr::exists(naming(release_file::Entity, release_file::Column::Blob)).not());
        loose.extend(rows.all(db).await?.into_iter().map(|row| row.sha256));
    }
    Ok(loose)
}

/// Rows of a table that name the blob of the outer query.
fn naming<E: sea_orm::EntityTrait>(table: E, column: E::Column) -> SelectStatement {
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from(table)
        .and_where(Expr::col(column.as_column_ref()).equals((blob::Entity, blob::Column::Sha256)));
    rows
}

async fn objects(db: &impl ConnectionTrait, blobs: &BTreeSet<String>) -> Result<Vec<String>, Error> {
    let blobs: Vec<&String> = blobs.iter().collect();
    let mut objects = Vec::new();
    for some in blobs.chunks(LIST) {
        let rows = layout::Entity::find()
            .filter(layout::Column::Blob.is_in(some.iter().map(|blob| blob.as_str())))
            .select_only()
            .column(layout::Column::ObjectKey)
            .into_tuple::<String>();
        objects.extend(rows.all(db).await?);
    }
    objects.sort();
    objects.dedup();
    Ok(objects)
}
