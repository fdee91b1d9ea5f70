//! Tensors with their numbers: what a model is given and what it answers.

use prost::Message as _;

use crate::ElementKind;
use crate::proto::{DataLocation, DataType, TensorProto};

/// Most bytes of a file that holds one tensor: 4 MiB. Decoded, it takes at most eight times that.
pub const TENSOR_BYTES: usize = 4 << 20;

/// A dense tensor of numbers. Invariant: as many values as the product of the shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    shape: Vec<usize>,
    numbers: Vec<f64>,
}

/// Why bytes are no tensor that can be fed to a model.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ValuesError {
    /// The numbers do not fill the shape.
    #[error("the shape {shape:?} does not hold {numbers} numbers")]
    Shape {
        /// The shape.
        shape: Vec<usize>,
        /// How many numbers there are.
        numbers: usize,
    },
    /// The bytes are no `TensorProto`.
    #[error("it is no tensor as ONNX writes them: {0}")]
    Malformed(String),
    /// More than [`TENSOR_BYTES`].
    #[error("it is larger than {TENSOR_BYTES} bytes")]
    TooLarge,
    /// Elements that are no numbers of 32 or 64 bits, whole numbers or truth values.
    #[error("its elements are of a kind that cannot be read here; write numbers")]
    Kind,
    /// The numbers lie in another file.
    #[error("its numbers lie in another file; write them into this one")]
    External,
}

impl Values {
    /// A tensor of this shape.
    ///
    /// # Errors
    /// [`ValuesError::Shape`].
    pub fn new(shape: Vec<usize>, numbers: Vec<f64>) -> Result<Self, ValuesError> {
        let size = shape.iter().try_fold(1_usize, |size, length| size.checked_mul(*length));
        if size == Some(numbers.len()) {
            Ok(Self { shape, numbers })
        } else {
            Err(ValuesError::Shape { shape, numbers: numbers.len() })
        }
    }

    /// Lengths of the dimensions; empty for a single number.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The numbers, the last dimension running fastest.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// Reads a file that holds one `TensorProto`, as ONNX keeps test data. Gives its name, which may be empty.
///
/// # Errors
/// [`ValuesError`].
pub fn read(bytes: &[u8]) -> Result<(String, Values), ValuesError> {
    if bytes.len() > TENSOR_BYTES {
        return Err(ValuesError::TooLarge);
    }
    let tensor = TensorProto::decode(bytes).map_err(|error| ValuesError::Malformed(error.to_string()))?;
    if tensor.data_location == DataLocation::External as i32 || !tensor.external_data.is_empty() {
        return Err(ValuesError::External);
    }
    let length = |length: &i64| {
        usize::try_from(*length).map_err(|_below| ValuesError::Malformed("a length is below zero".to_owned()))
    };
    let shape = tensor.dims.iter().map(length).collect::<Result<Vec<_>, _>>()?;
    let kind = DataType::try_from(tensor.data_type).unwrap_or(DataType::Undefined);
    let numbers = match &tensor.raw_data {
        Some(raw) if !raw.is_empty() => of_raw(kind, raw)?,
        _ => of_lists(kind, &tensor)?,
    };
    Ok((tensor.name, Values::new(shape, numbers)?))
}

fn of_raw(kind: DataType, raw: &[u8]) -> Result<Vec<f64>, ValuesError> {
    match kind {
        DataType::Float => each(raw, |bytes| f64::from(f32::from_le_bytes(bytes))),
        DataType::Double => each(raw, f64::from_le_bytes),
        DataType::Int8 => each(raw, |bytes| f64::from(i8::from_le_bytes(bytes))),
        DataType::Int16 => each(raw, |bytes| f64::from(i16::from_le_bytes(bytes))),
        DataType::Int32 => each(raw, |bytes| f64::from(i32::from_le_bytes(bytes))),
        DataType::Int64 => each(raw, |bytes| nearest(i64::from_le_bytes(bytes))),
        DataType::Uint8 | DataType::Bool => each(raw, |bytes| f64::from(u8::from_le_bytes(bytes))),
        DataType::Uint16 => each(raw, |bytes| f64::from(u16::from_le_bytes(bytes))),
        DataType::Uint32 => each(raw, |bytes| f64::from(u32::from_le_bytes(bytes))),
        DataType::Uint64 => each(raw, |bytes| nearest_unsigned(u64::from_le_bytes(bytes))),
        _ => Err(ValuesError::Kind),
    }
}

fn each<const SIZE: usize>(raw: &[u8], read: fn([u8; SIZE]) -> f64) -> Result<Vec<f64>, ValuesError> {
    let (whole, rest) = raw.as_chunks::<SIZE>();
    if !rest.is_empty() {
        return Err(ValuesError::Malformed("the numbers are cut".to_owned()));
    }
    Ok(whole.iter().copied().map(read).collect())
}

fn of_lists(kind: DataType, tensor: &TensorProto) -> Result<Vec<f64>, ValuesError> {
    Ok(match kind {
        DataType::Float => tensor.float_data.iter().copied().map(f64::from).collect(),
        DataType::Double => tensor.double_data.clone(),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Uint8
        | DataType::Uint16
        | DataType::Bool => tensor.int32_data.iter().copied().map(f64::from).collect(),
        DataType::Int64 => tensor.int64_data.iter().copied().map(nearest).collect(),
        DataType::Uint32 | DataType::Uint64 => {
            tensor.uint64_data.iter().copied().map(nearest_unsigned).collect()
        }
        _ => return Err(ValuesError::Kind),
    })
}

#[expect(clippy::cast_precision_loss, reason = "above 2^53 the nearest number is meant")]
const fn nearest(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "above 2^53 the nearest number is meant")]
const fn nearest_unsigned(value: u64) -> f64 {
    value as f64
}

impl ElementKind {
    /// The word that model files and programs use for it, such as `float32`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Float16 => "float16",
            Self::BFloat16 => "bfloat16",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Bool => "bool",
            Self::String => "string",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tensor: &TensorProto) -> Vec<u8> {
        tensor.encode_to_vec()
    }

    #[test]
    fn numbers_are_read_from_raw_bytes_and_from_lists_alike() {
        let raw: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let name = "x".to_owned();
        let raw = TensorProto {
            dims: vec![2, 1],
            data_type: DataType::Float as i32,
            raw_data: Some(raw),
            name: name.clone(),
            ..TensorProto::default()
        };
        let listed = TensorProto { raw_data: None, float_data: vec![1.5, -2.0], ..raw.clone() };

        let expected = (name, Values::new(vec![2, 1], vec![1.5, -2.0]).unwrap());
        assert_eq!(read(&file(&raw)).unwrap(), expected);
        assert_eq!(read(&file(&listed)).unwrap(), expected);
    }

    #[test]
    fn what_is_no_tensor_of_numbers_is_refused() {
        let base = TensorProto {
            dims: vec![1],
            data_type: DataType::Int64 as i32,
            int64_data: vec![7],
            ..TensorProto::default()
        };
        assert_eq!(read(&file(&base)).unwrap().1.numbers(), [7.0]);
        let text = TensorProto { data_type: DataType::String as i32, ..base.clone() };
        assert_eq!(read(&file(&text)), Err(ValuesError::Kind));
        let huge = TensorProto { dims: vec![i64::MAX, 4], ..base.clone() };
        assert!(matches!(read(&file(&huge)), Err(ValuesError::Shape { numbers: 1, .. })));
        let below = TensorProto { dims: vec![-1], ..base.clone() };
        assert!(matches!(read(&file(&below)), Err(ValuesError::Malformed(_))));
        let cut = TensorProto { raw_data: Some(vec![0; 7]), int64_data: vec![], ..base.clone() };
        assert!(matches!(read(&file(&cut)), Err(ValuesError::Malformed(_))));
        let elsewhere = TensorProto { data_location: DataLocation::External as i32, ..base };
        assert_eq!(read(&file(&elsewhere)), Err(ValuesError::External));
        assert!(read(b"\xff\xff").is_err());
        assert_eq!(read(&vec![0; TENSOR_BYTES + 1]), Err(ValuesError::TooLarge));
    }
}
