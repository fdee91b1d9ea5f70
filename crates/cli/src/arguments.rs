//! What may stand on the command line. The arguments of a command lie beside it.

use clap::{Parser, Subcommand};

use crate::admin::Admin;
use crate::card::CardCommand;
use crate::error::Checks;
use crate::explain::ExplainArguments;
use crate::formula::FormulaArguments;
use crate::log::{AuditArguments, LogCommand};
use crate::pull::PullArguments;
use crate::push::PushArguments;
use crate::replay::ReplayArguments;
use crate::score::ScoreArguments;
use crate::serve::ServeArguments;
use crate::settings::Settings;
use crate::verify::VerifyArguments;
use crate::witness::WitnessCommand;

/// See what decides the order of lists, and check every number yourself.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the site.
    Serve(ServeArguments),
    /// Run only the background jobs of a site, on one more machine.
    Work(Settings),
    /// Run one model, asked over pipes by the program that started this.
    #[command(hide = true)]
    RankWorker,
    /// Name people, make tokens, look whether all is well.
    #[command(subcommand)]
    Admin(Admin),
    /// Print the description of the JSON API (OpenAPI 3.1).
    Openapi,
    /// Turn a published formula into an ONNX model.
    Formula(FormulaArguments),
    /// Give a score to every row of a table, offline, in a process with limits.
    Score(ScoreArguments),
    /// Say where the scores and the places of a table's rows come from, offline, in a process with limits.
    Explain(Box<ExplainArguments>),
    /// Write, check and fetch system cards.
    #[command(subcommand)]
    Card(CardCommand),
    /// Upload a folder, and publish it as a release.
    Push(PushArguments),
    /// Download a release and check every file.
    Pull(PullArguments),
    /// Check a downloaded release: 0 all good, 1 something differs, 2 wrong usage, 3 could not check.
    Verify(VerifyArguments),
    /// Read a record book, and check that it was only ever added to.
    #[command(subcommand)]
    Log(LogCommand),
    /// Watch record books, and cosign what only grows.
    #[command(subcommand)]
    Witness(WitnessCommand),
    /// Compute every number of a card again: 0 the same, 1 one differs, 2 wrong usage, 3 could not check.
    Replay(ReplayArguments),
}

impl Command {
    /// Whether the exit code answers a question, and how the answer is written.
    pub(crate) const fn checks(&self) -> Checks {
        match self {
            Self::Verify(VerifyArguments { json, .. })
            | Self::Replay(ReplayArguments { json, .. })
            | Self::Log(LogCommand::Audit(AuditArguments { json, .. })) => {
                if *json {
                    Checks::AsJson
                } else {
                    Checks::InWords
                }
            }
            Self::Log(_) => Checks::InWords,
            _ => Checks::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, ErrorKind> {
        Arguments::try_parse_from(line.split(' ')).map_err(|error| error.kind())
    }

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn commands_are_read_as_they_are_documented() {
        for line in [
            "vitrine serve --listen 127.0.0.1:0 --data d --database-url sqlite://x --public-url http://x.example",
            "vitrine serve --log-policy p --log-witness-mode strict",
            "vitrine work --data d",
            "vitrine rank-worker",
            "vitrine admin user alice --role auditor",
            "vitrine admin token alice --scope read --scope write",
            "vitrine admin organisation acme --owner alice",
            "vitrine admin check --data d",
            "vitrine admin gc",
            "vitrine admin takedown alice/tiny@1.0.0 --reason court-order --data d",
            "vitrine admin takedown ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad --reason copyright",
            "vitrine openapi",
            "vitrine formula f.yaml --id hn -o m.onnx",
            "vitrine score m.onnx --rows r.csv --json",
            "vitrine explain m.onnx --rows r.csv --background b.csv",
            "vitrine explain m.onnx --rows r.csv --quantity pair --pair 12,7 --lists list_id --in 0 --item id",
            "vitrine explain m.onnx --rows r.csv --quantity exposure --group a,b --group c --k 3 --output 1",
            "vitrine explain m.onnx --rows r.csv --background b.csv --background-rows 5 --method path-dependent \
             --players groups --signals s.json --grid thresholds --threads 2 --seed 3 --format csv --timings",
            "vitrine card init m.onnx",
            "vitrine card check d",
            "vitrine card fetch feed -o card.json",
            "vitrine card preview d",
            "vitrine push d alice/tiny --release 1.0.0 --message hello --kind dataset",
            "vitrine pull alice/tiny@1.0.0 d --server http://x.example",
            "vitrine witness keygen --name w.example -o key",
            "vitrine witness serve --key key --policy p --state s --listen 127.0.0.1:0",
            "vitrine log init --origin v.example/log --data d",
            "vitrine log audit http://x.example --checkpoint c --json",
            "vitrine log monitor d --follow 0190 --every 60",
            "vitrine log doctor http://x.example",
            "vitrine log export d --server http://x.example",
            "vitrine verify d --release alice/tiny@1.0.0 --offline --json",
            "vitrine replay feed --offline --json --release-dir d",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn words_that_cannot_be_are_wrong_usage() {
        for line in [
            "vitrine push d tiny",
            "vitrine push d alice/tiny --release one",
            "vitrine pull alice/tiny@x d",
            "vitrine verify d --release alice/tiny",
            "vitrine admin user alice --role king",
            "vitrine admin token alice --scope everything",
            "vitrine admin organisation acme",
            "vitrine admin takedown alice/tiny@1.0.0 --reason because",
            "vitrine admin takedown alice/tiny --reason copyright",
            "vitrine push d alice/tiny --kind thing",
            "vitrine explain m.onnx",
            "vitrine explain m.onnx --rows r.csv --quantity best",
            "vitrine explain m.onnx --rows r.csv --method guess",
            "vitrine explain m.onnx --rows r.csv --k 0",
            "vitrine explain m.onnx --rows r.csv --pair 1,1",
            "vitrine explain m.onnx --rows r.csv --threads 0",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
