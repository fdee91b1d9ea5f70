//! Why a command did not do what it was asked to.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cards::Fault;
use serde_json::json;

use crate::client::Problem;
use crate::out::Out;

/// Whether the exit code of a command answers a question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Checks {
    /// It says only whether the command did its work: 1 is failure.
    Nothing,
    /// 1 says that something differs, so failing to look is 3.
    InWords,
    /// The same, and the answer is JSON.
    AsJson,
}

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Arguments or variables that cannot be meant.
    #[error("{0}")]
    Usage(String),
    /// A file or folder that cannot be read.
    #[error("`{}` cannot be read", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder that cannot be written.
    #[error("`{}` cannot be written", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody takes the answer.
    #[error("the answer cannot be written")]
    Output(#[source] io::Error),
    /// The machine refused something.
    #[error("the system refused while {doing}")]
    System {
        /// What was under way.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A background task of this program ended in a way that it must not.
    #[error("a task of this program ended before it was done")]
    TaskLost(#[from] tokio::task::JoinError),
    /// Something about the files of the user, as a sentence.
    #[error("{0}")]
    Refused(String),
    /// Everything that is wrong with some files.
    #[error("{}", lines(.0))]
    Faults(Vec<Fault>),
    /// The server cannot be reached, or went away in the middle.
    #[error("the server at {server} did not answer")]
    Unreachable {
        /// Its address.
        server: String,
        /// What the connection said.
        source: reqwest::Error,
    },
    /// A connection on which nothing moved for too long.
    #[error("nothing came from or went to {server} for {seconds} seconds")]
    Stalled {
        /// Its address.
        server: String,
        /// How long nothing moved.
        seconds: u64,
    },
    /// The server said no.
    #[error(transparent)]
    Answer(#[from] Box<Problem>),
    /// The server said something that cannot be understood.
    #[error("the server's answer from {address} cannot be understood: {wrong}")]
    Unreadable {
        /// What was asked for.
        address: String,
        /// Why.
        wrong: String,
    },
    /// The site could not start.
    #[error(transparent)]
    Start(#[from] server::StartError),
    /// The site was not backed up or not restored.
    #[error(transparent)]
    Backup(#[from] server::backup::SiteBackupError),
    /// A setting of the site that cannot be.
    #[error(transparent)]
    Setting(#[from] server::WrongSetting),
    /// The registry refused.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// A formula that does not follow the language.
    #[error(transparent)]
    Formula(#[from] onnx::formula::FormulaError),
    /// A model that cannot be read.
    #[error("the model is refused: {0}")]
    Refusal(#[from] onnx::Refusal),
    /// A model that cannot be run.
    #[error(transparent)]
    Run(#[from] ranking::RunError),
    /// Rows that cannot be explained.
    #[error(transparent)]
    Report(cards::report::Error),
    /// An answer that cannot be written as a table.
    #[error("the answer cannot be written as CSV: {0}")]
    Csv(String),
    /// A card that cannot be made.
    #[error("the card cannot be made")]
    Generate(#[from] cards::GenerateError),
    /// A witness that cannot work.
    #[error(transparent)]
    Witness(#[from] ::witness::KeeperError),
    /// A document that cannot be written.
    #[error("a document cannot be written")]
    Document(#[from] domain::canonical::Error),
    /// JSON that cannot be written.
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<cards::report::Error> for Error {
    fn from(error: cards::report::Error) -> Self {
        match error {
            cards::report::Error::Faults(faults) => Self::Faults(faults),
            other => Self::Report(other),
        }
    }
}

impl Error {
    /// For `map_err`: this path cannot be read.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// For `map_err`: this path cannot be written.
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    /// Whether the same thing may succeed a little later: the server restarts, is busy, or the line broke.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => !source.is_builder() && !source.is_redirect(),
            Self::Stalled { .. } => true,
            Self::Answer(problem) => problem.may_pass(),
            _ => false,
        }
    }

    /// Whether the server was not even reached.
    pub(crate) fn is_no_connection(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => source.is_connect(),
            Self::Answer(problem) => problem.may_pass(),
            _ => false,
        }
    }

    /// Whether the server says that there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Answer(problem) if problem.status == 404)
    }

    /// Whether the server says that it was removed by order.
    pub(crate) fn is_removed(&self) -> bool {
        matches!(self, Self::Answer(problem) if problem.status == 451)
    }

    /// Whether a file is not there.
    pub(crate) fn is_no_file(&self) -> bool {
        matches!(self, Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Whether the server says so by this name.
    pub(crate) fn is_problem(&self, slug: &str) -> bool {
        matches!(self, Self::Answer(problem) if problem.slug() == slug)
    }

    /// The error and its causes as one sentence.
    pub(crate) fn sentence(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(source) = cause {
            let more = source.to_string();
            if !text.ends_with(&more) {
                text = format!("{text}: {more}");
            }
            cause = source.source();
        }
        text
    }

    /// Tells the error and gives the exit code.
    pub(crate) fn tell(&self, out: &mut Out, checks: Checks) -> ExitCode {
        if let Self::Output(source) = self
            && source.kind() == io::ErrorKind::BrokenPipe
        {
            // Whoever read the answer has seen enough, as in `vitrine openapi | head`.
            return ExitCode::SUCCESS;
        }
        let sentence = self.sentence();
        out.remark(format_args!("vitrine: {sentence}"));
        let code = match (self, checks) {
            (Self::Usage(_), _) => 2,
            (_, Checks::Nothing) => 1,
            (_, Checks::InWords | Checks::AsJson) => 3,
        };
        if checks == Checks::AsJson && code == 3 {
            let answer = json!({"outcome": "could_not_check", "reason": sentence});
            // The exit code and the remark say the same.
            let _nobody_reads = out.say(answer);
        }
        ExitCode::from(code)
    }
}

/// A line for each fault.
pub(crate) fn lines(faults: &[Fault]) -> String {
    let place = |fault: &Fault| {
        let file = fault.file.as_deref().unwrap_or("(here)");
        let at = fault.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        if fault.field.is_empty() { at } else { format!("{at} {}", fault.field) }
    };
    let line = |fault: &Fault| format!("  {}: {} {}", place(fault), fault.wrong, fault.right);
    let count = match faults.len() {
        1 => "one thing is wrong".to_owned(),
        several => format!("{several} things are wrong"),
    };
    std::iter::once(format!("{count}:")).chain(faults.iter().map(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_with_file_line_and_field() {
        let faults = vec![
            Fault::new("signals[3].unit", "The unit is missing.", "Write it.")
                .at(12)
                .in_file("system-card.yaml"),
            Fault::new("", "The file is missing.", "Add it.").in_file("model.onnx"),
        ];

        assert_eq!(
            Error::Faults(faults).sentence(),
            "2 things are wrong:\n  system-card.yaml:12 signals[3].unit: The unit is missing. Write it.\n  \
             model.onnx: The file is missing. Add it."
        );
    }

    #[test]
    fn causes_are_part_of_the_sentence() {
        let error = Error::read(Path::new("x.csv"))(io::Error::other("the disk is gone"));

        assert_eq!(error.sentence(), "`x.csv` cannot be read: the disk is gone");
    }
}
