//! Running a published model on a few rows.

use std::sync::Arc;
use std::time::Duration;

use cards::{Bundle, Fault};
use domain::{RepositoryName, Version};
use explain::Matrix;
use ranking::RunError;
use tokio::sync::OwnedSemaphorePermit;

use crate::authorize::Action;
use crate::files::{StoredFiles, on_thread};
use crate::{Actor, Error, Registry};

/// How long to wait for a place to run a model.
const PATIENCE: Duration = Duration::from_secs(2);

/// Rows to score.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Names of the columns: those of the reference lists, or the ids of the signals.
    pub columns: Vec<String>,
    /// One value a column in each row.
    pub rows: Vec<Vec<f64>>,
}

/// What a model gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Name of the output.
    pub output: String,
    /// One score a row.
    pub scores: Vec<f64>,
}

/// Why there are no scores.
enum Refusal {
    Bundle(Vec<Fault>),
    Rows(Vec<Fault>),
    Run(RunError),
}

impl Registry {
    /// Runs the model of a ranking release on a few rows, in the worker and within its limits.
    ///
    /// # Errors
    /// [`Error::ReleaseNotFound`], [`Error::NoModel`], [`Error::RowsRefused`], [`Error::RunFailed`], [`Error::Busy`].
    pub async fn score(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
        rows: Rows,
    ) -> Result<Scores, Error> {
        let files = self.ranking_files(actor, name, version).await?;
        let faults = shape_faults(&rows, self.limits().score_rows);
        if !faults.is_empty() {
            return Err(Error::RowsRefused(faults));
        }
        let place = self.model_place().await?;
        let registry = self.clone();
        let scored = on_thread(move || {
            let _place = place;
            registry.run_rows(&files, &rows)
        });
        scored.await?.map_err(|refusal| match refusal {
            Refusal::Bundle(faults) => Error::Unpublishable(faults),
            Refusal::Rows(faults) => Error::RowsRefused(faults),
            Refusal::Run(error) => Error::RunFailed { code: error.code(), reason: error.to_string() },
        })
    }

    /// The files at the root of a release that is a ranking system.
    pub(crate) async fn ranking_files(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
    ) -> Result<StoredFiles, Error> {
        let place = self.place(actor, Action::See, name).await?;
        self.may_read(actor, &place).await?;
        let release = self.release(actor, name, version).await?;
        let document = release.document;
        let paths: Vec<&str> = document.files.iter().map(|file| file.path.as_str()).collect();
        if !cards::is_ranking(&paths) {
            return Err(Error::NoModel { repository: document.repository.name, version: version.clone() });
        }
        let files = document.files.into_iter().map(|file| (file.path.to_string(), file.sha256));
        self.stored_files(files.filter(|(path, _)| !path.contains('/'))).await
    }

    /// A place to run a model, waited for only a little.
    pub(crate) async fn model_place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = Arc::clone(&self.0.places).acquire_owned();
        match tokio::time::timeout(PATIENCE, place).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(closed)) => Err(Error::TaskLost { source: Box::new(closed) }),
            Err(_elapsed) => Err(Error::Busy { retry_seconds: 2 }),
        }
    }

    fn run_rows(&self, files: &StoredFiles, rows: &Rows) -> Result<Scores, Refusal> {
        let bundle = cards::check(files).map_err(Refusal::Bundle)?;
        let matrix = matrix(&bundle, rows).map_err(Refusal::Rows)?;
        let mut model = self.start(&bundle).map_err(Refusal::Run)?;
        let scores = model.scores(&matrix).map_err(Refusal::Run)?;
        Ok(Scores { output: model.output(), scores })
    }
}

/// What is wrong with the rows whatever the model.
fn shape_faults(rows: &Rows, most: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    if rows.rows.is_empty() || rows.rows.len() > most {
        let wrong = format!("There are {} rows.", rows.rows.len());
        faults.push(Fault::new("rows", wrong, format!("Send 1 to {most} rows.")));
    }
    for (place, row) in rows.rows.iter().enumerate() {
        if row.len() != rows.columns.len() {
            let wrong = format!("The row has {} values for {} columns.", row.len(), rows.columns.len());
            faults.push(Fault::new(format!("rows[{place}]"), wrong, "Give one value for each column."));
        } else if row.iter().any(|value| !value.is_finite()) {
            let right = "Give finite numbers only.";
            faults.push(Fault::new(format!("rows[{place}]"), "A value is not finite.", right));
        }
    }
    faults
}

/// The rows with their columns in the order of the model's inputs. Other columns are carried along by whoever asks.
fn matrix(bundle: &Bundle, rows: &Rows) -> Result<Matrix, Vec<Fault>> {
    let mut columns = Vec::with_capacity(bundle.slots.len());
    let mut faults = Vec::new();
    for slot in 0..bundle.slots.len() {
        let Some(signal) = bundle.signal(slot) else { continue };
        let here = |name: &String| *name == signal.column || *name == signal.id;
        match rows.columns.iter().position(here) {
            Some(column) => columns.push(column),
            None => faults.push(Fault::new(
                "columns",
                format!("The column `{}` is missing.", signal.column),
                "Give a column for each signal of the model.",
            )),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let values =
        rows.rows.iter().flat_map(|row| columns.iter().filter_map(|column| row.get(*column).copied()));
    Matrix::new(columns.len(), values.collect())
        .map_err(|error| vec![Fault::new("rows", error.to_string(), "Give one value for each column.")])
}
