//! A running platform for tests: a real server on a free port, its own database, its own folder, a stopped clock.
//!
//! Tests see it from outside: through HTTP, and through the program where models run. SQLite by default; Postgres when
//! `TEST_DATABASE_URL` names a cluster in which databases may be made.

mod answer;
mod app;
mod client;
mod database;
pub mod model;
mod must;
pub mod numbers;
mod program;
mod ranking_release;
mod site;
pub mod workspace;

pub use answer::Answer;
pub use app::TestApp;
pub use client::Client;
pub use must::Must;
pub use program::{needs_models, program};
pub use ranking_release::RankingRelease;
pub use site::{Refused, Site};
