//! The child process: one question at a time, each with a budget.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::{WorkerProgram, cpu, host, spawner, verdict};
use crate::frame::{Frame, Kind};
use crate::message::harmless;
use crate::{Limits, RunError};

/// Most of a worker's standard error that is kept.
const COMPLAINTS_BYTES: u64 = 64 << 10;

/// How long a process that closed its pipe, or was told to end, may still take to end.
const FAREWELL: Duration = Duration::from_secs(2);

/// What one question may cost.
pub(crate) struct Budget {
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// Processor time.
    pub(crate) cpu: Duration,
    /// What it is for, such as `for loading`.
    pub(crate) scope: &'static str,
}

/// A child process and its pipes.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: Pid,
    /// Closed when the process has ended.
    input: Option<ChildStdin>,
    frames: Receiver<io::Result<Frame>>,
    complaints: Option<JoinHandle<String>>,
    job_cpu: Duration,
    address_space_bytes: u64,
}

impl Process {
    /// Starts the program with an empty environment, in `/`, with three pipes and the ceiling of processor time.
    pub(super) fn start(
        program: &WorkerProgram,
        library: &Path,
        limits: &Limits,
        address_space_bytes: u64,
    ) -> Result<Self, RunError> {
        let mut command = Command::new(&program.path);
        command.args(&program.arguments).current_dir("/").env_clear();
        // Without the first the library writes files and sends reports; it reads it when it is loaded.
        command.env("ORT_DISABLE_TELEMETRY", "1").env("TZ", "UTC0").env("LC_ALL", "C");
        command.env("ORT_DYLIB_PATH", library);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawner::spawn(command).map_err(host("starting it"))?;
        let pid = Pid::from_child(&child);
        let frames = child.stdout.take().map(read_frames).transpose().map_err(host("listening to it"))?;
        let complaints =
            child.stderr.take().map(read_complaints).transpose().map_err(host("listening to it"))?;
        let frames = frames.ok_or_else(|| host("opening its pipe")(io::ErrorKind::BrokenPipe.into()))?;
        let input = child.stdin.take();
        Ok(Self { child, pid, input, frames, complaints, job_cpu: limits.job_cpu, address_space_bytes })
    }

    /// The number of the process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The limit on address space, in bytes.
    pub(super) const fn address_space_bytes(&self) -> u64 {
        self.address_space_bytes
    }

    /// Sends a question and waits for the answer. An error ends the process.
    pub(crate) fn ask(
        &mut self,
        budget: &Budget,
        question: impl FnOnce(&mut ChildStdin) -> io::Result<()> + Send,
    ) -> Result<Frame, RunError> {
        self.allow(budget)?;
        let Some(input) = self.input.as_mut() else { return Err(RunError::Ended) };
        let deadline = Instant::now() + budget.wall;
        let (frames, child) = (&self.frames, &mut self.child);
        let answer = thread::scope(|scope| {
            let (sent, all_sent) = sync_channel(1);
            // A worker that reads nothing would block this thread for ever: so another one writes, and killing the
            // worker ends it. It has nothing to report: a broken pipe shows as a closed one on the other side.
            scope.spawn(move || sent.send(question(input).is_ok()));
            let answer = frames.recv_timeout(budget.wall);
            let left = deadline.saturating_duration_since(Instant::now());
            let late =
                matches!(answer, Err(RecvTimeoutError::Timeout)) || all_sent.recv_timeout(left).is_err();
            if !late {
                return answer;
            }
            // Fails only where the process has ended already.
            let _gone = child.kill();
            Err(RecvTimeoutError::Timeout)
        });
        match answer {
            Ok(Ok(frame)) => Ok(frame),
            Ok(Err(error)) => Err(self.garbled(&error)),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(RunError::Wall { allowed: budget.wall, scope: budget.scope })
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.post_mortem(budget)),
        }
    }

    /// A worker that does not keep to the frames is taken for a broken one, and ended.
    pub(crate) fn garbled(&mut self, what: &impl ToString) -> RunError {
        self.end();
        RunError::Crashed { how: format!("its answer cannot be read: {}", harmless(&what.to_string())) }
    }

    /// Moves the limit of processor time before a question.
    fn allow(&mut self, budget: &Budget) -> Result<(), RunError> {
        if self.input.is_none() {
            return Err(RunError::Ended);
        }
        let used = cpu::used(self.pid).map_err(host("reading its processor time"))?;
        if used >= self.job_cpu {
            self.end();
            return Err(RunError::Cpu { allowed: self.job_cpu, scope: "for the whole job" });
        }
        cpu::allow(self.pid, used, budget.cpu, self.job_cpu).map_err(host("limiting its processor time"))
    }

    /// Why a process that closed its pipe has ended.
    fn post_mortem(&mut self, budget: &Budget) -> RunError {
        self.input = None;
        let status = wait(&mut self.child, FAREWELL);
        match status {
            Ok(Some(status)) => {
                let complaints = self.complaints.take().and_then(|thread| thread.join().ok());
                verdict::of_exit(status, &complaints.unwrap_or_default(), budget, self.address_space_bytes)
            }
            Ok(None) => {
                self.end();
                RunError::Crashed { how: "it closed its pipe and went on".to_owned() }
            }
            Err(source) => host("waiting for its end")(source),
        }
    }

    /// Kills the process and collects it. Nothing is owed to a worker: it holds nothing but copies.
    fn end(&mut self) {
        self.input = None;
        // Both fail only where the process is gone and collected.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut input) = self.input.take() {
            // An idle worker ends by itself; one that does not is killed.
            let bye = Frame::new(Kind::Bye, &(), &[]).and_then(|bye| bye.write(&mut input));
            drop(input);
            if bye.is_ok() && matches!(wait(&mut self.child, FAREWELL), Ok(Some(_))) {
                return;
            }
        }
        self.end();
    }
}

/// Reads frames until the pipe closes or one is malformed; one frame ahead at most.
fn read_frames(mut pipe: ChildStdout) -> io::Result<Receiver<io::Result<Frame>>> {
    let (found, frames) = sync_channel(1);
    let read = move || {
        while let Some(frame) = Frame::read(&mut pipe).transpose() {
            let broken = frame.is_err();
            if found.send(frame).is_err() || broken {
                break;
            }
        }
    };
    thread::Builder::new().name("rank-worker-frames".to_owned()).spawn(read)?;
    Ok(frames)
}

/// Keeps the beginning of what the process writes as text, and reads the rest so that it never blocks.
fn read_complaints(mut pipe: ChildStderr) -> io::Result<JoinHandle<String>> {
    let read = move || {
        let mut kept = Vec::new();
        // A pipe that breaks has ended like one that closes.
        let _ended = pipe.by_ref().take(COMPLAINTS_BYTES).read_to_end(&mut kept);
        let _ended = io::copy(&mut pipe, &mut io::sink());
        String::from_utf8_lossy(&kept).into_owned()
    };
    thread::Builder::new().name("rank-worker-complaints".to_owned()).spawn(read)
}

/// Waits for the end of a process; nothing where it has not ended in time.
fn wait(child: &mut Child, most: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + most;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= deadline {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(1));
    }
}
