//! What a control does to the order: giving values, removing items, switching the scores.

use crate::places::{Standing, kendall, page_size, top_changed};
use crate::{Batches, Bootstrap, Error, Estimate, Lists, Scorer, Settings, count, mean};

/// How far an order differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reordering {
    /// Mean |new place - old place| over all items of a list.
    pub places: Estimate,
    /// Part of the top of the list that is new, from 0 to 1.
    pub top_changed: Estimate,
    /// Kendall's tau-a between the two orders, from -1 to 1.
    pub tau: Estimate,
}

/// What giving values to some items does. Rests on the lists that hold such an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetEffect {
    /// Items that get the values.
    pub items: usize,
    /// One item at a time: places it moves towards the top (negative: away from it).
    pub places_up: Estimate,
    /// One item at a time: share of the items that move at all.
    pub moved: Estimate,
    /// New score - old score of an item, in points.
    pub points: Estimate,
    /// All these items at once.
    pub together: Reordering,
}

/// What removing items does. Rests on all lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RemoveEffect {
    /// Items that leave.
    pub items: usize,
    /// Items that leave a list.
    pub leave: Estimate,
    /// Part of the top of the list that is new, from 0 to 1.
    pub top_changed: Estimate,
}

/// Gives the items of the mask these values (column, value); all other items stay as they are.
///
/// `None` if the mask holds no item: there is nothing to measure.
///
/// # Errors
/// [`Error::WrongCount`] when scores or mask are not one a row, [`Error::NoSuchColumn`], or what the model says.
pub fn set<S: Scorer + ?Sized>(
    model: &mut S,
    (lists, scores): (&Lists, &[f64]),
    mask: &[bool],
    values: &[(usize, f64)],
    settings: Settings,
) -> Result<Option<SetEffect>, Error> {
    let changed = changed_scores(model, (lists, scores), mask, values)?;
    let mut per_list: Vec<[f64; 6]> = Vec::new();
    let masks = lists.split(mask)?.into_iter();
    for ((old, new), mask) in lists.split(scores)?.into_iter().zip(lists.split(&changed)?).zip(masks) {
        if mask.contains(&true) {
            let standing = Standing::new(old, settings.order);
            let alone = one_at_a_time(&standing, old, new, mask);
            let [places, top, tau] = reordered(&standing, &Standing::new(new, settings.order));
            per_list.push([alone[0], alone[1], alone[2], places, top, tau]);
        }
    }
    if per_list.is_empty() {
        return Ok(None);
    }
    let [places_up, moved, points, places, top_changed, tau] = estimates(&per_list, settings);
    Ok(Some(SetEffect {
        items: mask.iter().filter(|concerned| **concerned).count(),
        places_up,
        moved: moved.within(0.0, 1.0),
        points,
        together: Reordering::bounded(places, top_changed, tau),
    }))
}

/// Takes the items of the mask out of their lists; the others keep their scores.
///
/// # Errors
/// [`Error::WrongCount`] when scores or mask are not one a row.
pub fn remove(
    lists: &Lists,
    scores: &[f64],
    mask: &[bool],
    settings: Settings,
) -> Result<RemoveEffect, Error> {
    let per_list: Vec<[f64; 2]> = lists
        .split(scores)?
        .into_iter()
        .zip(lists.split(mask)?)
        .map(|(scores, leaving)| left_without(scores, leaving, settings))
        .collect();
    let [leave, top_changed] = estimates(&per_list, settings);
    Ok(RemoveEffect {
        items: mask.iter().filter(|leaves| **leaves).count(),
        leave: leave.within(0.0, f64::INFINITY),
        top_changed: top_changed.within(0.0, 1.0),
    })
}

/// Orders the same lists by other scores.
///
/// # Errors
/// [`Error::WrongCount`] when the scores are not one a row.
pub fn switch(lists: &Lists, old: &[f64], new: &[f64], settings: Settings) -> Result<Reordering, Error> {
    let per_list: Vec<[f64; 3]> = lists
        .split(old)?
        .into_iter()
        .zip(lists.split(new)?)
        .map(|(old, new)| reordered(&Standing::new(old, settings.order), &Standing::new(new, settings.order)))
        .collect();
    let [places, top_changed, tau] = estimates(&per_list, settings);
    Ok(Reordering::bounded(places, top_changed, tau))
}

impl Reordering {
    fn bounded(places: Estimate, top_changed: Estimate, tau: Estimate) -> Self {
        Self {
            places: places.within(0.0, f64::INFINITY),
            top_changed: top_changed.within(0.0, 1.0),
            tau: tau.within(-1.0, 1.0),
        }
    }
}

fn changed_scores<S: Scorer + ?Sized>(
    model: &mut S,
    (lists, scores): (&Lists, &[f64]),
    mask: &[bool],
    values: &[(usize, f64)],
) -> Result<Vec<f64>, Error> {
    let columns = lists.rows().columns();
    if let Some(&(column, _)) = values.iter().find(|(column, _)| *column >= columns) {
        return Err(Error::NoSuchColumn { column, columns });
    }
    let mut batches = Batches::new(model, columns)?;
    for (row, _) in lists.rows().iter_rows().zip(mask).filter(|(_, concerned)| **concerned) {
        let mut row = row.to_vec();
        for (column, value) in values {
            if let Some(slot) = row.get_mut(*column) {
                *slot = *value;
            }
        }
        batches.push(&row)?;
    }
    let mut fresh = batches.finish()?.into_iter();
    let pairs = scores.iter().zip(mask);
    Ok(pairs.map(|(old, concerned)| if *concerned { fresh.next().unwrap_or(*old) } else { *old }).collect())
}

/// Mean places towards the top, share that moved, mean points: over the concerned items of one list.
fn one_at_a_time(standing: &Standing, old: &[f64], new: &[f64], mask: &[bool]) -> [f64; 3] {
    let places = standing.places();
    let concerned = || (0..).zip(mask).filter(|(_, concerned)| **concerned).map(|(item, _)| item);
    let up: Vec<f64> = concerned()
        .filter_map(|item: usize| Some(places.get(item)? - standing.place_with(item, *new.get(item)?)?))
        .collect();
    let points: Vec<f64> = concerned().filter_map(|item| Some(new.get(item)? - old.get(item)?)).collect();
    let moved: Vec<f64> = up.iter().map(|up| if *up == 0.0 { 0.0 } else { 1.0 }).collect();
    [mean(&up), mean(&moved), mean(&points)]
}

/// Mean |places|, changed share of the top, tau: of one list.
fn reordered(old: &Standing, new: &Standing) -> [f64; 3] {
    let moved: Vec<f64> = old.places().iter().zip(new.places()).map(|(old, new)| (new - old).abs()).collect();
    let page = page_size(old.items());
    [mean(&moved), top_changed(&old.membership(page), &new.membership(page), page), kendall(old, new)]
}

/// How many leave, and the share of the top that is new: of one list.
fn left_without(scores: &[f64], leaving: &[bool], settings: Settings) -> [f64; 2] {
    let page = page_size(scores.len());
    let before = Standing::new(scores, settings.order).membership(page);
    let stays = |(_, leaves): &(_, &bool)| !**leaves;
    let left: Vec<f64> = scores.iter().zip(leaving).filter(stays).map(|(score, _)| *score).collect();
    let mut after = Standing::new(&left, settings.order).membership(page).into_iter();
    let after: Vec<f64> =
        leaving.iter().map(|leaves| if *leaves { 0.0 } else { after.next().unwrap_or_default() }).collect();
    [count(scores.len() - left.len()), top_changed(&before, &after, page)]
}

/// One estimate a quantity, from the quantities of every list.
fn estimates<const N: usize>(per_list: &[[f64; N]], settings: Settings) -> [Estimate; N] {
    let bootstrap = Bootstrap::new(per_list.len(), settings.bootstrap, settings.seed);
    std::array::from_fn(|quantity| {
        let values: Vec<f64> = per_list.iter().filter_map(|list| list.get(quantity).copied()).collect();
        bootstrap.estimate(&values)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Order;
    use crate::testing::{Linear, lists};

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-12, "{one} is not {other}");
    }

    #[test]
    fn setting_a_value_moves_items_by_hand_computed_places() {
        // Scores 4 3 2 1; the two last items get 5 points. Alone, each goes to place 1 (up 3 and up 2).
        let lists = lists(&[&[&[4.0], &[3.0], &[2.0], &[1.0]], &[&[1.0], &[2.0]]]);
        let scores = [4.0, 3.0, 2.0, 1.0, 1.0, 2.0];
        let mask = [false, false, true, true, false, false];

        let effect = set(&mut Linear(vec![1.0]), (&lists, &scores), &mask, &[(0, 5.0)], Settings::default());
        let effect = effect.unwrap().unwrap();

        assert_eq!((effect.items, effect.places_up.lists), (2, 1));
        near(effect.places_up.value, 2.5);
        near(effect.moved.value, 1.0);
        near(effect.points.value, 3.5);
        // Together they tie at 1.5; 4 and 3 fall to places 3 and 4: moves 2, 2, 1.5, 2.5.
        near(effect.together.places.value, 2.0);
        near(effect.together.top_changed.value, 1.0);
        near(effect.together.tau.value, (-4.0 + 1.0) / 6.0);
    }

    #[test]
    fn in_ascending_lists_a_lower_score_goes_up() {
        let lists = lists(&[&[&[1.0], &[2.0], &[3.0]]]);
        let settings = Settings { order: Order::Ascending, ..Settings::default() };
        let mask = [false, false, true];

        let effect = set(&mut Linear(vec![1.0]), (&lists, &[1.0, 2.0, 3.0]), &mask, &[(0, 0.0)], settings);

        near(effect.unwrap().unwrap().places_up.value, 2.0);
    }

    #[test]
    fn a_control_that_concerns_no_item_has_no_effect_to_measure() {
        let lists = lists(&[&[&[1.0], &[2.0]]]);
        let mut model = Linear(vec![1.0]);
        let scores = [1.0, 2.0];

        assert_eq!(
            set(&mut model, (&lists, &scores), &[false; 2], &[(0, 1.0)], Settings::default()),
            Ok(None)
        );
        assert!(set(&mut model, (&lists, &scores), &[true; 2], &[(1, 1.0)], Settings::default()).is_err());
        assert!(set(&mut model, (&lists, &scores), &[true], &[(0, 1.0)], Settings::default()).is_err());
    }

    #[test]
    fn removing_items_lets_others_into_the_top() {
        let lists = lists(&[&[&[4.0], &[3.0], &[2.0], &[1.0]], &[&[1.0], &[2.0], &[3.0], &[4.0]]]);
        let scores = [4.0, 3.0, 2.0, 1.0, 1.0, 2.0, 3.0, 4.0];
        let mask = [true, false, false, true, false, false, false, false];

        let effect = remove(&lists, &scores, &mask, Settings::default()).unwrap();

        assert_eq!(effect.items, 2);
        near(effect.leave.value, 1.0);
        // First list: top two 4 3 becomes 3 2, half is new; second list: nothing.
        near(effect.top_changed.value, 0.25);
        let all = remove(&lists, &scores, &[true; 8], Settings::default()).unwrap();
        near(all.leave.value, 4.0);
        near(all.top_changed.value, 0.0);
    }

    #[test]
    fn switching_to_the_turned_scores_turns_the_list() {
        let lists = lists(&[&[&[1.0], &[2.0], &[3.0], &[4.0]]]);

        let turned =
            switch(&lists, &[1.0, 2.0, 3.0, 4.0], &[4.0, 3.0, 2.0, 1.0], Settings::default()).unwrap();

        near(turned.tau.value, -1.0);
        near(turned.places.value, 2.0);
        near(turned.top_changed.value, 1.0);
    }
}
