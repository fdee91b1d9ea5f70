//! A score as a sum of parts.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::program::Together;
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

impl Form {
    /// The value of one row of [`Form::columns`] numbers.
    #[must_use]
    pub fn value(&self, row: &[f64]) -> f64 {
        let mut value = [0.0];
        self.values(row, &mut value);
        let [value] = value;
        value
    }

    /// Writes the value of each row (rows one after another, [`Form::columns`] numbers each) into `out`, which is as
    /// long as there are rows. A row gets the same bits whatever rows stand beside it.
    pub fn values(&self, rows: &[f64], out: &mut [f64]) {
        out.fill(self.bias);
        let mut summand = vec![0.0; out.len()];
        let mut shared: Vec<(&Arc<Together>, Vec<f64>)> = Vec::new();
        for term in &self.terms {
            if let Some((together, place)) = self.shared(term) {
                let known = shared.iter().position(|(other, _)| Arc::ptr_eq(other, together));
                let known = known.unwrap_or_else(|| {
                    let mut values = vec![0.0; out.len() * together.width()];
                    together.values(rows, &mut values);
                    shared.push((together, values));
                    shared.len() - 1
                });
                let values = shared.get(known).map_or(&[][..], |(_, values)| values.as_slice());
                for (sum, values) in out.iter_mut().zip(values.chunks_exact(together.width().max(1))) {
                    *sum += term.weight * values.get(place).copied().unwrap_or(f64::NAN);
                }
                continue;
            }
            term.part.values(self.columns, rows, &mut summand);
            for (sum, value) in out.iter_mut().zip(&summand) {
                *sum += term.weight * value;
            }
        }
    }

    /// The networks that a term is computed with, if at least one other term is among them.
    fn shared<'a>(&'a self, term: &'a Term) -> Option<(&'a Arc<Together>, usize)> {
        let (together, place) = term.part.together()?;
        let all = self.terms.iter().filter_map(|term| term.part.together());
        let here = all.filter(|(other, _)| Arc::ptr_eq(other, together)).count();
        (here > 1).then_some((together, place))
    }

    /// The columns that can change the value, ascending: every other column provably has no part.
    #[must_use]
    pub fn reads(&self) -> Vec<usize> {
        let read: BTreeSet<usize> = self.parts().flat_map(Part::reads).collect();
        read.into_iter().collect()
    }

    /// All limits that trees anywhere in the form have on one column, ascending, each once.
    #[must_use]
    pub fn limits(&self, column: usize) -> Vec<f64> {
        let mut limits: Vec<f64> = self.parts().flat_map(|part| part.limits(column)).collect();
        limits.sort_unstable_by(f64::total_cmp);
        limits.dedup();
        limits
    }

    /// Whether the value is constant between two neighbours of [`Form::limits`] of this column, all else equal: whether
    /// only trees, or functions of trees, read it.
    #[must_use]
    pub fn is_piecewise(&self, column: usize) -> bool {
        self.parts().all(|part| part.is_piecewise(column))
    }

    /// The parts that count.
    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.terms.iter().filter(|term| term.weight != 0.0).map(|term| &term.part)
    }
}

impl Part {
    /// Writes the value of each row into `out`.
    pub fn values(&self, columns: usize, rows: &[f64], out: &mut [f64]) {
        match self {
            Self::Column(column) => {
                for (value, row) in out.iter_mut().zip(rows.chunks_exact(columns.max(1))) {
                    *value = row.get(*column).copied().unwrap_or(f64::NAN);
                }
            }
            Self::Trees(forest) => forest.values(rows, out),
            Self::Curve(function, form) => {
                form.values(rows, out);
                for value in out {
                    *value = function.at(*value);
                }
            }
            Self::Network(network) => network.values(rows, out),
        }
    }

    /// The columns that can change the value, ascending.
    #[must_use]
    pub fn reads(&self) -> Vec<usize> {
        match self {
            Self::Column(column) => vec![*column],
            Self::Trees(forest) => forest.reads(),
            Self::Curve(_, form) => form.reads(),
            Self::Network(network) => network.reads(),
        }
    }

    fn together(&self) -> Option<(&Arc<Together>, usize)> {
        match self {
            Self::Network(network) => network.together(),
            Self::Column(_) | Self::Trees(_) | Self::Curve(..) => None,
        }
    }

    fn limits(&self, column: usize) -> Vec<f64> {
        match self {
            Self::Column(_) | Self::Network(_) => Vec::new(),
            Self::Trees(forest) => forest.limits(column),
            Self::Curve(_, form) => form.limits(column),
        }
    }

    fn is_piecewise(&self, column: usize) -> bool {
        match self {
            Self::Column(read) => *read != column,
            Self::Trees(_) => true,
            Self::Curve(_, form) => form.is_piecewise(column),
            Self::Network(network) => !network.reads().contains(&column),
        }
    }
}
