//! Giving bytes out.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Take};
use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use domain::Digest;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore as _};
use tokio::task::JoinHandle;

use crate::hashing::Hashing;
use crate::{BlobStore, Error, Layout, Piece};

/// How much is read from a file at once: 256 KiB.
const CHUNK_BYTES: usize = 256 * 1024;

/// Bytes of a blob, chunk by chunk. An error in the middle ends it: what came before is then not the whole.
pub type ByteStream = BoxStream<'static, Result<Bytes, Error>>;

/// A file of the store that is one blob.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path in the folder of the store, with `/` between its parts.
    pub key: String,
}

impl BlobStore {
    /// The bytes of a blob, or a range of them. The first object is opened before it returns.
    ///
    /// # Errors
    /// [`Error::Range`], [`Error::Missing`], [`Error::Store`]. [`Error::Truncated`] comes at the end of the stream.
    pub async fn stream(&self, layout: &Layout, range: Option<Range<u64>>) -> Result<ByteStream, Error> {
        let mut pieces = layout.pieces(range)?.into_iter();
        let Some(first) = pieces.next() else { return Ok(stream::empty().boxed()) };
        let opened = self.open_piece(first).await?;
        let store = self.clone();
        let rest = stream::iter(pieces).then(move |piece| {
            let store = store.clone();
            async move { store.open_piece(piece).await }
        });
        Ok(opened.chain(rest.try_flatten()).boxed())
    }

    /// The file that holds exactly these bytes, when the store is a folder and one file does.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Store`].
    pub async fn file(&self, layout: &Layout) -> Result<Option<StoredFile>, Error> {
        let (Some(folder), [Piece { key, offset: 0, length }]) = (&self.folder, layout.0.as_slice()) else {
            return Ok(None);
        };
        let whole = self.size(key).await? == *length;
        Ok(whole.then(|| StoredFile { path: folder.join(key), key: key.clone() }))
    }

    /// All bytes of a small blob.
    ///
    /// # Errors
    /// As [`BlobStore::stream`]; [`Error::TooLarge`] when the blob has more than `limit_bytes`.
    pub async fn read(&self, layout: &Layout, limit_bytes: u64) -> Result<Vec<u8>, Error> {
        if layout.size() > limit_bytes {
            return Err(Error::TooLarge { limit_bytes });
        }
        let chunks = self.stream(layout, None).await?;
        chunks
            .try_fold(Vec::new(), |mut all, chunk| async move {
                all.extend_from_slice(&chunk);
                Ok(all)
            })
            .await
    }

    /// The digest of what a layout names, by reading all of it.
    ///
    /// # Errors
    /// As [`BlobStore::stream`].
    pub async fn digest(&self, layout: &Layout) -> Result<Digest, Error> {
        let chunks = self.stream(layout, None).await?;
        let hashing = chunks.try_fold(Hashing::default(), Hashing::update).await?;
        Ok(hashing.finish())
    }

    async fn open_piece(&self, piece: Piece) -> Result<ByteStream, Error> {
        let Piece { key, offset, length } = piece;
        let range = GetRange::Bounded(offset..offset + length);
        let options = GetOptions { range: Some(range), ..GetOptions::default() };
        let found = self.store.get_opts(&Path::from(key.as_str()), options).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => return Err(self.why_not(&key, offset + length, error).await),
        };
        let failing = key.clone();
        let bytes = match found.payload {
            GetResultPayload::Stream(bytes) => {
                bytes.map_err(move |source| Error::about(&failing, "reading", source)).boxed()
            }
            GetResultPayload::File(mut file, _) => {
                let placed = file.seek(SeekFrom::Start(offset));
                placed.map_err(|source| Error::Read { key: key.clone(), source })?;
                chunks(file.take(length), failing).boxed()
            }
        };
        Ok(whole(bytes, key, length))
    }

    /// Tells an object that is too short from other troubles.
    async fn why_not(&self, key: &str, end: u64, error: object_store::Error) -> Error {
        match self.size(key).await {
            Ok(size) if size < end => Error::Truncated { key: key.to_owned(), missing_bytes: end - size },
            Ok(_) | Err(_) => Error::about(key, "opening", error),
        }
    }
}

/// The bytes of a file, read on the blocking pool: the next chunk is read while the last one is sent.
fn chunks(file: Take<File>, key: String) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(Some(read_on(file)), move |reading| {
        let key = key.clone();
        async move {
            let Some(reading) = reading else { return Ok(None) };
            let read = reading.await.map_err(|source| Error::Task { source })?;
            let (chunk, file) = read.map_err(|source| Error::Read { key, source })?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let next = (file.limit() > 0).then(|| read_on(file));
            Ok(Some((chunk, next)))
        }
    })
}

/// A chunk, and the file for the next one. The chunk is empty at the end.
fn read_on(mut file: Take<File>) -> JoinHandle<io::Result<(Bytes, Take<File>)>> {
    tokio::task::spawn_blocking(move || {
        let mut chunk =
            Vec::with_capacity(CHUNK_BYTES.min(usize::try_from(file.limit()).unwrap_or(CHUNK_BYTES)));
        file.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk)?;
        Ok((chunk.into(), file))
    })
}

/// The same bytes, with an error at the end when fewer than `length` came.
fn whole(bytes: ByteStream, key: String, length: u64) -> ByteStream {
    let counted = stream::try_unfold((bytes, length), move |(mut bytes, missing)| {
        let key = key.clone();
        async move {
            match bytes.next().await {
                Some(Ok(chunk)) => {
                    let missing = missing.saturating_sub(chunk.len() as u64);
                    Ok(Some((chunk, (bytes, missing))))
                }
                Some(Err(error)) => Err(error),
                None if missing == 0 => Ok(None),
                None => Err(Error::Truncated { key, missing_bytes: missing }),
            }
        }
    });
    counted.boxed()
}
