//! Trees whose nodes are named by the numbers of their tree and node.

use std::collections::HashMap;

use super::{Ensemble, Mode, Node, Question};
use crate::open::graph::Call;
use crate::open::value::Tensor;
use crate::places::Places;
use crate::proto::Texts;

/// The names of the lists that say what leaves hold.
pub(super) struct Names {
    trees: &'static str,
    nodes: &'static str,
    ids: &'static str,
    weights: &'static str,
}

/// The lists of a regressor.
pub(super) const TARGETS: Names =
    Names { trees: "target_treeids", nodes: "target_nodeids", ids: "target_ids", weights: "target_weights" };

/// The lists of a classifier.
pub(super) const CLASSES: Names =
    Names { trees: "class_treeids", nodes: "class_nodeids", ids: "class_ids", weights: "class_weights" };

/// Reads the lists; the gate has seen that their lengths and indices fit.
pub(super) fn ensemble(call: &Call<'_>, names: &Names) -> Result<Ensemble, String> {
    let trees = call.integers("nodes_treeids").unwrap_or(&[]);
    let numbers = call.integers("nodes_nodeids").unwrap_or(&[]);
    let places = Places::of(trees, numbers)?;
    let mut leaves = leaves(call, names, &places)?;
    let splits = self::numbers(call, "nodes_values")?;
    if splits.len() != trees.len() {
        return Err("its nodes have no values to compare with".to_owned());
    }
    let list = |name: &str| call.integers(name).unwrap_or(&[]);
    let (features, yes, no) =
        (list("nodes_featureids"), list("nodes_truenodeids"), list("nodes_falsenodeids"));
    let missing = list("nodes_missing_value_tracks_true");
    let empty = Texts::default();
    let modes = call.attribute("nodes_modes").map_or(&empty, |modes| &modes.strings);
    let mut nodes = Vec::with_capacity(trees.len());
    let ways = features.iter().zip(yes.iter().zip(no));
    for (at, (((tree, mode), split), (feature, (yes, no)))) in
        trees.iter().zip(modes.iter()).zip(splits).zip(ways).enumerate()
    {
        let place = |number: &i64| places.get(*tree, *number).ok_or("a branch leads nowhere");
        nodes.push(match mode_of(mode) {
            None => Node::Leaf(leaves.remove(&at).unwrap_or_default()),
            Some(mode) => Node::Ask(Question {
                mode,
                column: usize::try_from(*feature).map_err(|error| error.to_string())?,
                split,
                yes: place(yes)?,
                no: place(no)?,
                missing_yes: missing.get(at) == Some(&1),
            }),
        });
    }
    let covers = self::numbers(call, "nodes_hitrates")?;
    let covers = (covers.len() == nodes.len()).then_some(covers);
    Ok(Ensemble { nodes, roots: roots(trees)?, targets: targets(call, names), covers })
}

/// Fractions of a list, or of the tensor that newer files use for 64 bits.
pub(super) fn numbers(call: &Call<'_>, name: &str) -> Result<Vec<f64>, String> {
    let tensor = call.attribute(&format!("{name}_as_tensor")).or_else(|| call.attribute(name));
    match tensor.and_then(|attribute| attribute.t.as_deref()) {
        Some(tensor) => Ok(Tensor::of(tensor)?.numbers.to_vec()),
        None => Ok(call.floats(name).iter().map(|number| f64::from(*number)).collect()),
    }
}

fn targets(call: &Call<'_>, names: &Names) -> usize {
    if names.ids == TARGETS.ids {
        return usize::try_from(call.integer("n_targets", 1)).unwrap_or(0);
    }
    let numbers = call.integers("classlabels_int64s").map_or(0, <[i64]>::len);
    numbers.max(call.attribute("classlabels_strings").map_or(0, |labels| labels.strings.len()))
}

/// A tree begins with the first of its nodes. The runtime would take a tree whose nodes stand apart for two.
fn roots(trees: &[i64]) -> Result<Vec<usize>, String> {
    let mut seen = std::collections::HashSet::new();
    let mut roots = Vec::new();
    let mut last = None;
    for (at, tree) in trees.iter().enumerate() {
        if last != Some(tree) {
            if !seen.insert(tree) {
                return Err(format!("the nodes of tree {tree} do not stand together"));
            }
            roots.push(at);
        }
        last = Some(tree);
    }
    Ok(roots)
}

type Weights = HashMap<usize, Vec<(usize, f64)>>;

fn leaves(call: &Call<'_>, lists: &Names, places: &Places) -> Result<Weights, String> {
    let list = |name: &str| call.integers(name).unwrap_or(&[]);
    let weights = numbers(call, lists.weights)?;
    if weights.len() != list(lists.ids).len() {
        return Err("its leaves and their weights differ in number".to_owned());
    }
    let mut leaves = Weights::new();
    let named = list(lists.trees).iter().zip(list(lists.nodes));
    for ((tree, node), (id, weight)) in named.zip(list(lists.ids).iter().zip(weights)) {
        let place = places.get(*tree, *node).ok_or("a weight belongs to no node")?;
        let id = usize::try_from(*id).map_err(|error| error.to_string())?;
        let leaf = leaves.entry(place).or_default();
        if leaf.iter().any(|(other, _)| *other == id) {
            return Err("a leaf has two weights for one result".to_owned());
        }
        leaf.push((id, weight));
    }
    Ok(leaves)
}

/// The question of a branch; nothing for a leaf.
fn mode_of(mode: &[u8]) -> Option<Mode> {
    Some(match mode {
        b"BRANCH_LEQ" => Mode::LessOrEqual,
        b"BRANCH_LT" => Mode::Less,
        b"BRANCH_GTE" => Mode::GreaterOrEqual,
        b"BRANCH_GT" => Mode::Greater,
        b"BRANCH_EQ" => Mode::Equal,
        b"BRANCH_NEQ" => Mode::NotEqual,
        _ => return None,
    })
}
