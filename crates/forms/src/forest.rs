//! Decision trees whose leaves are added up.

mod blocks;

use crate::Error;
use blocks::{FEWEST, Questions, ROWS};

/// Trees over the same rows; the value of a row is `base` plus the sum of the leaves it reaches.
///
/// Every question is `value <= limit`. Models that ask otherwise (`<`, `==`, one of a set) are rewritten into such
/// questions by their reader, for numbers of the model's own precision. Invariant: checked by [`Forest::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    columns: usize,
    base: f64,
    trees: Vec<Tree>,
    /// The columns that are asked about, ascending.
    asked: Vec<usize>,
    /// The trees once more, as they are computed for many rows; where that is not possible, `None`.
    questions: Vec<Option<Questions>>,
}

/// One tree. Node 0 is its root; a branch leads to later nodes only, so that no walk is endless.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The nodes, parents before children. Two branches may lead to the same node.
    pub nodes: Vec<Node>,
    /// How many training rows passed each node, where the model says so.
    pub covers: Option<Vec<f64>>,
}

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// A question.
    Branch(Branch),
    /// What the tree adds.
    Leaf(f64),
}

/// A question about one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// The column that is asked about, from 0.
    pub column: u32,
    /// The limit; infinite only where every number, or none, lies below.
    pub limit: f64,
    /// The node for values at or below the limit.
    pub low: u32,
    /// The node for values above the limit.
    pub high: u32,
    /// Whether a missing value (NaN) goes to `low`.
    pub missing_low: bool,
}

impl Branch {
    /// The node that a value leads to.
    #[must_use]
    pub fn next(&self, value: f64) -> u32 {
        if value <= self.limit || (value.is_nan() && self.missing_low) { self.low } else { self.high }
    }
}

impl Forest {
    /// Trees over rows of `columns` columns.
    ///
    /// # Errors
    /// [`Error`] for a tree without nodes, a branch that does not lead to later nodes, a column that does not exist, a
    /// limit that is NaN, a leaf that is not finite, or covers that do not fit.
    pub fn new(columns: usize, base: f64, trees: Vec<Tree>) -> Result<Self, Error> {
        for (position, tree) in trees.iter().enumerate() {
            tree.check(position, columns)?;
        }
        let mut forest = Self { columns, base, trees, asked: Vec::new(), questions: Vec::new() };
        forest.asked = forest.reads();
        let place = |column: u32| forest.asked.binary_search(&(column as usize)).ok();
        forest.questions = forest.trees.iter().map(|tree| Questions::of(tree, place)).collect();
        Ok(forest)
    }

    /// Columns of a row.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// What every row gets before the trees.
    #[must_use]
    pub const fn base(&self) -> f64 {
        self.base
    }

    /// The trees, in the model's order.
    #[must_use]
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The value of a row.
    #[must_use]
    pub fn value(&self, row: &[f64]) -> f64 {
        self.trees.iter().fold(self.base, |sum, tree| sum + tree.value(row))
    }

    /// Writes the value of each row (rows one after another, [`Forest::columns`] numbers each) into `out`. A row gets
    /// the same bits whatever rows stand beside it.
    pub fn values(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns.max(1);
        if out.len() < FEWEST {
            for (value, row) in out.iter_mut().zip(rows.chunks_exact(columns)) {
                *value = self.value(row);
            }
            return;
        }
        let mut asked = vec![[f64::NAN; ROWS]; self.asked.len()];
        for (rows, out) in rows.chunks(columns * ROWS).zip(out.chunks_mut(ROWS)) {
            for (values, column) in asked.iter_mut().zip(&self.asked) {
                for (value, row) in values.iter_mut().zip(rows.chunks_exact(columns)) {
                    *value = row.get(*column).copied().unwrap_or(f64::NAN);
                }
            }
            out.fill(self.base);
            for (tree, questions) in self.trees.iter().zip(&self.questions) {
                if let Some(questions) = questions {
                    questions.add(&asked, out);
                } else {
                    for (value, row) in out.iter_mut().zip(rows.chunks_exact(columns)) {
                        *value += tree.value(row);
                    }
                }
            }
        }
    }

    /// The columns that some reachable branch asks about, ascending.
    #[must_use]
    pub fn reads(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.branches().map(|branch| branch.column as usize).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// All limits on one column, ascending, each once.
    #[must_use]
    pub fn limits(&self, column: usize) -> Vec<f64> {
        let mut limits: Vec<f64> = self
            .branches()
            .filter(|branch| branch.column as usize == column)
            .map(|branch| branch.limit)
            .collect();
        limits.sort_unstable_by(f64::total_cmp);
        limits.dedup();
        limits
    }

    fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| match node {
            Node::Branch(branch) => Some(branch),
            Node::Leaf(_) => None,
        })
    }
}

impl Tree {
    /// The leaf that a row reaches.
    #[must_use]
    pub fn value(&self, row: &[f64]) -> f64 {
        let mut at = 0;
        loop {
            match self.nodes.get(at) {
                Some(Node::Branch(branch)) => {
                    let value = row.get(branch.column as usize).copied().unwrap_or(f64::NAN);
                    at = branch.next(value) as usize;
                }
                Some(Node::Leaf(value)) => return *value,
                None => return 0.0,
            }
        }
    }

    fn check(&self, tree: usize, columns: usize) -> Result<(), Error> {
        if self.nodes.is_empty() {
            return Err(Error::EmptyTree { tree });
        }
        if let Some(covers) = self.covers.as_ref().filter(|covers| covers.len() != self.nodes.len()) {
            return Err(Error::Covers { tree, nodes: self.nodes.len(), covers: covers.len() });
        }
        for (position, node) in self.nodes.iter().enumerate() {
            let wrong = |value: f64| Error::NotFinite { tree, node: position, value: value.to_string() };
            match node {
                Node::Leaf(value) if !value.is_finite() => return Err(wrong(*value)),
                Node::Leaf(_) => {}
                Node::Branch(branch) => {
                    if branch.limit.is_nan() {
                        return Err(wrong(branch.limit));
                    }
                    let column = branch.column as usize;
                    if column >= columns {
                        return Err(Error::Column { column, columns });
                    }
                    let child = [branch.low as usize, branch.high as usize]
                        .into_iter()
                        .find(|child| *child <= position || *child >= self.nodes.len());
                    if let Some(child) = child {
                        return Err(Error::Child { tree, node: position, child });
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A tree of the questions and leaves that are given, nodes in the order of a walk; some branches share a child.
    fn tree(questions: &[(u32, i32, bool)], leaves: &[i32], shared: bool) -> Tree {
        let inner = questions.len();
        let child = |at: usize| u32::try_from(at).unwrap();
        let mut nodes: Vec<Node> = Vec::new();
        for (at, (column, limit, missing_low)) in questions.iter().enumerate() {
            let high = if shared { (2 * at + 1).max(at + 1) } else { 2 * at + 2 };
            let (low, high) = (child(2 * at + 1), child(high));
            let limit = f64::from(*limit) / 2.0;
            nodes.push(Node::Branch(Branch { column: *column, limit, low, high, missing_low: *missing_low }));
        }
        let leaf = |at: usize| Node::Leaf(f64::from(leaves[at % leaves.len()]) / 7.0);
        nodes.extend((0..=inner).map(leaf));
        Tree { nodes, covers: None }
    }

    proptest! {
        #[test]
        fn many_rows_at_once_give_the_bits_of_each_alone(
            trees in proptest::collection::vec((proptest::collection::vec((0_u32..3, -4_i32..=4, any::<bool>()), 0..80), any::<bool>()), 1..6),
            leaves in proptest::collection::vec(-9_i32..=9, 1..9),
            rows in 1_usize..600,
        ) {
            let trees = trees.iter().map(|(questions, shared)| tree(questions, &leaves, *shared)).collect();
            let forest = Forest::new(3, 0.1, trees).unwrap();
            let cell = |at: usize| match at * 7919 % 11 {
                10 => f64::NAN,
                9 => f64::INFINITY,
                value => f64::from(u32::try_from(value).unwrap()) / 2.0 - 2.0,
            };
            let rows: Vec<f64> = (0..rows * 3).map(cell).collect();
            let mut values = vec![0.0; rows.len() / 3];

            forest.values(&rows, &mut values);

            for (value, row) in values.iter().zip(rows.chunks_exact(3)) {
                prop_assert_eq!(value.to_bits(), forest.value(row).to_bits());
            }
        }
    }

    #[test]
    fn trees_with_up_to_64_leaves_are_asked_in_blocks() {
        let forest = |leaves: usize| {
            Forest::new(3, 0.0, vec![tree(&vec![(0, 1, true); leaves - 1], &[1], false)]).unwrap()
        };

        assert!(forest(64).questions[0].is_some());
        assert!(forest(65).questions[0].is_none());
        assert!(forest(1).questions[0].is_some());
    }
}
