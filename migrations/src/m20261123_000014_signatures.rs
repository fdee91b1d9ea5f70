//! Keys that publishers sign with, and what their signatures say about a release.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, maybe_text, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["namespace_keys"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let signatures = Table::alter().table("releases").add_column(maybe_text("signatures")).take();
        manager.alter_table(signatures).await?;
        manager.create_table(keys()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await?;
        manager.alter_table(Table::alter().table("releases").drop_column("signatures").take()).await
    }
}

fn keys() -> TableCreateStatement {
    let columns = [id("namespace"), text("hint"), text("pem"), number("added_at")];
    table("namespace_keys", &["namespace", "hint"], columns)
        .foreign_key(&mut refers("namespace_keys", "namespace", ("namespaces", "id")))
        .take()
}
