//! Which way a signal pushes: its values are swept while the rest of a row stays.

mod parts;
mod proof;

pub use proof::{Everywhere, Way, everywhere, way};

use crate::chance::Stream;
use crate::places::tied;
use crate::{Batches, Error, Lists, Matrix, Order, Scorer};

/// Which way more of a signal moved the tested rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Towards the top in some steps, away from it in none.
    Up,
    /// Away from the top in some steps, towards it in none.
    Down,
    /// Both occurred.
    Mixed,
    /// No step changed a score.
    None,
}

/// The steps of a sweep, over all tested rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sweep {
    /// Steps to a larger value that moved the score towards the top.
    pub rises: usize,
    /// Steps to a larger value that moved the score away from the top.
    pub falls: usize,
    /// Steps to a larger value that changed the score by no more than a tie.
    pub flat: usize,
    /// Rows that were tested.
    pub rows: usize,
    /// Values that were tried in each row.
    pub values: usize,
}

impl Sweep {
    /// What the steps say together.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match (self.rises, self.falls) {
            (0, 0) => Verdict::None,
            (_, 0) => Verdict::Up,
            (0, _) => Verdict::Down,
            _ => Verdict::Mixed,
        }
    }
}

/// Rows to test on, spread over the lists: every list gives one row before any gives a second. At most `at_most`, in
/// the order of the lists.
///
/// # Errors
/// [`Error::TooFew`] for no rows.
pub fn probes(lists: &Lists, at_most: usize, seed: u64) -> Result<Matrix, Error> {
    if at_most == 0 {
        return Err(Error::TooFew { setting: "direction_rows", least: 1 });
    }
    let mut ranked = Vec::with_capacity(lists.rows().rows());
    let mut list_order: Vec<usize> = (0..lists.len()).collect();
    Stream::new(seed, "direction lists", 0).shuffle(&mut list_order);
    for (turn, bounds) in list_order.into_iter().zip(lists.bounds()) {
        let mut rows: Vec<usize> = bounds.clone().collect();
        Stream::new(seed, "direction rows", bounds.start).shuffle(&mut rows);
        ranked.extend(rows.into_iter().enumerate().map(|(round, row)| (round, turn, row)));
    }
    ranked.sort_unstable();
    let mut chosen: Vec<usize> = ranked.into_iter().take(at_most).map(|(_, _, row)| row).collect();
    chosen.sort_unstable();
    let mut probes = Matrix::empty(lists.rows().columns())?;
    for row in chosen {
        probes.push(lists.rows().row(row).unwrap_or_default())?;
    }
    Ok(probes)
}

/// The deciles of a column, from the least value to the greatest, without repetition. Each is a value that occurs
/// (the one at the nearest rank), so that whole numbers stay whole.
#[must_use]
pub fn deciles(background: &Matrix, column: usize) -> Vec<f64> {
    let mut values: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let mut deciles: Vec<f64> =
        (0..=10).filter_map(|tenth| values.get((tenth * last + 5) / 10).copied()).collect();
    deciles.dedup();
    deciles
}

/// Sweeps one column of the rows over values that rise.
///
/// # Errors
/// [`Error::NoSuchColumn`], or what the model says.
pub fn sweep<S: Scorer + ?Sized>(
    model: &mut S,
    rows: &Matrix,
    column: usize,
    values: &[f64],
    order: Order,
) -> Result<Sweep, Error> {
    if column >= rows.columns() {
        return Err(Error::NoSuchColumn { column, columns: rows.columns() });
    }
    let mut sweep = Sweep { rows: rows.rows(), values: values.len(), ..Sweep::default() };
    if values.len() < 2 {
        return Ok(sweep);
    }
    let mut batches = Batches::new(model, rows.columns())?;
    for row in rows.iter_rows() {
        let mut hybrid = row.to_vec();
        for value in values {
            if let Some(slot) = hybrid.get_mut(column) {
                *slot = *value;
            }
            batches.push(&hybrid)?;
        }
    }
    for row in batches.finish()?.chunks(values.len()) {
        for (before, after) in row.iter().zip(row.iter().skip(1)) {
            sweep.step(order.upward(*before), order.upward(*after));
        }
    }
    Ok(sweep)
}

impl Sweep {
    fn step(&mut self, before: f64, after: f64) {
        let counter = match (tied(before, after), after > before) {
            (true, _) => &mut self.flat,
            (false, true) => &mut self.rises,
            (false, false) => &mut self.falls,
        };
        *counter += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Formula, random_lists};

    #[test]
    fn every_step_of_every_row_is_counted() {
        let rows = Matrix::new(2, vec![0.0, 1.0, 0.0, -1.0, 0.0, 0.0]).unwrap();
        let mut product = Formula(2, |row: &[f64]| row[0] * row[1]);

        let by_first = sweep(&mut product, &rows, 0, &[1.0, 2.0, 5.0], Order::Descending).unwrap();
        let turned = sweep(&mut product, &rows, 0, &[1.0, 2.0, 5.0], Order::Ascending).unwrap();

        assert_eq!(by_first, Sweep { rises: 2, falls: 2, flat: 2, rows: 3, values: 3 });
        assert_eq!(by_first.verdict(), Verdict::Mixed);
        assert_eq!((turned.rises, turned.falls), (2, 2));
    }

    #[test]
    fn the_verdict_names_the_way_to_the_top() {
        let rows = Matrix::new(1, vec![0.0]).unwrap();
        let mut capped = Formula(1, |row: &[f64]| row[0].min(2.0));
        let mut verdict = |order| sweep(&mut capped, &rows, 0, &[1.0, 2.0, 3.0], order).unwrap().verdict();

        assert_eq!(verdict(Order::Descending), Verdict::Up);
        assert_eq!(verdict(Order::Ascending), Verdict::Down);
        let constant =
            sweep(&mut Formula(1, |_: &[f64]| 1.0), &rows, 0, &[1.0, 2.0], Order::Descending).unwrap();
        assert_eq!(constant.verdict(), Verdict::None);
        let single = sweep(&mut capped, &rows, 0, &[1.0], Order::Descending).unwrap();
        assert_eq!((single.verdict(), single.flat), (Verdict::None, 0));
        assert!(sweep(&mut capped, &rows, 1, &[1.0], Order::Descending).is_err());
    }

    #[test]
    fn deciles_are_values_that_occur() {
        let column = |values: Vec<f64>| deciles(&Matrix::new(1, values).unwrap(), 0);

        assert_eq!(
            column((0..101).map(f64::from).collect()),
            (0..11).map(|tenth| f64::from(tenth * 10)).collect::<Vec<_>>()
        );
        assert_eq!(column(vec![1.0, 0.0, 1.0, 1.0]), [0.0, 1.0]);
        assert_eq!(column(vec![f64::NAN]), [0.0; 0]);
    }

    #[test]
    fn probes_come_from_all_lists_before_any_gives_two() {
        let lists = random_lists(7, 5, 1, 3);
        let list_of = |value: f64| {
            lists.rows().column(0).position(|other| other.to_bits() == value.to_bits()).unwrap() / 5
        };

        let probes = probes(&lists, 10, 1).unwrap();
        let mut seen = [0; 7];
        for value in probes.column(0) {
            seen[list_of(value)] += 1;
        }

        assert_eq!(probes.rows(), 10);
        assert!(seen.iter().all(|times| (1..=2).contains(times)), "{seen:?}");
        assert_eq!(super::probes(&lists, 1000, 1).unwrap(), *lists.rows());
    }
}
