//! Steps that make a score out of a row.

mod check;
mod cut;
mod dense;
mod kernels;
mod machine;
mod reach;
mod real;
mod step;

pub use check::{width, widths};
pub use reach::columns_read;
pub use step::{Affine, Combination, Fold, Leaves, Lookup, Map, Step, Trees};

use std::sync::Arc;

use crate::{Error, Network};
use machine::Machine;

/// Steps that make one number out of a row. Invariant: every step fits the steps before it.
///
/// Computed in the precision of the model; every sum has a fixed order, so that a row gets the same bits on every
/// machine and whatever rows stand beside it.
#[derive(Debug)]
pub struct Program {
    columns: usize,
    reads: Vec<usize>,
    machine: Precise,
    together: Option<(Arc<Together>, usize)>,
}

/// Several programs over the same steps, computed at once: what they share is computed once.
#[derive(Debug)]
pub struct Together {
    machine: Precise,
    width: usize,
}

/// How many bits the numbers of a program have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Precision {
    /// 32 bits.
    Single,
    /// 64 bits.
    Double,
}

#[derive(Debug)]
enum Precise {
    Single(Machine<f32>),
    Double(Machine<f64>),
}

/// What a program is to give: `bias` plus the weighted sum of elements of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The summands: step, element, weight.
    pub elements: Vec<(usize, usize, f64)>,
    /// What is added.
    pub bias: f64,
}

impl Program {
    /// The part of the steps, over rows of `columns` columns, that is needed for what is wanted. Whatever has no part
    /// in it, a weight of zero included, is left out.
    ///
    /// # Errors
    /// [`Error::Step`] for steps that do not fit together.
    pub fn new(columns: usize, precision: Precision, steps: &[Step], wanted: &Wanted) -> Result<Self, Error> {
        let before = widths(columns, steps)?;
        let steps = cut::cut(steps, &before, std::slice::from_ref(wanted))?;
        let widths = widths(columns, &steps)?;
        let last = steps.len().saturating_sub(1);
        let reads = columns_read(&steps, &widths, std::iter::once((last, 0)));
        Ok(Self {
            columns,
            reads,
            machine: Precise::new(columns, precision, &steps, &widths),
            together: None,
        })
    }

    /// One program for each wanted number; they know that they can be computed together.
    ///
    /// # Errors
    /// [`Error::Step`] for steps that do not fit together.
    pub fn several(
        columns: usize,
        precision: Precision,
        steps: &[Step],
        wanted: &[Wanted],
    ) -> Result<Vec<Self>, Error> {
        let alone = wanted.iter().map(|wanted| Self::new(columns, precision, steps, wanted));
        let mut alone: Vec<Self> = alone.collect::<Result<_, _>>()?;
        if alone.len() > 1 {
            let all = cut::cut(steps, &widths(columns, steps)?, wanted)?;
            let machine = Precise::new(columns, precision, &all, &widths(columns, &all)?);
            let together = Arc::new(Together { machine, width: wanted.len() });
            for (place, program) in alone.iter_mut().enumerate() {
                program.together = Some((Arc::clone(&together), place));
            }
        }
        Ok(alone)
    }
}

impl Together {
    /// How many programs there are.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Writes for each row (rows one after another) the numbers of all programs into `values`.
    pub fn values(&self, rows: &[f64], values: &mut [f64]) {
        self.machine.run(rows, values);
    }
}

impl Precise {
    fn new(columns: usize, precision: Precision, steps: &[Step], widths: &[usize]) -> Self {
        match precision {
            Precision::Single => Self::Single(Machine::new(columns, steps, widths)),
            Precision::Double => Self::Double(Machine::new(columns, steps, widths)),
        }
    }

    fn run(&self, rows: &[f64], out: &mut [f64]) {
        match self {
            Self::Single(machine) => machine.run(rows, out),
            Self::Double(machine) => machine.run(rows, out),
        }
    }
}

impl Network for Program {
    fn columns(&self) -> usize {
        self.columns
    }

    fn reads(&self) -> Vec<usize> {
        self.reads.clone()
    }

    fn values(&self, rows: &[f64], values: &mut [f64]) {
        self.machine.run(rows, values);
    }

    fn together(&self) -> Option<(&Arc<Together>, usize)> {
        self.together.as_ref().map(|(together, place)| (together, *place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `relu(2a + 0b) * c + table[d]`, of which each part is one step.
    fn steps() -> Vec<Step> {
        let weights = [2.0, 0.0].into();
        vec![
            Step::Columns(vec![0, 1]),
            Step::Affine(Affine { from: 0, weights, bias: vec![1.0] }),
            Step::Map { from: 1, map: Map::Function(crate::Function::Relu) },
            Step::Columns(vec![3, 2]),
            Step::Pick { from: 3, places: vec![1] },
            Step::Combine { operation: Combination::Multiply, left: 2, right: 4 },
            Step::Pick { from: 3, places: vec![0] },
            Step::Lookup(Lookup {
                from: 6,
                table: [5.0, 0.0, 7.0, 0.0].into(),
                width: 2,
                places: vec![0, 1],
            }),
            Step::Pick { from: 7, places: vec![0] },
            Step::Combine { operation: Combination::Add, left: 5, right: 8 },
        ]
    }

    fn wanted(step: usize) -> Wanted {
        Wanted { elements: vec![(step, 0, 1.0)], bias: 0.0 }
    }

    #[test]
    fn a_program_computes_its_steps_in_either_precision() {
        let rows = [3.0, f64::NAN, 10.0, 1.0, -4.0, 9.0, 10.0, -2.0, 1.0, 0.0, 1.0, 8.0];

        for precision in [Precision::Single, Precision::Double] {
            let program = Program::new(4, precision, &steps(), &wanted(9)).unwrap();
            let mut values = [0.0; 3];
            program.values(&rows, &mut values);

            assert_eq!(values.map(f64::to_bits).get(..2), [77.0, 5.0].map(f64::to_bits).get(..2));
            assert!(values[2].is_nan(), "a place beyond the table has no value");
        }
    }

    #[test]
    fn weights_of_zero_do_not_read_their_column() {
        let program = Program::new(4, Precision::Double, &steps(), &wanted(9)).unwrap();

        assert_eq!(program.reads(), [0, 2, 3]);
        assert_eq!(Program::new(4, Precision::Double, &steps(), &wanted(2)).unwrap().reads(), [0]);
    }

    #[test]
    fn programs_give_the_same_together_and_alone() {
        let both = Program::several(4, Precision::Single, &steps(), &[wanted(5), wanted(9)]).unwrap();
        let rows: Vec<f64> =
            (0..37_u32).flat_map(|row| [f64::from(row) / 3.0, 1.0, 0.7, f64::from(row % 2)]).collect();
        let (together, _) = both[0].together().unwrap();
        let mut all = vec![0.0; 37 * together.width()];
        together.values(&rows, &mut all);

        for program in &both {
            let place = program.together().unwrap().1;
            let mut alone = vec![0.0; 37];
            program.values(&rows, &mut alone);
            for (row, value) in alone.iter().enumerate() {
                assert_eq!(value.to_bits(), all[row * 2 + place].to_bits());
                let mut single = [0.0];
                program.values(&rows[row * 4..row * 4 + 4], &mut single);
                assert_eq!(value.to_bits(), single[0].to_bits());
            }
        }
    }

    #[test]
    fn steps_that_do_not_fit_are_refused() {
        let refused =
            |step: Step| Program::new(1, Precision::Double, &[step], &wanted(0)).unwrap_err().to_string();

        let sentence =
            "step 0 does not fit the steps before it: it reads a step that does not come before it";
        assert_eq!(refused(Step::Map { from: 0, map: Map::Not }), sentence);
        assert!(refused(Step::Columns(vec![1])).ends_with("it reads elements that do not exist"));
    }
}
