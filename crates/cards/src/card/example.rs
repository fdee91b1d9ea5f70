//! Examples: why one item stands above another.

use serde::{Deserialize, Serialize};

use super::{Flip, Measured};

/// Why one item of a list stands above another.
///
/// The contributions and the rest add up to the score of the upper item minus the score of the lower item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The list.
    pub list_id: String,
    /// The item nearer to the top.
    pub upper: ExampleItem,
    /// The other item.
    pub lower: ExampleItem,
    /// Score of the upper item minus score of the lower item; negative where low scores are shown first.
    pub gap: Measured,
    /// The parts of the signals in which the two differ, the largest first.
    pub contributions: Vec<Contribution>,
    /// The smaller parts that are not listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
    /// Ids of the two signals that do most to put the upper item above; fewer if fewer do.
    pub largest: Vec<String>,
    /// Whether these two lead clearly: their parts and the next differ by more than chance and rounding explain.
    pub largest_are_clear: bool,
    /// Pairs of drawn orders behind the parts; 0: the parts are exact.
    pub drawn: u64,
    /// The nearest change of one signal that puts the lower item above; left out where none was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flip: Option<Flip>,
}

/// One of the two items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleItem {
    /// Its id in the reference lists.
    pub item_id: String,
    /// Its words, where the lists have any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its place; halves come from ties.
    pub place: Measured,
    /// Its score.
    pub score: Measured,
}

/// The part of one signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// Id of the signal.
    pub signal: String,
    /// Points that it adds to the upper item's score, compared with the lower item.
    pub points: Measured,
    /// The signal's value of the upper item.
    pub upper_value: f64,
    /// The signal's value of the lower item.
    pub lower_value: f64,
}

/// Contributions that are too small to list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Others {
    /// How many signals.
    pub signals: u64,
    /// Their points together.
    pub points: Measured,
}
