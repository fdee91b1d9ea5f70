//! The program as people run it: arguments, exit code, what it writes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tests::{Client, Must, RankingRelease, TestApp, needs_models, program};
use tokio::process::Command;

/// The program in a folder of its own, with a server and a token in its environment.
pub(crate) struct Program {
    folder: TempDir,
    server: Option<String>,
    token: Option<String>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit code.
    pub(crate) code: i32,
    /// What it answered.
    pub(crate) said: String,
    /// What it remarked.
    pub(crate) remarked: String,
}

impl Program {
    /// The program of an engineer of this platform.
    pub(crate) fn of(app: &TestApp) -> Self {
        let token = app.engineer().token().map(str::to_owned);
        Self { server: Some(format!("http://{}", app.address())), token, ..Self::alone() }
    }

    /// The program without a server.
    pub(crate) fn alone() -> Self {
        needs_models();
        Self { folder: tempfile::tempdir().must("making a folder"), server: None, token: None }
    }

    /// The same program with nobody's token.
    pub(crate) fn without_token(mut self) -> Self {
        self.token = None;
        self
    }

    /// A path in its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in its folder.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().must("a folder")).must("making a folder");
        std::fs::write(path, bytes).must("writing a file");
    }

    /// Writes a ranking release into a folder in its folder.
    pub(crate) fn write_release(&self, folder: &str, release: &RankingRelease) {
        for (path, bytes) in release.files() {
            self.write(&format!("{folder}/{path}"), bytes);
        }
    }

    /// A command that was not started yet.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.folder.path()).kill_on_drop(true);
        for name in ["VITRINE_SERVER", "VITRINE_TOKEN", "HF_ENDPOINT", "HF_TOKEN", "VITRINE_DATA"] {
            command.env_remove(name);
        }
        command.env("XDG_STATE_HOME", self.path("state"));
        for (name, value) in [("VITRINE_SERVER", &self.server), ("VITRINE_TOKEN", &self.token)] {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
    }

    /// Runs a line of arguments without spaces in them, to its end.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let output = self.command(&arguments).output().await;
        Ended::of(output.must("running the program"))
    }

    /// The same, with the most memory that the program itself used, in bytes, as far as looking at it every two
    /// milliseconds shows.
    pub(crate) async fn watched(&self, line: &str) -> (Ended, u64) {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = self.command(&arguments);
        let child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().must("starting the program");
        let status = format!("/proc/{}/status", child.id().must("a process"));
        let mut ending = std::pin::pin!(child.wait_with_output());
        let mut most = 0;
        loop {
            tokio::select! {
                output = &mut ending => return (Ended::of(output.must("running the program")), most),
                () = tokio::time::sleep(Duration::from_millis(2)) => most = most.max(peak(&status)),
            }
        }
    }
}

/// The peak of a process's memory, in bytes; 0 once it has ended.
fn peak(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map_or(0, |kib| kib * 1024)
}

impl Ended {
    fn of(Output { status, stdout, stderr }: Output) -> Self {
        Self {
            code: status.code().must("an exit code"),
            said: String::from_utf8(stdout).must("an answer in UTF-8"),
            remarked: String::from_utf8(stderr).must("remarks in UTF-8"),
        }
    }

    /// The same, if it ended with this code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.said, self.remarked);
        self
    }

    /// What it answered, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.said).must(&self.said)
    }
}

/// A platform on which the small ranking release lies in `small` and was pushed as `engineer/small@1.0.0`.
pub(crate) async fn pushed() -> (TestApp, Program) {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    vitrine.write_release("small", &RankingRelease::small());
    let _published = vitrine.run("push small engineer/small --release 1.0.0").await.with(0);
    (app, vitrine)
}

/// How a check ends that finds nothing wrong: 0, or 3 where the site keeps no record book to prove it.
pub(crate) async fn whole(app: &TestApp) -> i32 {
    whole_at(&app.anonymous()).await
}

/// The same of the site that a client asks.
pub(crate) async fn whole_at(client: &Client) -> i32 {
    if client.get("/log/vkey").await.code == 200 { 0 } else { 3 }
}

/// Flips one bit of a file.
pub(crate) fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).must("reading a file");
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).must("a byte") ^= 1;
    std::fs::write(path, bytes).must("writing a file");
}
