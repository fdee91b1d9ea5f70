//! System cards and their addresses.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, index, maybe_number, maybe_text, refers, table, text, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["slugs", "cards", "card_words"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(slugs()).await?;
        manager.create_table(cards()).await?;
        manager.create_index(unique("cards_repository_version", "cards", &["repository", "version"])).await?;
        manager.create_index(index("cards_slug_version", "cards", &["slug", "version"])).await?;
        manager.create_table(card_words()).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn slugs() -> TableCreateStatement {
    table("slugs", &["slug"], [text("slug"), id("repository")])
        .foreign_key(&mut refers("slugs", "repository", ("repositories", "id")))
        .take()
}

fn cards() -> TableCreateStatement {
    table(
        "cards",
        &["release"],
        [
            id("release"),
            id("repository"),
            text("slug"),
            text("status"),
            maybe_number("version"),
            maybe_text("document"),
            maybe_text("problem_code"),
            maybe_text("problem"),
            maybe_text("run_record"),
            maybe_text("language"),
            maybe_text("operator"),
            maybe_text("author"),
            maybe_number("finished_at"),
        ],
    )
    .foreign_key(&mut refers("cards", "release", ("releases", "id")))
    .foreign_key(&mut refers("cards", "repository", ("repositories", "id")))
    .foreign_key(&mut refers("cards", "slug", ("slugs", "slug")))
    .foreign_key(&mut refers("cards", "document", ("documents", "sha256")))
    .take()
}

fn card_words() -> TableCreateStatement {
    table(
        "card_words",
        &["release", "language"],
        [id("release"), text("language"), text("title"), text("one_line")],
    )
    .foreign_key(&mut refers("card_words", "release", ("cards", "release")))
    .take()
}
