//! Numbers for every set of players.
//!
//! A cube over k players holds 2^k numbers; bit i of an index says whether player i is in the set.

use crate::count;

/// The Shapley value of each player of a game: `sum over S without i of |S|! (k-|S|-1)! / k! (v(S+i) - v(S))`.
///
/// Source: L. S. Shapley, "A Value for n-Person Games" (1953).
#[must_use]
pub fn shapley(values: &[f64]) -> Vec<f64> {
    let players = values.len().max(1).ilog2() as usize;
    let weights = weights(players);
    let mut shares = vec![0.0; players];
    for (player, share) in shares.iter_mut().enumerate() {
        let half = 1_usize << player;
        let mut sum = 0.0;
        for (block, pair) in values.chunks_exact(2 * half).enumerate() {
            let (without, with) = pair.split_at_checked(half).unwrap_or_default();
            for (offset, (without, with)) in without.iter().zip(with).enumerate() {
                let set = block * 2 * half + offset;
                sum += weights.get(set.count_ones() as usize).copied().unwrap_or_default() * (with - without);
            }
        }
        *share = sum;
    }
    shares
}

/// s! (n-s-1)! / n! for every s below n.
fn weights(players: usize) -> Vec<f64> {
    let mut weight = 1.0 / count(players.max(1));
    (0..players)
        .map(|size| {
            let now = weight;
            weight *= count(size + 1) / count((players - size - 1).max(1));
            now
        })
        .collect()
}

/// Turns numbers g into f with f(S) = sum of g(T) over all T within S (F. Yates, 1937).
pub(super) fn sum_over_subsets(numbers: &mut [f64]) {
    let players = numbers.len().max(1).ilog2();
    for player in 0..players {
        let half = 1_usize << player;
        for pair in numbers.chunks_exact_mut(2 * half) {
            let (without, with) = pair.split_at_mut_checked(half).unwrap_or_default();
            for (with, without) in with.iter_mut().zip(without) {
                *with += *without;
            }
        }
    }
}

/// Where each set of a large cube lies in a small one; `players` holds the bit that each player of the small one has in
/// the large one.
pub(super) fn insides(sets: usize, players: &[usize]) -> Vec<u32> {
    let inside =
        |set: usize| (0..).zip(players).fold(0, |inside, (bit, far)| inside | (set >> far & 1) << bit);
    (0..sets).map(|set| u32::try_from(inside(set)).unwrap_or(u32::MAX)).collect()
}

/// Turns a cube over some players, at the front of the numbers, into one over all: the others change nothing.
pub(super) fn expand(numbers: &mut [f64], players: usize) {
    if players + 1 == numbers.len() {
        return;
    }
    for set in (0..numbers.len()).rev() {
        let mut inside = 0;
        let (mut bit, mut rest) = (1, players);
        while rest != 0 {
            if set & rest & rest.wrapping_neg() != 0 {
                inside |= bit;
            }
            bit <<= 1;
            rest &= rest - 1;
        }
        // Never later than the set itself: what is read was not yet written over.
        if let Some(value) = numbers.get(inside).copied()
            && let Some(slot) = numbers.get_mut(set)
        {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_equal_players_get_the_same() {
        // Three players: 10 for each of the first two, 5 more if both come, nothing for the third.
        let value = |set: usize| {
            let (a, b) = (set & 1, set >> 1 & 1);
            count(10 * (a + b) + 5 * a * b)
        };
        let shares = shapley(&(0..8).map(value).collect::<Vec<_>>());

        assert_eq!(shares.len(), 3);
        assert!(
            (shares[0] - 12.5).abs() < 1e-12 && (shares[1] - 12.5).abs() < 1e-12 && shares[2].abs() < 1e-12
        );
        assert!(shapley(&[7.0]).is_empty());
    }

    #[test]
    fn sums_over_subsets_count_every_subset() {
        let mut numbers = vec![1.0; 8];
        sum_over_subsets(&mut numbers);

        assert_eq!(numbers, [1.0, 2.0, 2.0, 4.0, 2.0, 4.0, 4.0, 8.0]);
    }

    #[test]
    fn a_small_cube_is_found_in_a_large_one() {
        assert_eq!(insides(8, &[2, 0]), [0, 2, 0, 2, 1, 3, 1, 3]);
    }

    #[test]
    fn players_that_change_nothing_double_a_cube() {
        let mut numbers = vec![0.0, 1.0, 10.0, 11.0, -1.0, -1.0, -1.0, -1.0];
        expand(&mut numbers, 0b101);

        assert_eq!(numbers, [0.0, 1.0, 0.0, 1.0, 10.0, 11.0, 10.0, 11.0]);
    }
}
