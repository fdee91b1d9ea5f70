//! The zip itself, written piece by piece as it is sent. Nothing in it is packed: models hardly get smaller, and what is
//! read is never longer than the file.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::Bytes;
use domain::Digest;
use futures_util::TryStreamExt as _;
use registry::{Blob, Registry};
use tokio::sync::mpsc::{self, Receiver, Sender};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Pieces that wait for a slow reader.
const WAITING: usize = 4;
/// The largest member of a zip without 64-bit sizes.
const SMALL_BYTES: u64 = 0xffff_0000;

/// A file of the zip.
pub(super) struct Member {
    pub(super) path: String,
    pub(super) sha256: Digest,
    pub(super) content: Content,
}

/// The bytes of a file, or where they are.
pub(super) enum Content {
    Bytes(Vec<u8>),
    Blob(Blob),
}

impl Content {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Blob(blob) => blob.size,
        }
    }
}

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        Bytes::from(std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines as `sha256sum -c` reads them.
pub(super) fn sums(members: &[Member]) -> String {
    let lines = members.iter().map(|Member { path, sha256, .. }| format!("{}  {path}\n", sha256.hex()));
    lines.collect::<Vec<_>>().concat()
}

/// The zip in pieces. It ends early, with an error, when bytes are missing; and when nobody takes the pieces any more.
pub(super) fn write(registry: Registry, members: Vec<Member>) -> Receiver<io::Result<Bytes>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        if let Err(error) = write_to(&registry, members, &sender).await {
            tracing::warn!(cause = ?error, "A zip of a card ended early: {error}");
            // Fails only where nobody listens any more.
            let _gone = sender.send(Err(error)).await;
        }
    });
    receiver
}

async fn write_to(
    registry: &Registry,
    members: Vec<Member>,
    to: &Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let written = Written::default();
    let mut zip = ZipWriter::new_stream(written.clone());
    for member in members {
        // The same card and the same proofs give the same bytes: no time, no person.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(member.content.size() > SMALL_BYTES);
        zip.start_file(member.path, options)?;
        match member.content {
            Content::Bytes(bytes) => zip.write_all(&bytes)?,
            Content::Blob(blob) => {
                let mut pieces = registry.read_blob(&blob, None).await.map_err(io::Error::other)?;
                while let Some(piece) = pieces.try_next().await.map_err(io::Error::other)? {
                    zip.write_all(&piece)?;
                    send(&written, to).await?;
                }
            }
        }
        send(&written, to).await?;
    }
    zip.finish()?;
    send(&written, to).await
}

async fn send(written: &Written, to: &Sender<io::Result<Bytes>>) -> io::Result<()> {
    let piece = written.take();
    if piece.is_empty() {
        return Ok(());
    }
    to.send(Ok(piece)).await.map_err(|_nobody| io::ErrorKind::BrokenPipe.into())
}
