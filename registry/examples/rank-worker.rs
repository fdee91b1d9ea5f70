//! The process that runs models, as a program beside the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    ranking::serve_worker()
}
