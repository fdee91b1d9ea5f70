//! Steps as they are computed: for blocks of rows, element by element, in one precision.

use std::sync::Arc;

use super::dense::Dense;
use super::real::{LANES, Lane, Real, combine};
use super::step::{Affine, Combination, Fold, Leaves, Lookup, Map, Step, Trees};
use crate::Forest;

/// Tiles of [`LANES`] rows that go through a step before the next step is begun.
const TILES: usize = 4;

/// Steps in one precision. Every step writes a block of `[tile][element][lane]`.
#[derive(Debug)]
pub(super) struct Machine<T> {
    columns: usize,
    operations: Vec<(Operation<T>, usize)>,
}

#[derive(Debug)]
enum Operation<T> {
    Columns(Vec<usize>),
    Constant(Vec<T>),
    Pick(Source, Vec<usize>),
    Join(Vec<Source>),
    Dense(Source, Dense<T>),
    Map(Source, Map),
    Combine(Combination, Source, Source),
    Choose(Source, Source, Source),
    Fold(Source, Fold, usize),
    Softmax(Source, usize),
    Trees(Source, Vec<Arc<Forest>>, Leaves),
    Lookup(Source, Table<T>),
}

#[derive(Clone, Copy, Debug)]
struct Source {
    step: usize,
    width: usize,
}

#[derive(Debug)]
struct Table<T> {
    numbers: Vec<T>,
    width: usize,
    places: Vec<usize>,
}

impl<T: Real> Machine<T> {
    /// Steps that were checked, and their widths.
    pub(super) fn new(columns: usize, steps: &[Step], widths: &[usize]) -> Self {
        let source = |step: usize| Source { step, width: widths.get(step).copied().unwrap_or(0) };
        let operations =
            steps.iter().zip(widths).map(|(step, width)| (Operation::of(step, source), *width)).collect();
        Self { columns, operations }
    }

    /// Writes the vector of the last step for each row into `out`.
    pub(super) fn run(&self, rows: &[f64], out: &mut [f64]) {
        let width = self.operations.last().map_or(0, |(_, width)| *width);
        let columns = self.columns.max(1);
        let tiles = TILES.min((out.len() / width.max(1)).div_ceil(LANES));
        let mut blocks: Vec<Vec<Lane<T>>> =
            self.operations.iter().map(|step| step.0.block(step.1, tiles)).collect();
        let block_rows = tiles * LANES;
        let chunks =
            rows.chunks((block_rows * columns).max(1)).zip(out.chunks_mut((block_rows * width).max(1)));
        for (rows, out) in chunks {
            self.run_block(rows, &mut blocks);
            let last = blocks.last().map_or(&[][..], Vec::as_slice);
            let tiles = last.chunks_exact(width.max(1)).zip(out.chunks_mut((LANES * width).max(1)));
            for (tile, out) in tiles {
                for (lane, out) in out.chunks_exact_mut(width.max(1)).enumerate() {
                    let numbers = tile.iter().filter_map(|element| element.get(lane));
                    out.iter_mut().zip(numbers).for_each(|(out, number)| *out = number.wide());
                }
            }
        }
    }

    fn run_block(&self, rows: &[f64], blocks: &mut [Vec<Lane<T>>]) {
        for (place, (operation, width)) in self.operations.iter().enumerate() {
            let (done, rest) = blocks.split_at_mut(place);
            let Some(block) = rest.first_mut() else { return };
            let of = |source: &Source| done.get(source.step).map_or(&[][..], Vec::as_slice);
            match operation {
                Operation::Columns(read) => fill_columns(read, rows.chunks_exact(self.columns.max(1)), block),
                Operation::Constant(_) => {}
                Operation::Pick(source, places) => {
                    for (to, from) in tiles(block, *width).zip(of(source).chunks_exact(source.width.max(1))) {
                        pick(from, places, to);
                    }
                }
                Operation::Join(sources) => join(sources, of, *width, block),
                Operation::Dense(source, dense) => dense.run(of(source), source.width, block),
                Operation::Map(source, map) => apply(*map, of(source), block),
                Operation::Combine(operation, left, right) => pairs(*operation, of(left), of(right), block),
                Operation::Choose(condition, yes, no) => choose(of(condition), of(yes), of(no), block),
                Operation::Fold(source, how, length) => fold(*how, *length, of(source), block),
                Operation::Softmax(source, length) => softmax(*length, of(source), block),
                Operation::Trees(source, forests, how) => {
                    for (to, from) in tiles(block, *width).zip(of(source).chunks_exact(source.width.max(1))) {
                        trees(forests, *how, from, to);
                    }
                }
                Operation::Lookup(source, table) => table.run(of(source), block),
            }
        }
    }
}

impl<T: Real> Operation<T> {
    fn of(step: &Step, source: impl Fn(usize) -> Source) -> Self {
        match step {
            Step::Columns(columns) => Self::Columns(columns.clone()),
            Step::Constant(numbers) => Self::Constant(numbers.iter().map(|number| T::of(*number)).collect()),
            Step::Pick { from, places } => Self::Pick(source(*from), places.clone()),
            Step::Join(parts) => Self::Join(parts.iter().map(|part| source(*part)).collect()),
            Step::Affine(Affine { from, weights, bias }) => {
                Self::Dense(source(*from), Dense::of(weights, bias))
            }
            Step::Map { from, map } => Self::Map(source(*from), *map),
            Step::Combine { operation, left, right } => {
                Self::Combine(*operation, source(*left), source(*right))
            }
            Step::Choose { condition, yes, no } => {
                Self::Choose(source(*condition), source(*yes), source(*no))
            }
            Step::Fold { from, how, length } => Self::Fold(source(*from), *how, *length),
            Step::Softmax { from, length } => Self::Softmax(source(*from), *length),
            Step::Trees(Trees { from, forests, how }) => Self::Trees(source(*from), forests.clone(), *how),
            Step::Lookup(Lookup { from, table, width, places }) => Self::Lookup(
                source(*from),
                Table {
                    numbers: table.iter().map(|number| T::of(*number)).collect(),
                    width: *width,
                    places: places.clone(),
                },
            ),
        }
    }

    /// Room for the results; those of constants are already there.
    fn block(&self, width: usize, tiles: usize) -> Vec<Lane<T>> {
        match self {
            Self::Constant(numbers) => {
                let tile: Vec<Lane<T>> = numbers.iter().map(|number| [*number; LANES]).collect();
                tile.repeat(tiles)
            }
            _ => vec![[T::ZERO; LANES]; width * tiles],
        }
    }
}

fn tiles<T>(block: &mut [Lane<T>], width: usize) -> impl Iterator<Item = &mut [Lane<T>]> {
    block.chunks_exact_mut(width.max(1))
}

/// Lanes without a row keep numbers of rows before; nobody reads what becomes of them.
fn fill_columns<'r, T: Real>(
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

fn pick<T: Copy>(from: &[Lane<T>], places: &[usize], to: &mut [Lane<T>]) {
    for (to, place) in to.iter_mut().zip(places) {
        if let Some(from) = from.get(*place) {
            *to = *from;
        }
    }
}

fn join<'a, T: Real>(
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

fn apply<T: Real>(map: Map, from: &[Lane<T>], to: &mut [Lane<T>]) {
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

fn pairs<T: Real>(operation: Combination, left: &[Lane<T>], right: &[Lane<T>], to: &mut [Lane<T>]) {
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

fn choose<T: Real>(condition: &[Lane<T>], yes: &[Lane<T>], no: &[Lane<T>], to: &mut [Lane<T>]) {
    let both = yes.as_flattened().iter().zip(no.as_flattened());
    let asked = condition.as_flattened().iter().zip(both);
    for (to, (condition, (yes, no))) in to.as_flattened_mut().iter_mut().zip(asked) {
        *to = if *condition == T::ZERO { *no } else { *yes };
    }
}

fn fold<T: Real>(how: Fold, length: usize, from: &[Lane<T>], to: &mut [Lane<T>]) {
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

fn softmax<T: Real>(length: usize, from: &[Lane<T>], to: &mut [Lane<T>]) {
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

fn trees<T: Real>(forests: &[Arc<Forest>], how: Leaves, from: &[Lane<T>], to: &mut [Lane<T>]) {
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
    fn run(&self, from: &[Lane<T>], to: &mut [Lane<T>]) {
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
