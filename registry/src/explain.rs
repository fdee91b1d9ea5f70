//! Explaining the scores and the order of a published model.

mod answers;
mod rows;

use std::sync::Arc;
use std::time::Instant;

use cards::report::{self, OutputChoice, Question, Report, Request, Runtime};
use cards::{Bundle, Fault, Output};
use domain::{RepositoryName, Version};
use explain::{Means, ScoreError, Scorer, TABLE_BYTES};
use ranking::{ModelScorer, Selection};

pub(crate) use answers::Answers;
use answers::Key;
pub use rows::{Given, Source};

use crate::files::{StoredFiles, on_thread};
use crate::{Actor, Error, Registry};

/// Bytes of tables that are kept for later questions: those of two large models.
pub(crate) const SHELF_BYTES: usize = 2 * TABLE_BYTES;

/// What is asked about a release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// What is to be explained, and how. The order is that of the card.
    pub request: Request,
    /// The output; `Usual` is the one that orders the lists of the card.
    pub output: OutputChoice,
    /// The rows that are explained.
    pub rows: Source,
    /// The rows they are compared with; of the reference lists as many as are drawn.
    pub background: Source,
    /// Only this list.
    pub list: Option<String>,
    /// Rows of the background: how many are drawn from the reference lists (100 where nobody says how many), or the
    /// first of the given ones.
    pub background_rows: Option<usize>,
    /// Columns that say to which group a row belongs; those of the card where it is empty.
    pub groups: Vec<String>,
}

/// Why there is no report.
enum Refusal {
    Bundle(Vec<Fault>),
    Report(report::Error),
}

impl From<report::Error> for Refusal {
    fn from(error: report::Error) -> Self {
        Self::Report(error)
    }
}

impl From<Vec<Fault>> for Refusal {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Report(faults.into())
    }
}

impl Registry {
    /// Explains a ranking release, with its model in the worker and within the limits for rows and time. A question that
    /// was asked lately is answered from memory.
    ///
    /// # Errors
    /// [`Error::ReleaseNotFound`], [`Error::NoModel`], [`Error::RowsRefused`], [`Error::RunFailed`] (`limit_wall` when
    /// it takes longer than it may), [`Error::Busy`].
    pub async fn explain(
        &self,
        actor: &Actor,
        name: &RepositoryName,
        version: &Version,
        asked: Asked,
    ) -> Result<Arc<Report>, Error> {
        let files = self.ranking_files(actor, name, version).await?;
        // Rows that come with a question are not kept: they may be large, and are hardly asked about again.
        let sources = [&asked.rows, &asked.background];
        let question = sources
            .into_iter()
            .all(|source| *source == Source::Reference)
            .then(|| Key { files: files.digests(), asked: asked.clone() });
        if let Some(known) = question.as_ref().and_then(|question| self.0.answers.of(question)) {
            return Ok(known);
        }
        let place = self.model_place().await?;
        let registry = self.clone();
        let explained = on_thread(move || {
            let _place = place;
            registry.explain_here(&files, asked)
        });
        let report = Arc::new(explained.await?.map_err(refused)?);
        if let Some(question) = question {
            self.0.answers.keep(question, &report);
        }
        Ok(report)
    }

    fn explain_here(&self, files: &StoredFiles, asked: Asked) -> Result<Report, Refusal> {
        let until = Instant::now() + self.limits().explain_wall;
        let bundle = cards::check(files).map_err(Refusal::Bundle)?;
        let question = self.question(&bundle, asked)?;
        let stop = || Instant::now() >= until;
        let means = Means { threads: 1, table_bytes: TABLE_BYTES, stop: &stop };
        let mut report =
            report::answer(&question, &mut Models { registry: self, bundle: &bundle }, &means, &|| 0.0)?;
        report.timings = None;
        Ok(report)
    }

    fn question<'a>(&'a self, bundle: &'a Bundle, asked: Asked) -> Result<Question<'a>, Refusal> {
        let sheet = rows::asked_about(bundle, &asked, self.limits().explain_rows)?;
        let background = rows::compared_with(bundle, &asked, self.limits().explain_background)?;
        let output = match (asked.output, &bundle.output) {
            (OutputChoice::Usual, Output::Named(name)) => OutputChoice::Named(name.clone()),
            (OutputChoice::Usual, Output::Weighted(weights)) => OutputChoice::Weights(weights.clone()),
            (chosen, _) => chosen,
        };
        let request = Request { order: bundle.card.model.order, ..asked.request };
        let names = Some(rows::names(bundle));
        Ok(Question {
            request,
            sheet,
            background,
            output,
            names,
            model: &bundle.model_bytes,
            shelf: Some(&self.0.shelf),
        })
    }
}

/// The model of a release, each time in a new worker.
struct Models<'a> {
    registry: &'a Registry,
    bundle: &'a Bundle,
}

impl Runtime for Models<'_> {
    fn scorer(&mut self, output: &OutputChoice) -> Result<(String, Box<dyn Scorer>), ScoreError> {
        let selection = match output {
            OutputChoice::Usual => Selection::Default,
            OutputChoice::Column(column) => Selection::Column(*column),
            OutputChoice::Named(name) => Selection::Output(name.clone()),
            OutputChoice::Weights(weights) => Selection::Weights(weights.iter().cloned().collect()),
        };
        let Registry(inner) = self.registry;
        let model = &self.bundle.model_bytes;
        let scorer = ModelScorer::start(&inner.worker, model, &inner.limits.worker, &selection)?;
        Ok((scorer.output(), Box::new(scorer)))
    }
}

fn refused(refusal: Refusal) -> Error {
    let stopped = |code, reason: String| Error::RunFailed { code, reason };
    match refusal {
        Refusal::Bundle(faults) => Error::Unpublishable(faults),
        Refusal::Report(report::Error::Faults(faults)) => Error::RowsRefused(faults),
        Refusal::Report(report::Error::Refused(refusal)) => stopped("refused_static", refusal.to_string()),
        Refusal::Report(report::Error::Explain(explain::Error::Score(error))) => {
            stopped(error.code, error.reason)
        }
        Refusal::Report(report::Error::Explain(error @ explain::Error::Stopped)) => {
            stopped("limit_wall", error.to_string())
        }
        Refusal::Report(report::Error::Explain(error)) => unanswerable(error.to_string()),
        Refusal::Report(report::Error::Impossible(sentence)) => unanswerable(sentence),
        Refusal::Report(report::Error::Json(error)) => stopped("bad_output", error.to_string()),
    }
}

/// The question itself does not fit the model or the rows.
fn unanswerable(wrong: String) -> Error {
    Error::RowsRefused(vec![Fault::new("", wrong, "Ask for something else, or give other rows.")])
}
