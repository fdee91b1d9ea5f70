//! The files of a release for those who read them one by one, from a thread that may wait.

use std::collections::BTreeMap;
use std::io;

use blobs::BlobStore;
use cards::ReleaseFiles;
use domain::Digest;
use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;

use crate::{Blob, Error, Registry};

/// Largest file of a ranking system that is read into memory: 512 MiB.
pub(crate) const FILE_BYTES: u64 = 512 << 20;

/// Files in the store. Every read compares the bytes with their digest.
pub(crate) struct StoredFiles {
    store: BlobStore,
    runtime: Handle,
    blobs: BTreeMap<String, Blob>,
}

impl Registry {
    /// The files of these paths and digests, which belong to something that the actor may see.
    pub(crate) async fn stored_files(
        &self,
        files: impl IntoIterator<Item = (String, Digest)>,
    ) -> Result<StoredFiles, Error> {
        let files: Vec<(String, Digest)> = files.into_iter().collect();
        let mut digests: Vec<Digest> = files.iter().map(|(_, digest)| *digest).collect();
        digests.sort_unstable();
        digests.dedup();
        let known = self.known_blobs(&digests).await?;
        let find = |(path, digest): (String, Digest)| match known.get(&digest) {
            Some(blob) => Ok((path, blob.clone())),
            None => Err(Error::BlobNotFound { digest }),
        };
        let blobs = files.into_iter().map(find).collect::<Result<_, _>>()?;
        Ok(StoredFiles { store: self.store().clone(), runtime: Handle::current(), blobs })
    }
}

impl StoredFiles {
    /// Path and size in bytes of each file, in the order of the paths.
    pub(crate) fn sizes(&self) -> Vec<(String, u64)> {
        self.blobs.iter().map(|(path, blob)| (path.clone(), blob.size)).collect()
    }

    /// The digest of a file.
    pub(crate) fn digest(&self, path: &str) -> Option<Digest> {
        self.blobs.get(path).map(|blob| blob.sha256)
    }

    /// Path and digest of each file, in the order of the paths.
    pub(crate) fn digests(&self) -> Vec<(String, Digest)> {
        self.blobs.iter().map(|(path, blob)| (path.clone(), blob.sha256)).collect()
    }
}

impl ReleaseFiles for StoredFiles {
    fn paths(&self) -> Vec<String> {
        self.blobs.keys().cloned().collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("there is no file `{path}`"));
        let blob = self.blobs.get(path).ok_or_else(missing)?;
        let bytes = self.runtime.block_on(self.store.read(&blob.layout, FILE_BYTES));
        let bytes = bytes.map_err(io::Error::other)?;
        let found = Digest::of(&bytes);
        if found == blob.sha256 {
            Ok(bytes)
        } else {
            let wrong = format!("the bytes kept for `{path}` hash to {found}, not to {}", blob.sha256);
            Err(io::Error::new(io::ErrorKind::InvalidData, wrong))
        }
    }

    fn read_start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("there is no file `{path}`"));
        let blob = self.blobs.get(path).ok_or_else(missing)?;
        let end = u64::try_from(most).unwrap_or(u64::MAX).min(blob.size);
        if end == 0 {
            return Ok(Vec::new());
        }
        let read = async {
            let mut stream = self.store.stream(&blob.layout, Some(0..end)).await?;
            let mut start = Vec::new();
            while let Some(part) = stream.try_next().await? {
                start.extend_from_slice(&part);
            }
            Ok::<_, blobs::Error>(start)
        };
        self.runtime.block_on(read).map_err(io::Error::other)
    }
}

/// Runs what takes long on a thread that may wait.
pub(crate) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let task = tokio::task::spawn_blocking(work).await;
    task.map_err(|error| Error::TaskLost { source: Box::new(error) })
}
