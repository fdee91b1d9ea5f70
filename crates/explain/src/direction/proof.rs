//! Which way a signal pushes, over every value that it can have.

use forms::Form;

use super::Sweep;
use crate::places::TIE_TOLERANCE;
use crate::sweep::{Values, lines};
use crate::{Error, Matrix, Means, Order, Subject};

/// Most scores that one proof computes: 32 MiB.
const MOST_SCORES: usize = 1 << 22;

/// The steps of one column in some rows, and whether there are no others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The steps. A step is flat up to a millionth of the larger of 1 and the largest score of the sweep.
    pub sweep: Sweep,
    /// The most that any larger value, however far, moved a row towards the top, in points; at least 0. Many flat steps
    /// can add up to more than one.
    pub most_up: f64,
    /// The most that any larger value moved a row away from the top, in points; at least 0.
    pub most_down: f64,
    /// Up to how many points a step counts as flat.
    pub tolerance: f64,
    /// Whether the values stand for all numbers there are, in every row: what is said holds for each of these rows
    /// without exception.
    pub proven: bool,
}

impl Way {
    /// A column that no score reads, in so many rows: nothing moves, and that is proven.
    #[must_use]
    pub fn still(rows: usize) -> Self {
        let sweep = Sweep { rows, ..Sweep::default() };
        Self { sweep, most_up: 0.0, most_down: 0.0, tolerance: TIE_TOLERANCE, proven: true }
    }

    /// These rows and others, swept over the same values.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            sweep: Sweep {
                rises: self.sweep.rises + other.sweep.rises,
                falls: self.sweep.falls + other.sweep.falls,
                flat: self.sweep.flat + other.sweep.flat,
                rows: self.sweep.rows + other.sweep.rows,
                values: self.sweep.values,
            },
            most_up: self.most_up.max(other.most_up),
            most_down: self.most_down.max(other.most_down),
            tolerance: self.tolerance.max(other.tolerance),
            proven: self.proven && other.proven,
        }
    }

    /// Whether it is proven that no larger number moves any of these rows towards the top.
    #[must_use]
    pub fn never_up(&self) -> bool {
        self.proven && self.most_up <= self.tolerance
    }

    /// Whether it is proven that no larger number moves any of these rows away from the top.
    #[must_use]
    pub fn never_down(&self) -> bool {
        self.proven && self.most_down <= self.tolerance
    }
}

/// Sweeps one column of the rows over all its intervals where the score is made of trees as far as this column goes,
/// else over the grid, which rises. Missing values are not among the numbers that are tried.
///
/// Asks for rows × values scores; more than four million take the grid instead of the intervals, and prove nothing.
///
/// # Errors
/// [`Error::NoItems`] without rows, [`Error::NoSuchColumn`], [`Error::Stopped`], or what the model says.
pub fn way(
    subject: &mut Subject<'_>,
    rows: &Matrix,
    column: usize,
    (grid, order): (&[f64], Order),
    means: &Means<'_>,
) -> Result<Way, Error> {
    if rows.rows() == 0 {
        return Err(Error::NoItems);
    }
    if column >= rows.columns() {
        return Err(Error::NoSuchColumn { column, columns: rows.columns() });
    }
    let intervals = Values::intervals(subject, column)
        .filter(|values| values.values.len().saturating_mul(rows.rows()) <= MOST_SCORES);
    let proven = intervals.is_some();
    let values = intervals.map_or_else(|| grid.to_vec(), |intervals| intervals.values);
    if values.is_empty() {
        let sweep = Sweep { rows: rows.rows(), ..Sweep::default() };
        return Ok(Way { sweep, most_up: 0.0, most_down: 0.0, tolerance: TIE_TOLERANCE, proven });
    }
    let scores = lines(subject, rows, column, &values, means)?;
    Ok(Way { proven, ..told(&scores, order) })
}

/// What the scores of rows × values say.
fn told(scores: &Matrix, order: Order) -> Way {
    let largest = scores.values().iter().fold(1.0_f64, |largest, score| largest.max(score.abs()));
    let tolerance = TIE_TOLERANCE * largest;
    let mut sweep = Sweep { rows: scores.rows(), values: scores.columns(), ..Sweep::default() };
    let (mut most_up, mut most_down) = (0.0_f64, 0.0_f64);
    for line in scores.iter_rows() {
        let mut before: Option<f64> = None;
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for score in line.iter().map(|score| order.upward(*score)) {
            match before.map(|before| score - before) {
                None => {}
                Some(step) if step.abs() <= tolerance => sweep.flat += 1,
                Some(step) if step > 0.0 => sweep.rises += 1,
                Some(_) => sweep.falls += 1,
            }
            before = Some(score);
            least = least.min(score);
            greatest = greatest.max(score);
            most_up = most_up.max(score - least);
            most_down = most_down.max(greatest - score);
        }
    }
    Way { sweep, most_up, most_down, tolerance, proven: false }
}

/// What holds for every row there can be, tested or not.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Everywhere {
    /// No larger number ever moves any row towards the top. `false` says nothing.
    pub never_up: bool,
    /// No larger number ever moves any row away from the top. `false` says nothing.
    pub never_down: bool,
}

/// What the parts of a score prove about a column for every row there can be: nothing that is said is wrong, but not
/// everything that holds is found. Parts are judged one by one, so a rise in one that a fall in another always
/// outweighs counts as a rise. Computes no scores.
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::Stopped`].
pub fn everywhere(form: &Form, column: usize, order: Order, means: &Means<'_>) -> Result<Everywhere, Error> {
    if column >= form.columns {
        return Err(Error::NoSuchColumn { column, columns: form.columns });
    }
    let moves = super::parts::moves(form, column, means)?;
    let (up, down) = match order {
        Order::Descending => (moves.up, moves.down),
        Order::Ascending => (moves.down, moves.up),
    };
    Ok(Everywhere { never_up: !up, never_down: !down })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{Formula, forests, step_form};

    fn of(form: &Form, row: &[f64], order: Order) -> Way {
        let rows = Matrix::new(row.len(), row.to_vec()).unwrap();
        way(&mut Subject::Form(form), &rows, 0, (&[], order), &Means::plain()).unwrap()
    }

    #[test]
    fn every_interval_of_a_tree_is_a_step() {
        // 0 up to 2, then 1, then 5 above 7.
        let form = step_form(1, &[(0, 2.0, 1.0), (0, 7.0, 4.0)]);

        let found = of(&form, &[3.0], Order::Descending);

        assert_eq!((found.sweep.rises, found.sweep.falls, found.sweep.values), (2, 0, 3));
        assert!(found.proven && found.never_down() && !found.never_up());
        assert!((found.most_up - 5.0).abs() < 1e-12);
        assert!(
            of(&form, &[f64::NAN], Order::Ascending).never_up(),
            "a missing value has numbers beside it too"
        );
    }

    #[test]
    fn many_flat_steps_that_add_up_are_no_proof() {
        let steps: Vec<(u32, f64, f64)> = (0..100).map(|at| (0, f64::from(at), 5e-7)).collect();

        let found = of(&step_form(1, &steps), &[0.0], Order::Descending);

        assert_eq!((found.sweep.flat, found.sweep.rises), (100, 0));
        assert!(!found.never_up() && found.never_down());
    }

    #[test]
    fn a_grid_proves_nothing() {
        let mut line = Formula(1, |row: &[f64]| row[0]);
        let rows = Matrix::new(1, vec![0.0, 1.0]).unwrap();
        let mut sweep = |column, rows: &Matrix| {
            let grid = [1.0, 2.0, 3.0];
            way(&mut Subject::BlackBox(&mut line), rows, column, (&grid, Order::Descending), &Means::plain())
        };

        let found = sweep(0, &rows).unwrap();
        assert_eq!((found.sweep.rises, found.sweep.rows, found.proven), (4, 2, false));
        assert!(!found.never_down());
        assert_eq!(sweep(1, &rows), Err(Error::NoSuchColumn { column: 1, columns: 1 }));
        assert_eq!(sweep(0, &Matrix::empty(1).unwrap()), Err(Error::NoItems));
    }

    proptest! {
        #[test]
        fn no_value_breaks_a_proof_for_a_row(
            form in forests(3),
            row in proptest::collection::vec(prop_oneof![4 => -6.0..6.0, 1 => Just(f64::NAN)], 3),
            tried in proptest::collection::vec(-8.0..8.0, 2..40),
        ) {
            let found = of(&form, &row, Order::Descending);
            let mut tried: Vec<f64> = tried;
            tried.sort_by(f64::total_cmp);
            let mut line = Formula(3, |row: &[f64]| form.value(row));
            let rows = Matrix::new(3, row).unwrap();
            let mut asked = Subject::BlackBox(&mut line);
            let seen = way(&mut asked, &rows, 0, (&tried, Order::Descending), &Means::plain()).unwrap();

            prop_assert!(found.proven);
            prop_assert!(seen.most_up <= found.most_up + 1e-9 && seen.most_down <= found.most_down + 1e-9);
        }

        #[test]
        fn no_row_breaks_a_proof_for_all_rows(
            form in forests(2),
            rows in proptest::collection::vec(prop_oneof![4 => -6.0..6.0, 1 => Just(f64::NAN)], 40),
        ) {
            let proof = everywhere(&form, 0, Order::Descending, &Means::plain()).unwrap();
            let rows = Matrix::new(2, rows).unwrap();
            let seen = way(&mut Subject::Form(&form), &rows, 0, (&[], Order::Descending), &Means::plain()).unwrap();

            prop_assert!(!proof.never_up || seen.most_up <= 1e-9, "{}", seen.most_up);
            prop_assert!(!proof.never_down || seen.most_down <= 1e-9, "{}", seen.most_down);
        }
    }

    #[test]
    fn the_order_turns_what_is_proven_for_all_rows() {
        let form = step_form(2, &[(0, 2.0, 1.0), (1, 3.0, -1.0)]);
        let proof = |column, order| everywhere(&form, column, order, &Means::plain()).unwrap();

        assert_eq!(proof(0, Order::Descending), Everywhere { never_up: false, never_down: true });
        assert_eq!(proof(0, Order::Ascending), Everywhere { never_up: true, never_down: false });
        assert_eq!(proof(1, Order::Descending), Everywhere { never_up: true, never_down: false });
        assert!(everywhere(&form, 2, Order::Descending, &Means::plain()).is_err());
    }
}
