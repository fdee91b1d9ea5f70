//! The models that a card is measured with, each in a worker of its own.

use cards::card::RuntimeFacts;
use cards::measure::Scorers;
use cards::source::Switch;
use cards::{Bundle, Output};
use explain::{Matrix, ScoreError, Scorer};
use ranking::{ModelScorer, Selection};
use tokio::runtime::Handle;

use crate::{Actor, Registry};

/// The release's own model, and whatever a control or the option without profiling switches to.
pub(super) struct Workers<'a> {
    registry: &'a Registry,
    bundle: &'a Bundle,
    usual: ModelScorer,
    runtime: Handle,
}

impl<'a> Workers<'a> {
    pub(super) fn new(registry: &'a Registry, bundle: &'a Bundle, usual: ModelScorer) -> Self {
        Self { registry, bundle, usual, runtime: Handle::current() }
    }

    fn other_output(&self, name: &str) -> Result<ModelScorer, ScoreError> {
        let Registry(inner) = self.registry;
        let selection = Selection::Output(name.to_owned());
        let bytes = &self.bundle.model_bytes;
        Ok(ModelScorer::start(&inner.worker, bytes, &inner.limits.worker, &selection)?)
    }

    /// The model of another public release, when its inputs are among the columns here.
    fn other_release(
        &self,
        repository: &domain::RepositoryName,
        version: &domain::Version,
    ) -> Result<Option<Rearranged>, ScoreError> {
        let found = self.runtime.block_on(async {
            let other = self.registry.release(&Actor::Anonymous, repository, version).await?;
            let files = other.document.files.into_iter().map(|file| (file.path.to_string(), file.sha256));
            self.registry.stored_files(files.filter(|(path, _)| !path.contains('/'))).await
        });
        let Ok(files) = found else { return Ok(None) };
        let Ok(other) = cards::check(&files) else { return Ok(None) };
        let Some(columns) = columns_for(&other, self.bundle) else { return Ok(None) };
        let scorer = self.registry.start(&other)?;
        Ok(Some(Rearranged { scorer, columns }))
    }
}

impl Scorers for Workers<'_> {
    fn usual(&mut self) -> &mut dyn Scorer {
        &mut self.usual
    }

    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        match instead {
            Switch::Output(name) => Ok(Some(Box::new(self.other_output(name)?))),
            Switch::Release { repository, version } => match self.other_release(repository, version)? {
                Some(scorer) => Ok(Some(Box::new(scorer))),
                None => Ok(None),
            },
        }
    }

    fn runtime(&self) -> RuntimeFacts {
        let facts = self.usual.runtime();
        RuntimeFacts { name: facts.name.to_owned(), version: facts.version.clone() }
    }
}

/// Which output the words of a card name.
pub(super) fn selection(output: &Output) -> Selection {
    match output {
        Output::Named(name) => Selection::Output(name.clone()),
        Output::Weighted(weights) => Selection::Weights(weights.iter().cloned().collect()),
    }
}

/// For each input of the other model the column here that holds the same signal; `None` when one is missing.
fn columns_for(other: &Bundle, here: &Bundle) -> Option<Vec<usize>> {
    let find = |slot| {
        let wanted = &other.signal(slot)?.column;
        (0..here.slots.len()).find(|slot| here.signal(*slot).is_some_and(|signal| signal.column == *wanted))
    };
    (0..other.slots.len()).map(find).collect()
}

/// A model whose inputs stand in another order than the rows it is given.
struct Rearranged {
    scorer: ModelScorer,
    /// For each input the column of the given rows.
    columns: Vec<usize>,
}

impl Scorer for Rearranged {
    fn inputs(&self) -> usize {
        self.columns.iter().max().map_or(0, |most| most + 1)
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let cell = |row: &[f64], column: usize| row.get(column).copied().unwrap_or(f64::NAN);
        let values =
            rows.iter_rows().flat_map(|row| self.columns.iter().map(move |column| cell(row, *column)));
        let values: Vec<f64> = values.collect();
        let rows = Matrix::new(self.columns.len(), values)
            .map_err(|error| ScoreError { code: "runtime_error", reason: error.to_string() })?;
        self.scorer.score(&rows)
    }
}
