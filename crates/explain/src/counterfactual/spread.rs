//! How far apart two values of a signal are, and which value of an interval is the nearest.

use crate::sweep::Values;
use crate::{Matrix, count};

/// What different values count at least, so that a value that stays is nearer than any other.
const DIFFERENT: f64 = 1e-9;

/// The background, column by column, sorted.
pub(super) struct Spread(Vec<Vec<f64>>);

impl Spread {
    pub(super) fn of(background: &Matrix) -> Self {
        let column = |column| {
            let mut values: Vec<f64> = background.column(column).filter(|value| !value.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        Self((0..background.columns()).map(column).collect())
    }

    /// The share of background rows that are passed on the way from one value of a column to another, those with the
    /// old value among them, those with the new value not. A missing value is as far as can be: 1.
    pub(super) fn between(&self, column: usize, own: f64, other: f64) -> f64 {
        let values = self.column(column);
        if own.to_bits() == other.to_bits() {
            return 0.0;
        }
        if own.is_nan() || other.is_nan() || values.is_empty() {
            return 1.0;
        }
        let below = |value: f64| values.partition_point(|known| *known < value);
        let upto = |value: f64| values.partition_point(|known| *known <= value);
        let passed = if own < other { below(other) - below(own) } else { upto(own) - upto(other) };
        count(passed) / count(values.len()) + DIFFERENT
    }

    /// For each interval the value in it that is nearest to a row's own; the values themselves where they stand for no
    /// interval.
    pub(super) fn nearest(&self, column: usize, values: &Values, own: f64) -> Vec<f64> {
        let Some(limits) = &values.limits else { return values.values.clone() };
        let known = self.column(column);
        let whole = is_whole(own) && known.iter().all(|value| is_whole(*value));
        let below = std::iter::once(f64::NEG_INFINITY).chain(limits.iter().copied());
        let at_most = limits.iter().copied().chain(std::iter::once(f64::INFINITY));
        below.zip(at_most).map(|interval| inside(interval, (known, whole), own)).collect()
    }

    fn column(&self, column: usize) -> &[f64] {
        self.0.get(column).map(Vec::as_slice).unwrap_or_default()
    }
}

fn is_whole(value: f64) -> bool {
    libm::rint(value).to_bits() == (value + 0.0).to_bits()
}

/// The value above one number and at most another that is nearest to the own value: below it the upper end, above it
/// the least that occurs in the background, since it passes no more rows than the lower end does. Whole columns keep
/// whole values where the interval holds one.
fn inside((above, at_most): (f64, f64), (known, whole): (&[f64], bool), own: f64) -> f64 {
    if own > above && own <= at_most {
        return own;
    }
    if at_most < own {
        let floor = libm::floor(at_most);
        return if whole && floor > above { floor } else { at_most };
    }
    let occurring = known.get(known.partition_point(|value| *value <= above)).copied();
    if let Some(value) = occurring.filter(|value| *value <= at_most) {
        return value;
    }
    let next = libm::floor(above) + 1.0;
    if whole && next > above && next <= at_most { next } else { just_above(above, at_most) }
}

/// The least number of 32 bits above a limit if it lies in the interval, so that models of 32 and of 64 bits see the
/// same; else the upper end.
fn just_above(above: f64, at_most: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "the neighbour among numbers of 32 bits is wanted")]
    let single = above as f32;
    let next = if f64::from(single) > above { single } else { single.next_up() };
    let next = f64::from(next);
    if next.is_finite() && next > above && next <= at_most {
        next
    } else if at_most.is_finite() {
        at_most
    } else {
        above.next_up()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        Spread::of(&Matrix::new(1, values.to_vec()).unwrap())
    }

    fn values(limits: &[f64]) -> Values {
        Values { values: crate::trees::representatives(limits), limits: Some(limits.to_vec()) }
    }

    #[test]
    fn the_way_there_is_counted_like_the_way_back() {
        let spread = spread(&[1.0, 1.0, 2.0, 3.0]);
        let rows = |own, other| (4.0 * spread.between(0, own, other)).round();

        let ways = vec![rows(1.0, 3.0), rows(3.0, 1.0), rows(0.0, 9.0), rows(1.0, 1.5)];
        assert_eq!(ways, [3.0, 2.0, 4.0, 2.0]);
        assert_eq!((spread.between(0, 2.0, 2.0), spread.between(0, f64::NAN, 2.0)), (0.0, 1.0));
        assert!(spread.between(0, 1.2, 1.3) > 0.0);
    }

    #[test]
    fn the_near_end_of_an_interval_is_taken() {
        let of = |known: &[f64], own| spread(known).nearest(0, &values(&[2.5, 7.5]), own);

        assert_eq!(of(&[0.5, 3.5, 6.0], 0.5), [0.5, 3.5, f64::from(7.5_f32.next_up())]);
        assert_eq!(of(&[1.0, 9.0], 1.0), [1.0, 3.0, 9.0]);
        assert_eq!(of(&[1.0, 9.0], 9.0), [2.0, 7.0, 9.0]);
        assert_eq!(of(&[1.5], 9.0), [2.5, 7.5, 9.0]);
    }
}
