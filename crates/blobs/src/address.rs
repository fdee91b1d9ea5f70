//! Opening a store by its address.

use std::path::Path as FolderPath;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::{BlobStore, Error};

impl BlobStore {
    /// Opens a folder (a path or `file://…`; it is made when missing) or `s3://bucket/prefix`.
    ///
    /// S3 takes the usual `AWS_…` variables. A crash in the middle of a large upload to S3 leaves parts that S3 shows
    /// to nobody; let a lifecycle rule of the bucket abort incomplete uploads after a day.
    ///
    /// # Errors
    /// [`Error::Address`] for other addresses, [`Error::Folder`] when the folder cannot be made, [`Error::Store`] when
    /// S3's settings are incomplete.
    pub fn open(address: &str) -> Result<Self, Error> {
        let wrong = || Error::Address { address: address.to_owned() };
        if let Some(place) = address.strip_prefix("s3://") {
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            return if bucket.is_empty() { Err(wrong()) } else { open_bucket(bucket, prefix) };
        }
        match address.strip_prefix("file://") {
            Some(folder) if folder.starts_with('/') => open_folder(FolderPath::new(folder)),
            Some(_) => Err(wrong()),
            None if address.is_empty() || address.contains("://") => Err(wrong()),
            None => open_folder(FolderPath::new(address)),
        }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`Error::Store`] with what it said.
    pub async fn ping(&self) -> Result<(), Error> {
        // Nobody writes this key: the store must be reachable to say that nothing is there.
        match self.store.head(&Path::from("ping")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => {
                Err(Error::Store { doing: "asking the store of bytes for a sign of life".into(), source })
            }
        }
    }
}

fn open_folder(folder: &FolderPath) -> Result<BlobStore, Error> {
    let at_folder = |source| Error::Folder { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(at_folder)?;
    let path = folder.canonicalize().map_err(at_folder)?;
    let store = LocalFileSystem::new_with_prefix(&path)
        .map_err(|source| Error::Store { doing: format!("opening folder `{}`", path.display()), source })?;
    Ok(BlobStore { store: Arc::new(store.with_fsync(true)), folder: Some(path) })
}

fn open_bucket(bucket: &str, prefix: &str) -> Result<BlobStore, Error> {
    // An error here only says that the program has chosen its TLS provider already.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    let store = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .build()
        .map_err(|source| Error::Store { doing: format!("opening bucket `{bucket}`"), source })?;
    let store: Arc<dyn ObjectStore> = if prefix.trim_matches('/').is_empty() {
        Arc::new(store)
    } else {
        Arc::new(PrefixStore::new(store, Path::from(prefix.trim_matches('/'))))
    };
    Ok(BlobStore { store, folder: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_neither_folder_nor_bucket_is_refused_with_what_would_be_right() {
        for address in ["", "ftp://host/x", "s3:///prefix", "file://relative"] {
            let refusal = BlobStore::open(address).unwrap_err();

            assert!(matches!(refusal, Error::Address { .. }), "{address}: {refusal}");
            assert!(refusal.to_string().contains("s3://bucket/prefix"));
        }
    }

    #[tokio::test]
    async fn a_folder_is_made_and_answers() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");

        let store = BlobStore::open(inner.to_str().unwrap()).unwrap();

        store.ping().await.unwrap();
        assert!(inner.is_dir());
        assert!(BlobStore::open(&format!("file://{}", inner.display())).is_ok());
    }
}
