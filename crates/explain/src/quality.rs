//! How good an explanation is.

use crate::places::{Standing, kendall};
use crate::sweep::scores;
use crate::{Attributions, Error, Matrix, Means, Order, Players, Subject, count, mean};

/// What can be checked of an explanation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// The largest miss of base plus parts from the score, over max(1, |score|).
    pub additivity_gap: f64,
    /// The largest standard error of any part; 0 where all is exact.
    pub largest_stderr: f64,
    /// The mean fall of the score, in shares of what the explanation gives the item, when the players with the largest
    /// helping parts are set to background values; near 1 is good, near 0 is none.
    pub deletion: f64,
    /// The mean share of what the explanation gives that stays when only these players are kept. Rows that score as the
    /// background does count in neither; both are 0 where no row is left.
    pub preservation: f64,
}

/// How many of the largest parts are taken away or kept.
const LARGEST: usize = 3;

/// Checks an explanation of scores. Asks for two scores a row and background row.
///
/// # Errors
/// [`Error::WrongCount`] when there is not one explanation a row, [`Error::TooFew`] for an empty background,
/// [`Error::Stopped`], or what the model says.
pub fn quality(
    subject: &mut Subject<'_>,
    (rows, background): (&Matrix, &Matrix),
    players: &Players,
    found: &Attributions,
    means: &Means<'_>,
) -> Result<Quality, Error> {
    if found.items.len() != rows.rows() {
        let (expected, found) = (rows.rows(), found.items.len());
        return Err(Error::WrongCount { what: "explanations", expected, found });
    }
    if background.rows() == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    let gap = found.items.iter().map(|item| item.gap() / item.score.abs().max(1.0)).fold(0.0, f64::max);
    let errors = found.items.iter().filter_map(|item| item.stderr.as_ref()).flatten();
    let largest_stderr = errors.copied().fold(0.0, f64::max);
    let (mut deletion, mut preservation) = (Vec::new(), Vec::new());
    for (row, item) in rows.iter_rows().zip(&found.items) {
        means.go_on()?;
        let total = item.score - item.base;
        if total.abs() <= f64::EPSILON * item.score.abs().max(1.0) {
            continue;
        }
        let mut order: Vec<(f64, usize)> =
            item.values.iter().enumerate().map(|(player, value)| (value * total.signum(), player)).collect();
        order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let largest: Vec<usize> = order.into_iter().take(LARGEST).map(|(_, player)| player).collect();
        let mixed = |keep: bool| mix(row, background, players, &largest, keep);
        let without = mean(&scores(subject, &mixed(false)?, means)?);
        let only = mean(&scores(subject, &mixed(true)?, means)?);
        deletion.push((item.score - without) / total);
        preservation.push((only - item.base) / total);
    }
    Ok(Quality {
        additivity_gap: gap,
        largest_stderr,
        deletion: mean(&deletion),
        preservation: mean(&preservation),
    })
}

/// Every background row with the item's values for some players, or for all others.
fn mix(
    row: &[f64],
    background: &Matrix,
    players: &Players,
    some: &[usize],
    keep: bool,
) -> Result<Matrix, Error> {
    let owner = players.of_columns();
    let mut mixed = Matrix::empty(background.columns())?;
    for other in background.iter_rows() {
        let values = row.iter().zip(other).zip(&owner).map(|((own, other), player)| {
            let among = player.is_some_and(|player| some.contains(&player));
            if player.is_none() || among == keep { *own } else { *other }
        });
        mixed.push(&values.collect::<Vec<_>>())?;
    }
    Ok(mixed)
}

/// How far two measurements agree on which signals matter most: Kendall's tau-a between the orders of their sizes.
#[must_use]
pub fn agreement(one: &[f64], other: &[f64]) -> f64 {
    let standing = |sizes: &[f64]| Standing::new(sizes, Order::Descending);
    kendall(&standing(one), &standing(other))
}

/// The share of the first `k` signals that two measurements have in common.
#[must_use]
pub fn common_first(one: &[f64], other: &[f64], k: usize) -> f64 {
    let first = |sizes: &[f64]| {
        Standing::new(sizes, Order::Descending).shown().into_iter().take(k).collect::<Vec<_>>()
    };
    let (one, other) = (first(one), first(other));
    count(one.iter().filter(|signal| other.contains(signal)).count()) / count(one.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::games::{How, score};
    use crate::testing::Formula;

    #[test]
    fn taking_away_what_matters_takes_the_score_away() {
        let mut line = Formula(4, |row: &[f64]| 10.0 * row[0] + row[1]);
        let mut subject = Subject::BlackBox(&mut line);
        let rows = Matrix::new(4, vec![1.0, 1.0, 1.0, 1.0]).unwrap();
        let background = Matrix::new(4, vec![0.0; 8]).unwrap();
        let players = Players::each(4);
        let (how, means) = (How::default(), Means::plain());
        let found = score::attribute(&mut subject, (&rows, &background), &players, (&how, &means)).unwrap();

        let quality = quality(&mut subject, (&rows, &background), &players, &found, &means).unwrap();

        let empty = Matrix::empty(4).unwrap();
        assert!(super::quality(&mut subject, (&rows, &empty), &players, &found, &means).is_err());
        assert!(quality.additivity_gap < 1e-12 && quality.largest_stderr == 0.0);
        assert!((quality.deletion - 1.0).abs() < 1e-12 && (quality.preservation - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_same_order_agrees_and_the_opposite_does_not() {
        assert!((agreement(&[3.0, 2.0, 1.0], &[30.0, 20.0, 1.0]) - 1.0).abs() < 1e-12);
        assert!((agreement(&[3.0, 2.0, 1.0], &[1.0, 2.0, 3.0]) + 1.0).abs() < 1e-12);
        assert!((common_first(&[3.0, 2.0, 1.0], &[3.0, 1.0, 2.0], 2) - 0.5).abs() < 1e-12);
        // Fewer signals than places: all of them are common.
        assert!((common_first(&[3.0, 2.0, 1.0], &[3.0, 1.0, 2.0], 5) - 1.0).abs() < 1e-12);
    }
}
