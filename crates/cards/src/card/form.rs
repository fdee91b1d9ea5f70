//! What the model turned out to be made of.

use serde::{Deserialize, Serialize};

/// Whether the model could be read from the inside, and what this proves.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelForm {
    /// Whether the score was read as a formula that gave the runtime's score on every row that was compared.
    pub opened: bool,
    /// What the score is made of.
    pub kind: FormKind,
    /// Why it is a black box, in the words of the reader of models; left out where it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Rows on which formula and runtime were compared: the reference lists, and rows where trees change their answer.
    pub compared_rows: u64,
    /// Ids of the signals from which no way leads through the model to the score: a proof, whatever the rows.
    pub not_used: Vec<String>,
}

/// What a score is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// A sum of trees.
    Trees,
    /// A sum of inputs with weights.
    Linear,
    /// A sum of several kinds of parts, such as chances with weights.
    Parts,
    /// Layers of a network, or any other computation that is repeated here.
    Network,
    /// Not known: it can only be asked.
    BlackBox,
}
