//! Why a model gave no scores.

use std::io;
use std::time::Duration;

use explain::ScoreError;

/// Why a model gave no scores. Each variant is one outcome, see [`RunError::code`].
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Reading the file showed that it must not, or cannot, be run; no process was started.
    #[error("the model was refused before it was run: {reason}")]
    Refused {
        /// What was found, as a sentence.
        reason: String,
    },
    /// ONNX Runtime would not load the model.
    #[error("the model could not be loaded: {reason}")]
    Load {
        /// What ONNX Runtime said.
        reason: String,
    },
    /// ONNX Runtime stopped while it computed, or the rows do not fit the model.
    #[error("the model could not be run on these rows: {reason}")]
    Run {
        /// What was wrong.
        reason: String,
    },
    /// The model used more processor time than it may.
    #[error("the model used more processor time than allowed ({allowed:?} {scope})")]
    Cpu {
        /// The limit that was reached.
        allowed: Duration,
        /// What the limit covers, such as `for loading`.
        scope: &'static str,
    },
    /// The model took longer on the clock than it may.
    #[error("the model took longer than allowed ({allowed:?} {scope})")]
    Wall {
        /// The limit that was reached.
        allowed: Duration,
        /// What the limit covers, such as `for loading`.
        scope: &'static str,
    },
    /// The model asked for more memory than it may.
    #[error("the model needs more memory than allowed ({allowed_bytes} bytes of address space)")]
    Memory {
        /// The limit, in bytes.
        allowed_bytes: u64,
    },
    /// The worker died of a signal that no limit explains.
    #[error("the process that ran the model crashed ({how})")]
    Crashed {
        /// The signal or exit status.
        how: String,
    },
    /// The worker made a system call that it must not make.
    #[error("the process that ran the model tried something that is forbidden to it and was stopped")]
    Policy,
    /// The model ran, and what it gave are not scores.
    #[error("the model's answer cannot be used: {reason}")]
    BadOutput {
        /// Which output and row, and what would be right.
        reason: String,
    },
    /// The worker of this handle has ended after an earlier error.
    #[error("the worker has ended after an earlier error; start a new one")]
    Ended,
    /// ONNX Runtime is not installed. Says nothing about the model.
    #[error(
        "ONNX Runtime was not found (looked for {looked_for}); run `cargo xtask setup`, or set ORT_DYLIB_PATH to \
         the full path of libonnxruntime.so.1.32.0"
    )]
    RuntimeMissing {
        /// The places, separated by commas.
        looked_for: String,
    },
    /// A library was found that is not the one we know. Says nothing about the model.
    #[error(
        "`{path}` is not the ONNX Runtime 1.32.0 that this program knows; run `cargo xtask setup` again, or set \
         ORT_DYLIB_PATH if you trust the file"
    )]
    RuntimeUnknown {
        /// The file.
        path: String,
    },
    /// This machine would not start or steer the worker. Says nothing about the model.
    #[error("the worker process could not be used while {doing}")]
    Host {
        /// What was under way.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl RunError {
    /// The outcome: `refused_static`, `load_error`, `runtime_error`, `limit_cpu`, `limit_wall`, `limit_memory`,
    /// `crashed`, `policy_violation` or `bad_output`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused_static",
            Self::Load { .. }
            | Self::RuntimeMissing { .. }
            | Self::RuntimeUnknown { .. }
            | Self::Host { .. } => "load_error",
            Self::Run { .. } | Self::Ended => "runtime_error",
            Self::Cpu { .. } => "limit_cpu",
            Self::Wall { .. } => "limit_wall",
            Self::Memory { .. } => "limit_memory",
            Self::Crashed { .. } => "crashed",
            Self::Policy => "policy_violation",
            Self::BadOutput { .. } => "bad_output",
        }
    }

    /// Whether this machine, and not the model or the rows, is to blame; the same request may succeed later.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::RuntimeMissing { .. } | Self::RuntimeUnknown { .. } | Self::Host { .. } | Self::Ended
        )
    }
}

impl From<RunError> for ScoreError {
    fn from(error: RunError) -> Self {
        let reason = match &error {
            RunError::Host { source, .. } => format!("{error}: {source}"),
            _ => error.to_string(),
        };
        Self { code: error.code(), reason }
    }
}
