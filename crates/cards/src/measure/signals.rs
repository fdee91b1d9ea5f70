//! Signals: importance, direction, and the same on other lists.

use explain::importance::{Blinding, Importance as Blinded};
use explain::{Lists, Matrix, Scorer, background, direction, recipes, score_all};

use super::GenerateError;
use super::context::Context;
use super::plan::{BACKGROUND_ROWS, SEED};
use crate::card::{
    Direction, Importance, Known, Measured, Metric, OffEffect, OtherList, OtherLists, Reason, Signal, rounded,
};

/// Signals that count as the main ones.
const MAIN: u64 = 3;

/// The importance of signals on one kind of lists, strongest first in `rank`.
struct Ranked {
    blinded: Vec<Blinded>,
    ranks: Vec<u64>,
}

/// A signal's numbers and its rank.
type Entry<'a> = (&'a Blinded, &'a u64);

impl Ranked {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.blinded.iter().zip(&self.ranks)
    }
}

/// Lists with their scores, and what is put in place of their items' values.
struct Ground<'a> {
    lists: &'a Lists,
    scores: &'a [f64],
    background: &'a Matrix,
    draws: usize,
}

/// Measures every signal, in the order in which the card's author wrote them.
pub(super) fn measure(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Signal>, GenerateError> {
    let (lists, scores) = context.measured_lists()?;
    let ground =
        Ground { lists: &lists, scores: &scores, background: &context.background, draws: context.plan.draws };
    let here = rank(context, model, (&ground, &context.slots), tick)?;
    let mut others = other_lists(context, model, (&lists, &here), tick)?.into_iter();
    let probes = direction::probes(&lists, context.plan.direction_items, SEED)?;
    let sum: f64 = here.blinded.iter().map(|blinded| context.strength(blinded)).sum();
    let mut signals = Vec::with_capacity(here.ranks.len());
    for ((at, blinded), rank) in here.blinded.iter().enumerate().zip(&here.ranks) {
        let share = if sum > 0.0 { context.strength(blinded) / sum } else { 0.0 };
        let importance = Importance {
            metric: context.metric,
            mean_abs_places: Measured::of(blinded.places, Measured::PLACES),
            mean_abs_points: Measured::of(blinded.points, context.points),
            share: Measured::new(share, Measured::SHARE),
            rank: *rank,
            never_moved: blinded.never_moved,
            attribution_share: None,
            direction: way(context, model, &probes, at)?,
        };
        let off_effect = OffEffect {
            top_changed: Measured::of(blinded.top_changed, Measured::SHARE),
            tau: Measured::of(blinded.tau, Measured::SHARE),
        };
        let other_lists = others.next().unwrap_or_else(|| Known::no(Reason::NotAmongTheStrongest));
        signals.extend(context.signal(at, &importance, off_effect, &other_lists));
        tick();
    }
    Ok(signals)
}

/// Which way more of the signal at this position moves an item.
fn way(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    probes: &Matrix,
    at: usize,
) -> Result<Known<Direction>, GenerateError> {
    let slot = context.slots.get(at).copied().unwrap_or_default();
    let deciles = direction::deciles(&context.background, slot);
    if deciles.len() < 2 {
        return Ok(Known::no(Reason::OneValueOnly));
    }
    Ok(Known::Yes(written(direction::sweep(model, probes, slot, &deciles, context.order())?)))
}

/// Ids of the signals for the first screen, strongest first.
pub(super) fn headlines(signals: &[Signal]) -> Vec<String> {
    let mut main: Vec<&Signal> = signals
        .iter()
        .filter(|signal| {
            signal.importance.rank <= MAIN && !signal.depends_on_list && has_effect(&signal.importance)
        })
        .collect();
    main.sort_by_key(|signal| signal.importance.rank);
    main.into_iter().map(|signal| signal.id.clone()).collect()
}

/// Whether a signal is among the main ones here and not on each of the other lists.
pub(super) fn depends_on_list(rank: u64, others: &Known<OtherLists>) -> bool {
    let leaves = |others: &OtherLists| others.independent.rank > MAIN || others.mixed.rank > MAIN;
    rank <= MAIN && others.known().is_some_and(leaves)
}

fn has_effect(importance: &Importance) -> bool {
    match importance.metric {
        Metric::MeanAbsPlaces => !importance.never_moved,
        Metric::MeanAbsPoints => importance.mean_abs_points.value > 0.0,
    }
}

/// Measures the signals in these slots and ranks them; equal signals keep their order.
fn rank(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    (ground, slots): (&Ground<'_>, &[usize]),
    tick: &mut dyn FnMut(),
) -> Result<Ranked, GenerateError> {
    let settings = explain::Settings { draws: ground.draws, ..context.settings };
    let blinding = Blinding::new(ground.lists, ground.scores, ground.background, settings)?;
    let mut blinded = Vec::with_capacity(slots.len());
    for slot in slots {
        blinded.push(blinding.measure(model, &[*slot])?);
        tick();
    }
    let strengths: Vec<f64> = blinded.iter().map(|blinded| rounded(context.strength(blinded))).collect();
    Ok(Ranked { ranks: ranks(&strengths), blinded })
}

/// 1 for the greatest; equal numbers are ranked in their order.
fn ranks(strengths: &[f64]) -> Vec<u64> {
    let mut strongest: Vec<(usize, f64)> = strengths.iter().copied().enumerate().collect();
    strongest.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut ranks: Vec<(usize, u64)> = strongest.into_iter().map(|(at, _)| at).zip(1..).collect();
    ranks.sort_unstable();
    ranks.into_iter().map(|(_, rank)| rank).collect()
}

/// The same on two other kinds of lists, one entry a signal.
fn other_lists(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    (lists, here): (&Lists, &Ranked),
    tick: &mut dyn FnMut(),
) -> Result<Vec<Known<OtherLists>>, GenerateError> {
    let slots = &context.slots;
    if !context.source.lists.made_up {
        return Ok(vec![Known::no(Reason::ListsAreReal); slots.len()]);
    }
    let is_strong = |rank: &u64| *rank <= context.plan.other_signals as u64;
    let strong: Vec<usize> =
        slots.iter().zip(&here.ranks).filter(|(_, rank)| is_strong(rank)).map(|(slot, _)| *slot).collect();
    let independent = rank_on(context, model, (&recipes::independent(lists, SEED)?, &strong), tick)?;
    let mixed = rank_on(context, model, (&recipes::mixed(lists, SEED)?, &strong), tick)?;
    let mut measured = independent.entries().zip(mixed.entries());
    let known = here.entries().map(|(blinded, rank)| {
        let measured = if is_strong(rank) { measured.next() } else { None };
        measured.map_or(Known::no(Reason::NotAmongTheStrongest), |(independent, mixed)| {
            Known::Yes(span(context, blinded, independent, mixed))
        })
    });
    Ok(known.collect())
}

fn rank_on(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    (lists, slots): (&Lists, &[usize]),
    tick: &mut dyn FnMut(),
) -> Result<Ranked, GenerateError> {
    let scores = score_all(model, lists.rows())?;
    let background = background::draw(lists, BACKGROUND_ROWS, SEED)?;
    let ground = Ground { lists, scores: &scores, background: &background, draws: context.plan.other_draws };
    rank(context, model, (&ground, slots), tick)
}

fn span(context: &Context<'_>, here: &Blinded, independent: Entry<'_>, mixed: Entry<'_>) -> OtherLists {
    let strengths = [here, independent.0, mixed.0].map(|blinded| context.strength(blinded));
    let low = strengths.iter().copied().fold(f64::INFINITY, f64::min);
    let high = strengths.iter().copied().fold(0.0, f64::max);
    OtherLists {
        independent: written_other(context, independent),
        mixed: written_other(context, mixed),
        low: Measured::new(low, context.strength_tolerance()),
        high: Measured::new(high, context.strength_tolerance()),
    }
}

fn written_other(context: &Context<'_>, (blinded, rank): Entry<'_>) -> OtherList {
    OtherList {
        mean_abs_places: Measured::of(blinded.places, Measured::PLACES),
        mean_abs_points: Measured::of(blinded.points, context.points),
        rank: *rank,
    }
}

/// Steps that may fall the other way on another machine: one in five hundred, at least two.
fn written(sweep: direction::Sweep) -> Direction {
    let steps = [sweep.rises, sweep.falls, sweep.flat].map(super::context::number);
    let tolerance = libm::ceil(steps.iter().sum::<f64>() / 500.0).max(2.0);
    let [rises, falls, flat] = steps.map(|steps| Measured::new(steps, tolerance));
    Direction {
        verdict: sweep.verdict(),
        rises,
        falls,
        flat,
        rows: sweep.rows as u64,
        values: sweep.values as u64,
        proven: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_ranks_first_and_equals_keep_their_order() {
        assert_eq!(ranks(&[0.5, 2.0, 0.0, 0.5]), [2, 1, 4, 3]);
        assert_eq!(ranks(&[]), [0_u64; 0]);
    }
}
