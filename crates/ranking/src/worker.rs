//! A model in a child process, as its owner sees it.

mod cpu;
mod process;
mod spawner;
mod verdict;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use domain::Digest;
use explain::Matrix;
use onnx::Model;

pub(crate) use self::process::{Budget, Process};
pub(crate) use self::verdict::speaks_of_memory;
use crate::frame::{Frame, Kind};
use crate::message::{ABI, Failed, Failure, Feed, Hello, Load, Ran, Ready, Run, harmless};
use crate::{InputMap, Limits, Outputs, RunError, RuntimeFacts, find_runtime};

/// A slice is meant to take this long: a slow machine or a slow row then stays far below [`Limits::slice_wall`].
const SLICE_AIM: Duration = Duration::from_millis(250);

/// Most values in the rows of one slice (32 MiB of them), and most in the answer that is aimed at.
const SLICE_VALUES: usize = 4 << 20;

/// The program that becomes the worker.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkerProgram {
    /// The file.
    pub path: PathBuf,
    /// What makes it a worker.
    pub arguments: Vec<String>,
}

impl WorkerProgram {
    /// This program with the argument `rank-worker`.
    ///
    /// # Errors
    /// [`RunError::Host`] where the system does not say which file this program is.
    pub fn this_program() -> Result<Self, RunError> {
        let path = std::env::current_exe()
            .map_err(|source| RunError::Host { doing: "looking for this program's own file", source })?;
        Ok(Self { path, arguments: vec!["rank-worker".to_owned()] })
    }
}

/// A model, loaded by ONNX Runtime in a child process that can do nothing but answer. Ends with its owner.
///
/// Calls block; from asynchronous code use a thread for blocking work.
#[derive(Debug)]
pub struct Worker {
    model: Model,
    inputs: InputMap,
    facts: RuntimeFacts,
    limits: Limits,
    process: Process,
    slice_rows: usize,
    requests: u32,
}

impl Worker {
    /// Checks the file, starts a process and loads the model there.
    ///
    /// # Errors
    /// [`RunError::Refused`] before any process is started; [`RunError::Load`] when ONNX Runtime refuses the model; the
    /// limits; [`RunError::Crashed`]; and what `is_ours`.
    pub fn start(program: &WorkerProgram, model: &[u8], limits: &Limits) -> Result<Self, RunError> {
        let signature =
            onnx::read(model).map_err(|refusal| RunError::Refused { reason: refusal.to_string() })?;
        let inputs = InputMap::from_model(&signature)?;
        let table = (inputs.feeds().to_vec(), inputs.columns(), inputs.rows_per_call());
        let (process, facts) = begin((program, limits), model, table)?;
        let slice_rows = inputs.rows_per_call();
        Ok(Self { model: signature, inputs, facts, limits: limits.clone(), process, slice_rows, requests: 0 })
    }

    /// What the model says about itself.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// Which column feeds which input.
    #[must_use]
    pub const fn input_map(&self) -> &InputMap {
        &self.inputs
    }

    /// The process that runs the model, for logs.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What runs the model.
    #[must_use]
    pub const fn runtime(&self) -> &RuntimeFacts {
        &self.facts
    }

    /// All numeric outputs for these rows; column i of the table feeds slot i of [`Worker::input_map`].
    ///
    /// # Errors
    /// [`RunError::Run`] leaves the worker usable. The limits, [`RunError::Crashed`] and [`RunError::Policy`] end it:
    /// later calls give [`RunError::Ended`]. [`RunError::BadOutput`] names output and row.
    pub fn run(&mut self, rows: &Matrix) -> Result<Outputs, RunError> {
        let mut all = Outputs::empty();
        self.run_slices(rows, None, |outputs| all.append(outputs))?;
        Ok(all)
    }

    /// Runs the rows in slices that take about [`SLICE_AIM`] and hands over the (wanted) outputs of each.
    pub(crate) fn run_slices(
        &mut self,
        rows: &Matrix,
        wanted: Option<&[String]>,
        mut keep: impl FnMut(Outputs) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        if rows.columns() != self.inputs.columns() {
            let (wants, has) = (self.inputs.columns(), rows.columns());
            let reason = format!("the model takes {wants} columns, the table has {has}");
            return Err(RunError::Run { reason });
        }
        let mut rest = rows.values();
        let mut first = 0;
        while !rest.is_empty() {
            let size = (self.slice_rows * rows.columns()).min(rest.len());
            let (slice, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            let begun = Instant::now();
            let (outputs, values) = self.run_slice(slice, first, wanted)?;
            self.adapt(begun.elapsed(), outputs.rows(), values);
            first += outputs.rows();
            keep(outputs)?;
            rest = after;
        }
        Ok(())
    }

    /// One request. Gives the outputs and how many values they hold.
    fn run_slice(
        &mut self,
        values: &[f64],
        first: usize,
        wanted: Option<&[String]>,
    ) -> Result<(Outputs, usize), RunError> {
        self.requests = self.requests.wrapping_add(1);
        let rows = values.len() / self.inputs.columns().max(1);
        let header = Run { id: self.requests, rows, outputs: wanted.map(<[String]>::to_vec) };
        let request = Frame::new(Kind::Run, &header, values).map_err(host("writing rows"))?;
        let slice = self.limits.slice_wall;
        let budget = Budget { wall: slice, cpu: slice, scope: "for a slice of rows" };
        let answer = self.process.ask(&budget, |pipe| request.write(pipe))?;
        let read = match answer.kind {
            Kind::Result => answer.open::<Ran>().map_err(|error| error.to_string()),
            Kind::Error => return Err(complaint(&answer, &mut self.process, first)),
            other => Err(format!("{other:?} where RESULT was expected")),
        };
        match read {
            Ok((ran, values)) if ran.id == header.id => {
                let count = values.len();
                Ok((Outputs::read(&ran, values, rows, first)?, count))
            }
            Ok(_) => Err(self.process.garbled(&"an answer to another request")),
            Err(what) => Err(self.process.garbled(&what)),
        }
    }

    /// Chooses the next slice: whole calls of the runtime, at most four times as many as now.
    fn adapt(&mut self, took: Duration, rows: usize, values: usize) {
        if rows < self.slice_rows {
            return;
        }
        let step = self.inputs.rows_per_call();
        let widest = self.inputs.columns().max(values.div_ceil(rows.max(1))).max(1);
        let times = match SLICE_AIM.as_nanos().checked_div(took.as_nanos()).unwrap_or(4) {
            0 => return self.slice_rows = (self.slice_rows / 2 / step).max(1) * step,
            times => usize::try_from(times.min(4)).unwrap_or(4),
        };
        let most = (SLICE_VALUES / widest / step).max(1) * step;
        self.slice_rows = (self.slice_rows * times).min(most);
    }
}

/// Starts a process and loads a model that passed the gate: `(feeds, columns, rows of a call)`.
pub(crate) fn begin(
    (program, limits): (&WorkerProgram, &Limits),
    model: &[u8],
    table: (Vec<Feed>, usize, usize),
) -> Result<(Process, RuntimeFacts), RunError> {
    let library = find_runtime()?;
    let facts = RuntimeFacts::of(&library)?;
    let address_space_bytes = limits.address_space(model.len());
    let mut process = Process::start(program, &library, limits, address_space_bytes)?;
    greet(&mut process, limits, address_space_bytes)?;
    load(&mut process, limits, table, model)?;
    Ok((process, facts))
}

fn greet(process: &mut Process, limits: &Limits, address_space_bytes: u64) -> Result<(), RunError> {
    let parent = i32::try_from(std::process::id()).map_err(std::io::Error::other);
    let parent = parent.map_err(host("reading the number of this process"))?;
    let hello = Frame::new(Kind::Hello, &Hello { abi: ABI, parent, address_space_bytes }, &[]);
    let hello = hello.map_err(host("greeting the worker"))?;
    let budget = Budget { wall: limits.load_wall, cpu: limits.load_cpu, scope: "for starting" };
    let answer = process.ask(&budget, |pipe| hello.write(pipe))?;
    let read = answer.open::<Ready>().map(|(ready, _)| ready);
    let fits = |ready: &Ready| {
        let confined = ready.address_space_bytes.is_some_and(|bytes| bytes <= address_space_bytes);
        answer.kind == Kind::Hello && ready.abi == ABI && confined
    };
    match read {
        Ok(ready) if fits(&ready) => Ok(()),
        Ok(_) => Err(process.garbled(&"the worker is of another version, or does not confine itself")),
        Err(error) => Err(process.garbled(&error)),
    }
}

fn load(
    process: &mut Process,
    limits: &Limits,
    (feeds, columns, rows_per_call): (Vec<Feed>, usize, usize),
    model: &[u8],
) -> Result<(), RunError> {
    let header = Load {
        sha256: Digest::of(model),
        length: u64::try_from(model.len()).unwrap_or(u64::MAX),
        feeds,
        columns,
        rows_per_call,
    };
    let frame = Frame::new(Kind::Load, &header, &[]).map_err(host("announcing the model"))?;
    let budget = Budget { wall: limits.load_wall, cpu: limits.load_cpu, scope: "for loading" };
    let answer = process.ask(&budget, |pipe| {
        frame.write(pipe)?;
        std::io::Write::write_all(pipe, model)
    })?;
    match answer.kind {
        Kind::Loaded => Ok(()),
        Kind::Error => Err(complaint(&answer, process, 0)),
        other => Err(process.garbled(&format!("{other:?} where LOADED was expected"))),
    }
}

/// The error that a worker told us about, in the rows that begin at row `first`.
pub(crate) fn complaint(answer: &Frame, process: &mut Process, first: usize) -> RunError {
    let failed = match answer.open::<Failed>() {
        Ok((failed, _)) => failed,
        Err(error) => return process.garbled(&error),
    };
    let reason = harmless(&failed.text);
    match failed.failure {
        Failure::Load => RunError::Load { reason },
        Failure::Run if first > 0 => RunError::Run { reason: format!("{reason} (counted from row {first})") },
        Failure::Run => RunError::Run { reason },
        Failure::Memory => RunError::Memory { allowed_bytes: process.address_space_bytes() },
        Failure::Output => RunError::BadOutput { reason },
    }
}

pub(crate) fn host(doing: &'static str) -> impl FnOnce(std::io::Error) -> RunError {
    move |source| RunError::Host { doing, source }
}
