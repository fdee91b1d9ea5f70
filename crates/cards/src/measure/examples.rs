//! Examples: why one item of the lists stands above another.

use explain::places::Standing;
use explain::{Scorer, pairs};

use super::GenerateError;
use super::context::Context;
use super::plan::{Plan, SEED};
use crate::card::{Contribution, Example, ExampleItem, Measured, Others};

/// Contributions that are listed one by one.
const LISTED: usize = 20;
/// Signals that are named in the sentence.
const NAMED: usize = 2;

/// Explains so many pairs, from different lists as far as there are lists.
pub(super) fn measure(
    context: &Context<'_>,
    model: &mut dyn Scorer,
    wanted: usize,
) -> Result<Vec<Example>, GenerateError> {
    let lists = &context.bundle.lists;
    let players: Vec<Vec<usize>> = context.slots.iter().map(|slot| vec![*slot]).collect();
    let chosen = pairs::sample_pairs(lists, &context.scores, wanted, context.order(), SEED)?;
    let mut examples = Vec::with_capacity(chosen.len());
    for pair in chosen {
        let row = |row| lists.rows().row(row).unwrap_or_default();
        let (upper, lower) = (row(pair.upper), row(pair.lower));
        let differing =
            upper.iter().zip(lower).filter(|(one, other)| one.to_bits() != other.to_bits()).count();
        let why = pairs::explain(model, (upper, lower), &players, Plan::orders(differing), SEED)?;
        examples.extend(written(context, pair, &why));
    }
    Ok(examples)
}

fn written(context: &Context<'_>, pair: pairs::Pair, why: &pairs::Explanation) -> Option<Example> {
    let bounds = context.bundle.lists.bounds().get(pair.list)?.clone();
    let places = Standing::new(context.scores.get(bounds.clone())?, context.order()).places();
    let item = |row: usize| -> Option<ExampleItem> {
        let place = *places.get(row.checked_sub(bounds.start)?)?;
        Some(ExampleItem {
            item_id: context.bundle.item_ids.get(row)?.clone(),
            title: context.bundle.item_titles.as_ref().and_then(|titles| titles.get(row).cloned()),
            place: Measured::new(place, 0.5),
            score: Measured::new(*context.scores.get(row)?, context.points),
        })
    };
    let mut contributions: Vec<Contribution> =
        why.contributions.iter().filter_map(|part| contribution(context, pair, part)).collect();
    let (largest, largest_are_clear) = largest(context, &contributions);
    contributions.sort_by(|one, other| other.points.value.abs().total_cmp(&one.points.value.abs()));
    let listed = contributions.iter().take(LISTED).filter(|part| part.points.value != 0.0).count();
    let rest = contributions.split_off(listed);
    let points: f64 = rest.iter().map(|part| part.points.value).sum();
    let others = Others { signals: rest.len() as u64, points: Measured::new(points, context.points) };
    Some(Example {
        list_id: context.bundle.list_ids.get(pair.list)?.clone(),
        upper: item(pair.upper)?,
        lower: item(pair.lower)?,
        gap: Measured::new(why.score - why.base, context.points),
        contributions,
        others: (!rest.is_empty()).then_some(others),
        largest,
        largest_are_clear,
        drawn: why.drawn as u64,
        flip: None,
    })
}

fn contribution(
    context: &Context<'_>,
    pair: pairs::Pair,
    part: &pairs::Contribution,
) -> Option<Contribution> {
    let slot = *context.slots.get(part.player)?;
    let value = |row| context.bundle.lists.rows().row(row)?.get(slot).copied();
    Some(Contribution {
        signal: context.source.signals.get(part.player)?.id.clone(),
        points: Measured::new(part.points, context.points).with_stderr(part.stderr),
        upper_value: value(pair.upper)?,
        lower_value: value(pair.lower)?,
    })
}

/// The signals that do most to put the upper item above, and whether they lead clearly before the next one.
fn largest(context: &Context<'_>, contributions: &[Contribution]) -> (Vec<String>, bool) {
    let upward = |part: &Contribution| context.order().upward(part.points.value);
    let mut helping: Vec<&Contribution> = contributions.iter().filter(|part| upward(part) > 0.0).collect();
    helping.sort_by(|one, other| upward(other).total_cmp(&upward(one)));
    let clear = match (helping.get(NAMED - 1), helping.get(NAMED)) {
        (Some(last), Some(next)) => {
            let chance = last.points.stderr.unwrap_or_default() + next.points.stderr.unwrap_or_default();
            upward(last) - upward(next) > 2.0 * (chance + context.points)
        }
        _ => true,
    };
    (helping.into_iter().take(NAMED).map(|part| part.signal.clone()).collect(), clear)
}
