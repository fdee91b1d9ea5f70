//! Published formulas: read, checked, computed, and written as ONNX models.
//!
//! A formula is a list of steps `name = expression`; the last step is the score. An expression is made of
//! - numbers, names of inputs and of earlier steps, parentheses;
//! - `+ - * /`, a minus sign in front, and the comparisons `< <= > >= == !=`, which bind as in Python;
//! - `pow(a, b)`, `sqrt exp ln log10 log2 abs sign floor ceil tanh` of one number, `min max` of two or more;
//! - `rint(x)`, to the nearest integer, halves to the even one, and `trunc(x)`, towards zero;
//! - `where(c, a, b)`, which is a if c holds and else b; both are computed, so both must stay finite;
//! - `both(c, d)`, `either(c, d)`, `nope(c)`: and, or, not;
//! - `table(x, [u1, u2], [v1, v2, last])`: the first v with x ≤ u, else the last.
//!
//! Truth values and numbers are never mixed: `where(c, 1, 0)` turns one into the other.
//!
//! # The model
//! [`compile`] writes a graph of float64 vectors `[N]`, one an input, under the names that are published. Its output
//! is called `score`. A value has one name only, so where an input is called `score` already, the output is called
//! `rank_score` ([`output_name`]). The same formula always gives the same bytes.
//!
//! `log10` and `log2` exist in ONNX only as a quotient of natural logarithms, which misses whole powers by a hair
//! (1000 gives 2.9999999999999996). Graph and [`evaluate()`] put that right: where the rounded quotient is exactly
//! the power, it is the answer.

mod check;
mod error;
mod evaluate;
mod expression;
mod graph;
mod operation;
mod parse;
mod token;
mod tree;
mod yaml;

pub use error::FormulaError;
pub use yaml::{catalogue_ids, read_catalogue, read_yaml};

use check::Program;

/// Most steps and most inputs of a formula.
const MOST_NAMES: usize = 1000;

/// Longest step, in bytes.
const STEP_BYTES: usize = 64 << 10;

/// A formula as published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Formula {
    /// Its id in the catalogue; it becomes the name of the graph.
    pub id: String,
    /// Steps `name = expression`, in order; the last one is the score.
    pub steps: Vec<String>,
    /// Names of the inputs, in order.
    pub inputs: Vec<String>,
    /// Which end of the scores is shown first. The formula itself stays as published.
    pub order: Order,
}

/// Which end of the scores is shown first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Order {
    /// The highest score first.
    #[default]
    Descending,
    /// The lowest score first.
    Ascending,
}

/// Writes the formula as an ONNX model (opset 17, format version 8); the same formula gives the same bytes.
///
/// # Errors
/// [`FormulaError`] with step, position and what would be right, when the formula does not follow the language.
pub fn compile(formula: &Formula) -> Result<Vec<u8>, FormulaError> {
    let program = Program::of(formula)?;
    graph::write(formula, &program)
}

/// Computes the score of one item in float64, with the numbers in the order of [`Formula::inputs`].
///
/// The answer is not finite where the formula divides by zero or leaves the range of a function, as in the graph.
///
/// # Errors
/// [`FormulaError`] when the formula does not follow the language, or when there are more or fewer numbers than inputs.
pub fn evaluate(formula: &Formula, numbers: &[f64]) -> Result<f64, FormulaError> {
    let program = Program::of(formula)?;
    if numbers.len() != formula.inputs.len() {
        return Err(FormulaError::Numbers { expected: formula.inputs.len(), found: numbers.len() });
    }
    evaluate::score(&program, numbers)
}

/// What the output of the compiled model is called: `score`, or `rank_score` where an input is called `score`.
#[must_use]
pub fn output_name(formula: &Formula) -> &'static str {
    if formula.inputs.iter().any(|input| input == "score") { "rank_score" } else { "score" }
}
