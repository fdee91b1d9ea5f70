//! The report as it is written: one JSON document.

use std::collections::BTreeMap;

use domain::Digest;
use explain::Matrix;
use serde::{Serialize, Serializer};

use super::Quantity;

/// Everything a report says about itself, and what it found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What is explained.
    pub quantity: Quantity,
    /// How the numbers were found, such as `trees`, `enumeration`, `permutations`.
    pub method: String,
    /// Whether the numbers carry no error of chance.
    pub exact: bool,
    /// Who shares a number out, in the order of `values`: the columns of the signals, or the names of the groups.
    pub players: Vec<String>,
    /// The output that is explained.
    pub output: String,
    /// Whether the model was opened: its parts are known here and gave what the runtime gave on every checked row.
    pub opened: bool,
    /// Why the model could only be asked from outside; only where it was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Rows on which the opened model was compared with the runtime.
    pub checked_rows: usize,
    /// The file of the model.
    pub model: ModelFacts,
    /// The rows that are explained.
    pub table: TableFacts,
    /// The rows they are compared with; `null` where no background is used.
    pub background: Option<TableFacts>,
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Hybrids that were scored to share out scores; `null` for other quantities.
    pub evaluations: Option<u64>,
    /// What whoever reads the numbers should know, as sentences.
    pub notes: Vec<String>,
    /// What was found.
    #[serde(flatten)]
    pub answer: Answer,
    /// How long it took, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// The file of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelFacts {
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// Rows that were used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableFacts {
    /// How many.
    pub rows: usize,
    /// SHA-256 of their numbers as the model sees them: row after row, each as 8 bytes, the lowest byte first.
    pub sha256: Digest,
}

impl TableFacts {
    /// What these rows are.
    #[must_use]
    pub fn of(rows: &Matrix) -> Self {
        let bytes: Vec<u8> = rows.values().iter().flat_map(|number| number.to_le_bytes()).collect();
        Self { rows: rows.rows(), sha256: Digest::of(&bytes) }
    }
}

/// How long it took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Reading the files.
    pub read_s: f64,
    /// Opening the model and comparing it with the runtime.
    pub verify_s: f64,
    /// Preparing what is made once for a model and a background.
    pub prepare_s: f64,
    /// The explanations alone.
    pub compute_s: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// One entry for each row, in the order of the table.
    Rows {
        /// The rows.
        rows: Vec<ScoreRow>,
    },
    /// Attention for groups: the same figures as one result, and for each attribute at the top.
    Exposure {
        /// The figures as one result.
        results: Vec<serde_json::Value>,
        /// How equal scores are ordered.
        tie_rule: &'static str,
        /// What a place is worth.
        exposure: &'static str,
        /// For each column of groups the figures of each group.
        attributes: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    },
    /// One entry for each item, pair, list or signal.
    Results {
        /// The entries; their keys depend on the quantity.
        results: Vec<serde_json::Value>,
        /// For `counterfactual`, where somebody can change signals: for each item the smallest change of one or two.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        changes: Vec<serde_json::Value>,
    },
}

impl Answer {
    /// How many rows or results there are.
    #[must_use]
    pub const fn entries(&self) -> usize {
        match self {
            Self::Rows { rows } => rows.len(),
            Self::Exposure { results, .. } | Self::Results { results, .. } => results.len(),
        }
    }
}

/// The score of one row, shared out. `base` + all `values` = `score`, up to rounding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreRow {
    /// Position of the row in the table, from 0.
    pub row: usize,
    /// The id of its item.
    pub item: Id,
    /// The score when nothing of the row is known.
    pub base: f64,
    /// The score of the row.
    pub score: f64,
    /// The part of each player.
    pub values: Vec<f64>,
    /// The standard error of each part; `null` where they are exact.
    pub stderr: Option<Vec<f64>>,
}

/// The id of an item or a list: a number in JSON where it is a whole number in its plain form, else text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Id(pub String);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: i64 = 1 << 53;
        match self.0.parse::<i64>() {
            Ok(number) if (-EXACT..=EXACT).contains(&number) && number.to_string() == self.0 => {
                serializer.serialize_i64(number)
            }
            _ => serializer.serialize_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_numbers_and_other_ids_stay_as_they_are_written() {
        let json = |id: &str| serde_json::to_string(&Id(id.to_owned())).unwrap();

        assert_eq!(
            ["12", "-3", "007", "1.0", "a", "9007199254740993"].map(json),
            ["12", "-3", "\"007\"", "\"1.0\"", "\"a\"", "\"9007199254740993\""]
        );
    }

    #[test]
    fn the_digest_of_rows_is_that_of_their_numbers() {
        let rows = Matrix::new(2, vec![0.0, 1.0]).unwrap();

        let facts = TableFacts::of(&rows);

        let bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F];
        assert_eq!((facts.rows, facts.sha256), (1, Digest::of(&bytes)));
    }
}
