//! Shards: which chunks of which xorbs make up which file.

use crate::{Error, Hash};

/// Most bytes of a shard: 64 MiB.
pub const SHARD_BYTES: usize = 64 << 20;

/// What a shard begins with.
const TAG: [u8; 32] = [
    0x48, 0x46, 0x52, 0x65, 0x70, 0x6f, 0x4d, 0x65, 0x74, 0x61, 0x44, 0x61, 0x74, 0x61, 0x00, 0x55, 0x69,
    0x67, 0x45, 0x6a, 0x7b, 0x81, 0x57, 0x83, 0xa5, 0xbd, 0xd9, 0x5c, 0xcd, 0xd1, 0x4a, 0xa9,
];
/// Bytes of every record.
const RECORD: usize = 48;
/// Flag of a file: each term has a range hash.
const WITH_RANGES: u32 = 1 << 31;
/// Flag of a file: its SHA-256 follows.
const WITH_SHA256: u32 = 1 << 30;

/// What a shard says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shard {
    /// The files.
    pub files: Vec<FileRecord>,
    /// The xorbs that the sender made for them.
    pub xorbs: Vec<XorbRecord>,
}

/// One file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileRecord {
    /// Its Xet name.
    pub hash: Hash,
    /// Its parts, in order.
    pub terms: Vec<Term>,
    /// Its SHA-256, if given: 64 hex digits when printed as a [`struct@Hash`].
    pub sha256: Option<Hash>,
}

/// A run of chunks of one xorb.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// The xorb.
    pub xorb: Hash,
    /// Bytes of the chunks, unpacked.
    pub bytes: u32,
    /// The first chunk, from 0.
    pub first: u32,
    /// The chunk after the last.
    pub end: u32,
    /// Proves that the sender knows the hashes of the chunks, if given.
    pub range: Option<Hash>,
}

/// One xorb.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct XorbRecord {
    /// Its name.
    pub hash: Hash,
    /// Its chunks, in order.
    pub chunks: Vec<XorbChunk>,
}

/// One chunk of a xorb.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct XorbChunk {
    /// Its hash.
    pub hash: Hash,
    /// Bytes, unpacked.
    pub length: u32,
}

impl Shard {
    /// Reads a shard. Memory stays within a small multiple of its size.
    ///
    /// # Errors
    /// [`Error`] for too many bytes, another tag or version, records that are cut, or a term whose chunks do not ascend.
    pub fn read(body: &[u8]) -> Result<Self, Error> {
        if body.len() > SHARD_BYTES {
            let (found, most) = (body.len() as u64, SHARD_BYTES as u64);
            return Err(Error::TooLarge { what: "the shard", found, most });
        }
        let mut records = Records { body, at: 0 };
        let head = records.next("the header of a shard")?;
        if head.hash.as_bytes() != &TAG || head.long(0) != 2 {
            return Err(Error::NoShard);
        }
        let mut shard = Self::default();
        while let Some(head) = records.head("a file")? {
            shard.files.push(file(&head, &mut records)?);
        }
        while let Some(head) = records.head("a xorb")? {
            let chunks = (0..head.word(1)).map(|_| {
                let chunk = records.next("a chunk of a xorb")?;
                Ok(XorbChunk { hash: chunk.hash, length: chunk.word(1) })
            });
            shard.xorbs.push(XorbRecord { hash: head.hash, chunks: chunks.collect::<Result<_, Error>>()? });
        }
        Ok(shard)
    }
}

fn file(head: &Record, records: &mut Records<'_>) -> Result<FileRecord, Error> {
    let flags = head.word(0);
    let mut terms = Vec::new();
    for _ in 0..head.word(1) {
        let at = records.at;
        let term = records.next("a term of a file")?;
        let (first, end) = (term.word(2), term.word(3));
        if first >= end {
            let wanted = "it must lie after the first chunk";
            return Err(Error::Field { what: "the end of a term", found: end.into(), at, wanted });
        }
        terms.push(Term { xorb: term.hash, bytes: term.word(1), first, end, range: None });
    }
    if flags & WITH_RANGES != 0 {
        for term in &mut terms {
            term.range = Some(records.next("a range hash")?.hash);
        }
    }
    let sha256 =
        if flags & WITH_SHA256 == 0 { None } else { Some(records.next("the SHA-256 of a file")?.hash) };
    Ok(FileRecord { hash: head.hash, terms, sha256 })
}

/// 32 bytes of hash and 16 bytes of numbers.
struct Record {
    hash: Hash,
    numbers: [u8; 16],
}

impl Record {
    /// One of four little-endian numbers of 32 bits.
    fn word(&self, position: usize) -> u32 {
        self.numbers.as_chunks::<4>().0.get(position).map_or(0, |word| u32::from_le_bytes(*word))
    }

    /// One of two little-endian numbers of 64 bits.
    fn long(&self, position: usize) -> u64 {
        self.numbers.as_chunks::<8>().0.get(position).map_or(0, |long| u64::from_le_bytes(*long))
    }
}

struct Records<'a> {
    body: &'a [u8],
    at: usize,
}

impl Records<'_> {
    fn next(&mut self, what: &'static str) -> Result<Record, Error> {
        let at = self.at;
        let bytes = self.body.get(at..).and_then(<[u8]>::first_chunk::<RECORD>);
        let halves = bytes.and_then(|bytes| Some((*bytes.first_chunk::<32>()?, *bytes.last_chunk::<16>()?)));
        let (hash, numbers) = halves.ok_or(Error::Cut { what, at })?;
        self.at += RECORD;
        Ok(Record { hash: Hash::new(hash), numbers })
    }

    /// The next head of a section; `None` at its end.
    fn head(&mut self, what: &'static str) -> Result<Option<Record>, Error> {
        let record = self.next(what)?;
        Ok((record.hash.as_bytes() != &[0xff; 32]).then_some(record))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn real() -> Vec<u8> {
        include_bytes!("../tests/data/body.shard").to_vec()
    }

    #[test]
    fn a_shard_without_its_tag_or_of_another_version_is_none() {
        for at in [0, 31, 32] {
            let mut bytes = real();
            *bytes.get_mut(at).unwrap() ^= 1;
            assert_eq!(Shard::read(&bytes), Err(Error::NoShard));
        }
    }

    #[test]
    fn a_cut_shard_is_refused_wherever_it_is_cut() {
        let bytes = real();
        for length in 0..bytes.len() {
            assert!(matches!(Shard::read(bytes.get(..length).unwrap()), Err(Error::Cut { .. })), "{length}");
        }
    }

    #[test]
    fn a_count_without_records_behind_it_takes_no_memory() {
        let mut bytes = real();
        bytes.get_mut(48 + 36..48 + 40).unwrap().copy_from_slice(&u32::MAX.to_le_bytes());

        assert!(Shard::read(&bytes).is_err());
    }

    proptest! {
        #[test]
        fn no_changed_byte_makes_it_panic(at in 0_usize..1536, value: u8) {
            let mut bytes = real();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
            let _ = Shard::read(&bytes);
        }
    }
}
