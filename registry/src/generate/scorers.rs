//! The models that a card is measured with, each in a worker of its own.

use std::collections::BTreeMap;

use cards::card::RuntimeFacts;
use cards::measure::Scorers;
use cards::source::{Effect, Switch};
use cards::{Bundle, Output};
use domain::{RepositoryName, Version};
use explain::{Matrix, ScoreError, Scorer};
use ranking::{ModelScorer, Selection};
use tokio::runtime::Handle;

use crate::{Actor, Error, Registry};

/// A release by name and version.
type Named = (RepositoryName, Version);

/// The release's own model, and whatever a control or the option without profiling switches to.
pub(super) struct Workers<'a> {
    registry: &'a Registry,
    bundle: &'a Bundle,
    usual: ModelScorer,
    /// Other releases whose models fit; those that do not are not in it.
    others: BTreeMap<Named, Other>,
}

/// A ranking release whose model can order the lists of another.
struct Other {
    bundle: Bundle,
    /// For each input of its model the column of the rows it is given.
    columns: Vec<usize>,
}

impl<'a> Workers<'a> {
    /// Looks up what the card switches to; for a thread that may wait.
    ///
    /// That there is no such release, or that it does not fit, is no error: it cannot be measured then.
    pub(super) fn find(
        registry: &'a Registry,
        bundle: &'a Bundle,
        usual: ModelScorer,
    ) -> Result<Self, Error> {
        let mut others = BTreeMap::new();
        for (repository, version) in named_releases(bundle) {
            if let Some(other) = find_other(registry, bundle, &repository, &version)? {
                others.insert((repository, version), other);
            }
        }
        Ok(Self { registry, bundle, usual, others })
    }
}

/// The other releases that controls and the option without profiling name.
fn named_releases(bundle: &Bundle) -> Vec<Named> {
    let controls = bundle.card.controls.iter().map(|control| &control.effect);
    controls
        .chain(&bundle.card.non_profiling.effect)
        .filter_map(|effect| match effect {
            Effect::Switch(Switch::Release { repository, version }) => {
                Some((repository.clone(), version.clone()))
            }
            _ => None,
        })
        .collect()
}

fn find_other(
    registry: &Registry,
    here: &Bundle,
    repository: &RepositoryName,
    version: &Version,
) -> Result<Option<Other>, Error> {
    let found = Handle::current().block_on(async {
        let release = registry.release(&Actor::Anonymous, repository, version).await?;
        let files = release.document.files.into_iter().map(|file| (file.path.to_string(), file.sha256));
        registry.stored_files(files.filter(|(path, _)| !path.contains('/'))).await
    });
    let files = match found {
        Err(Error::ReleaseNotFound { .. } | Error::RepositoryNotFound { .. }) => return Ok(None),
        found => found?,
    };
    // Another release that is no ranking system, or has other signals, cannot order these lists.
    let Ok(bundle) = cards::check(&files) else { return Ok(None) };
    Ok(columns_for(&bundle, here).map(|columns| Other { bundle, columns }))
}

impl Scorers for Workers<'_> {
    fn usual(&mut self) -> &mut dyn Scorer {
        &mut self.usual
    }

    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        match instead {
            Switch::Output(name) => {
                let Registry(inner) = self.registry;
                let selection = Selection::Output(name.clone());
                let bytes = &self.bundle.model_bytes;
                let scorer = ModelScorer::start(&inner.worker, bytes, &inner.limits.worker, &selection)?;
                Ok(Some(Box::new(scorer)))
            }
            Switch::Release { repository, version } => {
                let Some(other) = self.others.get(&(repository.clone(), version.clone())) else {
                    return Ok(None);
                };
                let scorer = self.registry.start(&other.bundle)?;
                let given = self.bundle.slots.len();
                Ok(Some(Box::new(Rearranged { scorer, columns: other.columns.clone(), given })))
            }
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
    /// Columns of the given rows.
    given: usize,
}

impl Scorer for Rearranged {
    fn inputs(&self) -> usize {
        self.given
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
