//! What the platform does: accounts, repositories, commits, releases, cards and the jobs behind them.
//!
//! The sole owner of the database, its transactions and the queue of jobs. Every use case takes an [`Actor`] and passes
//! one `authorize`. Knows nothing of HTTP and of pages; bytes lie in [`blobs`], models run in [`ranking`]'s worker.

mod access;
mod account;
mod actor;
mod authorize;
mod backup;
mod blob;
mod card;
mod changed;
mod check;
mod commit;
mod compare;
mod database;
mod entity;
mod error;
mod everything;
mod examine;
mod explain;
mod files;
mod front_matter;
mod gate;
mod gc;
mod generate;
mod git;
mod grant;
mod job;
mod log;
mod page;
mod pin;
mod publish;
mod refs;
mod release;
mod removal;
mod repository;
mod score;
mod signature;
mod stored;
mod text;
mod tree;
mod trial;
mod xorb;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use blobs::BlobStore;
use cards::report::Shelf;
use domain::{Chance, Clock, Timestamp, Uuid};
use sea_orm::DatabaseConnection;
use tokio::sync::{Notify, Semaphore};

use database::{Change, Database};

pub use account::{Account, Membership, Person};
pub use actor::{Actor, OrgRole};
pub use backup::{BackedUp, Backup, BackupError, Beside};
pub use blob::Blob;
pub use blobs::ByteStream;
pub use card::{
    CardEntry, CardHistory, CardProblem, CardQuery, CardSort, CardState, CardStatus, CardSummary, Facet,
    FacetChoice, RunRecord, StoredCard,
};
pub use cards::Fault;
pub use cards::report as explanation;
pub use cards::trial as trials;
pub use check::{Depth, Finding};
pub use commit::{Commit, Committed, NewCommit, Operation};
pub use compare::Compared;
pub use error::Error;
pub use everything::WholeRelease;
pub use examine::{ExaminationRun, ExaminationRuntime, ExaminationState, KeptExamination};
pub use explain::{Asked, Given, Source};
pub use front_matter::{README, card_data};
pub use gate::AccessRequest;
pub use gc::Swept;
pub use generate::{Models, Other, Others, switched_to};
pub use grant::{Grant, Granted};
pub use log::{
    BookEntry, BookPage, KeyRole, LogEntry, LogKeeper, LogQuery, LogRefusal, Published, Record,
    StoredDocument,
};
pub use page::Page;
pub use publish::readme_faults;
pub use refs::{History, Refs, Tag};
pub use release::{Draft, Facts, NewBase, Release, ReleaseQuery, ReleaseSummary, Removal, Scan, Withdrawal};
pub use removal::{Condemned, Order, Removed};
pub use repository::{
    Branch, MAIN, NewRepository, Overview, Repository, RepositoryOrder, RepositoryQuery, RepositorySummary,
};
pub use score::{Rows, Scores};
pub use signature::{PublisherKey, PublisherSignature, SignatureVerdict};
pub use tree::{Entry, File, Tree};

/// What the registry stands on.
#[derive(Clone)]
pub struct Config {
    /// `sqlite:///folder/file.db` or `postgres://…`. The SQLite file is made when missing.
    pub database_url: String,
    /// A folder, `file:///folder` or `s3://bucket/prefix`.
    pub blobs_url: String,
    /// The program that runs models.
    pub worker: ranking::WorkerProgram,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where secrets and identifiers come from.
    pub chance: Arc<dyn Chance>,
    /// How much is allowed.
    pub limits: Limits,
}

/// How much is allowed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest blob, in bytes; default 64 GiB.
    pub blob_bytes: u64,
    /// Most changes in one commit; default 10,000.
    pub operations: usize,
    /// Most files in one commit; default 100,000.
    pub files: usize,
    /// Days until a new token expires; `None` means never; default 365.
    pub token_days: Option<u32>,
    /// Jobs and try-it runs that may compute at once; default as many as the machine has cores.
    pub workers: usize,
    /// Most rows that one call may score; default 1,000.
    pub score_rows: usize,
    /// Most rows that one call may have explained; default 1,000.
    pub explain_rows: usize,
    /// Most background rows of one explanation; default 1,000.
    pub explain_background: usize,
    /// Longest time on the clock for one explanation, its model's start included; default 20 s.
    pub explain_wall: Duration,
    /// Longest list that may be tried; default 1,000 items.
    pub try_items: usize,
    /// Longest time on the clock for trying, without the model's start; default 2 s.
    pub try_wall: Duration,
    /// Longest time that whoever publishes waits for the record book; default 10 s.
    pub log_wait: Duration,
    /// What a worker process may use for a card.
    pub worker: ranking::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            blob_bytes: 64 << 30,
            operations: 10_000,
            files: 100_000,
            token_days: Some(365),
            workers: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            score_rows: 1_000,
            explain_rows: 1_000,
            explain_background: 1_000,
            explain_wall: Duration::from_secs(20),
            try_items: 1_000,
            try_wall: Duration::from_secs(2),
            log_wait: Duration::from_secs(10),
            worker: ranking::Limits::default(),
        }
    }
}

/// The registry. Cloning gives another handle to the same.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    db: Database,
    store: BlobStore,
    worker: ranking::WorkerProgram,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    limits: Limits,
    /// Explanations of late.
    answers: explain::Answers,
    /// Tables that explanations were made from.
    shelf: Shelf,
    /// Rung when there may be a job.
    bell: Notify,
    /// Models that were tried last.
    loaded: trial::LoadedModels,
    comparisons: compare::Comparisons,
    /// Places for running models.
    places: Arc<Semaphore>,
    /// The secret that grants are signed with, once it was needed.
    grants: std::sync::OnceLock<[u8; 32]>,
    /// The record book, once it was opened.
    log: std::sync::OnceLock<log::Log>,
    /// The list of what was removed by order, once it is known where it lies.
    removals: std::sync::OnceLock<blobs::Guard>,
    /// Who this process is to the queue of jobs.
    me: Uuid,
}

impl fmt::Debug for Registry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Registry over {:?}", self.0.store)
    }
}

impl Registry {
    /// Opens database and store, and brings the database's schema up to date.
    ///
    /// # Errors
    /// [`Error::Database`] and [`Error::Storage`] with what is wrong about the addresses.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let Config { database_url, blobs_url, worker, clock, chance, limits } = config;
        let store = BlobStore::open(&blobs_url)?;
        let db = Database::open(&database_url).await?;
        let me = domain::new_id(&*clock, &*chance);
        let places = Arc::new(Semaphore::new(limits.workers.max(1)));
        let bell = Notify::new();
        let (grants, log) = (std::sync::OnceLock::new(), std::sync::OnceLock::new());
        let removals = std::sync::OnceLock::new();
        let (answers, shelf) = (explain::Answers::default(), Shelf::new(explain::SHELF_BYTES));
        let loaded = trial::LoadedModels::default();
        let inner = Inner {
            db,
            store,
            worker,
            clock,
            chance,
            limits,
            answers,
            shelf,
            bell,
            loaded,
            comparisons: compare::Comparisons::default(),
            places,
            grants,
            log,
            removals,
            me,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Whether database and store answer.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Storage`].
    pub async fn ping(&self) -> Result<(), Error> {
        self.0.db.ping().await?;
        Ok(self.0.store.ping().await?)
    }

    /// Changes that this process has made durable so far. What was read before one may be out of date after it.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.0.db.changes()
    }

    /// SQL statements run so far by this process; for tests and metrics.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.db.statements()
    }

    /// How much is allowed.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The database, for looking.
    fn db(&self) -> &DatabaseConnection {
        self.0.db.connection()
    }

    /// Begins a change of the database.
    async fn begin(&self) -> Result<Change, Error> {
        self.0.db.begin().await
    }

    fn store(&self) -> &BlobStore {
        &self.0.store
    }

    fn chance(&self) -> &dyn Chance {
        &*self.0.chance
    }

    /// The present moment in whole microseconds, as it is stored.
    fn now(&self) -> Timestamp {
        let now = self.0.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The present moment in whole seconds, as git writes it.
    fn whole_second(&self) -> Timestamp {
        let now = self.0.clock.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    fn new_id(&self) -> Uuid {
        domain::new_id(&*self.0.clock, &*self.0.chance)
    }
}
