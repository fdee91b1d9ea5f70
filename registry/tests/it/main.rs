//! The use cases of the registry, on SQLite in a folder of its own and on Postgres when `TEST_DATABASE_URL` is set.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod blobs;
mod cards;
mod commits;
mod harness;
mod releases;
mod repositories;
mod upkeep;
