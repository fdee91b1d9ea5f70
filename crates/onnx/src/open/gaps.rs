//! Columns whose numbers may be missing.

use forms::program::{Affine, Lookup, Map, Step, Trees};

use super::{Found, Opened};

/// What a missing number (NaN) in the column has made of an element.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Trace {
    /// Nothing.
    Clean,
    /// It is the missing number itself.
    Gap,
    /// Something was computed from the missing number.
    Stained,
}

impl Opened {
    /// Whether a value, named as in [`Opened::form`], still means something where the number of a column is missing.
    ///
    /// Only trees say where a missing number goes: true where every way from the column to the value leads through
    /// trees before anything is computed, and where there is no way at all. False for values that are closed to a
    /// column that can flow into them.
    #[must_use]
    pub fn takes_gaps(&self, output: &str, column: usize) -> bool {
        match self.reads(output) {
            Ok(reads) if !reads.contains(&column) => return true,
            Err(_no_such_value) => return false,
            Ok(_) => {}
        }
        let Some((id, element)) = self.find(output).ok() else { return false };
        let Some(Found::Rows(rows)) = self.values.get(id) else { return false };
        let traces = self.traces(column);
        let of_value = traces.get(rows.step).into_iter().flatten().enumerate();
        of_value
            .filter(|(at, _)| element.is_none_or(|element| element == *at))
            .all(|(_, trace)| *trace == Trace::Clean)
    }

    /// For every step what a missing number in the column makes of its elements.
    fn traces(&self, column: usize) -> Vec<Vec<Trace>> {
        let mut traces: Vec<Vec<Trace>> = Vec::with_capacity(self.steps.len());
        for (step, width) in self.steps.iter().zip(&self.widths) {
            let mut own = trace(step, column, &traces);
            own.resize(*width, Trace::Stained);
            traces.push(own);
        }
        traces
    }
}

/// What a missing number in the column makes of the elements of one step.
fn trace(step: &Step, column: usize, earlier: &[Vec<Trace>]) -> Vec<Trace> {
    let of = |step: usize| earlier.get(step).map(Vec::as_slice).unwrap_or_default();
    let at = |step: usize, place: usize| of(step).get(place).copied().unwrap_or(Trace::Stained);
    let width = |step: usize| of(step).len();
    match step {
        Step::Columns(columns) => {
            let own = |read: &usize| if *read == column { Trace::Gap } else { Trace::Clean };
            columns.iter().map(own).collect()
        }
        Step::Constant(numbers) => vec![Trace::Clean; numbers.len()],
        Step::Pick { from, places } => places.iter().map(|place| at(*from, *place)).collect(),
        Step::Join(parts) => parts.iter().flat_map(|part| of(*part).iter().copied()).collect(),
        Step::Trees(Trees { from, forests, .. }) => {
            let asked = |place: usize| {
                if at(*from, place) == Trace::Stained { Trace::Stained } else { Trace::Clean }
            };
            forests.iter().map(|forest| worst(forest.reads().into_iter().map(asked))).collect()
        }
        // Another precision has a missing number too.
        Step::Map { from, map: Map::Single } => of(*from).to_vec(),
        Step::Map { from, .. } => of(*from).iter().map(|trace| computed(*trace)).collect(),
        Step::Combine { left, right, .. } => {
            (0..width(*left)).map(|place| computed(at(*left, place).max(at(*right, place)))).collect()
        }
        Step::Choose { condition, yes, no } => {
            let places = 0..width(*condition);
            places
                .map(|place| computed(worst([*condition, *yes, *no].into_iter().map(|s| at(s, place)))))
                .collect()
        }
        Step::Fold { from, length, .. } => grouped(of(*from), *length).collect(),
        Step::Softmax { from, length } => {
            grouped(of(*from), *length).flat_map(|trace| std::iter::repeat_n(trace, *length)).collect()
        }
        Step::Affine(Affine { from, bias, weights }) => (0..bias.len())
            .map(|output| {
                let column = weights.iter().skip(output).step_by(bias.len().max(1));
                let counted = column.zip(of(*from)).filter(|(weight, _)| **weight != 0.0);
                computed(worst(counted.map(|(_, trace)| *trace)))
            })
            .collect(),
        Step::Lookup(Lookup { from, places, .. }) => {
            of(*from).iter().flat_map(|trace| std::iter::repeat_n(computed(*trace), places.len())).collect()
        }
    }
}

/// The worst of several; nothing of none.
fn worst(traces: impl Iterator<Item = Trace>) -> Trace {
    traces.max().unwrap_or(Trace::Clean)
}

/// What is left when something is computed.
const fn computed(trace: Trace) -> Trace {
    match trace {
        Trace::Clean => Trace::Clean,
        Trace::Gap | Trace::Stained => Trace::Stained,
    }
}

fn grouped(traces: &[Trace], length: usize) -> impl Iterator<Item = Trace> {
    traces.chunks(length.max(1)).map(|group| computed(worst(group.iter().copied())))
}
