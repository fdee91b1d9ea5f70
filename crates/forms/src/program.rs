//! Steps that make a score out of a row.

mod check;
mod cut;
mod dense;
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
