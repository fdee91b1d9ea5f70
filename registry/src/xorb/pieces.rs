//! Where the bytes of a file to be put together come from.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use domain::Digest;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use xet::{Hash, Xorb};

use super::Known;
use super::chunks::Chunk;
use crate::{Blob, Error, Registry};

/// Most packed bytes that are unpacked at once.
const PACKED_BYTES: u64 = 4 << 20;

/// A run of bytes.
#[derive(Debug)]
pub(super) struct Piece {
    blob: Blob,
    range: Range<u64>,
    /// Whether the range holds packed chunks.
    packed: bool,
}

/// The pieces of a file: runs that lie together are read together.
pub(super) fn plan(
    chunks: &[(Hash, &Chunk)],
    known: &BTreeMap<Hash, Known>,
    blobs: &BTreeMap<Digest, Blob>,
) -> Result<Vec<Piece>, Error> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (name, chunk) in chunks {
        let (blob, range, packed) = source(name, chunk, known, blobs)
            .ok_or_else(|| Error::ChunksUnknown { xorb: name.to_string() })?;
        match pieces.last_mut() {
            Some(last)
                if last.blob.sha256 == blob.sha256
                    && last.packed == packed
                    && last.range.end == range.start
                    && !(packed && range.end - last.range.start > PACKED_BYTES) =>
            {
                last.range.end = range.end;
            }
            _ => pieces.push(Piece { blob: blob.clone(), range, packed }),
        }
    }
    Ok(pieces)
}

/// Where a chunk can be read: in a file that holds it, else in its xorb.
fn source<'a>(
    name: &Hash,
    chunk: &Chunk,
    known: &BTreeMap<Hash, Known>,
    blobs: &'a BTreeMap<Digest, Blob>,
) -> Option<(&'a Blob, Range<u64>, bool)> {
    let placed = chunk.place.and_then(|place| Some((blobs.get(&place.blob)?, place.offset)));
    if let Some((blob, offset)) = placed {
        return Some((blob, offset..offset + u64::from(chunk.length), false));
    }
    let body = blobs.get(&known.get(name)?.body)?;
    Some((body, u64::from(chunk.start)..u64::from(chunk.end), true))
}

impl Piece {
    /// The bytes, unpacked.
    pub(super) async fn open(
        self,
        registry: &Registry,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let bytes = registry.read_blob(&self.blob, Some(self.range)).await?;
        if !self.packed {
            return Ok(bytes.map_err(Error::from).boxed());
        }
        let packed = bytes
            .try_fold(Vec::new(), |mut all, some| async move {
                all.extend_from_slice(&some);
                Ok(all)
            })
            .await?;
        let mut unpacked = Vec::new();
        Xorb::read(&packed, |chunk| {
            unpacked.push(Ok(Bytes::copy_from_slice(chunk)));
            Ok::<_, xet::Error>(())
        })?;
        Ok(stream::iter(unpacked).boxed())
    }
}
