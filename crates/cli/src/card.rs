//! `vitrine card`: for those who write cards, and those who keep them.

mod check;
mod fetch;
mod init;
mod preview;

use clap::Subcommand;

use crate::error::Error;
use crate::out::Out;

/// Commands about cards.
#[derive(Debug, Subcommand)]
pub(crate) enum CardCommand {
    /// Draft a system-card.yaml for a model: every input, and the questions to answer
    Init(init::InitArguments),
    /// Say everything that the server would find wrong with a folder
    Check(check::CheckArguments),
    /// Get a card as it is stored; with -o also the release it rests on
    Fetch(fetch::FetchArguments),
    /// Measure a folder and show the card it would get
    Preview(preview::PreviewArguments),
}

/// Runs one of them. Gives the exit code.
pub(crate) async fn card(command: CardCommand, out: &mut Out) -> Result<u8, Error> {
    match command {
        CardCommand::Init(arguments) => init::init(&arguments, out),
        CardCommand::Check(arguments) => check::check(arguments, out).await,
        CardCommand::Fetch(arguments) => fetch::fetch(arguments, out).await,
        CardCommand::Preview(arguments) => preview::preview(arguments, out).await,
    }
}
