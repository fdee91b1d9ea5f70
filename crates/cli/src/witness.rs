//! `vitrine witness`: anybody can watch record books and cosign them.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use ::witness::Keeper;
use clap::{Args, Subcommand};
use domain::{Chance as _, SystemChance, SystemClock};
use tlog::{KeyName, NoteSigner, Policy, SignatureKind};

use crate::error::Error;
use crate::out::Out;
use crate::serve::stopping;
use crate::settings::start_log;

/// What to do as a witness.
#[derive(Debug, Subcommand)]
pub(crate) enum WitnessCommand {
    /// Make a key; prints its public half.
    Keygen(KeygenArguments),
    /// Listen for checkpoints and cosign what continues the last one.
    Serve(WitnessArguments),
}

/// Arguments of `vitrine witness keygen`.
#[derive(Args, Debug)]
pub(crate) struct KeygenArguments {
    /// Name of the witness, such as `witness.example/vitrine`
    #[arg(long)]
    name: String,
    /// File for the secret half; must not be there yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Arguments of `vitrine witness serve`.
#[derive(Args, Debug)]
pub(crate) struct WitnessArguments {
    /// File with the secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// File that names the record books to watch, in lines `log KEY`, and ends in `quorum none`
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Folder that remembers what was cosigned; keep it as long as the key
    #[arg(long, value_name = "DIR", default_value = "./vitrine-witness")]
    state: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
}

/// Does it.
pub(crate) async fn witness(command: WitnessCommand, out: &mut Out) -> Result<u8, Error> {
    match command {
        WitnessCommand::Keygen(arguments) => keygen(&arguments, out),
        WitnessCommand::Serve(arguments) => serve(&arguments, out).await,
    }
}

fn keygen(arguments: &KeygenArguments, out: &mut Out) -> Result<u8, Error> {
    let KeygenArguments { name, output } = arguments;
    let name: KeyName = name.parse().map_err(|error: tlog::Error| Error::Usage(error.to_string()))?;
    let mut seed = [0; 32];
    SystemChance.fill(&mut seed);
    let key = NoteSigner::from_seed(name, SignatureKind::Cosignature, &seed);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(output);
    let mut file = file.map_err(Error::write(output))?;
    writeln!(file, "{}", key.to_secret_text())
        .and_then(|()| file.sync_all())
        .map_err(Error::write(output))?;
    out.say(key.verifier())?;
    Ok(0)
}

async fn serve(arguments: &WitnessArguments, out: &mut Out) -> Result<u8, Error> {
    let WitnessArguments { key, policy, state, listen } = arguments;
    start_log("info");
    let wrong = |path: &PathBuf, error: &tlog::Error| Error::Usage(format!("`{}`: {error}", path.display()));
    let secret = fs::read_to_string(key).map_err(Error::read(key))?;
    let signer = NoteSigner::from_secret_text(secret.trim()).map_err(|error| wrong(key, &error))?;
    let text = fs::read_to_string(policy).map_err(Error::read(policy))?;
    let books: Policy = text.parse().map_err(|error| wrong(policy, &error))?;
    let logs = books.logs().iter().map(|log| log.key.clone()).collect();
    let keeper = Keeper::open(state, signer, logs)?;
    // From here on a signal is not lost.
    let stopping = stopping()?;
    let listening = server::witness::listen(*listen, keeper, Arc::new(SystemClock))
        .map_err(|source| Error::System { doing: "listening for checkpoints", source })?;
    out.say(format_args!("The witness is at http://{}", listening.address))?;
    stopping.await;
    listening.stop().await.map_err(|source| Error::System { doing: "stopping the witness", source })?;
    Ok(0)
}
