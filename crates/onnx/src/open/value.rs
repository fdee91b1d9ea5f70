//! What a name of the graph stands for.

use std::sync::Arc;

use crate::parts::elements;
use crate::proto::{DataType, TensorProto};

/// What a name of the graph stands for.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// A tensor of the file, not yet turned into numbers.
    File(&'a TensorProto),
    /// Numbers that are the same for every row.
    Constant(Tensor),
    /// Numbers of every row.
    Rows(Rows),
    /// Something that is not opened.
    Closed(Shut),
}

/// Why a value is not opened, and which values flow into it.
#[derive(Clone, Debug)]
pub(super) struct Shut {
    pub(super) why: Arc<str>,
    pub(super) from: Arc<[usize]>,
}

/// A vector for every row: the value's shape is `[N]` and then `shape`, written row after row.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) step: usize,
    pub(super) shape: Vec<usize>,
    pub(super) kind: Kind,
}

/// Numbers of the file, or made of them.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    pub(super) numbers: Arc<[f64]>,
    pub(super) kind: Kind,
}

/// What one number is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Single,
    Double,
    Int32,
    Int64,
    Truth,
}

impl Kind {
    pub(super) fn of(kind: i32) -> Option<Self> {
        Some(match DataType::try_from(kind).ok()? {
            DataType::Float => Self::Single,
            DataType::Double => Self::Double,
            DataType::Int32 => Self::Int32,
            DataType::Int64 => Self::Int64,
            DataType::Bool => Self::Truth,
            _ => return None,
        })
    }

    pub(super) const fn is_fractional(self) -> bool {
        matches!(self, Self::Single | Self::Double)
    }

    /// Whether 32-bit fractions hold all of its numbers.
    pub(super) const fn is_narrow(self) -> bool {
        matches!(self, Self::Single | Self::Truth)
    }

    pub(super) const fn called(self) -> &'static str {
        match self {
            Self::Single => "32-bit numbers",
            Self::Double => "64-bit numbers",
            Self::Int32 => "32-bit whole numbers",
            Self::Int64 => "64-bit whole numbers",
            Self::Truth => "truth values",
        }
    }
}

impl Rows {
    pub(super) fn width(&self) -> usize {
        self.shape.iter().product()
    }
}

impl Tensor {
    /// The numbers of a tensor that the gate has checked.
    pub(super) fn of(tensor: &TensorProto) -> Result<Self, String> {
        let kind = Kind::of(tensor.data_type).ok_or("it uses numbers of a type that is not opened")?;
        let shape = tensor.dims.iter().map(|dim| usize::try_from(*dim)).collect::<Result<Vec<_>, _>>();
        let shape = shape.map_err(|error| error.to_string())?;
        let numbers = numbers(tensor, kind);
        if elements(&tensor.dims) == Some(numbers.len() as u64) {
            Ok(Self { shape, numbers: numbers.into(), kind })
        } else {
            Err("a constant has other numbers than its shape says".to_owned())
        }
    }

    pub(super) const fn vector(numbers: Arc<[f64]>, shape: Vec<usize>, kind: Kind) -> Self {
        Self { shape, numbers, kind }
    }

    /// The numbers as whole numbers, where they are some.
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53, checked")]
    pub(super) fn whole(&self) -> Result<Vec<i64>, String> {
        let whole = |number: &f64| {
            let fits = libm::trunc(*number).total_cmp(number).is_eq() && number.abs() < 9e15;
            // Ends of slices are often "as far as possible".
            let far = number.abs() >= 9e15;
            if fits { Some(*number as i64) } else { far.then_some(if *number > 0.0 { FAR } else { -FAR }) }
        };
        let numbers: Option<Vec<i64>> = self.numbers.iter().map(whole).collect();
        numbers.ok_or_else(|| "a constant that should hold whole numbers does not".to_owned())
    }
}

/// Stands for every whole number that is further away.
const FAR: i64 = 9_000_000_000_000_000;

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 only ends of slices occur")]
fn numbers(tensor: &TensorProto, kind: Kind) -> Vec<f64> {
    let raw = tensor.raw_data.as_deref().filter(|raw| !raw.is_empty());
    match (kind, raw) {
        (Kind::Single, Some(raw)) => words(raw, |word| f64::from(f32::from_le_bytes(word))),
        (Kind::Double, Some(raw)) => words(raw, f64::from_le_bytes),
        (Kind::Int32, Some(raw)) => words(raw, |word| f64::from(i32::from_le_bytes(word))),
        (Kind::Int64, Some(raw)) => words(raw, |word| i64::from_le_bytes(word) as f64),
        (Kind::Truth, Some(raw)) => raw.iter().map(|byte| f64::from(u8::from(*byte != 0))).collect(),
        (Kind::Single, None) => tensor.float_data.iter().map(|number| f64::from(*number)).collect(),
        (Kind::Double, None) => tensor.double_data.clone(),
        (Kind::Int32, None) => tensor.int32_data.iter().map(|number| f64::from(*number)).collect(),
        (Kind::Int64, None) => tensor.int64_data.iter().map(|number| *number as f64).collect(),
        (Kind::Truth, None) => {
            tensor.int32_data.iter().map(|number| f64::from(u8::from(*number != 0))).collect()
        }
    }
}

fn words<const LENGTH: usize>(raw: &[u8], number: impl Fn([u8; LENGTH]) -> f64) -> Vec<f64> {
    raw.as_chunks().0.iter().map(|word| number(*word)).collect()
}
