//! What a step of a program does.

use std::sync::Arc;

use crate::{Forest, Function};

/// One step: a vector of numbers for every row, made from the vectors of earlier steps. Steps are named by their
/// place in the list, from 0; elements of a vector count from 0.
#[derive(Clone, Debug)]
pub enum Step {
    /// These columns of the row.
    Columns(Vec<usize>),
    /// The same numbers for every row.
    Constant(Vec<f64>),
    /// Elements of an earlier step, in any order, repeated or left out.
    Pick {
        /// The earlier step.
        from: usize,
        /// Which elements.
        places: Vec<usize>,
    },
    /// Earlier steps, one behind the other.
    Join(Vec<usize>),
    /// A matrix times the vector of an earlier step, plus a constant.
    Affine(Affine),
    /// A function of every element of an earlier step.
    Map {
        /// The earlier step.
        from: usize,
        /// The function.
        map: Map,
    },
    /// An operation on every two elements at the same place of two earlier steps of equal width.
    Combine {
        /// What is done.
        operation: Combination,
        /// The first step.
        left: usize,
        /// The second step.
        right: usize,
    },
    /// Element by element `yes` where `condition` is not 0, else `no`; three earlier steps of equal width.
    Choose {
        /// The condition.
        condition: usize,
        /// What is taken where it holds.
        yes: usize,
        /// What is taken elsewhere.
        no: usize,
    },
    /// One number for each `length` neighbours of an earlier step.
    Fold {
        /// The earlier step.
        from: usize,
        /// How the neighbours become one number.
        how: Fold,
        /// How many neighbours; divides the width of the step.
        length: usize,
    },
    /// `exp(x) / Σ exp(x)` within each `length` neighbours of an earlier step.
    Softmax {
        /// The earlier step.
        from: usize,
        /// How many neighbours; divides the width of the step.
        length: usize,
    },
    /// Trees over the vector of an earlier step.
    Trees(Trees),
    /// For each element of an earlier step, taken as a whole number, the row of a table with that number.
    Lookup(Lookup),
}

/// A matrix and a constant.
#[derive(Clone, Debug)]
pub struct Affine {
    /// The earlier step.
    pub from: usize,
    /// One row of weights for each element of the earlier step, shape `[inputs, outputs]`.
    pub weights: Arc<[f64]>,
    /// What is added, one number an output.
    pub bias: Vec<f64>,
}

/// Trees with one or more results.
#[derive(Clone, Debug)]
pub struct Trees {
    /// The earlier step, whose elements are the columns of the forests.
    pub from: usize,
    /// One forest for each result.
    pub forests: Vec<Arc<Forest>>,
    /// How the leaves of one forest become one number.
    pub how: Leaves,
}

/// A table of vectors, one for each whole number from 0.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The earlier step; -1 means the last row of the table, as in ONNX `Gather`. Elsewhere the result is NaN.
    pub from: usize,
    /// The table, row after row.
    pub table: Arc<[f64]>,
    /// Numbers in a row of the table.
    pub width: usize,
    /// Which numbers of a row are taken.
    pub places: Vec<usize>,
}

/// A function of one number. Truth is 1, falsehood 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Map {
    /// One of the functions that a form names.
    Function(Function),
    /// -x.
    Negative,
    /// 1 / x.
    Reciprocal,
    /// The largest whole number that is not above x.
    Floor,
    /// The smallest whole number that is not below x.
    Ceiling,
    /// The nearest whole number, the even one of two.
    RoundEven,
    /// -1, 0 or 1.
    Sign,
    /// The nearest number of 32 bits.
    Single,
    /// The whole number towards zero.
    Truncate,
    /// 1 unless x is 0.
    Truth,
    /// 1 if x is 0.
    Not,
    /// 1 if x is NaN.
    IsNan,
    /// The error function.
    Erf,
    /// x where it is above 0, else a multiple of it by the factor with these bits (`f64::to_bits`).
    Leaky(u64),
}

/// An operation on two numbers. Truth is 1, falsehood 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Combination {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient.
    Divide,
    /// The smaller one; NaN if one is NaN.
    Least,
    /// The larger one; NaN if one is NaN.
    Greatest,
    /// The first to the power of the second.
    Power,
    /// Whether the first is smaller.
    Less,
    /// Whether the first is not larger.
    LessOrEqual,
    /// Whether both are equal.
    Equal,
    /// Whether both are other than 0.
    And,
    /// Whether one is other than 0.
    Or,
}

/// How neighbours become one number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fold {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The largest; NaN if one is NaN.
    Greatest,
    /// The smallest; NaN if one is NaN.
    Least,
    /// Their product.
    Product,
}

/// How the leaves that a row reaches become one number, to which the base of the forest is added.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Leaves {
    /// Their sum.
    Sum,
    /// The smallest.
    Least,
    /// The largest.
    Greatest,
}

impl Step {
    /// The earlier steps that it reads.
    #[must_use]
    pub fn reads(&self) -> Vec<usize> {
        match self {
            Self::Columns(_) | Self::Constant(_) => Vec::new(),
            Self::Pick { from, .. }
            | Self::Map { from, .. }
            | Self::Fold { from, .. }
            | Self::Softmax { from, .. }
            | Self::Affine(Affine { from, .. })
            | Self::Trees(Trees { from, .. })
            | Self::Lookup(Lookup { from, .. }) => vec![*from],
            Self::Join(parts) => parts.clone(),
            Self::Combine { left, right, .. } => vec![*left, *right],
            Self::Choose { condition, yes, no } => vec![*condition, *yes, *no],
        }
    }
}
