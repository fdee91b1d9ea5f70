//! Small scorers and lists with answers that can be computed by hand.

use std::sync::Arc;

use forms::{Branch, Forest, Form, Function, Node, Part, Term, Tree};
use proptest::prelude::*;

use crate::chance::Stream;
use crate::{Lists, Matrix, ScoreError, Scorer};

/// The weighted sum of a row.
pub(crate) struct Linear(pub(crate) Vec<f64>);

impl Scorer for Linear {
    fn inputs(&self) -> usize {
        self.0.len()
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(rows
            .iter_rows()
            .map(|row| row.iter().zip(&self.0).map(|(value, weight)| value * weight).sum())
            .collect())
    }
}

/// Any function of a row.
pub(crate) struct Formula<F>(pub(crate) usize, pub(crate) F);

impl<F: Fn(&[f64]) -> f64> Scorer for Formula<F> {
    fn inputs(&self) -> usize {
        self.0
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(rows.iter_rows().map(&self.1).collect())
    }
}

/// Lists of rows of numbers.
pub(crate) fn lists(lists: &[&[&[f64]]]) -> Lists {
    let columns = lists[0][0].len();
    let values = lists.iter().flat_map(|list| list.iter().flat_map(|row| row.iter().copied())).collect();
    let sizes: Vec<usize> = lists.iter().map(|list| list.len()).collect();
    Lists::new(Matrix::new(columns, values).unwrap(), &sizes).unwrap()
}

/// Lists of numbers between 0 and 1.
pub(crate) fn random_lists(lists: usize, items: usize, columns: usize, seed: u64) -> Lists {
    let mut stream = Stream::new(seed, "random lists", 0);
    let values = (0..lists * items * columns).map(|_| stream.unit()).collect();
    Lists::new(Matrix::new(columns, values).unwrap(), &vec![items; lists]).unwrap()
}

/// A score made of steps: each adds its value where its column lies above its limit.
pub(crate) fn step_form(columns: usize, steps: &[(u32, f64, f64)]) -> Form {
    let trees = steps.iter().map(|(column, limit, value)| {
        let branch = Branch { column: *column, limit: *limit, low: 1, high: 2, missing_low: false };
        Tree { nodes: vec![Node::Branch(branch), Node::Leaf(0.0), Node::Leaf(*value)], covers: None }
    });
    let forest = Forest::new(columns, 0.0, trees.collect()).unwrap();
    let part = Part::Trees(Arc::new(forest));
    Form { columns, bias: 0.0, terms: vec![Term { name: None, weight: 1.0, part }] }
}

/// Small forests with limits from -4 to 4, some of them behind a sigmoid.
pub(crate) fn forests(columns: u32) -> impl Strategy<Value = Form> {
    let branch = (0..columns, -4_i32..=4, any::<bool>());
    let tree = (proptest::collection::vec(branch, 3), proptest::collection::vec(-2_i32..=2, 4));
    let trees = proptest::collection::vec(tree, 1..4);
    (trees, any::<bool>(), -2_i32..=2).prop_map(move |(trees, curved, weight)| {
        let trees = trees.into_iter().map(|(branches, leaves)| {
            let asked = branches.into_iter().zip([(1, 2), (3, 4), (5, 6)]);
            let asked = asked.map(|((column, limit, missing_low), (low, high))| {
                Node::Branch(Branch { column, limit: f64::from(limit), low, high, missing_low })
            });
            let leaves = leaves.into_iter().map(|leaf| Node::Leaf(f64::from(leaf)));
            Tree { nodes: asked.chain(leaves).collect(), covers: None }
        });
        let columns = columns as usize;
        let trees = Part::Trees(Arc::new(Forest::new(columns, 0.5, trees.collect()).unwrap()));
        let sum = |part, weight| Form { columns, bias: 0.25, terms: vec![Term { name: None, weight, part }] };
        let part = if curved { Part::Curve(Function::Sigmoid, Arc::new(sum(trees, 1.0))) } else { trees };
        sum(part, f64::from(weight))
    })
}
