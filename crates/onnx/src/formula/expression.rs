//! What an expression is made of, before and after its names are known.

use super::operation::{Comparison, Operation};

/// An expression; `N` is what stands for a name: its text after parsing, its [`Source`] after checking.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression<N> {
    /// Where its sign, name or number stands in the text of the step, in characters from 1.
    pub(super) position: usize,
    /// Longest way down to a number or name; bounded while parsing, so recursion over it is safe.
    pub(super) depth: usize,
    pub(super) term: Term<N>,
}

/// The outermost part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term<N> {
    Number(f64),
    Name(N),
    /// An operation on numbers, or on truth values, in order.
    Apply(Operation, Vec<Expression<N>>),
    /// The first value whose bound is not exceeded; one value more than bounds.
    Table(Box<Expression<N>>, Table),
}

/// Bounds and values of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) bounds: Vec<f64>,
    pub(super) values: Vec<f64>,
}

/// Where a name gets its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    /// The input of this number.
    Input(usize),
    /// The step of this number.
    Step(usize),
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Number,
    Truth,
}

impl Kind {
    pub(super) const fn called(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Truth => "a truth value",
        }
    }
}

impl<N> Expression<N> {
    pub(super) fn compare(position: usize, comparison: Comparison, sides: [Self; 2]) -> Self {
        Self::apply(position, Operation::Compare(comparison), sides.into())
    }

    pub(super) fn apply(position: usize, operation: Operation, parts: Vec<Self>) -> Self {
        let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0) + 1;
        Self { position, depth, term: Term::Apply(operation, parts) }
    }
}
