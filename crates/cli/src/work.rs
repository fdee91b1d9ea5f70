//! `vitrine work`: the background jobs of a site, on one more machine.

use std::sync::Arc;

use domain::{SystemChance, SystemClock};

use crate::error::Error;
use crate::out::Out;
use crate::serve::stopping;
use crate::settings::{Settings, start_log};

/// Works until SIGTERM or SIGINT, then finishes the job at hand.
pub(crate) async fn work(settings: Settings, out: &mut Out) -> Result<u8, Error> {
    start_log("info");
    let stopping = stopping()?;
    let registry = server::open(&settings.config()?, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    out.say("Vitrine works on background jobs")?;
    registry.work(stopping).await?;
    Ok(0)
}
