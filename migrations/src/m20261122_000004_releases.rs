//! Releases and the words to search them by.

use sea_orm_migration::prelude::*;

use crate::columns::{
    drop, id, index, maybe_id, maybe_number, maybe_text, number, refers, table, text, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["releases", "release_files", "search"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(releases()).await?;
        manager
            .create_index(unique("releases_repository_version", "releases", &["repository", "version"]))
            .await?;
        manager.create_index(index("releases_published_at", "releases", &["published_at", "id"])).await?;
        manager.create_index(index("releases_document", "releases", &["document"])).await?;
        manager.create_table(release_files()).await?;
        manager.create_index(index("release_files_blob", "release_files", &["blob"])).await?;
        manager.create_table(search()).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn releases() -> TableCreateStatement {
    table(
        "releases",
        &["id"],
        [
            id("id"),
            id("repository"),
            text("version"),
            text("document"),
            text("commit_id"),
            text("kind"),
            text("license"),
            maybe_text("description"),
            number("published_at"),
            maybe_id("publisher"),
            text("scan"),
            maybe_number("withdrawn_at"),
            maybe_text("withdrawn_reason"),
            maybe_id("withdrawn_by"),
            maybe_number("removed_at"),
            maybe_text("removed_basis"),
        ],
    )
    .foreign_key(&mut refers("releases", "repository", ("repositories", "id")))
    .foreign_key(&mut refers("releases", "document", ("documents", "sha256")))
    .foreign_key(&mut refers("releases", "publisher", ("namespaces", "id")))
    .foreign_key(&mut refers("releases", "withdrawn_by", ("namespaces", "id")))
    .take()
}

fn release_files() -> TableCreateStatement {
    table("release_files", &["release", "path"], [id("release"), text("path"), text("blob"), number("size")])
        .foreign_key(&mut refers("release_files", "release", ("releases", "id")))
        .foreign_key(&mut refers("release_files", "blob", ("blobs", "sha256")))
        .take()
}

fn search() -> TableCreateStatement {
    table(
        "search",
        &["kind", "subject", "language"],
        [text("kind"), id("subject"), text("language"), text("words")],
    )
}
