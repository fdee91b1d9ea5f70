//! Places in a list, and how far two orders of the same list differ.
//!
//! Two scores are a tie when they differ by at most [`TIE_TOLERANCE`] times the larger of 1 and their sizes. Ties
//! share their places: place = 1 + items ahead + half of the other items that tie. Nothing here depends on the order
//! in which the items are given.

use crate::{Order, count};

/// Scores closer than this, relative to the larger of 1 and their sizes, are a tie. Small against any difference
/// that matters, large against the rounding of 32-bit models.
pub const TIE_TOLERANCE: f64 = 1e-6;

/// Whether two scores count as equal.
#[must_use]
pub fn tied(one: f64, other: f64) -> bool {
    (one - other).abs() <= TIE_TOLERANCE * one.abs().max(other.abs()).max(1.0)
}

/// How many places at the top of a list of `items` are looked at: ten, or half of a short list, at least one.
#[must_use]
pub fn page_size(items: usize) -> usize {
    (items / 2).clamp(1, 10)
}

/// Where every item of one list stands.
#[derive(Clone, Debug)]
pub struct Standing {
    order: Order,
    /// Scores turned upward, from the bottom of the list to the top.
    sorted: Vec<f64>,
    /// Per item: its position in `sorted`.
    position: Vec<usize>,
    /// Per item: how many items stand clearly below.
    below: Vec<usize>,
    /// Per item: how many items stand clearly above.
    above: Vec<usize>,
}

impl Standing {
    /// The standing of items with these scores, all finite.
    #[must_use]
    pub fn new(scores: &[f64], order: Order) -> Self {
        let mut ranked: Vec<(f64, usize)> =
            scores.iter().enumerate().map(|(item, score)| (order.upward(*score), item)).collect();
        ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
        let sorted: Vec<f64> = ranked.iter().map(|(score, _)| *score).collect();
        let items = sorted.len();
        let (mut position, mut below, mut above) = (vec![0; items], vec![0; items], vec![0; items]);
        let (mut first_tied, mut after_tied) = (0, 0);
        for (at, &(score, item)) in ranked.iter().enumerate() {
            while sorted.get(first_tied).is_some_and(|other| !tied(*other, score)) {
                first_tied += 1;
            }
            after_tied = after_tied.max(at);
            while sorted.get(after_tied).is_some_and(|other| tied(*other, score)) {
                after_tied += 1;
            }
            set(&mut position, item, at);
            set(&mut below, item, first_tied);
            set(&mut above, item, items - after_tied);
        }
        Self { order, sorted, position, below, above }
    }

    /// How many items.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.sorted.len()
    }

    /// The place of every item: 1 is shown first, halves come from ties.
    #[must_use]
    pub fn places(&self) -> Vec<f64> {
        let places = self.above.iter().zip(&self.below);
        places.map(|(above, below)| place(*above, self.items() - above - below - 1)).collect()
    }

    /// The items from the first shown to the last; items that tie keep the order in which they were given.
    #[must_use]
    pub fn shown(&self) -> Vec<usize> {
        let mut items: Vec<(f64, usize)> = self.places().into_iter().zip(0..).collect();
        items.sort_by(|one, other| one.0.total_cmp(&other.0));
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// The place an item would take with another score, all others keeping theirs; `None` if there is no such item.
    #[must_use]
    pub fn place_with(&self, item: usize, score: f64) -> Option<f64> {
        let score = self.order.upward(score);
        let own = *self.sorted.get(*self.position.get(item)?)?;
        let below = self.sorted.partition_point(|other| *other < score && !tied(*other, score));
        let upto = self.sorted.partition_point(|other| *other <= score || tied(*other, score));
        let own_is_above = own > score && !tied(own, score);
        let own_ties = tied(own, score);
        let above = self.items() - upto - usize::from(own_is_above);
        Some(place(above, upto - below - usize::from(own_ties)))
    }

    /// How far every item belongs to the top `k`: 1 inside, 0 outside, a share where ties cross the edge.
    #[must_use]
    pub fn membership(&self, k: usize) -> Vec<f64> {
        let standing = self.above.iter().zip(&self.below);
        standing
            .map(|(&above, &below)| {
                let level = self.items() - above - below;
                count(k.saturating_sub(above).min(level)) / count(level)
            })
            .collect()
    }
}

/// The part of the top `k` that differs between two orders of the same items, from 0 to 1. Items that left the list
/// have membership 0 in the new order.
#[must_use]
pub fn top_changed(old: &[f64], new: &[f64], k: usize) -> f64 {
    let gained: f64 = old.iter().zip(new).map(|(old, new)| (new - old).max(0.0)).sum();
    (gained / count(k.max(1))).min(1.0)
}

/// Kendall's tau-a between two orders of the same items, from -1 to 1: pairs in the same order minus pairs turned
/// round, over all pairs; a pair that ties in either order counts 0. It is 1 for fewer than two items.
///
/// Takes n log n steps: items enter a tree of counts in the old order and ask it about the new one.
#[must_use]
pub fn kendall(old: &Standing, new: &Standing) -> f64 {
    let items = old.items().min(new.items());
    if items < 2 {
        return 1.0;
    }
    let mut upward: Vec<(usize, usize)> = old.position.iter().copied().zip(0..).collect();
    upward.sort_unstable();
    let mut entering = upward.iter().map(|(_, item)| *item);
    let mut seen = Counts::new(items);
    let mut balance = 0_i64;
    for &(_, item) in &upward {
        let below = old.below.get(item).copied().unwrap_or_default();
        while seen.total < below {
            let Some(other) = entering.next() else { break };
            seen.add(new.position.get(other).copied().unwrap_or_default());
        }
        let still_below = seen.before(new.below.get(item).copied().unwrap_or_default());
        let now_above = seen.total - seen.before(items - new.above.get(item).copied().unwrap_or_default());
        balance += difference(still_below, now_above);
    }
    #[expect(clippy::cast_precision_loss, reason = "pairs of a list stay far below 2^53")]
    let balance = balance as f64;
    balance / (count(items) * count(items - 1) / 2.0)
}

/// How often each position was seen, with sums up to a position in log n steps (Fenwick 1994).
struct Counts {
    tree: Vec<usize>,
    total: usize,
}

impl Counts {
    fn new(positions: usize) -> Self {
        Self { tree: vec![0; positions + 1], total: 0 }
    }

    fn add(&mut self, position: usize) {
        self.total += 1;
        let mut at = position + 1;
        while let Some(sum) = self.tree.get_mut(at) {
            *sum += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many were seen at positions smaller than `end`.
    fn before(&self, end: usize) -> usize {
        let (mut at, mut sum) = (end, 0);
        while at > 0 {
            sum += self.tree.get(at).copied().unwrap_or_default();
            at -= at & at.wrapping_neg();
        }
        sum
    }
}

fn place(above: usize, tied_others: usize) -> f64 {
    1.0 + count(above) + 0.5 * count(tied_others)
}

fn difference(one: usize, other: usize) -> i64 {
    let size = i64::try_from(one.abs_diff(other)).unwrap_or(i64::MAX);
    if one < other { -size } else { size }
}

fn set(values: &mut [usize], item: usize, value: usize) {
    if let Some(slot) = values.get_mut(item) {
        *slot = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(scores: &[f64], order: Order) -> Vec<f64> {
        Standing::new(scores, order).places()
    }

    #[test]
    fn ties_share_their_places() {
        assert_eq!(places(&[3.0, 1.0, 2.0], Order::Descending), [1.0, 3.0, 2.0]);
        assert_eq!(places(&[5.0, 7.0, 5.0, 1.0], Order::Descending), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(places(&[5.0, 7.0, 5.0, 1.0], Order::Ascending), [2.5, 4.0, 2.5, 1.0]);
        assert_eq!(places(&[2.0; 3], Order::Descending), [2.0; 3]);
        assert_eq!(places(&[], Order::Descending), [0.0; 0]);
    }

    #[test]
    fn the_tolerance_grows_with_the_scores() {
        assert!(tied(0.0, 1e-6) && !tied(0.0, 1.1e-6));
        assert!(tied(1e6, 1e6 + 1.0) && !tied(1e6, 1e6 + 1.1));
        assert!(tied(-1e6, -1e6 - 1.0));
    }

    #[test]
    fn the_page_is_ten_or_half_of_a_short_list() {
        assert_eq!([0, 1, 2, 3, 5, 19, 20, 300].map(page_size), [1, 1, 1, 1, 2, 9, 10, 10]);
    }

    #[test]
    fn ties_across_the_edge_belong_to_the_top_in_part() {
        let membership = Standing::new(&[9.0, 5.0, 5.0, 5.0, 1.0], Order::Descending).membership(2);

        assert_eq!(membership, [1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
    }

    #[test]
    fn the_changed_share_of_the_top_counts_what_came_in() {
        assert!((top_changed(&[1.0, 1.0, 0.0], &[1.0, 0.0, 1.0], 2) - 0.5).abs() < 1e-12);
        assert_eq!(top_changed(&[1.0, 0.0], &[1.0, 0.0], 1).to_bits(), 0);
    }

    #[test]
    fn tau_of_known_orders() {
        let tau = |old: &[f64], new: &[f64]| {
            kendall(&Standing::new(old, Order::Descending), &Standing::new(new, Order::Descending))
        };

        assert!((tau(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]) - 1.0).abs() < 1e-12);
        assert!((tau(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        assert!((tau(&[1.0, 2.0, 3.0], &[2.0, 1.0, 3.0]) - 1.0 / 3.0).abs() < 1e-12);
        assert!((tau(&[1.0, 2.0, 3.0], &[1.0, 1.0, 2.0]) - 2.0 / 3.0).abs() < 1e-12);
        assert!((tau(&[4.0], &[5.0]) - 1.0).abs() < 1e-12);
    }

    fn side(one: f64, other: f64) -> i32 {
        match (tied(one, other), one > other) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => -1,
        }
    }

    fn some_scores() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let score = prop_oneof![(-3_i32..3).prop_map(f64::from), -1e-5..1e-5, -1e6..1e6];
        proptest::collection::vec((score.clone(), score), 1..40)
    }

    proptest! {
        #[test]
        fn places_and_tau_are_what_counting_pairs_gives(scores in some_scores()) {
            let (old, new): (Vec<f64>, Vec<f64>) = scores.into_iter().unzip();
            let places = places(&old, Order::Descending);
            let mut balance = 0;
            for (item, place) in places.iter().enumerate() {
                let mut counted = 0.5;
                for other in 0..old.len() {
                    counted += f64::from(1 + side(old[other], old[item])) / 2.0;
                    balance += side(old[item], old[other]) * side(new[item], new[other]);
                }
                prop_assert!((place - counted).abs() < 1e-9);
            }
            let tau = kendall(&Standing::new(&old, Order::Descending), &Standing::new(&new, Order::Descending));
            let pairs = count(old.len() * (old.len() - 1));
            let expected = if pairs > 0.0 { f64::from(balance) / pairs } else { 1.0 };
            prop_assert!((tau - expected).abs() < 1e-9, "{tau} {expected}");
        }

        #[test]
        fn turning_the_scores_and_the_order_changes_nothing(scores in some_scores()) {
            let (old, _): (Vec<f64>, Vec<f64>) = scores.into_iter().unzip();
            let turned: Vec<f64> = old.iter().map(|score| -score).collect();

            prop_assert_eq!(places(&old, Order::Descending), places(&turned, Order::Ascending));
        }

        #[test]
        fn a_single_change_gives_the_place_of_the_changed_list(scores in some_scores(), new in -1e6..1e6) {
            let (mut old, _): (Vec<f64>, Vec<f64>) = scores.into_iter().unzip();
            let standing = Standing::new(&old, Order::Ascending);
            for item in 0..old.len() {
                let kept = std::mem::replace(&mut old[item], new);
                prop_assert_eq!(standing.place_with(item, new), places(&old, Order::Ascending).get(item).copied());
                old[item] = kept;
            }
            prop_assert_eq!(standing.place_with(old.len(), new), None);
        }
    }
}
