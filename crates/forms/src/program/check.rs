//! What must hold of the steps of a program.

use super::{Affine, Lookup, Step, Trees};
use crate::Error;

/// The width of every step.
///
/// # Errors
/// [`Error::Step`] for the first step that reads a later one, or whose parts do not fit together.
pub fn widths(columns: usize, steps: &[Step]) -> Result<Vec<usize>, Error> {
    let mut widths = Vec::with_capacity(steps.len());
    for (place, step) in steps.iter().enumerate() {
        let width = width(columns, step, &widths).map_err(|what| Error::Step { step: place, what })?;
        widths.push(width);
    }
    Ok(widths)
}

/// The width of one step after steps of these widths.
///
/// # Errors
/// What of its parts does not fit.
pub fn width(columns: usize, step: &Step, widths: &[usize]) -> Result<usize, &'static str> {
    let of = |from: usize| widths.get(from).copied().ok_or("it reads a step that does not come before it");
    let groups = |from: usize, length: usize| {
        of(from)?
            .checked_div(length)
            .filter(|groups| groups * length == of(from).unwrap_or(0))
            .ok_or(NO_GROUPS)
    };
    let inside = |places: &[usize], end: usize| {
        if places.iter().all(|place| *place < end) {
            Ok(places.len())
        } else {
            Err("it reads elements that do not exist")
        }
    };
    match step {
        Step::Columns(read) => inside(read, columns),
        Step::Constant(numbers) => Ok(numbers.len()),
        Step::Pick { from, places } => inside(places, of(*from)?),
        Step::Join(parts) => parts.iter().try_fold(0, |sum, part| Ok(sum + of(*part)?)),
        Step::Map { from, .. } => of(*from),
        Step::Affine(Affine { from, weights, bias }) => {
            equal(&[of(*from)?.checked_mul(bias.len()).ok_or(UNEQUAL)?, weights.len()])?;
            Ok(bias.len())
        }
        Step::Combine { left, right, .. } => equal(&[of(*left)?, of(*right)?]),
        Step::Choose { condition, yes, no } => equal(&[of(*condition)?, of(*yes)?, of(*no)?]),
        Step::Fold { from, length, .. } => groups(*from, *length),
        Step::Softmax { from, length } => groups(*from, *length).and(of(*from)),
        Step::Trees(Trees { from, forests, .. }) => {
            forests.iter().try_for_each(|forest| equal(&[forest.columns(), of(*from)?]).map(drop))?;
            Ok(forests.len())
        }
        Step::Lookup(Lookup { from, table, width, places }) => {
            inside(places, *width)?;
            if table.len().checked_rem(*width) == Some(0) {
                Ok(of(*from)? * places.len())
            } else {
                Err(NO_GROUPS)
            }
        }
    }
}

const UNEQUAL: &str = "its parts have different lengths";
const NO_GROUPS: &str = "its numbers do not fill whole groups";

fn equal(lengths: &[usize]) -> Result<usize, &'static str> {
    match lengths {
        [first, rest @ ..] if rest.iter().all(|length| length == first) => Ok(*first),
        _ => Err(UNEQUAL),
    }
}
