//! How fast a record book and a release are checked, beside the reference of model signing.

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fmt, fs};

use sha2::{Digest as _, Sha256};

use super::row;
use crate::bench::Ground;
use crate::command::{ask, failed, finish};
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, book, say};

/// Entries of the record book that is audited.
const ENTRIES: u64 = 1_000_000;
/// Size of a release whose check is all start, in MiB.
const SMALL_MIB: u64 = 1;
/// Size of a release whose check is all hashing, in MiB.
const LARGE_MIB: u64 = 1024;
/// How often a short command is run; the median counts.
const TIMES: usize = 11;

/// Measures the commands that check, and the reference where it is at hand.
pub(super) fn measure(
    workspace: &Workspace,
    program: &Path,
    table: &mut Table,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let ground = Ground::empty()?;
    audit(&ground, program, table, out)?;
    let mut version = Command::new(program);
    let start = measured(version.arg("--version"), TIMES)?;
    table.add(row("start of the program (--version)", "", start.to_string(), ""), out)?;
    release((workspace, program), SMALL_MIB, table, out)?;
    release((workspace, program), LARGE_MIB, table, out)
}

fn audit(ground: &Ground, program: &Path, table: &mut Table, out: &mut dyn Write) -> Result<(), Problem> {
    say(out, &format!("Writing a record book of {ENTRIES} entries …"))?;
    let book = ground.path("book");
    book::write(&book, ENTRIES)?;
    let mut command = Command::new(program);
    command.args(["log", "audit"]).arg(&book).arg("--state").arg(ground.path("state"));
    let took = measured(&mut command, 5)?;
    table.add(row(&format!("log audit of {ENTRIES} entries"), "local files", took.to_string(), "≤ 2 s"), out)
}

/// Publishes a release of one file, pulls it, and checks the copy.
fn release(
    (workspace, program): (&Workspace, &Path),
    mib: u64,
    table: &mut Table,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    say(out, &format!("Publishing and pulling {mib} MiB …"))?;
    let ground = Ground::prepare(mib, 2)?;
    let server = ground.server(program)?;
    let token = server.token("bench")?;
    let (release, copy) = (ground.path("release"), ground.path("copy"));
    let push = [release.display().to_string(), "bench/noise".to_owned()];
    ask(server.client(&token).arg("push").args(&push).args(["--release", "1.0.0"]))?;
    ask(server.client(&token).args(["pull", "bench/noise@1.0.0"]).arg(&copy))?;
    server.stop()?;
    let on = format!("{mib} MiB");
    let hash = hashing(&copy.join("noise.bin"))?;
    table.add(row("SHA-256, one pass", &on, hash.to_string(), ""), out)?;
    let mut verify = Command::new(program);
    verify.args(["verify", "--offline", "--state"]).arg(ground.path("state")).arg(&copy);
    let times = if mib == SMALL_MIB { TIMES } else { 5 };
    let took = measured(&mut verify, times)?;
    let (figure, goal) = if mib == SMALL_MIB {
        (took.to_string(), "≤ 20 ms")
    } else {
        (format!("{took}, {:.2} × one pass", took.seconds / hash.seconds), "≤ 1.5 × one pass")
    };
    table.add(row("vitrine verify --offline", &on, figure, goal), out)?;
    let reference = workspace.downloads().join("model-signing/bin/model_signing");
    let reference = std::env::var_os("VITRINE_MODEL_SIGNING").map_or(reference, PathBuf::from);
    if !reference.is_file() {
        return say(out, "left out: the reference of model signing is not here");
    }
    let evidence = ground.path("copy.vitrine");
    let mut peer = Command::new(reference);
    peer.args(["verify", "key", "--signature"]).arg(evidence.join("model.sig"));
    peer.arg("--public_key").arg(evidence.join("registry.pem")).arg(&copy);
    table.add(row("model_signing verify", &on, measured(&mut peer, 3)?.to_string(), ""), out)
}

/// How long something took, and the most memory that it used.
struct Took {
    seconds: f64,
    peak_mib: Option<u64>,
}

impl fmt::Display for Took {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.3} s", self.seconds)?;
        self.peak_mib.map_or(Ok(()), |peak| write!(out, ", {peak} MiB"))
    }
}

/// One pass of SHA-256 over a file: nothing that checks it can be faster.
fn hashing(file: &Path) -> Result<Took, Problem> {
    let failed = || Problem::system(format!("reading `{}`", file.display()));
    let begun = Instant::now();
    let mut hash = Sha256::new();
    let mut bytes = fs::File::open(file).map_err(failed())?;
    let mut piece = vec![0; 256 << 10];
    loop {
        let count = bytes.read(&mut piece).map_err(failed())?;
        if count == 0 {
            break;
        }
        hash.update(piece.get(..count).unwrap_or_default());
    }
    let _digest = hash.finalize();
    Ok(Took { seconds: begun.elapsed().as_secs_f64(), peak_mib: None })
}

/// Runs a command several times. Gives its median time and its largest peak of memory. It may say that it could not
/// check everything (3), since the ground keeps no record book of its own.
fn measured(command: &mut Command, times: usize) -> Result<Took, Problem> {
    let mut took = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        let output = finish(command)?;
        took.push(begun.elapsed().as_secs_f64());
        if !matches!(output.status.code(), Some(0 | 3)) {
            return Err(failed(command, &output));
        }
    }
    took.sort_by(f64::total_cmp);
    let seconds = took.get(times / 2).copied().unwrap_or_default();
    Ok(Took { seconds, peak_mib: peak_mib(command)? })
}

/// The peak of memory of one more run, as GNU time says it; `None` where that program is missing.
fn peak_mib(command: &Command) -> Result<Option<u64>, Problem> {
    let Some(time) = crate::command::find("time") else { return Ok(None) };
    let mut timed = Command::new(time);
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
    let output = finish(&mut timed)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let kib: Option<u64> = said.lines().last().and_then(|line| line.trim().parse().ok());
    Ok(kib.map(|kib| kib.div_ceil(1024)))
}
