//! A whole site as one file: every row as it stood at one moment, the objects that those rows name, the list of
//! removals, and small files that the caller adds. It fits either database and either kind of store.
//!
//! The file is a tar archive. Its first member says what it is; its last one lists the SHA-256 of all others, as
//! `sha256sum` writes it, so that a damaged file is found before anything is restored.

mod archive;
mod restore;
mod tables;

use std::fs::File;
use std::io;

use futures_util::TryStreamExt as _;
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::{
    AccessMode, ColumnTrait as _, DatabaseTransaction, EntityTrait as _, IsolationLevel, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, TransactionOptions, TransactionTrait as _,
};
use serde::{Deserialize, Serialize};

use crate::entity::layout;
use crate::{Error, Registry};
use archive::Writer;

pub use restore::Backup;

/// The first member: what the file is.
const ABOUT: &str = "vitrine-backup.json";
/// The version of the layout that this program reads and writes.
const FORMAT: u32 = 1;
/// The list of removals.
const REMOVALS: &str = "removals.jsonl";
/// Objects that went away while the file was made, one key a line: nothing needed them any more.
const GONE: &str = "gone.txt";
/// Where the caller's small files lie.
const KEYS: &str = "keys/";
/// How the keys of all objects begin.
const OBJECTS: &str = "objects/";
/// Longest member that is held whole, in bytes.
const WHOLE_BYTES: u64 = 256 << 20;

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file cannot be read or written.
    #[error("the backup cannot be read or written")]
    File(#[from] io::Error),
    /// It is no backup, or not as it was made.
    #[error("this is no backup, or it was damaged: {reason}; nothing was restored")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// It was made by a program that knows more than this one.
    #[error("a newer program made this backup (it knows {schema}); restore it with that program")]
    Newer {
        /// What this program does not know.
        schema: String,
    },
    /// The database is in use.
    #[error("the database has a site already ({table} is not empty); restore into an empty database")]
    NotEmpty {
        /// A table with rows in it.
        table: &'static str,
    },
    /// The database is newer than the backup.
    #[error("the database was prepared by a newer program than the backup; restore into an empty database")]
    Prepared,
    /// Database, store or list of removals.
    #[error(transparent)]
    Registry(#[from] Error),
}

impl From<sea_orm::DbErr> for BackupError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Registry(error.into())
    }
}

impl From<blobs::Error> for BackupError {
    fn from(error: blobs::Error) -> Self {
        Self::Registry(error.into())
    }
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct BackedUp {
    /// Rows of all tables.
    pub rows: u64,
    /// Objects of the store.
    pub objects: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// A small file beside the data, such as a key.
#[derive(Clone, Eq, PartialEq)]
pub struct Beside {
    /// Its name, without a folder.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

#[derive(Deserialize, Serialize)]
struct About {
    format: u32,
    made_at: domain::Timestamp,
    /// The newest step of the schema.
    schema: String,
}

impl Registry {
    /// Writes everything into a file, as it stood at one moment. Safe while the site runs.
    ///
    /// # Errors
    /// [`BackupError::File`], [`BackupError::Registry`]; the file is then worth nothing.
    pub async fn back_up(&self, file: File, beside: Vec<Beside>) -> Result<BackedUp, BackupError> {
        let mut writer = Writer::new(file);
        let about = About { format: FORMAT, made_at: self.now(), schema: schema() };
        writer = writer.add(ABOUT.to_owned(), serde_json::to_vec(&about).map_err(io::Error::from)?).await?;
        // On SQLite a transaction that only reads sees one moment anyway.
        let postgres = self.db().get_database_backend() == sea_orm::DbBackend::Postgres;
        let snapshot = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        };
        let snapshot = self.db().begin_with_options(snapshot).await?;
        let mut done = BackedUp::default();
        writer = tables::write(&snapshot, writer, &mut done.rows).await?;
        writer = self.write_objects(&snapshot, writer, &mut done).await?;
        snapshot.commit().await?;
        // Read last: it names everything that went away meanwhile.
        let removals = self.removals_list()?.read().await?.map(|removals| removals.text);
        writer = writer.add(REMOVALS.to_owned(), removals.unwrap_or_default().into_bytes()).await?;
        for Beside { name, bytes } in beside {
            writer = writer.add(format!("{KEYS}{name}"), bytes).await?;
        }
        writer.finish().await?;
        Ok(done)
    }

    async fn write_objects(
        &self,
        snapshot: &DatabaseTransaction,
        mut writer: Writer,
        done: &mut BackedUp,
    ) -> Result<Writer, BackupError> {
        let keys = layout::Entity::find().select_only().column(layout::Column::ObjectKey).distinct();
        let keys = keys.order_by_asc(layout::Column::ObjectKey).into_tuple::<String>();
        let mut keys = keys.stream(snapshot).await?;
        let mut gone = String::new();
        while let Some(key) = keys.try_next().await? {
            match self.store().object(&key).await {
                Ok((size, bytes)) => {
                    writer = writer.stream(key, size, bytes).await?;
                    done.objects += 1;
                    done.bytes += size;
                }
                Err(blobs::Error::Missing { .. }) if !self.is_named(&key).await? => {
                    gone.push_str(&key);
                    gone.push('\n');
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(writer.add(GONE.to_owned(), gone.into_bytes()).await?)
    }

    /// Whether a blob still lies in this object, by now.
    async fn is_named(&self, key: &str) -> Result<bool, Error> {
        Ok(layout::Entity::find().filter(layout::Column::ObjectKey.eq(key)).count(self.db()).await? > 0)
    }
}

/// The name of the newest step of the schema.
fn schema() -> String {
    Migrator::migrations().last().map(|step| step.name().to_owned()).unwrap_or_default()
}
