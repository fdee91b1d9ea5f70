//! Trees whose nodes point to places in lists of nodes and leaves.

use std::sync::Arc;

use super::{Ensemble, Mode, Node, Question, classic};
use crate::open::graph::Call;

/// Reads the lists; the gate has seen that their lengths and indices fit. Leaves stand behind all branches.
pub(super) fn ensemble(call: &Call<'_>) -> Result<Ensemble, String> {
    let list = |name: &str| call.integers(name).unwrap_or(&[]);
    let features = list("nodes_featureids");
    let splits = classic::numbers(call, "nodes_splits")?;
    let modes = modes(call)?;
    let missing = list("nodes_missing_value_tracks_true");
    let ways = list("nodes_truenodeids").iter().zip(list("nodes_trueleafs"));
    let other_ways = list("nodes_falsenodeids").iter().zip(list("nodes_falseleafs"));
    let place = |(id, is_leaf): (&i64, &i64)| {
        let id = usize::try_from(*id).map_err(|error| error.to_string())?;
        Ok::<_, String>(if *is_leaf == 0 { id } else { features.len() + id })
    };
    let mut nodes = Vec::with_capacity(features.len());
    let asked = features.iter().zip(splits).zip(modes);
    for (at, (((feature, split), mode), (yes, no))) in asked.zip(ways.zip(other_ways)).enumerate() {
        nodes.push(Node::Ask(Question {
            mode,
            column: usize::try_from(*feature).map_err(|error| error.to_string())?,
            split,
            yes: place(yes)?,
            no: place(no)?,
            missing_yes: missing.get(at) == Some(&1),
        }));
    }
    if nodes.len() != features.len() {
        return Err("its lists differ in length".to_owned());
    }
    for (target, weight) in list("leaf_targetids").iter().zip(classic::numbers(call, "leaf_weights")?) {
        nodes.push(Node::Leaf(vec![(usize::try_from(*target).map_err(|error| error.to_string())?, weight)]));
    }
    let roots = list("tree_roots").iter().map(|root| usize::try_from(*root)).collect::<Result<_, _>>();
    let targets = usize::try_from(call.integer("n_targets", 1)).unwrap_or(0);
    Ok(Ensemble { nodes, roots: roots.map_err(|error| error.to_string())?, targets, covers: None })
}

/// The questions; each set of members ends with NaN, in the order of the nodes that ask for members.
fn modes(call: &Call<'_>) -> Result<Vec<Mode>, String> {
    let tensor = call.attribute("nodes_modes").and_then(|modes| modes.t.as_deref());
    let tensor = tensor.ok_or("it does not say how its nodes compare")?;
    let codes = match tensor.raw_data.as_deref().filter(|raw| !raw.is_empty()) {
        Some(raw) => raw.iter().map(|code| i32::from(*code)).collect(),
        None => tensor.int32_data.clone(),
    };
    let members = classic::numbers(call, "membership_values")?;
    let mut sets = members.split(|member| member.is_nan());
    let mode = |code: &i32| {
        Ok(match code {
            0 => Mode::LessOrEqual,
            1 => Mode::Less,
            2 => Mode::GreaterOrEqual,
            3 => Mode::Greater,
            4 => Mode::Equal,
            5 => Mode::NotEqual,
            6 => Mode::Member(Arc::from(sets.next().ok_or("a node asks for members that are not listed")?)),
            code => return Err(format!("its mode {code} is not known")),
        })
    };
    codes.iter().map(mode).collect()
}
