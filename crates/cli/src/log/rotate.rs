//! `vitrine log rotate`: a key of a site gives way to a new one.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use domain::{SystemChance, SystemClock};
use registry::KeyRole;

use crate::error::Error;
use crate::out::Out;
use crate::settings::{Settings, start_log};

/// Arguments of `vitrine log rotate`.
#[derive(Args, Debug)]
pub(crate) struct RotateArguments {
    /// Which key: the one that signs checkpoints, or the one that signs what the site says of releases and cards
    #[arg(long, value_enum)]
    key: Which,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    Log,
    Registry,
}

/// Makes the new key, has the record book say that it follows, signed by both, and forgets the old secret. Prints the
/// public half of the new key.
pub(crate) async fn rotate(arguments: RotateArguments, out: &mut Out) -> Result<u8, Error> {
    let RotateArguments { key, settings } = arguments;
    start_log("warn");
    let role = match key {
        Which::Log => KeyRole::Log,
        Which::Registry => KeyRole::Registry,
    };
    let (log, registry) =
        server::rotate(&settings.config()?, role, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    match role {
        KeyRole::Log => out.say(log)?,
        KeyRole::Registry => out.say(registry.public_pem().trim_end())?,
    }
    out.say("Start every process of this site again: with the old key none signs any more")?;
    Ok(0)
}
