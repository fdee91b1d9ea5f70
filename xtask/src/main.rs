//! The chores of this repository: `cargo xtask setup | build | demo | test | bench | verify-all`.
//!
//! Knows the program `vitrine` only through its commands and addresses, like any other user of it.

mod bench;
mod book;
mod build;
mod collection;
mod command;
mod demo;
mod figures;
mod http;
mod postgres;
mod server;
mod setup;
mod test;
mod verify;
mod workspace;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Fetch ONNX Runtime, which runs the ranking models.
    Setup {
        /// Also fetch what the tests need: Postgres, a browser, the OpenAPI linter, checkers of pages.
        #[arg(long)]
        tests: bool,
    },
    /// Build the program for use and print where it is.
    Build,
    /// Build, load the collection and serve it until Ctrl-C.
    Demo {
        /// Address and port to serve on.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// Folder that keeps everything; running again keeps what is there.
        #[arg(long, default_value = "vitrine-data")]
        data: PathBuf,
    },
    /// Check everything: format, lints, docs, all tests on SQLite and on Postgres, the API description.
    Test,
    /// Measure one thing, or everything.
    Bench {
        /// Which one.
        name: Option<bench::Name>,
        /// Size of the file, in MiB.
        #[arg(long, default_value_t = 1024)]
        mib: u64,
    },
    /// Write the made-up reference lists of the collection again.
    Lists,
    /// The long checks: one of them, or all.
    VerifyAll {
        /// Which one.
        name: Option<verify::Name>,
        /// Size of the file that is uploaded, in MiB.
        #[arg(long, default_value_t = 1024)]
        mib: u64,
    },
}

/// Why a chore was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// Something must be installed first.
    #[error("{0}")]
    Missing(String),
    /// A program that we ran ended with an error.
    #[error("`{command}` failed ({status}){said}")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
        /// What it wrote, after a colon; empty where it was shown already.
        said: String,
    },
    /// A check found something.
    #[error("{0}")]
    Found(String),
    /// The system refused.
    #[error("{doing}")]
    System {
        /// What was under way.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Problem {
    /// For `map_err`: the system refused while we were `doing` this.
    pub(crate) fn system(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { doing: doing.into(), source }
    }
}

fn main() -> ExitCode {
    let mut out = io::stdout();
    let done = match Arguments::parse().chore {
        Chore::Setup { tests } => setup::setup(tests, &mut out),
        Chore::Build => build::build(&mut out).map(drop),
        Chore::Demo { listen, data } => demo::demo(&listen, &data, &mut out),
        Chore::Test => test::test(&mut out),
        Chore::Bench { name, mib } => bench::bench(name, mib, &mut out),
        Chore::Lists => workspace::Workspace::find()
            .and_then(|workspace| collection::write_lists(&workspace.collection(), &mut out)),
        Chore::VerifyAll { name, mib } => verify::verify_all(name, mib, &mut out),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let cause = problem.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            // If this cannot be written, the exit code still says it.
            let _unread = writeln!(io::stderr(), "xtask: {problem}{cause}");
            ExitCode::FAILURE
        }
    }
}

/// One line for the person at the terminal.
pub(crate) fn say(out: &mut dyn Write, line: &str) -> Result<(), Problem> {
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Problem::system("writing to the terminal"))
}
