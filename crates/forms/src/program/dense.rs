//! A matrix times many vectors.

use pulp::{Arch, NullaryFnOnce};

use super::real::{LANES, Lane, Real};

/// Outputs that are computed together: their sums for all lanes fit the processor's registers.
const PANEL: usize = 8;

/// Weights, laid out in the order in which they are used.
#[derive(Debug)]
pub(super) struct Dense<T> {
    /// For every [`PANEL`] outputs, for every input, the weights of these outputs; zero beyond the last output.
    panels: Vec<Vec<[T; PANEL]>>,
    bias: Vec<T>,
}

impl<T: Real> Dense<T> {
    /// `weights`: one row of outputs for each input.
    pub(super) fn of(weights: &[f64], bias: &[f64]) -> Self {
        let outputs = bias.len();
        let panel = |first: usize| {
            let rows = weights.chunks_exact(outputs.max(1));
            rows.map(|row| {
                let mut panel = [T::ZERO; PANEL];
                panel.iter_mut().zip(row.iter().skip(first)).for_each(|(to, weight)| *to = T::of(*weight));
                panel
            })
            .collect()
        };
        Self {
            panels: (0..outputs).step_by(PANEL).map(panel).collect(),
            bias: bias.iter().map(|number| T::of(*number)).collect(),
        }
    }

    /// For tile after tile of `inputs` lanes the lanes of the outputs. Every sum runs over the inputs in order, then
    /// adds the bias, so that a row gets the same bits wherever it stands.
    pub(super) fn run(&self, input: &[Lane<T>], inputs: usize, output: &mut [Lane<T>]) {
        let width = self.bias.len();
        if inputs == 0 {
            for tile in output.chunks_exact_mut(width.max(1)) {
                tile.iter_mut().zip(&self.bias).for_each(|(lane, bias)| *lane = [*bias; LANES]);
            }
            return;
        }
        Arch::new().dispatch(Product { dense: self, input, inputs, output });
    }
}

/// A matrix times the vectors of some tiles.
struct Product<'a, T> {
    dense: &'a Dense<T>,
    input: &'a [Lane<T>],
    inputs: usize,
    output: &'a mut [Lane<T>],
}

impl<T: Real> NullaryFnOnce for Product<'_, T> {
    type Output = ();

    /// Compiled for each kind of processor with its widest instructions: they change the speed and no bit.
    #[expect(clippy::inline_always, reason = "only so is it compiled for the processor at hand")]
    #[inline(always)]
    fn call(self) {
        let Self { dense, input, inputs, output } = self;
        let tiles = input.chunks_exact(inputs).zip(output.chunks_exact_mut(dense.bias.len().max(1)));
        for (input, output) in tiles {
            let outputs = output.chunks_mut(PANEL).zip(dense.bias.chunks(PANEL));
            for (panel, (output, bias)) in dense.panels.iter().zip(outputs) {
                let sums = sums(panel, input);
                for ((lane, sum), bias) in output.iter_mut().zip(&sums).zip(bias) {
                    for (to, sum) in lane.iter_mut().zip(sum) {
                        *to = *sum + *bias;
                    }
                }
            }
        }
    }
}

/// The products of one panel, added up over the inputs.
#[expect(clippy::inline_always, reason = "only so is it compiled for the processor at hand")]
#[inline(always)]
fn sums<T: Real>(panel: &[[T; PANEL]], input: &[Lane<T>]) -> [Lane<T>; PANEL] {
    let mut sums = [[T::ZERO; LANES]; PANEL];
    for (weights, lane) in panel.iter().zip(input) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(lane) {
                *sum = *sum + *weight * *value;
            }
        }
    }
    sums
}
