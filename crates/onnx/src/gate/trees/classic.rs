//! Trees whose nodes are named by the numbers of their tree and node.

use super::{Forest, in_range, integers, same_length, span};
use crate::parts::attribute;
use crate::places::Places;
use crate::proto::{NodeProto, Texts};

/// What the leaves hold.
#[derive(Clone, Copy)]
pub(super) enum Leaves {
    /// Numbers for targets.
    Targets,
    /// Votes for classes.
    Classes,
}

/// Ways to compare, and the mark of a leaf.
const BRANCHES: [&[u8]; 6] =
    [b"BRANCH_LEQ", b"BRANCH_LT", b"BRANCH_GTE", b"BRANCH_GT", b"BRANCH_EQ", b"BRANCH_NEQ"];

const LEAF: &[u8] = b"LEAF";
/// What a missing list of texts holds.
static NO_TEXTS: Texts = Texts::new();

/// Lists that may be missing, one entry a node where they are given.
const OPTIONAL: [&str; 3] = ["nodes_hitrates", "nodes_missing_value_tracks_true", "nodes_values"];

/// The trees of a regressor or classifier, with its lists checked.
pub(super) fn forest(node: &NodeProto, leaves: Leaves) -> Result<Forest<'_>, String> {
    let trees = integers(node, "nodes_treeids");
    if trees.is_empty() {
        return Err("it holds no trees".to_owned());
    }
    let features = integers(node, "nodes_featureids");
    let (yes, no) = (integers(node, "nodes_truenodeids"), integers(node, "nodes_falsenodeids"));
    let numbers = integers(node, "nodes_nodeids");
    let lists = [
        ("nodes_featureids", features),
        ("nodes_truenodeids", yes),
        ("nodes_falsenodeids", no),
        ("nodes_nodeids", numbers),
    ];
    for (name, list) in lists {
        same_length(name, list.len(), trees.len())?;
    }
    check_optional(node, trees.len())?;
    let modes = attribute(node, "nodes_modes").map_or(&NO_TEXTS, |list| &list.strings);
    same_length("nodes_modes", modes.len(), trees.len())?;
    let places = Places::of(trees, numbers)?;
    check_leaves(node, leaves, &places)?;
    let ways = yes.iter().zip(no);
    for ((mode, (yes, no)), tree) in modes.iter().zip(ways).zip(trees) {
        check_branch(mode, [(*tree, *yes), (*tree, *no)], &places)?;
    }
    let asking = modes.iter().zip(features).filter(|(mode, _)| *mode != LEAF);
    let asked = span(asking.map(|(_, feature)| *feature));
    let below = move |at: usize| {
        let is_leaf = modes.get(at).is_none_or(|mode| mode == LEAF);
        [yes, no].map(|ways| places.get(*trees.get(at)?, *ways.get(at)?).filter(|_| !is_leaf))
    };
    Ok(Forest { nodes: trees.len(), below: Box::new(below), asked })
}

/// Whether a mode is known, and what it leads to exists.
fn check_branch(mode: &[u8], ways: [(i64, i64); 2], places: &Places) -> Result<(), String> {
    if mode == LEAF {
        return Ok(());
    }
    if !BRANCHES.contains(&mode) {
        let mode = crate::names::quoted(&String::from_utf8_lossy(mode));
        return Err(format!("a node has the mode {mode}, which is none of `LEAF` and `BRANCH_…`"));
    }
    match ways.into_iter().find(|(tree, number)| places.get(*tree, *number).is_none()) {
        None => Ok(()),
        Some((tree, number)) => {
            Err(format!("a branch leads to node {number} of tree {tree}, which does not exist"))
        }
    }
}

fn check_optional(node: &NodeProto, expected: usize) -> Result<(), String> {
    for name in OPTIONAL {
        let length = attribute(node, name).map_or(0, |list| list.ints.len().max(list.floats.len()));
        if length != 0 {
            same_length(name, length, expected)?;
        }
    }
    Ok(())
}

fn check_leaves(node: &NodeProto, leaves: Leaves, places: &Places) -> Result<(), String> {
    let names = match leaves {
        Leaves::Targets => ["target_treeids", "target_nodeids", "target_ids", "target_weights"],
        Leaves::Classes => ["class_treeids", "class_nodeids", "class_ids", "class_weights"],
    };
    let [trees_name, numbers_name, ids_name, weights_name] = names;
    let (trees, numbers, ids) =
        (integers(node, trees_name), integers(node, numbers_name), integers(node, ids_name));
    same_length(numbers_name, numbers.len(), trees.len())?;
    same_length(ids_name, ids.len(), trees.len())?;
    // Weights of newer files stand in a tensor, whose length the runtime compares.
    if let Some(weights) = attribute(node, weights_name).filter(|weights| !weights.floats.is_empty()) {
        same_length(weights_name, weights.floats.len(), trees.len())?;
    }
    if let Some((tree, number)) =
        trees.iter().zip(numbers).find(|(tree, number)| places.get(**tree, **number).is_none())
    {
        return Err(format!("a weight belongs to node {number} of tree {tree}, which does not exist"));
    }
    in_range(ids_name, ids, scores(node, leaves))
}

/// How many numbers come out for a row.
fn scores(node: &NodeProto, leaves: Leaves) -> usize {
    match leaves {
        Leaves::Targets => {
            attribute(node, "n_targets").map_or(1, |count| usize::try_from(count.i).unwrap_or(0))
        }
        Leaves::Classes => {
            let numbers = integers(node, "classlabels_int64s").len();
            let texts = attribute(node, "classlabels_strings").map_or(0, |labels| labels.strings.len());
            numbers.max(texts)
        }
    }
}
