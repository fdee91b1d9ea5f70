//! A registry with its own database and its own folder, a stopped clock, and a few people.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use domain::{
    CommitId, Digest, FixedClock, Kind, RepositoryName, Role, Scope, SystemChance, Version, Visibility,
};
use futures_util::stream;
use ranking::WorkerProgram;
use registry::{
    Actor, Blob, Committed, Config, Depth, Draft, Error, Facts, Limits, NewCommit, NewRepository, Operation,
    Registry, Release,
};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};

/// A registry for one test.
pub(crate) struct Platform {
    pub(crate) registry: Registry,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) folder: tempfile::TempDir,
    config: Config,
    postgres: Option<Postgres>,
}

/// A database of this test's own.
struct Postgres {
    admin_url: String,
    name: String,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        Self::with_limits(Limits { workers: 2, ..Limits::default() }).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-22T20:00:00Z".parse().unwrap()));
        let (database_url, postgres) = database(&folder).await;
        let config = Config {
            database_url,
            blobs_url: folder.path().join("blobs").display().to_string(),
            worker: WorkerProgram { path: worker(), arguments: Vec::new() },
            clock: clock.clone(),
            chance: Arc::new(SystemChance),
            limits,
        };
        let registry = Registry::open(config.clone()).await.unwrap();
        Self { registry, clock, folder, config, postgres }
    }

    /// The same data in another process's eyes: as after a restart, or as the admin's command sees it.
    pub(crate) async fn reopened(&self) -> Registry {
        Registry::open(self.config.clone()).await.unwrap()
    }

    pub(crate) fn tick(&self, seconds: i64) {
        self.clock.advance(std::time::Duration::from_secs(seconds.unsigned_abs()).try_into().unwrap());
    }

    /// A person with a token for everything that people do.
    pub(crate) async fn user(&self, name: &str) -> Actor {
        self.user_with(name, Role::User, &[Scope::Read, Scope::Write, Scope::Publish]).await
    }

    pub(crate) async fn user_with(&self, name: &str, role: Role, scopes: &[Scope]) -> Actor {
        let name = name.parse().unwrap();
        self.registry.create_user(&Actor::System, &name, role).await.unwrap();
        let token = self.registry.create_token(&Actor::System, &name, scopes).await.unwrap();
        self.registry.authenticate(token.reveal()).await.unwrap()
    }

    pub(crate) async fn repository(
        &self,
        actor: &Actor,
        name: &str,
        visibility: Visibility,
    ) -> RepositoryName {
        let new = NewRepository { name: name.parse().unwrap(), kind: Kind::Model, visibility };
        self.registry.create_repository(actor, new).await.unwrap().name
    }

    pub(crate) async fn receive(&self, actor: &Actor, bytes: &[u8]) -> Blob {
        self.try_receive(actor, Digest::of(bytes), bytes).await.unwrap()
    }

    pub(crate) async fn try_receive(
        &self,
        actor: &Actor,
        announced: Digest,
        bytes: &[u8],
    ) -> Result<Blob, Error> {
        let chunks: Vec<io::Result<bytes::Bytes>> =
            bytes.chunks(1000).map(|chunk| Ok(bytes::Bytes::copy_from_slice(chunk))).collect();
        self.registry.receive(actor, announced, None, stream::iter(chunks)).await
    }

    /// Uploads and commits these files to `main`.
    pub(crate) async fn commit(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        files: &[(&str, &[u8])],
    ) -> CommitId {
        let mut operations = Vec::new();
        for (path, bytes) in files {
            let blob = self.receive(actor, bytes).await.sha256;
            operations.push(Operation::Put { path: path.parse().unwrap(), blob });
        }
        self.try_commit(actor, name, None, operations).await.unwrap().commit.id
    }

    pub(crate) async fn try_commit(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        parent: Option<CommitId>,
        operations: Vec<Operation>,
    ) -> Result<Committed, Error> {
        let new = NewCommit { message: "Change".to_owned(), parent, operations };
        self.registry.commit(actor, name, "main", new).await
    }

    pub(crate) async fn publish(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &str,
    ) -> Result<Release, Error> {
        let facts = Facts { license: Some("Apache-2.0".parse().unwrap()), ..Facts::default() };
        self.publish_facts(actor, name, version, facts).await
    }

    pub(crate) async fn publish_facts(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &str,
        facts: Facts,
    ) -> Result<Release, Error> {
        self.tick(1);
        let version: Version = version.parse().unwrap();
        let draft = Draft { repository: name.clone(), version, revision: "main".to_owned(), facts };
        self.registry.publish(actor, draft).await
    }

    /// A public repository of this person with one small file, and a release of it.
    pub(crate) async fn released(&self, actor: &Actor, name: &str) -> Release {
        let name = self.repository(actor, name, Visibility::Public).await;
        self.commit(actor, &name, &[("README.md", name.to_string().as_bytes())]).await;
        self.publish(actor, &name, "1.0.0").await.unwrap()
    }

    /// Fails unless everything that must be true is true.
    pub(crate) async fn assert_sound(&self) {
        let findings = self.registry.check(Depth::Deep).await.unwrap();
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// Runs SQL behind the registry's back.
    pub(crate) async fn meddle(&self, sql: &str) {
        let database = self.database().await;
        database.execute_unprepared(sql).await.unwrap();
        database.close().await.unwrap();
    }

    /// Makes the worker that later registries of this platform start one that is not there.
    pub(crate) fn lose_worker(&mut self) {
        self.config.worker.path = self.folder.path().join("no-such-worker");
    }

    /// Makes the worker that later registries of this platform start one that is there only once.
    pub(crate) fn let_worker_start_once(&mut self) {
        use std::os::unix::fs::PermissionsExt as _;

        let path = self.folder.path().join("worker-for-once");
        let script = format!("#!/bin/sh\nrm \"$0\"\nexec \"{}\" \"$@\"\n", worker().display());
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        self.config.worker.path = path;
    }

    pub(crate) async fn database(&self) -> DatabaseConnection {
        Database::connect(&self.config.database_url).await.unwrap()
    }

    /// All files of the store.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let Some(Postgres { admin_url, name }) = self.postgres.take() else { return };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = Database::connect(&admin_url).await.unwrap();
                admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            });
        });
        dropping.join().unwrap();
    }
}

async fn database(folder: &tempfile::TempDir) -> (String, Option<Postgres>) {
    let Ok(admin_url) = std::env::var("TEST_DATABASE_URL") else {
        return (format!("sqlite://{}", folder.path().join("vitrine.db").display()), None);
    };
    let clock = domain::SystemClock;
    let name = format!("t_{}", domain::new_id(&clock, &SystemChance).simple());
    let admin = Database::connect(&admin_url).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    let (server, _) = admin_url.rsplit_once('/').unwrap();
    (format!("{server}/{name}"), Some(Postgres { admin_url, name }))
}

/// The worker that is built beside the tests.
fn worker() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|folder| folder.parent()).unwrap();
    built.join("examples/rank-worker")
}
