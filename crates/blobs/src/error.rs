//! Why the store of bytes refused.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use domain::Digest;

/// Why the store of bytes refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The sender announced other bytes than it sent. Nothing is kept.
    #[error("the bytes hash to {actual}, not to {expected}")]
    Mismatch {
        /// What the sender announced.
        expected: Digest,
        /// What arrived.
        actual: Digest,
    },
    /// The sender announced another number of bytes than it sent. Nothing is kept.
    #[error("{actual_bytes} bytes arrived, {expected_bytes} were announced")]
    LengthMismatch {
        /// What the sender announced.
        expected_bytes: u64,
        /// What arrived.
        actual_bytes: u64,
    },
    /// More bytes than allowed arrived or were announced. Nothing is kept.
    #[error("more than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The sender stopped in the middle. Nothing is kept.
    #[error("the sender stopped in the middle")]
    Sender {
        /// What the sender's side said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The address of the store cannot be used.
    #[error("`{address}` cannot hold bytes: write a folder, `file:///folder` or `s3://bucket/prefix`")]
    Address {
        /// As configured.
        address: String,
    },
    /// The folder cannot be made or looked through.
    #[error("folder `{path}`")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An object that a layout names is gone.
    #[error("object `{key}` is missing")]
    Missing {
        /// Its key.
        key: String,
    },
    /// An object holds fewer bytes than a layout says.
    #[error("object `{key}` ends {missing_bytes} bytes too early")]
    Truncated {
        /// Its key.
        key: String,
        /// How many bytes are not there.
        missing_bytes: u64,
    },
    /// A range that the blob does not have.
    #[error("bytes {start} to {end} lie outside of {size} bytes")]
    Range {
        /// First byte asked for.
        start: u64,
        /// First byte not asked for.
        end: u64,
        /// Bytes there are.
        size: u64,
    },
    /// Reading an object failed in the middle.
    #[error("reading object `{key}`")]
    Read {
        /// Its key.
        key: String,
        /// What the system said.
        source: io::Error,
    },
    /// The store refused.
    #[error("{doing}")]
    Store {
        /// What was being done.
        doing: String,
        /// What the store said.
        source: object_store::Error,
    },
    /// The hashing task ended before it was done.
    #[error("hashing ended before it was done")]
    Task {
        /// What the runtime said.
        source: tokio::task::JoinError,
    },
}

impl Error {
    /// What a store's error about this object means.
    pub(crate) fn about(key: &str, doing: &str, source: object_store::Error) -> Self {
        if matches!(source, object_store::Error::NotFound { .. }) {
            Self::Missing { key: key.to_owned() }
        } else {
            Self::Store { doing: format!("{doing} object `{key}`"), source }
        }
    }
}
