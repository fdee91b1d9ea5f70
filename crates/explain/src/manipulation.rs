//! How many places could be won by changing only some signals, within the range that is usual.

use crate::dependence::quantile;
use crate::games::place::Others;
use crate::sweep::{Values, lines, scores};
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

/// The most places found by changing several columns one after another, each to the value with which the score is
/// nearest to the top, for a few rounds. A lower bound: other combinations may win more.
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
    if let [column] = columns {
        return one_signal(subject, row, *column, (background, others), means);
    }
    let own = scores(subject, &Matrix::new(row.len(), row.to_vec())?, means)?;
    let own = own.first().copied().ok_or(Error::NoItems)?;
    let (mut changed, mut best) = (row.to_vec(), own);
    for _ in 0..ROUNDS {
        let before = best;
        for column in columns {
            means.go_on()?;
            let (tried, _) = usual(subject, background, *column)?;
            let rows = Matrix::new(changed.len(), changed.clone())?;
            let found = lines(subject, &rows, *column, &tried, means)?;
            // Places alone would not do: two changes may win what neither of them wins.
            for (value, score) in tried.iter().zip(found.values()) {
                if let Some(slot) = changed.get_mut(*column)
                    && others.upward(*score) > others.upward(best)
                {
                    (best, *slot) = (*score, *value);
                }
            }
        }
        if others.upward(best) <= others.upward(before) {
            break;
        }
    }
    let places = others.place(own) - others.place(best);
    let values = columns.iter().filter_map(|column| {
        let (old, new) = (row.get(*column)?, changed.get(*column)?);
        (old.to_bits() != new.to_bits()).then_some((*column, *new))
    });
    let values = if places > 0.0 { values.collect() } else { Vec::new() };
    Ok(Gain { places: places.max(0.0), values, exact: columns.is_empty() })
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
    use proptest::prelude::*;

    use super::*;
    use crate::Order;
    use crate::testing::{Formula, forests};

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
        // 19 - 1 ties with 18: one whole place of the two above it, half of the third.
        let both = both.unwrap();
        assert_eq!((both.places, both.exact), (2.5, false));
        assert_eq!(both.values, [(0, 19.0), (1, 1.0)]);
    }

    #[test]
    fn two_changes_win_what_neither_wins_alone() {
        let mut sum = Formula(2, |row: &[f64]| -row[0] - row[1]);
        let others = Others::new([-30.0], Order::Ascending);
        let mut subject = Subject::BlackBox(&mut sum);
        let asked = (&background(), &others);

        let alone = one_signal(&mut subject, &[1.0, 1.0], 0, asked, &Means::plain()).unwrap();
        let both = several_signals(&mut subject, &[1.0, 1.0], &[0, 1], asked, &Means::plain()).unwrap();

        assert_eq!((alone.places, both.places), (0.0, 1.0));
        assert_eq!(alone.values, []);
    }

    proptest! {
        #[test]
        fn no_value_of_the_usual_range_wins_more(
            form in forests(2),
            row in proptest::collection::vec(-6.0..6.0, 2),
            others in proptest::collection::vec(-3.0..3.0, 1..10),
            tried in proptest::collection::vec(1.0..=19.0, 60),
        ) {
            let others = Others::new(others, Order::Descending);
            let asked = (&background(), &others);
            let found = one_signal(&mut Subject::Form(&form), &row, 0, asked, &Means::plain()).unwrap();

            prop_assert!(found.exact);
            let now = others.place(form.value(&row));
            for value in tried {
                prop_assert!(now - others.place(form.value(&[value, row[1]])) <= found.places);
            }
            for (_, value) in found.values {
                prop_assert!((1.0..=19.0).contains(&value));
            }
        }
    }
}
