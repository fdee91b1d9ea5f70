//! Repositories whose files are for those who asked.

use domain::Digest;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, Must, TestApp};

const FILE: &str = "/owner/box/resolve/main/w.txt";
const REQUESTS: &str = "/api/models/owner/box/user-access-request";

/// A gated repository with a release, its owner, and somebody else.
async fn gated(gate: &str) -> (TestApp, Client, Client) {
    let app = TestApp::start().await;
    let owner = app.person("owner").await;
    owner.release("owner/box", "model", &[("w.txt", b"weights")]).await;
    let _ = settings(&owner, &json!({"gated": gate})).await.status(200);
    let other = app.person("other").await;
    (app, owner, other)
}

async fn settings(client: &Client, wanted: &Value) -> Answer {
    client.send(client.request(Method::PUT, "/api/models/owner/box/settings").json(wanted)).await
}

async fn ask(client: &Client) -> Value {
    client.post("/owner/box/ask-access", &json!({})).await.status(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_behind_an_open_gate_are_for_everyone_who_asked() {
    let (app, owner, other) = gated("auto").await;
    let nobody = app.anonymous();

    let refused = nobody.get(FILE).await.status(401);
    assert_eq!(refused.header("x-error-code"), "GatedRepo");
    let refused = other.get(FILE).await.status(403);
    assert_eq!(refused.header("x-error-code"), "GatedRepo");
    let _ = other.get("/api/models/owner/box/auth-check").await.status(403);
    let _ = nobody.post("/owner/box/ask-access", &json!({})).await.status(401);

    assert_eq!(ask(&other).await, json!({"state": "granted"}));

    assert_eq!(other.get(FILE).await.status(200).text(), "weights");
    let blob = format!("/api/v1/blobs/{}", Digest::of(b"weights").hex());
    assert_eq!(other.get(&blob).await.status(200).text(), "weights");
    let _ = nobody.get(&blob).await.status(404);
    let _ = other.get("/api/models/owner/box/auth-check").await.status(200);
    // What is known of it stays open, also its release.
    let info = nobody.get("/api/models/owner/box").await.status(200).json();
    assert_eq!(info.get("gated"), Some(&json!("auto")));
    let _ = nobody.get("/api/v1/releases/owner/box/1.0.0").await.status(200);

    let _ = settings(&owner, &json!({"gated": false})).await.status(200);
    assert_eq!(nobody.get(FILE).await.status(200).text(), "weights");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_lets_people_in_one_by_one() {
    let (app, owner, other) = gated("manual").await;

    assert_eq!(ask(&other).await, json!({"state": "asked"}));
    assert_eq!(ask(&other).await, json!({"state": "asked"}));
    let _ = other.get(FILE).await.status(403);
    let _ = other.get(&format!("{REQUESTS}/pending")).await.status(403);

    let pending = owner.get(&format!("{REQUESTS}/pending")).await.status(200).json();
    assert_eq!(pending.pointer("/0/user/user"), Some(&json!("other")));
    assert_eq!(pending.pointer("/0/status"), Some(&json!("pending")));
    let handle = async |status: &str| {
        let decision = json!({"user": "other", "status": status});
        owner.post(&format!("{REQUESTS}/handle"), &decision).await
    };
    let _ = handle("accepted").await.status(200);
    assert_eq!(other.get(FILE).await.status(200).text(), "weights");

    let _ = handle("rejected").await.status(200);
    let _ = other.get(FILE).await.status(403);
    assert_eq!(ask(&other).await, json!({"state": "refused"}), "no is no");
    let _ = handle("perhaps").await.status(422);

    let _ = app.person("third").await;
    let _ = owner.post(&format!("{REQUESTS}/grant"), &json!({"user": "third"})).await.status(200);
    let _ = owner.post(&format!("{REQUESTS}/grant"), &json!({"user": "no-one"})).await.status(404);
    let table = owner.get("/api/v1/repositories/owner/box/access?format=csv").await.status(200).text();
    let people: Vec<&str> = table.lines().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(people, ["person", "other", "third"], "{table}");
    assert!(table.contains("other,refused,2") && table.contains("third,granted,2"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_the_page_asks_with_a_token() {
    let (app, _owner, other) = gated("manual").await;
    let nobody = app.anonymous();
    let page = nobody.browse("/owner/box").await.status(200).text();
    assert!(page.contains("action=\"/owner/box/ask-access\""), "{page}");

    let token = other.token().must("a token").to_owned();
    let send = |token: &str| {
        let form = format!("token={token}");
        let request = nobody.request(Method::POST, "/owner/box/ask-access");
        nobody.send(request.header("content-type", "application/x-www-form-urlencoded").body(form))
    };

    let answer = send(&token).await.status(303);
    assert_eq!(answer.header("location"), "/owner/box?access=asked");
    let page = nobody.browse("/owner/box?access=asked").await.status(200).text();
    assert!(page.contains("An owner will decide"), "{page}");
    let _ = send("hf_wrong").await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_repository_has_no_gate() {
    let app = TestApp::start().await;
    let owner = app.person("owner").await;
    owner.repository("owner/box", "model", "private").await;

    let _ = settings(&owner, &json!({"gated": "auto"})).await.status(409);
    let _ = settings(&owner, &json!({"gated": true})).await.status(422);
    let gate = "/api/v1/repositories/owner/box/gate";
    let _ = owner.send(owner.request(Method::PUT, gate).json(&json!({"gate": "auto"}))).await.status(409);
}
