//! Xorbs: many chunks in one upload.

use std::io::Read as _;
use std::ops::Range;

use lz4_flex::frame::FrameDecoder;

use crate::{Error, Hash, hash};

/// Most bytes of an unpacked chunk: 128 KiB.
pub const CHUNK_BYTES: usize = 128 << 10;
/// Most chunks of a xorb.
pub const XORB_CHUNKS: usize = 8192;
/// Most bytes of a xorb as it is sent: 64 MiB of chunks, and 1 MiB for their headers and the footer of older clients.
pub const XORB_BYTES: usize = 65 << 20;

/// Bytes of the header before each chunk.
const HEADER: usize = 8;
/// Most bytes of a packed chunk: what does not get smaller is sent as it is, so this leaves room for LZ4's own words.
const PACKED_BYTES: usize = CHUNK_BYTES + 1024;
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
    /// Reads a xorb that is held whole, as [`Reader`] does.
    ///
    /// # Errors
    /// [`Error`] for more bytes or chunks than allowed, a header that is none, bytes that do not unpack as announced, or
    /// no chunk at all.
    pub fn read<E: From<Error>>(
        body: &[u8],
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut reader = Reader::default();
        reader.push(body, &mut each)?;
        Ok(reader.finish()?)
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

/// Reads a xorb piece by piece. Unpacks every chunk once; holds one chunk at a time.
#[derive(Debug, Default)]
pub struct Reader {
    /// The beginning of a chunk whose end has not come.
    held: Vec<u8>,
    /// Where it lies in the xorb.
    at: usize,
    /// How many bytes came.
    size: usize,
    /// Whether the footer has begun: nothing after it counts.
    ended: bool,
    chunks: Vec<Chunk>,
}

impl Reader {
    /// Takes the next bytes; each chunk that they complete is handed to `each`. Gives the chunks' bytes as they came,
    /// headers included and without a footer.
    ///
    /// # Errors
    /// [`Error`] for more bytes or chunks than allowed, a header that is none, and bytes that do not unpack as announced.
    pub fn push<E: From<Error>>(
        &mut self,
        piece: &[u8],
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        self.size += piece.len();
        if self.size > XORB_BYTES {
            let (found, most) = (self.size as u64, XORB_BYTES as u64);
            return Err(Error::TooLarge { what: "the xorb", found, most }.into());
        }
        if self.ended {
            return Ok(Vec::new());
        }
        self.held.extend_from_slice(piece);
        let mut done = 0;
        while let Some(rest) = self.held.get(done..).filter(|rest| rest.len() >= HEADER) {
            if rest.starts_with(FOOTER) {
                self.ended = true;
                break;
            }
            let at = self.at + done;
            let header = Header::read(rest, at)?;
            let Some(packed) = rest.get(HEADER..HEADER + header.packed) else { break };
            if self.chunks.len() == XORB_CHUNKS {
                let wanted = "a xorb holds at most 8192 chunks";
                return Err(Error::Field { what: "the number of chunks", found: 8193, at, wanted }.into());
            }
            let unpacked = header.unpack(packed, self.chunks.len())?;
            each(&unpacked)?;
            let end = HEADER + header.packed;
            let (hash, length) = (hash::chunk(&unpacked), unpacked.len());
            self.chunks.push(Chunk { hash, length, packed: at..at + end });
            done += end;
        }
        if done == 0 {
            // Nothing is moved until a chunk is whole, however small the pieces are.
            return Ok(Vec::new());
        }
        self.at += done;
        let rest = self.held.split_off(done);
        Ok(std::mem::replace(&mut self.held, rest))
    }

    /// The whole, once everything came.
    ///
    /// # Errors
    /// [`Error::Cut`] in the middle of a chunk, [`Error::NoChunks`].
    pub fn finish(self) -> Result<Xorb, Error> {
        if !self.ended && !self.held.is_empty() && !self.held.starts_with(FOOTER) {
            let what = if self.held.len() < HEADER { "the header of a chunk" } else { "a chunk" };
            return Err(Error::Cut { what, at: self.at });
        }
        if self.chunks.is_empty() {
            return Err(Error::NoChunks);
        }
        let nodes: Vec<(Hash, u64)> =
            self.chunks.iter().map(|chunk| (chunk.hash, chunk.length as u64)).collect();
        Ok(Xorb { hash: hash::xorb(&nodes), chunks: self.chunks })
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
        if packed > PACKED_BYTES {
            let wanted = "a packed chunk has at most 132096 bytes";
            return Err(field("the length of a packed chunk", packed as u64, wanted));
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
        let bomb = lz4(&vec![0; 5 << 20]);
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
    fn the_largest_xorb_has_room_for_the_headers_of_its_chunks() {
        let chunk = packed(0, &vec![9; CHUNK_BYTES]);
        let body = chunk.repeat((64 << 20) / CHUNK_BYTES);

        assert!(body.len() > 64 << 20);
        assert_eq!(read(&body).unwrap().0.chunks().len(), 512);
        assert!(matches!(read(&chunk.repeat(521)), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn a_xorb_that_comes_in_pieces_is_the_same() {
        let chunks: Vec<u8> = (0..3).flat_map(|scheme| packed(scheme, &[scheme; 700])).collect();
        let body = [chunks.as_slice(), b"XETBLOB and more"].concat();
        let whole = read(&body).unwrap().0;

        for size in [1, 7, 8, 9, 100, body.len()] {
            let (mut reader, mut kept) = (Reader::default(), Vec::new());
            for piece in body.chunks(size) {
                kept.extend(reader.push(piece, |_chunk| Ok::<_, Error>(())).unwrap());
            }
            assert_eq!(
                (kept.as_slice(), reader.finish().unwrap()),
                (chunks.as_slice(), whole.clone()),
                "{size}"
            );
        }
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
