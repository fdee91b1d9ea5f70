//! Taking bytes in.

use std::error::Error as StdError;
use std::pin::pin;

use bytes::{Bytes, BytesMut};
use domain::{Digest, GitSha1, Uuid};
use futures_util::{Stream, StreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::hashing::{LARGE_BYTES, is_binary, of_whole, pointer_id};
use crate::parts::Parts;
use crate::{BlobStore, Error};

/// How much of an upload is held in memory before it must be a large file: 10 MiB. Of a large file two parts are held.
///
/// Not less than [`LARGE_BYTES`], so that what is no large file is held whole when its length is known, and git's id,
/// which begins with the length, can be computed. Not less than the 5 MiB that S3 demands of a part.
pub const PART_BYTES: usize = 10 * 1024 * 1024;
/// How much of a large file is written to a folder at once: 1 MiB, which the processor's cache still holds when it is
/// hashed.
const STEP_BYTES: usize = 1024 * 1024;
/// Room that is made before the first byte came.
const FIRST_BYTES: usize = 64 * 1024;

/// What the sender announced and how much is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// SHA-256 of the bytes, when announced.
    pub digest: Option<Digest>,
    /// How many bytes will come, when announced.
    pub length: Option<u64>,
    /// How many bytes may come.
    pub limit_bytes: u64,
}

/// What came, durable under its key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Received {
    /// Key of the fresh object.
    pub key: String,
    /// How many bytes came.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Digest,
    /// The id git gives to them, or to the pointer to them when they are large.
    pub oid: GitSha1,
    /// Whether they count as a large file of the Hub protocol.
    pub large: bool,
}

impl BlobStore {
    /// Keeps what a stream brings under a fresh key made from `id`, which must never have been used.
    ///
    /// Durable when it returns; nothing is kept when it fails. A process that dies in between leaves at most an object
    /// that no layout names, or a file that [`BlobStore::remove_leavings`] finds.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Mismatch`], [`Error::LengthMismatch`], [`Error::Sender`] for what the sender did;
    /// [`Error::Store`] when the store refuses.
    pub async fn receive<S, E>(&self, id: Uuid, expected: Expected, bytes: S) -> Result<Received, Error>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let limit_bytes = expected.limit_bytes;
        if expected.length.is_some_and(|length| length > limit_bytes) {
            return Err(Error::TooLarge { limit_bytes });
        }
        let mut arriving = Arriving::to(self, key_of(id), &expected);
        let taken = match arriving.take_all(bytes).await {
            Ok(()) => arriving.finish(&expected).await,
            Err(error) => Err(error),
        };
        if taken.is_err() {
            arriving.abandon().await;
        }
        taken
    }
}

impl BlobStore {
    /// How much of a large file is written at once. S3 wants few large parts, a folder many small ones.
    const fn part_bytes(&self) -> usize {
        if self.folder.is_some() { STEP_BYTES } else { PART_BYTES }
    }
}

/// Keys spread over 65,536 folders by the random end of the id.
fn key_of(id: Uuid) -> String {
    let name = id.simple().to_string();
    let end: Vec<char> = name.chars().rev().take(4).collect();
    let folder = |digits: &[char]| digits.iter().collect::<String>();
    let (outer, inner) = end.split_at(end.len() / 2);
    format!("objects/{}/{}/{name}", folder(outer), folder(inner))
}

/// An upload under way.
struct Arriving<'a> {
    store: &'a BlobStore,
    key: String,
    limit_bytes: u64,
    /// What has come and is not yet on its way to the store; at most `part_bytes`.
    held: BytesMut,
    /// How much is held before it is written: while the upload may turn out to be small, all that a small one has.
    part_bytes: usize,
    size: u64,
    binary: bool,
    /// Begun when more came than a small upload has.
    parts: Option<Parts>,
}

impl<'a> Arriving<'a> {
    fn to(store: &'a BlobStore, key: String, expected: &Expected) -> Self {
        let surely_large = expected.length.is_some_and(|length| length > LARGE_BYTES);
        let part_bytes = if surely_large { store.part_bytes() } else { PART_BYTES };
        let held = BytesMut::with_capacity(FIRST_BYTES);
        let limit_bytes = expected.limit_bytes;
        Self { store, key, limit_bytes, held, part_bytes, size: 0, binary: false, parts: None }
    }

    async fn take_all<S, E>(&mut self, bytes: S) -> Result<(), Error>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut bytes = pin!(bytes);
        while let Some(chunk) = bytes.next().await {
            let mut chunk = chunk.map_err(|error| Error::Sender { source: error.into() })?;
            self.size += chunk.len() as u64;
            if self.size > self.limit_bytes {
                return Err(Error::TooLarge { limit_bytes: self.limit_bytes });
            }
            while !chunk.is_empty() {
                if self.held.len() == self.part_bytes {
                    self.write_part().await?;
                }
                let room = self.part_bytes - self.held.len();
                self.held.extend_from_slice(&chunk.split_to(room.min(chunk.len())));
            }
        }
        Ok(())
    }

    /// Sends what is held on its way, once the part before it has arrived.
    async fn write_part(&mut self) -> Result<(), Error> {
        let part = std::mem::take(&mut self.held).freeze();
        let mut parts = if let Some(parts) = self.parts.take() {
            parts
        } else {
            self.binary = is_binary(&part);
            let begun = self.store.store.put_multipart(&Path::from(self.key.as_str())).await;
            Parts::of(begun.map_err(|source| Error::about(&self.key, "beginning", source))?)
        };
        let begun = parts.begin(part).await;
        self.parts = Some(parts);
        self.part_bytes = self.store.part_bytes();
        let spare = begun.map_err(|error| error.about(&self.key))?;
        self.held = spare.unwrap_or_else(|| BytesMut::with_capacity(self.part_bytes));
        Ok(())
    }

    /// Compares with what was announced, then makes the object durable.
    async fn finish(&mut self, expected: &Expected) -> Result<Received, Error> {
        if let Some(expected_bytes) = expected.length.filter(|length| *length != self.size) {
            return Err(Error::LengthMismatch { expected_bytes, actual_bytes: self.size });
        }
        if self.parts.is_some() {
            self.finish_parts(expected).await
        } else {
            self.finish_whole(expected).await
        }
    }

    async fn finish_whole(&mut self, expected: &Expected) -> Result<Received, Error> {
        let bytes = std::mem::take(&mut self.held).freeze();
        let large = is_binary(&bytes);
        let (sha256, id) = of_whole(bytes.clone()).await?;
        compare(expected, sha256)?;
        let written = self.store.store.put(&Path::from(self.key.as_str()), bytes.into()).await;
        written.map_err(|source| Error::about(&self.key, "writing", source))?;
        let oid = if large { pointer_id(&sha256, self.size) } else { id };
        Ok(Received { key: self.key.clone(), size: self.size, sha256, oid, large })
    }

    async fn finish_parts(&mut self, expected: &Expected) -> Result<Received, Error> {
        self.write_part().await?;
        let Some(parts) = &mut self.parts else {
            return Err(Error::Missing { key: self.key.clone() });
        };
        let sha256 = parts.arrive().await.map_err(|error| error.about(&self.key))?;
        compare(expected, sha256)?;
        let complete = parts.upload.complete().await;
        complete.map_err(|source| Error::about(&self.key, "completing", source))?;
        self.parts = None;
        let large = self.binary || self.size > LARGE_BYTES;
        let oid = pointer_id(&sha256, self.size);
        Ok(Received { key: self.key.clone(), size: self.size, sha256, oid, large })
    }

    /// Lets go of what was written so far.
    async fn abandon(&mut self) {
        if let Some(parts) = self.parts.take()
            && let Err(error) = parts.abort().await
        {
            // Harmless: no layout will name the object, and the next sweep finds what is left of it.
            tracing::warn!(object.key = %self.key, %error, "Could not abort the upload of `{}`", self.key);
        }
    }
}

fn compare(expected: &Expected, actual: Digest) -> Result<(), Error> {
    match expected.digest {
        Some(expected) if expected != actual => Err(Error::Mismatch { expected, actual }),
        _ => Ok(()),
    }
}
