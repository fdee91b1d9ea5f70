//! What is private, or behind a gate, at every address that the router knows.

use domain::Digest;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Client, Must, RankingRelease, TestApp, needs_models};

/// Every address, with its method; a test of the server keeps the list complete.
const ROUTES: &str = include_str!("../../server/routes.txt");
/// What nobody else may read.
const SECRET: &str = "xyzzy-plugh-4711";

/// Every address of a method, with words in place of what stands in braces: each of the given ones once.
fn addresses(method: &str, words: &[(&str, &[&str])]) -> Vec<String> {
    let routes = ROUTES.lines().filter_map(|line| line.split_once(' '));
    let mut found = Vec::new();
    for (_, route) in routes.filter(|(known, _)| *known == method) {
        let mut open = vec![route.to_owned()];
        while let Some(address) = open.pop() {
            let Some((before, rest)) = address.split_once('{') else {
                found.push(address);
                continue;
            };
            let (name, after) = rest.split_once('}').must("a closed brace");
            let name = name.split(':').next().unwrap_or(name);
            let known = words.iter().find(|(word, _)| *word == name).map(|(_, values)| *values);
            let values = known.must(route);
            open.extend(values.iter().map(|value| format!("{before}{value}{after}")));
        }
    }
    found
}

/// What somebody is told at every address that reads, with the address.
async fn told(client: &Client, words: &[(&str, &[&str])], digest: &str) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for at in addresses("GET", words) {
        let answer = client.get(&at).await;
        let headers: Vec<String> = answer.headers.values().map(|value| format!("{value:?}")).collect();
        answers.push((format!("GET {at}"), format!("{} {}", headers.join(" "), answer.text())));
        let browsed = client.browse(&at).await.text();
        answers.push((format!("GET {at} in a browser"), browsed));
    }
    for at in addresses("POST", words) {
        let is_reading = [
            "/paths-info/",
            "/score",
            "/explain",
            "/try",
            "/objects/batch",
            "/info/lfs/verify",
            "/preupload/",
        ];
        if !is_reading.iter().any(|word| at.contains(word)) {
            continue;
        }
        for body in bodies(digest) {
            let answer = client.send(client.request(Method::POST, &at).json(&body)).await;
            answers.push((format!("POST {at} {body}"), answer.text()));
        }
    }
    answers
}

/// Questions that would be answered to whoever may ask.
fn bodies(digest: &str) -> [Value; 4] {
    let object = json!({"oid": digest, "size": SECRET.len()});
    [
        json!({"paths": ["vault.txt"], "expand": true}),
        json!({"operation": "download", "objects": [object.clone()]}),
        json!({"oid": digest, "size": SECRET.len(), "files": [{"path": "vault.txt", "sample": "", "size": 1}]}),
        json!({"quantity": "score"}),
    ]
}

fn words<'a>(name: &'a [&'a str], digest: &'a [&'a str]) -> [(&'static str, &'a [&'a str]); 14] {
    [
        ("ns", &["keeper"]),
        ("name", name),
        ("rev", &["main", "1.0.0", "v1.0.0"]),
        ("path", &["vault.txt", ""]),
        ("version", &["1.0.0", "1"]),
        ("status", &["pending"]),
        ("sha256", digest),
        ("slug", &["small", "sesame"]),
        ("n", &["1"]),
        ("page", &["api"]),
        ("what", &["handle"]),
        ("prefix", &["default"]),
        ("hash", digest),
        ("hex", digest),
    ]
}

/// Words that stand in addresses but lead to nothing secret.
fn with_the_rest<'a>(words: &[(&'static str, &'a [&'a str])]) -> Vec<(&'static str, &'a [&'a str])> {
    let rest: [(&str, &[&str]); 8] = [
        ("role", &["log", "registry"]),
        ("number", &["1", "1.tlog-proof"]),
        ("index", &["0"]),
        ("branch", &["main"]),
        ("grant", &["x"]),
        ("from", &["1"]),
        ("to", &["1"]),
        ("tile", &["0/000.p/1", "entries/000.p/1"]),
    ];
    words.iter().copied().chain(rest).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_private_repository_is_told_to_others() {
    let app = TestApp::start().await;
    let keeper = app.person("keeper").await;
    keeper.repository("keeper/sesame", "model", "private").await;
    keeper.put_files("keeper/sesame", &[("vault.txt", SECRET.as_bytes())]).await;
    let digest = Digest::of(SECRET.as_bytes()).hex();
    let (names, digests) = (["sesame"], [digest.as_str()]);
    let words = with_the_rest(&words(&names, &digests));
    let commit = keeper.get("/api/models/keeper/sesame").await.status(200).json();
    let commit = commit.get("sha").and_then(Value::as_str).must("a commit").to_owned();

    // Nothing but what the question itself says.
    for client in [app.anonymous(), app.person("stranger").await] {
        let answers = told(&client, &words, &digest).await;
        assert!(answers.len() > 100, "{}", answers.len());
        for (at, answer) in answers {
            for secret in [SECRET, commit.as_str()] {
                assert!(!answer.contains(secret), "{at}: {answer}");
            }
            assert!(
                !at.starts_with("GET") || at.contains("vault.txt") || !answer.contains("vault.txt"),
                "{at}: {answer}"
            );
        }
    }
    let seen = told(&keeper, &words, &digest).await;
    assert!(seen.iter().filter(|(_, answer)| answer.contains(SECRET)).count() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bytes_get_through_a_gate() {
    needs_models();
    let app = TestApp::start().await;
    let keeper = app.person("keeper").await;
    let small = RankingRelease::small();
    let mut files = small.files();
    files.push(("vault.txt", SECRET.as_bytes()));
    keeper.release("keeper/sesame", "ranking", &files).await;
    let _card = app.card_of("/api/v1/releases/keeper/sesame/1.0.0").await;
    let gate = json!({"gate": "manual"});
    let gated = keeper.request(Method::PUT, "/api/v1/repositories/keeper/sesame/gate").json(&gate);
    let _ = keeper.send(gated).await.status(200);
    let digest = Digest::of(SECRET.as_bytes()).hex();
    let (names, digests) = (["sesame"], [digest.as_str()]);
    let words = with_the_rest(&words(&names, &digests));

    let stranger = app.person("stranger").await;
    let asked = stranger.post("/keeper/sesame/ask-access", &json!({})).await.status(200).json();
    assert_eq!(asked, json!({"state": "asked"}));
    for client in [app.anonymous(), stranger] {
        for (at, answer) in told(&client, &words, &digest).await {
            assert!(!answer.contains(SECRET), "{at}: {answer}");
            assert!(!at.contains("/score") || !answer.contains("scores\""), "{at}: {answer}");
            assert!(!at.contains("/explain") || !answer.contains("\"players\""), "{at}: {answer}");
        }
    }
    let seen = told(&keeper, &words, &digest).await;
    assert!(seen.iter().filter(|(_, answer)| answer.contains(SECRET)).count() > 1);
}
