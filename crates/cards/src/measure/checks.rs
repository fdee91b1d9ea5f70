//! What is tried on whole lists: small errors, other surroundings, groups of items.

use std::collections::BTreeMap;

use explain::diversity::{Variety, variety};
use explain::exposure::{self, Placed, by_group};
use explain::places::{Standing, page_size};
use explain::stability::{Jitter, spreads, stability_by};
use explain::{Bootstrap, Estimate, Lists, Matrix, position};

use super::GenerateError;
use super::bench::{Bench, ROWS, means};
use super::context::number;
use super::plan::{SEED, affordable};
use crate::card::{Checks, Diversity, Exposure, GroupExposure, Known, Measured, Position, Reason, Stability};
use crate::condition::Value;
use crate::source::{self, ExposureGroups};

/// Standard deviation of the errors, as a share of the signal's own.
const ERROR: f64 = 0.01;
/// How often every list gets new errors.
const DRAWS: usize = 10;
/// Most items that get errors.
const ITEMS: usize = 5000;
/// A rank that falls the other way on another machine moves a share of exposure by less than this.
const RATIO: f64 = 0.02;

/// Tries all of it.
pub(super) fn measure(bench: &mut Bench<'_>) -> Result<Checks, GenerateError> {
    Ok(Checks {
        stability: stability(bench)?,
        position: position(bench)?,
        exposure: exposure(bench)?,
        diversity: diversity(bench)?,
    })
}

fn stability(bench: &mut Bench<'_>) -> Result<Stability, GenerateError> {
    let chosen = affordable(&bench.lists.sizes(), ITEMS);
    let mut rows = Matrix::empty(bench.lists.rows().columns())?;
    let mut sizes = Vec::with_capacity(chosen.len());
    for bounds in chosen.iter().filter_map(|list| bench.lists.bounds().get(*list)) {
        sizes.push(bounds.len());
        for row in bounds.clone() {
            rows.push(bench.row(row))?;
        }
    }
    let lists = Lists::new(rows, &sizes)?;
    let mut spreads = spreads(bench.lists.rows())?;
    for (column, spread) in spreads.iter_mut().enumerate() {
        if bench.is_whole(column) {
            *spread = 0.0;
        }
    }
    let bootstrap = Bootstrap::new(lists.len(), bench.context.plan.bootstrap, SEED);
    let jitter = Jitter { share: ERROR, draws: DRAWS, first: None, seed: SEED };
    let (order, points) = (bench.context.order(), bench.context.points);
    let found = stability_by(&mut bench.subject(), &lists, &spreads, (&jitter, order, &bootstrap), &means())?;
    Ok(Stability {
        error: ERROR,
        draws: DRAWS as u64,
        lists: lists.len() as u64,
        signals: found.disturbed.len() as u64,
        tau: Measured::of(found.tau, Measured::SHARE),
        first_places_kept: Measured::of(found.first_places_kept, Measured::SHARE),
        first_item_kept: Measured::of(found.first_item_kept, Measured::SHARE),
        score_noise: Measured::new(found.score_noise, points),
    })
}

/// The runtime itself is asked, whatever is known of the model: it is what might depend on the order.
fn position(bench: &mut Bench<'_>) -> Result<Position, GenerateError> {
    let (rows, _) = bench.rows(ROWS)?;
    let found = position::position(&mut *bench.model, &rows, SEED, &means())?;
    // Another machine may add up in another order, and then every row may differ in its last bits.
    let rows = number(found.rows);
    let counted = |count| Measured::new(number(count), rows);
    Ok(Position {
        rows: found.rows as u64,
        by_order: counted(found.by_order),
        by_copy: counted(found.by_copy),
        by_size: counted(found.by_size),
        largest: Measured::new(found.largest, bench.context.points),
    })
}

/// The value of every row in a column, as words.
fn values(bench: &Bench<'_>, column: &str) -> Vec<String> {
    let value = |row| match bench.context.bundle.table.value(row, column) {
        Some(Value::Text(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        None => String::new(),
    };
    (0..bench.lists.rows().rows()).map(value).collect()
}

/// For every list the positions of its rows among all, the first place first; items that tie stand in the table's order.
fn shown(bench: &Bench<'_>) -> Vec<Vec<usize>> {
    let list = |bounds: &std::ops::Range<usize>| {
        let scores = bench.context.scores.get(bounds.clone()).unwrap_or_default();
        let standing = Standing::new(scores, bench.context.order());
        standing.shown().into_iter().map(|item| bounds.start + item).collect()
    };
    bench.lists.bounds().iter().map(list).collect()
}

fn exposure(bench: &Bench<'_>) -> Result<Vec<Exposure>, GenerateError> {
    let shown = shown(bench);
    let bootstrap = Bootstrap::new(bench.lists.len(), bench.context.plan.bootstrap, SEED);
    let first = bench.lists.sizes().into_iter().map(page_size).min().unwrap_or(1).max(1);
    let one = |declared: &source::Exposure| {
        let values = values(bench, &declared.column);
        let mut placed = Vec::with_capacity(values.len());
        for (list, rows) in shown.iter().enumerate() {
            for (rank, row) in (1..).zip(rows) {
                let group = values.get(*row).map(String::as_str).unwrap_or_default();
                placed.push(Placed { list, rank, group });
            }
        }
        let found = by_group(&placed, first, &bootstrap)?;
        Ok(Exposure {
            column: declared.column.clone(),
            plain_name: declared.plain_name.clone(),
            first: first as u64,
            groups: groups(declared, &found),
        })
    };
    bench.context.source.exposure.iter().map(one).collect()
}

/// The groups that the card's author named, in that order; else all.
fn groups(
    declared: &source::Exposure,
    found: &BTreeMap<&str, exposure::GroupExposure>,
) -> Vec<GroupExposure> {
    match &declared.groups {
        ExposureGroups::All => found.iter().map(|(value, group)| written(value, None, group)).collect(),
        ExposureGroups::Named(named) => named
            .iter()
            .filter_map(|group| {
                let known = found.get(group.value.as_str())?;
                Some(written(&group.value, group.plain_name.clone(), known))
            })
            .collect(),
    }
}

fn written(value: &str, plain_name: Option<source::Text>, group: &exposure::GroupExposure) -> GroupExposure {
    let unless_small = |number| if group.small { Known::no(Reason::TooFewItems) } else { Known::Yes(number) };
    GroupExposure {
        value: value.to_owned(),
        plain_name,
        items: group.items as u64,
        lists: group.lists as u64,
        item_share: Measured::new(group.item_share, Measured::EXACT),
        ratio: unless_small(Measured::of(group.exposure_ratio, RATIO)),
        top_share: unless_small(Measured::new(group.top_share, RATIO)),
    }
}

fn diversity(bench: &Bench<'_>) -> Result<Vec<Diversity>, GenerateError> {
    let shown = shown(bench);
    let bootstrap = Bootstrap::new(bench.lists.len(), bench.context.plan.bootstrap, SEED);
    let one = |declared: &source::Exposure| {
        let values = values(bench, &declared.column);
        let among =
            |rows: &[usize]| variety(rows.iter().filter_map(|row| values.get(*row)).map(String::as_str));
        let first: Vec<Variety> = shown
            .iter()
            .map(|rows| among(rows.get(..page_size(rows.len())).unwrap_or(rows)))
            .collect::<Result<_, _>>()?;
        let whole: Vec<Variety> = shown.iter().map(|rows| among(rows)).collect::<Result<_, _>>()?;
        let mean = |lists: &[Variety], of: fn(&Variety) -> f64| -> Estimate {
            bootstrap.estimate(&lists.iter().map(of).collect::<Vec<_>>())
        };
        Ok(Diversity {
            column: declared.column.clone(),
            plain_name: declared.plain_name.clone(),
            distinct: Measured::of(mean(&first, |one| number(one.distinct)), RATIO),
            distinct_in_list: Measured::of(mean(&whole, |one| number(one.distinct)), Measured::EXACT),
            largest_share: Measured::of(mean(&first, |one| one.largest_share), Measured::SHARE),
            entropy: Measured::of(mean(&first, |one| one.entropy), RATIO),
        })
    };
    bench.context.source.exposure.iter().map(one).collect()
}
