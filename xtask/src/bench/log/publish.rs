//! How many releases are published in a second, over HTTP and with proofs.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Instant;

use super::row;
use crate::bench::Ground;
use crate::command::ask;
use crate::figures::Table;
use crate::{Problem, http, say};

/// Clients at a time.
const CLIENTS: usize = 64;
/// Releases of each.
const RELEASES: usize = 30;

/// Has all clients publish at once, each in a repository of its own with its files uploaded before.
pub(super) fn measure(
    program: &Path,
    (name, database): (&str, Option<String>),
    table: &mut Table,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    say(out, &format!("Publishing on {name} …"))?;
    let ground = Ground { database, ..Ground::empty()? };
    let folder = ground.path("release");
    fs::create_dir_all(&folder)
        .and_then(|()| {
            fs::write(folder.join("README.md"), "---\nlicense: CC0-1.0\nlanguage: en\n---\n# Small\n")
        })
        .map_err(Problem::system(format!("writing into `{}`", folder.display())))?;
    let server = ground.server(program)?;
    let token = server.token("bench")?;
    for number in 0..CLIENTS {
        ask(server.client(&token).arg("push").arg(&folder).arg(repository(number)))?;
    }
    let begun = Instant::now();
    let mut took = thread::scope(|scope| {
        let publish = |number| {
            let (address, token) = (server.address(), token.as_str());
            scope.spawn(move || publish(address, token, number))
        };
        let clients: Vec<_> = (0..CLIENTS).map(publish).collect();
        let ended = clients.into_iter().map(|client| {
            client.join().unwrap_or_else(|_panic| Err(Problem::Found("a client panicked".to_owned())))
        });
        ended.collect::<Result<Vec<Vec<f64>>, Problem>>().map(|took| took.concat())
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    server.stop()?;
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default() * 1e3;
    let rate = f64::from(u32::try_from(took.len()).unwrap_or(u32::MAX)) / seconds;
    let figure = format!("{rate:.0} releases/s, to proof p50 {:.0} ms, p99 {:.0} ms", at(50), at(99));
    table.add(row(&format!("POST /api/v1/releases, {CLIENTS} clients"), name, figure, ""), out)
}

fn repository(number: usize) -> String {
    format!("bench/box-{number}")
}

/// Publishes one release after the other. Gives the seconds until each answer, which carries the proof.
fn publish(address: &str, token: &str, number: usize) -> Result<Vec<f64>, Problem> {
    let mut took = Vec::with_capacity(RELEASES);
    for release in 0..RELEASES {
        let draft = serde_json::json!({
            "repository": repository(number), "version": format!("1.0.{release}"), "revision": "main",
            "license": "CC0-1.0",
        });
        let begun = Instant::now();
        let answer = http::post(address, "/api/v1/releases", token, &draft.to_string())
            .map_err(Problem::system("publishing"))?;
        took.push(begun.elapsed().as_secs_f64());
        if answer.status != 201 || !answer.body.contains("c2sp.org/tlog-proof@v1") {
            return Err(Problem::Found(format!("a release was answered {}: {}", answer.status, answer.body)));
        }
    }
    Ok(took)
}
