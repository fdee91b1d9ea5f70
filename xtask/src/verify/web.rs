//! Every page of a server with real cards, in each language and colour scheme, before the checkers of markup and
//! accessibility.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::bench::Ground;
use crate::command::{ask, run};
use crate::workspace::Workspace;
use crate::{Problem, demo, say, setup};

/// Systems whose pages are looked at: a list that learns from a person, and one by a formula.
const SYSTEMS: [&str; 2] = ["example-social-feed", "hacker-news-front-page"];

/// Publishes two systems on a server of their own and shows every page to the checkers.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let tools = setup::web(workspace, out)?;
    let browser = setup::browser(out)?;
    let ground = Ground::empty()?;
    let server = ground.server(program)?;
    let token = server.token("collection")?;
    for system in SYSTEMS {
        say(out, &format!("Publishing {system} and making its card …"))?;
        let release = demo::prepare(workspace, program, &workspace.collection().join(system))?;
        let mut push = server.client(&token);
        push.arg("push").arg(release.path()).arg(format!("collection/{system}")).args(["--release", "1.0.0"]);
        ask(&mut push)?;
    }
    say(out, "Looking at every page …")?;
    let script = workspace.root.join("tests/web/pages.mjs");
    run(Command::new("node").arg(script).arg(server.address()).arg(&tools).arg(&browser))?;
    say(out, "Loading pages as a slow phone does …")?;
    let script = workspace.root.join("tests/web/lighthouse.mjs");
    let mut lighthouse = Command::new("node");
    lighthouse.arg(script).arg(server.address()).arg(tools).arg(browser).args(["/", "/cards"]);
    run(lighthouse.args(SYSTEMS.map(|system| format!("/cards/{system}"))))?;
    server.stop()
}
