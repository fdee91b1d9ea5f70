//! `cargo xtask demo`: the collection on a server of one's own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::command::ask;
use crate::server::Server;
use crate::workspace::{Workspace, copy_folder};
use crate::{Problem, build, say, setup};

/// Who owns the releases of the collection.
const OWNER: &str = "collection";

/// The version under which the collection is published.
const VERSION: &str = "1.0.0";

/// Builds, serves, loads what is missing, and stays until Ctrl-C.
pub(crate) fn demo(listen: &str, data: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    setup::setup(false, out)?;
    let program = build::build(out)?;
    let workspace = Workspace::find()?;
    let log = workspace.downloads().join("demo.log");
    say(out, &format!("Starting the server on {} (its log: {}) …", data.display(), log.display()))?;
    let server = Server::start(&program, listen, data, &log)?;
    let stopping = stop_on_signal(server.pid())?;
    let loaded = load(&workspace, &program, &server, &stopping, out);
    let mut failed = 0;
    if !stopping.load(Ordering::Relaxed) {
        failed = loaded?;
        say(out, &format!("\nVitrine is at {}  (Ctrl-C stops it)", server.address()))?;
    }
    server.wait()?;
    say(out, "Stopped. Everything is kept in the data folder.")?;
    if failed == 0 {
        Ok(())
    } else {
        Err(Problem::Found(format!("{failed} systems were not published, see above")))
    }
}

/// From now on Ctrl-C and SIGTERM ask the server to finish, and set the flag.
fn stop_on_signal(server: Pid) -> Result<Arc<AtomicBool>, Problem> {
    let stopping = Arc::new(AtomicBool::new(false));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(Problem::system("listening for Ctrl-C"))?;
    let flag = Arc::clone(&stopping);
    thread::spawn(move || {
        for _ in signals.forever() {
            flag.store(true, Ordering::Relaxed);
            // Fails only where the server has ended already.
            let _gone = kill_process(server, Signal::TERM);
        }
    });
    Ok(stopping)
}

/// Publishes every system of the collection that the server does not hold yet. Gives how many could not be published:
/// each says why, and the next run tries again.
fn load(
    workspace: &Workspace,
    program: &Path,
    server: &Server,
    stopping: &AtomicBool,
    out: &mut dyn Write,
) -> Result<usize, Problem> {
    let mut missing = Vec::new();
    for folder in systems(workspace)? {
        let name = name_of(&folder);
        match server.status(&format!("/api/v1/releases/{OWNER}/{name}/{VERSION}"))? {
            200 => say(out, &format!("{OWNER}/{name} is here."))?,
            _ => missing.push(folder),
        }
    }
    if missing.is_empty() {
        return Ok(0);
    }
    let mut failed = 0;
    let token = server.token(OWNER)?;
    for folder in missing {
        let name = name_of(&folder);
        say(out, &format!("Publishing {OWNER}/{name} and making its card …"))?;
        let published = prepare(workspace, program, &folder).and_then(|release| {
            let mut push = server.client(&token);
            push.arg("push").arg(release.path()).arg(format!("{OWNER}/{name}")).args(["--release", VERSION]);
            ask(&mut push)
        });
        if stopping.load(Ordering::Relaxed) {
            break;
        }
        if let Err(problem) = published {
            failed += 1;
            say(out, &format!("  It was not published: {problem}"))?;
        }
    }
    Ok(failed)
}

/// The folders of the collection that are ranking releases, by name.
fn systems(workspace: &Workspace) -> Result<Vec<PathBuf>, Problem> {
    let collection = workspace.collection();
    let entries = fs::read_dir(&collection).map_err(Problem::system("reading the collection"))?;
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut systems: Vec<PathBuf> =
        folders.filter(|folder| folder.join("system-card.yaml").is_file()).collect();
    systems.sort();
    if systems.is_empty() {
        return Err(Problem::Found(format!(
            "`{}` holds no system with a system-card.yaml",
            collection.display()
        )));
    }
    Ok(systems)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A copy of the folder with its model, compiled from the published formula where the folder has none.
pub(crate) fn prepare(
    workspace: &Workspace,
    program: &Path,
    folder: &Path,
) -> Result<tempfile::TempDir, Problem> {
    let release = tempfile::tempdir().map_err(Problem::system("making a temporary folder"))?;
    copy_folder(folder, release.path())?;
    let model = release.path().join("model.onnx");
    if !model.is_file() {
        let catalogue = workspace.collection().join("catalogue.yaml");
        let mut formula = Command::new(program);
        formula.arg("formula").arg(catalogue).args(["--id", &name_of(folder), "-o"]).arg(&model);
        ask(&mut formula)?;
    }
    Ok(release)
}
