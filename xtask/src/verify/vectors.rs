//! Every formula of the collection, compiled and run, gives the values computed by hand-written references.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

use crate::command::ask;
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Least relative tolerance; a vector's own absolute one counts where it is larger.
const RELATIVE: f64 = 1e-9;

/// One published value.
struct Vector {
    inputs: Map<String, Value>,
    expected: f64,
    tolerance: f64,
}

/// Compiles each formula, scores its vectors in the worker, compares and counts.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "vectors",
        "Each formula of `collection/catalogue.yaml`, compiled by `vitrine formula` and run by `vitrine score`, against\n\
         `collection/vectors.json`. Made by `cargo xtask verify-all vectors`.",
        &["formula", "vectors", "within tolerance", "largest difference"],
    );
    let (mut all, mut right) = (0, 0);
    for (id, vectors) in read(&workspace.collection().join("vectors.json"))? {
        let scores = score(workspace, program, &id, &vectors)?;
        let differences =
            || vectors.iter().zip(&scores).map(|(vector, score)| (vector.expected - score).abs());
        let within =
            vectors.iter().zip(differences()).filter(|(vector, far)| *far <= vector.tolerance).count();
        let largest = differences().fold(0.0, f64::max);
        table.add(vec![id, vectors.len().to_string(), within.to_string(), format!("{largest:.1e}")], out)?;
        all += vectors.len();
        right += within;
    }
    table.keep(workspace, out)?;
    say(out, &format!("{right} of {all} values are right."))?;
    if right == all && all > 0 {
        return Ok(());
    }
    Err(Problem::Found(format!("{} values are wrong", all - right)))
}

fn read(file: &Path) -> Result<Vec<(String, Vec<Vector>)>, Problem> {
    let text = fs::read(file).map_err(Problem::system(format!("reading `{}`", file.display())))?;
    let wrong = |what: &str| Problem::Found(format!("`{}`: {what}", file.display()));
    let document: Value = serde_json::from_slice(&text).map_err(|error| wrong(&error.to_string()))?;
    let formulas = document.get("vectors").and_then(Value::as_object).ok_or_else(|| wrong("no `vectors`"))?;
    let read = |(id, vectors): (&String, &Value)| {
        let vectors =
            vectors.as_array().into_iter().flatten().map(read_vector).collect::<Option<Vec<Vector>>>();
        vectors
            .map(|vectors| (id.clone(), vectors))
            .ok_or_else(|| wrong(&format!("`{id}` has an incomplete vector")))
    };
    formulas.iter().map(read).collect()
}

fn read_vector(value: &Value) -> Option<Vector> {
    let number = |key: &str| value.get(key).and_then(Value::as_f64);
    let expected = number("expected")?;
    let tolerance = number("tolerance_abs")?.max(RELATIVE * expected.abs());
    Some(Vector { inputs: value.get("inputs")?.as_object()?.clone(), expected, tolerance })
}

/// The scores of all vectors of one formula.
fn score(workspace: &Workspace, program: &Path, id: &str, vectors: &[Vector]) -> Result<Vec<f64>, Problem> {
    let folder = tempfile::tempdir().map_err(Problem::system("making a temporary folder"))?;
    let (model, rows) = (folder.path().join("model.onnx"), folder.path().join("rows.csv"));
    let catalogue = workspace.collection().join("catalogue.yaml");
    ask(Command::new(program).arg("formula").arg(catalogue).args(["--id", id, "-o"]).arg(&model))?;
    fs::write(&rows, csv(vectors)).map_err(Problem::system(format!("writing `{}`", rows.display())))?;
    let answer = ask(Command::new(program).arg("score").arg(&model).arg("--rows").arg(&rows).arg("--json"))?;
    let answer: Value = serde_json::from_str(&answer)
        .map_err(|error| Problem::Found(format!("`vitrine score` of {id} printed no JSON: {error}")))?;
    let scores = answer.get("scores").and_then(Value::as_array).into_iter().flatten().map(Value::as_f64);
    let scores = scores.collect::<Option<Vec<f64>>>().filter(|scores| scores.len() == vectors.len());
    scores.ok_or_else(|| {
        Problem::Found(format!("`vitrine score` of {id} gave other than {} scores", vectors.len()))
    })
}

/// One column an input, one row a vector.
fn csv(vectors: &[Vector]) -> String {
    let names: Vec<&String> =
        vectors.first().map(|vector| vector.inputs.keys().collect()).unwrap_or_default();
    let head = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(",");
    let rows = vectors.iter().map(|vector| {
        let cells =
            names.iter().map(|name| vector.inputs.get(*name).map(Value::to_string).unwrap_or_default());
        cells.collect::<Vec<_>>().join(",")
    });
    std::iter::once(head).chain(rows).map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn vectors_become_rows_in_one_order_of_columns() {
        let first =
            read_vector(&json!({"inputs": {"b": 1, "a": 0.5}, "expected": 4.0, "tolerance_abs": 1e-9}))
                .unwrap();
        let second =
            read_vector(&json!({"inputs": {"a": -2, "b": 1e-7}, "expected": 0, "tolerance_abs": 0.5}))
                .unwrap();

        assert_eq!(csv(&[first, second]), "a,b\n0.5,1\n-2,1e-7\n");
    }

    #[test]
    fn the_larger_tolerance_counts() {
        let tolerance = |expected: f64, absolute: f64| {
            let value = json!({"inputs": {}, "expected": expected, "tolerance_abs": absolute});
            read_vector(&value).map(|vector| vector.tolerance)
        };
        assert_eq!(tolerance(-2e9, 1e-9), Some(2.0));
        assert_eq!(tolerance(1.0, 1e-6), Some(1e-6));
        assert!(read_vector(&json!({"inputs": {}, "expected": null, "tolerance_abs": 1})).is_none());
    }
}
