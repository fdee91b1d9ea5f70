//! How two models order the same reference lists.

use explain::Order;
use explain::places::{Standing, page_size, top_changed};
use serde::Serialize;

use super::Flipped;
use crate::Bundle;

/// Most pairs that are told: one of a list.
const PAIRS: usize = 5;
/// Most rows that are ordered; lists beyond are left out.
pub const ORDERED_ROWS: usize = 20_000;

/// How two models order the same reference lists: those of the newer version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reordering {
    /// Lists that were ordered by both: the first ones.
    pub lists: u64,
    /// Lists that there are.
    pub lists_in_all: u64,
    /// Lists in which any item has another place.
    pub reordered: u64,
    /// Lists whose top ten (or first half, of shorter ones) holds other items.
    pub top_changed: u64,
    /// Pairs of items that stand the other way round, one a list, from the top.
    pub flipped: Vec<Flipped>,
}

/// Whose scores are compared, over the first rows of the same lists.
#[derive(Clone, Copy, Debug)]
pub struct Ordered<'a> {
    /// One score a row.
    pub scores: &'a [f64],
    /// Which score is shown first.
    pub order: Order,
}

/// How many rows of these lists are ordered: whole lists, at most [`ORDERED_ROWS`].
#[must_use]
pub fn ordered_rows(bundle: &Bundle) -> usize {
    let ends = bundle.lists.bounds().iter().map(|list| list.end);
    ends.take_while(|end| *end <= ORDERED_ROWS).last().unwrap_or(0)
}

/// Compares the orders of two models.
#[must_use]
pub fn reordering(lists: &Bundle, before: Ordered<'_>, after: Ordered<'_>) -> Reordering {
    let mut found =
        Reordering { lists: 0, lists_in_all: 0, reordered: 0, top_changed: 0, flipped: Vec::new() };
    found.lists_in_all = u64::try_from(lists.lists.bounds().len()).unwrap_or(u64::MAX);
    for (list, rows) in lists.lists.bounds().iter().enumerate() {
        let (Some(old), Some(new)) = (before.scores.get(rows.clone()), after.scores.get(rows.clone())) else {
            break;
        };
        let (old, new) = (Standing::new(old, before.order), Standing::new(new, after.order));
        found.lists += 1;
        if old.places() == new.places() {
            continue;
        }
        found.reordered += 1;
        let first = page_size(rows.len());
        found.top_changed +=
            u64::from(top_changed(&old.membership(first), &new.membership(first), first) > 0.0);
        if found.flipped.len() < PAIRS
            && let Some((upper, lower)) = turned(&old.places(), &new.places())
        {
            let name = |item: usize| name(lists, rows.start + item);
            let list_id = lists.list_ids.get(list).cloned().unwrap_or_default();
            found.flipped.push(Flipped { list_id, upper: name(upper), lower: name(lower) });
        }
    }
    found
}

/// The pair nearest to the top that was turned round: the item that is above now, and the one that was.
fn turned(old: &[f64], new: &[f64]) -> Option<(usize, usize)> {
    let mut shown: Vec<usize> = (0..new.len()).collect();
    let place = |places: &[f64], item: usize| places.get(item).copied().unwrap_or(f64::MAX);
    shown.sort_by(|one, other| place(new, *one).total_cmp(&place(new, *other)));
    shown.iter().enumerate().find_map(|(at, upper)| {
        let below = shown.iter().skip(at + 1);
        let passed = below.filter(|lower| {
            place(old, **lower) < place(old, *upper) && place(new, **lower) > place(new, *upper)
        });
        let lower = passed.min_by(|one, other| place(old, **one).total_cmp(&place(old, **other)))?;
        Some((*upper, *lower))
    })
}

/// The title of an item, or its id.
fn name(lists: &Bundle, row: usize) -> String {
    let title =
        lists.item_titles.as_ref().and_then(|titles| titles.get(row)).filter(|title| !title.is_empty());
    title.or_else(|| lists.item_ids.get(row)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_that_turned_round_is_the_one_nearest_to_the_top() {
        assert_eq!(turned(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(turned(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 4.0, 3.0]), Some((3, 2)));
        assert_eq!(turned(&[1.0, 2.0, 3.0], &[3.0, 1.0, 2.0]), Some((1, 0)));
        // A tie that parts turns no pair round.
        assert_eq!(turned(&[1.5, 1.5], &[1.0, 2.0]), None);
    }
}
