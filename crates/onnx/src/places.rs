//! Where the nodes of trees stand in the lists that describe them.

use std::collections::HashMap;

/// Finds a node by the numbers of its tree and of itself.
pub(crate) enum Places {
    /// Nodes of a tree stand together and count from 0, as all converters write them: start and length of each tree.
    InOrder(HashMap<i64, (usize, usize)>),
    /// In any order.
    Anywhere(HashMap<(i64, i64), usize>),
}

impl Places {
    /// # Errors
    /// A sentence, when a node is written twice.
    pub(crate) fn of(trees: &[i64], numbers: &[i64]) -> Result<Self, String> {
        if let Some(in_order) = in_order(trees, numbers) {
            return Ok(Self::InOrder(in_order));
        }
        let mut places = HashMap::with_capacity(trees.len());
        for (at, (tree, number)) in trees.iter().zip(numbers).enumerate() {
            if places.insert((*tree, *number), at).is_some() {
                return Err(format!("node {number} of tree {tree} is written twice"));
            }
        }
        Ok(Self::Anywhere(places))
    }

    /// The place of a node, if it exists.
    pub(crate) fn get(&self, tree: i64, number: i64) -> Option<usize> {
        match self {
            Self::InOrder(trees) => {
                let (start, length) = trees.get(&tree)?;
                usize::try_from(number).ok().filter(|number| number < length).map(|number| start + number)
            }
            Self::Anywhere(places) => places.get(&(tree, number)).copied(),
        }
    }
}

fn in_order(trees: &[i64], numbers: &[i64]) -> Option<HashMap<i64, (usize, usize)>> {
    let mut found = HashMap::new();
    let mut start = 0;
    for nodes in trees.chunk_by(|one, next| one == next) {
        let counted =
            numbers.get(start..start + nodes.len())?.iter().zip(0..).all(|(number, at)| *number == at);
        let is_new = found.insert(*nodes.first()?, (start, nodes.len())).is_none();
        if !counted || !is_new {
            return None;
        }
        start += nodes.len();
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_whatever_order_they_stand_in() {
        for (trees, numbers, in_order) in [
            (vec![7, 7, 7, 3, 3], vec![0, 1, 2, 0, 1], true),
            (vec![7, 7, 7, 3, 3], vec![0, 2, 1, 0, 1], false),
            (vec![7, 7, 7, 3, 3], vec![1, 2, 3, 0, 1], false),
            (vec![7, 3, 7, 3, 7], vec![0, 0, 1, 1, 2], false),
        ] {
            let places = Places::of(&trees, &numbers).unwrap();

            assert_eq!(matches!(places, Places::InOrder(_)), in_order, "{numbers:?}");
            for (at, (tree, number)) in trees.iter().zip(&numbers).enumerate() {
                assert_eq!(places.get(*tree, *number), Some(at));
            }
            for (tree, number) in [(7, 4), (3, 2), (3, -1), (0, 0)] {
                assert_eq!(places.get(tree, number), None, "{tree} {number}");
            }
        }
    }

    #[test]
    fn a_node_that_is_written_twice_is_named() {
        for (trees, numbers) in [([7, 7], [0, 0]), ([7, 7], [1, 1])] {
            assert!(Places::of(&trees, &numbers).is_err_and(|what| what.contains("written twice")));
        }
    }
}
