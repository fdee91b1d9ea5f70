//! Xorbs: many chunks in one upload.

use std::io::Read as _;
use std::ops::Range;

use lz4_flex::frame::FrameDecoder;

use crate::{Error, Hash, hash};

/// Most bytes of an unpacked chunk: 128 KiB.
pub const CHUNK_BYTES: usize = 128 << 10;
/// Most chunks of a xorb.
pub const XORB_CHUNKS: usize = 8192;
/// Most bytes of a xorb as it is sent: 64 MiB.
pub const XORB_BYTES: usize = 64 << 20;

/// Bytes of the header before each chunk.
const HEADER: usize = 8;
/// What the footer of older clients begins with.
const FOOTER: &[u8] = b"XETBLOB";

/// A checked xorb: where its chunks lie and what they hash to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Xorb {
    hash: Hash,
    chunks: Vec<Chunk>,
}

/// One chunk of a xorb.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chunk {
    /// Hash of the unpacked bytes.
    pub hash: Hash,
    /// How many bytes it unpacks to.
    pub length: usize,
    /// Where its packed bytes lie in the xorb, header included.
    pub packed: Range<usize>,
}

impl Xorb {
    /// Reads a xorb and unpacks every chunk once; each is handed to `each` in order. Holds one unpacked chunk at a time.
    ///
    /// # Errors
    /// [`Error`] for more bytes or chunks than allowed, a header that is none, bytes that do not unpack as announced, or
    /// no chunk at all.
    pub fn read<E: From<Error>>(
        body: &[u8],
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        if body.len() > XORB_BYTES {
            let (found, most) = (body.len() as u64, XORB_BYTES as u64);
            return Err(Error::TooLarge { what: "the xorb", found, most }.into());
        }
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut at = 0;
        while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty() && !rest.starts_with(FOOTER)) {
            if chunks.len() == XORB_CHUNKS {
                let wanted = "a xorb holds at most 8192 chunks";
                return Err(Error::Field { what: "the number of chunks", found: 8193, at, wanted }.into());
            }
            let header = Header::read(rest, at)?;
            let end = HEADER + header.packed;
            let packed = rest.get(HEADER..end).ok_or(Error::Cut { what: "a chunk", at })?;
            let unpacked = header.unpack(packed, chunks.len())?;
            each(&unpacked)?;
            let (hash, length) = (hash::chunk(&unpacked), unpacked.len());
            chunks.push(Chunk { hash, length, packed: at..at + end });
            at += end;
        }
        if chunks.is_empty() {
            return Err(Error::NoChunks.into());
        }
        let nodes: Vec<(Hash, u64)> = chunks.iter().map(|chunk| (chunk.hash, chunk.length as u64)).collect();
        Ok(Self { hash: hash::xorb(&nodes), chunks })
    }

    /// Its name.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its chunks, in order; at least one.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }
}

/// What stands before a chunk.
struct Header {
    packed: usize,
    scheme: Scheme,
    length: usize,
}

/// How a chunk is packed.
#[derive(Clone, Copy)]
enum Scheme {
    None,
    Lz4,
    GroupedLz4,
}

impl Header {
    fn read(bytes: &[u8], at: usize) -> Result<Self, Error> {
        let cut = Error::Cut { what: "the header of a chunk", at };
        let Some(&[version, p0, p1, p2, scheme, l0, l1, l2]) = bytes.first_chunk::<HEADER>() else {
            return Err(cut);
        };
        let field = |what, found: u64, wanted| Error::Field { what, found, at, wanted };
        if version != 0 {
            return Err(field("the version of a chunk", version.into(), "only version 0 is known"));
        }
        let scheme = match scheme {
            0 => Scheme::None,
            1 => Scheme::Lz4,
            2 => Scheme::GroupedLz4,
            other => return Err(field("the packing of a chunk", other.into(), "0, 1 and 2 are known")),
        };
        let three = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) as usize;
        let (packed, length) = (three(p0, p1, p2), three(l0, l1, l2));
        if length == 0 || length > CHUNK_BYTES {
            let wanted = "a chunk has between 1 and 131072 bytes";
            return Err(field("the length of a chunk", length as u64, wanted));
        }
        Ok(Self { packed, scheme, length })
    }

    fn unpack(&self, packed: &[u8], chunk: usize) -> Result<Vec<u8>, Error> {
        let wrong = || Error::Unpack { chunk, wanted: self.length };
        let unpacked = match self.scheme {
            Scheme::None => packed.to_vec(),
            Scheme::Lz4 | Scheme::GroupedLz4 => {
                let mut unpacked = Vec::with_capacity(self.length);
                // One byte more than announced shows that there is more, however much there is.
                let mut decoder = FrameDecoder::new(packed).take(self.length as u64 + 1);
                decoder.read_to_end(&mut unpacked).map_err(|_no_frame| wrong())?;
                unpacked
            }
        };
        if unpacked.len() != self.length {
            return Err(wrong());
        }
        Ok(if matches!(self.scheme, Scheme::GroupedLz4) { interleave(&unpacked) } else { unpacked })
    }
}

/// Puts bytes back that were sorted by their position modulo 4.
fn interleave(grouped: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; grouped.len()];
    let mut rest = grouped.iter();
    for group in 0..4 {
        for (slot, byte) in bytes.iter_mut().skip(group).step_by(4).zip(&mut rest) {
            *slot = *byte;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use lz4_flex::frame::FrameEncoder;
    use proptest::prelude::*;

    use super::*;

    fn header(packed: usize, scheme: u8, length: usize) -> Vec<u8> {
        let three = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let mut bytes = vec![0];
        bytes.extend(three(packed).iter().take(3));
        bytes.push(scheme);
        bytes.extend(three(length).iter().take(3));
        bytes
    }

    fn lz4(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = FrameEncoder::new(Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(body: &[u8]) -> Result<(Xorb, Vec<u8>), Error> {
        let mut all = Vec::new();
        let xorb = Xorb::read(body, |chunk| {
            all.extend_from_slice(chunk);
            Ok::<_, Error>(())
        })?;
        Ok((xorb, all))
    }

    fn packed(scheme: u8, content: &[u8]) -> Vec<u8> {
        let bytes = match scheme {
            0 => content.to_vec(),
            1 => lz4(content),
            _ => {
                let grouped: Vec<u8> =
                    (0..4).flat_map(|group| content.iter().skip(group).step_by(4).copied()).collect();
                lz4(&grouped)
            }
        };
        let mut body = header(bytes.len(), scheme, content.len());
        body.extend(bytes);
        body
    }

    #[test]
    fn every_packing_gives_the_bytes_back() {
        let contents = [b"a".as_slice(), b"abcde", &[7; 5000], &(0..=255).collect::<Vec<u8>>()];
        let body: Vec<u8> =
            contents.iter().flat_map(|c| (0..3).flat_map(|scheme| packed(scheme, c))).collect();

        let (xorb, all) = read(&body).unwrap();

        let wanted: Vec<u8> = contents.iter().flat_map(|content| content.repeat(3)).collect();
        assert_eq!(all, wanted);
        assert_eq!(xorb.chunks().len(), 12);
        assert_eq!(xorb.chunks().last().unwrap().packed.end, body.len());
    }

    #[test]
    fn a_chunk_that_unpacks_to_more_than_announced_is_refused_without_unpacking_it_all() {
        let bomb = lz4(&vec![0; 50 << 20]);
        let mut body = header(bomb.len(), 1, 1000);
        body.extend(bomb);

        assert_eq!(read(&body).unwrap_err(), Error::Unpack { chunk: 0, wanted: 1000 });
    }

    #[test]
    fn broken_headers_are_refused_with_their_place() {
        let good = packed(0, b"abc");
        assert!(matches!(read(&[&good, &[1][..]].concat()), Err(Error::Cut { at: 11, .. })));
        for (at, value) in [(0, 1), (4, 3), (1, 200), (5, 0), (7, 255)] {
            let mut bad = good.clone();
            *bad.get_mut(at).unwrap() = value;
            assert!(read(&bad).is_err(), "byte {at} = {value}");
        }
        assert_eq!(read(b"").unwrap_err(), Error::NoChunks);
    }

    #[test]
    fn the_footer_of_older_clients_ends_the_chunks() {
        let body = [packed(0, b"abc"), b"XETBLOB and more".to_vec()].concat();

        assert_eq!(read(&body).unwrap().0.chunks().len(), 1);
    }

    #[test]
    fn one_chunk_too_many_is_refused() {
        let body = packed(0, b"x").repeat(XORB_CHUNKS + 1);

        assert!(matches!(read(&body), Err(Error::Field { found: 8193, .. })));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_changed_byte_makes_it_panic(at in 0_usize..2000, value: u8) {
            let mut body: Vec<u8> = (0..3).flat_map(|scheme| packed(scheme, &[3; 700])).collect();
            if let Some(byte) = body.get_mut(at) {
                *byte = value;
            }
            let _ = read(&body);
        }
    }
}
