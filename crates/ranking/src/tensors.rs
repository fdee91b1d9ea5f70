//! A model run on whole tensors: what samples of a release need, whose inputs may have any shape.

use std::io;

use onnx::Model;
use onnx::values::Values;

use crate::frame::{Frame, Kind};
use crate::message::{Answer, Call, Feed, Part, share_out};
use crate::worker::{Budget, Process, begin, complaint, host};
use crate::{Limits, RunError, RuntimeFacts, WorkerProgram};

/// A model in a child process that is asked with whole tensors. Ends with its owner.
///
/// Calls block; from asynchronous code use a thread for blocking work.
#[derive(Debug)]
pub struct TensorWorker {
    model: Model,
    facts: RuntimeFacts,
    limits: Limits,
    process: Process,
    requests: u32,
}

impl TensorWorker {
    /// Checks the file, starts a process and loads the model there.
    ///
    /// # Errors
    /// As [`Worker::start`](crate::Worker::start); inputs may have any shape.
    pub fn start(program: &WorkerProgram, model: &[u8], limits: &Limits) -> Result<Self, RunError> {
        let signature =
            onnx::read(model).map_err(|refusal| RunError::Refused { reason: refusal.to_string() })?;
        let feed =
            |input: &onnx::Tensor| Feed { input: input.name.clone(), columns: Vec::new(), flat: false };
        let feeds = signature.inputs.iter().map(feed).collect();
        let (process, facts) = begin((program, limits), model, (feeds, 0, 1))?;
        Ok(Self { model: signature, facts, limits: limits.clone(), process, requests: 0 })
    }

    /// What the model says about itself.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// What runs the model.
    #[must_use]
    pub const fn runtime(&self) -> &RuntimeFacts {
        &self.facts
    }

    /// Runs the model once. Gives the numeric outputs by name, in the order of the model.
    ///
    /// # Errors
    /// As [`Worker::run`](crate::Worker::run).
    pub fn call(&mut self, inputs: &[(String, Values)]) -> Result<Vec<(String, Values)>, RunError> {
        self.requests = self.requests.wrapping_add(1);
        let part =
            |(name, values): &(String, Values)| Part { name: name.clone(), shape: values.shape().to_vec() };
        let header = Call { id: self.requests, inputs: inputs.iter().map(part).collect() };
        let values: Vec<f64> = inputs.iter().flat_map(|(_, values)| values.numbers()).copied().collect();
        let request = Frame::new(Kind::Call, &header, &values).map_err(host("writing tensors"))?;
        let slice = self.limits.slice_wall;
        let budget = Budget { wall: slice, cpu: slice, scope: "for one answer" };
        let answer = self.process.ask(&budget, |pipe| request.write(pipe))?;
        match answer.kind {
            Kind::Answer => read(&answer, header.id).map_err(|error| self.process.garbled(&error)),
            Kind::Error => Err(complaint(&answer, &mut self.process, 0)),
            other => Err(self.process.garbled(&format!("{other:?} where ANSWER was expected"))),
        }
    }
}

fn read(frame: &Frame, id: u32) -> io::Result<Vec<(String, Values)>> {
    let (answer, values) = frame.open::<Answer>()?;
    if answer.id != id {
        return Err(io::Error::other("an answer to another request"));
    }
    let values: Vec<f64> = values.collect();
    let shares = share_out(&answer.outputs, &values);
    let shares = shares.ok_or_else(|| io::Error::other("values that do not fill their tensors"))?;
    let tensor = |(part, share): (Part, Vec<f64>)| Ok((part.name, Values::new(part.shape, share)?));
    let tensors: Result<_, onnx::values::ValuesError> =
        answer.outputs.into_iter().zip(shares).map(tensor).collect();
    tensors.map_err(io::Error::other)
}
