//! Blobs, the objects that hold them, who brought them; documents, whose exact bytes are kept.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop, flag, id, index, number, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 4] = ["blobs", "layouts", "blob_holders", "documents"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(blobs()).await?;
        manager.create_table(layouts()).await?;
        manager.create_index(index("layouts_object_key", "layouts", &["object_key"])).await?;
        manager.create_table(blob_holders()).await?;
        manager.create_table(documents()).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn blobs() -> TableCreateStatement {
    table(
        "blobs",
        &["sha256"],
        [text("sha256"), number("size"), text("oid"), flag("large"), number("created_at")],
    )
}

fn layouts() -> TableCreateStatement {
    table(
        "layouts",
        &["blob", "ordinal"],
        [text("blob"), number("ordinal"), text("object_key"), number("start"), number("length")],
    )
    .foreign_key(&mut refers("layouts", "blob", ("blobs", "sha256")))
    .take()
}

fn blob_holders() -> TableCreateStatement {
    table("blob_holders", &["blob", "person"], [text("blob"), id("person"), number("held_at")])
        .foreign_key(&mut refers("blob_holders", "blob", ("blobs", "sha256")))
        .foreign_key(&mut refers("blob_holders", "person", ("namespaces", "id")))
        .take()
}

fn documents() -> TableCreateStatement {
    table("documents", &["sha256"], [text("sha256"), text("schema"), bytes("bytes"), number("published_at")])
}
