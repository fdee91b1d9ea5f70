//! `cargo xtask bench log`: how fast the record book takes entries, and how fast it and a release are checked.

mod checks;
mod publish;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Ground;
use crate::command::{ask, cargo};
use crate::figures::Table;
use crate::postgres::{Disk, Postgres};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Entries that are appended as fast as they are taken.
const MANY: u32 = 100_000;
/// Entries that arrive at a steady pace: twenty seconds of them.
const STEADY: u32 = 10_000;

/// Measures everything about the record book.
pub(super) fn log(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let mut table = Table::new(
        "log",
        "How fast the record book takes entries, and how fast it and a release are checked. Made by `cargo xtask bench\n\
         log`. Entries go through the registry's own append, 256 in one transaction where as many as possible are taken,\n\
         else all that have arrived; time counts until a published checkpoint covers them. Both databases make durable\n\
         what they commit. What is checked lies in the page cache; MiB is the peak of the process's memory; the reference\n\
         is model-signing 1.1.1 on the same folder in the same run.",
        &["what", "on", "figure", "goal"],
    );
    ask(bench(workspace).arg("--no-run"))?;
    let postgres = Postgres::start(Disk::Keeps)?;
    for name in ["SQLite", "Postgres"] {
        let database = |purpose: &str| {
            (name == "Postgres").then(|| postgres.database(&format!("bench_{purpose}"))).transpose()
        };
        taken(workspace, (name, database("append")?, database("proof")?), &mut table, out)?;
        publish::measure(program, (name, database("publish")?), &mut table, out)?;
    }
    postgres.stop()?;
    checks::measure(workspace, program, &mut table, out)?;
    table.keep(workspace, out)
}

/// How fast entries are taken in the registry's own process.
fn taken(
    workspace: &Workspace,
    (name, append, proof): (&str, Option<String>, Option<String>),
    table: &mut Table,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    say(out, &format!("Appending to a record book on {name} …"))?;
    let figures = run(workspace, ("append", append, MANY))?;
    let seconds = number(&figures, "seconds")?;
    let figure = format!("{:.0} entries/s ({MANY} in {seconds:.2} s)", f64::from(MANY) / seconds);
    table.add(row("entries appended and published", name, figure, "≥ 3,000 entries/s"), out)?;
    let figures = run(workspace, ("proof", proof, STEADY))?;
    let figure = format!(
        "{:.0} entries/s, p50 {:.0} ms, p99 {:.0} ms",
        f64::from(STEADY) / number(&figures, "seconds")?,
        number(&figures, "p50")? * 1e3,
        number(&figures, "p99")? * 1e3
    );
    table.add(
        row("an entry's arrival to its proof, 500 a second", name, figure, "p50 ≤ 200 ms, p99 ≤ 1 s"),
        out,
    )
}

/// Runs the registry's benchmark with a folder of its own, and reads its figures.
fn run(
    workspace: &Workspace,
    (what, database, count): (&str, Option<String>, u32),
) -> Result<Value, Problem> {
    let ground = Ground::empty()?;
    let file = format!("sqlite://{}?mode=rwc", ground.path("log.sqlite").display());
    let mut bench = bench(workspace);
    bench.args(["--", what]).arg(database.unwrap_or(file)).arg(ground.path("data")).arg(count.to_string());
    let said = ask(&mut bench)?;
    serde_json::from_str(&said)
        .map_err(|error| Problem::Found(format!("the benchmark said `{said}`: {error}")))
}

/// Builds and runs it, with the libraries as the program has them.
fn bench(workspace: &Workspace) -> Command {
    let mut bench = cargo(&workspace.root);
    bench.args(["bench", "--quiet", "--package", "cli", "--package", "registry", "--bench", "log"]);
    bench
}

fn number(figures: &Value, name: &str) -> Result<f64, Problem> {
    let number = figures.get(name).and_then(Value::as_f64);
    number.ok_or_else(|| Problem::Found(format!("the benchmark did not say `{name}`: {figures}")))
}

fn row(what: &str, on: &str, figure: String, goal: &str) -> Vec<String> {
    vec![what.to_owned(), on.to_owned(), figure, goal.to_owned()]
}
