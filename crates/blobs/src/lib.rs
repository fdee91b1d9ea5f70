//! Bytes in a folder or in S3: streamed in while they are hashed, streamed out by range.
//!
//! Every upload goes to an object under a fresh key and is durable when [`BlobStore::receive`] returns; nothing is ever
//! overwritten. Knows nothing of databases and of who asks: which objects hold which blob is written down elsewhere, as
//! a [`Layout`]. Memory does not grow with the size of what passes: at most two parts of [`PART_BYTES`] are held.

mod address;
mod error;
mod guard;
mod hashing;
mod layout;
mod list;
mod parts;
mod read;
mod receive;
mod restore;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;

pub use error::Error;
pub use guard::{Guard, Guarded, Swap};
pub use hashing::{LARGE_BYTES, is_binary};
pub use layout::{Layout, Piece};
pub use list::StoredObject;
pub use read::{ByteStream, StoredFile};
pub use receive::{Expected, PART_BYTES, Received};

/// A place that holds objects: a folder or a part of an S3 bucket.
#[derive(Clone)]
pub struct BlobStore {
    store: Arc<dyn ObjectStore>,
    /// Set for folders: there, uploads that a crash cut leave files that only the file system shows.
    folder: Option<PathBuf>,
}

impl fmt::Debug for BlobStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BlobStore({})", self.store)
    }
}
