//! Which elements of which steps can change a result.

use super::{Affine, Combination, Lookup, Step, Trees};

/// For every step, which of its elements can change the wanted ones; `None` for a step without any.
pub(crate) type Reach = Vec<Option<Vec<bool>>>;

/// Follows the wanted elements (step, element) back to the columns. Weights of zero and factors of zero stop the way.
pub(crate) fn reach(steps: &[Step], widths: &[usize], wanted: impl Iterator<Item = (usize, usize)>) -> Reach {
    let mut reach = Marks { widths, marks: vec![None; steps.len()] };
    wanted.for_each(|(step, element)| reach.mark(step, [element]));
    for (place, step) in steps.iter().enumerate().rev() {
        let Some(own) = reach.marks.get(place).cloned().flatten() else { continue };
        reach.follow(steps, step, &own);
    }
    reach.marks
}

/// The columns that can change the wanted elements (step, element), ascending.
pub fn columns_read(
    steps: &[Step],
    widths: &[usize],
    wanted: impl Iterator<Item = (usize, usize)>,
) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    for (step, marks) in steps.iter().zip(reach(steps, widths, wanted)) {
        if let (Step::Columns(read), Some(marks)) = (step, marks) {
            columns.extend(read.iter().zip(marks).filter(|(_, marked)| *marked).map(|(column, _)| *column));
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

struct Marks<'a> {
    widths: &'a [usize],
    marks: Reach,
}

impl Marks<'_> {
    fn mark(&mut self, step: usize, elements: impl IntoIterator<Item = usize>) {
        let width = self.widths.get(step).copied().unwrap_or(0);
        let Some(marks) = self.marks.get_mut(step) else { return };
        let marks = marks.get_or_insert_with(|| vec![false; width]);
        for element in elements {
            if let Some(mark) = marks.get_mut(element) {
                *mark = true;
            }
        }
    }

    /// Marks what the marked elements of one step read.
    fn follow(&mut self, steps: &[Step], step: &Step, own: &[bool]) {
        let marked = || own.iter().enumerate().filter(|(_, marked)| **marked).map(|(place, _)| place);
        match step {
            Step::Columns(_) | Step::Constant(_) => {}
            Step::Pick { from, places } => {
                self.mark(
                    *from,
                    places.iter().zip(own).filter(|(_, marked)| **marked).map(|(place, _)| *place),
                );
            }
            Step::Join(parts) => {
                let mut rest = own;
                for part in parts {
                    let (head, tail) =
                        rest.split_at(self.widths.get(*part).map_or(0, |width| *width).min(rest.len()));
                    self.mark(
                        *part,
                        head.iter().enumerate().filter(|(_, marked)| **marked).map(|(place, _)| place),
                    );
                    rest = tail;
                }
            }
            Step::Affine(affine) => self.mark(affine.from, inputs(affine, own)),
            Step::Map { from, .. } => self.mark(*from, marked()),
            Step::Combine { operation, left, right } => {
                let is_product = *operation == Combination::Multiply;
                self.mark(*left, marked().filter(|place| !(is_product && is_zero(steps, *right, *place))));
                self.mark(*right, marked().filter(|place| !(is_product && is_zero(steps, *left, *place))));
            }
            Step::Choose { condition, yes, no } => {
                for from in [*condition, *yes, *no] {
                    self.mark(from, marked());
                }
            }
            Step::Fold { from, length, .. } => {
                let length = *length;
                self.mark(*from, marked().flat_map(|group| group * length..(group + 1) * length));
            }
            Step::Softmax { from, length } => {
                let length = *length;
                self.mark(
                    *from,
                    marked()
                        .map(|place| place / length)
                        .flat_map(|group| group * length..(group + 1) * length),
                );
            }
            Step::Trees(Trees { from, forests, .. }) => {
                let read = forests.iter().zip(own).filter(|(_, marked)| **marked);
                self.mark(*from, read.flat_map(|(forest, _)| forest.reads()));
            }
            Step::Lookup(Lookup { from, places, .. }) => {
                let width = places.len();
                self.mark(*from, marked().filter_map(|place| place.checked_div(width)));
            }
        }
    }
}

/// The inputs with a weight other than zero for a wanted output.
fn inputs<'a>(affine: &'a Affine, own: &'a [bool]) -> impl Iterator<Item = usize> + 'a {
    let rows = affine.weights.chunks_exact(own.len().max(1));
    let counts = move |row: &[f64]| row.iter().zip(own).any(|(weight, marked)| *marked && *weight != 0.0);
    rows.enumerate().filter(move |(_, row)| counts(row)).map(|(input, _)| input)
}

fn is_zero(steps: &[Step], step: usize, element: usize) -> bool {
    match steps.get(step) {
        Some(Step::Constant(numbers)) => numbers.get(element).is_some_and(|number| *number == 0.0),
        _ => false,
    }
}
