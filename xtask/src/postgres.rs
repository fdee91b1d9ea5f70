//! A Postgres cluster for one run of the tests or of a benchmark.

use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::Problem;
use crate::command::{ask, find};
use crate::setup::postgres_folder;

/// What Postgres writes when it answers.
const READY: &str = "database system is ready to accept connections";

/// Longest time until it does.
const START: Duration = Duration::from_mins(1);

/// Whether what is committed must outlive the machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Disk {
    /// It need not: faster, for tests.
    Forgets,
    /// It must: as on a site, for figures.
    Keeps,
}

/// A cluster on a free port of this machine, in a temporary folder. Stopped when dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    child: Child,
    programs: PathBuf,
    url: String,
    _folder: TempDir,
}

impl Postgres {
    /// Makes and starts the cluster.
    pub(crate) fn start(disk: Disk) -> Result<Self, Problem> {
        let programs = postgres_folder()
            .ok_or_else(|| Problem::Missing("install Postgres: `apt-get install postgresql`".to_owned()))?;
        let folder = tempfile::Builder::new().prefix("vitrine-postgres").tempdir();
        let folder = folder.map_err(Problem::system("making a folder for Postgres"))?;
        let owner = Owner::choose()?;
        owner.take(folder.path())?;
        let cluster = folder.path().join("cluster");
        let mut initdb = owner.command(&programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "--username=postgres",
            "-D",
        ]);
        ask(initdb.arg(&cluster).current_dir(folder.path()))?;
        let port = free_port().map_err(Problem::system("looking for a free port"))?;
        let mut postgres = owner.command(&programs.join("postgres"));
        postgres.arg("-D").arg(&cluster).arg("-k").arg(folder.path()).args(["-h", "127.0.0.1", "-p"]);
        // Tests open many connections.
        postgres.arg(port.to_string()).args(["-c", "max_connections=400"]);
        postgres.args(["-c", if disk == Disk::Keeps { "fsync=on" } else { "fsync=off" }]);
        postgres.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = postgres.spawn().map_err(Problem::system("starting Postgres"))?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut cluster = Self { child, programs, url, _folder: folder };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Where to connect, as a user who may make databases.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Makes a database, and gives its address.
    pub(crate) fn database(&self, name: &str) -> Result<String, Problem> {
        let made = format!("CREATE DATABASE {name}");
        let psql = find("psql").unwrap_or_else(|| self.programs.join("psql"));
        ask(Command::new(psql).args(["-q", "-c", &made, &self.url]))?;
        let server = self.url.trim_end_matches("postgres");
        Ok(format!("{server}{name}"))
    }

    /// Disconnects everybody and stops.
    pub(crate) fn stop(mut self) -> Result<(), Problem> {
        let signalled = kill_process(Pid::from_child(&self.child), Signal::INT);
        signalled.map_err(|error| Problem::system("stopping Postgres")(error.into()))?;
        self.child.wait().map(drop).map_err(Problem::system("waiting for Postgres"))
    }

    fn wait_until_ready(&mut self) -> Result<(), Problem> {
        let log = self.child.stderr.take().ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe));
        let log = log.map_err(Problem::system("reading the log of Postgres"))?;
        let (found, ready) = channel();
        thread::spawn(move || {
            let mut said = String::new();
            let mut waiting = Some(found);
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                if line.contains(READY)
                    && let Some(found) = waiting.take()
                {
                    // Whoever waits may have given up.
                    let _unheard = found.send(Ok(()));
                } else if waiting.is_some() {
                    said = said + &line + "\n";
                }
            }
            let _unheard = waiting.map(|found| found.send(Err(said)));
        });
        match ready.recv_timeout(START) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(said)) => Err(Problem::Found(format!("Postgres ended at once: {}", said.trim()))),
            Err(_) => Err(Problem::Found(format!("Postgres did not start within {START:?}"))),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Both fail only where the process has ended already.
        let _gone = kill_process(Pid::from_child(&self.child), Signal::INT);
        let _gone = self.child.wait();
    }
}

/// Postgres refuses to run as root: then it runs as the user `postgres`, else as ourselves.
enum Owner {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

impl Owner {
    fn choose() -> Result<Self, Problem> {
        if !geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        if find("setpriv").is_none() {
            return Err(Problem::Missing("install setpriv: `apt-get install util-linux`".to_owned()));
        }
        let id = |kind: &str| {
            let text = ask(Command::new("id").args([kind, "postgres"]))?;
            text.trim()
                .parse()
                .ok()
                .ok_or_else(|| Problem::Found(format!("`id {kind} postgres` gave `{text}`")))
        };
        Ok(Self::Other { uid: id("-u")?, gid: id("-g")? })
    }

    fn take(&self, folder: &Path) -> Result<(), Problem> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => chown(folder, Some(*uid), Some(*gid))
                .map_err(Problem::system(format!("giving `{}` to the user postgres", folder.display()))),
        }
    }

    fn command(&self, program: &Path) -> Command {
        match self {
            Self::Ourselves => Command::new(program),
            Self::Other { uid, gid } => {
                let mut command = Command::new("setpriv");
                let words = [format!("--reuid={uid}"), format!("--regid={gid}")];
                // Should we be killed, the cluster goes too.
                command.args(words).args(["--clear-groups", "--pdeathsig", "INT"]).arg(program);
                command
            }
        }
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
