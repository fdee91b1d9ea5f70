//! A running `vitrine serve`, and the client commands against it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::Problem;
use crate::command::{ask, finish};

/// What the server prints when it is ready, before its address.
const READY: &str = "Vitrine is at ";

/// Longest time until it says so.
const START: Duration = Duration::from_mins(2);

/// A server of its own process group, so that Ctrl-C reaches it through us alone. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    program: PathBuf,
    data: PathBuf,
    child: Child,
    address: String,
}

impl Server {
    /// Starts the program on this address and data folder, and waits until it is ready. Its log goes to a file.
    pub(crate) fn start(program: &Path, listen: &str, data: &Path, log: &Path) -> Result<Self, Problem> {
        Self::start_with(program, (listen, data, log), &[])
    }

    /// Starts the program as [`Server::start`] does, with these settings in its environment.
    pub(crate) fn start_with(
        program: &Path,
        (listen, data, log): (&str, &Path, &Path),
        settings: &[(&str, &str)],
    ) -> Result<Self, Problem> {
        let log_file = File::create(log).map_err(Problem::system(format!("writing `{}`", log.display())))?;
        let mut command = Command::new(program);
        command.args(["serve", "--listen", listen, "--data"]).arg(data).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log_file).envs(settings.iter().copied());
        let starting = || Problem::system(format!("starting `{}`", program.display()));
        let mut child = command.spawn().map_err(starting())?;
        let stdout = child.stdout.take().ok_or_else(|| starting()(io::ErrorKind::BrokenPipe.into()))?;
        let mut server =
            Self { program: program.to_owned(), data: data.to_owned(), child, address: String::new() };
        server.address = wait_for_address(stdout).map_err(|what| {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            Problem::Found(format!("the server {what}; its log is `{}`: {}", log.display(), said.trim()))
        })?;
        Ok(server)
    }

    /// `http://…` as the server printed it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// An API token of this user, who is made where there is none.
    pub(crate) fn token(&self, user: &str) -> Result<String, Problem> {
        let mut token = self.admin(&["token", user]);
        let first = finish(&mut token)?;
        let text = if first.status.success() {
            String::from_utf8_lossy(&first.stdout).into_owned()
        } else {
            ask(&mut self.admin(&["user", user]))?;
            ask(&mut self.admin(&["token", user]))?
        };
        Ok(text.trim().to_owned())
    }

    /// `vitrine admin …` on this server's data.
    pub(crate) fn admin(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("admin").args(words).env("VITRINE_DATA", &self.data);
        command
    }

    /// A client command, with a token.
    pub(crate) fn client(&self, token: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env("VITRINE_SERVER", &self.address).env("VITRINE_TOKEN", token);
        command
    }

    /// The status of a GET without a token.
    pub(crate) fn status(&self, path: &str) -> Result<u16, Problem> {
        status(&self.address, path).map_err(Problem::system(format!("asking `{}{path}`", self.address)))
    }

    /// Waits until the server ends, for example because it was told to.
    pub(crate) fn wait(mut self) -> Result<(), Problem> {
        let status = self.child.wait().map_err(Problem::system("waiting for the server"))?;
        if status.success() {
            return Ok(());
        }
        Err(Problem::Failed {
            command: "vitrine serve".to_owned(),
            status: status.to_string(),
            said: String::new(),
        })
    }

    /// Asks the server to finish, and waits.
    pub(crate) fn stop(self) -> Result<(), Problem> {
        kill_process(self.pid(), Signal::TERM)
            .map_err(|error| Problem::system("stopping the server")(error.into()))?;
        self.wait()
    }

    /// Ends the server as a power cut would end it.
    pub(crate) fn kill(mut self) -> Result<(), Problem> {
        self.child.kill().map_err(Problem::system("killing the server"))?;
        self.child.wait().map(drop).map_err(Problem::system("waiting for the killed server"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only where the process has ended already.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The address in the line that says the server is ready; the rest of its output is read and dropped.
fn wait_for_address(stdout: ChildStdout) -> Result<String, String> {
    let (found, address) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        let ready = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once(READY).map(|(_, address)| address.trim().to_owned()));
        // Whoever waits may have given up.
        let _unheard = ready.map(|address| found.send(address));
        lines.map_while(Result::ok).for_each(drop);
    });
    address.recv_timeout(START).map_err(|error| match error {
        RecvTimeoutError::Timeout => format!("did not print `{READY}…` within {START:?}"),
        RecvTimeoutError::Disconnected => format!("ended before it printed `{READY}…`"),
    })
}

fn status(address: &str, path: &str) -> io::Result<u16> {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    // In one piece: who answers early and hangs up must not cut the question.
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream.take(1024)).read_line(&mut line)?;
    let code = line.split_ascii_whitespace().nth(1).and_then(|code| code.parse().ok());
    code.ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("no HTTP status in `{}`", line.trim()))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A program that behaves as this shell script.
    fn start(script: &str) -> Result<Server, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("vitrine");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Server::start(&program, "127.0.0.1:0", &folder.path().join("data"), &folder.path().join("log"))
    }

    #[test]
    fn a_server_is_ready_when_it_says_its_address_and_stops_when_asked() {
        let script = "trap 'exit 0' TERM; echo migrating; echo 'Vitrine is at http://127.0.0.1:1'\n\
                      while :; do sleep 0.01; done";

        let server = start(script).unwrap();

        assert_eq!(server.address(), "http://127.0.0.1:1");
        server.stop().unwrap();
    }

    #[test]
    fn a_server_that_does_not_start_shows_its_log() {
        let problem = start("echo 'the port is taken' >&2; exit 1").unwrap_err();

        assert!(problem.to_string().ends_with(": the port is taken"), "{problem}");
    }

    #[test]
    fn a_status_is_read_from_the_first_line_of_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serve = thread::spawn(move || {
            for answer in ["HTTP/1.1 404 Not Found\r\n\r\n", "nonsense\r\n"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });

        assert_eq!(status(&address, "/none").unwrap(), 404);
        assert!(status(&address, "/none").is_err());
        serve.join().unwrap();
    }
}
