//! Trees whose nodes point to places in lists of nodes and leaves.

use super::{Forest, in_range, integers, same_length, span};
use crate::parts::{attribute, elements};
use crate::proto::NodeProto;

/// The trees of a `TreeEnsemble`, with its lists checked.
pub(super) fn forest(node: &NodeProto) -> Result<Forest<'_>, String> {
    let features = integers(node, "nodes_featureids");
    let count = features.len();
    if count == 0 {
        return Err("it holds no trees".to_owned());
    }
    let leaves = leaves(node)?;
    same_length("nodes_modes", tensor_length(node, "nodes_modes"), count)?;
    same_length("nodes_splits", tensor_length(node, "nodes_splits"), count)?;
    in_range("tree_roots", integers(node, "tree_roots"), count)?;
    let yes = ways(node, ["nodes_truenodeids", "nodes_trueleafs"], (count, leaves))?;
    let no = ways(node, ["nodes_falsenodeids", "nodes_falseleafs"], (count, leaves))?;
    let below = move |at: usize| [yes(at), no(at)];
    Ok(Forest { nodes: count, below: Box::new(below), asked: span(features.iter().copied()) })
}

/// For every node the node that it leads to, or nothing for a leaf.
fn ways<'a>(
    node: &'a NodeProto,
    [ids, are_leaves]: [&str; 2],
    (count, leaves): (usize, usize),
) -> Result<impl Fn(usize) -> Option<usize> + use<'a>, String> {
    let (ids_list, leaf_list) = (integers(node, ids), integers(node, are_leaves));
    same_length(ids, ids_list.len(), count)?;
    same_length(are_leaves, leaf_list.len(), count)?;
    for (id, is_leaf) in ids_list.iter().zip(leaf_list) {
        in_range(ids, &[*id], if *is_leaf == 0 { count } else { leaves })?;
    }
    Ok(move |at: usize| {
        let id = ids_list.get(at).filter(|_| leaf_list.get(at) == Some(&0))?;
        usize::try_from(*id).ok()
    })
}

/// How many leaves there are.
fn leaves(node: &NodeProto) -> Result<usize, String> {
    let targets = integers(node, "leaf_targetids");
    same_length("leaf_weights", tensor_length(node, "leaf_weights"), targets.len())?;
    let scores = attribute(node, "n_targets").map_or(1, |count| usize::try_from(count.i).unwrap_or(0));
    in_range("leaf_targetids", targets, scores)?;
    Ok(targets.len())
}

/// Numbers of a tensor; the gate has compared its dimensions with its bytes.
fn tensor_length(node: &NodeProto, name: &str) -> usize {
    let tensor = attribute(node, name).and_then(|attribute| attribute.t.as_deref());
    let elements = tensor.and_then(|tensor| elements(&tensor.dims)).unwrap_or(0);
    usize::try_from(elements).unwrap_or(usize::MAX)
}
