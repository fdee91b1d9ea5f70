//! A worker as an [`explain::Scorer`].

use explain::{Matrix, ScoreError, Scorer};

use crate::selection::Score;
use crate::{InputMap, Limits, RunError, RuntimeFacts, Selection, Worker, WorkerProgram};

/// A model, loaded in a worker, that gives one score a row.
#[derive(Debug)]
pub struct ModelScorer {
    worker: Worker,
    score: Score,
}

impl ModelScorer {
    /// Starts a worker and chooses the score.
    ///
    /// # Errors
    /// As [`Worker::start`]; [`RunError::Refused`] also where the selection names no output of the model.
    pub fn start(
        program: &WorkerProgram,
        model: &[u8],
        limits: &Limits,
        selection: &Selection,
    ) -> Result<Self, RunError> {
        Self::new(Worker::start(program, model, limits)?, selection)
    }

    /// Chooses the score of a model that is loaded already.
    ///
    /// # Errors
    /// [`RunError::Refused`] where the selection names no output of the model.
    pub fn new(worker: Worker, selection: &Selection) -> Result<Self, RunError> {
        Ok(Self { score: Score::find(selection, worker.model())?, worker })
    }

    /// The score of every row, finite.
    ///
    /// # Errors
    /// As [`Worker::run`].
    pub fn scores(&mut self, rows: &Matrix) -> Result<Vec<f64>, RunError> {
        let mut scores = Vec::with_capacity(rows.rows());
        let Self { worker, score } = self;
        worker.run_slices(rows, Some(&score.outputs()), |outputs| {
            scores.extend(score.of(&outputs)?);
            Ok(())
        })?;
        Ok(scores)
    }

    /// What to call the score: the name of an output, `name[column]`, or a weighted sum.
    #[must_use]
    pub fn output(&self) -> String {
        self.score.name()
    }

    /// Which column feeds which input.
    #[must_use]
    pub fn input_map(&self) -> &InputMap {
        self.worker.input_map()
    }

    /// What the model says about itself.
    #[must_use]
    pub fn model(&self) -> &onnx::Model {
        self.worker.model()
    }

    /// What runs the model.
    #[must_use]
    pub fn runtime(&self) -> &RuntimeFacts {
        self.worker.runtime()
    }
}

impl Scorer for ModelScorer {
    fn inputs(&self) -> usize {
        self.input_map().columns()
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        Ok(self.scores(rows)?)
    }
}
