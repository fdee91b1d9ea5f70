//! Pages and trying things out, beside nginx with a file, in one run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Ground;
use super::bytes::static_files;
use crate::command::{ask, find};
use crate::demo::prepare;
use crate::figures::Table;
use crate::server::Server;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// Rounds, of which the median counts.
const ROUNDS: usize = 3;
/// How long one round of one address takes.
const SECONDS: &str = "5s";
/// Size of the file that nginx gives, in bytes.
const FILE_BYTES: usize = 20 * 1024;
/// Items of the list that is tried.
const ITEMS: usize = 500;
/// The system whose pages are asked for.
const SYSTEM: &str = "example-social-feed";

/// What is asked, and by how many at once.
struct Question<'a> {
    name: &'static str,
    address: String,
    script: &'a Path,
    at_once: usize,
    packed: bool,
}

/// What was measured: answers a second, and milliseconds.
#[derive(Clone, Copy, Debug)]
struct Figure {
    a_second: f64,
    median: f64,
    p95: f64,
    p99: f64,
}

/// Measures and keeps the table.
pub(super) fn pages(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let wrk = find("wrk")
        .ok_or_else(|| Problem::Missing("install wrk, for example by `apt-get install wrk`".to_owned()))?;
    let ground = Ground::empty()?;
    say(out, "Publishing a system and the same with a list of 500 items …")?;
    let nginx = static_files(&ground, 2)?;
    let page = vec![b'x'; FILE_BYTES];
    fs::write(nginx.folder.join("page.html"), page).map_err(Problem::system("writing the file"))?;
    let server = ground.server(program)?;
    publish(workspace, program, &server)?;
    let [look, post, reach] = scripts(&ground)?;
    let ours = |path: &str| format!("{}{path}", server.address());
    let card = format!("/cards/{SYSTEM}/v/1");
    let looking = |name, address, at_once| Question { name, address, script: &look, at_once, packed: true };
    let questions = [
        looking("nginx, a file of 20 KB", format!("{}/page.html", nginx.address()), 16),
        looking("card page, packed", ours(&card), 16),
        Question { packed: false, ..looking("card page, not packed", ours(&card), 16) },
        looking("first page", ours("/"), 16),
        looking("list of cards", ours("/cards"), 16),
        looking("release page", ours(&format!("/bench/{SYSTEM}/releases/1.0.0")), 16),
        Question { script: &post, ..looking("trying a value, 500 items", ours("/cards/long-list/try"), 1) },
        Question { script: &post, ..looking("trying a value, 500 items", ours("/cards/long-list/try"), 2) },
        Question { script: &post, ..looking("trying a value, 500 items", ours("/cards/long-list/try"), 4) },
        Question {
            script: &reach,
            ..looking("the way into the top ten, 500 items", ours("/cards/long-list/try"), 1)
        },
    ];
    let mut figures: Vec<Vec<Figure>> = questions.iter().map(|_| Vec::new()).collect();
    for round in 1..=ROUNDS {
        say(out, &format!("Round {round} of {ROUNDS} …"))?;
        for (question, figures) in questions.iter().zip(&mut figures) {
            figures.push(load(&wrk, question)?);
        }
    }
    let mut table = Table::new(
        "pages",
        "Pages and trying things out, beside nginx with a file, over loopback on one machine. Made by `cargo xtask bench\n\
         pages`: wrk with two threads and connections that stay open, five seconds each, all in turn; medians of three\n\
         rounds. nginx has two workers. `ratio` is answers a second over those of nginx in the same run. Trying sends\n\
         the plain form with another value each time, and the model is run anew for it. The load and the servers share\n\
         the cores.",
        &["what", "at once", "answers/s", "ratio", "median ms", "p95 ms", "p99 ms"],
    );
    let reference = figures.first().map_or(1.0, |figures| median(figures, |figure| figure.a_second));
    for (question, figures) in questions.iter().zip(&figures) {
        let of = |pick: fn(&Figure) -> f64| median(figures, pick);
        let row = vec![
            question.name.to_owned(),
            question.at_once.to_string(),
            format!("{:.0}", of(|figure| figure.a_second)),
            format!("{:.3}", of(|figure| figure.a_second) / reference),
            format!("{:.2}", of(|figure| figure.median)),
            format!("{:.2}", of(|figure| figure.p95)),
            format!("{:.2}", of(|figure| figure.p99)),
        ];
        table.add(row, out)?;
    }
    table.keep(workspace, out)
}

/// Publishes the system, and the same with its items in one list.
fn publish(workspace: &Workspace, program: &Path, server: &Server) -> Result<(), Problem> {
    let token = server.token("bench")?;
    let release = prepare(workspace, program, &workspace.collection().join(SYSTEM))?;
    let push = |folder: &Path, name: &str| {
        let mut push = server.client(&token);
        push.arg("push").arg(folder).arg(format!("bench/{name}")).args(["--release", "1.0.0"]);
        ask(&mut push).map(drop)
    };
    push(release.path(), SYSTEM)?;
    let writing = || Problem::system("writing the long list");
    let (lists, words) = (release.path().join("reference.csv"), release.path().join("system-card.yaml"));
    let text = fs::read_to_string(&lists).map_err(writing())?;
    let mut lines = text.lines();
    let mut long = vec![lines.next().unwrap_or_default().to_owned()];
    for (number, line) in lines.take(ITEMS).enumerate() {
        let numbers = line.splitn(3, ',').nth(2).unwrap_or_default();
        long.push(format!("0,{number},{numbers}"));
    }
    fs::write(&lists, long.join("\n")).map_err(writing())?;
    let text = fs::read_to_string(&words).map_err(writing())?;
    let text = format!("slug: long-list\n{}", without_slug(&text));
    fs::write(&words, text).map_err(writing())?;
    push(release.path(), "long-list")
}

fn without_slug(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("slug:")).collect::<Vec<_>>().join("\n")
}

/// What wrk runs: looking at a page, trying values out, and asking for the way into the top ten.
fn scripts(ground: &Ground) -> Result<[PathBuf; 3], Problem> {
    let done = "done = function(summary, latency)\n  \
                local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout\n  \
                io.write(string.format('FIGURE %f %f %f %f %d\\n', summary.requests / summary.duration * 1e6,\n    \
                latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, bad))\nend\n";
    let form = |fields: &str| {
        format!(
            "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'\n\
             wrk.headers['Accept'] = 'text/html'\nlocal count = 0\nrequest = function()\n  count = count + 1\n  \
             return wrk.format(nil, nil, nil, 'list=0&item=3{fields}&value.likes_24h=' .. (count % 9973))\nend\n{done}"
        )
    };
    let scripts = [("look.lua", done.to_owned()), ("post.lua", form("")), ("reach.lua", form("&top=10"))];
    for (name, text) in &scripts {
        fs::write(ground.path(name), text).map_err(Problem::system("writing the scripts"))?;
    }
    Ok(scripts.map(|(name, _)| ground.path(name)))
}

/// One round of one question.
fn load(wrk: &Path, question: &Question<'_>) -> Result<Figure, Problem> {
    let mut command = Command::new(wrk);
    let threads = if question.at_once > 1 { "-t2" } else { "-t1" };
    command.args([threads, &format!("-c{}", question.at_once), &format!("-d{SECONDS}"), "-s"]);
    command.arg(question.script);
    if question.packed {
        command.args(["-H", "Accept-Encoding: gzip"]);
    }
    let said = ask(command.arg(&question.address))?;
    let figure = said.lines().find_map(|line| line.strip_prefix("FIGURE "));
    let numbers: Vec<f64> =
        figure.unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        [a_second, median, p95, p99, bad] if *bad == 0.0 => {
            Ok(Figure { a_second: *a_second, median: *median, p95: *p95, p99: *p99 })
        }
        _ => Err(Problem::Found(format!("{} was not answered well: {said}", question.address))),
    }
}

fn median(figures: &[Figure], pick: fn(&Figure) -> f64) -> f64 {
    let mut numbers: Vec<f64> = figures.iter().map(pick).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}
