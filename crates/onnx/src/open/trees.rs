//! Tree ensembles as forests whose every question is `<=`.

mod build;
mod classes;
mod classic;
mod linked;
mod modes;

use std::sync::Arc;

use forms::program::{Leaves, Step, Trees};
use forms::{Forest, Function};

use super::graph::{Call, Made, Reader, one};
use super::learned::post_transform;
use super::value::{Kind, Rows};

/// Most results of one node.
const RESULTS: usize = 1024;

/// The trees of a node as the file lists them.
pub(super) struct Ensemble {
    pub(super) nodes: Vec<Node>,
    /// Where each tree begins.
    pub(super) roots: Vec<usize>,
    /// How many results there are.
    pub(super) targets: usize,
    /// Training rows that passed each node, where the file says so.
    pub(super) covers: Option<Vec<f64>>,
}

/// A node as the file lists it.
pub(super) enum Node {
    Ask(Question),
    /// What the leaf adds to which result.
    Leaf(Vec<(usize, f64)>),
}

pub(super) struct Question {
    pub(super) mode: Mode,
    pub(super) column: usize,
    pub(super) split: f64,
    pub(super) yes: usize,
    pub(super) no: usize,
    /// Whether NaN goes to `yes` whatever the question is.
    pub(super) missing_yes: bool,
}

/// How a number is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mode {
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
    Member(Arc<[f64]>),
}

/// How the leaves become one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Aggregate {
    Sum,
    Average,
    Least,
    Greatest,
}

/// When the base value of a result counts. The runtime leaves out those of several results that no leaf adds to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Base {
    Always,
    WithLeaves,
}

/// Whether the leaves that a row reaches add to a result.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Adds {
    Always,
    Never,
    Sometimes,
}

impl<'a> Reader<'a> {
    pub(super) fn regressor(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.tree_rows(call)?;
        let aggregate = match call.text("aggregate_function").unwrap_or(b"SUM") {
            b"SUM" => Aggregate::Sum,
            b"AVERAGE" => Aggregate::Average,
            b"MIN" => Aggregate::Least,
            b"MAX" => Aggregate::Greatest,
            _ => return Err("its way to put leaves together is not known".to_owned()),
        };
        let ensemble = classic::ensemble(call, &classic::TARGETS)?;
        let base = classic::numbers(call, "base_values")?;
        let post = post_transform(call);
        self.targets(&rows, &ensemble, aggregate, (&base, post))
    }

    pub(super) fn ensemble(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.tree_rows(call)?;
        let aggregate = match call.integer("aggregate_function", 1) {
            0 => Aggregate::Average,
            1 => Aggregate::Sum,
            2 => Aggregate::Least,
            3 => Aggregate::Greatest,
            _ => return Err("its way to put leaves together is not known".to_owned()),
        };
        // The numbers as the runtime reads them; the text of the operator names 1 and 2 the other way round.
        let post: &[u8] = match call.integer("post_transform", 0) {
            0 => b"NONE",
            1 => b"LOGISTIC",
            2 => b"SOFTMAX",
            3 => b"SOFTMAX_ZERO",
            _ => b"PROBIT",
        };
        let ensemble = linked::ensemble(call)?;
        self.targets(&rows, &ensemble, aggregate, (&[], post))
    }

    /// ONNX Runtime 1.32 applies no post transform but PROBIT to a single target.
    fn targets(
        &mut self,
        rows: &Rows,
        ensemble: &Ensemble,
        aggregate: Aggregate,
        (base, post): (&[f64], &[u8]),
    ) -> Made<'a> {
        let targets = ensemble.targets;
        let counts = if targets == 1 { Base::Always } else { Base::WithLeaves };
        let step = self.forests(rows, ensemble, aggregate, (base, counts))?;
        let step = match post {
            b"PROBIT" => {
                self.push(Step::Map { from: step, map: forms::program::Map::Function(Function::Probit) })?
            }
            _ if targets == 1 => step,
            post => self.post(post, step, targets)?,
        };
        Ok(one(step, vec![targets], rows.kind))
    }

    /// A step with one forest a result.
    fn forests(
        &mut self,
        rows: &Rows,
        ensemble: &Ensemble,
        aggregate: Aggregate,
        (base, counts): (&[f64], Base),
    ) -> Result<usize, String> {
        if ensemble.targets > RESULTS {
            return Err(format!("trees with more than {RESULTS} results are not opened"));
        }
        if !base.is_empty() && base.len() != ensemble.targets {
            return Err(format!("it has {} base values for {} results", base.len(), ensemble.targets));
        }
        let how = match aggregate {
            Aggregate::Sum | Aggregate::Average => Leaves::Sum,
            Aggregate::Least => Leaves::Least,
            Aggregate::Greatest => Leaves::Greatest,
        };
        let mut forests: Vec<Arc<Forest>> = Vec::with_capacity(ensemble.targets.min(1024));
        for target in 0..ensemble.targets {
            let (trees, adds) = build::trees(self, rows, ensemble, target, aggregate)?;
            let base = match (base.get(target).copied().unwrap_or(0.0), counts, adds) {
                (base, Base::Always, _) | (base, Base::WithLeaves, Adds::Always) => base,
                (0.0, _, _) | (_, _, Adds::Never) => 0.0,
                _ => {
                    return Err(format!(
                        "not every row reaches a leaf for result {target}, which has a base value"
                    ));
                }
            };
            let forest = Forest::new(rows.width(), base, trees).map_err(|error| error.to_string())?;
            forests.push(Arc::new(forest));
        }
        self.push(Step::Trees(Trees { from: rows.step, forests, how }))
    }

    fn tree_rows(&mut self, call: &Call<'a>) -> Result<Rows, String> {
        let rows = self.rows(call, 0)?;
        match (rows.kind, rows.shape.len()) {
            (Kind::Single | Kind::Double, 1) => Ok(rows),
            (Kind::Single | Kind::Double, _) => Err("its input is no matrix of rows".to_owned()),
            (kind, _) => Err(format!("trees over {} are not opened", kind.called())),
        }
    }
}

/// An integer of the file as a number; beyond 2^53 it is rounded.
#[expect(clippy::cast_precision_loss, reason = "integers of files are small; larger ones stand for \"far\"")]
pub(super) const fn float(number: i64) -> f64 {
    number as f64
}
