//! Running other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Problem;

/// Runs a program that shares our terminal.
pub(crate) fn run(command: &mut Command) -> Result<(), Problem> {
    let status = command.status().map_err(Problem::system(format!("starting `{}`", line(command))))?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::Failed { command: line(command), status: status.to_string(), said: String::new() })
}

/// Runs a program quietly and gives what it wrote on standard output; what it said is shown only where it failed.
pub(crate) fn ask(command: &mut Command) -> Result<String, Problem> {
    let output = finish(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failed(command, &output))
}

/// Runs a program quietly, whatever it thinks of it.
pub(crate) fn finish(command: &mut Command) -> Result<Output, Problem> {
    command.stdin(Stdio::null()).output().map_err(Problem::system(format!("starting `{}`", line(command))))
}

/// The problem of a program that ended with an error.
pub(crate) fn failed(command: &Command, output: &Output) -> Problem {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = format!(": {}", String::from_utf8_lossy(&said).trim());
    Problem::Failed { command: line(command), status: output.status.to_string(), said }
}

/// The command line, for people.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Where a program lies in the search path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    folders.into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether Debian packages can be installed here.
pub(crate) fn can_install() -> bool {
    rustix::process::geteuid().is_root() && find("apt-get").is_some()
}

/// Installs Debian packages.
pub(crate) fn install(packages: &[&str]) -> Result<(), Problem> {
    let quiet = |command: &mut Command| ask(command.env("DEBIAN_FRONTEND", "noninteractive")).map(drop);
    quiet(Command::new("apt-get").args(["update", "-q"]))?;
    quiet(Command::new("apt-get").args(["install", "-q", "-y", "--no-install-recommends"]).args(packages))
}

/// The cargo that runs us.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    // What `cargo run` says about this package would make build scripts that watch it run again.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&*name);
        }
    }
    cargo
}
