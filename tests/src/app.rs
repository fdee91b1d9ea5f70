//! A running platform.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::{FixedClock, Namespace, Role, Scope, SystemChance};
use ranking::WorkerProgram;
use registry::{Actor, Depth, Registry};
use server::{Config, Running};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::database::TestDatabase;
use crate::{Client, Must, program};

/// When it is in the tests, until a test moves the clock.
const NOW: &str = "2026-11-22T10:00:00Z";
/// Longest time that a test waits for background jobs.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it looks.
const GLANCE: Duration = Duration::from_millis(20);
/// What a token of the program's default may be used for.
const USUAL: &[Scope] = &[Scope::Read, Scope::Write, Scope::Publish];

/// A platform that runs in this process. When it is dropped its queue must be empty and its invariants must hold.
///
/// Needs a runtime of several threads: `#[tokio::test(flavor = "multi_thread")]`.
pub struct TestApp {
    parts: Option<Parts>,
    engineer: Client,
    clock: Arc<FixedClock>,
}

struct Parts {
    running: Running,
    database: TestDatabase,
    folder: TempDir,
}

impl TestApp {
    /// Starts a platform with one person, `engineer`.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        Self::start_with(|_as_usual| {}).await
    }

    /// Starts a platform with other settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().must("making a folder");
        let database = TestDatabase::create(&folder.path().to_string_lossy()).await;
        let worker = WorkerProgram { path: program(), arguments: vec!["rank-worker".to_owned()] };
        let mut config = Config {
            database_url: database.url(),
            worker: Some(worker),
            ..Config::for_testing(folder.path())
        };
        change(&mut config);
        let clock = Arc::new(FixedClock::at(NOW.parse().must("reading the time")));
        let running =
            server::start(config, clock.clone(), Arc::new(SystemChance)).await.must("starting the platform");
        let engineer = person(&running, "engineer", USUAL).await;
        Self { parts: Some(Parts { running, database, folder }), engineer, clock }
    }

    fn parts(&self) -> &Parts {
        self.parts.as_ref().must("the platform runs")
    }

    /// Its registry, for what HTTP does not show.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.parts().running.registry
    }

    /// Its data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.parts().folder.path()
    }

    /// Its address, `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        self.parts().running.address.to_string()
    }

    /// Its clock, which stands still.
    #[must_use]
    pub fn clock(&self) -> &FixedClock {
        &self.clock
    }

    /// Somebody with a token for reading, writing and publishing.
    #[must_use]
    pub fn engineer(&self) -> Client {
        self.engineer.clone()
    }

    /// Nobody in particular.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address(), None)
    }

    /// A client that sends this as its token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(&self.address(), Some(token))
    }

    /// A new person with a token for reading, writing and publishing.
    pub async fn person(&self, name: &str) -> Client {
        person(&self.parts().running, name, USUAL).await
    }

    /// A new person with a token for just this.
    pub async fn person_with(&self, name: &str, scopes: &[Scope]) -> Client {
        person(&self.parts().running, name, scopes).await
    }

    /// Waits until no release of this repository has a card on its way; gives the release's JSON.
    ///
    /// # Panics
    /// When that takes more than two minutes.
    pub async fn card_of(&self, release: &str) -> serde_json::Value {
        let waiting = async {
            loop {
                let shown = self.anonymous().get(release).await.status(200).json();
                if shown.pointer("/card/status").and_then(serde_json::Value::as_str) != Some("pending") {
                    return shown;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.must("waiting for the card")
    }
}

async fn person(running: &Running, name: &str, scopes: &[Scope]) -> Client {
    let name: Namespace = name.parse().must("a name");
    running.registry.create_user(&Actor::System, &name, Role::User).await.must("making a person");
    let token = running.registry.create_token(&Actor::System, &name, scopes).await.must("making a token");
    Client::new(&running.address.to_string(), Some(token.reveal()))
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let Some(parts) = self.parts.take() else { return };
        block_in_place(|| Handle::current().block_on(close(parts)));
    }
}

/// Looks whether all is well, unless the test has failed already, and stops.
async fn close(parts: Parts) {
    let Parts { running, database, folder } = parts;
    let mut findings = Vec::new();
    if !std::thread::panicking() {
        // Releases are examined whether or not a test waits for it.
        while running.registry.work_once().await.must("working on the queue") {}
        findings = running.registry.check(Depth::Deep).await.must("checking the invariants");
    }
    running.stop().await.must("stopping");
    database.remove().await;
    drop(folder);
    assert!(findings.is_empty(), "the invariants do not hold: {findings:?}");
}
