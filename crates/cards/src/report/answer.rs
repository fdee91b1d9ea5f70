//! From a question about a table to its report.

use domain::Digest;
use explain::{Matrix, Means, Players, ScoreError, Scorer};

use super::document::{Answer, ModelFacts, Report, TableFacts, Timings};
use super::opening::Opening;
use super::shelf::Shelf;
use super::{Grain, Method, Names, OutputChoice, Quantity, Request, Sheet};
use crate::Fault;

/// Runs the model that is explained.
pub trait Runtime {
    /// The name of an output, and what gives its value to rows.
    ///
    /// # Errors
    /// [`ScoreError`] where the model has no such output, or cannot be run.
    fn scorer(&mut self, output: &OutputChoice) -> Result<(String, Box<dyn Scorer>), ScoreError>;
}

/// Everything that an answer depends on.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// What is asked.
    pub request: Request,
    /// The rows that are explained.
    pub sheet: Sheet,
    /// The rows they are compared with.
    pub background: Option<Sheet>,
    /// The output that is explained.
    pub output: OutputChoice,
    /// What the signals are called.
    pub names: Option<Names>,
    /// The file of the model.
    pub model: &'a [u8],
    /// Where what was made ready for a model and a background is kept for the next question.
    pub shelf: Option<&'a Shelf>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows, the background or the names do not fit the model or the question.
    #[error("{}", sentences(.0))]
    Faults(Vec<Fault>),
    /// The model is refused before it is run.
    #[error("the model is refused: {0}")]
    Refused(#[from] onnx::Refusal),
    /// The model could not be run, or the numbers cannot be had in the way that was asked for.
    #[error(transparent)]
    Explain(#[from] explain::Error),
    /// The question makes no sense for this model or these rows.
    #[error("{0}")]
    Impossible(String),
    /// What was found cannot be written.
    #[error("the report cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<ScoreError> for Error {
    fn from(error: ScoreError) -> Self {
        Self::Explain(error.into())
    }
}

impl From<Vec<Fault>> for Error {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

fn sentences(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// What a quantity found.
pub(super) struct Found {
    /// How the numbers were found.
    pub(super) method: String,
    /// Whether they carry no error of chance.
    pub(super) exact: bool,
    /// The numbers.
    pub(super) answer: Answer,
}

impl Found {
    /// Entries found in one way.
    pub(super) fn results<T: serde::Serialize>(
        (method, exact): (impl Into<String>, bool),
        entries: &[T],
    ) -> Result<Self, Error> {
        let results = entries.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        Ok(Self { method: method.into(), exact, answer: Answer::Results { results, changes: Vec::new() } })
    }
}

/// A question whose model is open and whose rows are rounded to what the model sees.
pub(super) struct Work<'a> {
    pub(super) request: &'a Request,
    pub(super) names: Option<&'a Names>,
    pub(super) sheet: Sheet,
    /// `None` where there is none, and none is needed.
    pub(super) background: Option<Matrix>,
    pub(super) players: Players,
    pub(super) player_names: Vec<String>,
    pub(super) model: Opening,
    pub(super) means: &'a Means<'a>,
    pub(super) shelf: Option<&'a Shelf>,
    pub(super) model_sha256: Digest,
    pub(super) watch: &'a dyn Fn() -> f64,
    /// Seconds spent on what is made once for a model and a background.
    pub(super) prepare_s: f64,
    /// Hybrids that were scored to share out scores.
    pub(super) evaluations: Option<u64>,
    pub(super) notes: Vec<String>,
}

/// Answers a question. `watch` gives the seconds since any fixed moment.
///
/// # Errors
/// [`Error`], each with a sentence that says what would be right.
pub fn answer(
    question: &Question<'_>,
    runtime: &mut dyn Runtime,
    means: &Means<'_>,
    watch: &dyn Fn() -> f64,
) -> Result<Report, Error> {
    let started = watch();
    let Question { request, names, .. } = question;
    if let Some(background) = &question.background {
        question.sheet.fits(background)?;
    }
    let (model, sheet, background) = Opening::of(question, runtime)?;
    let (player_names, players) = players(request.players, names.as_ref(), &sheet)?;
    let verified = watch();
    let mut work = Work {
        request,
        names: names.as_ref(),
        sheet,
        background,
        players,
        player_names,
        model,
        means,
        shelf: question.shelf,
        model_sha256: Digest::of(question.model),
        watch,
        prepare_s: 0.0,
        evaluations: None,
        notes: Vec::new(),
    };
    work.note_saturation();
    let found = work.find(runtime)?;
    let compute_s = watch() - verified - work.prepare_s;
    let timings = Timings { read_s: 0.0, verify_s: verified - started, prepare_s: work.prepare_s, compute_s };
    Ok(work.report(found, timings))
}

/// Who shares numbers out: every column for itself, or the groups in the order of their ids and behind them, each for
/// itself, the signals of no group.
fn players(grain: Grain, names: Option<&Names>, sheet: &Sheet) -> Result<(Vec<String>, Players), Error> {
    let columns = sheet.columns.len();
    let Some(names) = names.filter(|_| grain == Grain::Groups) else {
        return match grain {
            Grain::Signals => Ok((sheet.columns.clone(), Players::each(columns))),
            Grain::Groups => {
                Err(Error::Impossible("there are no groups; name the signals and their groups".to_owned()))
            }
        };
    };
    let (mut labels, mut sets) = (Vec::new(), Vec::new());
    for group in names.sorted_groups() {
        let members =
            (0..).zip(&names.signals).filter(|(_, signal)| signal.group.as_ref() == Some(&group.id));
        labels.push(group.name());
        sets.push(members.map(|(column, _)| column).collect());
    }
    for (column, signal) in (0..).zip(&names.signals).filter(|(_, signal)| signal.group.is_none()) {
        labels.push(signal.key.clone());
        sets.push(vec![column]);
    }
    Ok((labels, Players::new(columns, sets)?))
}

impl Work<'_> {
    fn find(&mut self, runtime: &mut dyn Runtime) -> Result<Found, Error> {
        let along =
            matches!(self.request.quantity, Quantity::Score | Quantity::Importance | Quantity::Predictions);
        if self.request.method == Method::PathDependent && !along {
            let quantity = self.request.quantity;
            return Err(Error::Impossible(format!(
                "the method path-dependent explains scores; ask for `{quantity}` with another method"
            )));
        }
        match self.request.quantity {
            Quantity::Score => self.score(),
            Quantity::Pair => self.pair(),
            Quantity::Place | Quantity::Topk => self.places(),
            Quantity::List => self.list(),
            Quantity::Report => self.whole(),
            Quantity::Importance => self.importance(),
            Quantity::Predictions => self.predictions(runtime),
            Quantity::Dependence => self.dependence(),
            Quantity::Counterfactual => self.counterfactual(),
            Quantity::Direction => self.direction(),
            Quantity::Stability => self.stability(),
            Quantity::Position => self.position(),
            Quantity::Manipulability => self.manipulability(),
            Quantity::Exposure => self.exposure(),
            Quantity::Diversity => self.diversity(),
            Quantity::Reach => self.reach(),
            Quantity::Quality => self.quality(),
        }
    }

    /// The background, or an error that says that there must be one.
    pub(super) fn background(&self) -> Result<&Matrix, Error> {
        self.background.as_ref().filter(|background| background.rows() > 0).ok_or_else(|| {
            let quantity = self.request.quantity;
            Error::Impossible(format!(
                "`{quantity}` compares rows with others; give a background of at least one row"
            ))
        })
    }

    /// Says so where the scores can hardly order a list.
    fn note_saturation(&mut self) {
        const FEW: usize = 2;
        let mut seen: Vec<f64> = Vec::new();
        for score in &self.model.scores {
            if seen.len() <= FEW && !seen.iter().any(|known| explain::places::tied(*known, *score)) {
                seen.push(*score);
            }
        }
        let rows = self.model.scores.len();
        if rows > 2 * FEW && seen.len() <= FEW {
            let values: Vec<String> = seen.iter().map(f64::to_string).collect();
            self.notes.push(format!(
                "All {rows} rows have the score {}: this output can hardly order a list. It may be a ranking model that \
                 was turned into a classifier when it was converted; explain the output before its last function, or \
                 convert the model again.",
                values.join(" or ")
            ));
        }
    }

    fn report(self, found: Found, timings: Timings) -> Report {
        Report {
            quantity: self.request.quantity,
            method: found.method,
            exact: found.exact,
            players: self.player_names,
            output: self.model.output,
            opened: self.model.form.is_some(),
            why: self.model.why,
            checked_rows: self.model.checked_rows,
            model: ModelFacts { sha256: self.model_sha256 },
            table: TableFacts::of(&self.sheet.numbers),
            background: self.background.as_ref().map(TableFacts::of),
            seed: self.request.seed,
            evaluations: self.evaluations,
            notes: self.notes,
            answer: found.answer,
            timings: Some(timings),
        }
    }
}
