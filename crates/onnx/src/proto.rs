//! The messages of an ONNX file, with the field numbers of `onnx.proto` (ONNX 1.23).
//!
//! Only what this crate reads or writes has a field. Parts without a field are skipped when decoding; the
//! scan in [`crate::scan`] has looked at them before.

mod attribute;
mod function;
mod graph;
mod model;
mod tensor;
mod types;

#[cfg(test)]
pub(crate) use attribute::AttributeFields;
pub(crate) use attribute::{AttributeProto, Texts};
pub(crate) use function::FunctionProto;
pub(crate) use graph::{GraphProto, NodeProto, ValueInfoProto};
pub(crate) use model::{ModelProto, OperatorSetIdProto, StringStringEntryProto};
pub(crate) use tensor::{DataLocation, DataType, SparseTensorProto, TensorProto};
pub(crate) use types::{
    DimensionProto, DimensionValue, TensorShapeProto, TensorTypeProto, TypeProto, TypeValue,
};
