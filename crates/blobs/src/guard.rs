//! One small text outside the database that is only ever exchanged for one known: compare and swap.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path as FolderPath, PathBuf};
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, UpdateVersion};

use crate::{BlobStore, Error};

/// Where texts lie in a bucket. Uploads lie elsewhere, so nothing sweeps them away.
const FOLDER: &str = "guard";

/// A text that several processes exchange without losing one another's.
#[derive(Clone, Debug)]
pub struct Guard(Place);

#[derive(Clone, Debug)]
enum Place {
    File(PathBuf),
    Object(Arc<dyn ObjectStore>, Path),
}

/// The text as it was read.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// The text.
    pub text: String,
    /// Which object it was, in a bucket.
    version: Option<UpdateVersion>,
}

/// Whether a text was exchanged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Swap {
    /// The new one stands, durably.
    Done,
    /// Another one than expected stands; nothing was written.
    Lost,
}

impl Guard {
    /// The text in this file, whose folder is made when missing.
    #[must_use]
    pub const fn in_file(file: PathBuf) -> Self {
        Self(Place::File(file))
    }

    /// The text of this name beside the bytes in a bucket; `None` for a store that is a folder.
    #[must_use]
    pub fn in_bucket(store: &BlobStore, name: &str) -> Option<Self> {
        let key = Path::from_iter([FOLDER, name]);
        store.folder.is_none().then(|| Self(Place::Object(Arc::clone(&store.store), key)))
    }

    /// The text that stands.
    ///
    /// # Errors
    /// [`Error::Folder`]; [`Error::Read`] and its kind for a bucket.
    pub async fn read(&self) -> Result<Option<Guarded>, Error> {
        match &self.0 {
            Place::File(path) => {
                let text = read(path).map_err(|source| Error::Folder { path: path.clone(), source })?;
                Ok(text.map(|text| Guarded { text, version: None }))
            }
            Place::Object(store, key) => {
                let failed = |source| Error::about(key.as_ref(), "reading", source);
                let object = match store.get(key).await {
                    Err(object_store::Error::NotFound { .. }) => return Ok(None),
                    object => object.map_err(failed)?,
                };
                let (e_tag, version) = (object.meta.e_tag.clone(), object.meta.version.clone());
                let text = String::from_utf8_lossy(&object.bytes().await.map_err(failed)?).into_owned();
                Ok(Some(Guarded { text, version: Some(UpdateVersion { e_tag, version }) }))
            }
        }
    }

    /// Writes a text in the place of the one that was read, or the first one, unless somebody else was faster.
    ///
    /// # Errors
    /// [`Error::Folder`]; [`Error::Read`] and its kind for a bucket.
    pub async fn swap(&self, seen: Option<&Guarded>, text: &str) -> Result<Swap, Error> {
        match &self.0 {
            Place::File(path) => {
                let (path, seen, text) = (path.clone(), seen.map(|seen| seen.text.clone()), text.to_owned());
                let at = path.clone();
                let swapped = tokio::task::spawn_blocking(move || swap(&path, seen.as_deref(), &text)).await;
                let failed = |source| Error::Folder { path: at.clone(), source };
                swapped.map_err(|lost| failed(io::Error::other(lost)))?.map_err(failed)
            }
            Place::Object(store, key) => {
                let version = seen.and_then(|seen| seen.version.clone());
                let mode = version.map_or(PutMode::Create, PutMode::Update);
                let put = PutOptions { mode, ..PutOptions::default() };
                match store.put_opts(key, text.to_owned().into(), put).await {
                    Ok(_) => Ok(Swap::Done),
                    Err(
                        object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. },
                    ) => Ok(Swap::Lost),
                    Err(error) => Err(Error::about(key.as_ref(), "writing", error)),
                }
            }
        }
    }
}

fn read(path: &FolderPath) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    }
}

fn swap(path: &FolderPath, seen: Option<&str>, text: &str) -> io::Result<Swap> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // Whoever holds the lock is alone between reading and renaming; it goes with the process.
    let lock = File::create(path.with_extension("lock"))?;
    lock.lock()?;
    if read(path)?.as_deref() != seen {
        return Ok(Swap::Lost);
    }
    let half = path.with_extension("half");
    let mut file = File::create(&half)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // If we die here the old text stands.
    fs::rename(&half, path)?;
    File::open(folder)?.sync_all()?;
    Ok(Swap::Done)
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    async fn check(guard: Guard) {
        assert!(guard.read().await.unwrap().is_none());
        assert_eq!(guard.swap(None, "one").await.unwrap(), Swap::Done);
        assert_eq!(guard.swap(None, "other").await.unwrap(), Swap::Lost);

        let seen = guard.read().await.unwrap().unwrap();
        assert_eq!(guard.swap(Some(&seen), "two").await.unwrap(), Swap::Done);
        assert_eq!(guard.swap(Some(&seen), "three").await.unwrap(), Swap::Lost);

        assert_eq!(guard.read().await.unwrap().unwrap().text, "two");
    }

    #[tokio::test]
    async fn a_text_in_a_file_is_exchanged_only_for_the_one_that_was_read() {
        let folder = tempfile::tempdir().unwrap();
        check(Guard::in_file(folder.path().join("guard/log"))).await;
    }

    #[tokio::test]
    async fn a_text_in_a_bucket_is_exchanged_only_for_the_one_that_was_read() {
        check(Guard(Place::Object(Arc::new(InMemory::new()), Path::from("guard/log")))).await;
    }

    #[tokio::test]
    async fn of_many_at_once_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let guard = Guard::in_file(folder.path().join("log"));

        let tries = (0..16).map(|number| {
            let guard = guard.clone();
            async move { guard.swap(None, &number.to_string()).await.unwrap() }
        });
        let done = futures_util::future::join_all(tries).await;

        assert_eq!(done.iter().filter(|swap| **swap == Swap::Done).count(), 1);
    }
}
