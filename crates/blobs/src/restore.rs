//! Whole objects, for backups.

use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::io::{AsyncRead, AsyncWriteExt as _};

use crate::{BlobStore, ByteStream, Error, Layout, PART_BYTES};

impl BlobStore {
    /// An object's size and bytes.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Store`].
    pub async fn object(&self, key: &str) -> Result<(u64, ByteStream), Error> {
        let size = self.size(key).await?;
        Ok((size, self.stream(&Layout::whole(key.to_owned(), size), None).await?))
    }

    /// Puts an object of this size back under its key. One that is there already stays when its size is right.
    ///
    /// # Errors
    /// [`Error::Truncated`] when there are fewer bytes; [`Error::Store`].
    pub async fn restore(
        &self,
        key: &str,
        size: u64,
        bytes: &mut (impl AsyncRead + Unpin),
    ) -> Result<(), Error> {
        match self.size(key).await {
            Ok(there) if there == size => return Ok(()),
            Ok(_) | Err(Error::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        let failed = |source| Error::Read { key: key.to_owned(), source };
        let mut writer = BufWriter::with_capacity(self.store.clone(), Path::from(key), PART_BYTES);
        let copied = tokio::io::copy(bytes, &mut writer).await.map_err(failed)?;
        if copied != size {
            writer.abort().await.map_err(|source| Error::about(key, "giving up", source))?;
            return Err(Error::Truncated { key: key.to_owned(), missing_bytes: size.saturating_sub(copied) });
        }
        writer.shutdown().await.map_err(failed)
    }
}
