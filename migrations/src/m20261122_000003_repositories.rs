//! Repositories with their branches and commits.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, index, maybe_text, number, refers, table, text, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 6] = ["repositories", "redirects", "trees", "commits", "branches", "repository_blobs"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(repositories()).await?;
        manager.create_index(unique("repositories_folded", "repositories", &["folded"])).await?;
        manager.create_table(redirects()).await?;
        manager.create_table(trees()).await?;
        manager.create_table(commits()).await?;
        manager.create_table(branches()).await?;
        manager.create_table(repository_blobs()).await?;
        manager.create_index(index("repository_blobs_blob", "repository_blobs", &["blob"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn repositories() -> TableCreateStatement {
    table(
        "repositories",
        &["id"],
        [
            id("id"),
            id("namespace"),
            text("name"),
            text("folded"),
            text("kind"),
            text("visibility"),
            number("created_at"),
        ],
    )
    .foreign_key(&mut refers("repositories", "namespace", ("namespaces", "id")))
    .take()
}

fn redirects() -> TableCreateStatement {
    table("redirects", &["folded"], [text("folded"), id("repository")])
        .foreign_key(&mut refers("redirects", "repository", ("repositories", "id")))
        .take()
}

fn trees() -> TableCreateStatement {
    table("trees", &["id"], [text("id"), text("entries"), number("files")])
}

fn commits() -> TableCreateStatement {
    table(
        "commits",
        &["repository", "id"],
        [
            id("repository"),
            text("id"),
            maybe_text("parent"),
            text("tree"),
            text("message"),
            text("author"),
            number("created_at"),
            number("ordinal"),
        ],
    )
    .foreign_key(&mut refers("commits", "repository", ("repositories", "id")))
    .foreign_key(&mut refers("commits", "tree", ("trees", "id")))
    .take()
}

fn branches() -> TableCreateStatement {
    table("branches", &["repository", "name"], [id("repository"), text("name"), maybe_text("head")])
        .foreign_key(&mut refers("branches", "repository", ("repositories", "id")))
        .take()
}

fn repository_blobs() -> TableCreateStatement {
    table("repository_blobs", &["repository", "blob"], [id("repository"), text("blob")])
        .foreign_key(&mut refers("repository_blobs", "repository", ("repositories", "id")))
        .foreign_key(&mut refers("repository_blobs", "blob", ("blobs", "sha256")))
        .take()
}
