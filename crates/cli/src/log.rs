//! `vitrine log`: reading a record book that nobody has to trust.

mod audit;
#[cfg(test)]
pub(crate) mod book;
mod doctor;
mod export;
mod init;
mod monitor;
mod rotate;
#[cfg(test)]
mod tests;
mod trust;

use std::time::Duration;

use clap::Subcommand;

use crate::error::Error;
use crate::out::Out;

pub(crate) use audit::AuditArguments;
pub(crate) use doctor::DoctorArguments;
pub(crate) use export::ExportArguments;
pub(crate) use init::InitArguments;
pub(crate) use monitor::MonitorArguments;
pub(crate) use rotate::RotateArguments;

/// How long a command waits for a record book.
const PATIENCE: Duration = Duration::from_secs(20);

/// What to do with a record book.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Make the keys of a site before its first start, and print their public halves.
    Init(InitArguments),
    /// Have a key of this site give way to a new one, and the record book say so.
    Rotate(RotateArguments),
    /// Read a whole record book and check every entry, tile and checkpoint.
    Audit(AuditArguments),
    /// Say what is new in a record book since the last time.
    Monitor(MonitorArguments),
    /// Look quickly whether a record book can be read and believed.
    Doctor(DoctorArguments),
    /// Copy a record book into a folder that any web server can offer, checking all of it.
    Export(ExportArguments),
}

/// Does it. Exit codes as in `vitrine verify`.
pub(crate) async fn log(command: LogCommand, out: &mut Out) -> Result<u8, Error> {
    match command {
        LogCommand::Init(arguments) => init::init(arguments, out).await,
        LogCommand::Rotate(arguments) => rotate::rotate(arguments, out).await,
        LogCommand::Audit(arguments) => audit::audit(arguments, out).await,
        LogCommand::Doctor(arguments) => doctor::doctor(arguments, out).await,
        LogCommand::Monitor(arguments) => monitor::monitor(arguments, out).await,
        LogCommand::Export(arguments) => export::export(arguments, out).await,
    }
}
