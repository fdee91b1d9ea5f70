//! Backups of a whole site: what the registry holds, and the secret keys that lie in the data folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Chance, Clock};
use registry::{BackedUp, Backup, BackupError, Beside};

use crate::config::Config;
use crate::running::{open, settings};
use crate::start_error::StartError;

/// Longest file of a key, in bytes.
const KEY_BYTES: u64 = 64 << 10;

/// Why a site was not backed up or not restored.
#[derive(Debug, thiserror::Error)]
pub enum SiteBackupError {
    /// The site cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The backup is at fault, or what it is made of.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A key cannot be read or written.
    #[error("the key `{}` cannot be read or written", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is another key where one of the backup belongs.
    #[error("`{}` holds another key than the backup; move it away, or name another data folder", path.display())]
    OtherKey {
        /// Its file.
        path: PathBuf,
    },
}

/// Whether secret keys go into a backup.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keys {
    /// Those that lie in the data folder do.
    Included,
    /// They are kept elsewhere.
    LeftOut,
}

/// What was backed up or restored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SiteBackup {
    /// What the registry holds.
    pub data: BackedUp,
    /// Secret keys.
    pub keys: usize,
}

/// Writes the whole site into a file, as it stands at one moment. Safe while it runs.
///
/// # Errors
/// [`SiteBackupError`]; the file is then worth nothing.
pub async fn back_up(
    config: &Config,
    keys: Keys,
    file: File,
    (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>),
) -> Result<SiteBackup, SiteBackupError> {
    let registry = open(config, clock, chance).await?;
    let beside = match keys {
        Keys::Included => read_keys(&config.data.join("keys"))?,
        Keys::LeftOut => Vec::new(),
    };
    let keys = beside.len();
    Ok(SiteBackup { data: registry.back_up(file, beside).await?, keys })
}

/// Brings a site back from a backup, into an empty database. Nothing is touched before the whole file was checked.
///
/// # Errors
/// [`SiteBackupError`]. What was begun can be begun again.
pub async fn restore(
    config: &Config,
    backup: &Path,
    (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>),
) -> Result<SiteBackup, SiteBackupError> {
    let backup = Backup::open(backup).await?;
    let keys = backup.beside()?;
    let folder = config.data.join("keys");
    let missing = missing(&folder, &keys)?;
    let settings = settings(config, clock.clone(), chance.clone())?;
    // The folder of the database and of the guard.
    fs::create_dir_all(&config.data)
        .map_err(|source| StartError::DataFolder { folder: config.data.display().to_string(), source })?;
    let data = backup.restore(&settings, &config.data.join("guard")).await?;
    for key in missing {
        write_key(&folder.join(&key.name), &key.bytes)?;
    }
    // Removes again what was removed since the backup was made.
    open(config, clock, chance).await?;
    Ok(SiteBackup { data, keys: keys.len() })
}

/// The files in the folder of keys.
fn read_keys(folder: &Path) -> Result<Vec<Beside>, SiteBackupError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| SiteBackupError::Key { path, source }
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(at(folder))?,
    };
    let mut keys = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        let about = fs::metadata(&path).map_err(at(&path))?;
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| about.is_file() && !name.starts_with('.')) {
            if about.len() > KEY_BYTES {
                let long = io::Error::new(io::ErrorKind::FileTooLarge, "it is too long for a key");
                return Err(at(&path)(long));
            }
            keys.push(Beside { name: name.to_owned(), bytes: fs::read(&path).map_err(at(&path))? });
        }
    }
    keys.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(keys)
}

/// The keys that the folder does not have yet.
fn missing<'a>(folder: &Path, keys: &'a [Beside]) -> Result<Vec<&'a Beside>, SiteBackupError> {
    let mut missing = Vec::new();
    for key in keys {
        let path = folder.join(&key.name);
        match fs::read(&path) {
            Ok(there) if there == key.bytes => {}
            Ok(_) => return Err(SiteBackupError::OtherKey { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(key),
            Err(source) => return Err(SiteBackupError::Key { path, source }),
        }
    }
    Ok(missing)
}

/// Writes a key for its owner alone.
fn write_key(path: &Path, bytes: &[u8]) -> Result<(), SiteBackupError> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|source| SiteBackupError::Key { path: path.to_owned(), source })
}
