//! What single steps compute, for blocks of rows.

use std::sync::Arc;

use super::real::{LANES, Lane, Real, combine};
use super::step::{Combination, Fold, Leaves, Map};
use crate::Forest;

/// An earlier step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) step: usize,
    pub(super) width: usize,
}

/// Rows of a table that are looked up.
#[derive(Debug)]
pub(super) struct Table<T> {
    pub(super) numbers: Vec<T>,
    pub(super) width: usize,
    pub(super) places: Vec<usize>,
}

pub(super) fn tiles<T>(block: &mut [Lane<T>], width: usize) -> impl Iterator<Item = &mut [Lane<T>]> {
    block.chunks_exact_mut(width.max(1))
}

/// Lanes without a row keep numbers of rows before; nobody reads what becomes of them.
pub(super) fn fill_columns<'r, T: Real>(
    columns: &[usize],
    mut rows: impl Iterator<Item = &'r [f64]>,
    block: &mut [Lane<T>],
) {
    for tile in tiles(block, columns.len()) {
        for lane in 0..LANES {
            let Some(row) = rows.next() else { return };
            let numbers = columns.iter().map(|column| row.get(*column).copied().unwrap_or(f64::NAN));
            for (to, number) in tile.iter_mut().filter_map(|element| element.get_mut(lane)).zip(numbers) {
                *to = T::of(number);
            }
        }
    }
}

pub(super) fn pick<T: Copy>(from: &[Lane<T>], places: &[usize], to: &mut [Lane<T>]) {
    for (to, place) in to.iter_mut().zip(places) {
        if let Some(from) = from.get(*place) {
            *to = *from;
        }
    }
}

pub(super) fn join<'a, T: Real>(
    sources: &[Source],
    of: impl Fn(&Source) -> &'a [Lane<T>],
    width: usize,
    block: &mut [Lane<T>],
) {
    let mut begin = 0;
    for source in sources {
        let parts = of(source).chunks_exact(source.width.max(1));
        for (to, from) in tiles(block, width).zip(parts) {
            to.iter_mut().skip(begin).zip(from).for_each(|(to, from)| *to = *from);
        }
        begin += source.width;
    }
}

pub(super) fn apply<T: Real>(map: Map, from: &[Lane<T>], to: &mut [Lane<T>]) {
    let all = to.as_flattened_mut().iter_mut().zip(from.as_flattened());
    match map {
        Map::Function(crate::Function::Relu) => {
            all.for_each(|(to, from)| *to = if *from < T::ZERO { T::ZERO } else { *from });
        }
        Map::Negative => all.for_each(|(to, from)| *to = T::ZERO - *from),
        Map::Function(crate::Function::Sigmoid) => {
            all.for_each(|(to, from)| *to = T::ONE / (T::ONE + (T::ZERO - *from).exp()));
        }
        map => all.for_each(|(to, from)| *to = from.map(map)),
    }
}

pub(super) fn pairs<T: Real>(
    operation: Combination,
    left: &[Lane<T>],
    right: &[Lane<T>],
    to: &mut [Lane<T>],
) {
    let both = left.as_flattened().iter().zip(right.as_flattened());
    let all = to.as_flattened_mut().iter_mut().zip(both);
    // The four operations of arithmetic have loops of their own, in which the operation is known.
    match operation {
        Combination::Add => all.for_each(|(to, (left, right))| *to = *left + *right),
        Combination::Subtract => all.for_each(|(to, (left, right))| *to = *left - *right),
        Combination::Multiply => all.for_each(|(to, (left, right))| *to = *left * *right),
        Combination::Divide => all.for_each(|(to, (left, right))| *to = *left / *right),
        operation => all.for_each(|(to, (left, right))| *to = combine(operation, *left, *right)),
    }
}

pub(super) fn choose<T: Real>(condition: &[Lane<T>], yes: &[Lane<T>], no: &[Lane<T>], to: &mut [Lane<T>]) {
    let both = yes.as_flattened().iter().zip(no.as_flattened());
    let asked = condition.as_flattened().iter().zip(both);
    for (to, (condition, (yes, no))) in to.as_flattened_mut().iter_mut().zip(asked) {
        *to = if *condition == T::ZERO { *no } else { *yes };
    }
}

pub(super) fn fold<T: Real>(how: Fold, length: usize, from: &[Lane<T>], to: &mut [Lane<T>]) {
    let count = T::of(f64::from(u32::try_from(length).unwrap_or(u32::MAX)));
    for (to, group) in to.iter_mut().zip(from.chunks_exact(length.max(1))) {
        let mut elements = group.iter();
        let mut sum = elements.next().copied().unwrap_or([T::ZERO; LANES]);
        for element in elements {
            for (sum, number) in sum.iter_mut().zip(element) {
                *sum = match how {
                    Fold::Sum | Fold::Mean => *sum + *number,
                    Fold::Greatest => sum.greatest(*number),
                    Fold::Least => sum.least(*number),
                    Fold::Product => *sum * *number,
                };
            }
        }
        *to = if how == Fold::Mean { sum.map(|sum| sum / count) } else { sum };
    }
}

pub(super) fn softmax<T: Real>(length: usize, from: &[Lane<T>], to: &mut [Lane<T>]) {
    for (to, from) in to.chunks_exact_mut(length.max(1)).zip(from.chunks_exact(length.max(1))) {
        for lane in 0..LANES {
            let numbers = || from.iter().filter_map(|element| element.get(lane)).copied();
            let Some(most) = numbers().reduce(Real::greatest) else { continue };
            let powers = || numbers().map(|number| (number - most).exp());
            let sum = powers().fold(T::ZERO, |sum, power| sum + power);
            for (to, power) in to.iter_mut().filter_map(|element| element.get_mut(lane)).zip(powers()) {
                *to = power / sum;
            }
        }
    }
}

pub(super) fn trees<T: Real>(forests: &[Arc<Forest>], how: Leaves, from: &[Lane<T>], to: &mut [Lane<T>]) {
    for lane in 0..LANES {
        let row: Vec<f64> =
            from.iter().filter_map(|element| element.get(lane)).map(|number| number.wide()).collect();
        for (to, forest) in to.iter_mut().filter_map(|element| element.get_mut(lane)).zip(forests) {
            *to = T::of(how.of(forest, &row));
        }
    }
}

impl Leaves {
    /// The result of one forest for one row.
    pub(crate) fn of(self, forest: &Forest, row: &[f64]) -> f64 {
        let leaves = || forest.trees().iter().map(|tree| tree.value(row));
        match self {
            Self::Sum => forest.value(row),
            Self::Least => forest.base() + leaves().reduce(f64::min).unwrap_or(0.0),
            Self::Greatest => forest.base() + leaves().reduce(f64::max).unwrap_or(0.0),
        }
    }
}

impl<T: Real> Table<T> {
    pub(super) fn run(&self, from: &[Lane<T>], to: &mut [Lane<T>]) {
        for (to, ids) in to.chunks_exact_mut(self.places.len().max(1)).zip(from) {
            for (lane, id) in ids.iter().enumerate() {
                let row = self.row(id.wide());
                for (to, place) in to.iter_mut().filter_map(|element| element.get_mut(lane)).zip(&self.places)
                {
                    *to = row.and_then(|row| row.get(*place)).copied().unwrap_or(T::of(f64::NAN));
                }
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "compared with the number of rows first, which is far below 2^53"
    )]
    fn row(&self, id: f64) -> Option<&[T]> {
        let rows = (self.numbers.len() / self.width.max(1)) as f64;
        let id = if id < 0.0 { id + rows } else { id };
        if !(0.0..rows).contains(&id) {
            return None;
        }
        let begin = id as usize * self.width;
        self.numbers.get(begin..begin + self.width)
    }
}
