//! Cosignatures of witnesses on published checkpoints: they may come later than the checkpoint, which never changes.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["log_cosignatures"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let cosignatures = table("log_cosignatures", &["size"], [number("size"), text("lines")])
            .foreign_key(&mut refers("log_cosignatures", "size", ("log_checkpoints", "size")))
            .take();
        manager.create_table(cosignatures).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}
