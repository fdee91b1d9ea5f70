//! Which column of a table feeds which input of a model.

use onnx::slots::{Slot, slots};
use onnx::{Dimension, Model};

use crate::RunError;
use crate::message::Feed;

/// Rows of every call of the runtime: one fixed shape, so that a score does not depend on how many rows are asked for.
///
/// Some kernels add in another order for another number of rows (a linear regressor of ONNX Runtime differs by 2e-7).
/// 128 keeps the cost of filling up small tables below a millisecond for the models we know.
pub const ROWS_PER_CALL: usize = 128;

/// The columns of the table a model is run on, in order, and the input that each one feeds.
#[derive(Clone, Debug)]
pub struct InputMap {
    slots: Vec<Slot>,
    feeds: Vec<Feed>,
    rows_per_call: usize,
}

impl InputMap {
    /// The map of a model, by the rule that named vectors are fed by name and matrices column by column, in the
    /// model's order.
    ///
    /// # Errors
    /// [`RunError::Refused`] where the inputs are no vectors and matrices of numbers, or want a fixed number of rows
    /// other than one.
    pub fn from_model(model: &Model) -> Result<Self, RunError> {
        let slots = slots(model).map_err(|error| RunError::Refused { reason: error.to_string() })?;
        let feeds = model.inputs.iter().map(|input| Feed {
            input: input.name.clone(),
            columns: columns_of(&slots, &input.name),
            flat: input.shape.len() == 1,
        });
        Ok(Self { feeds: feeds.collect(), rows_per_call: rows_per_call(model)?, slots })
    }

    /// What each column feeds: slot i is column i of the table given to [`Worker::run`](crate::Worker::run).
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Columns of the table.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.slots.len()
    }

    /// Rows of each call of the runtime: [`ROWS_PER_CALL`], or 1 where the model takes one row at a time.
    #[must_use]
    pub const fn rows_per_call(&self) -> usize {
        self.rows_per_call
    }

    /// The inputs with their columns.
    pub(crate) fn feeds(&self) -> &[Feed] {
        &self.feeds
    }
}

fn columns_of(slots: &[Slot], input: &str) -> Vec<usize> {
    slots.iter().enumerate().filter(|(_, slot)| slot.input == input).map(|(column, _)| column).collect()
}

fn rows_per_call(model: &Model) -> Result<usize, RunError> {
    let mut rows = ROWS_PER_CALL;
    for input in &model.inputs {
        match input.shape.first() {
            Some(Dimension::Fixed(1)) => rows = 1,
            Some(Dimension::Fixed(fixed)) => {
                let reason = format!(
                    "input `{}` takes {fixed} rows at a time; leave the first dimension open, or fix it to 1",
                    input.name
                );
                return Err(RunError::Refused { reason });
            }
            Some(Dimension::Named(_) | Dimension::Unknown) | None => {}
        }
    }
    Ok(rows)
}
