//! The models that a card is measured with, each in a worker of its own.

use std::cell::Cell;
use std::rc::Rc;

use cards::card::RuntimeFacts;
use cards::measure::Scorers;
use cards::source::Switch;
use cards::{Bundle, Output};
use explain::{Matrix, ScoreError, Scorer};
use ranking::{Limits, ModelScorer, RunError, Selection, WorkerProgram};

use super::others::{Other, Others};

/// The release's own model, and whatever a control or the option without profiling switches to.
pub struct Models<'a> {
    program: &'a WorkerProgram,
    limits: &'a Limits,
    here: &'a Bundle,
    others: Others,
    usual: Model,
    /// Whether this machine was to blame for an error.
    ours: Rc<Cell<bool>>,
}

impl<'a> Models<'a> {
    /// Starts the model of a release. The others are started when they are asked for; a switch to a release that is
    /// not among them is not available.
    ///
    /// # Errors
    /// [`RunError`] when the model does not start.
    pub fn start(
        program: &'a WorkerProgram,
        limits: &'a Limits,
        here: &'a Bundle,
        others: Others,
    ) -> Result<Self, RunError> {
        let scorer = ModelScorer::start(program, &here.model_bytes, limits, &selection(&here.output))?;
        let ours = Rc::new(Cell::new(false));
        let usual = Model { scorer, rearranged: None, ours: Rc::clone(&ours) };
        Ok(Self { program, limits, here, others, usual, ours })
    }

    /// What runs the release's own model.
    #[must_use]
    pub fn runs_in(&self) -> &ranking::RuntimeFacts {
        self.usual.scorer.runtime()
    }

    /// Whether this machine, and not a model, was to blame for an error: measuring again may succeed.
    #[must_use]
    pub fn machine_failed(&self) -> bool {
        self.ours.get()
    }

    fn start_other(
        &self,
        (model, selection): (&[u8], &Selection),
        rearranged: Option<Rearranged>,
    ) -> Result<Option<Box<dyn Scorer>>, ScoreError> {
        let scorer = ModelScorer::start(self.program, model, self.limits, selection);
        let scorer = scorer.map_err(|error| blame(&self.ours, error))?;
        Ok(Some(Box::new(Model { scorer, rearranged, ours: Rc::clone(&self.ours) })))
    }
}

impl Scorers for Models<'_> {
    fn usual(&mut self) -> &mut dyn Scorer {
        &mut self.usual
    }

    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        match instead {
            Switch::Output(name) => {
                self.start_other((&self.here.model_bytes, &Selection::Output(name.clone())), None)
            }
            Switch::Release { repository, version } => {
                let Some(other) = self.others.get(&(repository.clone(), version.clone())) else {
                    return Ok(None);
                };
                let Other { model, output, columns } = other;
                let rearranged = Rearranged { columns: columns.clone(), given: self.here.slots.len() };
                self.start_other((model, &selection(output)), Some(rearranged))
            }
        }
    }

    fn runtime(&self) -> RuntimeFacts {
        let facts = self.runs_in();
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

/// Notes whether this machine is to blame.
fn blame(ours: &Cell<bool>, error: RunError) -> ScoreError {
    ours.set(ours.get() || error.is_ours());
    error.into()
}

/// A model at work.
struct Model {
    scorer: ModelScorer,
    /// `None`: it takes the rows as they are.
    rearranged: Option<Rearranged>,
    ours: Rc<Cell<bool>>,
}

/// How the rows of a release become those of another.
struct Rearranged {
    /// For each input of the other model the column of the given rows.
    columns: Vec<usize>,
    /// Columns of the given rows; the model need not use them all.
    given: usize,
}

impl Scorer for Model {
    fn inputs(&self) -> usize {
        match &self.rearranged {
            Some(rearranged) => rearranged.given,
            None => self.scorer.inputs(),
        }
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let scores = match &self.rearranged {
            Some(rearranged) => {
                let rows = rearranged
                    .rows(rows)
                    .map_err(|error| ScoreError { code: "runtime_error", reason: error.to_string() })?;
                self.scorer.scores(&rows)
            }
            None => self.scorer.scores(rows),
        };
        scores.map_err(|error| blame(&self.ours, error))
    }
}

impl Rearranged {
    fn rows(&self, given: &Matrix) -> Result<Matrix, explain::Error> {
        let cell = |row: &[f64], column: usize| row.get(column).copied().unwrap_or(f64::NAN);
        let values =
            given.iter_rows().flat_map(|row| self.columns.iter().map(move |column| cell(row, *column)));
        Matrix::new(self.columns.len(), values.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_given_in_the_other_models_order() {
        let rows = Matrix::new(3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let rearranged = Rearranged { columns: vec![2, 0], given: 3 };

        assert_eq!(rearranged.rows(&rows).unwrap().values(), [3.0, 1.0, 6.0, 4.0]);
    }
}
