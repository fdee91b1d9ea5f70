//! Whether a score depends on where its row stands and on what stands beside it.

use crate::chance::Stream;
use crate::places::tied;
use crate::sweep::lines;
use crate::{Error, Matrix, Means, Order, Scorer, Subject, count, mean, score_all};

/// What was found by scoring the same rows in other surroundings.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionCheck {
    /// Rows whose score had other bits in another order of the rows.
    pub by_order: usize,
    /// Rows whose score had other bits when a row was there twice.
    pub by_copy: usize,
    /// Rows whose score had other bits when they stood alone.
    pub by_size: usize,
    /// The largest difference of any of these, in points.
    pub largest: f64,
    /// Rows that were looked at.
    pub rows: usize,
}

impl PositionCheck {
    /// Whether every score was the same to the last bit.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.by_order == 0 && self.by_copy == 0 && self.by_size == 0
    }
}

/// Most rows that are scored one by one.
const ALONE: usize = 64;

/// Scores rows as they come, in a drawn order, with the first row there twice, and some of them alone. Asks for about
/// three scores a row.
///
/// # Errors
/// [`Error::NoItems`] without rows, [`Error::Stopped`], or what the model says.
pub fn position(
    scorer: &mut dyn Scorer,
    rows: &Matrix,
    seed: u64,
    means: &Means<'_>,
) -> Result<PositionCheck, Error> {
    let first = rows.row(0).ok_or(Error::NoItems)?.to_vec();
    let usual = score_all(scorer, rows)?;
    let mut found = PositionCheck { by_order: 0, by_copy: 0, by_size: 0, largest: 0.0, rows: rows.rows() };
    let mut order: Vec<usize> = (0..rows.rows()).collect();
    Stream::new(seed, "order of rows", 0).shuffle(&mut order);
    let mut shuffled = Matrix::empty(rows.columns())?;
    for row in &order {
        shuffled.push(rows.row(*row).unwrap_or_default())?;
    }
    means.go_on()?;
    for (row, score) in order.iter().zip(score_all(scorer, &shuffled)?) {
        found.by_order += found_other(&mut found.largest, usual.get(*row).copied(), score);
    }
    let mut doubled = Matrix::new(rows.columns(), first)?;
    for row in rows.iter_rows() {
        doubled.push(row)?;
    }
    means.go_on()?;
    for (score, usual) in score_all(scorer, &doubled)?.into_iter().skip(1).zip(&usual) {
        found.by_copy += found_other(&mut found.largest, Some(*usual), score);
    }
    for (row, usual) in rows.iter_rows().zip(&usual).take(ALONE) {
        means.go_on()?;
        let alone = score_all(scorer, &Matrix::new(rows.columns(), row.to_vec())?)?;
        found.by_size +=
            found_other(&mut found.largest, Some(*usual), alone.first().copied().unwrap_or(f64::NAN));
    }
    Ok(found)
}

/// 1 where two scores have other bits.
fn found_other(largest: &mut f64, usual: Option<f64>, score: f64) -> usize {
    let usual = usual.unwrap_or(f64::NAN);
    *largest = largest.max((usual - score).abs());
    usize::from(usual.to_bits() != score.to_bits())
}

/// What the score makes of a column that holds the position at which an item stood before.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionColumn {
    /// For each position from 1 on, the mean score of the rows with it.
    pub means: Vec<f64>,
    /// Rows whose score some position changes by more than a tie.
    pub moved: usize,
    /// The most that the first position gives a row over the last, in points towards the top; negative where it takes.
    pub first_over_last: f64,
    /// Rows that were looked at.
    pub rows: usize,
}

/// Gives every row every position from 1 to `positions` in one column. Asks for rows × positions scores.
///
/// # Errors
/// [`Error::NoItems`] without rows, [`Error::TooFew`] for no positions, [`Error::NoSuchColumn`], [`Error::Stopped`], or
/// what the model says.
pub fn position_column(
    subject: &mut Subject<'_>,
    rows: &Matrix,
    (column, positions): (usize, usize),
    order: Order,
    means: &Means<'_>,
) -> Result<PositionColumn, Error> {
    if rows.rows() == 0 {
        return Err(Error::NoItems);
    }
    if positions == 0 {
        return Err(Error::TooFew { setting: "positions", least: 1 });
    }
    let values: Vec<f64> = (1..=positions).map(count).collect();
    let scores = lines(subject, rows, column, &values, means)?;
    let moved =
        |line: &&[f64]| line.iter().any(|score| line.iter().take(1).any(|first| !tied(*first, *score)));
    let over = |line: &[f64]| Some(order.upward(*line.first()?) - order.upward(*line.last()?));
    Ok(PositionColumn {
        means: (0..positions).map(|at| mean(&scores.column(at).collect::<Vec<_>>())).collect(),
        moved: scores.iter_rows().filter(moved).count(),
        first_over_last: scores.iter_rows().filter_map(over).fold(f64::NEG_INFINITY, f64::max),
        rows: rows.rows(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScoreError;
    use crate::testing::Formula;

    /// A score that looks at the row above.
    struct Neighbour;

    impl Scorer for Neighbour {
        fn inputs(&self) -> usize {
            1
        }
        fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
            let mut above = 0.0;
            Ok(rows.values().iter().map(|value| std::mem::replace(&mut above, *value) + value).collect())
        }
    }

    #[test]
    fn a_score_of_the_row_alone_passes_and_one_of_its_neighbour_does_not() {
        let rows = Matrix::new(1, (0..10).map(f64::from).collect()).unwrap();
        let alone = position(&mut Formula(1, |row: &[f64]| row[0]), &rows, 1, &Means::plain()).unwrap();
        let beside = position(&mut Neighbour, &rows, 1, &Means::plain()).unwrap();

        assert!(alone.holds() && alone.largest == 0.0);
        assert!(!beside.holds() && beside.by_size == 8 && beside.largest > 0.0);
        assert!(position(&mut Neighbour, &Matrix::empty(1).unwrap(), 1, &Means::plain()).is_err());
    }

    #[test]
    fn a_position_that_counts_is_seen() {
        let rows = Matrix::new(2, vec![0.0, 7.0, 1.0, 7.0]).unwrap();
        let mut second_only = Formula(2, |row: &[f64]| row[0] * -row[1]);
        let mut subject = Subject::BlackBox(&mut second_only);
        let mut of = |column, positions, order| {
            position_column(&mut subject, &rows, (column, positions), order, &Means::plain())
        };

        let found = of(1, 3, Order::Descending).unwrap();
        assert_eq!((found.means, found.moved, found.rows), (vec![-0.5, -1.0, -1.5], 1, 2));
        assert!((found.first_over_last - 2.0).abs() < 1e-12);
        assert!(of(1, 3, Order::Ascending).unwrap().first_over_last.abs() < 1e-12);
        assert_eq!(of(1, 0, Order::Ascending), Err(Error::TooFew { setting: "positions", least: 1 }));
        assert!(of(2, 3, Order::Ascending).is_err());
    }
}
