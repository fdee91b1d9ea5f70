//! The bytes of a file, looked at before they are decoded.
//!
//! Decoding allocates as it goes and calls itself for every message in a message. This walk does neither: it keeps a
//! short list of open messages, checks that every length stays within its message, and counts what decoding would
//! make. Source: Protocol Buffers, "Encoding".

mod kinds;
mod wire;

use prost::Message as _;

use crate::limits;
use crate::proto::ModelProto;
use crate::refusal::Refusal;
use kinds::{Holds, Kind};
use wire::{Reader, Value};

/// Decodes a file that [`walk`] found harmless to decode.
pub(crate) fn decode(bytes: &[u8]) -> Result<ModelProto, Refusal> {
    walk(bytes)?;
    ModelProto::decode(bytes).map_err(|error| Refusal::Malformed { what: error.to_string() })
}

/// Goes through all messages, innermost first, without recursion.
fn walk(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > limits::MODEL_BYTES {
        return Err(Refusal::TooLarge { bytes: bytes.len() });
    }
    let mut counts = Counts::default();
    let mut open = vec![(Kind::Model, Reader::new(bytes))];
    while let Some((kind, reader)) = open.last_mut() {
        let kind = *kind;
        let Some((field, value)) = reader.next_field()? else {
            open.pop();
            continue;
        };
        if let Some(inner) = counts.count(kind.holds(field), &value)? {
            if open.len() >= limits::NESTING {
                return Err(Refusal::NestedTooDeep);
            }
            open.push(inner);
        }
    }
    Ok(())
}

/// What decoding would make.
#[derive(Default)]
struct Counts {
    messages: u64,
    texts: u64,
    integer_bytes: u64,
}

impl Counts {
    /// Counts one field; answers with the message to enter, if the field holds one.
    fn count<'a>(&mut self, holds: Holds, value: &Value<'a>) -> Result<Option<(Kind, Reader<'a>)>, Refusal> {
        match (holds, value) {
            (Holds::Training, _) => return Err(Refusal::Training),
            (Holds::Message(kind), Value::Bytes(bytes)) => {
                add(&mut self.messages, 1, limits::MESSAGES, "messages")?;
                return Ok(Some((kind, Reader::new(bytes))));
            }
            (Holds::Text, Value::Bytes(_)) => add(&mut self.texts, 1, limits::TEXTS, "texts")?,
            (Holds::Integers, Value::Bytes(bytes)) => {
                add(&mut self.integer_bytes, bytes.len() as u64, limits::INTEGER_BYTES, "bytes of integers")?;
            }
            (Holds::Integers, Value::Number) => {
                add(&mut self.integer_bytes, 1, limits::INTEGER_BYTES, "bytes of integers")?;
            }
            _ => {}
        }
        Ok(None)
    }
}

fn add(count: &mut u64, more: u64, limit: u64, what: &'static str) -> Result<(), Refusal> {
    *count = count.saturating_add(more);
    if *count > limit { Err(Refusal::TooMany { what, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field that holds bytes: its number, its length, its bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2];
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        out.extend_from_slice(bytes);
        out
    }

    /// A graph in an attribute of a node of a graph, so many times.
    fn nested(times: usize) -> Vec<u8> {
        let graph = (0..times).fold(Vec::new(), |graph, _| field(1, &field(5, &field(6, &graph))));
        field(7, &graph)
    }

    #[test]
    fn nesting_up_to_the_limit_passes_and_beyond_is_refused() {
        assert_eq!(walk(&nested(32)), Ok(()));
        assert_eq!(walk(&nested(33)), Err(Refusal::NestedTooDeep));
        assert_eq!(walk(&nested(20_000)), Err(Refusal::NestedTooDeep));
    }

    #[test]
    fn what_the_walk_lets_pass_the_decoder_can_decode() {
        assert!(decode(&nested(32)).is_ok());
    }

    #[test]
    fn a_length_beyond_the_message_is_refused() {
        let cut = nested(2);

        let answer = walk(cut.get(..cut.len() - 1).expect("shorter"));

        assert!(matches!(answer, Err(Refusal::Malformed { .. })), "{answer:?}");
    }

    #[test]
    fn a_length_of_all_ones_is_refused() {
        let mut bytes = vec![7 << 3 | 2];
        prost::encoding::encode_varint(u64::MAX, &mut bytes);

        assert!(matches!(walk(&bytes), Err(Refusal::Malformed { .. })));
    }

    #[test]
    fn a_million_empty_nodes_are_refused() {
        let nodes = [1 << 3 | 2, 0].repeat(1_000_001);

        let answer = walk(&field(7, &nodes));

        assert_eq!(answer, Err(Refusal::TooMany { what: "messages", limit: limits::MESSAGES }));
    }

    #[test]
    fn training_information_is_refused() {
        let mut bytes = vec![0xa2, 0x01];
        bytes.push(0);

        assert_eq!(walk(&bytes), Err(Refusal::Training));
    }
}
