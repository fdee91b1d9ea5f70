//! Whether the scores tell items apart.

use std::cmp::Ordering;

use explain::places::{Standing, kendall};

use super::context::{Context, number};
use crate::card::{Known, Measured, Reason, Resolution};
use crate::source::Decides;

/// From this share of equal pairs on, an order is hardly one.
const HALF: f64 = 0.5;

/// Counts the pairs of items that have different inputs and equal scores.
pub(super) fn measure(context: &Context<'_>) -> Resolution {
    let whole = 0..context.scores.len();
    let (parts, limit) = match context.source.decides {
        Decides::Order => (context.bundle.lists.bounds(), HALF),
        Decides::Score | Decides::Step => (std::slice::from_ref(&whole), 1.0),
    };
    let (mut tied, mut different) = (0.0, 0.0);
    for bounds in parts {
        let rows: Vec<&[f64]> =
            bounds.clone().filter_map(|row| context.bundle.lists.rows().row(row)).collect();
        let standing = Standing::new(context.scores.get(bounds.clone()).unwrap_or_default(), context.order());
        let (all, same) = (pairs(rows.len()), same_pairs(rows));
        // Equal inputs have equal scores, so they are among the pairs that tie.
        tied += libm::round(all * (1.0 - kendall(&standing, &standing))) - same;
        different += all - same;
    }
    if different <= 0.0 {
        return Resolution { tied_pairs: Known::no(Reason::NothingToOrder), saturated: false };
    }
    let share = (tied / different).clamp(0.0, 1.0);
    Resolution { tied_pairs: Known::Yes(Measured::new(share, Measured::SHARE)), saturated: share >= limit }
}

/// How many pairs of rows are equal.
fn same_pairs(mut rows: Vec<&[f64]>) -> f64 {
    let compare = |one: &&[f64], other: &&[f64]| -> Ordering {
        let cells = one.iter().zip(*other).map(|(one, other)| one.total_cmp(other));
        cells.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    rows.sort_unstable_by(compare);
    rows.chunk_by(|one, other| compare(one, other).is_eq()).fold(0.0, |sum, same| sum + pairs(same.len()))
}

fn pairs(items: usize) -> f64 {
    number(items) * number(items.saturating_sub(1)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_counted_in_pairs() {
        let rows = [[1.0, 2.0], [0.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 2.0], [0.0, 1.0]];

        assert_eq!(same_pairs(rows.iter().map(<[f64; 2]>::as_slice).collect()).to_bits(), 4.0_f64.to_bits());
        assert_eq!(same_pairs(Vec::new()).to_bits(), 0.0_f64.to_bits());
    }
}
