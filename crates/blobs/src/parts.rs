//! A large upload, part by part: one part is written and hashed while the next one comes in.

use bytes::{Bytes, BytesMut};
use domain::Digest;
use object_store::{MultipartUpload, UploadPart};
use tokio::task::{JoinError, JoinHandle};

use crate::Error;
use crate::hashing::Hashing;

/// The parts of one object. At most one is under way.
pub(crate) struct Parts {
    pub(crate) upload: Box<dyn MultipartUpload>,
    state: State,
}

enum State {
    Resting(Hashing),
    UnderWay(JoinHandle<Result<Written, Failure>>),
    /// A part failed: the rest would be in vain.
    Failed,
}

/// A part that has arrived.
struct Written {
    hashing: Hashing,
    part: Bytes,
}

/// Why a part did not arrive.
pub(crate) enum Failure {
    /// The store refused it.
    Store(object_store::Error),
    /// It could not be hashed.
    Hash(Error),
    /// The task that carried it broke off.
    Task(JoinError),
    /// A part before it had failed.
    Before,
}

impl Failure {
    /// The error of the upload under this key.
    pub(crate) fn about(self, key: &str) -> Error {
        match self {
            Self::Store(source) => Error::about(key, "writing", source),
            Self::Hash(error) => error,
            Self::Task(source) => Error::Task { source },
            Self::Before => Error::Missing { key: key.to_owned() },
        }
    }
}

impl Parts {
    /// An upload of which nothing was sent.
    pub(crate) fn of(upload: Box<dyn MultipartUpload>) -> Self {
        Self { upload, state: State::Resting(Hashing::default()) }
    }

    /// Waits for the part under way, then sends the next one. Gives the memory of the one that arrived.
    pub(crate) async fn begin(&mut self, part: Bytes) -> Result<Option<BytesMut>, Failure> {
        let (hashing, spare) = self.rest().await?;
        // The first part can be larger than the others.
        let spare = spare.filter(|spare| spare.capacity() <= part.len().saturating_mul(2));
        let writing = self.upload.put_part(part.clone().into());
        self.state = State::UnderWay(tokio::spawn(carry(writing, hashing, part)));
        Ok(spare)
    }

    /// Waits for the last part. The digest of all parts.
    pub(crate) async fn arrive(&mut self) -> Result<Digest, Failure> {
        let (hashing, _spare) = self.rest().await?;
        Ok(hashing.finish())
    }

    /// Gives the upload up, once nothing is under way.
    pub(crate) async fn abort(mut self) -> Result<(), object_store::Error> {
        if let Err(Failure::Task(error)) = self.rest().await {
            tracing::warn!(%error, "A part of an upload that is given up broke off");
        }
        self.upload.abort().await
    }

    async fn rest(&mut self) -> Result<(Hashing, Option<BytesMut>), Failure> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Resting(hashing) => Ok((hashing, None)),
            State::UnderWay(task) => {
                let Written { hashing, part } = task.await.map_err(Failure::Task)??;
                Ok((hashing, emptied(part)))
            }
            State::Failed => Err(Failure::Before),
        }
    }
}

/// Writes a part and hashes it meanwhile.
async fn carry(writing: UploadPart, hashing: Hashing, part: Bytes) -> Result<Written, Failure> {
    let (written, hashing) = futures_util::future::join(writing, hashing.update(part.clone())).await;
    written.map_err(Failure::Store)?;
    let hashing = hashing.map_err(Failure::Hash)?;
    Ok(Written { hashing, part })
}

/// The memory of a part that nobody reads any more: fresh memory costs more than the copy into it.
fn emptied(part: Bytes) -> Option<BytesMut> {
    let mut spare = part.try_into_mut().ok()?;
    spare.clear();
    Some(spare)
}
