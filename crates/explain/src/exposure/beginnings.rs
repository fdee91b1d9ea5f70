//! Groups in every beginning of a list, from the first place on.

use super::exposure;
use crate::count;

/// How far the groups among the first places are from the groups among all, over every beginning of a list: the
/// normalised discounted cumulative KL divergence of S. Geyik and others (KDD 2019); 0 is parity. `shares` are the
/// groups' shares of all items; the list holds the group of each item from the first place on.
#[must_use]
pub fn ndkl(list: &[usize], shares: &[f64]) -> f64 {
    let mut seen = vec![0.0; shares.len()];
    let (mut sum, mut discounts) = (0.0, 0.0);
    for (at, group) in list.iter().enumerate() {
        if let Some(seen) = seen.get_mut(*group) {
            *seen += 1.0;
        }
        let length = count(at + 1);
        let divergence: f64 = seen
            .iter()
            .zip(shares)
            .filter(|(seen, share)| **seen > 0.0 && **share > 0.0)
            .map(|(seen, share)| seen / length * libm::log2(seen / length / share))
            .sum();
        let discount = exposure(at + 1);
        sum += discount * divergence;
        discounts += discount;
    }
    if discounts > 0.0 { sum / discounts } else { 0.0 }
}

/// The first beginning of a list that holds fewer items of a group than chance allows, counted in items; `None` when
/// every beginning passes. `share` is the group's share of all items, from 0 to 1; `level` is the chance that is allowed
/// (0.1 is usual). Source: FA*IR (M. Zehlike and others, CIKM 2017), without its correction for many beginnings. Takes
/// one step an item.
#[must_use]
pub fn failing_prefix(list: &[bool], share: f64, level: f64) -> Option<usize> {
    if share <= 0.0 {
        return None;
    }
    let mut few = AtMost::new(share);
    let fails = |member: &bool| {
        few.draw(*member);
        few.chance <= level
    };
    list.iter().position(fails).map(|at| at + 1)
}

/// The chance of at most so many members among so many draws, each a member with the same chance.
struct AtMost {
    share: f64,
    draws: usize,
    members: usize,
    /// Logarithm of the number of ways to have so many members among so many draws.
    ways: f64,
    /// P(at most `members` of `draws`).
    chance: f64,
}

impl AtMost {
    const fn new(share: f64) -> Self {
        Self { share, draws: 0, members: 0, ways: 0.0, chance: 1.0 }
    }

    /// One more draw: P(X' <= m) = P(X <= m) - share · P(X = m); one more member adds the next term.
    fn draw(&mut self, member: bool) {
        self.chance -= self.share * self.exactly();
        self.draws += 1;
        self.ways += libm::log(count(self.draws)) - libm::log(count(self.draws - self.members));
        if member {
            self.members += 1;
            self.ways += libm::log(count(self.draws - self.members + 1)) - libm::log(count(self.members));
            self.chance += self.exactly();
        }
    }

    /// P(exactly `members` of `draws`).
    fn exactly(&self) -> f64 {
        let others = self.draws - self.members;
        if self.share >= 1.0 {
            return f64::from(others == 0);
        }
        let others = count(others) * libm::log1p(-self.share);
        libm::exp(self.ways + count(self.members) * libm::log(self.share) + others)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn beginnings_are_compared_with_the_whole() {
        assert!(ndkl(&[0, 1, 0, 1], &[0.5, 0.5]) < ndkl(&[0, 0, 1, 1], &[0.5, 0.5]));
        assert!(ndkl(&[], &[1.0]).abs() < 1e-12);
        // By hand: log2(2) for the first item, 0 for both; discounts 1 and 1/log2(3).
        let expected = 1.0 / (1.0 + 1.0 / libm::log2(3.0));
        assert!((ndkl(&[0, 1], &[0.5, 0.5]) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_group_that_comes_too_late_fails_at_the_first_beginning_that_shows_it() {
        assert_eq!(failing_prefix(&[false; 10], 0.5, 0.1), Some(4));
        assert_eq!(failing_prefix(&[true, false, true, false], 0.5, 0.1), None);
        assert_eq!(failing_prefix(&[true, true, false], 1.0, 0.1), Some(3));
        assert_eq!(failing_prefix(&[false; 10], 0.0, 0.1), None);
        assert_eq!(failing_prefix(&vec![false; 1_000_000], 1e-7, 0.1), None);
    }

    proptest! {
        #[test]
        fn the_chance_is_the_sum_over_all_ways(list in proptest::collection::vec(any::<bool>(), 1..12), share in 0.05..0.95) {
            let mut few = AtMost::new(share);
            for member in &list {
                few.draw(*member);
            }

            let mut chance = 0.0;
            for way in 0_u32..1 << list.len() {
                let hits = way.count_ones();
                if hits as usize <= few.members {
                    chance += share.powi(i32::try_from(hits).unwrap())
                        * (1.0 - share).powi(i32::try_from(list.len()).unwrap() - i32::try_from(hits).unwrap());
                }
            }
            prop_assert!((few.chance - chance).abs() < 1e-12, "{} {chance}", few.chance);
        }
    }
}
