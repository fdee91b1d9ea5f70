//! What every number of a card rests on.

use domain::FilePath;
use serde::{Deserialize, Serialize};

use super::{ModelForm, Parity, Quality, Resolution};

/// What every number rests on, and how to compute it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The model.
    pub model: File,
    /// The reference lists.
    pub dataset: File,
    /// The words that people wrote.
    pub card_source: File,
    /// What the model says about itself.
    pub model_facts: ModelFacts,
    /// What the model turned out to be made of; left out by engines that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_form: Option<ModelForm>,
    /// What ran the model.
    pub runtime: RuntimeFacts,
    /// Version of the engine that measured.
    pub engine: String,
    /// Seed of everything that was drawn, in decimal digits.
    pub seed: String,
    /// The rows whose values were put in place of an item's own.
    pub background: Background,
    /// How much was drawn. A function of the counts of signals, lists and items alone.
    pub draws: Draws,
    /// Scores closer than this, relative to the larger of 1 and their sizes, are a tie.
    pub tie_tolerance: f64,
    /// How the scores compare with those of the author's own system; left out where the release has no golden rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<Parity>,
    /// Whether the scores tell items apart; left out by engines that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// How good the explanation of the scores is; left out by engines that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// Names of the methods, each with its version.
    pub methods: Methods,
    /// How to compute the card again.
    pub replay: Replay,
}

/// A file of the release.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path.
    pub path: FilePath,
    /// SHA-256 of its content, 64 hex digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// What a model says about itself.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFacts {
    /// Version of the file format.
    pub ir_version: i64,
    /// Sets of operators.
    pub opsets: Vec<OpsetFact>,
    /// Operators that occur.
    pub operators: Vec<String>,
    /// Nodes of the graph.
    pub nodes: u64,
    /// Numbers that training has set.
    pub parameters: u64,
    /// The program that wrote the file.
    pub producer: String,
}

/// A set of operators.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpsetFact {
    /// Its name.
    pub domain: String,
    /// Its version.
    pub version: i64,
}

/// What ran the model.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeFacts {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The background rows.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// How many.
    pub rows: u64,
    /// SHA-256 of their canonical JSON: an array of rows, each an array of numbers in the model's order of inputs.
    pub sha256: String,
}

/// How much was drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draws {
    /// Lists the importance rests on; fewer than there are only in very large tables.
    pub lists: u64,
    /// Items of these lists.
    pub items: u64,
    /// How often every item got another value, per signal.
    pub importance: u64,
    /// The same on the other lists.
    pub other_lists: u64,
    /// Signals measured on the other lists.
    pub other_lists_signals: u64,
    /// Resamples of the lists behind an interval.
    pub bootstrap: u64,
    /// Items in which the values of a signal were swept.
    pub direction_items: u64,
}

/// Names of the methods, each with its version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Methods {
    /// How the importance is measured.
    pub importance: String,
    /// How intervals are made.
    pub interval: String,
    /// How directions are found.
    pub direction: String,
    /// How a difference of scores is shared out.
    pub pairs: String,
    /// How other lists are made.
    pub other_lists: Vec<String>,
}

/// How to compute a card again.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The program and its arguments.
    pub command: Vec<String>,
}
