//! The rows of a question about a release, and what its signals are called.

use std::collections::BTreeSet;

use cards::lists::{Column, Table, Values};
use cards::report::{Group, Layout, Names, Sheet, Signal};
use cards::source::MutableBy;
use cards::{Bundle, Fault};
use explain::background;
use onnx::slots::Slot;
use serde_json::Value;

use super::Asked;

/// Rows of a background that is drawn from the reference lists, where nobody says how many.
const BACKGROUND_ROWS: usize = 100;

/// Where rows come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Source {
    /// From the release's reference lists.
    #[default]
    Reference,
    /// These rows.
    Given(Given),
}

/// Rows that came with a question, written as those of the reference lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Names of the columns: those of the reference lists, or the ids of the signals.
    pub columns: Vec<String>,
    /// One value a column in each row: numbers, `null` for a missing number, or text for ids and groups.
    pub rows: Vec<Vec<Value>>,
}

/// The rows that are explained.
pub(super) fn asked_about(bundle: &Bundle, asked: &Asked, most: usize) -> Result<Sheet, Vec<Fault>> {
    let exposure = bundle.card.exposure.iter().map(|exposure| exposure.column.clone());
    let groups: Vec<String> = if asked.groups.is_empty() { exposure.collect() } else { asked.groups.clone() };
    let sheet = match &asked.rows {
        Source::Reference => sheet(bundle, &bundle.table, &groups)?,
        Source::Given(given) => {
            few("rows", given.rows.len(), most)?;
            let table = given.table("rows", bundle)?;
            // What the card names but these rows do not say is no fault of theirs.
            let here = |name: &String| !asked.groups.is_empty() || table.column(name).is_some();
            sheet(bundle, &table, &groups.into_iter().filter(here).collect::<Vec<_>>())?
        }
    };
    let sheet = match &asked.list {
        Some(list) => sheet.only(list)?,
        None => sheet,
    };
    few("rows", sheet.numbers.rows(), most)?;
    Ok(sheet)
}

/// The rows they are compared with; `None` where the question needs none and none are given.
pub(super) fn compared_with(
    bundle: &Bundle,
    asked: &Asked,
    most: usize,
) -> Result<Option<Sheet>, Vec<Fault>> {
    if let Some(rows) = asked.background_rows {
        few("background_rows", rows, most)?;
    }
    match &asked.background {
        Source::Reference if !asked.request.quantity.wants_background() => Ok(None),
        Source::Reference => {
            let rows = asked.background_rows.unwrap_or(BACKGROUND_ROWS);
            let drawn = background::draw(&bundle.lists, rows, asked.request.seed).map_err(|error| {
                vec![Fault::new(
                    "background",
                    format!("None can be drawn: {error}."),
                    "Give rows of your own.",
                )]
            })?;
            Sheet::of_numbers(columns(bundle), drawn).map(Some)
        }
        Source::Given(given) => {
            few("background", given.rows.len(), most)?;
            let sheet = sheet(bundle, &given.table("background", bundle)?, &[])?;
            match asked.background_rows {
                Some(rows) => sheet.first(rows).map(Some),
                None => Ok(Some(sheet)),
            }
        }
    }
}

/// What the card calls the signals, in the order of the model's inputs.
pub(super) fn names(bundle: &Bundle) -> Names {
    let language = [&bundle.card.language];
    let group = |group: &cards::source::Group| Group {
        id: Value::String(group.id.clone()),
        label: Some(group.plain_name.best(&language).to_owned()),
    };
    let signal = |signal: &cards::source::Signal| Signal {
        key: signal.column.clone(),
        group: signal.group.clone().map(Value::String),
        kind: None,
        mutable_by: Some(mutable_by(signal.mutable_by).to_owned()),
    };
    let signals = (0..bundle.slots.len()).filter_map(|slot| bundle.signal(slot));
    Names {
        groups: bundle.card.groups.iter().map(group).collect(),
        signals: signals.map(signal).collect(),
        ..Names::default()
    }
}

const fn mutable_by(who: MutableBy) -> &'static str {
    match who {
        MutableBy::Reader => "reader",
        MutableBy::Author => "author",
        MutableBy::Operator => "operator",
        MutableBy::NoOne => "no_one",
    }
}

/// The columns that feed the model, in its order.
fn columns(bundle: &Bundle) -> Vec<String> {
    let signals = (0..bundle.slots.len()).filter_map(|slot| bundle.signal(slot));
    signals.map(|signal| signal.column.clone()).collect()
}

/// The rows of a table whose columns are named as those of the reference lists.
fn sheet(bundle: &Bundle, table: &Table, groups: &[String]) -> Result<Sheet, Vec<Fault>> {
    let inputs = columns(bundle);
    if let Some(missing) = inputs.iter().find(|name| table.column(name).is_none()) {
        let wrong = format!("The column `{missing}` is missing.");
        return Err(vec![Fault::new("columns", wrong, "Give a column for each signal of the model.")]);
    }
    let lists = &bundle.card.lists;
    let here = |name| table.column(name).map(|column| column.name.as_str());
    let beside = [Some(&lists.list), Some(&lists.item)].into_iter().flatten().chain(groups);
    let mut seen = BTreeSet::new();
    let kept =
        beside.filter(|name| !inputs.contains(name)).chain(&inputs).filter(|name| seen.insert(name.as_str()));
    let kept = kept.filter_map(|name| table.column(name).cloned()).collect();
    // The model's columns stand last and in its order, whatever its inputs are called.
    let slots: Vec<Slot> =
        (0..inputs.len()).map(|index| Slot { input: String::new(), index: Some(index) }).collect();
    let layout =
        Layout { slots: &slots, signals: None, list: here(&lists.list), item: here(&lists.item), groups };
    let table = Table::new(kept, table.rows())
        .ok_or_else(|| vec![Fault::new("rows", "The columns have different lengths.", "Give whole rows.")])?;
    Sheet::of_table(&table, &layout)
}

fn few(field: &str, rows: usize, most: usize) -> Result<(), Vec<Fault>> {
    if (1..=most).contains(&rows) {
        return Ok(());
    }
    let right = format!("Ask about 1 to {most} rows at once, for example about one list with `in`.");
    Err(vec![Fault::new(field, format!("There are {rows} rows."), right)])
}

impl Given {
    /// The rows as a table; signals may be called by their ids.
    fn table(&self, field: &str, bundle: &Bundle) -> Result<Table, Vec<Fault>> {
        let column_of = |name: &String| {
            let signal = bundle.card.signals.iter().find(|signal| signal.id == *name);
            signal.map_or_else(|| name.clone(), |signal| signal.column.clone())
        };
        let inputs = columns(bundle);
        let mut columns = Vec::with_capacity(self.columns.len());
        for (place, name) in self.columns.iter().enumerate() {
            let name = if inputs.contains(name) { name.clone() } else { column_of(name) };
            let cells = (0..).zip(&self.rows).map(|(row, cells)| (row, cells.get(place)));
            let values = if inputs.contains(&name) {
                let number = |(row, cell)| number(cell).ok_or_else(|| vec![no_number(field, row, &name)]);
                Values::Numbers(cells.map(number).collect::<Result<_, _>>()?)
            } else {
                Values::Texts(cells.map(|(_, cell)| text(cell)).collect())
            };
            columns.push(Column { name, values });
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|column| !seen.insert(column.name.as_str())) {
            let wrong = format!("The column `{}` stands there twice.", twice.name);
            return Err(vec![Fault::new(field, wrong, "Keep one.")]);
        }
        Table::new(columns, self.rows.len()).ok_or_else(|| {
            vec![Fault::new(field, "The rows have different lengths.", "Give one value a column.")]
        })
    }
}

/// A number, or NaN where it is missing on purpose.
fn number(cell: Option<&Value>) -> Option<f64> {
    match cell? {
        Value::Null => Some(f64::NAN),
        cell => cell.as_f64().filter(|number| number.is_finite()),
    }
}

fn no_number(field: &str, row: usize, column: &str) -> Fault {
    Fault::new(
        format!("{field}[{row}].{column}"),
        "There is no number.",
        "Write a number, or null for a missing one.",
    )
}

fn text(cell: Option<&Value>) -> String {
    match cell {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
