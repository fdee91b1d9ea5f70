//! How scores depend on one signal: partial dependence, single lines, and accumulated local effects.

use crate::sweep::lines;
use crate::{Error, Matrix, Means, Subject, count, mean};

/// Bins with fewer rows are marked as thin.
pub const THIN_ROWS: usize = 20;
/// A step counts as flat up to this, relative to the larger of 1 and the largest score of the sweep.
const FLAT: f64 = 1e-6;

/// The partial dependence of a score on one column, over all rows of the background.
///
/// Source: J. Friedman, "Greedy Function Approximation" (2001), section 8.2; the single lines are ICE (A. Goldstein and
/// others, 2015).
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// The values, ascending.
    pub grid: Vec<f64>,
    /// The mean score for each value.
    pub pdp: Vec<f64>,
    /// The score of each background row for each value: rows × values.
    pub ice: Matrix,
    /// Steps from a value to the next, over all rows, in which the score rises.
    pub rises: usize,
    /// Steps in which it falls.
    pub falls: usize,
    /// Steps in which it stays: by at most a millionth of the larger of 1 and the largest score.
    pub flat: usize,
}

/// The deciles of a column, linear between neighbouring values, rounded to 32 bits where all values are; each once.
#[must_use]
pub fn deciles(background: &Matrix, column: usize) -> Vec<f64> {
    let mut values: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, reason = "this is the rounding that is asked for")]
    let single = |value: f64| f64::from(value as f32);
    let all_single = values.iter().all(|value| single(*value).to_bits() == value.to_bits());
    let mut deciles: Vec<f64> =
        (0..=10).filter_map(|tenth| quantile(&values, f64::from(tenth) / 10.0)).collect();
    if all_single {
        deciles = deciles.into_iter().map(single).collect();
    }
    deciles.dedup();
    deciles
}

/// The quantile of sorted values, linear between neighbours.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * count(sorted.len().checked_sub(1)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in the slice")]
    let index = libm::floor(at) as usize;
    let low = *sorted.get(index)?;
    let high = sorted.get(index + 1).copied().unwrap_or(low);
    let part = at - count(index);
    // From the nearer end, so that both ends are met exactly.
    Some(if part < 0.5 { low + (high - low) * part } else { high - (high - low) * (1.0 - part) })
}

/// How scores depend on a column. Asks for rows × grid scores.
///
/// # Errors
/// [`Error::TooFew`] for an empty background or grid, [`Error::NoSuchColumn`], [`Error::Stopped`], or what the model
/// says.
pub fn dependence(
    subject: &mut Subject<'_>,
    background: &Matrix,
    column: usize,
    grid: &[f64],
    means: &Means<'_>,
) -> Result<Dependence, Error> {
    if background.rows() == 0 {
        return Err(Error::TooFew { setting: "background_rows", least: 1 });
    }
    if grid.is_empty() {
        return Err(Error::TooFew { setting: "grid", least: 1 });
    }
    let ice = lines(subject, background, column, grid, means)?;
    let pdp = (0..grid.len()).map(|value| mean(&ice.column(value).collect::<Vec<_>>())).collect();
    let largest = ice.values().iter().fold(1.0_f64, |largest, score| largest.max(score.abs()));
    let mut found = Dependence { grid: grid.to_vec(), pdp, ice, rises: 0, falls: 0, flat: 0 };
    let steps = found.ice.iter_rows().flat_map(|line| line.iter().zip(line.iter().skip(1)));
    let (mut rises, mut falls, mut flat) = (0, 0, 0);
    for (before, after) in steps {
        let step = after - before;
        let counter = if step.abs() <= FLAT * largest {
            &mut flat
        } else if step > 0.0 {
            &mut rises
        } else {
            &mut falls
        };
        *counter += 1;
    }
    (found.rises, found.falls, found.flat) = (rises, falls, flat);
    Ok(found)
}

/// The accumulated local effect of a column: at each edge of the bins the mean change of the score along the way,
/// centred so that its mean over the rows is 0.
///
/// Source: D. Apley and J. Zhu, "Visualizing the effects of predictor variables in black box supervised learning
/// models" (2020).
#[derive(Clone, Debug, PartialEq)]
pub struct LocalEffects {
    /// The edges of the bins, ascending: one more than bins.
    pub edges: Vec<f64>,
    /// The effect at each edge, in points of the score.
    pub effects: Vec<f64>,
    /// How many rows each bin holds.
    pub rows: Vec<usize>,
}

impl LocalEffects {
    /// Whether a bin rests on fewer than 20 rows.
    #[must_use]
    pub fn is_thin(&self, bin: usize) -> bool {
        self.rows.get(bin).is_none_or(|rows| *rows < THIN_ROWS)
    }
}

/// The accumulated local effects over bins between these edges; rows outside them count in the first or last bin. Asks
/// for 2 scores a row.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two edges or no rows, [`Error::NoSuchColumn`], or what the model says.
pub fn local_effects(
    subject: &mut Subject<'_>,
    rows: &Matrix,
    column: usize,
    edges: &[f64],
    means: &Means<'_>,
) -> Result<LocalEffects, Error> {
    if edges.len() < 2 {
        return Err(Error::TooFew { setting: "edges", least: 2 });
    }
    if column >= rows.columns() {
        return Err(Error::NoSuchColumn { column, columns: rows.columns() });
    }
    let bins = edges.len() - 1;
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); bins];
    for row in rows.iter_rows() {
        let value = row.get(column).copied().unwrap_or(f64::NAN);
        if value.is_nan() {
            continue;
        }
        let bin = edges.partition_point(|edge| *edge < value).saturating_sub(1).min(bins - 1);
        if let Some(members) = members.get_mut(bin) {
            members.extend_from_slice(row);
        }
    }
    let mut effects = vec![0.0];
    let mut counts = Vec::with_capacity(bins);
    for (members, ends) in members.into_iter().zip(edges.windows(2)) {
        let members = Matrix::new(rows.columns(), members)?;
        let change = if members.rows() == 0 {
            0.0
        } else {
            let line = lines(subject, &members, column, ends, means)?;
            let changes = line
                .iter_rows()
                .map(|ends| ends.iter().skip(1).sum::<f64>() - ends.iter().take(1).sum::<f64>());
            mean(&changes.collect::<Vec<_>>())
        };
        effects.push(effects.last().copied().unwrap_or_default() + change);
        counts.push(members.rows());
    }
    let total = count(counts.iter().sum::<usize>()).max(1.0);
    let middles = effects.windows(2).map(|ends| ends.iter().sum::<f64>() / 2.0);
    let centre = middles.zip(&counts).map(|(middle, rows)| middle * count(*rows)).sum::<f64>() / total;
    for effect in &mut effects {
        *effect -= centre;
    }
    Ok(LocalEffects { edges: edges.to_vec(), effects, rows: counts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Formula;

    #[test]
    fn a_line_rises_in_every_step_and_a_product_in_half() {
        let rows = Matrix::new(2, vec![0.0, 1.0, 5.0, -1.0, 2.0, 0.0]).unwrap();
        let mut product = Formula(2, |row: &[f64]| row[0] * row[1]);

        let found =
            dependence(&mut Subject::BlackBox(&mut product), &rows, 0, &[1.0, 2.0], &Means::plain()).unwrap();

        assert_eq!((found.rises, found.falls, found.flat), (1, 1, 1));
        assert_eq!(found.pdp, [0.0, 0.0]);
        assert_eq!(found.ice.row(1), Some([-1.0, -2.0].as_slice()));
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        let column = Matrix::new(1, vec![0.0, 10.0, f64::NAN]).unwrap();

        assert_eq!(deciles(&column, 0), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!(deciles(&Matrix::new(1, vec![3.0; 5]).unwrap(), 0), [3.0]);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn local_effects_of_a_line_are_the_line_whatever_else_moves_along() {
        // The second column follows the first; partial dependence would use rows that never occur.
        let rows: Vec<f64> = (0..100).flat_map(|at| [f64::from(at), f64::from(2 * at)]).collect();
        let rows = Matrix::new(2, rows).unwrap();
        let mut line = Formula(2, |row: &[f64]| 3.0 * row[0] + row[1]);

        let found =
            local_effects(&mut Subject::BlackBox(&mut line), &rows, 0, &[0.0, 50.0, 99.0], &Means::plain())
                .unwrap();

        assert!((found.effects[2] - found.effects[0] - 297.0).abs() < 1e-9);
        assert_eq!(found.rows, [51, 49]);
        assert!(!found.is_thin(0) && found.is_thin(2));
    }

    #[test]
    fn nothing_to_look_at_is_refused() {
        let mut any = Formula(1, |row: &[f64]| row[0]);
        let mut subject = Subject::BlackBox(&mut any);
        let (empty, one) = (Matrix::empty(1).unwrap(), Matrix::new(1, vec![1.0]).unwrap());

        assert!(dependence(&mut subject, &empty, 0, &[1.0], &Means::plain()).is_err());
        assert!(dependence(&mut subject, &one, 0, &[], &Means::plain()).is_err());
        assert!(dependence(&mut subject, &one, 1, &[1.0], &Means::plain()).is_err());
        assert!(local_effects(&mut subject, &one, 0, &[1.0], &Means::plain()).is_err());
    }
}
