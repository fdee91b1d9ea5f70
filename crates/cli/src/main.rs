//! The program `vitrine`: the site, and everything that people do from a command line.
//!
//! Composes the rest and decides nothing of its own: commands read arguments, ask a server or the crates below, and say
//! what came out. One module a verb.

mod admin;
mod arguments;
mod bar;
mod card;
mod client;
mod error;
mod evidence;
mod explain;
mod folder;
mod formula;
mod log;
mod models;
mod openapi;
mod out;
mod pull;
mod push;
mod readme;
mod record;
mod replay;
mod score;
mod serve;
mod settings;
mod site;
mod succession;
mod verify;
mod witness;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use error::Error;
use out::Out;

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    // Becomes a process that can do nothing else, so nothing else may be started before.
    if matches!(command, Command::RankWorker) {
        return ranking::serve_worker();
    }
    let mut out = Out::standard();
    let checks = command.checks();
    match start(command, &mut out) {
        Ok(code) => ExitCode::from(code),
        Err(error) => error.tell(&mut out, checks),
    }
}

/// Runs a command to its end. Gives the exit code.
fn start(command: Command, out: &mut Out) -> Result<u8, Error> {
    client::choose_cryptography();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::System { doing: "starting threads", source })?;
    runtime.block_on(run(command, out))
}

async fn run(command: Command, out: &mut Out) -> Result<u8, Error> {
    match command {
        Command::Serve(serve) => serve::serve(serve, out).await,
        Command::Work(settings) => work::work(settings, out).await,
        Command::RankWorker => Ok(0),
        Command::Admin(admin) => admin::administer(admin, out).await,
        Command::Openapi => openapi::openapi(out),
        Command::Formula(formula) => formula::formula(&formula, out),
        Command::Score(score) => score::score(score, out).await,
        Command::Explain(explain) => explain::explain(*explain, out).await,
        Command::Card(card) => card::card(card, out).await,
        Command::Push(push) => push::push(push, out).await,
        Command::Pull(pull) => pull::pull(pull, out).await,
        Command::Verify(verify) => verify::verify(verify, out).await,
        Command::Log(command) => log::log(command, out).await,
        Command::Witness(command) => witness::witness(command, out).await,
        Command::Replay(replay) => replay::replay(replay, out).await,
    }
}
