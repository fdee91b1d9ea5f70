//! The commit that a repository begins with.

use std::io;

use bytes::Bytes;
use domain::{Digest, RepositoryName};
use futures_util::stream;

use super::{NewCommit, Operation};
use crate::{Actor, Error, MAIN, Registry};

/// Where the file lies.
const PATH: &str = ".gitattributes";
/// What git-lfs keeps apart.
const ATTRIBUTES: &[u8] = b"*.bin filter=lfs diff=lfs merge=lfs -text
*.gguf filter=lfs diff=lfs merge=lfs -text
*.onnx filter=lfs diff=lfs merge=lfs -text
*.parquet filter=lfs diff=lfs merge=lfs -text
*.pt filter=lfs diff=lfs merge=lfs -text
*.safetensors filter=lfs diff=lfs merge=lfs -text
*.zip filter=lfs diff=lfs merge=lfs -text
";

impl Registry {
    /// Gives a new repository its first commit, with the file that says which files are large: what clients of the Hub
    /// expect.
    ///
    /// # Errors
    /// As [`Registry::commit`].
    pub async fn begin_repository(&self, actor: &Actor, name: &RepositoryName) -> Result<(), Error> {
        let (digest, length) = (Digest::of(ATTRIBUTES), ATTRIBUTES.len() as u64);
        let whole = stream::iter([Ok::<_, io::Error>(Bytes::from_static(ATTRIBUTES))]);
        let kept = self.receive(actor, digest, Some(length), whole).await?;
        let operations = vec![Operation::Put { path: PATH.parse()?, blob: kept.sha256 }];
        let first = NewCommit { message: "initial commit".to_owned(), parent: None, operations };
        self.commit(actor, name, MAIN, first).await.map(drop)
    }
}
