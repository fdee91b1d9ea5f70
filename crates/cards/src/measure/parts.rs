//! Scores shared out among the signals, and among the predictions inside the model.

use explain::games::{How, Wanted, importance, score};
use explain::places::{Standing, kendall};
use explain::quality::quality;
use explain::{Attributions, Bootstrap, Matrix, Order, Players};
use forms::{Form, Part, Term};

use super::GenerateError;
use super::bench::{Bench, ROWS, means};
use super::context::number;
use super::plan::SEED;
use crate::card::{Known, Measured, Prediction, Quality, Reason, Signal};

/// Most orders that are drawn for one item where its parts cannot be had exactly.
const ORDERS: usize = 32;
/// Scores that may be computed for all items where their parts are exact.
const EXACT: usize = 160_000;
/// The same where orders are drawn.
const DRAWN: usize = 60_000;
/// How far the parts may miss the score that they share out, relative to the score, on any machine.
const GAP: f64 = 1e-6;

/// Shares the scores of some items out among the signals, writes the shares to the signals, and says how good that is.
pub(super) fn measure(bench: &mut Bench<'_>, signals: &mut [Signal]) -> Result<Quality, GenerateError> {
    let context = bench.context;
    let slots = context.slots.iter().map(|slot| vec![*slot]).collect();
    let players = Players::new(bench.lists.rows().columns(), slots)?;
    let (wanted, most) = affordable(bench, &players);
    let how = How { wanted, target_stderr: None, most_orders: ORDERS, seed: SEED };
    let (rows, sizes) = bench.rows(most)?;
    let background = bench.background.clone();
    let mut by = |background: &Matrix| {
        score::attribute(&mut bench.subject(), (&rows, background), &players, (&how, &means()))
    };
    let found = by(&background)?;
    let [even, odd] = halves(&background)?;
    let halves = match odd.rows() {
        0 => Known::no(Reason::NothingToOrder),
        _ => agreement(&sizes_of(&by(&even)?), &sizes_of(&by(&odd)?)),
    };
    let bootstrap = Bootstrap::new(sizes.len(), context.plan.bootstrap, SEED);
    let shares = importance::of_attributions(&found, &sizes, &bootstrap)?;
    for (signal, share) in signals.iter_mut().zip(shares) {
        signal.importance.attribution_share = Some(Measured::of(share.share, Measured::SHARE));
    }
    let checked = quality(&mut bench.subject(), (&rows, &background), &players, &found, &means())?;
    Ok(Quality {
        method: found.method,
        exact: found.method.is_exact(),
        rows: rows.rows() as u64,
        background_rows: background.rows() as u64,
        additivity_gap: Measured::new(checked.additivity_gap, GAP),
        largest_stderr: Measured::new(checked.largest_stderr, context.points),
        halves,
    })
}

/// How the parts are had, and of how many items, so that neither runtime nor formula is asked too much.
fn affordable(bench: &Bench<'_>, players: &Players) -> (Wanted, usize) {
    if bench.is_quick() {
        return (Wanted::Auto, ROWS);
    }
    let together = bench.form().map_or(players.len(), |form| {
        let reads = form.terms.iter().filter(|term| !matches!(term.part, Part::Column(_) | Part::Trees(_)));
        reads.map(|term| term.part.reads().len()).max().unwrap_or_default()
    });
    let sets = 1_usize.checked_shl(u32::try_from(together).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
    let exactly = bench.budget(EXACT) / sets.saturating_mul(bench.background.rows()).max(1);
    if exactly >= 10 {
        return (Wanted::Auto, exactly.min(ROWS));
    }
    // A formula's parts correct the draws; of a model that is only asked, nothing is known.
    let wanted = if bench.form().is_some() { Wanted::Auto } else { Wanted::Sample };
    (wanted, (bench.budget(DRAWN) / (2 * ORDERS * players.len()).max(1)).clamp(5, ROWS))
}

/// Every second row of the background, and the others.
fn halves(background: &Matrix) -> Result<[Matrix; 2], GenerateError> {
    let mut halves = [Matrix::empty(background.columns())?, Matrix::empty(background.columns())?];
    for (at, row) in background.iter_rows().enumerate() {
        if let Some(half) = halves.get_mut(at % 2) {
            half.push(row)?;
        }
    }
    Ok(halves)
}

/// The mean size of each player's parts.
fn sizes_of(found: &Attributions) -> Vec<f64> {
    let players = found.items.first().map_or(0, |item| item.values.len());
    let size = |player: usize| {
        found.items.iter().filter_map(move |item| item.values.get(player)).map(|part| part.abs())
    };
    (0..players).map(|player| size(player).sum::<f64>() / number(found.items.len())).collect()
}

/// Kendall's tau-b between two orders of the signals: signals without any part tie on both sides and take nothing away.
fn agreement(one: &[f64], other: &[f64]) -> Known<Measured> {
    let [one, other] = [one, other].map(|sizes| Standing::new(sizes, Order::Descending));
    let apart = kendall(&one, &one) * kendall(&other, &other);
    if one.items() < 2 || apart <= 0.0 {
        return Known::no(Reason::NothingToOrder);
    }
    let tau = (kendall(&one, &other) / libm::sqrt(apart)).clamp(-1.0, 1.0);
    Known::Yes(Measured::new(tau, 2.0 * Measured::PLACES))
}

/// What the predictions inside the model add, where it was read as a sum of several that have names.
pub(super) fn predictions(bench: &Bench<'_>) -> Vec<Prediction> {
    let Some(form) = bench.form() else { return Vec::new() };
    let named: Vec<(&Term, &String)> =
        form.terms.iter().filter_map(|term| Some((term, term.name.as_ref()?))).collect();
    if named.len() < 2 {
        return Vec::new();
    }
    let rows = bench.lists.rows();
    let prediction = |(term, name): (&Term, &String)| {
        let alone =
            Form { columns: form.columns, bias: 0.0, terms: vec![Term { weight: 1.0, ..term.clone() }] };
        let mut values = vec![0.0; rows.rows()];
        alone.values(rows.values(), &mut values);
        let items = number(values.len());
        let mean = values.iter().sum::<f64>() / items;
        let points = values.iter().map(|value| (term.weight * (value - mean)).abs()).sum::<f64>() / items;
        Prediction {
            name: name.clone(),
            weight: crate::card::rounded(term.weight),
            points: Measured::new(points, bench.context.points),
        }
    };
    named.into_iter().map(prediction).collect()
}
