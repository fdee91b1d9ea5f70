//! `vitrine log init`: the keys of a site, before its first start.

use std::sync::Arc;

use clap::Args;
use domain::{SystemChance, SystemClock};

use crate::error::Error;
use crate::out::Out;
use crate::settings::Settings;

/// Arguments of `vitrine log init`.
#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    /// Name of the record book for ever, such as `vitrine.example/log` [else host and port of `VITRINE_PUBLIC_URL`]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Makes both keys where they are missing, for their owner's eyes alone; prints the public halves.
pub(crate) async fn init(arguments: InitArguments, out: &mut Out) -> Result<u8, Error> {
    let InitArguments { origin, settings } = arguments;
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let (log, registry) = server::make_keys(&settings.config()?, origin.as_deref(), clock, chance).await?;
    out.say(log)?;
    out.say(registry.public_pem().trim_end())?;
    Ok(0)
}
