//! Tree ensembles: every branch leads to a node that exists, never back to itself, and asks for a feature that can be.
//!
//! Two nodes may share a child, as converters do for categories. Source: ONNX, `ai.onnx.ml` operators
//! `TreeEnsembleRegressor`, `TreeEnsembleClassifier` (1 to 5) and `TreeEnsemble` (5).

mod classic;
mod linked;

use std::collections::HashMap;

use crate::limits;
use crate::names;
use crate::parts::{Parts, attribute};
use crate::proto::{DimensionValue, GraphProto, NodeProto, TypeValue};
use crate::refusal::Refusal;

/// Checks all tree ensembles of the model; `graph` tells how many features an input has.
pub(super) fn check(parts: &Parts<'_>, graph: &GraphProto) -> Result<(), Refusal> {
    let widths = widths(graph);
    for node in &parts.nodes {
        let forest = match (names::domain(&node.domain), node.op_type.as_str()) {
            ("ai.onnx.ml", "TreeEnsembleRegressor") => classic::forest(node, classic::Leaves::Targets),
            ("ai.onnx.ml", "TreeEnsembleClassifier") => classic::forest(node, classic::Leaves::Classes),
            ("ai.onnx.ml", "TreeEnsemble") => linked::forest(node),
            _ => continue,
        };
        let width = node.input.first().and_then(|input| widths.get(input.as_str())).copied();
        forest
            .and_then(|forest| forest.check(width))
            .map_err(|what| Refusal::Tree { node: names::node(node), what })?;
    }
    Ok(())
}

/// The nodes of all trees of one operator. Millions of them are not copied: the lists of the file are looked at again.
struct Forest<'a> {
    /// How many nodes there are.
    nodes: usize,
    /// To which nodes a node leads; a leaf leads nowhere.
    below: Box<dyn Fn(usize) -> [Option<usize>; 2] + 'a>,
    /// The least and the greatest feature that is asked for, where any is.
    asked: Option<(i64, i64)>,
}

impl Forest<'_> {
    fn children(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        (self.below)(at).into_iter().flatten()
    }

    /// `width`: how many features there are, where that is known.
    fn check(&self, width: Option<u64>) -> Result<(), String> {
        for feature in self.asked.into_iter().flat_map(|(least, greatest)| [least, greatest]) {
            let Ok(number) = u64::try_from(feature) else {
                return Err(format!("a branch asks for feature {feature}; features count from 0"));
            };
            if let Some(width) = width.filter(|width| number >= *width) {
                return Err(format!(
                    "a branch asks for feature {number}, but the input has {width} features"
                ));
            }
        }
        self.check_ways()
    }

    /// Takes away the nodes that nothing leads to, again and again: what cannot be taken away is a circle.
    fn check_ways(&self) -> Result<(), String> {
        let mut parents = vec![0_u32; self.nodes];
        for child in (0..self.nodes).flat_map(|at| self.children(at)) {
            *parents.get_mut(child).ok_or("a branch leads to a node that does not exist")? += 1;
        }
        let mut depths = vec![0_u16; self.nodes];
        let mut free: Vec<usize> =
            (0..).zip(&parents).filter(|(_, count)| **count == 0).map(|(at, _)| at).collect();
        let mut taken = 0;
        while let Some(at) = free.pop() {
            taken += 1;
            let depth = depths.get(at).copied().unwrap_or(0) + 1;
            if depth > limits::TREE_DEPTH {
                return Err(format!("a tree is deeper than {}", limits::TREE_DEPTH));
            }
            for child in self.children(at) {
                if let (Some(deepest), Some(left)) = (depths.get_mut(child), parents.get_mut(child)) {
                    *deepest = depth.max(*deepest);
                    *left -= 1;
                    if *left == 0 {
                        free.push(child);
                    }
                }
            }
        }
        if taken == self.nodes { Ok(()) } else { Err("a tree leads back to itself".to_owned()) }
    }
}

/// How many features the inputs of the model have, where the file says so.
fn widths(graph: &GraphProto) -> HashMap<&str, u64> {
    let mut widths = HashMap::new();
    for input in &graph.input {
        let kind = input.r#type.as_ref().and_then(|kind| kind.value.as_ref());
        let Some(TypeValue::Tensor(tensor)) = kind else { continue };
        let last =
            tensor.shape.as_ref().and_then(|shape| shape.dim.get(1)).and_then(|last| last.value.as_ref());
        if let Some(DimensionValue::Fixed(width)) = last {
            widths.insert(input.name.as_str(), u64::try_from(*width).unwrap_or(0));
        }
    }
    widths
}

/// A list of integers of a node; empty where it is missing.
fn integers<'a>(node: &'a NodeProto, name: &str) -> &'a [i64] {
    attribute(node, name).map_or(&[], |list| list.ints.as_slice())
}

/// The list must be as long as `expected`, or empty where `optional`.
fn same_length(name: &str, length: usize, expected: usize) -> Result<(), String> {
    if length == expected {
        Ok(())
    } else {
        Err(format!("`{name}` has {length} entries where {expected} belong"))
    }
}

/// The least and the greatest of some numbers.
fn span(numbers: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    numbers.fold(None, |span, number| {
        let (least, greatest) = span.unwrap_or((number, number));
        Some((least.min(number), greatest.max(number)))
    })
}

fn in_range(name: &str, numbers: &[i64], end: usize) -> Result<(), String> {
    let outside =
        numbers.iter().find(|number| usize::try_from(**number).map_or(true, |number| number >= end));
    outside.map_or(Ok(()), |number| Err(format!("`{name}` holds {number}; it counts from 0 to below {end}")))
}

#[cfg(test)]
mod tests {
    use crate::proto::{AttributeProto, DataType, NodeProto, TensorProto};
    use crate::samples::{constant, having, integers, model, node, read, refusal};

    /// Lists of a tree of one branch and two leaves.
    struct Lists {
        features: [i64; 3],
        modes: [&'static str; 3],
        yes: [i64; 3],
        no: [i64; 3],
        target_nodes: [i64; 2],
        target_ids: [i64; 2],
    }

    const GOOD: Lists = Lists {
        features: [7, 0, 0],
        modes: ["BRANCH_LEQ", "LEAF", "LEAF"],
        yes: [1, 0, 0],
        no: [2, 0, 0],
        target_nodes: [1, 2],
        target_ids: [0, 0],
    };

    fn classic(lists: &Lists) -> NodeProto {
        let strings = lists.modes.iter().map(|mode| mode.as_bytes()).collect();
        let tree = node("ai.onnx.ml.TreeEnsembleRegressor", &["x"], "y");
        let tree = having(tree, "nodes_modes", AttributeProto { strings, ..AttributeProto::default() });
        let lists = [
            ("nodes_treeids", &[0, 0, 0][..]),
            ("nodes_nodeids", &[0, 1, 2]),
            ("nodes_featureids", &lists.features),
            ("nodes_truenodeids", &lists.yes),
            ("nodes_falsenodeids", &lists.no),
            ("target_treeids", &[0, 0]),
            ("target_nodeids", &lists.target_nodes),
            ("target_ids", &lists.target_ids),
        ];
        lists.into_iter().fold(tree, |tree, (name, list)| having(tree, name, integers(list)))
    }

    #[track_caller]
    fn check(lists: &Lists, expected: &str) {
        let answer = refusal(&model(vec![classic(lists)]));

        assert_eq!(answer, format!("node `ai.onnx.ml.TreeEnsembleRegressor` that makes `y`: {expected}"));
    }

    #[test]
    fn a_tree_with_a_branch_and_two_leaves_passes() {
        assert!(read(&model(vec![classic(&GOOD)])).is_ok());
    }

    #[test]
    fn branches_that_lead_nowhere_or_back_are_refused() {
        check(&Lists { yes: [9, 0, 0], ..GOOD }, "a branch leads to node 9 of tree 0, which does not exist");
        check(&Lists { yes: [0, 0, 0], ..GOOD }, "a tree leads back to itself");
        let circle = Lists { modes: ["BRANCH_LEQ", "BRANCH_GT", "LEAF"], no: [2, 2, 0], ..GOOD };
        check(&circle, "a tree leads back to itself");
    }

    #[test]
    fn two_branches_may_share_a_child() {
        let shared =
            Lists { modes: ["BRANCH_EQ", "BRANCH_EQ", "LEAF"], yes: [2, 2, 0], no: [1, 2, 0], ..GOOD };

        assert!(read(&model(vec![classic(&shared)])).is_ok());
    }

    #[test]
    fn features_are_within_the_input() {
        check(&Lists { features: [-1, 0, 0], ..GOOD }, "a branch asks for feature -1; features count from 0");
        check(
            &Lists { features: [8, 0, 0], ..GOOD },
            "a branch asks for feature 8, but the input has 8 features",
        );
    }

    #[test]
    fn leaves_belong_to_nodes_and_targets_that_exist() {
        check(
            &Lists { target_nodes: [1, 5], ..GOOD },
            "a weight belongs to node 5 of tree 0, which does not exist",
        );
        check(&Lists { target_ids: [0, 1], ..GOOD }, "`target_ids` holds 1; it counts from 0 to below 1");
    }

    #[test]
    fn a_mode_that_is_none_is_refused() {
        let strange = Lists { modes: ["BRANCH_LEQ", "LEAF", "EXEC"], ..GOOD };

        check(&strange, "a node has the mode `EXEC`, which is none of `LEAF` and `BRANCH_…`");
    }

    fn bytes(count: usize) -> AttributeProto {
        let tensor = TensorProto {
            dims: vec![i64::try_from(count).expect("short")],
            data_type: DataType::Uint8 as i32,
            raw_data: Some(vec![0; count]),
            ..TensorProto::default()
        };
        constant(tensor)
    }

    /// Two nodes and two leaves; `yes` is where the nodes lead when they hold.
    fn linked(yes: [i64; 2], yes_is_leaf: [i64; 2]) -> NodeProto {
        let tree = node("ai.onnx.ml.TreeEnsemble", &["x"], "y");
        let tree = having(having(tree, "nodes_modes", bytes(2)), "nodes_splits", bytes(2));
        let lists = [
            ("nodes_featureids", &[0, 1][..]),
            ("nodes_truenodeids", &yes),
            ("nodes_trueleafs", &yes_is_leaf),
            ("nodes_falsenodeids", &[0, 1]),
            ("nodes_falseleafs", &[1, 1]),
            ("leaf_targetids", &[0, 0]),
            ("tree_roots", &[0]),
        ];
        lists.into_iter().fold(having(tree, "leaf_weights", bytes(2)), |tree, (name, list)| {
            having(tree, name, integers(list))
        })
    }

    #[test]
    fn linked_trees_are_held_to_the_same() {
        assert!(read(&model(vec![linked([1, 0], [0, 1])])).is_ok());
        assert!(refusal(&model(vec![linked([1, 0], [0, 0])])).ends_with("a tree leads back to itself"));
        let outside = "`nodes_truenodeids` holds 2; it counts from 0 to below 2";
        assert!(refusal(&model(vec![linked([2, 0], [0, 1])])).ends_with(outside));
        assert!(refusal(&model(vec![linked([1, 2], [0, 1])])).ends_with(outside));
    }
}
