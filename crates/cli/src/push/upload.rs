//! Bytes on their way to the server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Digest;
use futures_util::StreamExt as _;
use indicatif::ProgressBar;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::Hashed;
use crate::bar;
use crate::client::Client;
use crate::error::Error;

/// Bytes that are sent at once.
const CHUNK_BYTES: usize = 256 << 10;
/// Longest time in which nothing moves; the server may need some of it to write everything to its disk.
const SILENCE: Duration = Duration::from_mins(2);

/// Sends the bytes that the server does not have. Gives how many blobs and bytes those were.
pub(super) async fn upload(client: &Client, files: &[&Hashed]) -> Result<(usize, u64), Error> {
    let once: BTreeMap<Digest, &Hashed> = files.iter().map(|file| (file.sha256, *file)).collect();
    let bar = bar::of_bytes("Uploading", once.values().map(|file| file.source.size).sum());
    let (mut count, mut bytes) = (0, 0);
    for file in once.values() {
        if send(client, file, &bar).await? {
            count += 1;
            bytes += file.source.size;
        }
    }
    bar.finish_and_clear();
    Ok((count, bytes))
}

/// Sends the bytes of a file unless the server has them. Says whether they had to be sent.
async fn send(client: &Client, file: &Hashed, bar: &ProgressBar) -> Result<bool, Error> {
    let before = bar.position();
    let mut sent = false;
    let attempt = async || {
        bar.set_position(before);
        // After a break the server may have everything although its answer was lost.
        if client.has_blob(&file.sha256).await? {
            return Ok(());
        }
        sent = true;
        send_once(client, file, bar).await
    };
    let outcome = client.patience().retry(attempt).await;
    bar.set_position(before + file.source.size);
    match outcome {
        Err(error) if error.is_problem("digest-mismatch") || error.is_problem("length-mismatch") => {
            let path = &file.source.path;
            Err(Error::Refused(format!("`{path}` changed while it was pushed; push again")))
        }
        outcome => outcome.map(|()| sent),
    }
}

async fn send_once(client: &Client, file: &Hashed, bar: &ProgressBar) -> Result<(), Error> {
    let path = &file.source.file;
    let bytes = tokio::fs::File::open(path).await.map_err(Error::read(path))?.take(file.source.size);
    let moved = Arc::new(AtomicU64::new(0));
    let (counter, shown) = (Arc::clone(&moved), bar.clone());
    let stream = ReaderStream::with_capacity(bytes, CHUNK_BYTES).inspect(move |chunk| {
        let count = chunk.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        counter.fetch_add(count, Ordering::Relaxed);
        shown.inc(count);
    });
    let body = reqwest::Body::wrap_stream(stream);
    tokio::select! {
        outcome = client.put_blob(&file.sha256, file.source.size, body) => outcome,
        () = stalled(&moved) => {
            Err(Error::Stalled { server: client.site().to_string(), seconds: SILENCE.as_secs() })
        }
    }
}

/// Ends when nothing has moved for too long.
async fn stalled(moved: &AtomicU64) {
    let mut before = moved.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(SILENCE).await;
        let now = moved.load(Ordering::Relaxed);
        if now == before {
            return;
        }
        before = now;
    }
}
