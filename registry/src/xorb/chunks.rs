//! The list of a xorb's chunks as it is stored: 84 bytes a chunk.

use domain::Digest;
use xet::Hash;

/// Bytes of one chunk in the list: hash, length, where it begins and ends in the xorb, blob, offset in the blob.
const STORED: usize = 32 + 4 + 4 + 4 + 32 + 8;
/// What stands in place of an offset where the chunk is in no file.
const NOWHERE: u64 = u64::MAX;

/// One chunk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Chunk {
    /// Hash of its bytes.
    pub(super) hash: Hash,
    /// How many bytes it has.
    pub(super) length: u32,
    /// Where its packed form begins in the xorb.
    pub(super) start: u32,
    /// Where its packed form ends.
    pub(super) end: u32,
    /// Where its bytes lie in a file.
    pub(super) place: Option<Place>,
}

/// Where bytes lie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// The blob.
    pub(super) blob: Digest,
    /// The first byte.
    pub(super) offset: u64,
}

impl Chunk {
    /// A chunk of a xorb that was read. All numbers fit: a xorb has at most 64 MiB.
    pub(super) fn of(chunk: &xet::Chunk) -> Self {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (start, end) = (number(chunk.packed.start), number(chunk.packed.end));
        Self { hash: chunk.hash, length: number(chunk.length), start, end, place: None }
    }
}

/// The chunks as they are stored.
pub(super) fn write(chunks: &[Chunk]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(chunks.len() * STORED);
    for chunk in chunks {
        bytes.extend_from_slice(chunk.hash.as_bytes());
        for number in [chunk.length, chunk.start, chunk.end] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let (blob, offset) = match &chunk.place {
            Some(place) => (*place.blob.as_bytes(), place.offset),
            None => ([0; 32], NOWHERE),
        };
        bytes.extend_from_slice(&blob);
        bytes.extend_from_slice(&offset.to_le_bytes());
    }
    bytes
}

/// The chunks from how they are stored.
pub(super) fn read(bytes: &[u8]) -> Vec<Chunk> {
    bytes.chunks_exact(STORED).filter_map(read_one).collect()
}

fn read_one(bytes: &[u8]) -> Option<Chunk> {
    let (hash, bytes) = bytes.split_first_chunk::<32>()?;
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (start, bytes) = bytes.split_first_chunk::<4>()?;
    let (end, bytes) = bytes.split_first_chunk::<4>()?;
    let (blob, bytes) = bytes.split_first_chunk::<32>()?;
    let offset = u64::from_le_bytes(*bytes.first_chunk::<8>()?);
    Some(Chunk {
        hash: Hash::new(*hash),
        length: u32::from_le_bytes(*length),
        start: u32::from_le_bytes(*start),
        end: u32::from_le_bytes(*end),
        place: (offset != NOWHERE).then(|| Place { blob: Digest::from_bytes(*blob), offset }),
    })
}

/// Fresh chunks with the places that were known before.
pub(super) fn with_places_of(fresh: &[Chunk], before: &[Chunk]) -> Vec<Chunk> {
    let place = |at: usize| before.get(at).and_then(|chunk| chunk.place);
    fresh.iter().enumerate().map(|(at, chunk)| Chunk { place: place(at), ..chunk.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_stored_and_read_back() {
        let place = Place { blob: Digest::of(b"x"), offset: 7 };
        let chunk = |place| Chunk { hash: Hash::new([3; 32]), length: 5, start: 9, end: 22, place };
        let chunks = [chunk(None), chunk(Some(place))];

        assert_eq!(read(&write(&chunks)), chunks);
        assert_eq!(with_places_of(&chunks, &[chunk(Some(place))]), [chunk(Some(place)), chunk(None)]);
    }
}
