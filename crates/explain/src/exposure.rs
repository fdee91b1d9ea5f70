//! Who is shown how far up: the attention that groups of items get, list by list.
//!
//! The exposure of an item at rank r is 1 / log2(1 + r) (A. Singh and T. Joachims, "Fairness of Exposure in Rankings",
//! KDD 2018). Ranks are whole: items that tie keep a stated order.

mod beginnings;

pub use beginnings::{failing_prefix, ndkl};

use std::collections::BTreeMap;

use crate::{Bootstrap, Error, Estimate, count, mean};

/// Groups of fewer items have no number of their own.
pub const FEWEST_ITEMS: usize = 30;
/// Groups in fewer lists have no number of their own.
pub const FEWEST_LISTS: usize = 10;

/// The exposure of an item at a rank, counted from 1.
#[must_use]
pub fn exposure(rank: usize) -> f64 {
    1.0 / libm::log2(1.0 + count(rank))
}

/// An item in a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Placed<'a> {
    /// Which list, from 0.
    pub list: usize,
    /// Its rank there, from 1.
    pub rank: usize,
    /// Its group.
    pub group: &'a str,
}

/// What one group gets.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupExposure {
    /// How many items it has.
    pub items: usize,
    /// In how many lists it occurs.
    pub lists: usize,
    /// Its part of all items, from 0 to 1.
    pub item_share: f64,
    /// Its part of all exposure, from 0 to 1.
    pub exposure_share: f64,
    /// The mean exposure of its items.
    pub mean_exposure: f64,
    /// `exposure_share` over `item_share`: 1 is parity, with an interval from resampling the lists.
    pub exposure_ratio: Estimate,
    /// Its part of the first places of all lists, from 0 to 1.
    pub top_share: f64,
    /// The mean rank of its items.
    pub mean_rank: f64,
    /// ln of `top_share` over `item_share`; `None` where it has no first place (S. Geyik and others, KDD 2019).
    pub skew: Option<f64>,
    /// Whether it is too small for its numbers to mean something: under 30 items or 10 lists.
    pub small: bool,
    /// How surely its exposure differs from parity, corrected for the number of groups (S. Holm, 1979): the smaller,
    /// the surer; `None` for small groups, which are no part of the correction either, and where fewer than two lists
    /// hold it beside another group.
    pub p_value: Option<f64>,
}

/// What every group gets, by name. `first` says how many places of each list count as the first ones. The lists are
/// those of the bootstrap.
///
/// # Errors
/// [`Error::NoItems`] without items; [`Error::TooFew`] for `first` of 0 or a rank of 0; [`Error::WrongCount`] for an
/// item of a list that the bootstrap does not know.
pub fn by_group<'a>(
    items: &[Placed<'a>],
    first: usize,
    bootstrap: &Bootstrap,
) -> Result<BTreeMap<&'a str, GroupExposure>, Error> {
    if items.is_empty() {
        return Err(Error::NoItems);
    }
    if first == 0 {
        return Err(Error::TooFew { setting: "k", least: 1 });
    }
    if items.iter().any(|item| item.rank == 0) {
        return Err(Error::TooFew { setting: "rank", least: 1 });
    }
    let lists = bootstrap.lists();
    let last = items.iter().map(|item| item.list).max().unwrap_or_default();
    if last >= lists {
        return Err(Error::WrongCount { what: "lists", expected: lists, found: last.saturating_add(1) });
    }
    let all = Sums::of(items.iter(), lists, first);
    let mut names: Vec<&str> = items.iter().map(|item| item.group).collect();
    names.sort_unstable();
    names.dedup();
    let groups: Vec<(&str, Sums)> = names
        .into_iter()
        .map(|name| (name, Sums::of(items.iter().filter(|item| item.group == name), lists, first)))
        .collect();
    let p_value = |sums: &Sums| if sums.is_small() { None } else { sums.p_value(&all) };
    let p_values = holm(&groups.iter().map(|(_, sums)| p_value(sums)).collect::<Vec<_>>());
    let found = groups
        .iter()
        .zip(p_values)
        .map(|((name, sums), p_value)| (*name, GroupExposure { p_value, ..sums.exposure(&all, bootstrap) }));
    Ok(found.collect())
}

/// What is added up of some items, list by list.
struct Sums {
    items: Vec<f64>,
    exposure: Vec<f64>,
    firsts: f64,
    ranks: f64,
}

impl Sums {
    fn of<'a>(items: impl Iterator<Item = &'a Placed<'a>>, lists: usize, first: usize) -> Self {
        let mut sums = Self { items: vec![0.0; lists], exposure: vec![0.0; lists], firsts: 0.0, ranks: 0.0 };
        for item in items {
            if let (Some(items), Some(seen)) =
                (sums.items.get_mut(item.list), sums.exposure.get_mut(item.list))
            {
                *items += 1.0;
                *seen += exposure(item.rank);
            }
            sums.firsts += f64::from(item.rank <= first);
            sums.ranks += count(item.rank);
        }
        sums
    }

    fn total(values: &[f64]) -> f64 {
        values.iter().sum()
    }

    /// How many lists hold one of the items.
    fn lists(&self) -> usize {
        self.items.iter().filter(|items| **items > 0.0).count()
    }

    fn is_small(&self) -> bool {
        Self::total(&self.items) < count(FEWEST_ITEMS) || self.lists() < FEWEST_LISTS
    }

    fn exposure(&self, all: &Self, bootstrap: &Bootstrap) -> GroupExposure {
        let (items, seen) = (Self::total(&self.items), Self::total(&self.exposure));
        let item_share = items / Self::total(&all.items);
        let exposure_share = seen / Self::total(&all.exposure);
        let top_share = if all.firsts > 0.0 { self.firsts / all.firsts } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of items")]
        let number = items as usize;
        GroupExposure {
            items: number,
            lists: self.lists(),
            item_share,
            exposure_share,
            mean_exposure: seen / items,
            exposure_ratio: self.ratio(all, exposure_share / item_share, bootstrap),
            top_share,
            mean_rank: self.ranks / items,
            skew: (top_share > 0.0).then(|| libm::log(top_share / item_share)),
            small: self.is_small(),
            p_value: None,
        }
    }

    /// Exposure share over item share is a ratio of two ratios; lists are resampled whole.
    fn ratio(&self, all: &Self, value: f64, bootstrap: &Bootstrap) -> Estimate {
        bootstrap.of_sums(value, [&self.exposure, &all.exposure, &self.items, &all.items], |sums| {
            let [seen, all_seen, items, all_items] = sums;
            if items > 0.0 && all_seen > 0.0 { (seen / all_seen) / (items / all_items) } else { 1.0 }
        })
    }

    /// The chance of a difference from parity as large as this if there were none: a two-sided test of the mean over
    /// lists of exposure minus the group's share of the list's exposure by its number of items, by the normal
    /// approximation.
    fn p_value(&self, all: &Self) -> Option<f64> {
        let lists = self.items.iter().zip(&self.exposure).zip(all.items.iter().zip(&all.exposure));
        let excess: Vec<f64> = lists
            .filter(|((items, _), (all_items, _))| **items > 0.0 && items < all_items)
            .map(|((items, seen), (all_items, all_seen))| seen - all_seen * items / all_items)
            .collect();
        if excess.len() < 2 {
            return None;
        }
        let middle = mean(&excess);
        let spread =
            excess.iter().map(|one| (one - middle) * (one - middle)).sum::<f64>() / count(excess.len() - 1);
        if spread == 0.0 {
            return Some(f64::from(middle == 0.0));
        }
        let z = middle.abs() / libm::sqrt(spread / count(excess.len()));
        Some(libm::erfc(z / core::f64::consts::SQRT_2))
    }
}

/// Values corrected for being several: the step-down rule of S. Holm (1979).
fn holm(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> =
        values.iter().enumerate().filter_map(|(at, value)| Some(((*value)?, at))).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let tests = order.len();
    let mut corrected = vec![None; values.len()];
    let mut least = 0.0_f64;
    for (rank, (value, at)) in order.into_iter().enumerate() {
        least = least.max((value * count(tests - rank)).min(1.0));
        if let Some(slot) = corrected.get_mut(at) {
            *slot = Some(least);
        }
    }
    corrected
}

/// The exposure of one group for its merit over that of another for its: 1 is fair treatment. Merits are means of
/// positive labels. Source: Singh and Joachims (2018), disparate treatment ratio.
#[must_use]
pub fn treatment_ratio(
    (exposure, merit): (f64, f64),
    (other_exposure, other_merit): (f64, f64),
) -> Option<f64> {
    let sound = merit > 0.0 && other_merit > 0.0 && other_exposure > 0.0;
    sound.then(|| (exposure / merit) / (other_exposure / other_merit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists() -> Vec<Placed<'static>> {
        // In each of 40 lists: a, b, b; a is always first.
        (0..40)
            .flat_map(|list| [("a", 1), ("b", 2), ("b", 3)].map(|(group, rank)| Placed { list, rank, group }))
            .collect()
    }

    #[test]
    fn shares_add_up_and_the_first_gets_more_than_its_share() {
        let found = by_group(&lists(), 1, &Bootstrap::new(40, 200, 1)).unwrap();
        let (a, b) = (&found["a"], &found["b"]);

        assert_eq!((a.items, b.items, a.lists), (40, 80, 40));
        assert!((a.exposure_share + b.exposure_share - 1.0).abs() < 1e-12);
        assert!(a.exposure_ratio.value > 1.0 && b.exposure_ratio.value < 1.0);
        assert!((a.top_share - 1.0).abs() < 1e-12 && b.skew.is_none());
        assert!((b.mean_rank - 2.5).abs() < 1e-12 && !a.small);
        assert!(a.p_value.is_some_and(|p| p < 1e-6));
    }

    #[test]
    fn small_groups_are_marked() {
        let few = lists().into_iter().take(27).collect::<Vec<_>>();
        let found = by_group(&few, 1, &Bootstrap::new(9, 200, 1)).unwrap();

        assert!(found.values().all(|group| group.small && group.p_value.is_none()));
        assert!(by_group(&[], 1, &Bootstrap::new(0, 200, 1)).is_err());
        assert!(by_group(&few, 0, &Bootstrap::new(9, 200, 1)).is_err());
    }

    #[test]
    fn many_tests_make_each_less_sure() {
        assert_eq!(
            holm(&[Some(0.01), None, Some(0.04), Some(0.03)]),
            [Some(0.03), None, Some(0.06), Some(0.06)]
        );
    }

    #[test]
    fn a_list_or_a_rank_that_cannot_be_is_refused() {
        let one = |list, rank| by_group(&[Placed { list, rank, group: "a" }], 1, &Bootstrap::new(2, 200, 1));

        assert!(one(1, 1).is_ok());
        assert_eq!(one(1, 0), Err(Error::TooFew { setting: "rank", least: 1 }));
        assert!(matches!(one(usize::MAX, 1), Err(Error::WrongCount { .. })));
    }

    #[test]
    fn treatment_is_exposure_for_merit() {
        assert!(treatment_ratio((0.5, 0.0), (0.5, 1.0)).is_none());
        assert!((treatment_ratio((0.4, 0.5), (0.2, 0.5)).unwrap() - 2.0).abs() < 1e-12);
    }
}
