//! The values of all hybrids of an item and a background row, for one part of a form.

use forms::{Form, Function, Part, Term};

use super::cube::{expand, sum_over_subsets};
use super::marks::{Leaves, Mark};
use crate::{Error, Means, Players};

/// Something with a value for every hybrid, over the players whose bits its columns have.
#[derive(Debug)]
pub(super) enum Node {
    /// The value of a column, and the bit of its player; columns of no player keep the item's value.
    Column(usize, Option<usize>),
    /// Trees.
    Trees(Leaves),
    /// A function of a sum.
    Curve(Function, Sum),
    /// Anything else, computed hybrid by hybrid, with the bit of each column's player.
    Computed(Form, Vec<Option<usize>>),
}

/// A weighted sum of nodes.
#[derive(Debug)]
pub(super) struct Sum {
    bias: f64,
    terms: Vec<(f64, Node)>,
}

/// A row, and its marks at the leaves of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked<'a> {
    pub(super) row: &'a [f64],
    pub(super) marks: &'a [Mark],
}

impl Marked<'_> {
    /// The marks of the next leaves, which are taken off.
    fn take(&mut self, leaves: usize) -> &[Mark] {
        let (now, rest) = self.marks.split_at_checked(leaves).unwrap_or_default();
        self.marks = rest;
        now
    }
}

impl Node {
    /// A part of a form, over the players whose bits are given per column.
    pub(super) fn of(part: &Part, bits: &[Option<usize>], means: &Means<'_>) -> Result<Self, Error> {
        Ok(match part {
            Part::Column(column) => Self::Column(*column, bits.get(*column).copied().flatten()),
            Part::Trees(forest) => Self::Trees(Leaves::of(forest, bits, means)?),
            Part::Curve(function, form) => Self::Curve(*function, Sum::of(form, bits, means)?),
            Part::Network(network) => {
                let term = Term { name: None, weight: 1.0, part: part.clone() };
                let form = Form { columns: network.columns(), bias: 0.0, terms: vec![term] };
                Self::Computed(form, bits.to_vec())
            }
        })
    }

    /// How many leaves have marks.
    pub(super) fn leaves(&self) -> usize {
        match self {
            Self::Trees(leaves) => leaves.len(),
            Self::Curve(_, sum) => sum.terms.iter().map(|(_, node)| node.leaves()).sum(),
            Self::Column(..) | Self::Computed(..) => 0,
        }
    }

    /// Does something with the leaves of every forest, in order.
    pub(super) fn each_leaves(&self, visit: &mut impl FnMut(&Leaves)) {
        match self {
            Self::Trees(leaves) => visit(leaves),
            Self::Curve(_, sum) => sum.terms.iter().for_each(|(_, node)| node.each_leaves(visit)),
            Self::Column(..) | Self::Computed(..) => {}
        }
    }

    /// Writes the value of every hybrid of an item with a background row; `values` has 2^players numbers.
    pub(super) fn fill(&self, own: &mut Marked<'_>, other: &mut Marked<'_>, values: &mut [f64]) {
        match self {
            Self::Column(column, bit) => {
                let of = |row: &[f64]| row.get(*column).copied().unwrap_or(f64::NAN);
                let (own, other) = (of(own.row), of(other.row));
                for (set, value) in values.iter_mut().enumerate() {
                    *value = if bit.is_none_or(|bit| set >> bit & 1 == 1) { own } else { other };
                }
            }
            Self::Trees(leaves) => {
                values.fill(0.0);
                leaves.add(own.take(leaves.len()), other.take(leaves.len()), values);
                sum_over_subsets(values);
                for value in values {
                    *value += leaves.base;
                }
            }
            Self::Curve(function, sum) => {
                sum.fill(own, other, values);
                for value in values {
                    *value = function.at(*value);
                }
            }
            Self::Computed(form, bits) => computed(form, bits, (own.row, other.row), values),
        }
    }
}

impl Sum {
    fn of(form: &Form, bits: &[Option<usize>], means: &Means<'_>) -> Result<Self, Error> {
        let counted = form.terms.iter().filter(|term| term.weight != 0.0);
        let terms = counted.map(|term| Ok((term.weight, Node::of(&term.part, bits, means)?)));
        Ok(Self { bias: form.bias, terms: terms.collect::<Result<_, Error>>()? })
    }

    fn fill(&self, own: &mut Marked<'_>, other: &mut Marked<'_>, values: &mut [f64]) {
        values.fill(self.bias);
        let mut part = vec![0.0; values.len()];
        for (weight, node) in &self.terms {
            node.fill(own, other, &mut part);
            for (sum, value) in values.iter_mut().zip(&part) {
                *sum += weight * value;
            }
        }
    }
}

/// Most rows that are computed at once.
const TOGETHER: usize = 1024;

/// The values of a form for every hybrid; hybrids that are the same row are computed once.
fn computed(form: &Form, bits: &[Option<usize>], (item, row): (&[f64], &[f64]), values: &mut [f64]) {
    let (differing, players) = differing(bits, (item, row));
    let distinct = 1_usize << players.len();
    let mut rows = Vec::with_capacity(TOGETHER.min(distinct) * form.columns);
    let Some(found) = values.get_mut(..distinct) else { return };
    let mut hybrid: Vec<f64> = item
        .iter()
        .zip(row)
        .zip(bits)
        .map(|((own, other), bit)| if bit.is_none() { *own } else { *other })
        .collect();
    let owned: Vec<Vec<usize>> = players.iter().map(|player| columns_of(bits, *player)).collect();
    for (block, values) in found.chunks_mut(TOGETHER).enumerate() {
        rows.clear();
        for offset in 0..values.len() {
            let set = block * TOGETHER + offset;
            // From the set before, the lowest zero bit was filled and all below were emptied.
            for (bit, columns) in owned.iter().enumerate().take(set.trailing_zeros() as usize + 1) {
                let from = if set >> bit & 1 == 1 { item } else { row };
                for column in columns {
                    if let (Some(slot), Some(value)) = (hybrid.get_mut(*column), from.get(*column)) {
                        *slot = *value;
                    }
                }
            }
            rows.extend_from_slice(&hybrid);
        }
        form.values(&rows, values);
    }
    expand(values, differing);
}

/// The players, as a set and as a list, whose columns hold other bits in the item than in the row.
pub(super) fn differing(bits: &[Option<usize>], (item, row): (&[f64], &[f64])) -> (usize, Vec<usize>) {
    let pairs = item.iter().zip(row).zip(bits).filter(|((own, other), _)| own.to_bits() != other.to_bits());
    let set = pairs.filter_map(|(_, bit)| *bit).fold(0_usize, |set, bit| set | 1 << bit);
    (set, (0..bits.len()).filter(|bit| set >> bit & 1 == 1).collect())
}

fn columns_of(bits: &[Option<usize>], player: usize) -> Vec<usize> {
    (0..).zip(bits).filter(|(_, bit)| **bit == Some(player)).map(|(column, _)| column).collect()
}

/// Per column the bit of its player among some of the players.
pub(super) fn bits(players: &Players, some: &[usize]) -> Vec<Option<usize>> {
    let bit = |player: usize| some.iter().position(|known| *known == player);
    players.of_columns().into_iter().map(|player| player.and_then(bit)).collect()
}

/// The players that own at least one of these columns, ascending.
pub(super) fn players_of(players: &Players, columns: &[usize]) -> Vec<usize> {
    let owner = players.of_columns();
    let mut read: Vec<usize> =
        columns.iter().filter_map(|column| owner.get(*column).copied().flatten()).collect();
    read.sort_unstable();
    read.dedup();
    read
}
