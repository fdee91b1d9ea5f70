//! Every address of the API times everyone who may ask (decision: one `authorize`).

use domain::Scope;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Client, Must, TestApp};

/// Who asks, in the order of the columns below.
const ACTORS: [&str; 7] = ["nobody", "stranger", "owner", "read only", "mistyped", "unknown", "expired"];

/// An address of the API and what each actor is answered. `PUBLIC` lies in a public repository with a release,
/// `SECRET` in a private one.
#[rustfmt::skip]
const TABLE: &[(&str, &str, [u16; 7])] = &[
    //                                                              nobody stranger owner read mistyped unknown expired
    ("GET", "/api/openapi.json",                                      [200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/api/v1/repositories",                                  [401, 403, 201, 403, 401, 401, 401]),
    ("GET", "/api/v1/repositories/PUBLIC",                            [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/repositories/SECRET",                            [404, 404, 200, 404, 401, 401, 401]),
    ("PUT", "/api/v1/repositories/PUBLIC/gate",                       [401, 403, 200, 403, 401, 401, 401]),
    ("PUT", "/api/v1/repositories/SECRET/gate",                       [401, 404, 409, 404, 401, 401, 401]),
    ("GET", "/api/v1/repositories/PUBLIC/access",                     [401, 403, 200, 403, 401, 401, 401]),
    ("GET", "/api/v1/repositories/SECRET/access",                     [401, 404, 200, 404, 401, 401, 401]),
    ("GET", "/api/v1/repositories/PUBLIC/tree/main",                  [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/repositories/SECRET/tree/main",                  [404, 404, 200, 404, 401, 401, 401]),
    ("POST", "/api/v1/repositories/PUBLIC/commits/main",              [401, 403, 201, 403, 401, 401, 401]),
    ("POST", "/api/v1/repositories/SECRET/commits/main",              [401, 404, 201, 404, 401, 401, 401]),
    ("PUT", "/api/v1/blobs/FRESH",                                    [401, 201, 201, 403, 401, 401, 401]),
    ("GET", "/api/v1/blobs/OPENBLOB",                                 [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/blobs/SECRETBLOB",                               [404, 404, 200, 404, 401, 401, 401]),
    ("POST", "/api/v1/releases",                                      [401, 403, 201, 403, 401, 401, 401]),
    ("GET", "/api/v1/releases",                                       [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/releases/PUBLIC/1.0.0",                          [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/releases/SECRET/1.0.0",                          [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/api/v1/releases/PUBLIC/1.0.0/document",                 [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/releases/PUBLIC/1.0.0/examination",              [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/releases/SECRET/1.0.0/examination",              [404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/api/v1/releases/PUBLIC/1.0.0/withdraw",                [401, 403, 200, 403, 401, 401, 401]),
    ("POST", "/api/v1/releases/PUBLIC/1.0.0/score",                   [422, 422, 422, 422, 401, 401, 401]),
    ("POST", "/api/v1/releases/PUBLIC/1.0.0/explain",                 [422, 422, 422, 422, 401, 401, 401]),
    ("GET", "/api/v1/namespaces/owner/keys",                          [200, 200, 200, 200, 401, 401, 401]),
    ("PUT", "/api/v1/namespaces/owner/keys",                          [401, 403, 200, 403, 401, 401, 401]),
    ("GET", "/api/v1/cards",                                          [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/cards/none",                                     [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/api/v1/cards/none/compare/1/2",                         [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/api/v1/cards/none/v/1",                                 [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/api/v1/cards/none/quiz",                                [404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/api/v1/cards/none/try",                                [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/api/v1/log/entries",                                [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/log/consistency?old=0&new=1",                [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/api/v1/log/proof?kind=card&ver=1&id=01939f2a-0000-7000-8000-000000000001", [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/log/checkpoint",                                    [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/log/keys/log/1",                                    [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/log/tile/entries/000.p/1",                          [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/log",                                               [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/log/0",                                             [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/log/4711",                                          [404, 404, 404, 404, 401, 401, 401]),
    ("GET", "/owner/secret/resolve/main/a.txt",                       [401, 404, 200, 404, 401, 401, 401]),
    ("GET", "/owner/secret",                                          [404, 404, 200, 404, 401, 401, 401]),
    ("GET", "/owner/secret/tree/main",                                [404, 404, 200, 404, 401, 401, 401]),
    ("GET", "/",                                                      [200, 200, 200, 200, 401, 401, 401]),
    ("GET", "/no/such/address/at/all",                                [404, 404, 404, 404, 401, 401, 401]),
];

/// A platform with a public and a private repository of `owner`.
async fn prepared() -> (TestApp, Vec<Client>) {
    let app = TestApp::start().await;
    let expired = app.person("expired").await;
    app.clock().advance(SignedDuration::from_hours(400 * 24));
    let owner = app.person("owner").await;
    owner.release("owner/public", "model", &[("a.txt", b"open")]).await;
    owner.repository("owner/secret", "model", "private").await;
    owner.put_files("owner/secret", &[("a.txt", b"hidden")]).await;
    let mistyped = owner.token().must("a token").replacen(|c: char| c.is_ascii_digit(), "Z", 1) + "x";
    let foreign = domain::TokenSecret::new(&domain::SystemChance);
    let actors = vec![
        app.anonymous(),
        app.person("stranger").await,
        owner,
        app.person_with("reader", &[Scope::Read]).await,
        app.with_token(&mistyped),
        app.with_token(foreign.reveal()),
        expired,
    ];
    (app, actors)
}

/// A body that would work for whoever may.
fn body(at: &str, actor: usize, blob: &str) -> Value {
    let unique = format!("new-{actor}");
    match at.rsplit('/').next() {
        Some("repositories") => json!({"namespace": "owner", "name": unique}),
        Some("main") => {
            json!({"message": "x", "operations": [{"put": format!("{unique}.txt"), "blob": blob}]})
        }
        Some("releases") => {
            json!({"repository": "owner/public", "version": format!("2.0.{actor}"), "license": "MIT"})
        }
        Some("withdraw") => json!({"reason": "x"}),
        Some("try") => json!({}),
        Some("explain") => json!({"quantity": "score"}),
        _score => json!({"columns": ["x"], "rows": [[1]]}),
    }
}

/// A public key.
fn pem() -> String {
    let key = tlog::dsse::StatementSigner::from_secret(&[7; 32]).must("a key");
    key.verifier().to_pem().must("a PEM")
}

async fn ask(client: &Client, actor: usize, method: &str, at: &str) -> u16 {
    let (open, hidden) = (domain::Digest::of(b"open").hex(), domain::Digest::of(b"hidden").hex());
    let fresh = format!("fresh from {actor}");
    let at = at
        .replace("PUBLIC", "owner/public")
        .replace("SECRETBLOB", &hidden)
        .replace("SECRET", "owner/secret")
        .replace("OPENBLOB", &open)
        .replace("FRESH", &domain::Digest::of(fresh.as_bytes()).hex());
    match method {
        "GET" => client.get(&at).await.code,
        "PUT" if at.ends_with("/gate") => {
            client.send(client.request(Method::PUT, &at).json(&json!({"gate": null}))).await.code
        }
        "PUT" if at.ends_with("/keys") => {
            client.send(client.request(Method::PUT, &at).json(&json!({"pem": pem()}))).await.code
        }
        "PUT" => client.send(client.request(Method::PUT, &at).body(fresh)).await.code,
        _post => client.post(&at, &body(&at, actor, &open)).await.code,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_answered_as_the_table_says() {
    let (_app, actors) = prepared().await;
    let mut wrong = Vec::new();

    for (method, at, expected) in TABLE {
        for (number, (client, expected)) in actors.iter().zip(expected).enumerate() {
            let code = ask(client, number, method, at).await;
            if code != *expected {
                wrong.push(format!("{method} {at} for {}: {code}, not {expected}", ACTORS[number]));
            }
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_names_every_address_of_the_api() {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let plain = |path: &str| path.replace("PUBLIC", "{ns}/{name}").replace("SECRET", "{ns}/{name}");

    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let found = TABLE
                .iter()
                .any(|(known, at, _)| known.eq_ignore_ascii_case(method) && fits(path, &plain(at)));
            assert!(found, "{method} {path} is not in the table");
        }
    }
}

/// Whether an address of the table is one that a pattern of the document means.
fn fits(pattern: &str, at: &str) -> bool {
    let at = at.split_once('?').map_or(at, |(path, _query)| path);
    let (pattern, at): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), at.split('/').collect());
    pattern.len() == at.len()
        && pattern.iter().zip(&at).all(|(known, here)| known.starts_with('{') || known == here)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_in_both_schemes_and_nowhere_else() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/secret", "model", "private").await;
    let token = engineer.token().unwrap().to_owned();
    let at = "/api/v1/repositories/engineer/secret";
    let nobody = app.anonymous();

    let basic = nobody.request(Method::GET, at).basic_auth("engineer", Some(&token));
    assert_eq!(nobody.send(basic).await.code, 200);
    for other in [
        nobody.request(Method::GET, &format!("{at}?token={token}&access_token={token}")),
        nobody.request(Method::GET, at).header("cookie", format!("token={token}")),
        nobody.request(Method::GET, at).header("x-token", &token),
    ] {
        nobody.send(other).await.problem(Kind::RepositoryNotFound);
    }
    for wrong in ["Bearer", "Bearer x", "Digest x", "Basic !"] {
        nobody.get_with(at, ("authorization", wrong)).await.problem(Kind::TokenRefused);
    }
}
