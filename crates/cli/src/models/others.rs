//! Other releases that order the same lists.

use cards::Bundle;
use cards::source::{Effect, Switch, SystemCard};
use domain::{RepositoryName, Version};
use explain::{Matrix, ScoreError, Scorer};
use ranking::ModelScorer;

use crate::evidence::ReleaseName;

/// Another release that a card switches to.
pub(crate) struct Other {
    /// Its name.
    pub(crate) name: ReleaseName,
    /// Its checked files.
    pub(crate) bundle: Bundle,
}

impl Other {
    /// Whether it is this release.
    pub(super) fn is(&self, repository: &RepositoryName, version: &Version) -> bool {
        self.name.repository == *repository && self.name.version == *version
    }
}

/// The releases that the controls and the option without profiling switch to, each once.
pub(crate) fn switched_to(card: &SystemCard) -> Vec<ReleaseName> {
    let effects = card.controls.iter().map(|control| &control.effect).chain(&card.non_profiling.effect);
    let mut names = Vec::new();
    for effect in effects {
        if let Effect::Switch(Switch::Release { repository, version }) = effect {
            let name = ReleaseName { repository: repository.clone(), version: version.clone() };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// For each input of the other model the column here that holds the same signal; `None` when one is missing.
pub(super) fn columns_for(other: &Bundle, here: &Bundle) -> Option<Vec<usize>> {
    let find = |slot| {
        let wanted = &other.signal(slot)?.column;
        (0..here.slots.len()).find(|slot| here.signal(*slot).is_some_and(|signal| signal.column == *wanted))
    };
    (0..other.slots.len()).map(find).collect()
}

/// A model whose inputs stand in another order than the rows it is given.
pub(super) struct Rearranged {
    /// The other model.
    pub(super) scorer: ModelScorer,
    /// For each of its inputs the column of the given rows.
    pub(super) columns: Vec<usize>,
    /// Columns of the given rows.
    pub(super) given: usize,
}

impl Scorer for Rearranged {
    fn inputs(&self) -> usize {
        self.given
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let rows = rearranged(rows, &self.columns)
            .map_err(|error| ScoreError { code: "runtime_error", reason: error.to_string() })?;
        self.scorer.score(&rows)
    }
}

fn rearranged(rows: &Matrix, columns: &[usize]) -> Result<Matrix, explain::Error> {
    let cell = |row: &[f64], column: usize| row.get(column).copied().unwrap_or(f64::NAN);
    let values = rows.iter_rows().flat_map(|row| columns.iter().map(move |column| cell(row, *column)));
    Matrix::new(columns.len(), values.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_given_in_the_other_models_order() {
        let rows = Matrix::new(3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();

        assert_eq!(rearranged(&rows, &[2, 0]).unwrap().values(), [3.0, 1.0, 6.0, 4.0]);
    }
}
