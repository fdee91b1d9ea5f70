//! `cargo xtask test`: everything that must hold before a change is taken.

mod tally;

use std::fs;
use std::io::Write;
use std::process::Command;

use self::tally::{Tally, run_and_count};
use crate::command::{ask, cargo, find, line, run};
use crate::postgres::{Disk, Postgres};
use crate::workspace::Workspace;
use crate::{Problem, say, setup};

/// The packages whose tests see a database: the platform from outside, and its use cases. They run on both.
const BEHAVIOUR: [&str; 2] = ["tests", "registry"];

/// Which tests of the workspace to run.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Part {
    Units,
    Behaviour,
}

/// Runs all checks. Ends with `N passed, N failed`.
pub(crate) fn test(out: &mut dyn Write) -> Result<(), Problem> {
    setup::setup(true, out)?;
    let workspace = Workspace::find()?;
    check_form(&workspace, out)?;
    let total = run_tests(&workspace, out)?;
    lint_openapi(&workspace, out)?;
    say(out, &format!("\n{} passed, {} failed", total.passed, total.failed))?;
    if total.failed == 0 { Ok(()) } else { Err(Problem::Found("some tests failed".to_owned())) }
}

/// Format, lints, docs.
fn check_form(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
    let mut step = |words: &[&str]| {
        say(out, &format!("\n> cargo {}", words.join(" ")))?;
        run(cargo(&workspace.root).args(words).env("RUSTDOCFLAGS", "-D warnings"))
    };
    step(&["fmt", "--all", "--check"])?;
    step(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    step(&["doc", "--workspace", "--no-deps", "--quiet"])?;
    step(&["build", "--workspace", "--bins", "--quiet"])
}

/// Unit tests, behaviour tests on both databases, examples in the docs.
fn run_tests(workspace: &Workspace, out: &mut dyn Write) -> Result<Tally, Problem> {
    let units = count(workspace, Part::Units, None, out)?;
    let sqlite = count(workspace, Part::Behaviour, None, out)?;
    let postgres = Postgres::start(Disk::Forgets)?;
    let on_postgres = count(workspace, Part::Behaviour, Some(postgres.url()), out)?;
    postgres.stop()?;
    let mut examples = cargo(&workspace.root);
    examples.args(["test", "--doc", "--workspace"]).env("ORT_DYLIB_PATH", workspace.runtime());
    let examples = announced(&mut examples, out)?;
    let behaviour = [sqlite.passed, on_postgres.passed];
    say(out, &format!("\nBehaviour tests: {} passed on SQLite, {} on Postgres", behaviour[0], behaviour[1]))?;
    let total = units + sqlite + on_postgres + examples;
    if sqlite.passed == 0 || sqlite.passed != on_postgres.passed {
        say(out, &format!("{} passed, {} failed", total.passed, total.failed))?;
        return Err(Problem::Found("the behaviour tests must all pass on both databases".to_owned()));
    }
    Ok(total)
}

fn count(
    workspace: &Workspace,
    part: Part,
    database: Option<&str>,
    out: &mut dyn Write,
) -> Result<Tally, Problem> {
    let mut command = cargo(&workspace.root);
    // One selection of packages for all runs, so that nothing is built twice.
    if find("cargo-nextest").is_some() {
        let behaviour = BEHAVIOUR.map(|package| format!("package(={package})")).join(" + ");
        let filter = if part == Part::Behaviour { behaviour } else { format!("not ({behaviour})") };
        command.args(["nextest", "run", "--workspace", "--no-fail-fast", "-E", &filter]);
    } else if part == Part::Behaviour {
        command.args(["test", "--no-fail-fast", "--all-targets"]);
        command.args(BEHAVIOUR.iter().flat_map(|package| ["--package", package]));
    } else {
        command.args(["test", "--no-fail-fast", "--all-targets", "--workspace"]);
        command.args(BEHAVIOUR.iter().flat_map(|package| ["--exclude", package]));
    }
    command.env("ORT_DYLIB_PATH", workspace.runtime());
    match database {
        Some(url) => {
            let dump = setup::postgres_folder().map(|folder| folder.join("pg_dump"));
            command.envs(dump.filter(|dump| dump.is_file()).map(|dump| ("TEST_PG_DUMP", dump)));
            command.env("TEST_DATABASE_URL", url)
        }
        None => command.env_remove("TEST_DATABASE_URL"),
    };
    announced(&mut command, out)
}

fn announced(command: &mut Command, out: &mut dyn Write) -> Result<Tally, Problem> {
    let database = command.get_envs().any(|(name, value)| name == "TEST_DATABASE_URL" && value.is_some());
    say(out, &format!("\n> {}{}", line(command), if database { "   (on Postgres)" } else { "" }))?;
    run_and_count(command, out)
}

/// The description that the program prints must satisfy the linter.
fn lint_openapi(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Problem> {
    say(out, "\n> redocly lint openapi.json")?;
    let program = workspace.target.join("debug").join("vitrine");
    let description = ask(Command::new(program).arg("openapi"))?;
    let folder = tempfile::tempdir().map_err(Problem::system("making a temporary folder"))?;
    let file = folder.path().join("openapi.json");
    fs::write(&file, description).map_err(Problem::system(format!("writing `{}`", file.display())))?;
    let linter = workspace.downloads().join("npm/node_modules/.bin/redocly");
    let mut lint = Command::new(linter);
    lint.arg("lint").arg(&file).current_dir(&workspace.root);
    lint.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    run(&mut lint)
}
