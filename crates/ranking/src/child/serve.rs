//! The conversation of a worker: hello, load, then one run after the other.

use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use domain::Digest;

use super::Complaint;
use super::confine::{from_birth, has_parent, lock_down};
use super::session::{Model, Runtime};
use crate::frame::{Frame, Kind, malformed};
use crate::message::{ABI, Answer, Call, Failure, Hello, Load, Loaded, Ran, Ready, Run, share_out};

/// Runs this process as a worker until its pipe is closed: what `PROGRAM rank-worker` does.
///
/// Meant to be started by [`Worker`](crate::Worker) only. Speaks frames on standard input and output; what goes wrong
/// before the first frame stands on standard error.
#[must_use]
pub fn serve_worker() -> ExitCode {
    // Nothing is kept back in the output: frames are flushed one by one.
    match serve(&mut BufReader::new(io::stdin().lock()), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If even this cannot be written, nobody is left to read it.
            let _unread = writeln!(io::stderr(), "rank-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    from_birth()?;
    let Some(frame) = Frame::read(input)? else {
        return Err(malformed("no HELLO arrived; this command is started by the server, not by people"));
    };
    let hello: Hello = expect(&frame, Kind::Hello)?;
    if hello.abi != ABI {
        return Err(malformed(format!("the server speaks frames {}, this worker {ABI}", hello.abi)));
    }
    if !has_parent(hello.parent) {
        return Err(malformed("the server that started this worker is gone"));
    }
    let library = std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from);
    let runtime = Runtime::load(&library.ok_or_else(|| malformed("ORT_DYLIB_PATH is not set"))?)?;
    let address_space_bytes = lock_down(hello.address_space_bytes)?;
    Frame::new(Kind::Hello, &Ready { abi: ABI, address_space_bytes }, &[])?.write(output)?;
    match receive_model(&runtime, input)? {
        Some(Ok(model)) => {
            Frame::new(Kind::Loaded, &Loaded {}, &[])?.write(output)?;
            answer_runs(model, input, output)
        }
        Some(Err(complaint)) => Frame::new(Kind::Error, &complaint.into_message(), &[])?.write(output),
        None => Ok(()),
    }
}

/// Reads LOAD and the model after it; nothing where the server said goodbye.
fn receive_model(runtime: &Runtime, input: &mut impl Read) -> io::Result<Option<Result<Model, Complaint>>> {
    let Some(frame) = Frame::read(input)?.filter(|frame| frame.kind != Kind::Bye) else { return Ok(None) };
    let load: Load = expect(&frame, Kind::Load)?;
    let mut bytes = Vec::new();
    let arrived = input.take(load.length).read_to_end(&mut bytes)?;
    if u64::try_from(arrived).ok() != Some(load.length) || Digest::of(&bytes) != load.sha256 {
        let text =
            format!("{arrived} bytes arrived that are not the {} bytes of {}", load.length, load.sha256);
        return Ok(Some(Err(Complaint::new(Failure::Load, text))));
    }
    Ok(Some(runtime.open(&bytes, load)))
}

fn answer_runs(mut model: Model, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(frame) = Frame::read(input)?.filter(|frame| frame.kind != Kind::Bye) {
        let answer = match frame.kind {
            Kind::Call => answer_call(&mut model, &frame)?,
            _ => answer_run(&mut model, &frame)?,
        };
        answer.write(output)?;
    }
    Ok(())
}

fn answer_run(model: &mut Model, frame: &Frame) -> io::Result<Frame> {
    if frame.kind != Kind::Run {
        return Err(malformed(format!("{:?} where RUN was expected", frame.kind)));
    }
    let (run, values) = frame.open::<Run>()?;
    let values: Vec<f64> = values.collect();
    match model.run(run.rows, &values, run.outputs.as_deref()) {
        Ok(outputs) => {
            let heads = outputs.iter().map(|(head, _)| head.clone()).collect();
            let values: Vec<f64> = outputs.into_iter().flat_map(|(_, values)| values).collect();
            Frame::new(Kind::Result, &Ran { id: run.id, heads }, &values).or_else(|error| too_long(&error))
        }
        Err(complaint) => Frame::new(Kind::Error, &complaint.into_message(), &[]),
    }
}

fn answer_call(model: &mut Model, frame: &Frame) -> io::Result<Frame> {
    let (call, values) = frame.open::<Call>()?;
    let values: Vec<f64> = values.collect();
    let shares =
        share_out(&call.inputs, &values).ok_or_else(|| malformed("values that do not fill their tensors"))?;
    let inputs: Vec<_> = call.inputs.into_iter().zip(shares).collect();
    match model.call_whole(&inputs) {
        Ok(outputs) => {
            let (outputs, values): (Vec<_>, Vec<_>) = outputs.into_iter().unzip();
            let answer = Answer { id: call.id, outputs };
            Frame::new(Kind::Answer, &answer, &values.concat()).or_else(|error| too_long(&error))
        }
        Err(complaint) => Frame::new(Kind::Error, &complaint.into_message(), &[]),
    }
}

/// The answer where the true one fits no frame.
fn too_long(error: &io::Error) -> io::Result<Frame> {
    Frame::new(Kind::Error, &Complaint::new(Failure::Output, error.to_string()).into_message(), &[])
}

fn expect<H: serde::de::DeserializeOwned>(frame: &Frame, kind: Kind) -> io::Result<H> {
    if frame.kind != kind {
        return Err(malformed(format!("{:?} where {kind:?} was expected", frame.kind)));
    }
    Ok(frame.open::<H>()?.0)
}
