//! Facts about the lists, the steps, the groups and the outputs.

use serde::{Deserialize, Serialize};

use super::{Known, Measured};
use crate::condition::Condition;
use crate::source::{StepKind, Text};

/// The reference lists of the release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFacts {
    /// How many lists.
    pub lists: u64,
    /// How many items in all lists together.
    pub items: u64,
    /// Items in one list.
    pub items_per_list: Spread,
    /// How many places at the top of a list are looked at where the card speaks of the top: ten, or half of a short
    /// list.
    pub top: Spread,
    /// Whether the items are made up.
    pub made_up: bool,
    /// How the lists were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Text>,
}

/// Counts that differ from list to list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The least.
    pub min: u64,
    /// The middle one (the lower of two).
    pub median: u64,
    /// The greatest.
    pub max: u64,
}

impl Spread {
    /// The spread of these counts; zeros of nothing.
    #[must_use]
    pub fn of(counts: impl IntoIterator<Item = usize>) -> Self {
        let mut counts: Vec<u64> = counts.into_iter().map(|count| count as u64).collect();
        counts.sort_unstable();
        let median = counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or_default();
        let (min, max) = (counts.first().copied(), counts.last().copied());
        Self { min: min.unwrap_or_default(), median, max: max.unwrap_or_default() }
    }
}

/// One step on the way to the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Position, from 1.
    pub n: u64,
    /// What kind of step.
    pub kind: StepKind,
    /// What it is called.
    pub title: Text,
    /// What happens.
    pub plain: Text,
    /// The rule by which items stay.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Condition>,
    /// How many items stay at most, by score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_top: Option<u64>,
    /// Id of a published number about this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cited: Option<String>,
    /// Items of a reference list before this step, mean over lists.
    pub count_in: Known<Measured>,
    /// Items of a reference list after this step, mean over lists.
    pub count_out: Known<Measured>,
}

/// A group of signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name used inside the card.
    pub id: String,
    /// What it is called for readers.
    pub plain_name: Text,
    /// Ids of its signals.
    pub signals: Vec<String>,
    /// Sum of its signals' shares in the importance, from 0 to 1.
    pub share: Measured,
}

/// One output of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name in the model.
    pub name: String,
    /// Whether the order rests on it.
    pub used: bool,
    /// Its weight, where several outputs are added up to the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_lower_middle() {
        assert_eq!(Spread::of([4, 1, 3, 2]), Spread { min: 1, median: 2, max: 4 });
        assert_eq!(Spread::of([7]), Spread { min: 7, median: 7, max: 7 });
        assert_eq!(Spread::of([]), Spread { min: 0, median: 0, max: 0 });
    }
}
