//! `cargo xtask build`: the program as people use it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::command::{cargo, run};
use crate::workspace::Workspace;
use crate::{Problem, say, setup};

/// Builds for use, puts ONNX Runtime beside the program and prints the program's path, which it returns.
pub(crate) fn build(out: &mut dyn Write) -> Result<PathBuf, Problem> {
    let workspace = Workspace::find()?;
    if !workspace.runtime().is_file() {
        setup::setup(false, out)?;
    }
    say(out, "Building the program (the first time takes about ten minutes) …")?;
    run(cargo(&workspace.root).args(["build", "--release", "--package", "cli"]))?;
    let program = workspace.program();
    let beside = program.with_file_name(setup::RUNTIME_FILE);
    let copying = || Problem::system(format!("writing `{}`", beside.display()));
    // A running program may have the old file open: the new one takes its place whole.
    let fresh = beside.with_extension("new");
    fs::copy(workspace.runtime(), &fresh).map_err(copying())?;
    fs::rename(&fresh, &beside).map_err(copying())?;
    say(out, &program.display().to_string())?;
    Ok(program)
}
