//! Bringing a site back from its backup.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use blobs::{BlobStore, Swap};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::archive::{self, Member, damaged};
use super::{
    ABOUT, About, BackedUp, BackupError, Beside, FORMAT, GONE, KEYS, OBJECTS, REMOVALS, WHOLE_BYTES, tables,
};
use crate::database::{Database, LIST};
use crate::entity::{blob, holder, layout, log_checkpoint};
use crate::log::guard_at;
use crate::removal::list;
use crate::{Config, Error};

/// A backup that was looked through whole: every member is what its sums say.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    /// How many steps of the schema were taken when it was made.
    steps: usize,
    members: Vec<Member>,
}

impl Backup {
    /// Reads and hashes all of a file.
    ///
    /// # Errors
    /// [`BackupError::File`], [`BackupError::Damaged`], [`BackupError::Newer`].
    pub async fn open(path: &Path) -> Result<Self, BackupError> {
        let members = archive::check(path).await?;
        for member in &members {
            let known = matches!(member.path.as_str(), ABOUT | REMOVALS | GONE)
                || member.path.strip_prefix(KEYS).is_some_and(is_plain)
                || is_object(&member.path)
                || tables::named(&member.path).is_some();
            if !known {
                let path = &member.path;
                return Err(BackupError::Newer { schema: format!("`{path}`") });
            }
            if !member.path.starts_with(OBJECTS) && member.size > WHOLE_BYTES {
                return Err(damaged(format!("`{}` is too long", member.path)));
            }
        }
        let mut backup = Self { path: path.to_owned(), steps: 0, members };
        let about = backup.read(ABOUT)?.ok_or_else(|| damaged(format!("`{ABOUT}` is missing")))?;
        let about: About =
            serde_json::from_slice(&about).map_err(|error| damaged(format!("`{ABOUT}`: {error}")))?;
        let step = Migrator::migrations().iter().position(|step| step.name() == about.schema);
        match step {
            Some(step) if about.format == FORMAT => backup.steps = step + 1,
            _ => return Err(BackupError::Newer { schema: about.schema }),
        }
        Ok(backup)
    }

    /// The small files that its maker added.
    ///
    /// # Errors
    /// [`BackupError::File`].
    pub fn beside(&self) -> Result<Vec<Beside>, BackupError> {
        let files = self.members.iter().filter_map(|member| Some((member.path.strip_prefix(KEYS)?, member)));
        let read = files.map(|(name, member)| {
            Ok(Beside { name: name.to_owned(), bytes: archive::read(&self.path, member)? })
        });
        read.collect()
    }

    /// Brings everything back: into a database without rows, and a store where other objects may lie. All rows come
    /// back or none. Removals that the list in the folder `guard` knows, and those of the backup, are heeded at the
    /// next start.
    ///
    /// # Errors
    /// [`BackupError::NotEmpty`], [`BackupError::Prepared`], [`BackupError::File`], [`BackupError::Registry`].
    pub async fn restore(&self, config: &Config, guard: &Path) -> Result<BackedUp, BackupError> {
        let store = BlobStore::open(&config.blobs_url)?;
        let database = Database::connect(&config.database_url).await?;
        self.prepare(database.connection()).await?;
        let mut done = BackedUp::default();
        for member in self.members.iter().filter(|member| member.path.starts_with(OBJECTS)) {
            let mut bytes = archive::stream(&self.path, member).await?;
            store.restore(&member.path, member.size, &mut bytes).await?;
            done.objects += 1;
            done.bytes += member.size;
        }
        let removals = text(self.read(REMOVALS)?)?;
        list::join(&list::at(&store, guard.join("removals")), &removals).await?;
        let change = database.begin().await?;
        for member in &self.members {
            if let Some(table) = tables::named(&member.path) {
                let bytes = archive::read(&self.path, member)?;
                done.rows += tables::load(&change, table.name, &bytes).await?;
            }
        }
        forget(&change, &text(self.read(GONE)?)?).await?;
        go_on_counting(&change).await?;
        let last = log_checkpoint::Entity::find().order_by_desc(log_checkpoint::Column::Size);
        let last = last.one(&*change).await?;
        if let Some(last) = last {
            let guard = guard_at(&store, guard.join("log"));
            // Where one stands it stays: it tells whether this backup is the newest.
            if guard.read().await?.is_none() && guard.swap(None, &last.note).await? == Swap::Lost {
                tracing::warn!("Another program wrote the guard meanwhile");
            }
        }
        change.commit().await?;
        Migrator::up(database.connection(), None).await?;
        Ok(done)
    }

    /// Brings the schema to what it was when the backup was made, in a database without rows.
    async fn prepare(&self, database: &DatabaseConnection) -> Result<(), BackupError> {
        if let Some(table) = tables::first_used(database).await? {
            return Err(BackupError::NotEmpty { table });
        }
        let taken = Migrator::get_applied_migrations(database).await?.len();
        let missing = self.steps.checked_sub(taken).ok_or(BackupError::Prepared)?;
        let missing = u32::try_from(missing).map_err(|_beyond| BackupError::Prepared)?;
        Ok(Migrator::up(database, Some(missing)).await?)
    }

    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let member = self.members.iter().find(|member| member.path == path);
        member.map(|member| archive::read(&self.path, member)).transpose()
    }
}

/// Whether a name is one of a file in a folder, and nothing else.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn is_object(path: &str) -> bool {
    path.strip_prefix(OBJECTS).is_some_and(|rest| !rest.is_empty() && rest.split('/').all(is_plain))
}

fn text(bytes: Option<Vec<u8>>) -> Result<String, BackupError> {
    String::from_utf8(bytes.unwrap_or_default()).map_err(|_no_text| damaged("a list is no UTF-8".to_owned()))
}

/// Forgets blobs that were swept away while the backup was made: their rows are in it, their objects are not.
async fn forget(change: &DatabaseTransaction, gone: &str) -> Result<(), Error> {
    let keys: Vec<&str> = gone.lines().collect();
    for some in keys.chunks(LIST) {
        let blobs = layout::Entity::find().filter(layout::Column::ObjectKey.is_in(some.iter().copied()));
        let blobs: BTreeSet<String> = blobs.all(change).await?.into_iter().map(|row| row.blob).collect();
        let is_gone = |column: layout::Column| column.is_in(blobs.iter().map(String::as_str));
        layout::Entity::delete_many().filter(is_gone(layout::Column::Blob)).exec(change).await?;
        let held = holder::Column::Blob.is_in(blobs.iter().map(String::as_str));
        holder::Entity::delete_many().filter(held).exec(change).await?;
        let known = blob::Column::Sha256.is_in(blobs.iter().map(String::as_str));
        blob::Entity::delete_many().filter(known).exec(change).await?;
    }
    Ok(())
}

/// Has Postgres count the waiting entries of the record book on from the last one. SQLite does by itself.
async fn go_on_counting(change: &DatabaseTransaction) -> Result<(), Error> {
    if change.get_database_backend() == DbBackend::Postgres {
        let on = "SELECT setval(pg_get_serial_sequence('log_pending', 'id'), \
                  (SELECT coalesce(max(id), 0) + 1 FROM log_pending), false)";
        change.execute_unprepared(on).await?;
    }
    Ok(())
}
