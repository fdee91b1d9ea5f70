//! Which conditions of the leaves of trees a row meets, player by player.

use forms::Forest;

use crate::trees::{Condition, leaves_of};
use crate::{Error, Means};

/// The conditions of the players whose bits these are. Of at most [`super::TREE_PLAYERS`] players.
pub(super) type Mark = u16;

/// Set in the mark of an item that does not meet the conditions of no player: no hybrid of it reaches the leaf.
const NEVER: Mark = 1 << 15;

/// The leaves of one forest.
#[derive(Debug)]
pub(super) struct Leaves {
    pub(super) base: f64,
    /// What each leaf adds.
    pub(super) values: Vec<f64>,
    /// All players with conditions, per leaf.
    pub(super) all: Vec<Mark>,
    conditions: Vec<(Condition, Option<usize>)>,
    /// Per leaf the end of its conditions.
    ends: Vec<usize>,
}

impl Leaves {
    /// The leaves that add something, their conditions told apart by the bits of the columns' players.
    pub(super) fn of(forest: &Forest, bits: &[Option<usize>], means: &Means<'_>) -> Result<Self, Error> {
        let mut found = Self {
            base: forest.base(),
            values: Vec::new(),
            all: Vec::new(),
            conditions: Vec::new(),
            ends: Vec::new(),
        };
        for leaf in leaves_of(forest, means)?.into_iter().flatten().filter(|leaf| leaf.value != 0.0) {
            let bit = |condition: &Condition| bits.get(condition.column as usize).copied().flatten();
            found.conditions.extend(leaf.conditions.iter().map(|condition| (*condition, bit(condition))));
            found.all.push(leaf.conditions.iter().filter_map(bit).fold(0, |all, bit| all | 1 << bit));
            found.values.push(leaf.value);
            found.ends.push(found.conditions.len());
        }
        Ok(found)
    }

    /// How many leaves.
    pub(super) const fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds one mark a leaf: the players whose conditions a background row meets.
    pub(super) fn mark(&self, row: &[f64], marks: &mut Vec<Mark>) {
        self.marks(row, marks, |mark, bit| bit.map_or(mark, |bit| mark & !(1 << bit)));
    }

    /// The same for an item, whose values also stand for the columns of no player.
    pub(super) fn mark_item(&self, item: &[f64], marks: &mut Vec<Mark>) {
        self.marks(item, marks, |mark, bit| bit.map_or(mark | NEVER, |bit| mark & !(1 << bit)));
    }

    fn marks(&self, row: &[f64], marks: &mut Vec<Mark>, fails: impl Fn(Mark, Option<usize>) -> Mark) {
        let mut start = 0;
        for (all, end) in self.all.iter().zip(&self.ends) {
            let mut mark = *all;
            for (condition, bit) in self.conditions.get(start..*end).unwrap_or_default() {
                if !condition.holds(row.get(condition.column as usize).copied().unwrap_or(f64::NAN)) {
                    mark = fails(mark, *bit);
                }
            }
            marks.push(mark);
            start = *end;
        }
    }

    /// Adds every leaf to the hybrids that reach it, as numbers of which [`super::cube::sum_over_subsets`] makes the
    /// values of the hybrids, all but the base.
    ///
    /// The leaf of value v that needs the item for the players P, and would be missed with the item for any of Q, adds
    /// v to every set that holds P and none of Q: v (-1)^|T| at each P + T for T within Q.
    pub(super) fn add(&self, own: &[Mark], other: &[Mark], numbers: &mut [f64]) {
        let marks = own.iter().zip(other).zip(&self.all).zip(&self.values);
        for (((own, other), all), value) in marks {
            if own | other != *all {
                continue;
            }
            let (needed, without) = (all & !other, all & !own);
            let mut taken = without;
            loop {
                let sign = if taken.count_ones() % 2 == 0 { *value } else { -value };
                if let Some(slot) = numbers.get_mut(usize::from(needed | taken)) {
                    *slot += sign;
                }
                if taken == 0 {
                    break;
                }
                taken = (taken - 1) & without;
            }
        }
    }
}
