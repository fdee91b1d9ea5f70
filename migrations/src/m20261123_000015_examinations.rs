//! What reading a release's files and running its samples showed.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, maybe_number, maybe_text, refers, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["examinations"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(examinations()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn examinations() -> TableCreateStatement {
    let columns = [
        id("release"),
        text("status"),
        maybe_text("document"),
        maybe_text("problem"),
        maybe_text("run_record"),
        maybe_number("finished_at"),
    ];
    table("examinations", &["release"], columns)
        .foreign_key(&mut refers("examinations", "release", ("releases", "id")))
        .take()
}
