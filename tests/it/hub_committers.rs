//! Many commits at once through the Hub protocol.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, Must, TestApp};

/// How many commit at once.
const COMMITTERS: usize = 64;

/// Commits one small file, on this parent where one is named.
async fn commit(client: &Client, path: String, parent: Option<String>) -> Answer {
    let mut header = json!({"summary": path, "description": ""});
    if let (Some(parent), Some(header)) = (parent, header.as_object_mut()) {
        header.insert("parentCommit".to_owned(), json!(parent));
    }
    let content = STANDARD.encode(&path);
    let lines = [
        json!({"key": "header", "value": header}),
        json!({"key": "file", "value": {"path": path, "content": content, "encoding": "base64"}}),
    ];
    let body = lines.map(|line| format!("{line}\n")).concat();
    client.send(client.request(Method::POST, "/api/models/engineer/box/commit/main").body(body)).await
}

async fn head(client: &Client) -> String {
    let info = client.get("/api/models/engineer/box").await.status(200).json();
    info.get("sha").and_then(Value::as_str).must("a commit").to_owned()
}

/// The files of `main` that were committed here.
async fn paths(client: &Client) -> Vec<String> {
    let tree = client.get("/api/models/engineer/box/tree/main?recursive=true").await.status(200).json();
    let entries = tree.as_array().must("a list").clone();
    let paths = entries.iter().filter_map(|entry| entry.get("path")?.as_str().map(str::to_owned));
    paths.filter(|path| path != ".gitattributes").collect()
}

async fn repository() -> TestApp {
    let app = TestApp::start().await;
    let made = json!({"name": "box", "type": "model"});
    let _made = app.engineer().post("/api/repos/create", &made).await.status(200);
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_committers_on_one_parent_exactly_one_wins() {
    let app = repository().await;
    let engineer = app.engineer();
    let parent = head(&engineer).await;

    let racing = (0..COMMITTERS).map(|n| commit(&engineer, format!("{n}.txt"), Some(parent.clone())));
    let answers = join_all(racing).await;

    let won: Vec<usize> =
        answers.iter().enumerate().filter(|(_, answer)| answer.code == 200).map(|(n, _)| n).collect();
    let lost = answers.iter().filter(|answer| answer.code == 412).count();
    assert_eq!((won.len(), lost), (1, COMMITTERS - 1));
    let winner = won.first().must("one won");
    assert_eq!(paths(&engineer).await, [format!("{winner}.txt")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_committers_without_a_parent_nobody_loses_anything() {
    let app = repository().await;
    let engineer = app.engineer();

    let racing = (0..COMMITTERS).map(|n| commit(&engineer, format!("{n:02}.txt"), None));
    let answers = join_all(racing).await;

    assert!(
        answers.iter().all(|answer| answer.code == 200),
        "{:?}",
        answers.iter().map(|a| a.code).collect::<Vec<_>>()
    );
    let expected: Vec<String> = (0..COMMITTERS).map(|n| format!("{n:02}.txt")).collect();
    assert_eq!(paths(&engineer).await, expected);
    let history = engineer.get("/api/models/engineer/box/commits/main?limit=100").await.status(200).json();
    let made = history.as_array().must("a list").len();
    assert_eq!(made, COMMITTERS + 1, "one commit each, and the first");
}
