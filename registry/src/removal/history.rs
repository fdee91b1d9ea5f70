//! What is left of a repository's branches and commits.

use std::collections::{BTreeMap, BTreeSet};

use domain::{RepositoryName, Uuid, Visibility};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::Error;
use crate::database::{Change, LIST};
use crate::entity::{branch, commit, repository, tag, tree};
use crate::repository::delete_contents;
use crate::tree::read_entries;

/// Takes everything out of a repository, and its name: only its identifier stays, for the record book.
pub(super) async fn empty(
    change: &Change,
    row: &repository::Model,
    name: &RepositoryName,
) -> Result<(), Error> {
    delete_contents(change, row.id).await?;
    let nameless = RepositoryName::new(name.namespace().clone(), &format!("removed-{}", row.id.simple()))?;
    repository::Entity::update_many()
        .col_expr(repository::Column::Name, Expr::value(nameless.to_string()))
        .col_expr(repository::Column::Folded, Expr::value(nameless.folded()))
        .col_expr(repository::Column::Visibility, Expr::value(Visibility::Private.as_str()))
        .col_expr(repository::Column::Gate, Expr::value(None::<String>))
        .filter(repository::Column::Id.eq(row.id))
        .exec(&**change)
        .await?;
    delete_unused_trees(change).await
}

/// Takes the commits out of a repository that hold one of these blobs. Branches go back to the newest commit before
/// them that stays; what followed them begins a history of its own.
pub(super) async fn forget(change: &Change, repository: Uuid, blobs: &BTreeSet<String>) -> Result<(), Error> {
    let rows =
        commit::Entity::find().filter(commit::Column::Repository.eq(repository)).all(&**change).await?;
    let parents: BTreeMap<&str, Option<&str>> =
        rows.iter().map(|row| (row.id.as_str(), row.parent.as_deref())).collect();
    let gone = holding(change, &rows, blobs).await?;
    let branches = branch::Entity::find().filter(branch::Column::Repository.eq(repository));
    for row in branches.all(&**change).await? {
        let mut head = row.head.as_deref();
        while let Some(id) = head.filter(|id| gone.contains(*id)) {
            head = parents.get(id).copied().flatten();
        }
        if head != row.head.as_deref() {
            branch::Entity::update_many()
                .col_expr(branch::Column::Head, Expr::value(head.map(str::to_owned)))
                .filter(branch::Column::Repository.eq(repository))
                .filter(branch::Column::Name.eq(&row.name))
                .exec(&**change)
                .await?;
        }
    }
    let gone: Vec<String> = gone.into_iter().collect();
    for some in gone.chunks(LIST) {
        tag::Entity::delete_many()
            .filter(tag::Column::Repository.eq(repository))
            .filter(tag::Column::CommitId.is_in(some.iter().map(String::as_str)))
            .exec(&**change)
            .await?;
        commit::Entity::update_many()
            .col_expr(commit::Column::Parent, Expr::value(None::<String>))
            .filter(commit::Column::Repository.eq(repository))
            .filter(commit::Column::Parent.is_in(some.iter().map(String::as_str)))
            .exec(&**change)
            .await?;
        commit::Entity::delete_many()
            .filter(commit::Column::Repository.eq(repository))
            .filter(commit::Column::Id.is_in(some.iter().map(String::as_str)))
            .exec(&**change)
            .await?;
    }
    delete_unused_trees(change).await
}

/// The ids of the commits whose files are among these blobs.
async fn holding(
    change: &Change,
    rows: &[commit::Model],
    blobs: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Error> {
    let mut gone = BTreeSet::new();
    for row in rows {
        let Some(files) = tree::Entity::find_by_id(row.tree.clone()).one(&**change).await? else { continue };
        if read_entries(&files)?.iter().any(|entry| blobs.contains(&entry.sha256.hex())) {
            gone.insert(row.id.clone());
        }
    }
    Ok(gone)
}

/// Lists of files hold names; those of no commit go.
async fn delete_unused_trees(change: &Change) -> Result<(), Error> {
    let mut used = Query::select();
    used.expr(Expr::val(1)).from(commit::Entity).and_where(
        Expr::col((commit::Entity, commit::Column::Tree)).equals((tree::Entity, tree::Column::Id)),
    );
    tree::Entity::delete_many().filter(Expr::exists(used.take()).not()).exec(&**change).await?;
    Ok(())
}
