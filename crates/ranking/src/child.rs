//! The worker's side: what runs in the child process.

mod confine;
mod numbers;
mod serve;
mod session;

pub use serve::serve_worker;

use crate::message::{Failed, Failure, harmless};

/// A failure that is told to the server; the worker goes on.
#[derive(Debug)]
struct Complaint {
    failure: Failure,
    text: String,
}

impl Complaint {
    fn new(failure: Failure, text: impl Into<String>) -> Self {
        Self { failure, text: text.into() }
    }

    /// What ONNX Runtime said, with shortage of memory told apart.
    fn of_runtime<R>(failure: Failure, error: &ort::Error<R>) -> Self {
        let text = error.message();
        if crate::worker::speaks_of_memory(text) {
            Self::new(Failure::Memory, text)
        } else {
            Self::new(failure, text)
        }
    }

    fn into_message(self) -> Failed {
        Failed { failure: self.failure, text: harmless(&self.text) }
    }
}
