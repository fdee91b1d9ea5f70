//! How fast the record book and the evidence are checked, beside the reference of model signing.

use std::fs;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use sha2::{Digest as _, Sha256};
use tlog::{
    Checkpoint, Edge, Hash, KeyName, Level, NoteSigner, SignatureKind, TILE_HASHES, Tile, encode_bundle,
};

use super::Ground;
use crate::command::{ask, failed, finish};
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Entries of the record book that is audited.
const ENTRIES: u64 = 1_000_000;
/// Name of that record book.
const ORIGIN: &str = "bench.example/log";
/// Size of the release that is verified, in MiB.
const RELEASE_MIB: u64 = 1024;
/// How often a short command is run; the median counts.
const TIMES: usize = 11;

/// Measures the commands that check, and the reference where it is at hand.
pub(super) fn checks(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "log-checks",
        "How fast a record book and a release are checked. Made by `cargo xtask bench log-checks`; files are in the\n\
         page cache, memory is the peak of the process, the reference is model-signing 1.1.1 on the same folder.",
        &["what", "seconds", "peak MiB"],
    );
    let ground = Ground::prepare(RELEASE_MIB, 2)?;
    audit(&ground, program, &mut table, out)?;
    release(&ground, (workspace, program), &mut table, out)?;
    table.keep(workspace, out)
}

fn audit(ground: &Ground, program: &Path, table: &mut Table, out: &mut dyn Write) -> Result<(), Problem> {
    say(out, &format!("Writing a record book of {ENTRIES} entries …"))?;
    let book = ground.path("book");
    write_book(&book)?;
    let mut command = Command::new(program);
    command.args(["log", "audit"]).arg(&book).arg("--state").arg(ground.path("state"));
    let row = measured(&format!("log audit of {ENTRIES} entries"), &mut command, 3)?;
    table.add(row, out)
}

fn release(
    ground: &Ground,
    (workspace, program): (&Workspace, &Path),
    table: &mut Table,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let server = ground.server(program)?;
    let token = server.token("bench")?;
    let (release, copy) = (ground.path("release"), ground.path("copy"));
    let push = [release.display().to_string(), "bench/noise".to_owned()];
    ask(server.client(&token).arg("push").args(&push).args(["--release", "1.0.0"]))?;
    ask(server.client(&token).args(["pull", "bench/noise@1.0.0"]).arg(&copy))?;
    server.stop()?;
    table.add(hashing(&copy.join("noise.bin"))?, out)?;
    let mut version = Command::new(program);
    table.add(measured("start of the program (--version)", version.arg("--version"), TIMES)?, out)?;
    let mut verify = Command::new(program);
    verify.args(["verify", "--offline", "--state"]).arg(ground.path("state")).arg(&copy);
    table.add(measured(&format!("vitrine verify of {RELEASE_MIB} MiB"), &mut verify, 3)?, out)?;
    let reference = workspace.downloads().join("model-signing/bin/model_signing");
    let reference = std::env::var_os("VITRINE_MODEL_SIGNING").map_or(reference, PathBuf::from);
    if !reference.is_file() {
        return say(out, "left out: the reference of model signing is not here");
    }
    let evidence = ground.path("copy.vitrine");
    let mut peer = Command::new(reference);
    peer.args(["verify", "key", "--signature"]).arg(evidence.join("model.sig"));
    peer.arg("--public_key").arg(evidence.join("registry.pem")).arg(&copy);
    table.add(measured(&format!("model_signing verify of {RELEASE_MIB} MiB"), &mut peer, 3)?, out)
}

/// One pass of SHA-256 over a file: nothing that checks it can be faster.
fn hashing(file: &Path) -> Result<Vec<String>, Problem> {
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
    Ok(vec![format!("SHA-256 of {RELEASE_MIB} MiB, once"), seconds(begun), String::new()])
}

fn seconds(begun: Instant) -> String {
    format!("{:.3}", begun.elapsed().as_secs_f64())
}

/// Runs a command several times. Gives its median time and its largest peak of memory. It may say that it could not
/// check everything (3), since the ground keeps no record book of its own.
fn measured(what: &str, command: &mut Command, times: usize) -> Result<Vec<String>, Problem> {
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
    let median = took.get(times / 2).copied().unwrap_or_default();
    Ok(vec![what.to_owned(), format!("{median:.3}"), peak_mib(command)?])
}

/// The peak of memory of one more run, as GNU time says it; empty where that program is missing.
fn peak_mib(command: &Command) -> Result<String, Problem> {
    let Some(time) = crate::command::find("time") else { return Ok(String::new()) };
    let mut timed = Command::new(time);
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
    let output = finish(&mut timed)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let kib: Option<u64> = said.lines().last().and_then(|line| line.trim().parse().ok());
    Ok(kib.map(|kib| kib.div_ceil(1024).to_string()).unwrap_or_default())
}

/// Writes a record book as static files.
fn write_book(folder: &Path) -> Result<(), Problem> {
    let put = |path: &str, bytes: &[u8]| {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        written.map_err(Problem::system(format!("writing `{}`", file.display())))
    };
    let bytes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
    let wrong = |error: tlog::Error| Problem::Found(error.to_string());
    let mut edge = Edge::empty();
    let mut bundle = Vec::new();
    for number in 0..ENTRIES {
        let entry = entry(number);
        for full in edge.append(Hash::of_leaf(&entry)) {
            put(&full.tile.to_string(), &bytes(&full.hashes))?;
        }
        bundle.push(entry);
        if let Some(tile) = Tile::in_tree(Level::Entries, number / TILE_HASHES, edge.size())
            && (!tile.is_partial() || edge.size() == ENTRIES)
        {
            put(&tile.to_string(), &encode_bundle(&bundle).map_err(wrong)?)?;
            bundle.clear();
        }
    }
    for (tile, hashes) in edge.partial_tiles() {
        put(&tile.to_string(), &bytes(hashes))?;
    }
    let name: KeyName = ORIGIN.parse().map_err(wrong)?;
    let key = NoteSigner::from_seed(name, SignatureKind::Note, &[1; 32]);
    let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root().map_err(wrong)?).map_err(wrong)?;
    put("checkpoint", checkpoint.sign(&[&key]).map_err(wrong)?.to_string().as_bytes())?;
    put("vkey", format!("{}\n", key.verifier()).as_bytes())
}

/// An entry as long as those of a real record book.
fn entry(number: u64) -> Vec<u8> {
    let doc = Hash::of_leaf(&number.to_be_bytes()).to_hex();
    format!(
        r#"{{"at":"2026-11-22T20:28:31Z","doc":"{doc}","id":"01936d2c-0000-7000-8000-{number:012x}","kind":"release","prev":null,"type":"vitrine/release/1","v":1,"ver":"1.0.0"}}"#
    )
    .into_bytes()
}
