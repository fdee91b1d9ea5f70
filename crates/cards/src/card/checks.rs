//! What was tried on whole lists: small errors, other surroundings, groups of items.

use serde::{Deserialize, Serialize};

use super::{Known, Measured};
use crate::source::Text;

/// What was tried on whole lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// What stays of the order when the numbers are slightly wrong.
    pub stability: Stability,
    /// Whether a score depends on what stands beside its row.
    pub position: Position,
    /// Who is shown how far up, for each column of groups that the card's author declared.
    pub exposure: Vec<Exposure>,
    /// How varied the first places are, for the same columns.
    pub diversity: Vec<Diversity>,
}

/// What stays of the order when every number gets a small random error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stability {
    /// Standard deviation of the error, as a share of the signal's own: 0.01 is one hundredth.
    pub error: f64,
    /// How often every list got new errors.
    pub draws: u64,
    /// Lists that were tried.
    pub lists: u64,
    /// Signals that got errors; those of few different values, and whole numbers that the model needs, did not.
    pub signals: u64,
    /// Mean of Kendall's tau-a between the true and the new order, from -1 to 1.
    pub tau: Measured,
    /// Mean share of the first places that stay, from 0 to 1.
    pub first_places_kept: Measured,
    /// Mean share of draws in which the first item stays first, from 0 to 1.
    pub first_item_kept: Measured,
    /// Root mean square of what the errors do to a score, in points.
    pub score_noise: Measured,
}

/// Whether a score depends on where its row stands and what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Rows that were scored again.
    pub rows: u64,
    /// Rows with other bits in another order of the rows.
    pub by_order: Measured,
    /// Rows with other bits beside a copy of another row.
    pub by_copy: Measured,
    /// Rows with other bits when they stood alone.
    pub by_size: Measured,
    /// The largest of these differences, in points.
    pub largest: Measured,
}

impl Position {
    /// Whether every score was the same to the last bit.
    #[must_use]
    pub fn holds(&self) -> bool {
        [self.by_order, self.by_copy, self.by_size].iter().all(|rows| rows.value == 0.0)
    }
}

/// Who is shown how far up, by the values of one column.
///
/// The exposure of an item at rank r is 1 / log2(1 + r); items that tie stand in the order of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Column of the reference lists.
    pub column: String,
    /// What readers call the groups.
    pub plain_name: Text,
    /// How many places count as the first ones.
    pub first: u64,
    /// One entry for each value that is compared.
    pub groups: Vec<GroupExposure>,
}

/// What one group gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupExposure {
    /// The value in the column.
    pub value: String,
    /// What readers call it; left out: the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_name: Option<Text>,
    /// How many items it has.
    pub items: u64,
    /// In how many lists it occurs.
    pub lists: u64,
    /// Its part of all items, from 0 to 1.
    pub item_share: Measured,
    /// Its part of all exposure over its part of all items: 1 is parity. Missing for small groups.
    pub ratio: Known<Measured>,
    /// Its part of the first places, from 0 to 1. Missing for small groups.
    pub top_share: Known<Measured>,
}

/// How varied the first places are by the values of one column: means over the lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diversity {
    /// Column of the reference lists.
    pub column: String,
    /// What readers call the groups.
    pub plain_name: Text,
    /// Different values among the first places.
    pub distinct: Measured,
    /// The same in the whole list.
    pub distinct_in_list: Measured,
    /// Share of the commonest value among the first places, from 0 to 1.
    pub largest_share: Measured,
    /// Shannon's entropy of the first places in bits.
    pub entropy: Measured,
}

/// How good the explanation of the scores is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// How the scores were shared out.
    pub method: explain::Method,
    /// Whether no part carries an error of chance.
    pub exact: bool,
    /// Items whose scores were shared out, spread over the lists.
    pub rows: u64,
    /// Rows that stood for "not known".
    pub background_rows: u64,
    /// The largest miss of base plus parts from the score, over the larger of 1 and the score.
    pub additivity_gap: Measured,
    /// The largest standard error of a part, in points; 0 where all is exact.
    pub largest_stderr: Measured,
    /// Kendall's tau-b between the orders of the signals by two disjoint halves of these rows, from -1 to 1.
    pub halves: Known<Measured>,
}
