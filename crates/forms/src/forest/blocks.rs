//! Trees for many rows at once.
//!
//! The leaves of a tree are numbered from left to right, one bit each. A row that answers a question with "above the
//! limit" cannot reach the leaves under the other answer: their bits are taken away. Whatever the order of the
//! questions, the leaf that the row reaches is the leftmost that is left. All rows of a block are asked the same
//! question at once, so that nothing depends on guessing which way a row goes.
//! Source: C. Lucchese and others, "`QuickScorer`: a Fast Algorithm to Rank Documents with Additive Ensembles of
//! Regression Trees" (2015).

use pulp::{Arch, NullaryFnOnce};

use super::{Branch, Node, Tree};

/// Rows that are asked together.
pub(super) const ROWS: usize = 256;
/// Fewest rows for which it is worth it.
pub(super) const FEWEST: usize = 8;
/// Most leaves of a tree: one bit each.
const LEAVES: usize = 64;

/// A tree as questions and leaves.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Questions {
    questions: Vec<Question>,
    leaves: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Question {
    /// Position of the column among those that are asked about.
    column: usize,
    limit: f64,
    missing_low: bool,
    /// The leaves that a row above the limit can still reach.
    left: u64,
}

/// A step of the walk that numbers the leaves.
enum Visit {
    Enter(u32),
    /// The leaves under the low answer of this question are numbered, from this one on.
    Between(usize, u32),
}

impl Questions {
    /// The questions of a tree; `None` for one with too many leaves, counted once for each way to them. `place` gives the
    /// place of a column among those that are asked about.
    pub(super) fn of(tree: &Tree, place: impl Fn(u32) -> Option<usize>) -> Option<Self> {
        let mut found = Self { questions: Vec::new(), leaves: Vec::new() };
        let mut visits = vec![Visit::Enter(0)];
        while let Some(visit) = visits.pop() {
            match visit {
                Visit::Between(question, first) => {
                    let question = found.questions.get_mut(question)?;
                    question.left = !(bits(u32::try_from(found.leaves.len()).ok()?) ^ bits(first));
                }
                Visit::Enter(node) => {
                    if found.leaves.len() >= LEAVES || found.questions.len() >= LEAVES {
                        return None;
                    }
                    match tree.nodes.get(node as usize)? {
                        Node::Leaf(value) => found.leaves.push(*value),
                        Node::Branch(Branch { column, limit, low, high, missing_low }) => {
                            let first = u32::try_from(found.leaves.len()).ok()?;
                            visits.push(Visit::Enter(*high));
                            visits.push(Visit::Between(found.questions.len(), first));
                            visits.push(Visit::Enter(*low));
                            let (column, missing_low) = (place(*column)?, *missing_low);
                            found.questions.push(Question {
                                column,
                                limit: *limit,
                                missing_low,
                                left: u64::MAX,
                            });
                        }
                    }
                }
            }
        }
        Some(found)
    }

    /// Adds the leaf of every row. `columns` holds, for each column that is asked about, the values of all rows.
    pub(super) fn add(&self, columns: &[[f64; ROWS]], values: &mut [f64]) {
        let mut reached = [u64::MAX; ROWS];
        Arch::new().dispatch(Asking { questions: &self.questions, columns, reached: &mut reached });
        for (value, reached) in values.iter_mut().zip(&reached) {
            *value += self.leaves.get(reached.trailing_zeros() as usize).copied().unwrap_or_default();
        }
    }
}

/// The lowest so many bits.
const fn bits(count: u32) -> u64 {
    if count >= u64::BITS { u64::MAX } else { (1 << count) - 1 }
}

/// All questions of a tree, put to all rows of a block.
struct Asking<'a> {
    questions: &'a [Question],
    columns: &'a [[f64; ROWS]],
    reached: &'a mut [u64; ROWS],
}

impl NullaryFnOnce for Asking<'_> {
    type Output = ();

    /// Compiled for each kind of processor with its widest instructions: they change the speed and no bit.
    #[expect(clippy::inline_always, reason = "only so is it compiled for the processor at hand")]
    #[inline(always)]
    fn call(self) {
        for question in self.questions {
            let Question { column, limit, missing_low, left } = *question;
            let Some(values) = self.columns.get(column) else { continue };
            let rows = self.reached.iter_mut().zip(values);
            // A missing value lies neither at or below the limit nor above it.
            if missing_low {
                for (reached, value) in rows {
                    *reached &= left | u64::from(*value > limit).wrapping_sub(1);
                }
            } else {
                for (reached, value) in rows {
                    *reached &= left | u64::from(*value <= limit).wrapping_neg();
                }
            }
        }
    }
}
