//! Controls with their measured effect.

use serde::{Deserialize, Serialize};

use super::{Known, Measured};
use crate::condition::Condition;
use crate::source::{Effect, Text};

/// Something a person can do, and what it does to the lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Name used inside the card.
    pub id: String,
    /// What the person does.
    pub plain: Text,
    /// Where it is found.
    #[serde(rename = "where")]
    pub place: Text,
    /// What kind of effect it has.
    pub kind: EffectKind,
    /// The effect as the card's author described it.
    pub effect: Effect,
    /// The items it concerns; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_lists: Option<Condition>,
    /// What it does.
    pub measured: Known<MeasuredEffect>,
}

/// The four kinds of effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// Signals take given values.
    Set,
    /// Items leave.
    Remove,
    /// Something else orders the list.
    Switch,
    /// Not in this model.
    Outside,
}

impl From<&Effect> for EffectKind {
    fn from(effect: &Effect) -> Self {
        match effect {
            Effect::Set(_) => Self::Set,
            Effect::Remove(_) => Self::Remove,
            Effect::Switch(_) => Self::Switch,
            Effect::Outside => Self::Outside,
        }
    }
}

/// What a control does, measured on the reference lists.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MeasuredEffect {
    /// Signals take given values on the items concerned.
    Set {
        /// Items that the control changes: those concerned that do not have the values already. For the option without
        /// profiling, all items.
        items: u64,
        /// Lists that hold such an item; the means are over these.
        lists: u64,
        /// One item at a time: places it moves towards the top; negative is away from it.
        places_up: Measured,
        /// One item at a time: share of the items that move, from 0 to 1.
        moved: Measured,
        /// New score minus old score, in points.
        points: Measured,
        /// All items concerned at once.
        together: Together,
    },
    /// Matching items leave their lists; the means are over all lists.
    Remove {
        /// Items that leave.
        items: u64,
        /// All lists.
        lists: u64,
        /// Items that leave a list.
        leave: Measured,
        /// Part of the top that is new, from 0 to 1.
        top_changed: Measured,
    },
    /// Something else orders the same lists; the means are over all lists.
    Switch {
        /// All lists.
        lists: u64,
        /// How the orders differ.
        together: Together,
    },
}

/// How far two orders of the same lists differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Mean places that an item moves.
    pub places: Measured,
    /// Part of the top that is new, from 0 to 1.
    pub top_changed: Measured,
    /// Kendall's tau-a, from -1 to 1.
    pub tau: Measured,
}

/// The option without profiling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonProfilingOption {
    /// Whether there is such an option.
    pub available: bool,
    /// How to reach it, or why there is none.
    pub how: Text,
    /// Signals that describe the reader; 0: nothing here is based on a profile.
    pub profile_signals: u64,
    /// The effect as the card's author described it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What it does compared with the usual order.
    pub measured: Known<MeasuredEffect>,
}
