//! The stock client of the Hub protocol, unchanged: asked where it is at hand (`VITRINE_HUB_PYTHON`, else
//! `.vitrine/hub/bin/python`, which `cargo xtask setup` fetches).

use std::path::PathBuf;

use serde_json::{Value, json};
use tests::{Must, RankingRelease, TestApp, needs_models, workspace};
use tokio::process::Command;

use crate::cli_program::Program;

fn python() -> Option<PathBuf> {
    let named = std::env::var_os("VITRINE_HUB_PYTHON").map(PathBuf::from);
    let program = named.unwrap_or_else(|| workspace::path(".vitrine/hub/bin/python"));
    program.is_file().then_some(program)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_client_publishes_a_folder_and_gets_it_back() {
    let Some(python) = python() else {
        println!("left out: huggingface_hub is not at hand");
        return;
    };
    needs_models();
    let app = TestApp::start().await;
    let other = app.person("other").await;
    let ground = tempfile::tempdir().must("making a folder");
    let folder = ground.path().join("folder");
    std::fs::create_dir(&folder).must("making a folder");
    for (path, bytes) in RankingRelease::small().files() {
        std::fs::write(folder.join(path), bytes).must("writing a file");
    }

    let mut command = Command::new(python);
    command.arg("-B").arg(workspace::path("tests/python/hub_client.py")).arg(&folder);
    command
        .env("HF_ENDPOINT", format!("http://{}", app.address()))
        .env("HF_HOME", ground.path().join("home"));
    command.env("HF_TOKEN", app.engineer().token().must("a token")).env("HF_HUB_DISABLE_TELEMETRY", "1");
    let output =
        command.env("OTHER_TOKEN", other.token().must("a token")).output().await.must("starting Python");

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    let said: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).must(&said);
    let card = app.card_of("/api/v1/releases/engineer/ranker/1.0.0").await;
    assert_eq!(card.pointer("/card/status"), Some(&json!("ready")), "{card}");
    let tree = app.engineer().get("/api/v1/repositories/engineer/ranker/tree/1.0.0").await.status(200).json();
    assert_eq!(tree.get("commit"), said.get("commit"));

    // Our own program makes the same of the same folder.
    let vitrine = Program::of(&app);
    let _pushed = vitrine.run(&format!("push {} engineer/pushed", folder.display())).await.with(0);
    let pushed =
        app.engineer().get("/api/v1/repositories/engineer/pushed/tree/main").await.status(200).json();
    assert_eq!(pushed.get("files"), tree.get("files"));
}
