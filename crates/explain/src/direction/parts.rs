//! Which way the parts of a score can move with one column, for any row at all.

use forms::{Forest, Form, Function, Node, Part, Tree};

use crate::trees::{Condition, Leaf, leaves_of};
use crate::{Error, Means};

/// Most pairs of leaves of one tree that are compared; trees with more are taken to move both ways.
const MOST_PAIRS: usize = 1 << 22;

/// Whether a larger number can make a value larger, and whether it can make it smaller. `true` is always allowed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Moves {
    pub(super) up: bool,
    pub(super) down: bool,
}

impl Moves {
    const BOTH: Self = Self { up: true, down: true };

    const fn or(self, other: Self) -> Self {
        Self { up: self.up || other.up, down: self.down || other.down }
    }

    const fn turned(self) -> Self {
        Self { up: self.down, down: self.up }
    }
}

/// How a form can move with a column.
pub(super) fn moves(form: &Form, column: usize, means: &Means<'_>) -> Result<Moves, Error> {
    let mut all = Moves::default();
    for term in form.terms.iter().filter(|term| term.weight != 0.0) {
        let one = of_part(&term.part, column, means)?;
        all = all.or(if term.weight < 0.0 { one.turned() } else { one });
    }
    Ok(all)
}

fn of_part(part: &Part, column: usize, means: &Means<'_>) -> Result<Moves, Error> {
    Ok(match part {
        Part::Column(read) => Moves { up: *read == column, down: false },
        Part::Trees(forest) => of_trees(forest, column, means)?,
        Part::Curve(function, inner) => {
            let inner = moves(inner, column, means)?;
            if inner == Moves::default() || never_falls(*function) { inner } else { Moves::BOTH }
        }
        Part::Network(network) if network.reads().contains(&column) => Moves::BOTH,
        Part::Network(_) => Moves::default(),
    })
}

/// Whether a larger number never makes the function smaller, where it is defined.
const fn never_falls(function: Function) -> bool {
    matches!(
        function,
        Function::Sigmoid
            | Function::Tanh
            | Function::Relu
            | Function::Exp
            | Function::Log
            | Function::Softplus
            | Function::Sqrt
            | Function::Probit
    )
}

fn of_trees(forest: &Forest, column: usize, means: &Means<'_>) -> Result<Moves, Error> {
    let asks = |tree: &&Tree| {
        let asks = |node: &Node| matches!(node, Node::Branch(branch) if branch.column as usize == column);
        tree.nodes.iter().any(asks)
    };
    let trees: Vec<Tree> = forest.trees().iter().filter(asks).cloned().collect();
    // The trees come from a forest, so they can be one.
    let Ok(asking) = Forest::new(forest.columns(), 0.0, trees) else { return Ok(Moves::BOTH) };
    let leaves = match leaves_of(&asking, means) {
        Ok(leaves) => leaves,
        Err(Error::TooManyLeaves) => return Ok(Moves::BOTH),
        Err(error) => return Err(error),
    };
    let mut all = Moves::default();
    for leaves in &leaves {
        if leaves.len().saturating_mul(leaves.len()) > MOST_PAIRS {
            return Ok(Moves::BOTH);
        }
        for before in leaves {
            means.go_on()?;
            all = leaves.iter().fold(all, |all, after| all.or(step(before, after, column)));
        }
        if all == Moves::BOTH {
            break;
        }
    }
    Ok(all)
}

/// The move from one leaf to another, if a larger number of the column can lead from the first to the second.
fn step(before: &Leaf, after: &Leaf, column: usize) -> Moves {
    let (up, down) = (after.value > before.value, after.value < before.value);
    if (up || down) && can_follow(before, after, column) { Moves { up, down } } else { Moves::default() }
}

fn can_follow(before: &Leaf, after: &Leaf, column: usize) -> bool {
    let (low, high) = (numbers(before, column), numbers(after, column));
    // Both hold numbers, and some number of the second lies above some number of the first.
    let rises = low.0 < low.1 && high.0 < high.1 && low.0 < high.1;
    rises && before.conditions.iter().all(|one| is_shared(one, after, column))
}

/// The numbers of a column that lead to a leaf: above the first, at most the second.
fn numbers(leaf: &Leaf, column: usize) -> (f64, f64) {
    find(leaf, column).map_or((f64::NEG_INFINITY, f64::INFINITY), |found| (found.above, found.at_most))
}

/// Whether some value of another column meets the conditions of both leaves.
fn is_shared(one: &Condition, leaf: &Leaf, column: usize) -> bool {
    if one.column as usize == column {
        return true;
    }
    find(leaf, one.column as usize).is_none_or(|other| {
        one.above.max(other.above) < one.at_most.min(other.at_most) || (one.missing && other.missing)
    })
}

fn find(leaf: &Leaf, column: usize) -> Option<&Condition> {
    let at = leaf.conditions.binary_search_by_key(&column, |condition| condition.column as usize).ok()?;
    leaf.conditions.get(at)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use forms::{Branch, Term};

    use super::*;

    /// Asks about column 1 first; the effect of column 0 has another size, but the same sign, on both sides.
    fn tree(falls_on_the_right: bool) -> Arc<Forest> {
        let branch =
            |column, low, high| Node::Branch(Branch { column, limit: 1.0, low, high, missing_low: false });
        let last = if falls_on_the_right { -9.0 } else { 9.0 };
        let leaves = [0.0, 1.0, -5.0, last].map(Node::Leaf);
        let nodes = [vec![branch(1, 1, 2), branch(0, 3, 4), branch(0, 5, 6)], leaves.to_vec()].concat();
        Arc::new(Forest::new(2, 0.0, vec![Tree { nodes, covers: None }]).unwrap())
    }

    fn of(weight: f64, part: Part) -> Moves {
        let form = Form { columns: 2, bias: 0.0, terms: vec![Term { name: None, weight, part }] };
        moves(&form, 0, &Means::plain()).unwrap()
    }

    #[test]
    fn leaves_that_no_change_of_the_column_connects_are_not_compared() {
        assert_eq!(of(1.0, Part::Trees(tree(false))), Moves { up: true, down: false });
        assert_eq!(of(-1.0, Part::Trees(tree(false))), Moves { up: false, down: true });
        assert_eq!(of(1.0, Part::Trees(tree(true))), Moves::BOTH);
    }

    #[test]
    fn curves_keep_the_way_unless_they_turn() {
        let inner =
            |part| Form { columns: 2, bias: 0.0, terms: vec![Term { name: None, weight: 1.0, part }] };
        let curve = |function, part| of(1.0, Part::Curve(function, Arc::new(inner(part))));

        assert_eq!(curve(Function::Sigmoid, Part::Trees(tree(false))), Moves { up: true, down: false });
        assert_eq!(curve(Function::Abs, Part::Trees(tree(false))), Moves::BOTH);
        assert_eq!(curve(Function::Abs, Part::Column(1)), Moves::default());
        assert_eq!(of(-2.0, Part::Column(0)), Moves { up: false, down: true });
        assert_eq!(of(0.0, Part::Column(0)), Moves::default());
    }
}
