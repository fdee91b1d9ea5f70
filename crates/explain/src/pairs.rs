//! Why one item stands above another: the difference of their scores, shared out among the signals in which they differ.
//!
//! v(S) is the score of the row that has the upper item's values for the signals in S and the lower item's values
//! elsewhere. A signal's share is its Shapley value in v: the mean of what it adds, over all orders in which signals
//! can be exchanged. No background is needed, and the shares add up to score(upper) - score(lower).
//! Source: L. S. Shapley, "A Value for n-Person Games" (1953).

mod choice;

use crate::games::{ASKED_PLAYERS, How, Wanted, pair};
use crate::{Error, Means, Players, Scorer, Subject};

pub use choice::{Pair, sample_pairs};

/// Most differing signals for which all 2^n hybrids are scored.
pub const EXACT_PLAYERS: usize = ASKED_PLAYERS;

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
/// backwards, and standard errors are given.
///
/// # Errors
/// [`Error::NoSuchColumn`] and [`Error::SharedColumn`] for wrong players, [`Error::TooFew`] for fewer than 2 orders
/// where they are needed, or what the model says.
pub fn explain(
    model: &mut dyn Scorer,
    (upper, lower): (&[f64], &[f64]),
    players: &[Vec<usize>],
    drawn: usize,
    seed: u64,
) -> Result<Explanation, Error> {
    let players = Players::new(upper.len().min(lower.len()), players.to_vec())?;
    // What belongs to no player stays as it is below.
    let owner = players.of_columns();
    let upper: Vec<f64> = upper
        .iter()
        .zip(lower)
        .zip(&owner)
        .map(|((upper, lower), player)| if player.is_some() { *upper } else { *lower })
        .collect();
    let differing: Vec<usize> = (0..)
        .zip(players.sets())
        .filter(|(_, columns)| columns.iter().any(|column| differs(&upper, lower, *column)))
        .map(|(player, _)| player)
        .collect();
    let is_exact = differing.len() <= EXACT_PLAYERS;
    if !is_exact && drawn < 2 {
        return Err(Error::TooFew { setting: "drawn orders", least: 2 });
    }
    let wanted = if is_exact { Wanted::Exact } else { Wanted::Sample };
    let how = How { wanted, target_stderr: None, most_orders: drawn, seed };
    let found =
        pair::attribute(&mut Subject::BlackBox(model), (&upper, lower), &players, (&how, &Means::plain()))?;
    let found = found.items.into_iter().next().ok_or(Error::NoItems)?;
    let contribution = |player: usize| {
        let stderr = found.stderr.as_ref().and_then(|errors| errors.get(player)).copied();
        let points = found.values.get(player).copied()?;
        Some(Contribution { player, points, stderr })
    };
    Ok(Explanation {
        base: found.base,
        score: found.score,
        contributions: differing.into_iter().filter_map(contribution).collect(),
        drawn: if is_exact { 0 } else { drawn },
    })
}

fn differs(upper: &[f64], lower: &[f64], column: usize) -> bool {
    upper.get(column).map(|value| value.to_bits()) != lower.get(column).map(|value| value.to_bits())
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
