//! The settings of a node.

use std::ops::{Deref, DerefMut};

use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};
use prost::{DecodeError, Message};

use super::{GraphProto, SparseTensorProto, TensorProto};

/// Number of the field of [`AttributeProto::strings`].
const STRINGS: u32 = 9;

/// A named setting of a node; which field counts depends on the operator.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AttributeProto {
    /// All fields but the lists of texts.
    pub(crate) fields: AttributeFields,
    /// One word for each of millions of nodes of trees.
    pub(crate) strings: Texts,
}

/// What a setting holds, but for texts.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AttributeFields {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(float, tag = "2")]
    pub(crate) f: f32,
    #[prost(int64, tag = "3")]
    pub(crate) i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) s: Vec<u8>,
    #[prost(message, optional, boxed, tag = "5")]
    pub(crate) t: Option<Box<TensorProto>>,
    #[prost(message, optional, boxed, tag = "6")]
    pub(crate) g: Option<Box<GraphProto>>,
    #[prost(float, repeated, tag = "7")]
    pub(crate) floats: Vec<f32>,
    #[prost(int64, repeated, tag = "8")]
    pub(crate) ints: Vec<i64>,
    #[prost(message, repeated, tag = "10")]
    pub(crate) tensors: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    pub(crate) graphs: Vec<GraphProto>,
    #[prost(string, tag = "21")]
    pub(crate) ref_attr_name: String,
    #[prost(int32, tag = "20")]
    pub(crate) r#type: i32,
    #[prost(message, optional, boxed, tag = "22")]
    pub(crate) sparse_tensor: Option<Box<SparseTensorProto>>,
    #[prost(message, repeated, tag = "23")]
    pub(crate) sparse_tensors: Vec<SparseTensorProto>,
}

impl Deref for AttributeProto {
    type Target = AttributeFields;

    fn deref(&self) -> &AttributeFields {
        &self.fields
    }
}

impl DerefMut for AttributeProto {
    fn deref_mut(&mut self) -> &mut AttributeFields {
        &mut self.fields
    }
}

impl Message for AttributeProto {
    fn encode_raw(&self, out: &mut impl BufMut) {
        self.fields.encode_raw(out);
        for text in self.strings.iter() {
            encoding::encode_key(STRINGS, WireType::LengthDelimited, out);
            encoding::encode_varint(text.len() as u64, out);
            out.put_slice(text);
        }
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        bytes: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        if tag != STRINGS {
            return self.fields.merge_field(tag, wire_type, bytes, context);
        }
        let mut text = Vec::new();
        encoding::bytes::merge(wire_type, &mut text, bytes, context)?;
        self.strings.push(&text);
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        let texts = self.strings.iter().map(|text| {
            let length = encoding::encoded_len_varint(text.len() as u64) + text.len();
            encoding::key_len(STRINGS) + length
        });
        self.fields.encoded_len() + texts.sum::<usize>()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Many short texts, one after another in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<u32>,
}

impl Texts {
    /// None.
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new() }
    }

    /// One of the texts.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(start as usize..*self.ends.get(at)? as usize)
    }

    /// How many texts.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The texts in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Adds a text. A file is far too short for texts whose ends do not fit into 32 bits.
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }
}

impl<'a> FromIterator<&'a [u8]> for Texts {
    fn from_iter<T: IntoIterator<Item = &'a [u8]>>(texts: T) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_with_texts_is_read_as_it_is_written() {
        let strings = [&b"BRANCH_LEQ"[..], b"", b"LEAF"].into_iter().collect();
        let fields =
            AttributeFields { name: "nodes_modes".to_owned(), ints: vec![1, -2], ..Default::default() };
        let setting = AttributeProto { fields, strings };

        let bytes = setting.encode_to_vec();

        assert_eq!(bytes.len(), setting.encoded_len());
        assert_eq!(AttributeProto::decode(bytes.as_slice()), Ok(setting.clone()));
        assert_eq!(setting.strings.iter().collect::<Vec<_>>(), [&b"BRANCH_LEQ"[..], b"", b"LEAF"]);
    }
}
