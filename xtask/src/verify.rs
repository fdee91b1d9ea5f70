//! `cargo xtask verify-all`: checks that take too long for every change.

mod kill;
mod vectors;

use std::io::Write;

use crate::workspace::Workspace;
use crate::{Problem, build};

/// What can be checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Name {
    /// The server is killed again and again while a large file arrives.
    Kill,
    /// Every published formula gives every published value.
    Vectors,
}

/// Checks what is named, or everything.
pub(crate) fn verify_all(name: Option<Name>, mib: u64, out: &mut dyn Write) -> Result<(), Problem> {
    let program = build::build(out)?;
    let workspace = Workspace::find()?;
    if name != Some(Name::Kill) {
        vectors::verify(&workspace, &program, out)?;
    }
    if name != Some(Name::Vectors) {
        kill::verify(&workspace, &program, mib, out)?;
    }
    Ok(())
}
