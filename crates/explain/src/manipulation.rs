//! How many places could be won by changing only some signals, within the range that is usual.

use crate::dependence::quantile;
use crate::games::place::Others;
use crate::sweep::{Values, lines};
use crate::{Error, Matrix, Means, Subject};

/// Values that are tried where the score is not made of trees.
const TRIED: usize = 64;
/// Rounds in which several columns are changed one after another.
const ROUNDS: usize = 3;

/// What somebody could win for one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    /// Places towards the top; 0 where nothing helps.
    pub places: f64,
    /// The values that win them, by column.
    pub values: Vec<(usize, f64)>,
    /// Whether no values within the range can win more.
    pub exact: bool,
}

/// The most places that one item can win by other values of one column between the 5 % and the 95 % quantile of the
/// background. Exact where the score is made of trees as far as this column goes.
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::NoItems`] for a background without values, or what the model says.
pub fn one_signal(
    subject: &mut Subject<'_>,
    row: &[f64],
    column: usize,
    (background, others): (&Matrix, &Others),
    means: &Means<'_>,
) -> Result<Gain, Error> {
    let one = Matrix::new(row.len(), row.to_vec())?;
    let own = row.get(column).copied().ok_or(Error::NoSuchColumn { column, columns: row.len() })?;
    let (values, exact) = usual(subject, background, column)?;
    let mut tried = values;
    tried.push(own);
    let scores = lines(subject, &one, column, &tried, means)?;
    let now = others.place(scores.values().last().copied().unwrap_or(f64::NAN));
    let mut best = Gain { places: 0.0, values: Vec::new(), exact };
    let mut highest = f64::NEG_INFINITY;
    for (value, score) in tried.iter().zip(scores.values()) {
        let (places, height) = (now - others.place(*score), others.upward(*score));
        // Of values that win as much, the one that comes nearest to winning more.
        if places > best.places || (places > 0.0 && places >= best.places && height > highest) {
            best = Gain { places, values: vec![(column, *value)], exact };
            highest = height;
        }
    }
    Ok(best)
}

/// The most places found by changing several columns one after another, each to its best value, for a few rounds. A
/// lower bound: other combinations may win more.
///
/// # Errors
/// As [`one_signal`].
pub fn several_signals(
    subject: &mut Subject<'_>,
    row: &[f64],
    columns: &[usize],
    (background, others): (&Matrix, &Others),
    means: &Means<'_>,
) -> Result<Gain, Error> {
    let mut changed = row.to_vec();
    let mut total = 0.0;
    let mut exact = true;
    for _ in 0..ROUNDS {
        let before = total;
        for column in columns {
            let gain = one_signal(subject, &changed, *column, (background, others), means)?;
            exact &= gain.exact && columns.len() == 1;
            if let (Some((_, value)), Some(slot)) = (gain.values.first(), changed.get_mut(*column)) {
                *slot = *value;
                total += gain.places;
            }
        }
        if total <= before {
            break;
        }
    }
    let values = columns.iter().filter_map(|column| {
        let (old, new) = (row.get(*column)?, changed.get(*column)?);
        (old.to_bits() != new.to_bits()).then_some((*column, *new))
    });
    Ok(Gain { places: total, values: values.collect(), exact })
}

/// Values within the usual range: one in each interval that touches it, or some that occur.
fn usual(subject: &Subject<'_>, background: &Matrix, column: usize) -> Result<(Vec<f64>, bool), Error> {
    let mut known: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (quantile(&known, 0.05), quantile(&known, 0.95)) else {
        return Err(Error::NoItems);
    };
    let values = Values::of(subject, background, column, TRIED);
    let exact = values.limits.is_some();
    let mut inside: Vec<f64> =
        values.values.into_iter().filter(|value| *value >= low && *value <= high).collect();
    // The ends lie in intervals of their own, whose representatives may lie outside.
    inside.extend([low, high]);
    inside.sort_by(f64::total_cmp);
    inside.dedup();
    Ok((inside, exact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Order;
    use crate::testing::Formula;

    fn background() -> Matrix {
        Matrix::new(2, (0..=20).flat_map(|at| [f64::from(at), f64::from(at)]).collect()).unwrap()
    }

    #[test]
    fn the_best_value_within_the_usual_range_is_found() {
        let mut sum = Formula(2, |row: &[f64]| row[0] - row[1]);
        let others = Others::new([1.0, 5.0, 18.0, 30.0], Order::Descending);
        let mut subject = Subject::BlackBox(&mut sum);

        let gain =
            one_signal(&mut subject, &[0.0, 0.0], 0, (&background(), &others), &Means::plain()).unwrap();
        let both =
            several_signals(&mut subject, &[0.0, 10.0], &[0, 1], (&background(), &others), &Means::plain());

        assert_eq!((gain.places, gain.exact), (3.0, false));
        assert_eq!(gain.values, [(0, 19.0)]);
        assert_eq!(both.unwrap().places, 2.5 + 0.0);
    }
}
