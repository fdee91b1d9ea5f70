//! What a signal does inside the score: its part, its curve, and what changing it can win.

use explain::direction::Verdict;
use serde::{Deserialize, Serialize};

use super::Measured;

/// Which way a signal pushes, proven for more than the values that were tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// What is proven: `up` and `down` without any exception, `none`: no effect at all, `mixed`: both occur.
    pub verdict: Verdict,
    /// The items it is proven for, with every number that the signal can have; left out: for any item there can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
}

/// What a proof was carried out on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// Items.
    pub rows: u64,
    /// Intervals into which the model cuts the signal: one value of each stands for all in it.
    pub intervals: u64,
}

/// How the score depends on a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependence {
    /// Items over which the mean score is taken.
    pub rows: u64,
    /// Items over which the local effects are taken.
    pub local_rows: u64,
    /// One entry a value, ascending: the tenths of the values in the lists.
    pub points: Vec<Point>,
}

/// One value of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// The mean score when every item has it.
    pub score: Measured,
    /// What the changes of items near by add up to on the way here, in points; 0 in the mean over the items.
    pub local: Measured,
    /// Whether fewer than 20 items lie between the value before and this one, so that `local` rests on little.
    pub thin: bool,
}

/// What somebody wins by changing a signal of one item within its usual range: the 5 % to the 95 % quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// Items that were tried, spread over the lists.
    pub items: u64,
    /// Places won in the mean.
    pub mean: Measured,
    /// The most places won.
    pub most: Measured,
    /// Whether no value within the range wins more; else these are lower bounds.
    pub exact: bool,
}

/// Whether a signal alone brings an item into the first places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AloneIntoTop {
    /// Items outside the first places that were tried, spread over the lists.
    pub items: u64,
    /// How many of them some value of the signal brings into the first places.
    pub reached: Measured,
    /// Whether every value there can be was looked at; else this is a lower bound.
    pub exact: bool,
}

/// What one prediction inside the model adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// Its name in the model.
    pub name: String,
    /// What it is multiplied by.
    pub weight: f64,
    /// Mean over the items of the size of weight times (prediction - its mean), in points.
    pub points: Measured,
}

/// One change of the lower item that puts it above the upper one. Scored again as a whole row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flip {
    /// Id of the only signal that changes.
    pub signal: String,
    /// The lower item's own value.
    pub own: f64,
    /// Its value instead of it.
    pub value: f64,
    /// The lower item's score with it.
    pub score: Measured,
}
