//! Explanations along the training data: a player that is not known is left to the share of training rows that went
//! each way. Source: S. Lundberg and others, "Consistent Individualized Feature Attribution for Tree Ensembles" (2018),
//! algorithm 2.

use forms::{Branch, Forest, Node, Tree};

use crate::{Error, Matrix, Means, Players, count};

/// Deepest path of distinct columns that is followed.
const DEEPEST: usize = 512;

/// What every column adds to the value of every row, and the value when nothing is known: rows × players.
///
/// # Errors
/// [`Error::NotExact`] where the trees do not say how many training rows passed each node, or say nonsense, where the
/// players are not single columns, or where paths are deeper than 512 columns; [`Error::Stopped`].
pub fn path_dependent(
    forest: &Forest,
    rows: &Matrix,
    players: &Players,
    means: &Means<'_>,
) -> Result<(f64, Matrix), Error> {
    let refused = |why: &str| {
        Err(Error::NotExact { what: "an explanation along the training data", why: why.to_owned() })
    };
    if players.sets().iter().any(|set| set.len() != 1) {
        return refused("it is told for single signals only");
    }
    let covers: Option<Vec<&[f64]>> = forest.trees().iter().map(|tree| tree.covers.as_deref()).collect();
    if forest.trees().iter().any(has_shared_nodes) {
        return refused(
            "some nodes of the trees have two parents, so that training rows cannot be told apart",
        );
    }
    let Some(covers) = covers else {
        return refused("the model does not say how many training rows passed each node");
    };
    if !covers.iter().zip(forest.trees()).all(|(covers, tree)| is_sound(covers, tree)) {
        return refused(
            "the numbers of training rows in the model do not add up: children must share their parent's rows",
        );
    }
    let owner = players.of_columns();
    let mut base = forest.base();
    for (tree, covers) in forest.trees().iter().zip(&covers) {
        base += expected(tree, covers);
    }
    let values = means.each(rows.rows(), |at| {
        let row = rows.row(at).unwrap_or_default();
        let mut columns = vec![0.0; forest.columns()];
        for (tree, covers) in forest.trees().iter().zip(&covers) {
            explain((tree, covers), row, &mut columns, means)?;
        }
        let mut values = vec![0.0; players.len()];
        for (column, value) in columns.iter().enumerate() {
            if let Some(slot) = owner.get(column).copied().flatten().and_then(|player| values.get_mut(player))
            {
                *slot = *value;
            }
        }
        Ok(values)
    })?;
    Ok((base, Matrix::new(players.len(), values.concat())?))
}

/// Whether two branches, or both ways out of one, lead to the same node.
fn has_shared_nodes(tree: &Tree) -> bool {
    let mut seen = vec![false; tree.nodes.len()];
    let branches = tree.nodes.iter().filter_map(|node| match node {
        Node::Branch(branch) => Some(branch),
        Node::Leaf(_) => None,
    });
    let mut children = branches.flat_map(|branch| [branch.low, branch.high]);
    children.any(|child| seen.get_mut(child as usize).is_none_or(|seen| std::mem::replace(seen, true)))
}

/// Whether children share their parent's training rows, and some node splits them: covers of 1 everywhere are none.
fn is_sound(covers: &[f64], tree: &Tree) -> bool {
    let cover = |node: u32| covers.get(node as usize).copied().unwrap_or(f64::NAN);
    tree.nodes.iter().enumerate().all(|(at, node)| match node {
        Node::Leaf(_) => true,
        Node::Branch(branch) => {
            let (own, low, high) =
                (covers.get(at).copied().unwrap_or(f64::NAN), cover(branch.low), cover(branch.high));
            own > 0.0 && low >= 0.0 && high >= 0.0 && (low + high - own).abs() <= 1e-3 * own.max(1.0)
        }
    })
}

/// The value of a tree when nothing is known.
fn expected(tree: &Tree, covers: &[f64]) -> f64 {
    let total = covers.first().copied().unwrap_or(1.0);
    let shares = tree.nodes.iter().zip(covers).filter_map(|(node, cover)| match node {
        Node::Leaf(value) => Some(value * cover / total),
        Node::Branch(_) => None,
    });
    shares.sum()
}

/// A column on the path from the root.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// `None` stands at the root.
    column: Option<u32>,
    /// Share of training rows that go this way when the column is not known.
    zero: f64,
    /// 1 when the row goes this way, else 0.
    one: f64,
    /// Weight of the sets of this size.
    weight: f64,
}

struct Visit {
    node: u32,
    path: Vec<Step>,
}

fn explain(
    (tree, covers): (&Tree, &[f64]),
    row: &[f64],
    columns: &mut [f64],
    means: &Means<'_>,
) -> Result<(), Error> {
    let mut start = Vec::new();
    extend(&mut start, None, 1.0, 1.0);
    let mut visits = vec![Visit { node: 0, path: start }];
    while let Some(visit) = visits.pop() {
        means.go_on()?;
        if visit.path.len() > DEEPEST {
            let why = format!("its paths hold more than {DEEPEST} columns");
            return Err(Error::NotExact { what: "an explanation along the training data", why });
        }
        match tree.nodes.get(visit.node as usize) {
            Some(Node::Leaf(value)) => leaf(&visit.path, *value, columns),
            Some(Node::Branch(branch)) => follow(branch, covers, visit, row, &mut visits),
            None => {}
        }
    }
    Ok(())
}

fn follow(
    branch: &Branch,
    covers: &[f64],
    Visit { node, mut path }: Visit,
    row: &[f64],
    visits: &mut Vec<Visit>,
) {
    let cover = |node: u32| covers.get(node as usize).copied().unwrap_or_default();
    let taken = branch.next(row.get(branch.column as usize).copied().unwrap_or(f64::NAN));
    let (mut zero, mut one) = (1.0, 1.0);
    if let Some(at) = path.iter().position(|step| step.column == Some(branch.column)) {
        if let Some(step) = path.get(at) {
            (zero, one) = (step.zero, step.one);
        }
        unwind(&mut path, at);
    }
    let all = cover(node);
    for child in [branch.low, branch.high] {
        let goes = if child == taken { one } else { 0.0 };
        let share = zero * cover(child) / all;
        if share == 0.0 && goes == 0.0 {
            continue;
        }
        let mut longer = path.clone();
        extend(&mut longer, Some(branch.column), share, goes);
        visits.push(Visit { node: child, path: longer });
    }
}

fn leaf(path: &[Step], value: f64, columns: &mut [f64]) {
    for (at, step) in path.iter().enumerate().skip(1) {
        let weight = unwound_sum(path, at);
        if let Some(slot) = step.column.and_then(|column| columns.get_mut(column as usize)) {
            *slot += weight * (step.one - step.zero) * value;
        }
    }
}

/// Adds a column to a path.
fn extend(path: &mut Vec<Step>, column: Option<u32>, zero: f64, one: f64) {
    let depth = path.len();
    path.push(Step { column, zero, one, weight: if depth == 0 { 1.0 } else { 0.0 } });
    let mut carried = 0.0;
    for (at, step) in path.iter_mut().enumerate().take(depth + 1) {
        // The weight at `at` becomes: from sets without the new column, and from sets one smaller with it.
        let weight = step.weight;
        let without = if at < depth { zero * weight * count(depth - at) / count(depth + 1) } else { 0.0 };
        step.weight = if depth == 0 { 1.0 } else { without + carried };
        carried = one * weight * count(at + 1) / count(depth + 1);
    }
}

/// Takes a column out of a path again.
fn unwind(path: &mut Vec<Step>, at: usize) {
    let Some(Step { zero, one, .. }) = path.get(at).copied() else { return };
    let depth = path.len() - 1;
    let mut next = path.last().map_or(0.0, |step| step.weight);
    for position in (0..depth).rev() {
        let Some(step) = path.get_mut(position) else { continue };
        if one == 0.0 {
            step.weight = step.weight * count(depth + 1) / (zero * count(depth - position));
        } else {
            let before = step.weight;
            step.weight = next * count(depth + 1) / (count(position + 1) * one);
            next = before - step.weight * zero * count(depth - position) / count(depth + 1);
        }
    }
    let weights: Vec<f64> = path.iter().map(|step| step.weight).collect();
    path.remove(at);
    for (step, weight) in path.iter_mut().zip(weights) {
        step.weight = weight;
    }
}

/// The sum of all weights of a path without one of its columns.
fn unwound_sum(path: &[Step], at: usize) -> f64 {
    let Some(Step { zero, one, .. }) = path.get(at).copied() else { return 0.0 };
    let depth = path.len() - 1;
    let mut next = path.last().map_or(0.0, |step| step.weight);
    let mut total = 0.0;
    for (position, step) in path.iter().enumerate().take(depth).rev() {
        if one == 0.0 {
            total += step.weight * count(depth + 1) / (zero * count(depth - position));
        } else {
            let weight = next * count(depth + 1) / (count(position + 1) * one);
            total += weight;
            next = step.weight - weight * zero * count(depth - position) / count(depth + 1);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A question about column 0, then one about column 1; 8 of 10 training rows go low first.
    fn tree() -> Tree {
        let branch =
            |column, low, high| Node::Branch(Branch { column, limit: 0.0, low, high, missing_low: false });
        Tree {
            nodes: vec![branch(0, 1, 2), branch(1, 3, 4), Node::Leaf(5.0), Node::Leaf(1.0), Node::Leaf(3.0)],
            covers: Some(vec![10.0, 8.0, 2.0, 4.0, 4.0]),
        }
    }

    fn of(trees: Vec<Tree>) -> Result<(f64, Matrix), Error> {
        let forest = Forest::new(2, 0.0, trees).unwrap();
        let row = Matrix::new(2, vec![-1.0, 1.0]).unwrap();
        path_dependent(&forest, &row, &Players::each(2), &Means::plain())
    }

    #[test]
    fn parts_add_up_from_the_mean_of_the_training_rows() {
        let (base, values) = of(vec![tree()]).unwrap();

        // By hand: nothing known 2.6, column 0 known 2, column 1 known 0.8 * 3 + 0.2 * 5 = 3.4, both known 3.
        assert!((base - 2.6).abs() < 1e-12);
        let expected = [0.5 * (2.0 - 2.6) + 0.5 * (3.0 - 3.4), 0.5 * (3.4 - 2.6) + 0.5 * (3.0 - 2.0)];
        for (found, expected) in values.values().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }

    #[test]
    fn trees_that_say_nothing_of_their_training_are_refused() {
        let none = Tree { covers: None, ..tree() };
        let ones = Tree { covers: Some(vec![1.0; 5]), ..tree() };
        let mut shared = tree();
        if let Some(Node::Branch(branch)) = shared.nodes.get_mut(1) {
            branch.low = 4;
        }

        for (tree, word) in [(none, "does not say"), (ones, "do not add up"), (shared, "two parents")] {
            let refused = of(vec![tree]).unwrap_err().to_string();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
