//! What would have to be different: other values of one or two signals that bring an item into the first places, or
//! above or below another item.

use crate::sweep::{Values, lines};
use crate::{Error, Matrix, Means, Order, Subject};

/// Values that are tried where the score is not made of trees.
const TRIED: usize = 64;
/// Most pairs of values of two signals that are tried.
const MOST_PAIRS: usize = 1 << 16;

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
/// column goes; else up to 64 values that occur in the background are tried.
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
    let scores = lines(subject, &one, column, &tried.values, means)?;
    let now = tried.position(own);
    let reached = |at: usize| {
        let score = *scores.values().get(at)?;
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
        least: scores.values().iter().copied().fold(f64::INFINITY, f64::min),
        greatest: scores.values().iter().copied().fold(f64::NEG_INFINITY, f64::max),
        exact: tried.limits.is_some(),
    })
}

/// A change of one or two signals.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The columns with their new values.
    pub values: Vec<(usize, f64)>,
    /// The score of the row with them, computed anew.
    pub score: f64,
    /// How far the values move, each as a share of the background rows between old and new value, added up.
    pub distance: f64,
    /// Whether no smaller change can do it; `false` where only some values were tried.
    pub exact: bool,
}

/// The smallest change among these columns that reaches the target: fewest signals first, then the least distance in
/// the background. `None` when no change of one or two of them does, as far as was tried.
///
/// # Errors
/// As [`one_signal`].
pub fn smallest_change(
    subject: &mut Subject<'_>,
    row: &[f64],
    changeable: &[usize],
    (background, target): (&Matrix, &Target),
    means: &Means<'_>,
) -> Result<Option<Change>, Error> {
    let mut tried: Vec<(usize, Values)> = Vec::with_capacity(changeable.len());
    for column in changeable {
        if *column >= row.len() {
            return Err(Error::NoSuchColumn { column: *column, columns: row.len() });
        }
        tried.push((*column, Values::of(subject, background, *column, TRIED)));
    }
    let spread = Spread::of(background);
    let mut best: Option<Change> = None;
    for (column, values) in &tried {
        let one = Matrix::new(row.len(), row.to_vec())?;
        if values.values.is_empty() {
            continue;
        }
        let scores = lines(subject, &one, *column, &values.values, means)?;
        for (at, (value, score)) in values.values.iter().zip(scores.values()).enumerate() {
            let value = nearest_in(values, at, *value, row.get(*column).copied().unwrap_or(f64::NAN));
            let distance = spread.between(*column, row.get(*column).copied().unwrap_or(f64::NAN), value);
            let change = Change {
                values: vec![(*column, value)],
                score: *score,
                distance,
                exact: values.limits.is_some(),
            };
            keep_better(&mut best, target, change);
        }
    }
    if best.is_none() {
        best = two_signals(subject, row, &tried, (&spread, target), means)?;
    }
    let Some(mut found) = best else { return Ok(None) };
    // The answer is scored again: what is told must hold for this very row.
    let mut changed = row.to_vec();
    for (column, value) in &found.values {
        if let Some(slot) = changed.get_mut(*column) {
            *slot = *value;
        }
    }
    let verified = crate::sweep::scores(subject, &Matrix::new(row.len(), changed)?, means)?;
    found.score = verified.first().copied().ok_or(Error::NoItems)?;
    Ok(target.is_met(found.score).then_some(found))
}

/// The value inside an interval that is nearest to the row's own: its near end.
fn nearest_in(values: &Values, at: usize, inside: f64, own: f64) -> f64 {
    let Some(limits) = &values.limits else { return inside };
    let upper = limits.get(at).copied();
    match upper {
        // Below the own value: the upper end belongs to the interval and is the nearest.
        Some(upper) if upper < own || own.is_nan() => upper,
        // Above it: anything inside; the representative is known to be.
        _ => inside,
    }
}

fn two_signals(
    subject: &mut Subject<'_>,
    row: &[f64],
    tried: &[(usize, Values)],
    (spread, target): (&Spread, &Target),
    means: &Means<'_>,
) -> Result<Option<Change>, Error> {
    let mut best = None;
    for (at, (first, ones)) in tried.iter().enumerate() {
        for (second, others) in tried.iter().skip(at + 1) {
            if ones.values.is_empty() || others.values.is_empty() {
                continue;
            }
            let small = |values: &Values| {
                let step = (values.values.len() * others.values.len()).div_ceil(MOST_PAIRS).max(1);
                values.values.iter().copied().step_by(step).collect::<Vec<f64>>()
            };
            let starts = small(ones);
            let all = starts.len() == ones.values.len() && ones.limits.is_some() && others.limits.is_some();
            let mut rows = Matrix::empty(row.len())?;
            for value in &starts {
                let mut changed = row.to_vec();
                if let Some(slot) = changed.get_mut(*first) {
                    *slot = *value;
                }
                rows.push(&changed)?;
            }
            let scores = lines(subject, &rows, *second, &others.values, means)?;
            for (one, line) in starts.iter().zip(scores.iter_rows()) {
                for (other, score) in others.values.iter().zip(line) {
                    let own = |column: usize| row.get(column).copied().unwrap_or(f64::NAN);
                    let distance = spread.between(*first, own(*first), *one)
                        + spread.between(*second, own(*second), *other);
                    let values = vec![(*first, *one), (*second, *other)];
                    keep_better(&mut best, target, Change { values, score: *score, distance, exact: all });
                }
            }
        }
    }
    Ok(best)
}

fn keep_better(best: &mut Option<Change>, target: &Target, change: Change) {
    if target.is_met(change.score) && best.as_ref().is_none_or(|best| change.distance < best.distance) {
        *best = Some(change);
    }
}

/// The background, column by column, sorted.
struct Spread(Vec<Vec<f64>>);

impl Spread {
    fn of(background: &Matrix) -> Self {
        let column = |column| {
            let mut values: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        Self((0..background.columns()).map(column).collect())
    }

    /// The share of background rows between two values of a column; a missing value is as far as can be.
    fn between(&self, column: usize, one: f64, other: f64) -> f64 {
        let values = self.0.get(column).map(Vec::as_slice).unwrap_or_default();
        if one.is_nan() || other.is_nan() || values.is_empty() {
            return 1.0;
        }
        let below = |value: f64| values.partition_point(|known| *known < value);
        let rows = crate::count(below(one).abs_diff(below(other))) / crate::count(values.len());
        // Values between which no row lies still differ.
        rows + 1e-9 * f64::from(one.to_bits() != other.to_bits())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use forms::{Branch, Forest, Form, Node, Part, Term, Tree};

    use super::*;
    use crate::testing::Formula;

    /// Two trees: 1 where the first column is above 2, 2 where the second is above 5.
    fn form() -> Form {
        let tree = |column, limit, value| Tree {
            nodes: vec![
                Node::Branch(Branch { column, limit, low: 1, high: 2, missing_low: false }),
                Node::Leaf(0.0),
                Node::Leaf(value),
            ],
            covers: None,
        };
        let forest = Forest::new(2, 0.0, vec![tree(0, 2.0, 1.0), tree(1, 5.0, 2.0)]).unwrap();
        let part = Part::Trees(Arc::new(forest));
        Form { columns: 2, bias: 0.0, terms: vec![Term { name: None, weight: 1.0, part }] }
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
    fn two_signals_do_what_one_cannot() {
        let form = form();
        let change = |bar, columns: &[usize]| {
            let target = Target::above(bar, Order::Descending);
            smallest_change(
                &mut Subject::Form(&form),
                &[0.0, 0.0],
                columns,
                (&background(), &target),
                &Means::plain(),
            )
            .unwrap()
        };

        assert_eq!(change(0.5, &[0, 1]).unwrap().values.len(), 1);
        let both = change(2.5, &[0, 1]).unwrap();
        assert_eq!((both.values.len(), both.score, both.exact), (2, 3.0, true));
        assert_eq!(change(2.5, &[1]), None);
        assert_eq!(change(3.5, &[0, 1]), None);
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
}
