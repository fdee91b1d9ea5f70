//! Where the program dies: at a moment that is drawn, or before a call of the system that belongs to a step of a round.

use std::process::Stdio;
use std::time::Duration;

use tests::{Must, Site};
use tokio::process::{Child, Command};

use super::PATIENCE;

/// Longest time until a moment that is drawn, in milliseconds.
const MOMENT: u64 = 250;

/// Calls of the system, the file that they are about, and the largest number that is drawn: it dies before the so-many-th.
type Step = (&'static str, Option<&'static str>, u64);

/// Steps that both databases have: the guard is written beside, made durable, put in its place, and that made durable.
const GUARD: [Step; 5] = [
    ("openat", Some("guard/log.half"), 2),
    ("write", Some("guard/log.half"), 2),
    ("fsync", Some("guard/log.half"), 2),
    ("rename,renameat,renameat2", Some("guard/log.half"), 2),
    ("fsync", Some("guard"), 2),
];
/// What SQLite writes: pages of the changes, and the end of each change made durable.
const SQLITE: [Step; 3] = [
    ("pwrite64", Some("vitrine.sqlite-wal"), 60),
    ("fdatasync,fsync", Some("vitrine.sqlite-wal"), 12),
    ("pwrite64", Some("vitrine.sqlite-wal"), 400),
];
/// What is sent: statements to Postgres, and answers to those who publish.
const POSTGRES: [Step; 3] = [("sendto", None, 20), ("sendto", None, 60), ("sendto", None, 200)];

/// The points in turn: every second one a moment, the others each step again and again.
pub(super) struct Points {
    steps: Vec<Step>,
    number: usize,
    drawn: u64,
    /// Whether strace is at hand; else every death is at a random moment.
    pub(super) tracer: bool,
}

impl Points {
    pub(super) fn new(on_postgres: bool) -> Self {
        let database = if on_postgres { POSTGRES } else { SQLITE };
        let tried = std::process::Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
        let tracer = tried.is_ok_and(|tried| tried.status.success());
        Self { steps: GUARD.into_iter().chain(database).collect(), number: 0, drawn: 7, tracer }
    }

    /// A number from 1 to `most`, the same ones in each run (G. Marsaglia, "Xorshift RNGs", 2003).
    fn draw(&mut self, most: u64) -> u64 {
        self.drawn ^= self.drawn << 13;
        self.drawn ^= self.drawn >> 7;
        self.drawn ^= self.drawn << 17;
        self.drawn % most + 1
    }

    /// Kills the program at the next point, and says where that was.
    pub(super) async fn strike(&mut self, site: &mut Site) -> String {
        let number = self.number;
        self.number += 1;
        let step = self.steps.get(number / 2 % self.steps.len()).copied();
        let Some((calls, file, most)) = step.filter(|_| self.tracer && number.is_multiple_of(2)) else {
            let moment = Duration::from_millis(self.draw(MOMENT));
            tokio::time::sleep(moment).await;
            site.kill().await;
            return "a random moment".to_owned();
        };
        let nth = self.draw(most);
        let mut tracer = trace(site, (calls, file), nth);
        let reached = tokio::time::timeout(PATIENCE, site.ended()).await.is_ok();
        site.kill().await;
        tracer.wait().await.must("waiting for strace");
        let call = calls.split(',').next().unwrap_or(calls);
        match file {
            _ if !reached => "a random moment".to_owned(),
            Some(file) => format!("before {call} of {file}"),
            None => format!("before {call}"),
        }
    }
}

/// Has strace kill the program before the `nth` of these calls in one of its threads.
fn trace(site: &Site, (calls, file): (&str, Option<&str>), nth: u64) -> Child {
    let process = site.process().must("a process").to_string();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-p", &process, "-e", &format!("trace={calls}")]);
    command.args(["-e", &format!("inject={calls}:signal=KILL:when={nth}")]);
    if let Some(file) = file {
        command.arg("-P").arg(site.folder().join(file));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().must("starting strace")
}
