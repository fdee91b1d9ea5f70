//! Blobs and the objects that hold them.

use domain::Digest;
use sea_orm::EntityTrait as _;

use super::{Depth, Finding, find};
use crate::entity::{blob, document};
use crate::stored::word;
use crate::{Blob, Error, Registry};

impl Registry {
    pub(super) async fn check_blobs(&self, depth: Depth, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(blob::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            let digests = rows.iter().map(|row| word(&row.sha256, "blobs", &row.sha256, "sha256"));
            let digests = digests.collect::<Result<Vec<Digest>, _>>()?;
            for blob in self.known_blobs(&digests).await?.values() {
                self.check_blob(blob, depth, findings).await?;
            }
        }
    }

    async fn check_blob(&self, blob: &Blob, depth: Depth, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let Blob { sha256, size, layout, .. } = blob;
        if layout.size() != *size || layout.0.is_empty() {
            let laid = layout.size();
            find(findings, format!("Blob {sha256} has {size} bytes, but its layout names {laid}."));
            return Ok(());
        }
        for piece in &layout.0 {
            let end = piece.offset + piece.length;
            match self.store().size(&piece.key).await {
                Ok(there) if there >= end => {}
                Ok(there) => {
                    let key = &piece.key;
                    find(
                        findings,
                        format!("Blob {sha256} needs {end} bytes of object `{key}`, which has {there}."),
                    );
                    return Ok(());
                }
                Err(blobs::Error::Missing { key }) => {
                    find(findings, format!("Blob {sha256} lies in object `{key}`, which is missing."));
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        if depth == Depth::Deep {
            let found = self.store().digest(layout).await?;
            if found != *sha256 {
                find(findings, format!("The bytes kept for blob {sha256} hash to {found}."));
            }
        }
        Ok(())
    }

    /// Every document hashes to its name.
    pub(super) async fn check_documents(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut from = 0;
        loop {
            let rows = self.portion(document::Entity::find(), from).await?;
            if rows.is_empty() {
                return Ok(());
            }
            from += rows.len() as u64;
            for row in rows {
                let found = Digest::of(&row.bytes).hex();
                if found != row.sha256 && !(row.bytes.is_empty() && self.is_removed(&row.sha256).await?) {
                    find(findings, format!("The bytes of document {} hash to {found}.", row.sha256));
                }
            }
        }
    }
}
