//! Writing a commit down and moving the branch to it, in one transaction.

use domain::{Digest, Uuid};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::Next;
use crate::access::Place;
use crate::database::{Change, LIST};
use crate::entity::{branch, commit, repository_blob, tree};
use crate::stored::{micros, number};
use crate::tree::write_entries;
use crate::{Error, Registry, git};

impl Registry {
    /// Moves the branch, if it still stands where it stood. `false` when somebody else moved it.
    pub(super) async fn land(&self, place: &Place, next: &Next<'_>) -> Result<bool, Error> {
        let change = self.begin().await?;
        let old = match next.commit.parent {
            Some(parent) => branch::Column::Head.eq(parent.to_string()),
            None => branch::Column::Head.is_null(),
        };
        let moved = branch::Entity::update_many()
            .col_expr(branch::Column::Head, Expr::value(next.commit.id.to_string()))
            .col_expr(branch::Column::MovedAt, Expr::value(micros(self.now())))
            .filter(branch::Column::Repository.eq(place.id))
            .filter(branch::Column::Name.eq(next.branch))
            .filter(old)
            .exec(&*change)
            .await?;
        if moved.rows_affected != 1 {
            return Ok(false);
        }
        insert_commit(&change, place.id, next).await?;
        insert_blobs(&change, place.id, &next.put).await?;
        change.commit().await?;
        // From here on the commit is there, whole; before, nothing of it was.
        Ok(true)
    }
}

async fn insert_commit(change: &Change, repository: Uuid, next: &Next<'_>) -> Result<(), Error> {
    let tree_id = git::tree_id(&next.entries).to_string();
    let tree = tree::ActiveModel {
        id: Set(tree_id.clone()),
        entries: Set(write_entries(&next.entries)?),
        files: Set(number(next.entries.len())),
    };
    let same_tree = OnConflict::column(tree::Column::Id).do_nothing().to_owned();
    tree::Entity::insert(tree).on_conflict(same_tree).exec_without_returning(&**change).await?;
    let row = commit::ActiveModel {
        repository: Set(repository),
        id: Set(next.commit.id.to_string()),
        parent: Set(next.commit.parent.map(|id| id.to_string())),
        tree: Set(tree_id),
        message: Set(next.commit.message.clone()),
        author: Set(next.commit.author.clone()),
        created_at: Set(micros(next.commit.created_at)),
        ordinal: Set(next.ordinal),
    };
    // The same change may have been made on another branch in the same second: then it is the same commit.
    let same_commit =
        OnConflict::columns([commit::Column::Repository, commit::Column::Id]).do_nothing().to_owned();
    commit::Entity::insert(row).on_conflict(same_commit).exec_without_returning(&**change).await?;
    Ok(())
}

/// Writes down which blobs the repository holds from now on. In order, so that two commits cannot wait for each other.
async fn insert_blobs(change: &Change, repository: Uuid, blobs: &[Digest]) -> Result<(), Error> {
    for some in blobs.chunks(LIST) {
        let rows = some.iter().map(|digest| repository_blob::ActiveModel {
            repository: Set(repository),
            blob: Set(digest.hex()),
        });
        let known = OnConflict::columns([repository_blob::Column::Repository, repository_blob::Column::Blob])
            .do_nothing()
            .to_owned();
        repository_blob::Entity::insert_many(rows)
            .on_conflict(known)
            .exec_without_returning(&**change)
            .await?;
    }
    Ok(())
}
