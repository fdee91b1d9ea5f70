//! A site in a process of its own, which can be killed.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::database::TestDatabase;
use crate::{Client, Must, program};

/// A data folder, a database, and at times the program `vitrine serve` on them.
pub struct Site {
    folder: TempDir,
    database: TestDatabase,
    running: Option<Running>,
}

struct Running {
    child: Child,
    address: String,
}

/// How the program ended that did not start.
#[derive(Debug)]
pub struct Refused {
    /// Exit code.
    pub code: Option<i32>,
    /// The last line that it said.
    pub said: String,
}

impl Site {
    /// An empty data folder; nothing runs yet.
    ///
    /// # Panics
    /// When there is no room for it.
    pub async fn create() -> Self {
        crate::needs_models();
        let folder = tempfile::tempdir().must("making a folder");
        let database = TestDatabase::create(&folder.path().to_string_lossy()).await;
        Self { folder, database, running: None }
    }

    /// The same with a SQLite database, whichever one the tests run on.
    ///
    /// # Panics
    /// When there is no room for it.
    #[must_use]
    pub fn on_sqlite() -> Self {
        crate::needs_models();
        let folder = tempfile::tempdir().must("making a folder");
        Self { folder, database: TestDatabase::in_folder(), running: None }
    }

    /// Its data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of its database; `None` for the file in its folder.
    #[must_use]
    pub fn database_url(&self) -> Option<String> {
        self.database.url()
    }

    /// The program with this site's settings and these arguments.
    #[must_use]
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(program());
        command.args(line.split_whitespace()).current_dir(self.folder()).kill_on_drop(true);
        for name in ["VITRINE_SERVER", "VITRINE_TOKEN", "VITRINE_LOG_KEY", "VITRINE_PUBLIC_URL"] {
            command.env_remove(name);
        }
        command.env("VITRINE_DATA", self.folder()).env("XDG_STATE_HOME", self.folder().join("state"));
        match self.database.url() {
            Some(url) => command.env("VITRINE_DATABASE_URL", url),
            None => command.env_remove("VITRINE_DATABASE_URL"),
        };
        command
    }

    /// Runs a command that must work, and gives what it said.
    ///
    /// # Panics
    /// When it does not.
    pub async fn ask(&self, line: &str) -> String {
        let output = self.command(line).output().await.must(line);
        assert!(output.status.success(), "{line}: {output:?}");
        String::from_utf8(output.stdout).must("UTF-8").trim().to_owned()
    }

    /// Serves on a free port, until it is killed.
    ///
    /// # Errors
    /// [`Refused`] when the program ends before it is ready.
    pub async fn start(&mut self) -> Result<(), Refused> {
        let path = self.folder().join("stderr");
        let stderr = std::fs::File::create(&path).must("a file for its log");
        let mut command = self.command("serve --listen 127.0.0.1:0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().must("starting the program");
        let mut lines = BufReader::new(child.stdout.take().must("a pipe")).lines();
        while let Some(line) = lines.next_line().await.must("reading") {
            if let Some(address) = line.strip_prefix("Vitrine is at http://") {
                self.running = Some(Running { child, address: address.to_owned() });
                return Ok(());
            }
        }
        let code = child.wait().await.must("waiting for the program").code();
        let said = std::fs::read_to_string(path).must("reading its log");
        Err(Refused { code, said: said.trim().lines().last().unwrap_or_default().to_owned() })
    }

    fn running(&self) -> &Running {
        self.running.as_ref().must("the site runs")
    }

    /// Its address, `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.running().address
    }

    /// Number of its process; `None` once that has ended.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.running().child.id()
    }

    /// A client with this token.
    #[must_use]
    pub fn client(&self, token: Option<&str>) -> Client {
        Client::new(self.address(), token)
    }

    /// Makes a person, and gives a token.
    pub async fn person(&self, name: &str) -> String {
        self.ask(&format!("admin user {name}")).await;
        self.ask(&format!("admin token {name}")).await
    }

    /// Ends the program as a power cut would. It may have ended before.
    ///
    /// # Panics
    /// When it does not run.
    pub async fn kill(&mut self) {
        let mut running = self.running.take().must("the site runs");
        if running.child.id().is_some() {
            running.child.kill().await.must("killing the program");
        }
    }

    /// Waits until the program has ended.
    pub async fn ended(&mut self) {
        if let Some(running) = &mut self.running {
            running.child.wait().await.must("waiting for the program");
        }
    }

    /// Keeps a copy of the database, of which nothing may be running.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn back_up(&self) {
        self.database.back_up(self.folder()).await;
    }

    /// Puts the copy in the place of the database, as often as wished.
    ///
    /// # Panics
    /// When there is no copy.
    pub async fn restore(&self) {
        self.database.restore(self.folder()).await;
    }

    /// Removes its database.
    pub async fn remove(mut self) {
        if self.running.is_some() {
            self.kill().await;
        }
        self.database.remove().await;
    }
}
