//! Decision trees whose leaves are added up.

use crate::Error;

/// Rows that pass one tree before the next tree is looked at: few enough that they stay in the cache.
const BLOCK_ROWS: usize = 256;

/// Trees over the same rows; the value of a row is `base` plus the sum of the leaves it reaches.
///
/// Every question is `value <= limit`. Models that ask otherwise (`<`, `==`, one of a set) are rewritten into such
/// questions by their reader, for numbers of the model's own precision. Invariant: checked by [`Forest::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    columns: usize,
    base: f64,
    trees: Vec<Tree>,
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
        Ok(Self { columns, base, trees })
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

    /// Writes the value of each row (rows one after another, [`Forest::columns`] numbers each) into `out`.
    pub fn values(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns.max(1);
        for (rows, out) in rows.chunks(columns * BLOCK_ROWS).zip(out.chunks_mut(BLOCK_ROWS)) {
            out.fill(self.base);
            for tree in &self.trees {
                for (value, row) in out.iter_mut().zip(rows.chunks_exact(columns)) {
                    *value += tree.value(row);
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
