//! One file on its way here: in part, gone on with, checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{Digest, ReleaseFile};
use indicatif::ProgressBar;
use reqwest::Response;
use sha2::Digest as _;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{Client, Part};
use crate::error::Error;

/// Longest time in which nothing comes.
const SILENCE: Duration = Duration::from_mins(1);
/// Bytes that are read at once from a half file.
const CHUNK_BYTES: usize = 256 << 10;

/// A file of which the first bytes are here.
struct Half {
    path: PathBuf,
    file: File,
    hash: sha2::Sha256,
    size: u64,
}

/// Downloads one file and gives the path where it lies whole and checked. Goes on where an earlier try stopped.
pub(super) async fn fetch(
    client: &Client,
    wanted: &ReleaseFile,
    halves: &Path,
    bar: &ProgressBar,
) -> Result<PathBuf, Error> {
    let path = halves.join(wanted.sha256.hex());
    let before = bar.position();
    let mut patience = client.patience();
    loop {
        let mut half = Half::open(&path).await?;
        bar.set_position(before + half.size);
        let resumed = half.size > 0;
        match half.complete(client, wanted, bar).await {
            Ok(()) if half.digest() == wanted.sha256 => {
                bar.set_position(before + wanted.size);
                return Ok(path);
            }
            // What lay here from an earlier try was not the beginning of this file.
            Ok(()) if resumed => half.forget().await?,
            Ok(()) => {
                let (found, path) = (half.digest(), wanted.path.clone());
                half.forget().await?;
                return Err(Error::Refused(format!(
                    "the server sent bytes for `{path}` that hash to {found}, not to {}",
                    wanted.sha256
                )));
            }
            Err(error) => patience.wait(error).await?,
        }
    }
}

impl Half {
    /// What is here already.
    async fn open(path: &Path) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true);
        let mut file = options.open(path).await.map_err(Error::write(path))?;
        let (mut hash, mut size, mut piece) = (sha2::Sha256::new(), 0, vec![0; CHUNK_BYTES]);
        loop {
            let count = file.read(&mut piece).await.map_err(Error::read(path))?;
            if count == 0 {
                return Ok(Self { path: path.to_owned(), file, hash, size });
            }
            hash.update(piece.get(..count).unwrap_or_default());
            size += length(count);
        }
    }

    /// Asks for what is missing and keeps it.
    async fn complete(
        &mut self,
        client: &Client,
        wanted: &ReleaseFile,
        bar: &ProgressBar,
    ) -> Result<(), Error> {
        if self.size > wanted.size {
            self.empty().await?;
        }
        if self.size == wanted.size {
            return Ok(());
        }
        match client.blob_from(&wanted.sha256, self.size).await? {
            Part::Rest(answer) => self.keep(client, answer, (wanted, bar)).await,
            Part::Whole(answer) => {
                bar.set_position(bar.position().saturating_sub(self.size));
                self.empty().await?;
                self.keep(client, answer, (wanted, bar)).await
            }
            Part::Beyond => {
                let (path, size) = (&wanted.path, self.size);
                Err(Error::Refused(format!("the server has no more than {size} bytes of `{path}`")))
            }
        }
    }

    async fn keep(
        &mut self,
        client: &Client,
        mut answer: Response,
        (wanted, bar): (&ReleaseFile, &ProgressBar),
    ) -> Result<(), Error> {
        loop {
            let chunk = match tokio::time::timeout(SILENCE, answer.chunk()).await {
                Ok(chunk) => chunk.map_err(|source| client.unreachable(source)),
                Err(_elapsed) => Err(stalled(client)),
            };
            // Whatever happens, what came is kept.
            let chunk = match chunk {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return self.sync().await,
                Err(error) => {
                    self.sync().await?;
                    return Err(error);
                }
            };
            self.size += length(chunk.len());
            if self.size > wanted.size {
                let (path, size) = (&wanted.path, wanted.size);
                return Err(Error::Refused(format!(
                    "the server sent more than the {size} bytes of `{path}`"
                )));
            }
            self.hash.update(&chunk);
            self.file.write_all(&chunk).await.map_err(Error::write(&self.path))?;
            bar.inc(length(chunk.len()));
        }
    }

    async fn sync(&mut self) -> Result<(), Error> {
        self.file.flush().await.map_err(Error::write(&self.path))?;
        self.file.sync_data().await.map_err(Error::write(&self.path))
    }

    async fn empty(&mut self) -> Result<(), Error> {
        self.file.set_len(0).await.map_err(Error::write(&self.path))?;
        (self.hash, self.size) = (sha2::Sha256::new(), 0);
        Ok(())
    }

    async fn forget(self) -> Result<(), Error> {
        tokio::fs::remove_file(&self.path).await.map_err(Error::write(&self.path))
    }

    fn digest(&self) -> Digest {
        Digest::from_bytes(self.hash.clone().finalize().into())
    }
}

fn stalled(client: &Client) -> Error {
    Error::Stalled { server: client.site().to_string(), seconds: SILENCE.as_secs() }
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
