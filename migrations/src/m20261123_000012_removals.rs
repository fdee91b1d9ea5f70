//! Removals by order: which releases, and by their hashes which names and digests now lead nowhere.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["removals", "removed_names", "removed_digests"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(removals()).await?;
        manager.create_table(removed("removed_names", "hash")).await?;
        manager.create_table(removed("removed_digests", "sha256")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn removals() -> TableCreateStatement {
    table("removals", &["release"], [id("release"), text("reason"), text("document"), number("removed_at")])
        .foreign_key(&mut refers("removals", "release", ("releases", "id")))
        .foreign_key(&mut refers("removals", "document", ("documents", "sha256")))
        .take()
}

/// What went with a release.
fn removed(name: &'static str, key: &'static str) -> TableCreateStatement {
    table(name, &[key], [text(key), id("release")])
        .foreign_key(&mut refers(name, "release", ("removals", "release")))
        .take()
}
