//! What would have to be different: other values of one or two signals that bring an item into the first places, or
//! above or below another item.

mod change;
mod spread;

pub use change::{Change, smallest_change};

use crate::sweep::{Values, lines};
use crate::{Error, Matrix, Means, Order, Subject};

/// Values that are tried where the score is not made of trees.
const TRIED: usize = 64;
/// Scores this near to a bar, relative to the larger of 1 and the bar, are computed again from the whole row: a score
/// put together from parts may miss it by rounding, and an equal score is not above.
const NEAR: f64 = 1e-9;

/// A score to reach: strictly nearer to the top than a bar, or strictly farther.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    order: Order,
    /// The bar, turned upward.
    bar: f64,
    above: bool,
}

impl Target {
    /// To stand above this score.
    #[must_use]
    pub const fn above(score: f64, order: Order) -> Self {
        Self { order, bar: order.upward(score), above: true }
    }

    /// To stand below this score.
    #[must_use]
    pub const fn below(score: f64, order: Order) -> Self {
        Self { order, bar: order.upward(score), above: false }
    }

    /// To be among the first `k`: above the k-th best of the others. Fewer than k others are no bar at all.
    #[must_use]
    pub fn top(others: &[f64], k: usize, order: Order) -> Self {
        let mut upward: Vec<f64> = others.iter().map(|score| order.upward(*score)).collect();
        upward.sort_by(|one, other| other.total_cmp(one));
        let bar = k.checked_sub(1).map_or(Some(f64::INFINITY), |k| upward.get(k).copied());
        Self { order, bar: bar.unwrap_or(f64::NEG_INFINITY), above: true }
    }

    /// Whether a score reaches it.
    #[must_use]
    pub fn is_met(&self, score: f64) -> bool {
        let score = self.order.upward(score);
        if self.above { score > self.bar } else { score < self.bar }
    }

    /// Whether rounding could decide.
    fn is_near(&self, score: f64) -> bool {
        (self.order.upward(score) - self.bar).abs() <= NEAR * self.bar.abs().max(1.0)
    }
}

/// What other values of one signal do to an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// Position of the item's own value among the values; `None` when it is missing.
    pub now: Option<usize>,
    /// How many of the values reach the target.
    pub reaching: usize,
    /// The reaching value that is nearest by position, the lower on a tie.
    pub nearest: Option<Reached>,
    /// The least score that any of the values gives.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
    /// Whether the values stand for all there are, so that "none reaches it" is a proof.
    pub exact: bool,
}

/// A value that reaches the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// The value that was tried.
    pub value: f64,
    /// The interval that it stands for begins above this; minus infinity where there is no lower end.
    pub above: f64,
    /// The interval ends with this; infinity where there is no upper end.
    pub at_most: f64,
    /// The score with it.
    pub score: f64,
}

/// What other values of one column do to the score of a row. Exact where the score is made of trees as far as this
/// column goes; else up to 64 values that occur in the background are tried. A missing value stands nowhere: `nearest`
/// counts from the first interval then.
///
/// Asks for one score a value, and again for those that equal the bar but for rounding.
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::NoItems`] where there is no value to try, [`Error::Stopped`], or what the model says.
pub fn one_signal(
    subject: &mut Subject<'_>,
    row: &[f64],
    column: usize,
    (background, target): (&Matrix, &Target),
    means: &Means<'_>,
) -> Result<Counterfactual, Error> {
    let own = *row.get(column).ok_or(Error::NoSuchColumn { column, columns: row.len() })?;
    let tried = Values::of(subject, background, column, TRIED);
    if tried.values.is_empty() {
        return Err(Error::NoItems);
    }
    let one = Matrix::new(row.len(), row.to_vec())?;
    let mut scores = lines(subject, &one, column, &tried.values, means)?.values().to_vec();
    settle(subject, row, (column, &tried.values), (target, &mut scores), means)?;
    let now = tried.position(own);
    let reached = |at: usize| {
        let score = *scores.get(at)?;
        let value = *tried.values.get(at)?;
        let (above, at_most) = match &tried.limits {
            Some(limits) => (
                at.checked_sub(1).and_then(|below| limits.get(below).copied()).unwrap_or(f64::NEG_INFINITY),
                limits.get(at).copied().unwrap_or(f64::INFINITY),
            ),
            None => (value, value),
        };
        target.is_met(score).then_some(Reached { value, above, at_most, score })
    };
    let all: Vec<(usize, Reached)> =
        (0..tried.values.len()).filter_map(|at| Some((at, reached(at)?))).collect();
    let from = now.unwrap_or_default();
    let nearest = all.iter().min_by_key(|(at, _)| (at.abs_diff(from), *at)).map(|(_, reached)| *reached);
    Ok(Counterfactual {
        now,
        reaching: all.len(),
        nearest,
        least: scores.iter().copied().fold(f64::INFINITY, f64::min),
        greatest: scores.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        exact: tried.limits.is_some(),
    })
}

/// Computes scores that are near to the bar again, from whole rows as every other score.
fn settle(
    subject: &mut Subject<'_>,
    row: &[f64],
    (column, values): (usize, &[f64]),
    (target, scores): (&Target, &mut [f64]),
    means: &Means<'_>,
) -> Result<(), Error> {
    let near = |(at, score): (usize, &f64)| target.is_near(*score).then_some(at);
    let doubtful: Vec<usize> = scores.iter().enumerate().filter_map(near).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    let mut rows = Matrix::empty(row.len())?;
    for value in doubtful.iter().filter_map(|at| values.get(*at)) {
        rows.push(&with(row, &[(column, *value)]))?;
    }
    for (at, score) in doubtful.iter().zip(crate::sweep::scores(subject, &rows, means)?) {
        if let Some(slot) = scores.get_mut(*at) {
            *slot = score;
        }
    }
    Ok(())
}

/// The row with other values in some columns.
fn with(row: &[f64], values: &[(usize, f64)]) -> Vec<f64> {
    let mut changed = row.to_vec();
    for (column, value) in values {
        if let Some(slot) = changed.get_mut(*column) {
            *slot = *value;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{Formula, forests, step_form};

    /// 1 where the first column is above 2, 2 where the second is above 5.
    fn form() -> forms::Form {
        step_form(2, &[(0, 2.0, 1.0), (1, 5.0, 2.0)])
    }

    fn background() -> Matrix {
        Matrix::new(2, (0..10).flat_map(|at| [f64::from(at), f64::from(at)]).collect()).unwrap()
    }

    #[test]
    fn every_interval_is_looked_at() {
        let form = form();
        let target = Target::above(1.5, Order::Descending);

        let by = |column| {
            one_signal(
                &mut Subject::Form(&form),
                &[0.0, 0.0],
                column,
                (&background(), &target),
                &Means::plain(),
            )
            .unwrap()
        };

        let second = by(1);
        assert_eq!((second.now, second.reaching, second.exact), (Some(0), 1, true));
        assert_eq!((second.least, second.greatest), (0.0, 2.0));
        let nearest = second.nearest.unwrap();
        assert_eq!((nearest.above, nearest.at_most), (5.0, f64::INFINITY));
        assert_eq!(by(0).nearest, None);
    }

    #[test]
    fn a_model_that_is_not_open_is_tried_and_nothing_is_claimed() {
        let mut line = Formula(2, |row: &[f64]| row[0]);
        let target = Target::below(0.5, Order::Ascending);

        let found = one_signal(
            &mut Subject::BlackBox(&mut line),
            &[0.0, 0.0],
            0,
            (&background(), &target),
            &Means::plain(),
        )
        .unwrap();

        assert!(!found.exact);
        assert_eq!(found.reaching, 9);
        assert_eq!(found.nearest.unwrap().value.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn the_first_places_are_those_above_the_kth_of_the_others() {
        let top = |k| Target::top(&[1.0, 5.0, 3.0], k, Order::Descending);

        assert!(top(2).is_met(3.5) && !top(2).is_met(3.0));
        assert!(top(4).is_met(-100.0), "four places for four items");
        assert!(!top(0).is_met(100.0));
        assert!(Target::top(&[1.0, 5.0], 1, Order::Ascending).is_met(0.5));
    }

    #[test]
    fn an_equal_score_is_not_above_however_it_was_added_up() {
        // 0.1 + 0.2 + 0.3 depends on the order in which it is added.
        let form = step_form(3, &[(0, 0.0, 0.1), (1, 0.0, 0.2), (2, 0.0, 0.3)]);
        let parts = form.terms.iter().flat_map(|_| 0..3).map(|at| {
            let term = step_form(3, &[(at, 0.0, [0.1, 0.2, 0.3][at as usize])]).terms;
            term.into_iter().next().unwrap()
        });
        let form = forms::Form { terms: parts.collect(), ..form };
        let row = [1.0; 3];
        for order in [Order::Descending, Order::Ascending] {
            let twin = Target::top(&[form.value(&row)], 1, order);
            for column in 0..3 {
                let background = Matrix::new(3, row.to_vec()).unwrap();
                let asked = (&background, &twin);
                let found =
                    one_signal(&mut Subject::Form(&form), &row, column, asked, &Means::plain()).unwrap();
                assert_eq!(found.reaching, usize::from(order == Order::Ascending), "{order:?} {column}");
            }
        }
    }

    #[test]
    fn a_missing_value_has_no_interval_and_still_an_answer() {
        let target = Target::above(0.5, Order::Descending);
        let asked = (&background(), &target);

        let found =
            one_signal(&mut Subject::Form(&form()), &[f64::NAN, 0.0], 0, asked, &Means::plain()).unwrap();

        assert_eq!((found.now, found.reaching), (None, 1));
        assert!(
            one_signal(&mut Subject::Form(&form()), &[0.0, 0.0], 2, asked, &Means::plain()).is_err(),
            "there is no third column"
        );
    }

    #[test]
    fn a_closed_model_without_background_has_nothing_to_try() {
        let mut line = Formula(1, |row: &[f64]| row[0]);
        let target = Target::above(0.5, Order::Descending);
        let asked = (&Matrix::empty(1).unwrap(), &target);

        let found = one_signal(&mut Subject::BlackBox(&mut line), &[0.0], 0, asked, &Means::plain());

        assert_eq!(found, Err(Error::NoItems));
    }

    proptest! {
        #[test]
        fn no_value_of_a_signal_does_what_its_intervals_say_none_can(
            form in forests(2),
            row in proptest::collection::vec(-6.0..6.0, 2),
            bar in -3.0..3.0,
            tried in proptest::collection::vec(-8.0..8.0, 60),
        ) {
            let target = Target::above(bar, Order::Descending);
            let asked = (&background(), &target);
            let found = one_signal(&mut Subject::Form(&form), &row, 0, asked, &Means::plain()).unwrap();

            prop_assert!(found.exact);
            for value in tried {
                let score = form.value(&[value, row[1]]);
                prop_assert!(score >= found.least - 1e-9 && score <= found.greatest + 1e-9);
                prop_assert!(found.reaching > 0 || !target.is_met(score));
            }
            if let Some(reached) = found.nearest {
                prop_assert!(target.is_met(form.value(&[reached.value, row[1]])));
                prop_assert!(reached.above < reached.value && reached.value <= reached.at_most);
            }
        }
    }
}
