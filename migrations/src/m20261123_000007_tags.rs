//! Tags: names that stay at one commit. And when a branch moved last, finer than git's seconds.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, maybe_number, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["tags"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tags()).await?;
        let moved = Table::alter().table("branches").add_column(maybe_number("moved_at")).take();
        manager.alter_table(moved).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("branches").drop_column("moved_at").take()).await?;
        drop(manager, &TABLES).await
    }
}

fn tags() -> TableCreateStatement {
    table(
        "tags",
        &["repository", "name"],
        [id("repository"), text("name"), text("commit_id"), text("message"), number("created_at")],
    )
    .foreign_key(&mut refers("tags", "repository", ("repositories", "id")))
    .take()
}
