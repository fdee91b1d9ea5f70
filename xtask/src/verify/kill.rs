//! The server dies without warning while it receives, and nothing that it acknowledged is lost.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::bench::Ground;
use crate::command::{ask, line};
use crate::figures::{Noise, Table};
use crate::server::Server;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// How often the server is killed.
const ROUNDS: u32 = 10;

/// The release that is pushed.
const NAME: &str = "verify/noise";

/// Kills the server at ten moments of a push, each time with fresh data, and lets the push finish afterwards.
pub(super) fn verify(
    workspace: &Workspace,
    program: &Path,
    mib: u64,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let mut table = Table::new(
        "kill",
        "The server gets SIGKILL at a moment of a push, drawn from a fixed seed over the time an undisturbed push takes.\n\
         It is started again on the same data; then the push must complete, `vitrine admin check` must find nothing wrong,\n\
         and a pull must give the same bytes. Made by `cargo xtask verify-all kill`.",
        &["round", "file MiB", "killed after s", "ready again s", "second push s", "result"],
    );
    let undisturbed = undisturbed(program, mib)?;
    say(out, &format!("An undisturbed push of {mib} MiB takes {:.1} s.", undisturbed.as_secs_f64()))?;
    let mut moments = Noise::new(7);
    for round in 1..=ROUNDS {
        let share = f64::from(u32::try_from(moments.draw() % 1000).unwrap_or(0)) / 1000.0;
        let after = undisturbed.mul_f64(share);
        let (ready, again) = kill_once(program, mib, u64::from(round), after)?;
        let seconds = [after, ready, again].map(|time| format!("{:.2}", time.as_secs_f64()));
        let row = [round.to_string(), mib.to_string()].into_iter().chain(seconds);
        table.add(row.chain(["complete, nothing wrong".to_owned()]).collect(), out)?;
    }
    table.keep(workspace, out)
}

/// How long a push takes that nobody disturbs.
fn undisturbed(program: &Path, mib: u64) -> Result<Duration, Problem> {
    let ground = Ground::prepare(mib, 0)?;
    let server = ground.server(program)?;
    let token = server.token("verify")?;
    let begun = Instant::now();
    ask(&mut push(&server, &token, &ground))?;
    let took = begun.elapsed();
    server.stop()?;
    Ok(took)
}

/// One round. Gives the time until the server was ready again, and the time of the second push.
fn kill_once(program: &Path, mib: u64, seed: u64, after: Duration) -> Result<(Duration, Duration), Problem> {
    let ground = Ground::prepare(mib, seed)?;
    let server = ground.server(program)?;
    let token = server.token("verify")?;
    let mut first = push(&server, &token, &ground);
    first.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut pushing = first.spawn().map_err(Problem::system(format!("starting `{}`", line(&first))))?;
    thread::sleep(after);
    server.kill()?;
    // A client that goes on trying has nobody to talk to: the next server listens elsewhere.
    pushing.kill().and_then(|()| pushing.wait()).map_err(Problem::system("stopping the first push"))?;

    let begun = Instant::now();
    let server = ground.server(program)?;
    let ready = begun.elapsed();
    let begun = Instant::now();
    ask(&mut push(&server, &token, &ground))?;
    let again = begun.elapsed();
    ask(&mut server.admin(&["check"]))?;
    let copy = ground.path("copy");
    ask(server.client(&token).args(["pull", &format!("{NAME}@1.0.0")]).arg(&copy))?;
    ask(Command::new("cmp").arg(ground.path("release/noise.bin")).arg(copy.join("noise.bin")))?;
    server.stop()?;
    Ok((ready, again))
}

fn push(server: &Server, token: &str, ground: &Ground) -> Command {
    let mut push = server.client(token);
    push.arg("push").arg(ground.path("release")).args([NAME, "--release", "1.0.0"]);
    push
}
