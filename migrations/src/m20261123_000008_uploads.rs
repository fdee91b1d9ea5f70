//! What large uploads need: a secret to sign their addresses with, and the xorbs that files are made of.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop, id, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["secrets", "xorbs", "xorb_senders"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(secrets()).await?;
        manager.create_table(xorbs()).await?;
        manager.create_table(xorb_senders()).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn secrets() -> TableCreateStatement {
    table("secrets", &["name"], [text("name"), bytes("bytes"), number("created_at")])
}

fn xorbs() -> TableCreateStatement {
    table("xorbs", &["hash"], [text("hash"), text("body"), bytes("chunks"), number("created_at")])
}

fn xorb_senders() -> TableCreateStatement {
    table("xorb_senders", &["xorb", "person"], [text("xorb"), id("person"), number("sent_at")])
        .foreign_key(&mut refers("xorb_senders", "xorb", ("xorbs", "hash")))
        .foreign_key(&mut refers("xorb_senders", "person", ("namespaces", "id")))
        .take()
}
