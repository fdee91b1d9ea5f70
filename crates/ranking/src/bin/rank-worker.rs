//! The worker as a program of its own: what `vitrine rank-worker` runs, for tests and for operators who want to give
//! the process that runs models a separate file with separate rights.

use std::process::ExitCode;

fn main() -> ExitCode {
    ranking::serve_worker()
}
