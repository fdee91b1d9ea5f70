//! The answer to a question about a release, as it is described in the API's own document.

use serde_json::Value;
use utoipa::ToSchema;

/// What was found, and how.
#[derive(ToSchema)]
#[schema(as = Explanation, example = json!({
    "quantity": "score", "method": "trees", "exact": true, "players": ["likes", "age_hours"], "output": "score",
    "opened": true, "checked_rows": 412, "model": {"sha256": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    "table": {"rows": 1, "sha256": "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"},
    "background": {"rows": 100, "sha256": "sha256:fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"},
    "seed": 1, "notes": [],
    "rows": [{"row": 0, "item": 12, "base": 0.25, "score": 1.5, "values": [1.5, -0.25], "stderr": null}]
}))]
#[expect(
    dead_code,
    reason = "describes what the registry's report looks like on the wire; nothing is built of it"
)]
pub(super) struct ExplanationDocument {
    /// What is explained.
    quantity: String,
    /// How the numbers were found, such as `trees`, `enumeration` or `permutations`.
    method: String,
    /// Whether the numbers carry no error of chance.
    exact: bool,
    /// Who shares a number out, in the order of `values`.
    players: Vec<String>,
    /// The output that is explained.
    output: String,
    /// Whether the model was opened, and gave here what the runtime gave on every checked row.
    opened: bool,
    /// Why the model could only be asked from outside; only where it was not opened.
    why: Option<String>,
    /// Rows on which the opened model was compared with the runtime.
    checked_rows: usize,
    /// The file of the model.
    model: ModelDocument,
    /// The rows that are explained.
    table: TableDocument,
    /// The rows they are compared with; `null` where no background is used.
    background: Option<TableDocument>,
    /// Seed of everything that was drawn.
    seed: u64,
    /// What whoever reads the numbers should know.
    notes: Vec<String>,
    /// For `score`: one entry for each row, in the order of the table.
    rows: Option<Vec<ScoreDocument>>,
    /// For every other quantity: one entry for each item, pair, list or signal.
    results: Option<Vec<Value>>,
}

/// The file of a model.
#[derive(ToSchema)]
#[schema(as = ExplainedModel)]
#[expect(
    dead_code,
    reason = "describes what the registry's report looks like on the wire; nothing is built of it"
)]
struct ModelDocument {
    /// SHA-256 of the file.
    sha256: String,
}

/// Rows that were used.
#[derive(ToSchema)]
#[schema(as = ExplainedTable)]
#[expect(
    dead_code,
    reason = "describes what the registry's report looks like on the wire; nothing is built of it"
)]
struct TableDocument {
    /// How many.
    rows: usize,
    /// SHA-256 of their numbers as the model sees them: row after row, each as 8 bytes, the lowest byte first.
    sha256: String,
}

/// The score of one row, shared out: `base` and all `values` add up to `score`.
#[derive(ToSchema)]
#[schema(as = ExplainedScore)]
#[expect(
    dead_code,
    reason = "describes what the registry's report looks like on the wire; nothing is built of it"
)]
struct ScoreDocument {
    /// Position of the row in the table, from 0.
    row: usize,
    /// The id of its item.
    item: Value,
    /// The score when nothing of the row is known.
    base: f64,
    /// The score of the row.
    score: f64,
    /// The part of each player.
    values: Vec<f64>,
    /// The standard error of each part; `null` where they are exact.
    stderr: Option<Vec<f64>>,
}
