//! The queue of jobs: work that follows an answer and survives a restart.

use sea_orm_migration::prelude::*;

use crate::columns::{drop, id, index, maybe_id, maybe_number, maybe_text, number, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 1] = ["jobs"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs()).await?;
        manager.create_index(index("jobs_state_run_after", "jobs", &["state", "run_after"])).await?;
        manager.create_index(index("jobs_lane", "jobs", &["lane", "created_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn jobs() -> TableCreateStatement {
    table(
        "jobs",
        &["id"],
        [
            id("id"),
            text("kind"),
            id("subject"),
            id("lane"),
            text("state"),
            number("attempts"),
            number("run_after"),
            maybe_number("lease_until"),
            maybe_id("worker"),
            maybe_text("last_error"),
            number("created_at"),
        ],
    )
}
