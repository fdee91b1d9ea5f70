//! Looking over what lies in the store.

use std::fs;
use std::io;
use std::path::{Path as FolderPath, PathBuf};

use domain::Timestamp;
use futures_util::StreamExt;
use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt};

use crate::{BlobStore, Error};

/// An object in the store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last written.
    pub written_at: Timestamp,
}

impl BlobStore {
    /// All objects, in no order.
    #[must_use]
    pub fn list(&self) -> BoxStream<'static, Result<StoredObject, Error>> {
        let found = self.store.list(Some(&Path::from("objects")));
        found
            .map_err(|source| Error::Store { doing: "listing all objects".into(), source })
            .map_ok(|meta| StoredObject {
                key: meta.location.to_string(),
                size: meta.size,
                written_at: Timestamp::from_microsecond(meta.last_modified.timestamp_micros())
                    .unwrap_or(Timestamp::MAX),
            })
            .boxed()
    }

    /// Size of an object in bytes.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Store`].
    pub async fn size(&self, key: &str) -> Result<u64, Error> {
        let meta = self.store.head(&Path::from(key)).await;
        Ok(meta.map_err(|source| Error::about(key, "looking for", source))?.size)
    }

    /// Removes an object; fine when it is gone already.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove(&self, key: &str) -> Result<(), Error> {
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(Error::about(key, "removing", source)),
        }
    }

    /// Removes what uploads left that a crash cut before this moment. Says how many files and bytes.
    ///
    /// Only a folder has such leavings; S3's are aborted by a lifecycle rule of the bucket.
    ///
    /// # Errors
    /// [`Error::Folder`], [`Error::Task`].
    pub async fn remove_leavings(&self, before: Timestamp) -> Result<(u64, u64), Error> {
        let Some(folder) = self.folder.clone() else { return Ok((0, 0)) };
        let task = tokio::task::spawn_blocking(move || {
            let mut removed = (0, 0);
            let top = folder.join("objects");
            sweep(&top, before, &mut removed)
                .map_err(|(path, source)| Error::Folder { path, source })
                .map(|()| removed)
        });
        task.await.map_err(|source| Error::Task { source })?
    }
}

/// Walks a folder and removes old files whose name says that they were never completed (`KEY#NUMBER`).
fn sweep(
    folder: &FolderPath,
    before: Timestamp,
    removed: &mut (u64, u64),
) -> Result<(), (PathBuf, io::Error)> {
    let at = |error: io::Error| (folder.to_owned(), error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(at)?,
    };
    for entry in entries {
        let entry = entry.map_err(at)?;
        if entry.file_type().map_err(at)?.is_dir() {
            sweep(&entry.path(), before, removed)?;
        } else if entry.file_name().to_string_lossy().contains('#') {
            remove_if_old(&entry, before, removed).map_err(at)?;
        }
    }
    Ok(())
}

fn remove_if_old(entry: &fs::DirEntry, before: Timestamp, removed: &mut (u64, u64)) -> io::Result<()> {
    let meta = entry.metadata()?;
    let old = Timestamp::try_from(meta.modified()?).is_ok_and(|written_at| written_at < before);
    if old {
        fs::remove_file(entry.path())?;
        removed.0 += 1;
        removed.1 += meta.len();
    }
    Ok(())
}
