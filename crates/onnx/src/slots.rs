//! Where the numbers of a row go: the numeric inputs of a model, one slot a number, in the model's order.
//!
//! Named vectors `[N]` or `[N, 1]` hold one number a row; a matrix `[N, d]` holds `d`. Several inputs stand one after
//! the other.

use crate::names::quoted;
use crate::{Dimension, Model, Tensor};

/// Most numbers a row may hold.
const MAX_SLOTS: usize = 4096;

/// The place of one number of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Slot {
    /// Name of the input.
    pub input: String,
    /// Column of that input, counted from 0; `None` for an input that holds one number a row.
    pub index: Option<usize>,
}

/// Why rows of numbers do not fit a model.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SlotError {
    /// An input that does not hold numbers.
    #[error("the input {} does not hold numbers; give the model numeric inputs only", quoted(input))]
    NotNumeric {
        /// Its name.
        input: String,
    },
    /// An input of another form.
    #[error(
        "the input {} has the shape {shape}; it must be [N], [N, 1] or [N, d] with N rows and a fixed d from 1",
        quoted(input)
    )]
    Shape {
        /// Its name.
        input: String,
        /// Its shape, as in `[N, ?, 3]`.
        shape: String,
    },
    /// Too many numbers a row.
    #[error("the model takes more than {MAX_SLOTS} numbers a row")]
    TooMany,
    /// A vector whose column is not in the table.
    #[error("the model's input {} has no column of that name", quoted(input))]
    MissingColumn {
        /// Name of the input.
        input: String,
    },
    /// Fewer columns than the model's matrices take.
    #[error("the model takes {wanted} columns, the table has {found}")]
    TooFewColumns {
        /// Columns of all matrices.
        wanted: usize,
        /// Columns of the table.
        found: usize,
    },
}

/// The slots of a model: column `i` of a matrix of rows feeds slot `i`.
///
/// # Errors
/// [`SlotError::NotNumeric`], [`SlotError::Shape`] and [`SlotError::TooMany`].
pub fn slots(model: &Model) -> Result<Vec<Slot>, SlotError> {
    let mut slots = Vec::new();
    for input in &model.inputs {
        let name = || input.name.clone();
        if !input.kind.is_number() {
            return Err(SlotError::NotNumeric { input: name() });
        }
        match width(input)? {
            None => slots.push(Slot { input: name(), index: None }),
            Some(width) if width > MAX_SLOTS => return Err(SlotError::TooMany),
            Some(width) => slots.extend((0..width).map(|index| Slot { input: name(), index: Some(index) })),
        }
        if slots.len() > MAX_SLOTS {
            return Err(SlotError::TooMany);
        }
    }
    Ok(slots)
}

/// The column of a table that feeds each slot: vectors by name, matrices by the last columns of the table in order.
///
/// # Errors
/// [`SlotError::MissingColumn`] and [`SlotError::TooFewColumns`].
pub fn columns(slots: &[Slot], names: &[&str]) -> Result<Vec<usize>, SlotError> {
    let wanted = slots.iter().filter(|slot| slot.index.is_some()).count();
    let first =
        names.len().checked_sub(wanted).ok_or(SlotError::TooFewColumns { wanted, found: names.len() })?;
    let mut last_columns = first..names.len();
    let mut column = |slot: &Slot| match slot.index {
        None => names.iter().position(|name| *name == slot.input),
        Some(_) => last_columns.next(),
    };
    let missing = |slot: &Slot| SlotError::MissingColumn { input: slot.input.clone() };
    slots.iter().map(|slot| column(slot).ok_or_else(|| missing(slot))).collect()
}

/// How many numbers a row of this matrix holds; `None` for a vector.
fn width(input: &Tensor) -> Result<Option<usize>, SlotError> {
    match input.shape.as_slice() {
        [_] | [_, Dimension::Fixed(1)] => Ok(None),
        [_, Dimension::Fixed(width)] if *width > 0 => Ok(Some(usize::try_from(*width).unwrap_or(usize::MAX))),
        _ => Err(SlotError::Shape { input: input.name.clone(), shape: shape(&input.shape) }),
    }
}

fn shape(dimensions: &[Dimension]) -> String {
    let words: Vec<String> = dimensions
        .iter()
        .map(|dimension| match dimension {
            Dimension::Fixed(length) => length.to_string(),
            Dimension::Named(name) => name.chars().take(20).flat_map(char::escape_debug).collect(),
            Dimension::Unknown => "?".to_owned(),
        })
        .collect();
    format!("[{}]", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ElementKind;

    fn input(name: &str, shape: &[u64]) -> Tensor {
        let rows = std::iter::once(Dimension::Named("N".to_owned()));
        let shape = rows.chain(shape.iter().map(|length| Dimension::Fixed(*length))).collect();
        Tensor { name: name.to_owned(), kind: ElementKind::Float64, shape }
    }

    fn model(inputs: Vec<Tensor>) -> Model {
        Model {
            inputs,
            outputs: Vec::new(),
            opsets: Vec::new(),
            nodes: 0,
            operators: Vec::new(),
            operator_counts: std::collections::BTreeMap::new(),
            ir_version: 8,
            producer: String::new(),
            doc_string: String::new(),
            parameters: 0,
            metadata: std::collections::BTreeMap::new(),
        }
    }

    fn named(slots: &[Slot]) -> Vec<String> {
        let name = |slot: &Slot| match slot.index {
            Some(index) => format!("{}[{index}]", slot.input),
            None => slot.input.clone(),
        };
        slots.iter().map(name).collect()
    }

    #[track_caller]
    fn refused(inputs: Vec<Tensor>, sentence: &str) {
        assert_eq!(slots(&model(inputs)).map_err(|error| error.to_string()), Err(sentence.to_owned()));
    }

    #[test]
    fn vectors_and_matrices_stand_in_the_models_order() {
        let found = slots(&model(vec![
            input("user", &[2]),
            input("age", &[]),
            input("ups", &[1]),
            input("item", &[2]),
        ]));

        assert_eq!(named(&found.unwrap()), ["user[0]", "user[1]", "age", "ups", "item[0]", "item[1]"]);
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        let expected = |shape: &str| {
            format!(
                "the input `x` has the shape {shape}; it must be [N], [N, 1] or [N, d] with N rows and a fixed d from 1"
            )
        };
        refused(vec![input("x", &[2, 3])], &expected("[N, 2, 3]"));
        refused(vec![input("x", &[0])], &expected("[N, 0]"));
        refused(vec![Tensor { shape: Vec::new(), ..input("x", &[]) }], &expected("[]"));
        let open = Tensor { shape: vec![Dimension::Unknown, Dimension::Unknown], ..input("x", &[]) };
        refused(vec![open], &expected("[?, ?]"));
        refused(vec![input("x", &[u64::MAX])], "the model takes more than 4096 numbers a row");
        refused(vec![input("x", &[4096]), input("y", &[])], "the model takes more than 4096 numbers a row");
        let words = Tensor { kind: ElementKind::String, ..input("x", &[]) };
        refused(vec![words], "the input `x` does not hold numbers; give the model numeric inputs only");
    }

    #[test]
    fn vectors_are_fed_by_name_and_matrices_by_the_last_columns() {
        let by_name = slots(&model(vec![input("b", &[]), input("a", &[1])])).unwrap();
        let by_order = slots(&model(vec![input("user", &[2]), input("item", &[2])])).unwrap();

        assert_eq!(columns(&by_name, &["id", "a", "b"]), Ok(vec![2, 1]));
        assert_eq!(columns(&by_name, &["a"]), Err(SlotError::MissingColumn { input: "b".to_owned() }));
        assert_eq!(columns(&by_order, &["id", "p", "q", "r", "s"]), Ok(vec![1, 2, 3, 4]));
        assert_eq!(columns(&by_order, &["p"]), Err(SlotError::TooFewColumns { wanted: 4, found: 1 }));
    }
}
