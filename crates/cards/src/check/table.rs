//! The reference lists: which column plays which part, and which rows stand in one list.

use std::collections::{BTreeMap, BTreeSet};

use super::files::ListsFile;
use super::{CARD_FILE, Slot};
use crate::Fault;
use crate::fault::legible;
use crate::lists::faults::{FaultKind, Faults};
use crate::lists::{self, Table, Wanted};
use crate::source::SystemCard;

/// Usual name of the column with titles.
const TITLE: &str = "item_title";
/// Usual name of the column with right answers.
const LABEL: &str = "label";

/// Which column plays which part.
pub(super) struct Columns {
    pub(super) title: Option<String>,
    pub(super) label: Option<String>,
    /// All others that are not declared as groups, in the file's order: the inputs of the model and what is carried along.
    pub(super) remaining: Vec<String>,
}

/// The parts of the columns of a file with this header.
///
/// # Errors
/// A column that plays two parts.
pub(super) fn columns(card: &SystemCard, names: &[String]) -> Result<Columns, Vec<Fault>> {
    let signals: BTreeSet<&str> = card.signals.iter().map(|signal| signal.column.as_str()).collect();
    let usual = |name: &str| {
        let there = names.iter().any(|known| known == name) && !signals.contains(name);
        there.then(|| name.to_owned())
    };
    let title = card.lists.title.clone().or_else(|| usual(TITLE));
    let label = card.lists.label.clone().or_else(|| usual(LABEL));
    let mut parts = vec![("lists.list", &card.lists.list), ("lists.item", &card.lists.item)];
    parts.extend(title.iter().map(|title| ("lists.title", title)));
    parts.extend(label.iter().map(|label| ("lists.label", label)));
    parts.extend(card.exposure.iter().map(|exposure| ("exposure", &exposure.column)));
    let mut faults = Vec::new();
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (field, column) in parts {
        if let Some(other) = taken.insert(column, field) {
            let wrong = format!("The column `{column}` is used both here and in `{other}`.");
            faults.push(Fault::new(field, wrong, "Name another column.").in_file(CARD_FILE));
        }
        if signals.contains(column.as_str()) {
            let wrong = format!("The column `{column}` is a signal too.");
            faults.push(Fault::new(field, wrong, "Name another column.").in_file(CARD_FILE));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let remaining = names.iter().filter(|name| !taken.contains_key(name.as_str())).cloned().collect();
    Ok(Columns { title: title.clone(), label: label.clone(), remaining })
}

/// The whole table, with numbers where the model and the label need them.
pub(super) fn read(
    card: &SystemCard,
    columns: Option<&Columns>,
    file: &ListsFile,
) -> Result<Table, Vec<Fault>> {
    let label = columns.and_then(|columns| columns.label.as_deref());
    let title = columns.and_then(|columns| columns.title.as_deref());
    let numbers: Vec<&str> = card.signals.iter().map(|signal| signal.column.as_str()).chain(label).collect();
    let mut texts = vec![card.lists.list.as_str(), card.lists.item.as_str()];
    texts.extend(title);
    texts.extend(card.exposure.iter().map(|exposure| exposure.column.as_str()));
    lists::read(&file.path, &file.bytes, &Wanted { numbers: &numbers, texts: &texts, gaps: &[] })
        .map_err(|faults| faults.into_iter().map(|fault| fault.in_file(&file.path)).collect())
}

/// What is wrong with the lists where the model or the words cannot be read; without words, what is wrong whatever
/// they say of the columns.
pub(super) fn faults_alone(card: Option<&SystemCard>, file: &ListsFile) -> Vec<Fault> {
    let outcome = match card {
        Some(card) => read(card, None, file),
        None => lists::read(&file.path, &file.bytes, &Wanted::default()),
    };
    let faults = outcome.err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.in_file(&file.path)).collect()
}

/// A table whose rows stand list after list.
pub(super) struct Grouped {
    pub(super) table: Table,
    pub(super) lists: explain::Lists,
    pub(super) list_ids: Vec<String>,
    pub(super) item_ids: Vec<String>,
    pub(super) item_titles: Option<Vec<String>>,
    pub(super) labels: Option<Vec<f64>>,
}

/// Rows of one list together, lists in order of their first row; the matrix in order of the slots.
pub(super) fn group(
    card: &SystemCard,
    columns: &Columns,
    signals: &[usize],
    table: &Table,
) -> Result<Grouped, Vec<Fault>> {
    let list_of_row = texts(table, &card.lists.list);
    let item_of_row = texts(table, &card.lists.item);
    let members = members(card, &list_of_row, &item_of_row)?;
    let rows: Vec<usize> = members.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
    let sizes: Vec<usize> = members.iter().map(|(_, rows)| rows.len()).collect();
    let table = table.in_order(&rows);
    let matrix = matrix(card, signals, &table).map_err(|error| unfit(&error))?;
    let labels = columns.label.as_deref().and_then(|label| table.numbers(label)).map(<[f64]>::to_vec);
    Ok(Grouped {
        lists: explain::Lists::new(matrix, &sizes).map_err(|error| unfit(&error))?,
        list_ids: members.into_iter().map(|(list, _)| list.to_owned()).collect(),
        item_ids: texts(&table, &card.lists.item),
        item_titles: columns.title.as_deref().map(|title| texts(&table, title)),
        labels,
        table,
    })
}

/// The rows of each list.
fn members<'a>(
    card: &SystemCard,
    list_of_row: &'a [String],
    item_of_row: &'a [String],
) -> Result<Vec<(&'a str, Vec<usize>)>, Vec<Fault>> {
    let mut faults = Faults::default();
    let mut members: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (row, (list, item)) in list_of_row.iter().zip(item_of_row).enumerate() {
        for (column, id) in [(&card.lists.list, list), (&card.lists.item, item)] {
            if id.trim().is_empty() {
                let wrong =
                    || Fault::new(column.clone(), format!("Row {} has no id.", row + 1), "Write one.");
                faults.push(FaultKind::Item, wrong);
            }
        }
        if !seen.insert((list, item)) {
            faults.push(FaultKind::Item, || {
                let wrong =
                    format!("The item `{}` stands twice in the list `{}`.", legible(item), legible(list));
                Fault::new(card.lists.item.clone(), wrong, "Give each item of a list its own id.")
            });
        }
        let place = *places.entry(list).or_insert(members.len());
        match members.get_mut(place) {
            Some((_, rows)) => rows.push(row),
            None => members.push((list, vec![row])),
        }
    }
    faults.or(members)
}

/// The numbers of a table, in order of the slots.
pub(super) fn matrix(
    card: &SystemCard,
    signals: &[usize],
    table: &Table,
) -> Result<explain::Matrix, explain::Error> {
    let of_slot = |signal: &usize| card.signals.get(*signal).and_then(|signal| table.numbers(&signal.column));
    let columns: Vec<&[f64]> = signals.iter().filter_map(of_slot).collect();
    let row = |row: usize| columns.iter().filter_map(move |column| column.get(row).copied());
    explain::Matrix::new(signals.len(), (0..table.rows()).flat_map(row).collect())
}

/// The words of a column, row after row.
pub(super) fn texts(table: &Table, column: &str) -> Vec<String> {
    let values = table.column(column).map(|column| &column.values);
    (0..table.rows()).map(|row| values.and_then(|values| values.text(row)).unwrap_or_default()).collect()
}

fn unfit(error: &explain::Error) -> Vec<Fault> {
    vec![Fault::new(
        "",
        format!("The lists cannot be used: {error}."),
        "Write at least one list with one item.",
    )]
}

/// The slots that a matrix feeds, with the slot's number.
pub(super) fn matrix_slots(slots: &[Slot]) -> Vec<usize> {
    slots.iter().enumerate().filter(|(_, slot)| slot.index.is_some()).map(|(number, _)| number).collect()
}
