//! One large file up and down, beside servers that people know, in one run.

mod peers;
mod transfer;

use std::fs::{self, File};
use std::io::{Read as _, Write};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use domain::Digest;
use sha2::{Digest as _, Sha256};

use self::peers::Peer;
pub(super) use self::peers::static_files;
use super::Ground;
use super::process::{cpu_seconds, forget_peak, memory_kib};
use crate::figures::{Table, write_noise};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Rounds that count, after one that does not.
const ROUNDS: usize = 5;
/// Bytes at the head of the file that differ from transfer to transfer.
const HEAD_BYTES: usize = 64;
/// Rest before each upload, after which memory that was freed is as far away for one peer as for another: a machine
/// that gives free memory back to its host is several times faster with pages that were freed a moment ago.
const REST: Duration = Duration::from_secs(4);
/// A stored file is found again by its size: nothing else of a peer is as large as half of it.
const HALF: u64 = 2;

/// What one transfer took.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    seconds: f64,
    cpu_seconds: f64,
    growth_mib: f64,
}

/// What was measured of one peer, round by round.
#[derive(Debug, Default)]
struct Figures {
    up: Vec<Step>,
    down: Vec<Step>,
}

/// Measures and keeps the table. The first peer is what the others are held against.
pub(super) fn bytes(
    workspace: &Workspace,
    program: &Path,
    mib: u64,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let ground = Ground::empty()?;
    let file = ground.path("file");
    say(out, &format!("Writing a file of {mib} MiB and starting the peers …"))?;
    write_noise(&file, mib, 1)?;
    let peers = peers::start(workspace, program, &ground, out)?;
    let mut figures: Vec<Figures> = peers.iter().map(|_| Figures::default()).collect();
    for round in 0..=ROUNDS {
        say(out, &format!("Round {round} of {ROUNDS} …"))?;
        for (number, (peer, figures)) in peers.iter().zip(&mut figures).enumerate() {
            let digest = fresh(&file, round * peers.len() + number)?;
            let (up, down) = there_and_back(peer, &file, &digest)?;
            if round > 0 {
                figures.up.push(up);
                figures.down.push(down);
            }
        }
    }
    let mut table = Table::new(
        "bytes",
        "One large file to a server and back, over loopback, one connection. Made by `cargo xtask bench bytes`: the\n\
         peers take turns, medians of five rounds after one that does not count, ratios are formed within each round.\n\
         Every upload has fresh content and begins after a rest; the stored file is removed at the end. `ratio` is the first peer's time\n\
         over this one's (more is faster), `CPU` the processor time of all processes of the server, `growth` the\n\
         peak of resident memory above what was used before. Client: `sendfile` up, reads of 1 MiB down.\n\
         `sink` is the least that a hashing server can be: one receives, writes and hashes and does nothing else.",
        &[
            "server",
            "file MiB",
            "up MB/s",
            "up ratio",
            "up CPU s/GiB",
            "up growth MiB",
            "down MB/s",
            "down ratio",
            "down CPU s/GiB",
            "down growth MiB",
        ],
    );
    let Some(reference) = figures.first() else { return Ok(()) };
    for (peer, figures) in peers.iter().zip(&figures) {
        let cells = [(&figures.up, &reference.up), (&figures.down, &reference.down)];
        let cells = cells.into_iter().flat_map(|(steps, reference)| row(steps, reference, mib));
        table.add([peer.name.to_owned(), mib.to_string()].into_iter().chain(cells).collect(), out)?;
    }
    table.keep(workspace, out)
}

fn row(steps: &[Step], reference: &[Step], mib: u64) -> [String; 4] {
    let gib = u32::try_from(mib).map_or(1.0, f64::from) / 1024.0;
    let megabytes = gib * 1024.0 * 1.048_576;
    let of = |pick: fn(&Step) -> f64| median(steps.iter().map(pick).collect());
    let ratio =
        median(reference.iter().zip(steps).map(|(theirs, ours)| theirs.seconds / ours.seconds).collect());
    [
        format!("{:.0}", megabytes / of(|step| step.seconds)),
        format!("{ratio:.2}"),
        format!("{:.2}", of(|step| step.cpu_seconds) / gib),
        format!("{:.0}", of(|step| step.growth_mib)),
    ]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Gives the file another head. The SHA-256 of the whole, in hex.
fn fresh(file: &Path, number: usize) -> Result<String, Problem> {
    let failed = || Problem::system(format!("changing `{}`", file.display()));
    let mut head = format!("{number:x}").into_bytes();
    head.resize(HEAD_BYTES, b'.');
    let open = File::options().read(true).write(true).open(file).map_err(failed())?;
    open.write_all_at(&head, 0).and_then(|()| open.sync_all()).map_err(failed())?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 20]);
    let mut reading = &open;
    loop {
        let count = reading.read(&mut piece).map_err(failed())?;
        if count == 0 {
            break;
        }
        hash.update(piece.get(..count).unwrap_or_default());
    }
    Ok(Digest::from_bytes(hash.finalize().into()).hex())
}

/// Sends the file, fetches it again, and removes what the peer keeps of it.
fn there_and_back(peer: &Peer, file: &Path, digest: &str) -> Result<(Step, Step), Problem> {
    let size = fs::metadata(file).map_err(Problem::system("looking at the file"))?.len();
    rustix::fs::sync();
    thread::sleep(REST);
    let mut at = String::new();
    let up = measured(peer, || {
        at = peer.send(file, digest)?;
        Ok(())
    })?;
    rustix::fs::sync();
    let down = measured(peer, || peer.fetch(&at, size))?;
    remove_large(&peer.folder, size / HALF)?;
    rustix::fs::sync();
    Ok((up, down))
}

fn measured(peer: &Peer, step: impl FnOnce() -> Result<(), Problem>) -> Result<Step, Problem> {
    let pids = peer.processes();
    for pid in &pids {
        forget_peak(*pid)?;
    }
    let memory = |key| pids.iter().map(|pid| memory_kib(*pid, key)).sum::<Result<u64, Problem>>();
    let (before, cpu) = (memory("VmRSS:")?, cpu_seconds(&pids)?);
    let begun = Instant::now();
    step()?;
    let seconds = begun.elapsed().as_secs_f64();
    let cpu_seconds = cpu_seconds(&pids)? - cpu;
    let more_kib = memory("VmHWM:")?.saturating_sub(before);
    let growth_mib = u32::try_from(more_kib).map_or(f64::INFINITY, f64::from) / 1024.0;
    Ok(Step { seconds, cpu_seconds, growth_mib })
}

/// Removes the files of a folder that have more than so many bytes.
fn remove_large(folder: &Path, bytes: u64) -> Result<(), Problem> {
    let failed = || Problem::system(format!("clearing `{}`", folder.display()));
    for entry in fs::read_dir(folder).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let kind = entry.metadata().map_err(failed())?;
        if kind.is_dir() {
            remove_large(&entry.path(), bytes)?;
        } else if kind.len() > bytes {
            fs::remove_file(entry.path()).map_err(failed())?;
        }
    }
    Ok(())
}
