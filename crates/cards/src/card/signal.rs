//! Signals with what was measured about them.

use explain::direction::Verdict;
use serde::{Deserialize, Serialize};

use super::{AloneIntoTop, Dependence, Gain, Known, Measured, Proof};
use crate::source::{MutableBy, Text};

/// One input of the model: what people wrote about it and what it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Name used inside the card.
    pub id: String,
    /// Column of the reference lists.
    pub column: String,
    /// Where it enters the model.
    pub tensor: Tensor,
    /// What it is called for readers.
    pub plain_name: Text,
    /// What it means and how it is counted.
    pub plain_help: Text,
    /// Unit of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// Id of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Where the values come from.
    pub source: Text,
    /// Whether it describes the reader.
    pub uses_profile: bool,
    /// Whether it is sensitive personal data.
    pub sensitive: bool,
    /// Who can change it.
    pub mutable_by: MutableBy,
    /// The value that says nothing about the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral: Option<f64>,
    /// Why the system looks at it.
    pub reason_for_importance: Text,
    /// Its values in the reference lists.
    pub range: Range,
    /// How much the order rests on it.
    pub importance: Importance,
    /// What happens to the order without it.
    pub off_effect: OffEffect,
    /// How much the importance depends on the lists.
    pub other_lists: Known<OtherLists>,
    /// Whether it is among the first three here, and not in each of the other lists: worded "depends on the list" and
    /// no headline.
    pub depends_on_list: bool,
    /// How the score depends on it; left out where it has one value only, and by engines that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependence: Option<Dependence>,
    /// What whoever made an item wins by changing it; left out where others change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain: Option<Gain>,
    /// Whether it alone brings items into the first places; left out where no item stands outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone_into_top: Option<AloneIntoTop>,
}

/// Where a signal enters the model.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tensor {
    /// Name of the input.
    pub input: String,
    /// Column of the input, from 0; none where the input is a single column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

/// The values of a signal in the reference lists.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
    /// Share of the items without a value, from 0 to 1.
    pub missing: f64,
    /// Whether all values are whole numbers.
    pub whole: bool,
    /// Whether all items have the same value, so that nothing can be said about the signal.
    pub constant: bool,
    /// Whether all items of each list have the same value, as with facts about the reader: such a signal alone cannot
    /// tell two items apart.
    pub same_within_lists: bool,
}

/// How much the order rests on a signal.
///
/// In every list every item gets a value of the signal drawn from a background item, and the list is ordered anew.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Importance {
    /// What orders the signals.
    pub metric: Metric,
    /// Mean places that an item moves.
    pub mean_abs_places: Measured,
    /// Mean change of an item's score, in points.
    pub mean_abs_points: Measured,
    /// Part of the sum over all signals, by the metric, from 0 to 1.
    pub share: Measured,
    /// 1 is the strongest signal.
    pub rank: u64,
    /// No item of any list ever moved.
    pub never_moved: bool,
    /// Part of the sizes of all signals' parts when scores are shared out among the signals, from 0 to 1; left out by
    /// engines that did not share them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution_share: Option<Measured>,
    /// Which way more of it moves an item.
    pub direction: Known<Direction>,
}

/// What orders the signals.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Mean places moved: for systems that decide an order or a step.
    MeanAbsPlaces,
    /// Mean points: for systems that decide a score.
    MeanAbsPoints,
}

/// Which way more of a signal moves an item, from sweeping its values in tested items.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// What the steps say together; towards the top is up.
    pub verdict: Verdict,
    /// Steps to a larger value that moved the score towards the top.
    pub rises: Measured,
    /// Steps that moved it away from the top.
    pub falls: Measured,
    /// Steps that changed nothing.
    pub flat: Measured,
    /// Items that were tested.
    pub rows: u64,
    /// Values that were tried in each.
    pub values: u64,
    /// What is proven besides; left out where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven: Option<Proof>,
}

/// What happens to the order when the signal is made blind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffEffect {
    /// Part of the top of the list that changes, from 0 to 1.
    pub top_changed: Measured,
    /// Kendall's tau-a between the two orders, from -1 to 1.
    pub tau: Measured,
}

/// The importance on two other kinds of made-up lists with the same ranges.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherLists {
    /// Every column drawn apart from the others, uniformly over its range.
    pub independent: OtherList,
    /// Every item between two items of the reference lists.
    pub mixed: OtherList,
    /// The least of the three numbers (reference, independent, mixed), by the metric.
    pub low: Measured,
    /// The greatest of the three.
    pub high: Measured,
}

/// The importance on other lists.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherList {
    /// Mean places that an item moves.
    pub mean_abs_places: Measured,
    /// Mean change of an item's score, in points.
    pub mean_abs_points: Measured,
    /// Rank among the signals measured on these lists.
    pub rank: u64,
}
