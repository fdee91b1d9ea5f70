//! Columns while they are being read: what each must hold, and what may still become of it.

use std::collections::BTreeSet;

use super::faults::{FaultKind, Faults};
use super::{Column, MAX_COLUMNS, MAX_NUMBERS, MAX_ROWS, MAX_TEXTS, Table, Values, Wanted};
use crate::Fault;
use crate::characters::any_deceives;
use crate::fault::legible;

/// What the cells of a column become.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Becomes {
    /// Numbers; anything else is a fault.
    Numbers,
    /// Numbers, or nothing; anything else is a fault.
    Gaps,
    /// Text, as it is written.
    Texts,
    /// Numbers where all cells are numbers, else text.
    Either,
}

/// What each column of a header becomes; names that are repeated, empty or missing are faults.
pub(super) fn plan(names: &[String], wanted: &Wanted<'_>, faults: &mut Faults) -> Vec<Becomes> {
    if names.len() > MAX_COLUMNS {
        faults.push(FaultKind::Header, || {
            Fault::new("", format!("There are {} columns.", names.len()), "Keep at most 4,096.").at(1)
        });
    }
    let mut seen = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        if any_deceives(name) {
            faults.push(FaultKind::Header, || unseen(name).at(1));
        } else if name.trim().is_empty() {
            faults.push(FaultKind::Header, || {
                Fault::new("", format!("Column {} has no name.", index + 1), "Name it in the first line.")
                    .at(1)
            });
        } else if !seen.insert(name.as_str()) {
            faults.push(FaultKind::Header, || {
                Fault::new(
                    name.clone(),
                    format!("The column `{name}` stands twice in the header."),
                    "Keep one.",
                )
                .at(1)
            });
        }
    }
    for name in
        wanted.texts.iter().chain(wanted.numbers).chain(wanted.gaps).filter(|name| !seen.contains(**name))
    {
        faults.push(FaultKind::Missing, || {
            let right = "Add it, or correct its name in `system-card.yaml`.";
            Fault::new(*name, format!("The column `{name}` is missing."), right).at(1)
        });
    }
    let becomes = |name: &String| {
        if wanted.numbers.contains(&name.as_str()) {
            Becomes::Numbers
        } else if wanted.gaps.contains(&name.as_str()) {
            Becomes::Gaps
        } else if wanted.texts.contains(&name.as_str()) {
            Becomes::Texts
        } else {
            Becomes::Either
        }
    };
    names.iter().map(becomes).collect()
}

/// Refuses tables without rows and tables that would fill the memory.
///
/// `texts` is how many columns stay text.
pub(super) fn check_size(rows: usize, columns: usize, texts: usize) -> Result<(), Fault> {
    if rows == 0 {
        return Err(Fault::new("", "There are no rows.", "Write at least one list with one item."));
    }
    if rows > MAX_ROWS {
        return Err(Fault::new("", "There are more than 1,000,000 rows.", "Keep at most 1,000,000."));
    }
    if rows.saturating_mul(columns.saturating_sub(texts)) > MAX_NUMBERS {
        return Err(Fault::new("", "There are more than 20,000,000 numbers.", "Keep fewer rows or columns."));
    }
    if rows.saturating_mul(texts) > MAX_TEXTS {
        return Err(Fault::new(
            "",
            "There are more than 4,000,000 cells of text.",
            "Keep fewer rows or columns.",
        ));
    }
    Ok(())
}

/// A number as it may be written in a cell: decimal, finite, `.` before decimals.
pub(super) fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    cell.parse::<f64>().ok().filter(|number| plain && number.is_finite())
}

/// Whether a cell says that there is no number.
pub(super) fn is_gap(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || cell.eq_ignore_ascii_case("nan")
}

/// The fault of a cell that is no number.
pub(super) fn not_a_number(name: &str, cell: &str, line: usize) -> Fault {
    let wrong = if cell.trim().is_empty() {
        "The cell is empty.".to_owned()
    } else {
        format!("`{}` is not a finite number.", legible(cell))
    };
    Fault::new(legible(name), wrong, "Write a number such as `24` or `0.5`.").at(line)
}

/// The fault of a cell with characters that are not seen.
pub(super) fn unseen(name: &str) -> Fault {
    let wrong = "The cell holds control characters, or some that turn the writing direction.";
    Fault::new(legible(name), wrong, "Write plain text.")
}

/// An empty column for this many rows.
pub(super) fn start(becomes: Becomes, rows: usize) -> Values {
    if matches!(becomes, Becomes::Numbers | Becomes::Gaps) {
        Values::Numbers(Vec::with_capacity(rows))
    } else {
        Values::Texts(Vec::with_capacity(rows))
    }
}

/// The table of these columns.
pub(super) fn table(names: Vec<String>, values: Vec<Values>, rows: usize) -> Result<Table, Vec<Fault>> {
    let columns = names.into_iter().zip(values).map(|(name, values)| Column { name, values }).collect();
    let uneven = || vec![Fault::new("", "The columns have different lengths.", "Write the file again.")];
    Table::new(columns, rows).ok_or_else(uneven)
}
