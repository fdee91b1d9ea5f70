//! ONNX Runtime: the library, a model, one call.

use std::io;
use std::path::Path;

use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue, SessionOutputs};

use super::Complaint;
use super::numbers::{fill, fill_whole, read_output, read_whole};
use crate::message::{Failure, Feed, Load, Part, RanHead};

/// The loaded library.
pub(super) struct Runtime(Environment);

impl Runtime {
    /// Loads the library and makes its environment. Runs before the lock-down: the library reads files for it.
    pub(super) fn load(library: &Path) -> io::Result<Self> {
        let builder = ort::init_from(library).map_err(io::Error::other)?;
        let environment = builder.with_name("rank-worker").with_telemetry(false).build();
        environment.map(Self).map_err(io::Error::other)
    }

    /// Opens a model from its bytes.
    pub(super) fn open(&self, bytes: &[u8], load: Load) -> Result<Model, Complaint> {
        let session = self.session(bytes).map_err(|error| Complaint::of_runtime(Failure::Load, &error))?;
        let inputs = session.inputs();
        let known = |feed: &Feed| inputs.iter().any(|input| input.name() == feed.input);
        if load.feeds.len() != inputs.len() || !load.feeds.iter().all(known) {
            let text = "ONNX Runtime sees other inputs in the model than its file declares";
            return Err(Complaint::new(Failure::Load, text));
        }
        let Load { feeds, columns, rows_per_call, .. } = load;
        // One row at a time cannot see another.
        let independent = rows_per_call <= 1;
        Ok(Model { session, feeds, columns, rows_per_call: rows_per_call.max(1), independent })
    }

    /// Everything that decides about the numbers: see [`crate::OPTIMISATION`].
    fn session(&self, bytes: &[u8]) -> ort::Result<Session> {
        Session::builder(&self.0)?
            .with_log_level(LogLevel::Error)?
            .with_optimization_level(GraphOptimizationLevel::Disable)?
            .with_deterministic_compute(true)?
            .with_parallel_execution(false)?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .commit_from_memory(bytes)
    }
}

/// A model that is ready to run.
pub(super) struct Model {
    session: Session,
    feeds: Vec<Feed>,
    columns: usize,
    rows_per_call: usize,
    independent: bool,
}

/// Values of one output, row after row.
type Column = (RanHead, Vec<f64>);

impl Model {
    /// One call with whole tensors: the numeric outputs, in the order of the model.
    pub(super) fn call_whole(
        &mut self,
        given: &[(Part, Vec<f64>)],
    ) -> Result<Vec<(Part, Vec<f64>)>, Complaint> {
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(given.len());
        for (part, values) in given {
            let declared = self.session.inputs().iter().find(|input| input.name() == part.name);
            let kind = declared.and_then(|input| input.dtype().tensor_type());
            inputs.push((&part.name, fill_whole(part, kind, values)?));
        }
        let outputs =
            self.session.run(inputs).map_err(|error| Complaint::of_runtime(Failure::Run, &error))?;
        Ok(outputs.iter().filter_map(|(name, value)| read_whole(name, &value)).collect())
    }

    /// All (wanted) numeric outputs for these rows.
    pub(super) fn run(
        &mut self,
        rows: usize,
        values: &[f64],
        wanted: Option<&[String]>,
    ) -> Result<Vec<Column>, Complaint> {
        if rows.checked_mul(self.columns) != Some(values.len()) {
            return Err(Complaint::new(Failure::Run, "the values do not fill the rows"));
        }
        let table: Vec<&[f64]> = values.chunks_exact(self.columns.max(1)).collect();
        let mut outputs: Vec<Column> = Vec::new();
        for rows in table.chunks(self.rows_per_call) {
            let answer = self.call(rows, wanted)?;
            if !self.independent && rows.len() > 1 {
                self.check_independence(rows, &answer, wanted)?;
            }
            if outputs.is_empty() {
                outputs = answer;
            } else {
                append(&mut outputs, answer)?;
            }
        }
        Ok(outputs)
    }

    /// Once for each model: the first row must get the same values without the others.
    ///
    /// Explanations score rows that never stood in one list together, so a model that compares the rows it is given,
    /// such as one with a softmax over them, would be explained wrongly.
    fn check_independence(
        &mut self,
        rows: &[&[f64]],
        answer: &[Column],
        wanted: Option<&[String]>,
    ) -> Result<(), Complaint> {
        let alone = self.call(rows.get(..1).unwrap_or_default(), wanted)?;
        for ((head, together), (_, alone)) in answer.iter().zip(&alone) {
            if let Some((together, alone)) =
                together.iter().zip(alone).find(|(left, right)| differ(**left, **right))
            {
                let text = format!(
                    "output `{}` of the first row is {together} among other rows and {alone} without them; a score \
                     must depend on its own row alone",
                    head.name
                );
                return Err(Complaint::new(Failure::Output, text));
            }
        }
        self.independent = true;
        Ok(())
    }

    /// One call of the runtime: always a table of `rows_per_call` rows, filled up with copies of the last one.
    fn call(&mut self, rows: &[&[f64]], wanted: Option<&[String]>) -> Result<Vec<Column>, Complaint> {
        let missing = self.rows_per_call.saturating_sub(rows.len());
        let copies = std::iter::repeat_n(rows.last(), missing).flatten();
        let table: Vec<&[f64]> = rows.iter().chain(copies).copied().collect();
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(self.feeds.len());
        for feed in &self.feeds {
            let declared = self.session.inputs().iter().find(|input| input.name() == feed.input);
            let kind = declared.and_then(|input| input.dtype().tensor_type());
            inputs.push((&feed.input, fill(feed, kind, &table)?));
        }
        let outputs =
            self.session.run(inputs).map_err(|error| Complaint::of_runtime(Failure::Run, &error))?;
        read_outputs(&outputs, &table, rows.len(), wanted)
    }
}

fn read_outputs(
    outputs: &SessionOutputs<'_>,
    table: &[&[f64]],
    rows: usize,
    wanted: Option<&[String]>,
) -> Result<Vec<Column>, Complaint> {
    let mut columns = Vec::new();
    for (name, value) in outputs {
        if wanted.is_some_and(|wanted| !wanted.iter().any(|wanted| wanted == name)) {
            continue;
        }
        if let Some((width, mut values)) = read_output(name, &value, table.len())? {
            values.truncate(rows * width);
            columns.push((RanHead { name: name.to_owned(), width }, values));
        }
    }
    Ok(columns)
}

/// Whether two values differ by more than rounding; missing values are equal to each other.
fn differ(left: f64, right: f64) -> bool {
    const ROUNDING: f64 = 1e-5;
    (left - right).abs() > ROUNDING * left.abs().max(1.0) || left.is_nan() != right.is_nan()
}

/// Adds the values of a further call.
fn append(outputs: &mut [Column], answer: Vec<Column>) -> Result<(), Complaint> {
    let same =
        outputs.len() == answer.len() && outputs.iter().zip(&answer).all(|(left, right)| left.0 == right.0);
    if !same {
        return Err(Complaint::new(Failure::Output, "the outputs change their shape from call to call"));
    }
    for ((_, values), (_, more)) in outputs.iter_mut().zip(answer) {
        values.extend(more);
    }
    Ok(())
}
