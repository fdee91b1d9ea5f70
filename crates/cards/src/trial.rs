//! Trying a ranking system out: other values for one item of a list, signals that do not exist, and the order that
//! follows from them.
//!
//! Everything is computed by the model itself; nothing is kept.

mod goal;
mod reasons;

use std::collections::BTreeMap;
use std::ops::Range;

use explain::places::Standing;
use explain::{Matrix, Means, Scorer, score_all};
use serde::Serialize;

use crate::card::rounded;
use crate::fault::legible;
use crate::{Bundle, Fault};

pub use goal::{Goal, GoalState};
pub use reasons::Reason;

/// What somebody wants to try.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// The list; else the first one.
    pub list: Option<String>,
    /// The item that gets other values; else the first one as the list is shown.
    pub item: Option<String>,
    /// Other values of that item, by the ids of signals.
    pub values: BTreeMap<String, f64>,
    /// Ids of signals that the system shall not know: every item gets the same middle value.
    pub without: Vec<String>,
    /// What would bring the item among so many first ones.
    pub top: Option<usize>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// The list.
    pub list: String,
    /// The first lists that there are, by their ids.
    pub lists: Vec<String>,
    /// The item that got other values.
    pub item: String,
    /// Its signals, in the order of the card.
    pub signals: Vec<TrialSignal>,
    /// The items in their new order.
    pub rows: Vec<TrialRow>,
    /// How many items stand on another place than before.
    pub moved: usize,
    /// What each changed value did to the item's score; empty where nothing or too much was changed.
    pub reasons: Vec<Reason>,
    /// What would bring the item among the first ones, where that was asked.
    pub goal: Option<Goal>,
}

/// A signal of the item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrialSignal {
    /// Its id.
    pub signal: String,
    /// The item's own value; `null` where it is missing.
    pub own: Option<f64>,
    /// The value that was tried; `null` where it is missing.
    pub value: Option<f64>,
    /// Least value in the reference lists; `null` where there is none.
    pub min: Option<f64>,
    /// Greatest value in the reference lists.
    pub max: Option<f64>,
    /// Whether all values in the lists are whole numbers.
    pub whole: bool,
    /// The value that every item got instead, where the system shall not know this signal.
    pub instead: Option<f64>,
}

/// An item in the new order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrialRow {
    /// Its id.
    pub item: String,
    /// Its title, where the lists have titles.
    pub title: Option<String>,
    /// Its place; 1 is shown first, halves come from ties.
    pub place: f64,
    /// Its place in the list as published.
    pub place_before: f64,
    /// Its score, nine significant digits.
    pub score: f64,
    /// Its score before.
    pub score_before: f64,
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The wish does not fit the card.
    #[error("the wish does not fit the card")]
    Faults(Vec<Fault>),
    /// The model gave no scores, or time was over.
    #[error(transparent)]
    Explain(#[from] explain::Error),
}

/// Lists that are named for choosing.
const LISTS_NAMED: usize = 200;

/// A list of a release while something is tried on it.
struct Stage<'a> {
    bundle: &'a Bundle,
    list: usize,
    bounds: Range<usize>,
    /// Position of the item within the list.
    item: usize,
    before: Vec<f64>,
    /// The item's row, with its own values and with the tried ones.
    own: Vec<f64>,
    tried: Vec<f64>,
    /// Columns that the system shall not know, with the value that stands instead.
    instead: BTreeMap<usize, f64>,
}

/// Tries something on one list of a release. `most_items`: longest list that may be tried.
///
/// # Errors
/// [`TrialError::Faults`] for a list, item or signal that is not there, a value that is no finite number, a list that is
/// too long; [`TrialError::Explain`] when the model fails or time is over.
pub fn attempt(
    bundle: &Bundle,
    wish: &Wish,
    model: &mut dyn Scorer,
    (means, most_items): (&Means<'_>, usize),
) -> Result<Trial, TrialError> {
    let stage = Stage::new(bundle, wish, model, most_items)?;
    let rows = stage.rows()?;
    means.go_on()?;
    let after = score_all(model, &rows)?;
    let reasons = stage.reasons(model)?;
    let goal = match wish.top {
        Some(top) => Some(stage.goal(top, (&rows, &after), model, means)?),
        None => None,
    };
    Ok(stage.report(&after, reasons, goal))
}

impl<'a> Stage<'a> {
    fn new(
        bundle: &'a Bundle,
        wish: &Wish,
        model: &mut dyn Scorer,
        most_items: usize,
    ) -> Result<Self, TrialError> {
        let (list, bounds) = chosen_list(bundle, wish.list.as_deref())?;
        if bounds.len() > most_items {
            let wrong = format!("The list has {} items.", bounds.len());
            return Err(refused("list", wrong, format!("Try a list of at most {most_items} items.")));
        }
        let instead = not_known(bundle, &wish.without)?;
        let rows = rows_of(bundle, &bounds)?;
        let before = score_all(model, &rows)?;
        let item = chosen_item(bundle, &bounds, wish.item.as_deref(), &before)?;
        let own = rows.row(item).unwrap_or_default().to_vec();
        let mut tried = own.clone();
        for (signal, value) in &wish.values {
            let slot = slot(bundle, "values", signal)?;
            if !value.is_finite() {
                return Err(refused(
                    format!("values.{}", legible(signal)),
                    "This is no finite number.",
                    "Write a number.",
                ));
            }
            if let Some(cell) = tried.get_mut(slot) {
                *cell = *value;
            }
        }
        Ok(Self { bundle, list, bounds, item, before, own, tried, instead })
    }

    /// The rows of the list as they are tried.
    fn rows(&self) -> Result<Matrix, TrialError> {
        let all = self.bundle.lists.rows();
        let mut rows = Matrix::empty(all.columns())?;
        for (at, row) in self.bounds.clone().enumerate() {
            let own = all.row(row).unwrap_or_default();
            rows.push(&self.blinded(if at == self.item { &self.tried } else { own }))?;
        }
        Ok(rows)
    }

    /// A row without the signals that the system shall not know.
    fn blinded(&self, row: &[f64]) -> Vec<f64> {
        let cell = |(column, value): (usize, &f64)| *self.instead.get(&column).unwrap_or(value);
        row.iter().enumerate().map(cell).collect()
    }

    fn report(self, after: &[f64], reasons: Vec<Reason>, goal: Option<Goal>) -> Trial {
        let order = self.bundle.card.model.order;
        let places = |scores: &[f64]| Standing::new(scores, order).places();
        let (old, new) = (places(&self.before), places(after));
        let numbers = self.before.iter().zip(after).zip(old.iter().zip(&new));
        let mut rows: Vec<(usize, TrialRow)> = self
            .bounds
            .clone()
            .zip(numbers)
            .map(|(row, ((score_before, score), (place_before, place)))| TrialRow {
                item: self.bundle.item_ids.get(row).cloned().unwrap_or_default(),
                title: self.bundle.item_titles.as_ref().and_then(|titles| titles.get(row).cloned()),
                place: *place,
                place_before: *place_before,
                score: rounded(*score),
                score_before: rounded(*score_before),
            })
            .enumerate()
            .collect();
        let moved = rows.iter().filter(|(_, row)| row.place.total_cmp(&row.place_before).is_ne()).count();
        // Within a tie the items stand as they were given.
        rows.sort_by(|(at, one), (other_at, other)| one.place.total_cmp(&other.place).then(at.cmp(other_at)));
        Trial {
            list: self.bundle.list_ids.get(self.list).cloned().unwrap_or_default(),
            lists: self.bundle.list_ids.iter().take(LISTS_NAMED).cloned().collect(),
            item: self.item_id(),
            signals: self.signals(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            moved,
            reasons,
            goal,
        }
    }

    fn item_id(&self) -> String {
        self.bundle.item_ids.get(self.bounds.start + self.item).cloned().unwrap_or_default()
    }

    fn signals(&self) -> Vec<TrialSignal> {
        let known = |value: Option<&f64>| value.copied().filter(|value| !value.is_nan());
        let signal = |signal: &crate::source::Signal| {
            let slot = self.bundle.slot(&signal.id)?;
            let values = || self.bundle.lists.rows().column(slot).filter(|value| !value.is_nan());
            Some(TrialSignal {
                signal: signal.id.clone(),
                own: known(self.own.get(slot)),
                value: known(self.tried.get(slot)),
                min: values().min_by(f64::total_cmp),
                max: values().max_by(f64::total_cmp),
                whole: values().all(|value| value.fract() == 0.0),
                instead: known(self.instead.get(&slot)),
            })
        };
        self.bundle.card.signals.iter().filter_map(signal).collect()
    }
}

fn refused(field: impl Into<String>, wrong: impl Into<String>, right: impl Into<String>) -> TrialError {
    TrialError::Faults(vec![Fault::new(field, wrong, right)])
}

fn chosen_list(bundle: &Bundle, id: Option<&str>) -> Result<(usize, Range<usize>), TrialError> {
    let at = match id {
        None => Some(0),
        Some(id) => bundle.list_ids.iter().position(|known| known == id),
    };
    let found = at.and_then(|at| Some((at, bundle.lists.bounds().get(at)?.clone())));
    found.ok_or_else(|| {
        let wrong = format!("There is no list `{}`.", legible(id.unwrap_or_default()));
        refused("list", wrong, "Choose a list of the card.")
    })
}

/// Position of the item within its list; the first as shown where none is named.
fn chosen_item(
    bundle: &Bundle,
    bounds: &Range<usize>,
    id: Option<&str>,
    before: &[f64],
) -> Result<usize, TrialError> {
    let ids = bundle.item_ids.get(bounds.clone()).unwrap_or_default();
    let first = || {
        let places = Standing::new(before, bundle.card.model.order).places();
        let place = |at: &usize| places.get(*at).copied().unwrap_or(f64::INFINITY);
        (0..places.len()).min_by(|one, other| place(one).total_cmp(&place(other)))
    };
    let at = id.map_or_else(first, |id| ids.iter().position(|known| known == id));
    at.ok_or_else(|| {
        let wrong = format!("The list has no item `{}`.", legible(id.unwrap_or_default()));
        refused("item", wrong, "Choose an item of the list.")
    })
}

fn slot(bundle: &Bundle, field: &str, signal: &str) -> Result<usize, TrialError> {
    bundle.slot(signal).ok_or_else(|| {
        refused(
            field,
            format!("There is no signal `{}`.", legible(signal)),
            "Use the id of a signal of the card.",
        )
    })
}

/// The columns that the system shall not know, each with its neutral value or else the middle one of the lists.
fn not_known(bundle: &Bundle, signals: &[String]) -> Result<BTreeMap<usize, f64>, TrialError> {
    let mut instead = BTreeMap::new();
    for id in signals {
        let slot = slot(bundle, "without", id)?;
        let neutral = bundle.signal(slot).and_then(|signal| signal.neutral);
        instead.insert(slot, neutral.unwrap_or_else(|| middle(bundle, slot)));
    }
    Ok(instead)
}

/// The lower of the middle values of a column.
fn middle(bundle: &Bundle, slot: usize) -> f64 {
    let mut values: Vec<f64> = bundle.lists.rows().column(slot).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

fn rows_of(bundle: &Bundle, bounds: &Range<usize>) -> Result<Matrix, TrialError> {
    let all = bundle.lists.rows();
    let mut rows = Matrix::empty(all.columns())?;
    for row in bounds.clone() {
        rows.push(all.row(row).unwrap_or_default())?;
    }
    Ok(rows)
}
