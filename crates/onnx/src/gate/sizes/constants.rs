//! What is known of a constant: its size, and its numbers where they can be the shape of something else.

use crate::limits;
use crate::parts::elements;
use crate::proto::{DataType, TensorProto};

/// A value that the file fixes.
#[derive(Clone)]
pub(super) struct Constant {
    /// Lengths of its dimensions.
    pub(super) shape: Option<Vec<u64>>,
    /// Bytes of one element.
    pub(super) element: u64,
    /// Its numbers, where they are few.
    pub(super) numbers: Option<Vec<f64>>,
}

impl Constant {
    /// A tensor of the file.
    pub(super) fn of(tensor: &TensorProto) -> Self {
        let shape = tensor.dims.iter().map(|dim| u64::try_from(*dim).ok()).collect();
        let few = elements(&tensor.dims).is_some_and(|count| count <= limits::SHAPE_NUMBERS as u64);
        Self { shape, element: element_bytes(tensor), numbers: few.then(|| numbers(tensor)).flatten() }
    }

    /// A value of this size, with numbers that do not matter.
    pub(super) const fn sized(shape: Vec<u64>, element: u64) -> Self {
        Self { shape: Some(shape), element, numbers: None }
    }

    /// Its size in bytes; saturating, so that nothing wraps round to something small.
    pub(super) fn bytes(&self) -> u64 {
        let shape = self.shape.iter().flatten();
        if shape.clone().any(|length| *length == 0) {
            return 0;
        }
        shape.fold(self.element, |bytes, length| bytes.saturating_mul(*length))
    }
}

/// Bytes of one element of the tensor; texts count as one.
pub(super) fn element_bytes(tensor: &TensorProto) -> u64 {
    match DataType::try_from(tensor.data_type) {
        Ok(DataType::Complex128) => 16,
        Ok(DataType::Double | DataType::Int64 | DataType::Uint64 | DataType::Complex64) => 8,
        Ok(DataType::Float | DataType::Int32 | DataType::Uint32) => 4,
        Ok(DataType::Uint16 | DataType::Int16 | DataType::Float16 | DataType::Bfloat16) => 2,
        _ => 1,
    }
}

/// The numbers of the types that shapes and ranges have.
fn numbers(tensor: &TensorProto) -> Option<Vec<f64>> {
    let raw = tensor.raw_data.as_deref().filter(|raw| !raw.is_empty());
    match (DataType::try_from(tensor.data_type), raw) {
        (Ok(DataType::Int64), Some(raw)) => Some(words(raw, |word| float(i64::from_le_bytes(word)))),
        (Ok(DataType::Int32), Some(raw)) => Some(words(raw, |word| f64::from(i32::from_le_bytes(word)))),
        (Ok(DataType::Float), Some(raw)) => Some(words(raw, |word| f64::from(f32::from_le_bytes(word)))),
        (Ok(DataType::Double), Some(raw)) => Some(words(raw, f64::from_le_bytes)),
        (Ok(DataType::Int64), None) => Some(tensor.int64_data.iter().map(|number| float(*number)).collect()),
        (Ok(DataType::Int32), None) => {
            Some(tensor.int32_data.iter().map(|number| f64::from(*number)).collect())
        }
        (Ok(DataType::Float), None) => {
            Some(tensor.float_data.iter().map(|number| f64::from(*number)).collect())
        }
        (Ok(DataType::Double), None) => Some(tensor.double_data.clone()),
        _ => None,
    }
}

fn words<const LENGTH: usize>(raw: &[u8], number: impl Fn([u8; LENGTH]) -> f64) -> Vec<f64> {
    raw.as_chunks().0.iter().map(|word| number(*word)).collect()
}

/// An integer as a float; sizes are compared with a limit far below where this loses units.
#[expect(clippy::cast_precision_loss, reason = "only compared with limits far below 2^53")]
pub(super) const fn float(number: i64) -> f64 {
    number as f64
}

/// A length, if the number is one; very large ones become the largest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be 0 or more; `as` saturates"
)]
pub(super) fn whole(number: f64) -> Option<u64> {
    (number >= 0.0).then_some(number as u64)
}
