//! `vitrine serve`: the site, until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ::witness::Mode;
use clap::Args;
use domain::{SystemChance, SystemClock};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::Error;
use crate::out::Out;
use crate::settings::{Settings, start_log};

/// Arguments of `vitrine serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArguments {
    /// Where to listen; port 0 takes a free one [else `VITRINE_LISTEN`, or 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    settings: Settings,
    /// Address that people see [else `VITRINE_PUBLIC_URL`, or the one listened at]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// File that names the witnesses of the record book [else `VITRINE_LOG_POLICY`, or nobody]
    #[arg(long, value_name = "FILE")]
    log_policy: Option<PathBuf>,
    /// strict shows nothing without enough witnesses, lenient does [else `VITRINE_LOG_WITNESS_MODE`, or lenient]
    #[arg(long, value_name = "MODE")]
    log_witness_mode: Option<Mode>,
}

/// Serves until SIGTERM or SIGINT, then finishes what is open.
pub(crate) async fn serve(arguments: ServeArguments, out: &mut Out) -> Result<u8, Error> {
    let ServeArguments { listen, settings, public_url, log_policy, log_witness_mode } = arguments;
    start_log("info");
    let mut config = settings.config()?;
    config.listen = listen.unwrap_or(config.listen);
    if let Some(url) = public_url {
        config.public_url = Some(server::config::public_url(&url)?);
    }
    config.log_policy = log_policy.or(config.log_policy);
    config.log_witness_mode = log_witness_mode.unwrap_or(config.log_witness_mode);
    let shown = config.public_url.clone();
    // From here on a signal is not lost, even while the site still starts.
    let stopping = stopping()?;
    let site = server::start(config, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    let address = shown.unwrap_or_else(|| format!("http://{}", site.address));
    out.say(format_args!("Vitrine is at {address}"))?;
    stopping.await;
    site.stop().await.map_err(|source| Error::System { doing: "stopping the site", source })?;
    Ok(0)
}

/// Ends when this process is told to stop.
pub(crate) fn stopping() -> Result<impl Future<Output = ()>, Error> {
    let listen =
        |kind| signal(kind).map_err(|source| Error::System { doing: "listening for signals", source });
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
