//! `cargo xtask verify-all`: checks that take too long for every change.

mod behaviour;
mod cards;
mod deaths;
mod fuzz;
mod kill;
mod outside;
mod sampling;
mod tampering;
mod vectors;
mod web;

use std::io::Write;

use crate::workspace::Workspace;
use crate::{Problem, build};

/// What can be checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Name {
    /// The server is killed again and again while a large file arrives, and at every step of a round of its record book.
    Kill,
    /// A verifier that others wrote checks the record book.
    Outside,
    /// Every changed byte of a record book is named.
    Tampering,
    /// Whatever reads what strangers wrote is fuzzed.
    Fuzz,
    /// Every number on every card of the demo is computed again, a hundred times over, and every change is found.
    Cards,
    /// Drawn explanations hold the exact values inside their intervals.
    Sampling,
    /// Every published formula gives every published value.
    Vectors,
    /// Every page can be read by everybody: markup, contrast, names for screen readers, narrow windows.
    Web,
}

/// Checks what is named, or everything.
pub(crate) fn verify_all(name: Option<Name>, mib: u64, out: &mut dyn Write) -> Result<(), Problem> {
    let program = build::build(out)?;
    let workspace = Workspace::find()?;
    let asked = |one| name.is_none_or(|name| name == one);
    if asked(Name::Vectors) {
        vectors::verify(&workspace, &program, out)?;
    }
    if asked(Name::Sampling) {
        sampling::verify(&workspace, &program, out)?;
    }
    if asked(Name::Cards) {
        cards::verify(&workspace, &program, out)?;
    }
    if asked(Name::Fuzz) {
        fuzz::verify(&workspace, out)?;
    }
    if asked(Name::Tampering) {
        tampering::verify(&workspace, &program, out)?;
    }
    if asked(Name::Outside) {
        outside::verify(&workspace, &program, out)?;
    }
    if asked(Name::Web) {
        web::verify(&workspace, &program, out)?;
    }
    if asked(Name::Kill) {
        deaths::verify(&workspace, &program, out)?;
        kill::verify(&workspace, &program, mib, out)?;
    }
    Ok(())
}
