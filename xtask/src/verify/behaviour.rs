//! Behaviour tests that look at more here than they do for every change, on both databases.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::command::{ask, cargo};
use crate::figures::Table;
use crate::postgres::{Disk, Postgres};
use crate::workspace::Workspace;
use crate::{Problem, say};

/// A behaviour test and the variable that says how much it is to look at.
pub(super) struct Behaviour<'a> {
    /// Its path among the tests.
    pub(super) test: &'a str,
    /// The variable of the environment, and its value.
    pub(super) more: (&'a str, &'a str),
    /// What it says when it could not look.
    pub(super) left_out: &'a str,
}

impl Behaviour<'_> {
    /// Runs the test with the program as people use it. Gives the lines of JSON that it wrote, by database.
    pub(super) fn run(
        &self,
        workspace: &Workspace,
        program: &Path,
        out: &mut dyn Write,
    ) -> Result<Vec<(&'static str, Vec<Value>)>, Problem> {
        let postgres = Postgres::start(Disk::Keeps)?;
        let mut figures = Vec::new();
        for (name, url) in [("SQLite", None), ("Postgres", Some(postgres.url()))] {
            say(out, &format!("Running {} on {name} …", self.test))?;
            let mut test = cargo(&workspace.root);
            test.args([
                "test",
                "--package",
                "tests",
                "--test",
                "it",
                "--",
                "--exact",
                "--nocapture",
                self.test,
            ]);
            test.env(self.more.0, self.more.1)
                .env("VITRINE_PROGRAM", program)
                .env_remove("TEST_DATABASE_URL");
            test.envs(url.map(|url| ("TEST_DATABASE_URL", url)));
            let said = ask(&mut test)?;
            if said.contains("left out: ") || !said.contains("1 passed") {
                return Err(Problem::Missing(self.left_out.to_owned()));
            }
            figures.push((name, said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()));
        }
        postgres.stop()?;
        Ok(figures)
    }
}

/// The cell of a table for what a test wrote under this name.
pub(super) fn cell(figures: &Value, name: &str) -> String {
    match figures.get(name) {
        Some(Value::String(text)) => text.clone(),
        other => other.map(Value::to_string).unwrap_or_default(),
    }
}

/// Adds a row for each line that has all of these names.
pub(super) fn add_rows(
    table: &mut Table,
    (database, lines): (&str, &[Value]),
    names: &[&str],
    out: &mut dyn Write,
) -> Result<(), Problem> {
    for line in lines.iter().filter(|line| names.iter().all(|name| line.get(name).is_some())) {
        let cells = names.iter().map(|name| cell(line, name));
        table.add(std::iter::once(database.to_owned()).chain(cells).collect(), out)?;
    }
    Ok(())
}
