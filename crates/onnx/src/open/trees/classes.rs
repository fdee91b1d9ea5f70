//! Scores of classes, as ONNX Runtime 1.32 makes them.

use forms::program::{Combination, Map, Step};

use super::{Adds, Aggregate, Base, Ensemble, Node, classic};
use crate::open::graph::{Call, Made, Reader, shut};
use crate::open::learned::{Pair, post_transform, with_inputs};
use crate::open::value::{Rows, Value};

impl<'a> Reader<'a> {
    /// The first output, the class itself, is not opened; the second holds the scores.
    pub(in crate::open) fn classifier(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.tree_rows(call)?;
        let ensemble = classic::ensemble(call, &classic::CLASSES)?;
        let base = classic::numbers(call, "base_values")?;
        let post = post_transform(call);
        let scores = match ensemble.targets {
            0 | 1 => return Err("trees for less than two classes are not opened".to_owned()),
            2 => self.two(&rows, &ensemble, &base, post)?,
            classes => {
                let step = self.forests(&rows, &ensemble, Aggregate::Sum, (&base, Base::Always))?;
                self.post(post, step, classes)?
            }
        };
        let label = with_inputs(shut("the class of a row is not opened; its scores are", Vec::new()), call);
        Ok(vec![label, Value::Rows(Rows { step: scores, shape: vec![ensemble.targets], kind: rows.kind })])
    }

    /// The trees may vote for both classes, or for the first alone, whose score then makes that of the other.
    fn two(&mut self, rows: &Rows, ensemble: &Ensemble, base: &[f64], post: &[u8]) -> Result<usize, String> {
        let (for_first, for_second) = (votes(ensemble, 0), votes(ensemble, 1));
        let votes = self.forests(rows, ensemble, Aggregate::Sum, (&[], Base::Always))?;
        let first = self.push(Step::Pick { from: votes, places: vec![0] })?;
        let own_base = match (base.first().copied().unwrap_or(0.0), for_first) {
            (base, Adds::Always) => base,
            (0.0, _) | (_, Adds::Never) => 0.0,
            _ => {
                return Err(
                    "only some leaves vote for the first of two classes, which has a base value".to_owned()
                );
            }
        };
        let scores = match (base, for_second) {
            (_, Adds::Sometimes) => {
                return Err(
                    "only some leaves vote for the second of two classes, which is not opened".to_owned()
                );
            }
            ([_, _], Adds::Always) if for_first == Adds::Sometimes => {
                return Err(
                    "only some leaves vote for the first of two classes, which is not opened".to_owned()
                );
            }
            ([_, second], Adds::Always) if for_first == Adds::Never => {
                self.push(Step::Constant(vec![0.0, *second]))?
            }
            ([_, second], Adds::Always) => {
                // The runtime takes the votes for the first class as those for the second.
                let score = self.plus(first, *second)?;
                let mirrored = self.push(Step::Map { from: score, map: Map::Negative })?;
                self.push(Step::Join(vec![mirrored, score]))?
            }
            ([_, _], Adds::Never) => {
                let score = self.plus(first, own_base)?;
                let second = self.push(Step::Constant(vec![0.0]))?;
                self.push(Step::Join(vec![score, second]))?
            }
            ([] | [_], Adds::Always) => {
                let score = self.plus(first, own_base)?;
                let second = self.push(Step::Pick { from: votes, places: vec![1] })?;
                self.push(Step::Join(vec![score, second]))?
            }
            ([] | [_], Adds::Never) => {
                let score = self.plus(first, own_base)?;
                return self.second(ensemble, score, post);
            }
            _ => return Err(format!("it has {} base values for two classes", base.len())),
        };
        self.post(post, scores, 2)
    }

    /// The scores of both classes from that of the first.
    fn second(&mut self, ensemble: &Ensemble, score: usize, post: &[u8]) -> Result<usize, String> {
        let is_positive = weights(ensemble).all(|(_, weight)| weight >= 0.0);
        match post {
            b"LOGISTIC" => self.two_classes(score, Pair::Logistic),
            b"PROBIT" => Err("PROBIT for two classes of which one has votes is not opened".to_owned()),
            _ if is_positive => self.two_classes(score, Pair::Rest),
            _ => self.two_classes(score, Pair::Mirrored),
        }
    }

    fn plus(&mut self, from: usize, number: f64) -> Result<usize, String> {
        if number == 0.0 {
            return Ok(from);
        }
        let right = self.push(Step::Constant(vec![number]))?;
        self.push(Step::Combine { operation: Combination::Add, left: from, right })
    }
}

fn weights(ensemble: &Ensemble) -> impl Iterator<Item = (usize, f64)> + '_ {
    let leaves = ensemble.nodes.iter().filter_map(|node| match node {
        Node::Leaf(weights) => Some(weights),
        Node::Ask(_) => None,
    });
    leaves.flatten().copied()
}

/// Whether every row gets a vote for the class, or no row does. Otherwise the runtime's answer takes one form or the
/// other, row by row.
fn votes(ensemble: &Ensemble, class: usize) -> Adds {
    let (mut with, mut without) = (false, false);
    for node in &ensemble.nodes {
        if let Node::Leaf(leaf) = node {
            if leaf.iter().any(|(id, _)| *id == class) { with = true } else { without = true }
        }
    }
    match (with, without) {
        (true, false) => Adds::Always,
        (false, _) => Adds::Never,
        (true, true) => Adds::Sometimes,
    }
}
