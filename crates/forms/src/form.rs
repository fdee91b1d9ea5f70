//! A score as a sum of parts.

use std::sync::Arc;

use crate::{Forest, Function};

/// A score: `bias` plus the sum of weight times part.
///
/// Rows that it is asked about hold the numbers that the model would see: whoever reads a model with inputs of 32 bits
/// rounds rows to 32 bits first.
#[derive(Clone, Debug)]
pub struct Form {
    /// Columns of a row.
    pub columns: usize,
    /// What is added to the sum.
    pub bias: f64,
    /// The summands, in the order of the model.
    pub terms: Vec<Term>,
}

/// One summand of a score.
#[derive(Clone, Debug)]
pub struct Term {
    /// The name of the value in the model where it has one, such as `p_like`.
    pub name: Option<String>,
    /// What the part is multiplied by.
    pub weight: f64,
    /// The part.
    pub part: Part,
}

/// What a summand is.
#[derive(Clone, Debug)]
pub enum Part {
    /// The value of one column.
    Column(usize),
    /// Trees whose leaves are added up; one target.
    Trees(Arc<Forest>),
    /// A function of a form, such as the sigmoid of a sum of trees.
    Curve(Function, Arc<Form>),
    /// Anything else that can be computed here.
    Network(Arc<dyn crate::Network>),
}
