//! The leaves of trees, each with the conditions that lead to it.

use crate::{Error, Means};
use forms::{Branch, Forest, Node};

/// Most conditions of all leaves of a forest, counted once for each path that leads to a leaf: 96 MiB.
pub(crate) const MOST_CONDITIONS: usize = 4 << 20;

/// What one column must hold so that a leaf can be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// The column.
    pub column: u32,
    /// The number must lie above this.
    pub above: f64,
    /// The number must be at most this.
    pub at_most: f64,
    /// Whether a missing value leads here.
    pub missing: bool,
}

impl Condition {
    /// Whether a value meets it.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        let below = value <= self.above && self.above > f64::NEG_INFINITY;
        (!below && value <= self.at_most) || (self.missing && value.is_nan())
    }

    /// Whether every value meets it, a missing one too.
    pub(super) fn is_always_met(&self) -> bool {
        self.missing && self.above == f64::NEG_INFINITY && self.at_most == f64::INFINITY
    }

    /// Whether no value meets it.
    fn is_empty(&self) -> bool {
        !self.missing && self.above >= self.at_most
    }
}

/// A leaf and the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// What the tree adds.
    pub value: f64,
    /// One condition for each column that is asked about on the way, ascending by column.
    pub conditions: Vec<Condition>,
}

/// A step of the walk.
enum Visit {
    /// Enter a node.
    Enter(u32),
    /// Narrow a condition, or make one, and enter a node.
    Child(Condition, u32),
    /// Give a condition its old state back.
    Restore(usize, Option<Condition>),
}

/// Every leaf of a forest that some row reaches, tree after tree.
///
/// # Errors
/// [`Error::TooManyLeaves`] beyond [`MOST_CONDITIONS`] paths; [`Error::Stopped`].
pub(crate) fn of(forest: &Forest, means: &Means<'_>) -> Result<Vec<Vec<Leaf>>, Error> {
    let mut left = MOST_CONDITIONS;
    forest
        .trees()
        .iter()
        .map(|tree| {
            means.go_on()?;
            let mut walk = Walk { path: Vec::new(), leaves: Vec::new() };
            walk.tree(&tree.nodes, &mut left, means)?;
            Ok(walk.leaves)
        })
        .collect()
}

struct Walk {
    /// The conditions so far, in the order in which their columns were first asked about.
    path: Vec<Condition>,
    leaves: Vec<Leaf>,
}

impl Walk {
    /// Walks without recursion: a tree may be a chain of a million nodes.
    fn tree(&mut self, nodes: &[Node], left: &mut usize, means: &Means<'_>) -> Result<(), Error> {
        let mut visits = vec![Visit::Enter(0)];
        let mut steps = 0_u32;
        while let Some(visit) = visits.pop() {
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(4096) {
                means.go_on()?;
            }
            match visit {
                Visit::Restore(at, Some(before)) => {
                    if let Some(condition) = self.path.get_mut(at) {
                        *condition = before;
                    }
                }
                Visit::Restore(at, None) => self.path.truncate(at),
                Visit::Child(narrower, child) => {
                    visits.push(self.narrow(narrower));
                    visits.push(Visit::Enter(child));
                }
                Visit::Enter(node) => match nodes.get(node as usize) {
                    Some(Node::Branch(branch)) => self.branch(branch, &mut visits),
                    Some(Node::Leaf(value)) => {
                        *left = left.checked_sub(1 + self.path.len()).ok_or(Error::TooManyLeaves)?;
                        let mut conditions = self.path.clone();
                        conditions.sort_unstable_by_key(|condition| condition.column);
                        self.leaves.push(Leaf { value: *value, conditions });
                    }
                    None => {}
                },
            }
        }
        Ok(())
    }

    /// Plans both ways out of a branch; ways that no value can take are left out.
    fn branch(&self, branch: &Branch, visits: &mut Vec<Visit>) {
        let now = self.path.iter().find(|condition| condition.column == branch.column).copied();
        let all = Condition {
            column: branch.column,
            above: f64::NEG_INFINITY,
            at_most: f64::INFINITY,
            missing: true,
        };
        let now = now.unwrap_or(all);
        let low = Condition {
            at_most: now.at_most.min(branch.limit),
            missing: now.missing && branch.missing_low,
            ..now
        };
        let high = Condition {
            above: now.above.max(branch.limit),
            missing: now.missing && !branch.missing_low,
            ..now
        };
        for (narrower, child) in [(high, branch.high), (low, branch.low)] {
            if !narrower.is_empty() {
                visits.push(Visit::Child(narrower, child));
            }
        }
    }

    /// Narrows a condition; gives the step that takes it back, which must be done after the child.
    fn narrow(&mut self, narrower: Condition) -> Visit {
        let known = self.path.iter().position(|condition| condition.column == narrower.column);
        if let Some(at) = known {
            let before = self.path.get(at).copied();
            if let Some(condition) = self.path.get_mut(at) {
                *condition = narrower;
            }
            return Visit::Restore(at, before);
        }
        self.path.push(narrower);
        Visit::Restore(self.path.len() - 1, None)
    }
}
