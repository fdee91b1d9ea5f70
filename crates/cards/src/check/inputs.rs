//! Every input of the model has a signal, every signal an input, and the columns stand where the model expects them.

use std::collections::BTreeMap;

use onnx::slots::{self, Slot};

use super::CARD_FILE;
use super::table::{Columns, matrix_slots};
use crate::Fault;
use crate::fault::legible;
use crate::source::{Signal, SystemCard};

/// What the model takes.
pub(super) fn slots(model: &onnx::Model, path: &str) -> Result<Vec<Slot>, Vec<Fault>> {
    slots::slots(model).map_err(|error| {
        let wrong = format!("The model cannot be fed: {error}.");
        vec![Fault::new("", wrong, "Export it with such inputs.").in_file(path)]
    })
}

/// For each slot the position of its signal.
///
/// # Errors
/// Signals without an input, inputs without a signal, two signals on one input, and columns in another order.
pub(super) fn map(card: &SystemCard, slots: &[Slot], columns: &Columns) -> Result<Vec<usize>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut signal_of_slot: BTreeMap<usize, usize> = BTreeMap::new();
    for (position, signal) in card.signals.iter().enumerate() {
        match slot_of(signal, slots, columns) {
            Ok(slot) => {
                if let Some(other) = signal_of_slot.insert(slot, position) {
                    let other = card.signals.get(other).map_or("", |other| other.id.as_str());
                    let wrong =
                        format!("`{other}` and `{}` feed the same input {}.", signal.id, name(slots, slot));
                    faults.push(Fault::new(
                        format!("signals[{position}]"),
                        wrong,
                        "Give each its own input.",
                    ));
                }
            }
            Err((field, wrong, right)) => {
                faults.push(Fault::new(format!("signals[{position}].{field}"), wrong, right));
            }
        }
    }
    let unmapped = (0..slots.len()).filter(|slot| !signal_of_slot.contains_key(slot));
    faults.extend(unmapped.map(|slot| {
        let wrong = format!("The model's input {} has no signal.", name(slots, slot));
        Fault::new("signals", wrong, "Add a signal for it.")
    }));
    if faults.is_empty() {
        faults.extend(order(card, slots, columns, &signal_of_slot));
    }
    if faults.is_empty() {
        return Ok(signal_of_slot.into_values().collect());
    }
    Err(faults.into_iter().map(|fault| fault.in_file(CARD_FILE)).collect())
}

/// The slot that a signal names, or the field that is wrong, what is wrong, and what would be right.
fn slot_of(
    signal: &Signal,
    slots: &[Slot],
    columns: &Columns,
) -> Result<usize, (&'static str, String, &'static str)> {
    let in_matrix = matrix_slots(slots);
    let place =
        |wanted: &str, index| slots.iter().position(|slot| slot.input == wanted && slot.index == index);
    match (signal.input.as_deref(), signal.index) {
        (Some(input), index) => {
            let vector = place(input, None).filter(|_| matches!(index, None | Some(0)));
            let cell = index.and_then(|index| place(input, Some(index)));
            vector.or(cell).ok_or_else(|| {
                let shown = index
                    .map_or_else(|| format!("`{input}`"), |index| format!("`{}`[{index}]", legible(input)));
                (
                    "input",
                    format!("The model has no input {shown}."),
                    "Name an input, and `index` for a matrix.",
                )
            })
        }
        (None, Some(index)) => in_matrix.get(index).copied().ok_or_else(|| {
            let wrong = format!("The model's matrices have {} columns.", in_matrix.len());
            ("index", wrong, "Count from 0, or leave it out where inputs have names.")
        }),
        (None, None) => {
            place(&signal.column, None).or_else(|| by_order(signal, &in_matrix, columns)).ok_or_else(|| {
                let wrong = format!("The model has no input `{}`.", signal.column);
                ("column", wrong, "Name the input in `input`, or its place in `index`, or remove the signal.")
            })
        }
    }
}

/// The matrix column at the place of the signal's column among the last columns of the lists.
fn by_order(signal: &Signal, in_matrix: &[usize], columns: &Columns) -> Option<usize> {
    let first = columns.remaining.len().checked_sub(in_matrix.len())?;
    let place = columns.remaining.iter().skip(first).position(|column| *column == signal.column)?;
    in_matrix.get(place).copied()
}

/// Whether the columns that remain are exactly those of the model's matrices, in their order.
fn order(
    card: &SystemCard,
    slots: &[Slot],
    columns: &Columns,
    signal_of_slot: &BTreeMap<usize, usize>,
) -> Vec<Fault> {
    let column_of = |slot: &usize| Some(card.signals.get(*signal_of_slot.get(slot)?)?.column.as_str());
    let in_matrix = matrix_slots(slots);
    let wanted: Vec<&str> = in_matrix.iter().filter_map(column_of).collect();
    let by_name = |column: &str| card.signals.iter().any(|s| s.column == column) && !wanted.contains(&column);
    let found: Vec<&str> =
        columns.remaining.iter().map(String::as_str).filter(|column| !by_name(column)).collect();
    if wanted.is_empty() || wanted == found {
        return Vec::new();
    }
    let extra: Vec<String> =
        found.iter().filter(|column| !wanted.contains(column)).map(|column| legible(column)).collect();
    if !extra.is_empty() {
        let wrong = format!("The lists have columns that are nothing here: {}.", extra.join(", "));
        let right = "Remove them, or declare them as signals or in `exposure`.";
        return vec![Fault::new("signals", wrong, right)];
    }
    if found.len() != wanted.len() {
        // A column is missing; reading the table says which.
        return Vec::new();
    }
    let moved = wanted.iter().zip(&found).filter(|(wanted, found)| wanted != found);
    let moved: Vec<String> =
        moved.map(|(wanted, found)| format!("`{found}` where `{wanted}` should be")).collect();
    let wrong = format!(
        "The columns of the lists stand in another order than the model's inputs: {}.",
        moved.join(", ")
    );
    vec![Fault::new("signals", wrong, "Write the columns in the model's order, or correct `index`.")]
}

fn name(slots: &[Slot], slot: usize) -> String {
    match slots.get(slot) {
        Some(Slot { input, index: Some(index) }) => format!("`{}`[{index}]", legible(input)),
        Some(Slot { input, index: None }) => format!("`{}`", legible(input)),
        None => format!("number {slot}"),
    }
}
