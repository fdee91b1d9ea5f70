//! What each signal does inside the score: its part, its curve, and what changing it can win.

use explain::counterfactual::{self, Target};
use explain::dependence::{dependence, local_effects};
use explain::direction::{self, Everywhere, Verdict};
use explain::places::{page_size, tied};
use explain::{Matrix, Order, manipulation};

use super::GenerateError;
use super::bench::{Bench, means};
use super::context::number;
use super::plan::SEED;
use crate::card::{AloneIntoTop, Dependence, Gain, Measured, Point, Proof, Signal, Tested};
use crate::source::MutableBy;

/// Most items that are tried for what a change wins.
const ITEMS: usize = 100;
/// Scores that all signals together may ask of a model that cannot be opened, for each kind of number.
const BUDGET: usize = 60_000;
/// Values that are tried for one item of such a model, about.
const TRIED: usize = 66;

/// Adds to every signal what is found inside the score.
pub(super) fn measure(bench: &mut Bench<'_>, signals: &mut [Signal]) -> Result<(), GenerateError> {
    let slots = bench.context.slots.clone();
    let tested = tested(bench)?;
    for (signal, slot) in signals.iter_mut().zip(slots) {
        if let crate::card::Known::Yes(direction) = &mut signal.importance.direction {
            direction.proven = proof(bench, slot, &tested)?;
        }
        if signal.range.constant {
            continue;
        }
        signal.dependence = curve(bench, slot)?;
        signal.alone_into_top = alone_into_top(bench, slot)?;
        if signal.mutable_by == MutableBy::Author {
            signal.gain = gain(bench, slot)?;
        }
    }
    Ok(())
}

/// The items in which the direction was swept, as the model sees them: what is proven is proven of the same.
fn tested(bench: &Bench<'_>) -> Result<Matrix, GenerateError> {
    let (lists, _) = bench.context.measured_lists()?;
    let swept = direction::probes(&lists, bench.context.plan.direction_items, SEED)?;
    let mut rows = Matrix::empty(swept.columns())?;
    for row in swept.iter_rows() {
        let mut seen = row.to_vec();
        bench.round(&mut seen);
        rows.push(&seen)?;
    }
    Ok(rows)
}

/// What can be proven about the direction, for any item there can be or else for those that were tested.
fn proof(bench: &mut Bench<'_>, slot: usize, rows: &Matrix) -> Result<Option<Proof>, GenerateError> {
    let Some(form) = bench.form() else { return Ok(None) };
    let order = bench.context.order();
    let of = |never_up, never_down| match (never_up, never_down) {
        (true, true) => Verdict::None,
        (true, false) => Verdict::Down,
        (false, true) => Verdict::Up,
        (false, false) => Verdict::Mixed,
    };
    let Everywhere { never_up, never_down } = direction::everywhere(form, slot, order, &means())?;
    if never_up || never_down {
        return Ok(Some(Proof { verdict: of(never_up, never_down), tested: None }));
    }
    if !form.is_piecewise(slot) {
        return Ok(None);
    }
    let way = direction::way(&mut bench.subject(), rows, slot, (&[], order), &means())?;
    let tested = Tested { rows: way.sweep.rows as u64, intervals: way.sweep.values as u64 };
    let verdict = of(way.never_up(), way.never_down());
    Ok(way.proven.then_some(Proof { verdict, tested: Some(tested) }))
}

/// The mean score for the tenths of a signal's values; `None` where there is one value only.
fn curve(bench: &mut Bench<'_>, slot: usize) -> Result<Option<Dependence>, GenerateError> {
    let grid = direction::deciles(&bench.background, slot);
    if grid.len() < 2 {
        return Ok(None);
    }
    let signals = bench.context.slots.len();
    let most = bench.affordable(usize::MAX, grid.len() * signals, BUDGET);
    let background = first_rows(&bench.background, most)?;
    let most = bench.affordable(usize::MAX, 2 * signals, BUDGET);
    let (near, _) = bench.rows(most)?;
    let points = bench.context.points;
    let found = dependence(&mut bench.subject(), &background, slot, &grid, &means())?;
    let local = local_effects(&mut bench.subject(), &near, slot, &grid, &means())?;
    let point = |(at, value): (usize, &f64)| {
        Some(Point {
            value: *value,
            score: Measured::new(*found.pdp.get(at)?, points),
            local: Measured::new(*local.effects.get(at)?, points),
            thin: at.checked_sub(1).is_some_and(|bin| local.is_thin(bin)),
        })
    };
    Ok(Some(Dependence {
        rows: background.rows() as u64,
        local_rows: near.rows() as u64,
        points: grid.iter().enumerate().filter_map(point).collect(),
    }))
}

fn first_rows(rows: &Matrix, most: usize) -> Result<Matrix, GenerateError> {
    let taken: Vec<f64> = rows.iter_rows().take(most).flatten().copied().collect();
    Ok(Matrix::new(rows.columns(), taken)?)
}

/// What whoever made an item wins by changing this signal alone.
fn gain(bench: &mut Bench<'_>, slot: usize) -> Result<Option<Gain>, GenerateError> {
    let most = bench.affordable(ITEMS, TRIED * bench.context.slots.len(), BUDGET);
    let items: Vec<(usize, usize)> = bench.sample.iter().take(most).copied().collect();
    let background = bench.background.clone();
    let (mut sum, mut largest, mut exact) = (0.0, 0.0_f64, true);
    for item in &items {
        let (row, others) = (bench.row(item.1).to_vec(), bench.competitors(*item));
        let asked = (&background, &others);
        let found = manipulation::one_signal(&mut bench.subject(), &row, slot, asked, &means())?;
        sum += found.places;
        largest = largest.max(found.places);
        exact &= found.exact;
    }
    Ok((!items.is_empty()).then(|| Gain {
        items: items.len() as u64,
        mean: Measured::new(sum / number(items.len()), Measured::PLACES),
        most: Measured::new(largest, 0.5),
        exact,
    }))
}

/// How many items this signal alone could bring into the first places; `None` where none stands outside.
fn alone_into_top(bench: &mut Bench<'_>, slot: usize) -> Result<Option<AloneIntoTop>, GenerateError> {
    let most = bench.affordable(ITEMS, TRIED * bench.context.slots.len(), BUDGET);
    let items: Vec<(usize, usize)> = bench.outside().into_iter().take(most).collect();
    let (background, order) = (bench.background.clone(), bench.context.order());
    let (mut reached, mut exact) = (0, true);
    for item in &items {
        let (row, mut others) = (bench.row(item.1).to_vec(), bench.others(*item));
        others.sort_by(|one, other| order.upward(*other).total_cmp(&order.upward(*one)));
        let first = page_size(others.len() + 1);
        let target = Target::top(&others, first, order);
        let bar = first.checked_sub(1).and_then(|last| others.get(last).copied());
        let asked = (&background, &target);
        let found = counterfactual::one_signal(&mut bench.subject(), &row, slot, asked, &means())?;
        let best = match order {
            Order::Descending => found.greatest,
            Order::Ascending => found.least,
        };
        // An item that ties with the last of the first places stands beside them, not among them.
        let is_among = bar.is_none_or(|bar| order.upward(best) > order.upward(bar) && !tied(best, bar));
        reached += usize::from(is_among);
        exact &= found.exact;
    }
    // An item that a tie decides may fall the other way on another machine.
    Ok((!items.is_empty()).then(|| AloneIntoTop {
        items: items.len() as u64,
        reached: Measured::new(number(reached), 1.0),
        exact,
    }))
}
