//! What publishers sign themselves.

use domain::Digest;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Client, Must, TestApp};
use tlog::dsse::StatementSigner;

const MODEL: &[u8] = b"weights";
const KEYS: &str = "/api/v1/namespaces/engineer/keys";

fn key(seed: u8) -> StatementSigner {
    StatementSigner::from_secret(&[seed; 32]).must("a key")
}

fn pem(seed: u8) -> String {
    key(seed).verifier().to_pem().must("a PEM")
}

/// A bundle over these files.
fn bundle(seed: u8, files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<(&str, [u8; 32])> =
        files.iter().map(|(path, bytes)| (*path, *Digest::of(bytes).as_bytes())).collect();
    oms::sign("box", &files, &key(seed)).must("a bundle")
}

/// Publishes a model with a signature; gives what is said of it.
async fn published(engineer: &Client, name: &str, model: &[u8], bundle: &[u8]) -> Value {
    let repository = format!("engineer/{name}");
    let files: &[(&str, &[u8])] = &[("model.bin", model), ("model.sig", bundle)];
    let made = engineer.release(&repository, "model", files).await;
    made.get("signatures").cloned().must("signatures")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publishers_signature_is_good_bad_or_by_an_unknown_key() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let named =
        engineer.send(engineer.request(reqwest::Method::PUT, KEYS).json(&json!({"pem": pem(7)}))).await;
    let named = named.status(200).json();
    let hint = named.pointer("/0/hint").and_then(Value::as_str).must("a hint").to_owned();
    let right = bundle(7, &[("model.bin", MODEL)]);

    let good = published(&engineer, "good", MODEL, &right).await;
    let other = published(&engineer, "other", b"other weights", &right).await;
    let broken = published(&engineer, "broken", MODEL, b"{}").await;
    let unknown = published(&engineer, "unknown", MODEL, &bundle(8, &[("model.bin", MODEL)])).await;
    let none = engineer.release("engineer/none", "model", &[("notes.sig", b"-----BEGIN PGP")]).await;

    assert_eq!(good, json!([{"path": "model.sig", "verdict": "good", "key": hint, "problem": null}]));
    let told = |signatures: &Value| {
        let text =
            |field: &str| signatures.pointer(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("/0/verdict"), text("/0/problem"))
    };
    assert!(told(&other).0 == "bad" && told(&other).1.contains("model.bin"), "{other}");
    assert!(told(&broken).0 == "bad" && !told(&broken).1.is_empty(), "{broken}");
    assert_eq!(told(&unknown).0, "unknown_key");
    assert_eq!(none.get("signatures"), Some(&json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_named_later_makes_an_unknown_signature_known() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    published(&engineer, "early", MODEL, &bundle(7, &[("model.bin", MODEL)])).await;
    let name = |client: Client, pem: String| async move {
        client.send(client.request(reqwest::Method::PUT, KEYS).json(&json!({"pem": pem}))).await
    };

    let _first = name(engineer.clone(), pem(7)).await.status(200);
    let again = name(engineer.clone(), pem(7)).await.status(200).json();

    let shown = app.anonymous().get("/api/v1/releases/engineer/early/1.0.0").await.status(200).json();
    assert_eq!(shown.pointer("/signatures/0/verdict"), Some(&json!("good")));
    assert_eq!(again, app.anonymous().get(KEYS).await.status(200).json());
    assert_eq!(again.as_array().map(Vec::len), Some(1));
    name(engineer, "no key".to_owned()).await.problem(Kind::InvalidField);
    name(app.anonymous(), pem(8)).await.problem(Kind::TokenNeeded);
    name(app.person("stranger").await, pem(8)).await.problem(Kind::Forbidden);
    app.anonymous().get("/api/v1/namespaces/nobody/keys").await.problem(Kind::NamespaceNotFound);
}
