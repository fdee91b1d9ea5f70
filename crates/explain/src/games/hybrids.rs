//! The scores of all hybrids of an item and a background row, from the parts of a form.

use std::sync::Arc;

use forms::{Forest, Form, Function, Network, Part};

use super::cube::sum_over_subsets;
use crate::trees::{Condition, leaves_of};
use crate::{Error, Matrix, Means, Players};

/// Something with a number for every hybrid: part of a form, over the players that it reads.
#[derive(Debug)]
pub(crate) enum Node {
    /// The value of a column, and the bit of its player; columns of no player keep the item's value.
    Column(usize, Option<usize>),
    /// Trees.
    Trees(Leaves),
    /// A function of a sum.
    Curve(Function, Sum),
    /// Anything else that can be computed, with the bit of each column's player.
    Network(Arc<dyn Network>, Vec<Option<usize>>),
}

/// A weighted sum of nodes.
#[derive(Debug)]
pub(crate) struct Sum {
    bias: f64,
    terms: Vec<(f64, Node)>,
}

/// The leaves of trees, each with the conditions of each player.
#[derive(Debug)]
pub(crate) struct Leaves {
    base: f64,
    leaves: Vec<Leaf>,
    /// Per leaf and background row: the players whose conditions the row meets.
    background: Vec<u32>,
    rows: usize,
}

#[derive(Debug)]
struct Leaf {
    value: f64,
    /// All players with conditions.
    all: u32,
    conditions: Vec<(Condition, Option<usize>)>,
}

/// What is remembered of an item while its hybrids with many background rows are looked at.
#[derive(Debug)]
pub(crate) enum Met {
    /// Per leaf: the players whose conditions the item meets; `None` where a condition of no player fails.
    Trees(Vec<Option<u32>>),
    /// One for each term.
    Sum(Vec<Met>),
    /// Nothing.
    Nothing,
}

impl Node {
    /// A part of a form, over the players whose bits are given per column.
    pub(crate) fn of(
        part: &Part,
        bits: &[Option<usize>],
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        Ok(match part {
            Part::Column(column) => Self::Column(*column, bits.get(*column).copied().flatten()),
            Part::Trees(forest) => Self::Trees(Leaves::of(forest, bits, background, means)?),
            Part::Curve(function, form) => Self::Curve(*function, Sum::of(form, bits, background, means)?),
            Part::Network(network) => Self::Network(Arc::clone(network), bits.to_vec()),
        })
    }

    /// What there is to remember of an item.
    pub(crate) fn meet(&self, item: &[f64]) -> Met {
        match self {
            Self::Trees(leaves) => Met::Trees(leaves.leaves.iter().map(|leaf| leaf.met_by(item)).collect()),
            Self::Curve(_, sum) => Met::Sum(sum.terms.iter().map(|(_, node)| node.meet(item)).collect()),
            Self::Column(..) | Self::Network(..) => Met::Nothing,
        }
    }

    /// Writes the value of every hybrid of the item with one background row; `values` has 2^players numbers.
    pub(crate) fn fill(&self, (item, met): (&[f64], &Met), (row, at): (&[f64], usize), values: &mut [f64]) {
        match (self, met) {
            (Self::Column(column, bit), _) => {
                let of = |row: &[f64]| row.get(*column).copied().unwrap_or(f64::NAN);
                let (own, other) = (of(item), of(row));
                for (set, value) in values.iter_mut().enumerate() {
                    *value = if bit.is_none_or(|bit| set >> bit & 1 == 1) { own } else { other };
                }
            }
            (Self::Trees(leaves), Met::Trees(met)) => leaves.fill(met, at, values),
            (Self::Curve(function, sum), Met::Sum(met)) => {
                sum.fill((item, met), (row, at), values);
                for value in values {
                    *value = function.at(*value);
                }
            }
            (Self::Network(network, bits), _) => hybrids(network.as_ref(), bits, (item, row), values),
            // An item is met by the node itself; no other pair is ever made.
            (Self::Trees(_) | Self::Curve(..), _) => values.fill(f64::NAN),
        }
    }
}

impl Sum {
    fn of(
        form: &Form,
        bits: &[Option<usize>],
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        let terms = form
            .terms
            .iter()
            .map(|term| Ok((term.weight, Node::of(&term.part, bits, background, means)?)))
            .collect::<Result<_, Error>>()?;
        Ok(Self { bias: form.bias, terms })
    }

    fn fill(&self, (item, met): (&[f64], &[Met]), other: (&[f64], usize), values: &mut [f64]) {
        values.fill(self.bias);
        let mut part = vec![0.0; values.len()];
        for ((weight, node), met) in self.terms.iter().zip(met) {
            node.fill((item, met), other, &mut part);
            for (sum, value) in values.iter_mut().zip(&part) {
                *sum += weight * value;
            }
        }
    }
}

/// Most rows that are given to a network at once.
const NETWORK_ROWS: usize = 4096;

/// The values of a network for every hybrid.
fn hybrids(network: &dyn Network, bits: &[Option<usize>], (item, row): (&[f64], &[f64]), values: &mut [f64]) {
    let width = network.columns();
    let mut rows = vec![0.0; NETWORK_ROWS.min(values.len()) * width];
    for (block, values) in values.chunks_mut(NETWORK_ROWS).enumerate() {
        for (offset, hybrid) in rows.chunks_exact_mut(width.max(1)).take(values.len()).enumerate() {
            let set = block * NETWORK_ROWS + offset;
            let pairs = item.iter().zip(row).zip(bits);
            for (slot, ((own, other), bit)) in hybrid.iter_mut().zip(pairs) {
                *slot = if bit.is_none_or(|bit| set >> bit & 1 == 1) { *own } else { *other };
            }
        }
        network.values(rows.get(..values.len() * width).unwrap_or_default(), values);
    }
}

impl Leaves {
    fn of(
        forest: &Forest,
        bits: &[Option<usize>],
        background: &Matrix,
        means: &Means<'_>,
    ) -> Result<Self, Error> {
        let mut leaves = Vec::new();
        for leaf in leaves_of(forest, means)?.into_iter().flatten().filter(|leaf| leaf.value != 0.0) {
            let player = |condition: &Condition| bits.get(condition.column as usize).copied().flatten();
            let conditions: Vec<_> =
                leaf.conditions.iter().map(|condition| (*condition, player(condition))).collect();
            let all = conditions.iter().filter_map(|(_, bit)| *bit).fold(0, |all, bit| all | 1_u32 << bit);
            leaves.push(Leaf { value: leaf.value, all, conditions });
        }
        let rows = background.rows();
        let mut met = Vec::with_capacity(leaves.len().saturating_mul(rows));
        for leaf in &leaves {
            means.go_on()?;
            met.extend(background.iter_rows().map(|row| leaf.met(row)));
        }
        Ok(Self { base: forest.base(), leaves, background: met, rows })
    }

    /// The leaf of value v that needs the item for the players P, and would be missed with the item for any of Q, adds
    /// v to every set that holds P and none of Q: as sums over subsets, v (-1)^|T| at each P + T for T within Q.
    fn fill(&self, item: &[Option<u32>], at: usize, values: &mut [f64]) {
        values.fill(0.0);
        for ((leaf, own), background) in
            self.leaves.iter().zip(item).zip(self.background.chunks_exact(self.rows.max(1)))
        {
            let (Some(own), Some(other)) = (own, background.get(at)) else { continue };
            if own | other != leaf.all {
                continue;
            }
            let (needed, without) = (leaf.all & !other, leaf.all & !own);
            let mut taken = without;
            loop {
                let sign = if taken.count_ones() % 2 == 0 { leaf.value } else { -leaf.value };
                if let Some(slot) = values.get_mut((needed | taken) as usize) {
                    *slot += sign;
                }
                if taken == 0 {
                    break;
                }
                taken = (taken - 1) & without;
            }
        }
        sum_over_subsets(values);
        for value in values {
            *value += self.base;
        }
    }
}

impl Leaf {
    /// The players whose conditions a row meets.
    fn met(&self, row: &[f64]) -> u32 {
        let fails = |(condition, bit): &(Condition, Option<usize>)| {
            let value = row.get(condition.column as usize).copied().unwrap_or(f64::NAN);
            if condition.holds(value) { None } else { *bit }
        };
        self.conditions.iter().filter_map(fails).fold(self.all, |met, bit| met & !(1 << bit))
    }

    /// The same for an item, which must also meet the conditions of no player.
    fn met_by(&self, item: &[f64]) -> Option<u32> {
        let stays = |(condition, bit): &(Condition, Option<usize>)| {
            let value = item.get(condition.column as usize).copied().unwrap_or(f64::NAN);
            bit.is_some() || condition.holds(value)
        };
        self.conditions.iter().all(stays).then(|| self.met(item))
    }
}

/// Per column the bit of its player among some of the players.
pub(crate) fn bits(players: &Players, some: &[usize]) -> Vec<Option<usize>> {
    let bit = |player: usize| some.iter().position(|known| *known == player);
    players.of_columns().into_iter().map(|player| player.and_then(bit)).collect()
}

/// The players that own at least one of these columns, ascending.
pub(crate) fn players_of(players: &Players, columns: &[usize]) -> Vec<usize> {
    let owner = players.of_columns();
    let mut read: Vec<usize> =
        columns.iter().filter_map(|column| owner.get(*column).copied().flatten()).collect();
    read.sort_unstable();
    read.dedup();
    read
}
