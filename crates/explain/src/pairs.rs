//! Why one item stands above another: the difference of their scores, shared out among the signals in which they differ.
//!
//! v(S) is the score of the row that has the upper item's values for the signals in S and the lower item's values
//! elsewhere. A signal's share is its Shapley value in v: the mean of what it adds, over all orders in which signals
//! can be exchanged. No background is needed, and the shares add up to score(upper) - score(lower).
//! Source: L. S. Shapley, "A Value for n-Person Games" (1953).

mod choice;

use crate::chance::Stream;
use crate::{BATCH_ROWS, Batches, Error, Scorer, count};

pub use choice::{Pair, sample_pairs};

/// Most differing signals for which all 2^n hybrids are scored.
pub const EXACT_PLAYERS: usize = 12;

/// The part of one signal (or group of signals) in a difference of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Position of the signal in the players that were given.
    pub player: usize,
    /// Points of the score; positive raises the upper item's score.
    pub points: f64,
    /// Standard error of the points; `None` when they are exact.
    pub stderr: Option<f64>,
}

/// Why one item's score differs from another's. Invariant: `base` + all points = `score`, up to rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Score of the lower item.
    pub base: f64,
    /// Score of the upper item.
    pub score: f64,
    /// One entry for each signal in which the two differ, in the order of the players; the others have no part.
    pub contributions: Vec<Contribution>,
    /// Pairs of orders that were drawn; 0 when all hybrids were scored and the points are exact.
    pub drawn: usize,
}

/// Shares the difference of two rows' scores out among players: each one or several columns, no column twice.
///
/// Up to [`EXACT_PLAYERS`] differing players are enumerated. Above, `drawn` orders are drawn, each walked forwards and
/// backwards, and standard errors are given (C. R. Mitchell and others, "Sampling Permutations for Shapley Value
/// Estimation", 2022, section 4.1).
///
/// # Errors
/// [`Error::NoSuchColumn`], [`Error::TooFew`] for fewer than 2 orders where they are needed, or what the model says.
pub fn explain<S: Scorer + ?Sized>(
    model: &mut S,
    (upper, lower): (&[f64], &[f64]),
    players: &[Vec<usize>],
    drawn: usize,
    seed: u64,
) -> Result<Explanation, Error> {
    if let Some(&column) = players.iter().flatten().find(|column| **column >= upper.len().min(lower.len())) {
        return Err(Error::NoSuchColumn { column, columns: upper.len().min(lower.len()) });
    }
    let differs = |column: &usize| {
        upper.get(*column).map(|value| value.to_bits()) != lower.get(*column).map(|value| value.to_bits())
    };
    let differing: Vec<(usize, &[usize])> = (0..)
        .zip(players)
        .filter(|(_, columns)| columns.iter().any(differs))
        .map(|(player, columns)| (player, columns.as_slice()))
        .collect();
    let game = Game { upper, lower, players: &differing };
    if differing.len() <= EXACT_PLAYERS { game.enumerate(model) } else { game.sample(model, drawn, seed) }
}

struct Game<'a> {
    upper: &'a [f64],
    lower: &'a [f64],
    players: &'a [(usize, &'a [usize])],
}

impl Game<'_> {
    /// Puts the upper item's values of one player into a row.
    fn join(&self, row: &mut [f64], player: usize) {
        for column in self.players.get(player).map(|(_, columns)| *columns).unwrap_or_default() {
            if let (Some(slot), Some(value)) = (row.get_mut(*column), self.upper.get(*column)) {
                *slot = *value;
            }
        }
    }

    fn enumerate<S: Scorer + ?Sized>(&self, model: &mut S) -> Result<Explanation, Error> {
        let n = self.players.len();
        let mut hybrids = Batches::new(model, self.lower.len())?;
        for set in 0..1_usize << n {
            let mut row = self.lower.to_vec();
            (0..n).filter(|player| set >> player & 1 == 1).for_each(|player| self.join(&mut row, player));
            hybrids.push(&row)?;
        }
        let values = hybrids.finish()?;
        let value = |set: usize| values.get(set).copied().unwrap_or_default();
        let weights = weights(n);
        let points = |player: usize| -> f64 {
            let without = (0..values.len()).filter(|set| set >> player & 1 == 0);
            without
                .map(|set| {
                    let weight = weights.get(set.count_ones() as usize).copied().unwrap_or_default();
                    weight * (value(set | 1 << player) - value(set))
                })
                .sum()
        };
        let contributions = self
            .players
            .iter()
            .enumerate()
            .map(|(at, (player, _))| Contribution { player: *player, points: points(at), stderr: None })
            .collect();
        Ok(Explanation { base: value(0), score: value(values.len() - 1), contributions, drawn: 0 })
    }

    fn sample<S: Scorer + ?Sized>(
        &self,
        model: &mut S,
        drawn: usize,
        seed: u64,
    ) -> Result<Explanation, Error> {
        if drawn < 2 {
            return Err(Error::TooFew { setting: "drawn orders", least: 2 });
        }
        let mut ends = Batches::new(model, self.lower.len())?;
        ends.push(self.lower)?;
        ends.push(&self.upper_hybrid())?;
        let (base, score) = match ends.finish()?.as_slice() {
            [base, score] => (*base, *score),
            other => return Err(Error::WrongCount { what: "scores", expected: 2, found: other.len() }),
        };
        let mut tallies = vec![Tally::default(); self.players.len()];
        let per_order = 2 * (self.players.len() - 1);
        let together = (BATCH_ROWS / per_order).max(1);
        let orders: Vec<usize> = (0..drawn).collect();
        for part in orders.chunks(together) {
            let orders: Vec<Vec<usize>> = part.iter().map(|index| self.draw_order(seed, *index)).collect();
            let mut hybrids = Batches::new(model, self.lower.len())?;
            for order in &orders {
                self.walk(&mut hybrids, order.iter())?;
                self.walk(&mut hybrids, order.iter().rev())?;
            }
            let scores = hybrids.finish()?;
            for (order, scores) in orders.iter().zip(scores.chunks(per_order)) {
                let (forwards, backwards) = scores.split_at(per_order / 2);
                tally(&mut tallies, order, &steps(base, forwards, score), &steps(base, backwards, score));
            }
        }
        let contributions = self
            .players
            .iter()
            .zip(&tallies)
            .map(|((player, _), tally)| Contribution {
                player: *player,
                points: tally.mean,
                stderr: Some(tally.stderr()),
            })
            .collect();
        Ok(Explanation { base, score, contributions, drawn })
    }

    fn upper_hybrid(&self) -> Vec<f64> {
        let mut row = self.lower.to_vec();
        (0..self.players.len()).for_each(|player| self.join(&mut row, player));
        row
    }

    fn draw_order(&self, seed: u64, index: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.players.len()).collect();
        Stream::new(seed, "pair", index).shuffle(&mut order);
        order
    }

    /// The hybrids on the way from the lower row to the upper, without the two ends.
    fn walk<'o, S: Scorer + ?Sized>(
        &self,
        hybrids: &mut Batches<'_, S>,
        order: impl ExactSizeIterator<Item = &'o usize>,
    ) -> Result<(), Error> {
        let mut row = self.lower.to_vec();
        let inner = order.len().saturating_sub(1);
        for player in order.take(inner) {
            self.join(&mut row, *player);
            hybrids.push(&row)?;
        }
        Ok(())
    }
}

/// |S|! (n-|S|-1)! / n! for each size of S, from 0 to n-1.
fn weights(players: usize) -> Vec<f64> {
    let mut weight = 1.0 / count(players.max(1));
    let mut weights = Vec::with_capacity(players);
    for size in 0..players {
        weights.push(weight);
        // From size to size + 1 the weight is multiplied by (size + 1) / (n - size - 1).
        weight *= count(size + 1) / count((players - size - 1).max(1));
    }
    weights
}

/// What each step of a walk adds.
fn steps(base: f64, inner: &[f64], score: f64) -> Vec<f64> {
    let from = std::iter::once(&base).chain(inner);
    let to = inner.iter().chain(std::iter::once(&score));
    from.zip(to).map(|(from, to)| to - from).collect()
}

/// Running mean and sum of squares of a player's parts (B. P. Welford, 1962).
#[derive(Clone, Copy, Default)]
struct Tally {
    seen: usize,
    mean: f64,
    squares: f64,
}

impl Tally {
    fn add(&mut self, value: f64) {
        self.seen += 1;
        let off = value - self.mean;
        self.mean += off / count(self.seen);
        self.squares += off * (value - self.mean);
    }

    fn stderr(&self) -> f64 {
        (self.squares / count(self.seen.saturating_sub(1).max(1)) / count(self.seen.max(1))).sqrt()
    }
}

/// Adds the mean of a player's parts in both directions of one order.
fn tally(tallies: &mut [Tally], order: &[usize], forwards: &[f64], backwards: &[f64]) {
    for ((player, one), other) in order.iter().zip(forwards).zip(backwards.iter().rev()) {
        if let Some(tally) = tallies.get_mut(*player) {
            tally.add(f64::midpoint(*one, *other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Formula, Linear};
    use proptest::prelude::*;

    fn alone(columns: usize) -> Vec<Vec<usize>> {
        (0..columns).map(|column| vec![column]).collect()
    }

    fn points(explanation: &Explanation) -> Vec<f64> {
        explanation.contributions.iter().map(|contribution| contribution.points).collect()
    }

    #[test]
    fn the_parts_of_a_weighted_sum_are_weight_times_difference() {
        let mut model = Linear(vec![2.0, -1.0, 5.0]);

        let why = explain(&mut model, (&[3.0, 1.0, 4.0], &[1.0, 3.0, 4.0]), &alone(3), 0, 1).unwrap();

        assert_eq!((why.base, why.score, why.drawn), (19.0, 25.0, 0));
        assert_eq!(why.contributions.len(), 2, "what does not differ has no part");
        assert!(points(&why).iter().zip([4.0, 2.0]).all(|(found, expected)| (found - expected).abs() < 1e-9));
    }

    #[test]
    fn what_only_works_together_is_shared_equally_and_a_dummy_gets_nothing() {
        let mut model = Formula(3, |row: &[f64]| row[0] * row[1]);

        let why = explain(&mut model, (&[1.0, 6.0, 9.0], &[0.0, 0.0, 1.0]), &alone(3), 0, 1).unwrap();

        assert_eq!(points(&why), [3.0, 3.0, 0.0]);
    }

    #[test]
    fn columns_of_one_player_move_together() {
        let mut model = Formula(3, |row: &[f64]| row[0] * row[1] + row[2]);

        let why = explain(&mut model, (&[2.0, 3.0, 1.0], &[0.0; 3]), &[vec![0, 1], vec![2]], 0, 1).unwrap();

        assert_eq!(points(&why), [6.0, 1.0]);
        assert!(explain(&mut model, (&[0.0; 3], &[1.0; 3]), &[vec![3]], 0, 1).is_err());
    }

    #[test]
    fn equal_items_have_nothing_to_explain() {
        let why = explain(&mut Linear(vec![1.0]), (&[2.0], &[2.0]), &alone(1), 0, 1).unwrap();

        assert_eq!((why.base, why.score, why.contributions.len()), (2.0, 2.0, 0));
    }

    #[test]
    fn many_players_of_a_weighted_sum_are_exact_even_when_drawn() {
        let weights: Vec<f64> = (0..20).map(f64::from).collect();
        let why = explain(&mut Linear(weights), (&[1.0; 20], &[0.0; 20]), &alone(20), 8, 1).unwrap();

        assert_eq!(why.drawn, 8);
        for (contribution, expected) in why.contributions.iter().zip(0..) {
            assert!((contribution.points - f64::from(expected)).abs() < 1e-9);
            assert!(contribution.stderr.unwrap() < 1e-9);
        }
        let few = explain(&mut Linear(vec![1.0; 20]), (&[1.0; 20], &[0.0; 20]), &alone(20), 1, 1);
        assert_eq!(few, Err(Error::TooFew { setting: "drawn orders", least: 2 }));
    }

    /// Pairwise products with random weights: the exact part of a player is its own weight and half of its products.
    fn products(weights: &[f64], players: usize) -> (impl Fn(&[f64]) -> f64 + use<>, Vec<f64>) {
        let weights = weights.to_vec();
        let parts = (0..players)
            .map(|one| {
                let shared = (0..players).filter(|other| *other != one);
                shared.map(|other| weights[one.min(other) * players + one.max(other)] / 2.0).sum()
            })
            .collect();
        let score = move |row: &[f64]| {
            let mut score = 0.0;
            for one in 0..players {
                for other in one + 1..players {
                    score += weights[one * players + other] * row[one] * row[other];
                }
            }
            score
        };
        (score, parts)
    }

    proptest! {
        #[test]
        fn drawn_parts_lie_within_five_standard_errors_and_add_up(
            weights in proptest::collection::vec(-1.0..1.0, 14 * 14), seed in 0_u64..1000,
        ) {
            let (score, parts) = products(&weights, 14);
            let why = explain(&mut Formula(14, score), (&[1.0; 14], &[0.0; 14]), &alone(14), 100, seed).unwrap();

            let sum: f64 = points(&why).iter().sum();
            prop_assert!((why.base + sum - why.score).abs() < 1e-9);
            for (contribution, part) in why.contributions.iter().zip(parts) {
                let off = (contribution.points - part).abs();
                prop_assert!(off <= 5.0 * contribution.stderr.unwrap() + 1e-9, "{contribution:?} {part}");
            }
        }

        #[test]
        fn exact_parts_add_up_and_do_not_depend_on_the_order_of_the_signals(
            weights in proptest::collection::vec(-10.0..10.0, 36), upper in proptest::collection::vec(-3.0..3.0, 6),
            lower in proptest::collection::vec(-3.0..3.0, 6),
        ) {
            let (score, _) = products(&weights, 6);
            let bent = move |row: &[f64]| libm::tanh(score(row)) * 100.0 + row[0];
            let why = explain(&mut Formula(6, &bent), (&upper, &lower), &alone(6), 0, 1).unwrap();
            let turned: Vec<Vec<usize>> = alone(6).into_iter().rev().collect();
            let again = explain(&mut Formula(6, &bent), (&upper, &lower), &turned, 0, 1).unwrap();

            let sum: f64 = points(&why).iter().sum();
            prop_assert!((why.base + sum - why.score).abs() < 1e-9 * why.score.abs().max(100.0));
            for (one, other) in points(&why).iter().zip(points(&again).iter().rev()) {
                prop_assert!((one - other).abs() < 1e-9);
            }
        }
    }
}
