//! Steps as they are computed: for blocks of rows, element by element, in one precision.

use std::sync::Arc;

use super::dense::Dense;
use super::kernels::{
    Source, Table, apply, choose, fill_columns, fold, join, pairs, pick, softmax, tiles, trees,
};
use super::real::{LANES, Lane, Real};
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
