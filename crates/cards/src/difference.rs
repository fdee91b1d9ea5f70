//! What changed from one version of a card to another.

mod orders;
mod releases;

use serde::Serialize;
use serde_json::Value;

use crate::card::{Card, Example, Importance, Signal};

pub use orders::{ORDERED_ROWS, Ordered, Reordering, ordered_rows, reordering};
pub use releases::{FileChange, RELEASE_FIELDS, ReleaseDifference, releases};

/// What people write and what is counted beside it, by the names of the card document.
pub const FIELDS: &[&str] = &[
    "title",
    "one_line",
    "operator",
    "author",
    "surface",
    "regions",
    "audience",
    "purpose",
    "who_is_affected",
    "intended_use",
    "out_of_scope",
    "alternatives",
    "decides",
    "order",
    "steps",
    "outputs",
    "controls",
    "non_profiling_option",
    "limits",
    "risks",
    "withheld",
    "human_oversight",
    "appeal",
    "legal_basis",
    "impact_assessments",
    "data_used",
    "known_gaming",
    "cited",
    "sources",
];

/// What changed from one version of a card to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The version before.
    pub from: u64,
    /// The version after.
    pub to: u64,
    /// Whether another model was measured.
    pub model_changed: bool,
    /// Whether other reference lists were used, so that numbers of both versions do not compare.
    pub lists_changed: bool,
    /// Fields of the card document that differ, besides signals and examples.
    pub fields: Vec<String>,
    /// Signals of both versions whose rank changed, and those that came or went; in the order of the new version.
    pub signals: Vec<SignalChange>,
    /// Pairs of items that stand the other way round now, among the examples of both versions.
    pub flipped: Vec<Flipped>,
}

/// A signal that counts more or less than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalChange {
    /// Its id.
    pub signal: String,
    /// How much it counted; `null`: it is new.
    pub before: Option<Importance>,
    /// How much it counts; `null`: it is gone.
    pub after: Option<Importance>,
}

/// Two items of a list that stand the other way round, by their ids or titles.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Flipped {
    /// The list.
    pub list_id: String,
    /// The item that stands above now.
    pub upper: String,
    /// The item that stood above before.
    pub lower: String,
}

/// Compares two versions of a card.
///
/// # Errors
/// When a card cannot be written as JSON, which a number that is not finite causes.
pub fn between(from: &Card, to: &Card) -> Result<Difference, serde_json::Error> {
    let (before, after) = (serde_json::to_value(from)?, serde_json::to_value(to)?);
    let differs = |field: &&&str| without_version(before.get(**field)) != without_version(after.get(**field));
    Ok(Difference {
        from: from.version,
        to: to.version,
        model_changed: from.evidence.model.sha256 != to.evidence.model.sha256,
        lists_changed: from.evidence.dataset.sha256 != to.evidence.dataset.sha256,
        fields: FIELDS.iter().filter(differs).map(|field| (*field).to_owned()).collect(),
        signals: signals(from, to),
        flipped: flipped(&from.examples, &to.examples),
    })
}

/// What is missing and what is `null` say the same.
fn without_version(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

fn signals(from: &Card, to: &Card) -> Vec<SignalChange> {
    let change = |id: &str, before: Option<&Signal>, after: Option<&Signal>| SignalChange {
        signal: id.to_owned(),
        before: before.map(|signal| signal.importance),
        after: after.map(|signal| signal.importance),
    };
    let moved = |signal: &&Signal| {
        from.signal(&signal.id).is_none_or(|before| before.importance.rank != signal.importance.rank)
    };
    let ranked = to.ranked_signals();
    let here = ranked.iter().copied().filter(moved);
    let here = here.map(|signal| change(&signal.id, from.signal(&signal.id), Some(signal)));
    let gone = from.signals.iter().filter(|signal| to.signal(&signal.id).is_none());
    here.chain(gone.map(|signal| change(&signal.id, Some(signal), None))).collect()
}

fn flipped(before: &[Example], after: &[Example]) -> Vec<Flipped> {
    let turned = |now: &&Example| {
        before.iter().any(|then| {
            then.list_id == now.list_id
                && then.upper.item_id == now.lower.item_id
                && then.lower.item_id == now.upper.item_id
        })
    };
    let told = |example: &Example| Flipped {
        list_id: example.list_id.clone(),
        upper: example.upper.item_id.clone(),
        lower: example.lower.item_id.clone(),
    };
    after.iter().filter(turned).map(told).collect()
}
