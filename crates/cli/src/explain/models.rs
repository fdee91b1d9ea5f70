//! The workers that answer for a model, as many as there are threads.

use std::time::Duration;

use cards::report::{OutputChoice, Runtime};
use explain::{Matrix, ScoreError, Scorer};
use ranking::{Limits, ModelScorer, RunError, Selection, WorkerProgram};

/// Most processor time of one worker: explaining a model from outside may ask for many millions of scores.
const JOB_CPU: Duration = Duration::from_hours(24);
/// Rows below which one worker answers alone.
const FEW_ROWS: usize = 1024;

/// Starts workers for a model.
pub(super) struct Workers<'a> {
    program: WorkerProgram,
    limits: Limits,
    model: &'a [u8],
    threads: usize,
}

impl<'a> Workers<'a> {
    pub(super) fn new(model: &'a [u8], threads: usize) -> Result<Self, RunError> {
        let limits = Limits { job_cpu: JOB_CPU, ..Limits::default() };
        Ok(Self { program: WorkerProgram::this_program()?, limits, model, threads })
    }
}

impl Runtime for Workers<'_> {
    fn scorer(&mut self, output: &OutputChoice) -> Result<(String, Box<dyn Scorer>), ScoreError> {
        let selection = selection(output);
        let first = ModelScorer::start(&self.program, self.model, &self.limits, &selection)?;
        let name = first.output();
        let mut scorers = vec![first];
        for _ in 1..self.threads {
            scorers.push(ModelScorer::start(&self.program, self.model, &self.limits, &selection)?);
        }
        Ok((name, Box::new(Together { scorers })))
    }
}

fn selection(output: &OutputChoice) -> Selection {
    match output {
        OutputChoice::Usual => Selection::Default,
        OutputChoice::Column(column) => Selection::Column(*column),
        OutputChoice::Named(name) => Selection::Output(name.clone()),
        OutputChoice::Weights(weights) => Selection::Weights(weights.iter().cloned().collect()),
    }
}

/// Several workers with the same model; each scores a part of the rows.
struct Together {
    scorers: Vec<ModelScorer>,
}

impl Scorer for Together {
    fn inputs(&self) -> usize {
        self.scorers.first().map_or(0, Scorer::inputs)
    }

    fn score(&mut self, rows: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let workers = self.scorers.len().max(1);
        if workers == 1 || rows.rows() < FEW_ROWS {
            return self.scorers.first_mut().map_or_else(|| Ok(Vec::new()), |scorer| scorer.score(rows));
        }
        // Whole calls of the runtime, so that each row is scored beside the rows it would stand beside in one worker.
        let part = rows.rows().div_ceil(workers).next_multiple_of(ranking::ROWS_PER_CALL) * rows.columns();
        let parts = rows.values().chunks(part).map(|values| Matrix::new(rows.columns(), values.to_vec()));
        let parts = parts.collect::<Result<Vec<Matrix>, _>>();
        let parts = parts.map_err(|error| ScoreError { code: "runtime_error", reason: error.to_string() })?;
        let scores = std::thread::scope(|scope| {
            let work = self.scorers.iter_mut().zip(&parts);
            let running: Vec<_> =
                work.map(|(scorer, rows)| scope.spawn(move || scorer.score(rows))).collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_panic| Err(lost())))
                .collect::<Vec<_>>()
        });
        let scores = scores.into_iter().collect::<Result<Vec<Vec<f64>>, _>>()?;
        Ok(scores.concat())
    }
}

fn lost() -> ScoreError {
    ScoreError {
        code: "crashed",
        reason: "a thread that asked the model ended before it was done".to_owned(),
    }
}
