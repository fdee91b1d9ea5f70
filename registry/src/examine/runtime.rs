//! Models in workers, as an examination asks for them.

use std::time::{Duration, Instant};

use cards::card::RuntimeFacts;
use cards::examination::{RunFailure, TensorModel, TensorRuntime};
use onnx::values::Values;
use ranking::{Limits, RunError, TensorWorker, WorkerProgram};

use super::{ExaminationRun, facts};

/// Runs each model of an examination in a worker of its own, and notes how long answers take.
pub struct Runtime<'a> {
    program: &'a WorkerProgram,
    limits: &'a Limits,
    facts: Option<RuntimeFacts>,
    took: Vec<Duration>,
}

impl<'a> Runtime<'a> {
    /// Nothing runs yet.
    #[must_use]
    pub const fn new(program: &'a WorkerProgram, limits: &'a Limits) -> Self {
        Self { program, limits, facts: None, took: Vec::new() }
    }

    /// How fast answers came, on a processor of this class.
    #[must_use]
    pub fn run(&self, cpu: String) -> ExaminationRun {
        let mut took = self.took.clone();
        took.sort_unstable();
        let part = |hundredths: usize| {
            let at = (took.len() * hundredths).div_ceil(100).saturating_sub(1);
            took.get(at).map(|took| (took.as_secs_f64() * 1e6).round() / 1e3)
        };
        ExaminationRun {
            cpu,
            answers: u64::try_from(took.len()).unwrap_or(u64::MAX),
            median_milliseconds: part(50),
            p95_milliseconds: part(95),
        }
    }
}

impl TensorRuntime for Runtime<'_> {
    fn start(&mut self, model: &[u8]) -> Result<Box<dyn TensorModel + '_>, RunFailure> {
        let worker =
            TensorWorker::start(self.program, model, self.limits).map_err(|error| failure(&error))?;
        self.facts.get_or_insert_with(|| facts(worker.runtime()));
        Ok(Box::new(Model { worker, took: &mut self.took }))
    }

    fn facts(&self) -> Option<RuntimeFacts> {
        self.facts.clone()
    }
}

/// A model at work.
struct Model<'a> {
    worker: TensorWorker,
    took: &'a mut Vec<Duration>,
}

impl TensorModel for Model<'_> {
    fn call(&mut self, inputs: &[(String, Values)]) -> Result<Vec<(String, Values)>, RunFailure> {
        let began = Instant::now();
        let answers = self.worker.call(inputs).map_err(|error| failure(&error));
        if answers.is_ok() {
            self.took.push(began.elapsed());
        }
        answers
    }
}

fn failure(error: &RunError) -> RunFailure {
    RunFailure { code: error.code().to_owned(), text: format!("{error}."), ours: error.is_ours() }
}
