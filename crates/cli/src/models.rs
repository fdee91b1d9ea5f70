//! The models that a card is measured with, each in a worker of its own, and the measuring itself.

mod others;

use cards::card::{Card, RuntimeFacts};
use cards::measure::{Request, Scorers};
use cards::source::Switch;
use cards::{Bundle, Output};
use domain::{Digest, ReleaseDocument};
use explain::{ScoreError, Scorer};
use ranking::{Limits, ModelScorer, RunError, Selection, WorkerProgram};

use crate::bar;
use crate::error::Error;

use others::Rearranged;
pub(crate) use others::{Other, switched_to};

/// A card to be measured.
pub(crate) struct Task {
    /// The release document.
    pub(crate) document: ReleaseDocument,
    /// SHA-256 of its bytes.
    pub(crate) digest: Digest,
    /// Which card of the repository it is, from 1.
    pub(crate) version: u64,
    /// SHA-256 of the card document before.
    pub(crate) previous: Option<Digest>,
    /// The checked files of the release.
    pub(crate) bundle: Bundle,
    /// The releases that the card switches to, as far as they exist.
    pub(crate) others: Vec<Other>,
}

/// Measures a card, without holding up anything else.
pub(crate) async fn measure(task: Task) -> Result<Card, Error> {
    tokio::task::spawn_blocking(move || measure_here(&task)).await?
}

fn measure_here(task: &Task) -> Result<Card, Error> {
    let mut models = Models::start(task)?;
    let request = Request {
        release: &task.document,
        release_digest: task.digest,
        bundle: &task.bundle,
        slug: None,
        version: task.version,
        previous: task.previous,
    };
    let bar = bar::of_parts("Measuring", 0);
    let card = cards::generate(request, &mut models, &mut |progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    });
    bar.finish_and_clear();
    Ok(card?)
}

/// The release's own model, and whatever a control or the option without profiling switches to.
struct Models<'a> {
    task: &'a Task,
    program: WorkerProgram,
    usual: ModelScorer,
}

impl<'a> Models<'a> {
    fn start(task: &'a Task) -> Result<Self, RunError> {
        let program = WorkerProgram::this_program()?;
        let usual = start(&program, &task.bundle)?;
        Ok(Self { task, program, usual })
    }
}

/// Starts the model of a ranking system.
fn start(program: &WorkerProgram, bundle: &Bundle) -> Result<ModelScorer, RunError> {
    let selection = match &bundle.output {
        Output::Named(name) => Selection::Output(name.clone()),
        Output::Weighted(weights) => Selection::Weights(weights.iter().cloned().collect()),
    };
    ModelScorer::start(program, &bundle.model_bytes, &Limits::default(), &selection)
}

impl Scorers for Models<'_> {
    fn usual(&mut self) -> &mut dyn Scorer {
        &mut self.usual
    }

    fn other(&mut self, instead: &Switch) -> Result<Option<Box<dyn Scorer + '_>>, ScoreError> {
        let here = &self.task.bundle;
        match instead {
            Switch::Output(name) => {
                let selection = Selection::Output(name.clone());
                let bytes = &here.model_bytes;
                Ok(Some(Box::new(ModelScorer::start(&self.program, bytes, &Limits::default(), &selection)?)))
            }
            Switch::Release { repository, version } => {
                let Some(other) = self.task.others.iter().find(|other| other.is(repository, version)) else {
                    return Ok(None);
                };
                let Some(columns) = others::columns_for(&other.bundle, here) else { return Ok(None) };
                let scorer = start(&self.program, &other.bundle)?;
                Ok(Some(Box::new(Rearranged { scorer, columns, given: here.slots.len() })))
            }
        }
    }

    fn runtime(&self) -> RuntimeFacts {
        let facts = self.usual.runtime();
        RuntimeFacts { name: facts.name.to_owned(), version: facts.version.clone() }
    }
}
