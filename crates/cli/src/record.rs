//! A record book to read: at an address, or as a folder of static files. Nothing that it gives is believed unseen.

use std::path::PathBuf;

use reqwest::Url;
use tlog::{Checkpoint, Note, Policy, Tile};
use tokio::runtime::Handle;

use crate::client::Client;
use crate::error::Error;
use crate::folder;

/// Why a piece of a record book is not to be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TileError {
    /// It did not come.
    #[error(transparent)]
    Fetch(Box<Error>),
    /// It is not what was signed.
    #[error(transparent)]
    Wrong(#[from] tlog::Error),
}

impl From<Error> for TileError {
    fn from(error: Error) -> Self {
        Self::Fetch(Box::new(error))
    }
}

/// Where a record book is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Below an address.
    Site {
        /// Who asks.
        client: Client,
        /// What stands before `checkpoint`, from the server's own address: `/log`.
        prefix: String,
        /// Where requests run.
        runtime: Handle,
    },
    /// In a folder with the same files.
    Folder(PathBuf),
}

impl Source {
    /// The record book of a Vitrine.
    ///
    /// To be called where the runtime is.
    pub(crate) fn site(client: Client) -> Self {
        Self::Site { client, prefix: "/log".to_owned(), runtime: Handle::current() }
    }

    /// What a person named: a folder, the address of a record book, or the address of a Vitrine.
    pub(crate) fn named(text: &str, patience: std::time::Duration) -> Result<Self, Error> {
        let Ok(url) = Url::parse(text) else { return Ok(Self::Folder(PathBuf::from(text))) };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Usage(format!("`{text}` is no record book; name a folder or an address")));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let mut base = url;
        base.set_path("");
        let arguments = crate::site::SiteArguments { server: Some(base.to_string()) };
        let client = Client::new(arguments.site()?, patience)?;
        let prefix = if path.is_empty() { "/log".to_owned() } else { path };
        Ok(Self::Site { client, prefix, runtime: Handle::current() })
    }

    /// The bytes at a path below the prefix. Blocks: not to be called from asynchronous code.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        match self {
            Self::Folder(folder) => {
                let file = folder.join(path);
                folder::read_whole(&file).map_err(Error::read(&file))
            }
            Self::Site { client, prefix, runtime } => {
                Ok(runtime.block_on(client.look_bytes(&format!("{prefix}/{path}")))?.to_vec())
            }
        }
    }

    /// A tile; where a partial one is gone, the full one. Blocks.
    pub(crate) fn tile(&self, tile: Tile) -> Result<Vec<u8>, TileError> {
        match self.read(&tile.to_string()) {
            Err(_gone) if tile.is_partial() && self.read(&tile.full().to_string()).is_ok() => {
                Ok(self.read(&tile.full().to_string())?)
            }
            read => Ok(read?),
        }
    }

    /// The signed checkpoint, if the policy trusts it.
    pub(crate) async fn checkpoint(&self, policy: &Policy) -> Result<(Note, Checkpoint), TileError> {
        let source = self.clone();
        let reading = tokio::task::spawn_blocking(move || source.read("checkpoint"));
        let bytes = reading.await.map_err(Error::from)??;
        let note: Note = String::from_utf8_lossy(&bytes).parse()?;
        let checkpoint = policy.verify(&note)?;
        Ok((note, checkpoint))
    }
}
