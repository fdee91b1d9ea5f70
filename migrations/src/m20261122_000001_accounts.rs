//! People, organisations and their tokens.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, index, maybe_number, maybe_text, number, refers, table, text, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["namespaces", "members", "tokens"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(namespaces()).await?;
        manager.create_index(unique("namespaces_folded", "namespaces", &["folded"])).await?;
        manager.create_table(members()).await?;
        manager.create_index(index("members_person", "members", &["person"])).await?;
        manager.create_table(tokens()).await?;
        manager.create_index(unique("tokens_sha256", "tokens", &["sha256"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn namespaces() -> TableCreateStatement {
    table(
        "namespaces",
        &["id"],
        [id("id"), text("name"), text("folded"), text("kind"), maybe_text("role"), number("created_at")],
    )
}

fn members() -> TableCreateStatement {
    table(
        "members",
        &["organisation", "person"],
        [id("organisation"), id("person"), text("role"), number("created_at")],
    )
    .foreign_key(&mut refers("members", "organisation", ("namespaces", "id")))
    .foreign_key(&mut refers("members", "person", ("namespaces", "id")))
    .take()
}

fn tokens() -> TableCreateStatement {
    table(
        "tokens",
        &["id"],
        [
            id("id"),
            id("person"),
            text("sha256"),
            text("scopes"),
            number("created_at"),
            maybe_number("used_on"),
            maybe_number("expires_at"),
            maybe_number("revoked_at"),
        ],
    )
    .foreign_key(&mut refers("tokens", "person", ("namespaces", "id")))
    .take()
}
