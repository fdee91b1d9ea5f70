//! The record book: entries that wait, entries that stand, the tiles of their tree, and the signed checkpoints.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{bytes, drop, index, number, table, text, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 5] = ["log_pending", "log_leaves", "log_tiles", "log_head", "log_checkpoints"];

/// Tables of which some rows never change, which rows those are, and how the database says no.
const FIXED: [(&str, &str, &str); 3] = [
    ("log_leaves", "1 = 1", "an entry of the record book is never changed"),
    // A full tile has 256 hashes of 32 bytes.
    ("log_tiles", "length(OLD.hashes) = 8192", "a full tile of the record book is never changed"),
    ("log_checkpoints", "1 = 1", "a checkpoint of the record book is never changed"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(pending()).await?;
        manager.create_index(unique("log_pending_coordinates", "log_pending", &["coordinates"])).await?;
        manager.create_table(leaves()).await?;
        manager.create_index(unique("log_leaves_coordinates", "log_leaves", &["coordinates"])).await?;
        manager.create_index(index("log_leaves_kind", "log_leaves", &["kind", "idx"])).await?;
        manager.create_table(tiles()).await?;
        manager.create_table(head()).await?;
        manager.create_table(checkpoints()).await?;
        fix(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The triggers go with their tables.
        drop(manager, &TABLES).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, _, _) in FIXED {
                let gone = format!("DROP FUNCTION {table}_fixed()");
                manager.get_connection().execute_unprepared(&gone).await?;
            }
        }
        Ok(())
    }
}

fn pending() -> TableCreateStatement {
    Table::create()
        .table("log_pending")
        .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
        .col(text("coordinates"))
        .col(text("kind"))
        .col(bytes("leaf"))
        .take()
}

fn leaves() -> TableCreateStatement {
    let columns = [number("idx"), text("coordinates"), text("kind"), bytes("leaf"), bytes("leaf_hash")];
    table("log_leaves", &["idx"], columns)
}

fn tiles() -> TableCreateStatement {
    table("log_tiles", &["level", "number"], [number("level"), number("number"), bytes("hashes")])
}

fn head() -> TableCreateStatement {
    table("log_head", &["id"], [number("id"), number("size"), bytes("root")])
}

fn checkpoints() -> TableCreateStatement {
    table("log_checkpoints", &["size"], [number("size"), text("note"), number("published_at")])
}

/// Has the database refuse to change what never changes.
async fn fix(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, fixed, refusal) in FIXED {
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => vec![
                format!(
                    "CREATE FUNCTION {table}_fixed() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
                ),
                format!(
                    "CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} \
                     FOR EACH ROW WHEN ({fixed}) EXECUTE FUNCTION {table}_fixed()"
                ),
                format!(
                    "CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} \
                     FOR EACH STATEMENT EXECUTE FUNCTION {table}_fixed()"
                ),
            ],
            _ => ["UPDATE", "DELETE"]
                .map(|change| {
                    format!(
                        "CREATE TRIGGER {table}_{change} BEFORE {change} ON {table} WHEN {fixed} \
                         BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                    )
                })
                .into(),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}
