//! The schema of the database: one history for SQLite and Postgres.
//!
//! Moments are microseconds since 1970 in UTC, digests and commit ids lower-case hex digits, words of a closed set text.
//! Applied steps are never edited; removing something takes three releases: expand, move, contract.
#![expect(
    elided_lifetimes_in_paths,
    reason = "the migration trait's macro hides the lifetime of the schema manager"
)]

mod columns;
mod m20261122_000001_accounts;
mod m20261122_000002_bytes;
mod m20261122_000003_repositories;
mod m20261122_000004_releases;
mod m20261122_000005_cards;
mod m20261122_000006_jobs;
mod m20261123_000007_tags;
mod m20261123_000008_uploads;
mod m20261123_000009_log;
mod m20261123_000011_gates;
mod m20261123_000012_removals;
mod m20261123_000013_cosignatures;
mod m20261123_000014_signatures;
mod m20261123_000015_examinations;
mod m20261123_000016_card_facets;

use sea_orm_migration::MigrationTrait;

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// Applies and takes back the steps.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_bytes::Migration),
            Box::new(m20261122_000003_repositories::Migration),
            Box::new(m20261122_000004_releases::Migration),
            Box::new(m20261122_000005_cards::Migration),
            Box::new(m20261122_000006_jobs::Migration),
            Box::new(m20261123_000007_tags::Migration),
            Box::new(m20261123_000008_uploads::Migration),
            Box::new(m20261123_000009_log::Migration),
            Box::new(m20261123_000011_gates::Migration),
            Box::new(m20261123_000012_removals::Migration),
            Box::new(m20261123_000013_cosignatures::Migration),
            Box::new(m20261123_000014_signatures::Migration),
            Box::new(m20261123_000015_examinations::Migration),
            Box::new(m20261123_000016_card_facets::Migration),
        ]
    }
}
