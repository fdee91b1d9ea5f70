//! Gates: repositories whose bytes are for those who asked, and who asked.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, maybe_number, maybe_text, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["accesses"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let gate = Table::alter().table("repositories").add_column(maybe_text("gate")).take();
        manager.alter_table(gate).await?;
        manager.create_table(accesses()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await?;
        manager.alter_table(Table::alter().table("repositories").drop_column("gate").take()).await
    }
}

fn accesses() -> TableCreateStatement {
    table(
        "accesses",
        &["repository", "person"],
        [id("repository"), id("person"), text("state"), number("asked_at"), maybe_number("decided_at")],
    )
    .foreign_key(&mut refers("accesses", "repository", ("repositories", "id")))
    .foreign_key(&mut refers("accesses", "person", ("namespaces", "id")))
    .take()
}
