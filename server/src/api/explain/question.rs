//! What may be asked about a release.

use registry::explanation::{FIRST_PLACES, Grain, GridKind, Method, OutputChoice, Quantity, Request};
use registry::{Asked, Fault, Given, Source};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::json::Sent;
use crate::problem::{Kind, Problem};

/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;

/// A question about a release.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExplanation, example = json!({
    "quantity": "place", "players": "groups", "in": "0", "k": 5
}))]
pub(super) struct NewExplanation {
    /// What to explain: `score` (default), `pair`, `place`, `topk`, `list`, `importance`, `predictions`, `direction`,
    /// `dependence`, `counterfactual`, `stability`, `position`, `manipulability`, `exposure`, `diversity`, `reach` or
    /// `quality`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "place")]
    quantity: Quantity,
    /// The output, by name or by column; else the one that orders the lists of the card.
    #[serde(default)]
    output: Option<String>,
    /// How: `auto` (default), `exact`, `sample` or `path-dependent`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "auto")]
    method: Method,
    /// Who shares numbers out: `signals` (default) or `groups`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "signals")]
    players: Grain,
    /// The rows to explain; else those of the reference lists. Each is an object from column to number or text.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    rows: Option<Vec<Value>>,
    /// The rows to compare with; else some drawn from the reference lists.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    background: Option<Vec<Value>>,
    /// How many rows to compare with; default 100.
    #[serde(default)]
    #[schema(example = 100)]
    background_rows: Option<usize>,
    /// Only the list with this id.
    #[serde(default, rename = "in")]
    #[schema(example = "0")]
    list: Option<String>,
    /// Two items: why is the first above the second.
    #[serde(default)]
    pair: Option<(String, String)>,
    /// How many places count as the first ones; default 5.
    #[serde(default)]
    #[schema(minimum = 1, example = 5)]
    k: Option<usize>,
    /// Values at which a dependence is looked at: `deciles` (default) or `thresholds`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "deciles")]
    grid: GridKind,
    /// Columns that say to which group a row belongs; else those of the card.
    #[serde(default)]
    groups: Vec<String>,
    /// Seed of everything that is drawn; default 1.
    #[serde(default)]
    #[schema(example = 1)]
    seed: Option<u64>,
}

impl Sent for NewExplanation {
    fn is_for_everyone() -> bool {
        true
    }
}

impl NewExplanation {
    /// The question in words; all that is wrong with its rows at once.
    pub(super) fn asked(self) -> Result<Asked, Problem> {
        if self.k == Some(0) {
            return Err(refused(vec![Fault::new("k", "It is 0.", "Ask for at least one place.")]));
        }
        let request = Request {
            quantity: self.quantity,
            method: self.method,
            players: self.players,
            pair: self.pair,
            first_places: self.k.unwrap_or(FIRST_PLACES),
            grid: self.grid,
            seed: self.seed.unwrap_or(Request::default().seed),
            ..Request::default()
        };
        Ok(Asked {
            request,
            output: self.output.as_deref().map_or(OutputChoice::Usual, OutputChoice::from),
            rows: source("rows", self.rows)?,
            background: source("background", self.background)?,
            list: self.list,
            background_rows: self.background_rows,
            groups: self.groups,
        })
    }
}

/// Where rows come from; rows that are sent must have the same columns.
fn source(field: &str, rows: Option<Vec<Value>>) -> Result<Source, Problem> {
    let Some(rows) = rows else { return Ok(Source::Reference) };
    let columns: Vec<String> = match rows.first() {
        Some(Value::Object(first)) => first.keys().cloned().collect(),
        _no_object => return Err(refused(vec![no_row(field, 0)])),
    };
    let (mut given, mut faults) = (Vec::with_capacity(rows.len()), Vec::new());
    for (number, row) in rows.into_iter().enumerate() {
        match row {
            Value::Object(fields) => match cells(fields, &columns) {
                Some(cells) => given.push(cells),
                None => faults.push(Fault::new(
                    format!("{field}[{number}]"),
                    "It has other columns than the first row.",
                    "Give every row the same columns.",
                )),
            },
            _other => faults.push(no_row(field, number)),
        }
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(Source::Given(Given { columns, rows: given })) } else { Err(refused(faults)) }
}

/// The cells of a row in the order of the columns; `None` where it has others.
fn cells(mut fields: Map<String, Value>, columns: &[String]) -> Option<Vec<Value>> {
    let cells: Option<Vec<Value>> = columns.iter().map(|column| fields.remove(column)).collect();
    cells.filter(|_| fields.is_empty())
}

fn no_row(field: &str, number: usize) -> Fault {
    Fault::new(
        format!("{field}[{number}]"),
        "This is no row.",
        "Write an object from column to number or text.",
    )
}

fn refused(faults: Vec<Fault>) -> Problem {
    Problem::new(Kind::RowsRefused, "this question cannot be answered").with_faults(faults)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(value: Value) -> Result<Asked, Problem> {
        serde_json::from_value::<NewExplanation>(value).unwrap().asked()
    }

    #[test]
    fn nothing_said_means_the_scores_of_the_reference_lists() {
        let asked = asked(json!({})).unwrap();

        assert_eq!(asked, Asked::default());
    }

    #[test]
    fn rows_are_objects_with_the_same_columns() {
        let asked = asked(json!({"rows": [{"a": 1, "id": "x"}, {"id": "y", "a": null}]})).unwrap();

        let rows = vec![vec![json!(1), json!("x")], vec![Value::Null, json!("y")]];
        assert_eq!(asked.rows, Source::Given(Given { columns: vec!["a".to_owned(), "id".to_owned()], rows }));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        for (question, field) in [
            (json!({"rows": [{"a": 1}, {"b": 1}]}), "rows[1]"),
            (json!({"rows": [{"a": 1}, 7]}), "rows[1]"),
            (json!({"rows": []}), "rows[0]"),
            (json!({"background": [[1]]}), "background[0]"),
            (json!({"k": 0}), "k"),
        ] {
            let problem = asked(question).unwrap_err();
            assert_eq!(problem.faults().first().map(|fault| fault.field.as_str()), Some(field));
        }
    }
}
