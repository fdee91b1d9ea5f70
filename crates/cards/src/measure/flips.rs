//! What would turn an example round: one other value of one signal, tried out.

use explain::counterfactual::{Target, smallest_change};
use explain::places::tied;
use explain::sweep::scores;
use explain::{Matrix, score_all};

use super::GenerateError;
use super::bench::{Bench, means};
use crate::card::{Example, Flip, Measured, Signal, rounded};

/// Most significant digits of a value that is proposed.
const DIGITS: usize = 9;

/// Adds to every example the nearest change of one signal that puts the lower item above the upper one, if there is one
/// among the values that occur. What was found in a model that was opened is tried on the runtime, whose numbers may
/// have fewer digits: only what does it there too is told.
pub(super) fn measure(
    bench: &mut Bench<'_>,
    signals: &[Signal],
    examples: &mut [Example],
) -> Result<(), GenerateError> {
    for example in examples {
        let Some((upper, lower)) = rows(bench, example) else { continue };
        let (Some(here), Some(there)) = (bench.score(upper), bench.context.scores.get(upper).copied()) else {
            continue;
        };
        let row = bench.row(lower).to_vec();
        let mut nearest: Option<(f64, Flip)> = None;
        for (signal, slot) in signals.iter().zip(bench.context.slots.clone()) {
            // What all items of a list share cannot be changed for one of them.
            if signal.range.same_within_lists {
                continue;
            }
            let found = one(bench, &row, (signal, slot), (here, there))?;
            nearest = match (nearest, found) {
                (Some(known), Some(fresh)) if fresh.0 < known.0 => Some(fresh),
                (None, fresh) => fresh,
                (known, _) => known,
            };
        }
        example.flip = nearest.map(|(_, flip)| flip);
    }
    Ok(())
}

/// The rows of an example's items.
fn rows(bench: &Bench<'_>, example: &Example) -> Option<(usize, usize)> {
    let bundle = bench.context.bundle;
    let list = bundle.list_ids.iter().position(|id| *id == example.list_id)?;
    let bounds = bench.lists.bounds().get(list)?.clone();
    let row = |item: &str| bounds.clone().find(|row| bundle.item_ids.get(*row).is_some_and(|id| id == item));
    Some((row(&example.upper.item_id)?, row(&example.lower.item_id)?))
}

/// The nearest value of one signal that does it, with how far it is, in as few digits as do it. `here` is the score to
/// pass as it is computed in this process, `there` the runtime's.
fn one(
    bench: &mut Bench<'_>,
    row: &[f64],
    (signal, slot): (&Signal, usize),
    (here, there): (f64, f64),
) -> Result<Option<(f64, Flip)>, GenerateError> {
    let (background, points) = (bench.background.clone(), bench.context.points);
    let Some(own) = row.get(slot).copied().filter(|own| !own.is_nan()) else { return Ok(None) };
    let target = Target::above(here, bench.context.order());
    let asked = (&background, &target);
    let Some(change) = smallest_change(&mut bench.subject(), row, &[slot], asked, &means())? else {
        return Ok(None);
    };
    let Some((_, value)) = change.values.first().copied() else { return Ok(None) };
    let mut tried = Matrix::empty(row.len())?;
    let ways = written(value, signal);
    for value in &ways {
        let mut changed = row.to_vec();
        if let Some(cell) = changed.get_mut(slot) {
            *cell = *value;
        }
        bench.round(&mut changed);
        tried.push(&changed)?;
    }
    let again = scores(&mut bench.subject(), &tried, &means())?;
    let runtime = score_all(bench.model, &tried)?;
    let target_there = Target::above(there, bench.context.order());
    let holding = ways.into_iter().zip(again.into_iter().zip(runtime)).find(|(_, (score, theirs))| {
        let does_it = |target: &Target, score: f64, bar: f64| target.is_met(score) && !tied(score, bar);
        does_it(&target, *score, here) && does_it(&target_there, *theirs, there)
    });
    Ok(holding.map(|(value, (score, _))| {
        (
            change.distance,
            Flip { signal: signal.id.clone(), own: rounded(own), value, score: Measured::new(score, points) },
        )
    }))
}

/// Ways to write a value, short ones first; whole where all values are, and none outside of those that occur.
fn written(value: f64, signal: &Signal) -> Vec<f64> {
    let range = signal.range;
    let mut ways: Vec<f64> = if range.whole {
        vec![libm::round(value), libm::floor(value), libm::ceil(value)]
    } else {
        (1..DIGITS).filter_map(|behind| format!("{value:.behind$e}").parse().ok()).collect()
    };
    ways.retain(|way| *way >= range.min && *way <= range.max);
    ways.dedup();
    ways
}
