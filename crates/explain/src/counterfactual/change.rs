//! The smallest change of one or two signals that reaches a target.

use super::spread::Spread;
use super::{TRIED, Target, with};
use crate::sweep::{Values, lines, scores};
use crate::{Error, Matrix, Means, Subject};

/// Most pairs of values of two signals that are tried for one answer, over all pairs of signals.
const MOST_PAIRS: usize = 1 << 18;
/// Fewest values of a signal that are tried beside another, however many signals there are.
const FEWEST: usize = 4;
/// Candidates that are scored again, nearest first, until one holds.
const CHECKED: usize = 8;

/// A change of one or two signals.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The columns with their new values.
    pub values: Vec<(usize, f64)>,
    /// The score of the row with them, computed anew.
    pub score: f64,
    /// How far the values move, each as a share of the background rows that are passed on the way, added up.
    pub distance: f64,
    /// Whether no change of fewer signals, and no nearer one of as many, can do it; `false` where only some values were
    /// tried.
    pub exact: bool,
}

/// The smallest change among these columns that reaches the target: fewest signals first, then the least distance in
/// the background. `None` when no change of one or two of them does, as far as was tried; a change of nothing where the
/// row reaches the target as it is.
///
/// Only the columns named as changeable are touched. Asks for one score for each value of each of them, then for at most
/// about 260,000 pairs of values, and scores what it answers once more as a whole row.
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::Stopped`], or what the model says.
pub fn smallest_change(
    subject: &mut Subject<'_>,
    row: &[f64],
    changeable: &[usize],
    (background, target): (&Matrix, &Target),
    means: &Means<'_>,
) -> Result<Option<Change>, Error> {
    let signals = signals(subject, row, changeable, background)?;
    let own = scores(subject, &Matrix::new(row.len(), row.to_vec())?, means)?;
    if let Some(score) = own.first().copied().filter(|score| target.is_met(*score)) {
        return Ok(Some(Change { values: Vec::new(), score, distance: 0.0, exact: true }));
    }
    let mut found = Best::default();
    for signal in &signals {
        means.go_on()?;
        let row = Matrix::new(row.len(), row.to_vec())?;
        let scores = lines(subject, &row, signal.column, &signal.values, means)?;
        for (value, score) in signal.each().zip(scores.values()) {
            found.keep(target, Change { score: *score, ..signal.change(value) });
        }
    }
    // An answer of one signal is the smallest only if every value of every signal was looked at.
    let all = signals.iter().all(|signal| signal.all);
    if let Some(change) = found.checked(subject, (row, target), means)? {
        return Ok(Some(Change { exact: all, ..change }));
    }
    let found = pairs(subject, row, &signals, target, means)?;
    let exact = all && found.all;
    Ok(found.checked(subject, (row, target), means)?.map(|change| Change { exact, ..change }))
}

/// A signal and the values it may get.
struct Signal {
    column: usize,
    values: Vec<f64>,
    distances: Vec<f64>,
    /// Whether the values stand for all there are.
    all: bool,
}

impl Signal {
    fn each(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.values.iter().copied().zip(self.distances.iter().copied())
    }

    fn change(&self, (value, distance): (f64, f64)) -> Change {
        Change { values: vec![(self.column, value)], score: f64::NAN, distance, exact: false }
    }

    /// At most so many of its values, evenly spread.
    fn thinned(&self, most: usize) -> Self {
        let step = self.values.len().div_ceil(most.max(1)).max(1);
        let (values, distances) = self.each().step_by(step).unzip();
        Self { column: self.column, values, distances, all: self.all && step == 1 }
    }
}

fn signals(
    subject: &Subject<'_>,
    row: &[f64],
    changeable: &[usize],
    background: &Matrix,
) -> Result<Vec<Signal>, Error> {
    let spread = Spread::of(background);
    let mut columns = changeable.to_vec();
    columns.sort_unstable();
    columns.dedup();
    let mut signals = Vec::with_capacity(columns.len());
    for column in columns {
        let own = *row.get(column).ok_or(Error::NoSuchColumn { column, columns: row.len() })?;
        let tried = Values::of(subject, background, column, TRIED);
        let values = spread.nearest(column, &tried, own);
        let distances = values.iter().map(|value| spread.between(column, own, *value)).collect();
        if !values.is_empty() {
            signals.push(Signal { column, values, distances, all: tried.limits.is_some() });
        }
    }
    Ok(signals)
}

fn pairs(
    subject: &mut Subject<'_>,
    row: &[f64],
    signals: &[Signal],
    target: &Target,
    means: &Means<'_>,
) -> Result<Best, Error> {
    let number = signals.len() * signals.len().saturating_sub(1) / 2;
    let each = MOST_PAIRS / number.max(1);
    let mut found = Best { all: true, ..Best::default() };
    for (at, first) in signals.iter().enumerate() {
        for second in signals.iter().skip(at + 1) {
            means.go_on()?;
            let (first, second) = shared(first, second, each);
            found.all &= first.all && second.all;
            let mut rows = Matrix::empty(row.len())?;
            for value in &first.values {
                rows.push(&with(row, &[(first.column, *value)]))?;
            }
            let scores = lines(subject, &rows, second.column, &second.values, means)?;
            for (one, line) in first.each().zip(scores.iter_rows()) {
                for (other, score) in second.each().zip(line) {
                    let values = vec![(first.column, one.0), (second.column, other.0)];
                    let distance = one.1 + other.1;
                    found.keep(target, Change { values, score: *score, distance, exact: false });
                }
            }
        }
    }
    Ok(found)
}

/// Two signals with no more pairs of values than allowed: the one with fewer values keeps as many as it can.
fn shared(first: &Signal, second: &Signal, most: usize) -> (Signal, Signal) {
    let fewer = first.values.len().min(second.values.len()).max(1);
    let most_of_one = (most / fewer).max(most.isqrt()).max(FEWEST);
    let other = |taken: usize| (most / taken.max(1)).max(FEWEST);
    if first.values.len() <= second.values.len() {
        let second = second.thinned(most_of_one);
        (first.thinned(other(second.values.len())), second)
    } else {
        let first = first.thinned(most_of_one);
        let second = second.thinned(other(first.values.len()));
        (first, second)
    }
}

/// The nearest changes that reach the target.
#[derive(Default)]
struct Best {
    changes: Vec<Change>,
    /// Whether all pairs of values were tried.
    all: bool,
}

impl Best {
    /// Keeps a change if it is among the nearest; of equally near ones the first.
    fn keep(&mut self, target: &Target, change: Change) {
        let too_far = self.changes.len() == CHECKED
            && self.changes.last().is_some_and(|last| last.distance <= change.distance);
        // Scores at the bar are kept too: scored as whole rows, they are decided below.
        if too_far || !(target.is_met(change.score) || target.is_near(change.score)) {
            return;
        }
        let at = self.changes.partition_point(|kept| kept.distance <= change.distance);
        self.changes.insert(at, change);
        self.changes.truncate(CHECKED);
    }

    /// The nearest change that still reaches the target when its row is scored as a whole.
    fn checked(
        &self,
        subject: &mut Subject<'_>,
        (row, target): (&[f64], &Target),
        means: &Means<'_>,
    ) -> Result<Option<Change>, Error> {
        let mut rows = Matrix::empty(row.len())?;
        for change in &self.changes {
            rows.push(&with(row, &change.values))?;
        }
        let scored = self.changes.iter().zip(scores(subject, &rows, means)?);
        let mut holding = scored.filter(|(_, score)| target.is_met(*score));
        Ok(holding.next().map(|(change, score)| Change { score, ..change.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Order;
    use crate::testing::{Formula, forests, step_form};

    fn background() -> Matrix {
        Matrix::new(2, (0..10).flat_map(|at| [f64::from(at), f64::from(at)]).collect()).unwrap()
    }

    fn change(form: &forms::Form, bar: f64, columns: &[usize]) -> Option<Change> {
        let target = Target::above(bar, Order::Descending);
        let asked = (&background(), &target);
        smallest_change(&mut Subject::Form(form), &[0.0, 0.0], columns, asked, &Means::plain()).unwrap()
    }

    #[test]
    fn two_signals_do_what_one_cannot() {
        let form = step_form(2, &[(0, 2.0, 1.0), (1, 5.0, 2.0)]);

        assert_eq!(change(&form, 0.5, &[0, 1]).unwrap().values, [(0, 3.0)]);
        let both = change(&form, 2.5, &[1, 0, 1]).unwrap();
        assert_eq!((both.values, both.score, both.exact), (vec![(0, 3.0), (1, 6.0)], 3.0, true));
        assert_eq!(change(&form, 2.5, &[1]), None);
        assert_eq!(change(&form, 3.5, &[0, 1]), None);
        assert_eq!(change(&form, 0.5, &[]), None);
        assert_eq!(change(&form, -0.5, &[0, 1]).map(|change| change.values), Some(Vec::new()));
    }

    #[test]
    fn the_near_end_of_a_wide_interval_counts() {
        // The first column needs three of ten rows to be passed, the second five; its interval ends far away.
        let form = step_form(2, &[(0, 2.0, 1.0), (0, 1000.0, 1.0), (1, 4.0, 1.0), (1, 5.0, 1.0)]);

        let found = change(&form, 0.5, &[0, 1]).unwrap();

        assert_eq!(found.values, [(0, 3.0)]);
        assert!((found.distance - 0.3).abs() < 1e-6, "{}", found.distance);
    }

    #[test]
    fn a_column_that_may_not_change_stays() {
        let form = step_form(2, &[(0, 2.0, 1.0), (1, 5.0, 1.0)]);

        assert_eq!(change(&form, 0.5, &[1]).unwrap().values, [(1, 6.0)]);
        let target = Target::above(0.5, Order::Descending);
        let asked = (&background(), &target);
        let outside = smallest_change(&mut Subject::Form(&form), &[0.0, 0.0], &[2], asked, &Means::plain());
        assert_eq!(outside, Err(Error::NoSuchColumn { column: 2, columns: 2 }));
    }

    #[test]
    fn what_is_tried_of_a_closed_model_is_no_proof() {
        let mut sum = Formula(2, |row: &[f64]| row[0] + row[1]);
        let target = Target::above(15.5, Order::Descending);
        let asked = (&background(), &target);

        let found =
            smallest_change(&mut Subject::BlackBox(&mut sum), &[0.0, 0.0], &[0, 1], asked, &Means::plain())
                .unwrap()
                .unwrap();

        assert_eq!((found.score, found.values.len(), found.exact), (16.0, 2, false));
    }

    #[test]
    fn many_values_of_many_signals_stay_within_bounds() {
        let signal = |column, values: u32| Signal {
            column,
            values: (0..values).map(f64::from).collect(),
            distances: vec![0.0; values as usize],
            all: true,
        };
        for (one, other) in [(10, 10), (3, 100_000), (100_000, 3), (5000, 5000)] {
            let (first, second) = shared(&signal(0, one), &signal(1, other), 1000);
            assert!(first.values.len() * second.values.len() <= 1000, "{one} {other}");
            assert_eq!(first.all && second.all, one * other <= 1000);
        }
    }

    proptest! {
        #[test]
        fn no_smaller_change_is_found_by_trying(
            form in forests(2),
            row in proptest::collection::vec(0..10_i32, 2),
            bar in -3.0..3.0,
        ) {
            let row: Vec<f64> = row.into_iter().map(f64::from).collect();
            let target = Target::above(bar, Order::Descending);
            let asked = (&background(), &target);
            let found = smallest_change(&mut Subject::Form(&form), &row, &[0, 1], asked, &Means::plain()).unwrap();

            let spread = Spread::of(&background());
            let (signals, distance) =
                found.as_ref().map_or((3, 0.0), |found| (found.values.len(), found.distance));
            for one in -5..10 {
                for other in -5..10 {
                    let tried = [f64::from(one), f64::from(other)];
                    if !target.is_met(form.value(&tried)) {
                        continue;
                    }
                    let far: Vec<f64> = (0..2).map(|column| spread.between(column, row[column], tried[column])).collect();
                    let changed = far.iter().filter(|far| **far > 0.0).count();
                    prop_assert!(changed >= signals, "{tried:?} {found:?}");
                    prop_assert!(changed > signals || far.iter().sum::<f64>() >= distance - 1e-12, "{tried:?} {found:?}");
                }
            }
            if let Some(found) = found {
                prop_assert!(target.is_met(form.value(&with(&row, &found.values))) && found.exact);
            }
        }
    }
}
