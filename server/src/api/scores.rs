//! Running a published model on a few rows.

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, post};
use registry::{Fault, Registry, Rows};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::releases::ReleaseAddress;
use super::{JSON_BODY, problems};
use crate::auth::Reader;
use crate::json::{Json, Sent};
use crate::problem::{Kind, Problem};

/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;

/// Rows to score.
///
/// Either each row is an object from column to number, or `columns` names the columns and each row is a list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScores, example = json!({
    "columns": ["likes", "age_hours"], "rows": [[12, 3.5], [90, 40]]
}))]
pub(super) struct NewScores {
    /// Names of the columns, when rows are lists.
    columns: Option<Vec<String>>,
    /// The rows.
    #[schema(value_type = Vec<Value>)]
    rows: Vec<Value>,
}

impl Sent for NewScores {
    fn is_for_everyone() -> bool {
        true
    }
}

/// What the model gave.
#[derive(Serialize, ToSchema)]
#[schema(as = Scores, example = json!({"outcome": "ok", "output": "score", "scores": [3.1, 2.7]}))]
struct ScoresDocument {
    /// Always `ok`; another outcome is a problem.
    outcome: &'static str,
    /// Name of the model's output.
    output: String,
    /// One score a row.
    scores: Vec<f64>,
}

problems!(ScoreProblems: [
    JSON_BODY,
    &[
        Kind::BadAddress, Kind::RepositoryNotFound, Kind::ReleaseNotFound, Kind::NoModel, Kind::RowsRefused,
        Kind::RunFailed, Kind::TooMany, Kind::Busy,
    ],
].concat());

/// Run the model of a release on rows.
///
/// The model runs in a process of its own with limits on time and memory. Columns are those of the reference lists.
#[utoipa::path(
    tag = "releases",
    params(ReleaseAddress),
    request_body = NewScores,
    responses((status = 200, description = "One score a row.", body = ScoresDocument), ScoreProblems)
)]
#[post("/releases/{ns}/{name}/{version}/score")]
pub(super) async fn score_rows(
    new: Json<NewScores>,
    at: web::Path<ReleaseAddress>,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let rows = rows(new.0)?;
    let scores = registry.score(&reader.0, &at.name()?, at.version(), rows).await?;
    Ok(HttpResponse::Ok().json(ScoresDocument {
        outcome: "ok",
        output: scores.output,
        scores: scores.scores,
    }))
}

/// The rows in words; all that is wrong with them at once.
fn rows(new: NewScores) -> Result<Rows, Problem> {
    let columns = match (new.columns, new.rows.first()) {
        (Some(columns), _) => columns,
        (None, Some(Value::Object(first))) => first.keys().cloned().collect(),
        (None, _) => {
            let fault = Fault::new(
                "columns",
                "The columns have no names.",
                "Name them, or write each row as an object.",
            );
            return Err(refused(vec![fault]));
        }
    };
    let read = new.rows.iter().enumerate().map(|(number, row)| match row {
        Value::Object(fields) => of_object(number, fields, &columns),
        Value::Array(values) => of_list(number, values, &columns),
        _neither => Err(vec![at(number, "", "This is no row.", "Write an object or a list of numbers.")]),
    });
    let (mut rows, mut faults) = (Vec::with_capacity(new.rows.len()), Vec::new());
    for row in read {
        match row {
            Ok(row) => rows.push(row),
            Err(wrong) => faults.extend(wrong),
        }
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(Rows { columns, rows }) } else { Err(refused(faults)) }
}

fn refused(faults: Vec<Fault>) -> Problem {
    Problem::new(Kind::RowsRefused, "some rows are not written as they must be").with_faults(faults)
}

fn of_object(number: usize, fields: &Map<String, Value>, columns: &[String]) -> Result<Vec<f64>, Vec<Fault>> {
    let unknown = fields.keys().filter(|name| !columns.contains(name)).map(|name| {
        at(number, name, "The other rows have no such column.", "Give every row the same columns.")
    });
    let mut faults: Vec<Fault> = unknown.collect();
    let mut row = Vec::with_capacity(columns.len());
    for column in columns {
        match fields.get(column).and_then(Value::as_f64) {
            Some(value) => row.push(value),
            None => faults.push(at(number, column, "There is no number.", "Write a number.")),
        }
    }
    if faults.is_empty() { Ok(row) } else { Err(faults) }
}

fn of_list(number: usize, values: &[Value], columns: &[String]) -> Result<Vec<f64>, Vec<Fault>> {
    if values.len() != columns.len() {
        let wrong = format!("{} values stand for {} columns.", values.len(), columns.len());
        return Err(vec![at(number, "", &wrong, "Write one number a column.")]);
    }
    let (mut row, mut faults) = (Vec::with_capacity(columns.len()), Vec::new());
    for (column, value) in columns.iter().zip(values) {
        match value.as_f64() {
            Some(value) => row.push(value),
            None => faults.push(at(number, column, "There is no number.", "Write a number.")),
        }
    }
    if faults.is_empty() { Ok(row) } else { Err(faults) }
}

fn at(number: usize, column: &str, wrong: &str, right: &str) -> Fault {
    let dot = if column.is_empty() { "" } else { "." };
    Fault::new(format!("rows[{number}]{dot}{column}"), wrong, right)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Rows, Problem> {
        rows(serde_json::from_value(value).unwrap())
    }

    #[test]
    fn both_forms_of_rows_are_read() {
        let lists = read(json!({"columns": ["a", "b"], "rows": [[1, 2.5], [3, 4]]})).unwrap();
        let objects = read(json!({"rows": [{"a": 1, "b": 2.5}, {"b": 4, "a": 3}]})).unwrap();

        assert_eq!(lists.rows, [[1.0, 2.5], [3.0, 4.0]]);
        assert_eq!(objects, lists);
    }

    #[test]
    fn every_wrong_value_is_named() {
        let problem = read(json!({"rows": [{"a": 1}, {"a": "x"}, {"b": 1}, 7, []]})).unwrap_err();

        let fields: Vec<_> = problem.faults().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["rows[1].a", "rows[2].b", "rows[2].a", "rows[3]", "rows[4]"]);
        assert!(read(json!({"rows": [[1]]})).is_err());
    }
}
