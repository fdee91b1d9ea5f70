//! What cards are picked out by: who ranks, what is ranked, where.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, index, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["card_facets"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(facets()).await?;
        manager.create_index(index("card_facets_value", "card_facets", &["facet", "value"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn facets() -> TableCreateStatement {
    let columns = [id("release"), text("facet"), text("value")];
    table("card_facets", &["release", "facet", "value"], columns)
        .foreign_key(&mut refers("card_facets", "release", ("cards", "release")))
        .take()
}
