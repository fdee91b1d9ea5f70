//! `cargo xtask setup`: what the program and the tests need beside the Rust toolchain.

mod runtime;
mod tools;

use std::io::Write;

pub(crate) use runtime::RUNTIME_FILE;
pub(crate) use tools::{browser, postgres_folder, python, web};

use crate::workspace::Workspace;
use crate::{Problem, say};

/// Fetches what is missing and says in one sentence what cannot be fetched.
pub(crate) fn setup(tests: bool, out: &mut dyn Write) -> Result<(), Problem> {
    let workspace = Workspace::find()?;
    runtime::fetch(&workspace, out)?;
    if tests {
        tools::fetch(&workspace, out)?;
    }
    say(out, "Everything that is needed is here.")
}
