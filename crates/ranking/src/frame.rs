//! Frames on the pipes between the server and a worker: `u32 length | u8 kind | body`, numbers little-endian.
//!
//! The length counts the body. A body is `u32 length | JSON header | raw f64 values`. Both sides doubt the other:
//! a wrong kind or length is an error, and memory is taken as bytes arrive, never by the declared length.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most bytes in a body.
pub(crate) const MAX_BODY_BYTES: u32 = 256 << 20;

/// Most bytes in a header: decoded, its names take a multiple of that.
const MAX_HEADER_BYTES: u32 = 4 << 20;

/// What a frame is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Both sides: who I am. First frame in each direction.
    Hello = 1,
    /// To the worker: the model follows, outside the frame.
    Load = 2,
    /// From the worker: the model is loaded.
    Loaded = 3,
    /// To the worker: rows to score.
    Run = 4,
    /// From the worker: the outputs for these rows.
    Result = 5,
    /// From the worker: the last request failed; it waits for the next.
    Error = 6,
    /// To the worker: end.
    Bye = 7,
    /// To the worker: whole tensors to run the model on.
    Call = 8,
    /// From the worker: the tensors that came out.
    Answer = 9,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Hello,
        Self::Load,
        Self::Loaded,
        Self::Run,
        Self::Result,
        Self::Error,
        Self::Bye,
        Self::Call,
        Self::Answer,
    ];

    fn read(byte: u8) -> io::Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| *kind as u8 == byte);
        found.ok_or_else(|| malformed(format!("a frame of unknown kind {byte}")))
    }
}

/// One message.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What it is for.
    pub(crate) kind: Kind,
    body: Vec<u8>,
}

impl Frame {
    /// A frame of a header and values.
    pub(crate) fn new(kind: Kind, header: &impl Serialize, values: &[f64]) -> io::Result<Self> {
        let header = serde_json::to_vec(header)?;
        let mut body = Vec::with_capacity(4 + header.len() + size_of_val(values));
        body.extend(length(header.len())?.to_le_bytes());
        body.extend(header);
        body.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        length(body.len())?;
        Ok(Self { kind, body })
    }

    /// The header and the values after it.
    pub(crate) fn open<H: DeserializeOwned>(&self) -> io::Result<(H, impl ExactSizeIterator<Item = f64>)> {
        let (size, rest) =
            self.body.split_first_chunk::<4>().ok_or_else(|| malformed("a body without header"))?;
        let size = u32::from_le_bytes(*size);
        if size > MAX_HEADER_BYTES {
            return Err(malformed(format!("a header of {size} bytes; at most {MAX_HEADER_BYTES} are read")));
        }
        let size = usize::try_from(size).map_err(io::Error::other)?;
        let (header, values) =
            rest.split_at_checked(size).ok_or_else(|| malformed("a header longer than its frame"))?;
        let (values, left_over) = values.as_chunks::<8>();
        if !left_over.is_empty() {
            return Err(malformed("values that are not whole numbers of 8 bytes"));
        }
        Ok((serde_json::from_slice(header)?, values.iter().map(|bytes| f64::from_le_bytes(*bytes))))
    }

    /// Sends the frame.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&length(self.body.len())?.to_le_bytes())?;
        out.write_all(&[self.kind as u8])?;
        out.write_all(&self.body)?;
        out.flush()
    }

    /// The next frame; nothing where the other side has closed the pipe between two frames.
    pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Self>> {
        let mut first = [0; 1];
        if input.read(&mut first)? == 0 {
            return Ok(None);
        }
        let mut rest = [0; 4];
        input.read_exact(&mut rest)?;
        let [first] = first;
        let [second, third, fourth, kind] = rest;
        let declared = u32::from_le_bytes([first, second, third, fourth]);
        if declared > MAX_BODY_BYTES {
            return Err(malformed(format!("a frame of {declared} bytes; at most {MAX_BODY_BYTES} are read")));
        }
        let kind = Kind::read(kind)?;
        let mut body = Vec::new();
        let arrived = input.take(u64::from(declared)).read_to_end(&mut body)?;
        if u32::try_from(arrived).ok() == Some(declared) {
            Ok(Some(Self { kind, body }))
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

fn length(bytes: usize) -> io::Result<u32> {
    let length = u32::try_from(bytes).ok().filter(|length| *length <= MAX_BODY_BYTES);
    length
        .ok_or_else(|| malformed(format!("{bytes} bytes do not fit into a frame of {MAX_BODY_BYTES} bytes")))
}

/// What is wrong with bytes from the other side.
pub(crate) fn malformed(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(frame: &Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        frame.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_frame_arrives_as_it_was_sent() {
        let values = [1.5, -0.0, f64::NAN, f64::MAX];
        let sent = bytes(&Frame::new(Kind::Run, &"header", &values).unwrap());

        let arrived = Frame::read(&mut sent.as_slice()).unwrap().unwrap();

        assert_eq!(arrived.kind, Kind::Run);
        let (header, found) = arrived.open::<String>().unwrap();
        assert_eq!(header, "header");
        assert_eq!(found.map(f64::to_bits).collect::<Vec<_>>(), values.map(f64::to_bits));
        assert!(Frame::read(&mut [].as_slice()).unwrap().is_none());
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_an_error_or_a_frame_and_never_a_panic() {
        let sent = bytes(&Frame::new(Kind::Result, &[1, 2, 3], &[1.0, 2.0]).unwrap());
        for cut in 1..sent.len() {
            assert!(Frame::read(&mut &sent[..cut]).is_err(), "cut at {cut}");
        }
        for (at, value) in (0..sent.len()).flat_map(|at| [0, 1, 127, 255].map(|value| (at, value))) {
            let mut changed = sent.clone();
            changed[at] = value;
            if let Ok(Some(frame)) = Frame::read(&mut changed.as_slice())
                && let Ok((header, values)) = frame.open::<Vec<u32>>()
            {
                assert!(header.len() <= 3 && values.len() <= 2);
            }
        }
    }

    #[test]
    fn a_declared_length_takes_no_memory_and_too_long_a_one_is_refused() {
        let lies = [&u32::MAX.to_le_bytes()[..], &[4, 0, 0]].concat();
        assert!(Frame::read(&mut lies.as_slice()).unwrap_err().to_string().contains("at most"));
        let large = [&MAX_BODY_BYTES.to_le_bytes()[..], &[4, 0, 0]].concat();
        assert_eq!(Frame::read(&mut large.as_slice()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
