//! Which pairs to explain.

use crate::chance::Stream;
use crate::places::{Standing, tied};
use crate::{Error, Lists, Order};

/// Two items of one list, by their rows in all lists together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pair {
    /// Position of the list.
    pub list: usize,
    /// Row of the item nearer to the top.
    pub upper: usize,
    /// Row of the other item.
    pub lower: usize,
}

/// How much larger than a tie the gap of a sampled pair is at least.
const CLEAR_GAP: f64 = 100.0;

/// Chooses up to `wanted` pairs to explain, from different lists as far as there are lists.
///
/// Two of three pairs are neighbours (else the next but one) in the upper half of their list; every third is the
/// first item and one from the middle. The gap is at least a hundred times a tie, so no example rests on rounding.
///
/// # Errors
/// [`Error::WrongCount`] when there is not one score a row.
pub fn sample_pairs(
    lists: &Lists,
    scores: &[f64],
    wanted: usize,
    order: Order,
    seed: u64,
) -> Result<Vec<Pair>, Error> {
    let per_list = lists.split(scores)?;
    let mut turns: Vec<usize> = (0..lists.len()).collect();
    Stream::new(seed, "pairs", 0).shuffle(&mut turns);
    let mut pairs: Vec<Pair> = Vec::with_capacity(wanted);
    let rounds = wanted.min(MOST_PAIRS_A_LIST);
    for (turn, list) in (0..rounds).flat_map(|_| turns.iter().copied()).enumerate() {
        if pairs.len() >= wanted {
            break;
        }
        let (Some(bounds), Some(scores)) = (lists.bounds().get(list), per_list.get(list)) else { continue };
        let mut candidates = candidates(scores, order, pairs.len() % 3 == 2);
        Stream::new(seed, "pairs", turn + 1).shuffle(&mut candidates);
        let pair = |(upper, lower): (usize, usize)| Pair {
            list,
            upper: bounds.start + upper,
            lower: bounds.start + lower,
        };
        pairs.extend(candidates.into_iter().map(pair).find(|pair| !pairs.contains(pair)));
    }
    Ok(pairs)
}

/// Rounds over the lists when there are fewer lists than pairs wanted.
const MOST_PAIRS_A_LIST: usize = 50;

/// Pairs of one list with a clear gap: neighbours in the upper half, or the first item with one of the middle.
fn candidates(scores: &[f64], order: Order, far: bool) -> Vec<(usize, usize)> {
    let standing = Standing::new(scores, order);
    let shown = standing.shown();
    let half = shown.len().div_ceil(2).max(2);
    let clear = |one: usize, other: usize| -> Option<(usize, usize)> {
        let (upper, lower) = (*shown.get(one)?, *shown.get(other)?);
        let (high, low) = (*scores.get(upper)?, *scores.get(lower)?);
        // The score that stands a hundredth of the gap away must not tie.
        let gap = order.upward(high) - order.upward(low);
        (gap > 0.0 && !tied(high, high - order.upward(gap / CLEAR_GAP))).then_some((upper, lower))
    };
    let at_distance = |distance: usize| -> Vec<(usize, usize)> {
        (0..half.saturating_sub(1)).filter_map(|one| clear(one, one + distance)).collect()
    };
    let near = at_distance(1);
    let near = if near.is_empty() { at_distance(2) } else { near };
    let middle: Vec<(usize, usize)> = (half / 2 + 1..=half).filter_map(|other| clear(0, other)).collect();
    match (far, near.is_empty(), middle.is_empty()) {
        (true, _, false) | (false, true, false) => middle,
        _ => near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lists, random_lists};

    #[test]
    fn sampled_pairs_come_from_different_lists_and_stand_clearly_apart() {
        let lists = random_lists(10, 12, 1, 4);
        let scores: Vec<f64> = lists.rows().column(0).collect();

        for order in [Order::Descending, Order::Ascending] {
            let pairs = sample_pairs(&lists, &scores, 6, order, 1).unwrap();
            let mut from: Vec<usize> = pairs.iter().map(|pair| pair.list).collect();
            from.sort_unstable();
            from.dedup();

            assert_eq!((pairs.len(), from.len()), (6, 6));
            assert!(pairs.iter().all(|pair| order.upward(scores[pair.upper] - scores[pair.lower]) > 1e-4));
            assert!(pairs.iter().all(|pair| pair.upper / 12 == pair.list && pair.lower / 12 == pair.list));
        }
    }

    #[test]
    fn ties_are_never_sampled_and_one_list_gives_several_pairs() {
        let tie = lists(&[&[&[1.0], &[1.0 + 1e-7], &[1.0]]]);
        assert_eq!(sample_pairs(&tie, &[1.0, 1.0 + 1e-7, 1.0], 3, Order::Descending, 1), Ok(vec![]));

        let one = random_lists(1, 20, 1, 4);
        let scores: Vec<f64> = one.rows().column(0).collect();
        let pairs = sample_pairs(&one, &scores, 5, Order::Descending, 1).unwrap();
        assert_eq!(pairs.len(), 5);
    }
}
