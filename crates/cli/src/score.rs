//! `vitrine score`: a model on rows of a table, offline, in a process with limits.

use std::path::{Path, PathBuf};

use cards::Fault;
use cards::lists::{self, Wanted};
use clap::Args;
use explain::Matrix;
use onnx::slots::{self, Slot};
use ranking::{Limits, ModelScorer, Selection, Worker, WorkerProgram};
use serde_json::json;

use crate::error::Error;
use crate::folder;
use crate::out::Out;

/// Arguments of `vitrine score`.
#[derive(Args, Debug)]
pub(crate) struct ScoreArguments {
    /// The model
    model: PathBuf,
    /// Table with a header and one row for each score
    #[arg(long, value_name = "ROWS.csv")]
    rows: PathBuf,
    /// Output to print, by name or by column [default: the output named score, else the only one]
    #[arg(long, value_name = "NAME")]
    output: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What a model gave.
struct Scores {
    output: String,
    scores: Vec<f64>,
}

/// Scores rows. Gives the exit code: 1 for every outcome but `ok`.
pub(crate) async fn score(arguments: ScoreArguments, out: &mut Out) -> Result<u8, Error> {
    let ScoreArguments { model, rows, output, json } = arguments;
    let scoring = move || {
        let model = folder::read_whole(&model).map_err(Error::read(&model))?;
        run(&model, &rows, &selection(output))
    };
    let scored = tokio::task::spawn_blocking(scoring).await?;
    if json {
        return tell(scored, out);
    }
    for score in scored?.scores {
        out.say(score)?;
    }
    Ok(0)
}

/// Says in JSON how it went; a file that cannot be read is no outcome of a model.
fn tell(scored: Result<Scores, Error>, out: &mut Out) -> Result<u8, Error> {
    let (outcome, error) = match scored {
        Ok(Scores { output, scores }) => {
            out.say(json!({"outcome": "ok", "output": output, "scores": scores}))?;
            return Ok(0);
        }
        Err(Error::Run(error)) => (error.code(), Error::Run(error)),
        Err(error @ Error::Faults(_)) => ("runtime_error", error),
        Err(error) => return Err(error),
    };
    let answer = json!({"outcome": outcome, "output": null, "scores": null, "reason": error.sentence()});
    out.say(answer)?;
    Ok(1)
}

/// A number is a column; everything else a name.
fn selection(output: Option<String>) -> Selection {
    match output.map(|output| output.parse().map_err(|_no_number| output)) {
        None => Selection::Default,
        Some(Ok(column)) => Selection::Column(column),
        Some(Err(name)) => Selection::Output(name),
    }
}

fn run(model: &[u8], rows: &Path, selection: &Selection) -> Result<Scores, Error> {
    let worker = Worker::start(&WorkerProgram::this_program()?, model, &Limits::default())?;
    let mut scorer = ModelScorer::new(worker, selection)?;
    let rows = matrix(scorer.input_map().slots(), rows)?;
    Ok(Scores { output: scorer.output(), scores: scorer.scores(&rows)? })
}

/// The numbers that the model takes, out of a table in which other columns may stand too.
fn matrix(slots: &[Slot], file: &Path) -> Result<Matrix, Error> {
    let name = file.display().to_string();
    let bytes = folder::read_whole(file).map_err(Error::read(file))?;
    let faults =
        |faults: Vec<Fault>| Error::Faults(faults.into_iter().map(|fault| fault.in_file(&name)).collect());
    let bytes = bytes.into();
    let names = lists::column_names(&name, &bytes).map_err(faults)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = slots::columns(slots, &names).map_err(|error| {
        faults(vec![Fault::new(
            "",
            format!("The table does not fit: {error}."),
            "Write the columns it takes.",
        )])
    })?;
    let wanted: Vec<&str> = columns.iter().filter_map(|column| names.get(*column).copied()).collect();
    let table =
        lists::read(&name, &bytes, &Wanted { numbers: &wanted, ..Wanted::default() }).map_err(faults)?;
    let columns: Vec<&[f64]> = wanted.iter().filter_map(|name| table.numbers(name)).collect();
    let cells =
        (0..table.rows()).flat_map(|row| columns.iter().filter_map(move |column| column.get(row).copied()));
    Matrix::new(columns.len(), cells.collect())
        .map_err(|error| faults(vec![Fault::new("", format!("The table does not fit: {error}."), "")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(input: &str, index: Option<usize>) -> Slot {
        Slot { input: input.to_owned(), index }
    }

    fn rows(slots: &[Slot], text: &str) -> Result<Vec<f64>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        matrix(slots, file.path()).map(|rows| rows.values().to_vec()).map_err(|error| error.sentence())
    }

    #[test]
    fn named_inputs_are_fed_by_name_and_matrices_by_the_last_columns() {
        let text = "id,a,b\nx,1,2\ny,3,4\n";

        assert_eq!(rows(&[slot("b", None), slot("a", None)], text).unwrap(), [2.0, 1.0, 4.0, 3.0]);
        assert_eq!(rows(&[slot("m", Some(0)), slot("m", Some(1))], text).unwrap(), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn tables_that_do_not_fit_are_told_with_what_is_missing() {
        for (text, missing) in
            [("a\n1\n", "`b`"), ("a,b\n1,x\n", ":2 b"), ("a,b\n1,nan\n", ":2 b"), ("a,b\n", "no rows")]
        {
            let error = rows(&[slot("a", None), slot("b", None)], text).unwrap_err();
            assert!(error.contains(missing), "{text:?}: {error}");
        }
    }

    #[test]
    fn an_output_is_chosen_by_name_or_column() {
        assert_eq!(selection(None), Selection::Default);
        assert_eq!(selection(Some("2".to_owned())), Selection::Column(2));
        assert_eq!(selection(Some("p[1]".to_owned())), Selection::Output("p[1]".to_owned()));
    }
}
