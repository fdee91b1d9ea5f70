//! The database: connecting, transactions, and the few needs in which SQLite and Postgres differ.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use migrations::{Migrator, MigratorTrait as _};
use sea_orm::sea_query::{Expr, ExprTrait as _, LikeExpr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, QuerySelect, Select, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::Error;

/// How long SQLite waits for another process that writes.
const BUSY_WAIT: Duration = Duration::from_secs(30);
/// How often to try to cut SQLite's log of changes, which waits for readers each time.
const CHECKPOINTS: u32 = 100;
/// How long to wait in between.
const GLANCE: Duration = Duration::from_millis(50);
/// Connections to the database.
const CONNECTIONS: u32 = 16;
/// How many values one statement carries in a list; both databases allow several times as many.
pub(crate) const LIST: usize = 1_000;

/// The database.
pub(crate) struct Database {
    connection: DatabaseConnection,
    /// SQLite has one writer at a time. Waiting here is fair; waiting in SQLite is not.
    writing: Option<Arc<Mutex<()>>>,
    statements: Arc<AtomicU64>,
    changes: Arc<AtomicU64>,
}

impl Database {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let database = Self::connect(url).await?;
        Migrator::up(&database.connection, None).await?;
        Ok(database)
    }

    /// Connects to a database whatever its schema is.
    pub(crate) async fn connect(url: &str) -> Result<Self, Error> {
        let mut connection = sea_orm::Database::connect(options(url)).await?;
        let statements = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&statements);
        connection.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let writing = (connection.get_database_backend() == DbBackend::Sqlite).then(Arc::default);
        Ok(Self { connection, writing, statements, changes: Arc::default() })
    }

    /// For looking.
    pub(crate) const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// How many statements ran.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many changes were made durable.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Whether it answers.
    pub(crate) async fn ping(&self) -> Result<(), Error> {
        Ok(self.connection.ping().await?)
    }

    /// Takes a lock that all processes share; `None` when another has it. One process alone works on a SQLite file.
    pub(crate) async fn alone(&self, lock: i64) -> Result<Option<Alone>, Error> {
        if self.writing.is_some() {
            return Ok(Some(Alone(None)));
        }
        let transaction = self.connection.begin().await?;
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock($1) AS alone",
            [lock.into()],
        );
        let taken = match transaction.query_one_raw(ask).await? {
            Some(row) => row.try_get::<bool>("", "alone")?,
            None => false,
        };
        Ok(taken.then_some(Alone(Some(transaction))))
    }

    /// Frees the space of rows that are gone, so that nothing of them is left in the database's files.
    pub(crate) async fn wipe(&self) -> Result<(), Error> {
        if self.writing.is_none() {
            self.connection.execute_unprepared("VACUUM FULL").await?;
            return Ok(());
        }
        let _alone = match &self.writing {
            Some(writing) => Some(Arc::clone(writing).lock_owned().await),
            None => None,
        };
        self.connection.execute_unprepared("VACUUM").await?;
        for _ in 0..CHECKPOINTS {
            let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
            let row = self.connection.query_one_raw(ask).await?;
            if row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? == Some(0) {
                return Ok(());
            }
            // Somebody reads; the log of changes can be cut as soon as they are done.
            tokio::time::sleep(GLANCE).await;
        }
        Err(Error::WipeHindered)
    }

    /// Begins a change. Dropping it takes everything back.
    pub(crate) async fn begin(&self) -> Result<Change, Error> {
        let writing = match &self.writing {
            Some(writing) => Some(Arc::clone(writing).lock_owned().await),
            None => None,
        };
        // Writing from the first statement on: a reader that wants to write later could find that it may not.
        let sqlite_transaction_mode = writing.is_some().then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(Change { transaction, changes: Arc::clone(&self.changes), _writing: writing })
    }
}

/// That nobody else does the same, in this process or another, until it is dropped.
pub(crate) struct Alone(Option<DatabaseTransaction>);

impl Alone {
    /// Lets others.
    pub(crate) async fn end(self) -> Result<(), Error> {
        match self.0 {
            Some(lock) => Ok(lock.commit().await?),
            None => Ok(()),
        }
    }
}

/// A change of the database that happens whole or not at all.
pub(crate) struct Change {
    transaction: DatabaseTransaction,
    changes: Arc<AtomicU64>,
    _writing: Option<OwnedMutexGuard<()>>,
}

impl Change {
    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        let committed = self.transaction.commit().await;
        // Also after an error: nobody knows then whether it is durable.
        self.changes.fetch_add(1, Ordering::Release);
        Ok(committed?)
    }
}

impl Deref for Change {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(CONNECTIONS).acquire_timeout(BUSY_WAIT).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_WAIT)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
    });
    options
}

/// Takes rows for this worker alone: others pass them by. SQLite needs no locks, it has one writer.
pub(crate) fn for_one_worker<E: EntityTrait>(rows: Select<E>) -> Select<E> {
    rows.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

/// That a column of folded text holds this folded word, whatever signs the word is made of.
pub(crate) fn holds_word(column: impl ColumnTrait, word: &str) -> Expr {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for sign in word.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    Expr::col(column.as_column_ref()).like(LikeExpr::new(pattern).escape('\\'))
}
