//! From a table of f64 to the tensors a model wants, and from its tensors back.

use std::fmt::Debug;

use ort::session::SessionInputValue;
use ort::value::{DynValue, PrimitiveTensorElementType, Tensor, TensorElementType, ValueRef};

use super::Complaint;
use crate::message::{Failure, Feed, Part};

/// Whole numbers up to here are exact in f64: 2^53.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// The tensor of one input.
pub(super) fn fill(
    feed: &Feed,
    kind: Option<TensorElementType>,
    table: &[&[f64]],
) -> Result<SessionInputValue<'static>, Complaint> {
    let shape = if feed.flat { vec![table.len()] } else { vec![table.len(), feed.columns.len()] };
    let mut cells = Vec::with_capacity(table.len() * feed.columns.len());
    for row in table {
        for column in &feed.columns {
            let cell = row.get(*column).copied();
            cells.push(
                cell.ok_or_else(|| Complaint::new(Failure::Run, format!("column {column} is missing")))?,
            );
        }
    }
    let place = |at: usize| {
        let width = feed.columns.len().max(1);
        let column = feed.columns.get(at % width).copied().unwrap_or_default();
        format!("row {}, column {column}", at / width)
    };
    let target = Target { input: &feed.input, shape, place: &place };
    target.fill(kind, &cells)
}

/// The tensor of one input that was given whole.
pub(super) fn fill_whole(
    part: &Part,
    kind: Option<TensorElementType>,
    values: &[f64],
) -> Result<SessionInputValue<'static>, Complaint> {
    let place = |at: usize| format!("number {at}");
    Target { input: &part.name, shape: part.shape.clone(), place: &place }.fill(kind, values)
}

/// An input that is about to be filled.
struct Target<'a> {
    input: &'a str,
    shape: Vec<usize>,
    /// What to call the value at a position.
    place: &'a dyn Fn(usize) -> String,
}

impl Target<'_> {
    fn fill(
        self,
        kind: Option<TensorElementType>,
        values: &[f64],
    ) -> Result<SessionInputValue<'static>, Complaint> {
        match kind {
            Some(TensorElementType::Float32) => self.tensor(values, single),
            Some(TensorElementType::Float64) => self.tensor(values, Some),
            Some(TensorElementType::Int8) => self.tensor(values, whole::<i8>),
            Some(TensorElementType::Int16) => self.tensor(values, whole::<i16>),
            Some(TensorElementType::Int32) => self.tensor(values, whole::<i32>),
            Some(TensorElementType::Int64) => self.tensor(values, whole::<i64>),
            Some(TensorElementType::Uint8) => self.tensor(values, whole::<u8>),
            Some(TensorElementType::Uint16) => self.tensor(values, whole::<u16>),
            Some(TensorElementType::Uint32) => self.tensor(values, whole::<u32>),
            Some(TensorElementType::Uint64) => self.tensor(values, whole::<u64>),
            Some(TensorElementType::Bool) => self.tensor(values, truth),
            other => {
                let kind = other.map_or_else(|| "no tensor".to_owned(), |kind| kind.to_string());
                let text = format!(
                    "input `{}` is {kind}; inputs must be float32, float64, whole numbers or truth values",
                    self.input
                );
                Err(Complaint::new(Failure::Load, text))
            }
        }
    }

    fn tensor<T: PrimitiveTensorElementType + Copy + Debug + 'static>(
        self,
        values: &[f64],
        convert: fn(f64) -> Option<T>,
    ) -> Result<SessionInputValue<'static>, Complaint> {
        let mut cells = Vec::with_capacity(values.len());
        for (at, value) in values.iter().enumerate() {
            cells.push(convert(*value).ok_or_else(|| self.unfit::<T>(at, *value))?);
        }
        let tensor = Tensor::from_array((self.shape, cells));
        tensor.map(Into::into).map_err(|error| Complaint::of_runtime(Failure::Run, &error))
    }

    fn unfit<T: PrimitiveTensorElementType>(&self, at: usize, value: f64) -> Complaint {
        let (kind, place) = (T::into_tensor_element_type(), (self.place)(at));
        let text = format!("{place}: {value} is no {kind}, which input `{}` takes", self.input);
        Complaint::new(Failure::Run, text)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the nearest float32 is what the model is meant to see")]
fn single(value: f64) -> Option<f32> {
    let nearest = value as f32;
    (nearest.is_finite() || !value.is_finite()).then_some(nearest)
}

#[expect(clippy::cast_possible_truncation, reason = "checked: a whole number of at most 2^53")]
fn whole<T: TryFrom<i64>>(value: f64) -> Option<T> {
    let exact = value.fract() == 0.0 && value.abs() <= MOST_EXACT;
    exact.then_some(value as i64).and_then(|value| T::try_from(value).ok())
}

fn truth(value: f64) -> Option<bool> {
    match whole::<u8>(value)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// Width and values of one output; nothing for what is no tensor of numbers, such as a label in words.
pub(super) fn read_output(
    name: &str,
    value: &ValueRef<'_>,
    rows: usize,
) -> Result<Option<(usize, Vec<f64>)>, Complaint> {
    let Some(values) = numbers(value) else { return Ok(None) };
    let shape: &[i64] = value.dtype().tensor_shape().map_or(&[], |shape| shape);
    let sizes: Vec<usize> = shape.iter().filter_map(|size| usize::try_from(*size).ok()).collect();
    let width = match sizes.as_slice() {
        [first] if *first == rows => 1,
        [first, width] if *first == rows && *width > 0 => *width,
        [] if rows == 1 => 1,
        _ => {
            let text = format!(
                "output `{name}` has the shape {shape:?} for {rows} rows; it must be [{rows}] or [{rows}, columns]"
            );
            return Err(Complaint::new(Failure::Output, text));
        }
    };
    Ok((rows.checked_mul(width) == Some(values.len())).then_some((width, values)))
}

/// Shape and values of one output, whole; nothing for what is no tensor of numbers.
pub(super) fn read_whole(name: &str, value: &DynValue) -> Option<(Part, Vec<f64>)> {
    let shape = value.dtype().tensor_shape()?.iter().map(|length| usize::try_from(*length).ok());
    let part = Part { name: name.to_owned(), shape: shape.collect::<Option<_>>()? };
    let values = numbers(value)?;
    (part.size() == Some(values.len())).then_some((part, values))
}

/// The values of a tensor of numbers.
fn numbers(value: &DynValue) -> Option<Vec<f64>> {
    match value.dtype().tensor_type()? {
        TensorElementType::Float32 => read(value, |value: f32| f64::from(value)),
        TensorElementType::Float64 => read(value, |value: f64| value),
        TensorElementType::Int8 => read(value, |value: i8| f64::from(value)),
        TensorElementType::Int16 => read(value, |value: i16| f64::from(value)),
        TensorElementType::Int32 => read(value, |value: i32| f64::from(value)),
        TensorElementType::Int64 => read(value, nearest_signed),
        TensorElementType::Uint8 => read(value, |value: u8| f64::from(value)),
        TensorElementType::Uint16 => read(value, |value: u16| f64::from(value)),
        TensorElementType::Uint32 => read(value, |value: u32| f64::from(value)),
        TensorElementType::Uint64 => read(value, nearest_unsigned),
        TensorElementType::Bool => read(value, |value: bool| f64::from(u8::from(value))),
        _ => None,
    }
}

fn read<T: PrimitiveTensorElementType + Copy>(value: &DynValue, convert: fn(T) -> f64) -> Option<Vec<f64>> {
    let (_, values) = value.try_extract_tensor::<T>().ok()?;
    Some(values.iter().copied().map(convert).collect())
}

#[expect(clippy::cast_precision_loss, reason = "scores are f64; above 2^53 the nearest one is meant")]
fn nearest_signed(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "scores are f64; above 2^53 the nearest one is meant")]
fn nearest_unsigned(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_that_fit_become_integers() {
        assert_eq!(whole::<i8>(-128.0), Some(-128));
        assert_eq!(whole::<u64>(MOST_EXACT), Some(1 << 53));
        for (value, why) in [(0.5, "half"), (f64::NAN, "nan"), (f64::INFINITY, "endless"), (1e300, "huge")] {
            assert_eq!(whole::<i64>(value), None, "{why}");
        }
        assert_eq!(whole::<u8>(-1.0), None);
        assert_eq!(whole::<i8>(128.0), None);
    }

    #[test]
    fn floats_keep_missing_values_and_do_not_overflow_in_silence() {
        assert!(single(f64::NAN).is_some_and(f32::is_nan));
        assert_eq!(single(f64::INFINITY), Some(f32::INFINITY));
        assert_eq!(single(1e39), None);
        assert_eq!(truth(1.0), Some(true));
        assert_eq!(truth(2.0), None);
    }
}
