//! What the scores themselves say: whether they tell items apart, and whether they are those of the author's own system.

use serde::{Deserialize, Serialize};

use super::{File, Known, Measured};

/// How the model's scores compare with those of the author's own system, row by row of `golden.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parity {
    /// The file with the rows.
    pub file: File,
    /// How many rows.
    pub rows: u64,
    /// Two scores count as equal when they are no further apart than this times the larger of 1 and the author's score.
    pub limit: f64,
    /// Rows whose two scores are not equal.
    pub differ: Measured,
    /// The largest difference between the two scores of a row.
    pub largest: Measured,
    /// Kendall's tau-b between the two orders of the rows, from -1 to 1.
    pub tau: Known<Measured>,
    /// The row with the largest difference, where scores are not equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<WorstRow>,
}

impl Parity {
    /// Whether the model gives every row the author's score.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.differ.value <= 0.0
    }
}

/// The golden row with the largest difference.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorstRow {
    /// Which row, from 1.
    pub row: u64,
    /// The id of its item, where the rows have ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
}

/// Whether the scores tell items apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// Of the pairs of items with different inputs, the share whose scores are equal: pairs inside a list where the
    /// system decides an order, else pairs of all cases.
    pub tied_pairs: Known<Measured>,
    /// Whether so many are equal that the scores can hardly do what the system is for: half of the pairs where it
    /// decides an order, all of them elsewhere.
    pub saturated: bool,
}
