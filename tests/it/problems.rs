//! What can go wrong, in plain language.

use reqwest::Method;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_problem_has_a_page() {
    let app = TestApp::start().await;

    for kind in Kind::ALL {
        let page = app.anonymous().browse(&kind.page()).await.status(200);
        assert!(page.header("content-type").starts_with("text/html"), "{kind:?}");
        let title = cards::words::Messages::english().text(&kind.title_id());
        assert!(
            page.text().contains(&title.replace('&', "&amp;").replace('\'', "&#39;")),
            "{kind:?}: {title}"
        );
    }
    app.anonymous().get("/problems/no-such").await.problem(Kind::AddressNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page_and_a_program_gets_json() {
    let app = TestApp::start().await;

    let page = app.anonymous().browse("/engineer/none").await.status(404);
    let json = app.anonymous().get("/engineer/none").await;

    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains(page.header("x-request-id")), "the page names the request");
    json.problem(Kind::RepositoryNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_and_a_wrong_method_are_told_apart() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();

    nobody.get("/api/v1/none").await.problem(Kind::AddressNotFound);
    let wrong = nobody.send(nobody.request(Method::DELETE, "/api/v1/releases")).await;
    wrong.problem(Kind::MethodNotAllowed);
    assert_eq!(wrong.header("allow"), "GET, HEAD, POST");
    let page = nobody.send(nobody.request(Method::DELETE, "/cards")).await;
    page.problem(Kind::MethodNotAllowed);
    assert_eq!(page.header("allow"), "GET, HEAD");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_what_is_read_is_refused() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let post = || engineer.request(Method::POST, "/api/v1/repositories");
    let json = |body: &'static str| post().header("content-type", "application/json").body(body);

    let broken = engineer.send(json("{\"namespace\":\n oops}")).await;
    let detail = broken.problem(Kind::InvalidJson).get("detail").cloned();
    assert_eq!(detail, Some(json!("line 2, column 2: expected value")));
    engineer.send(json("{\"namespace\": 7}")).await.problem(Kind::InvalidField);
    let surprise = engineer.send(json("{\"namespace\": \"engineer\", \"name\": \"x\", \"more\": 1}")).await;
    surprise.problem(Kind::InvalidField);
    assert_eq!(surprise.faulty_fields(), ["more"]);
    let form = post().header("content-type", "application/x-www-form-urlencoded").body("a=b");
    engineer.send(form).await.problem(Kind::UnsupportedMediaType);
    let packed = json("{}").header("content-encoding", "gzip");
    engineer.send(packed).await.problem(Kind::UnsupportedMediaType);
    let deep = post().header("content-type", "application/json").body("[".repeat(100_000));
    engineer.send(deep).await.problem(Kind::InvalidJson);
    let long = post().header("content-type", "application/json").body(" ".repeat((1 << 20) + 1));
    engineer.send(long).await.problem(Kind::TooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_kind_is_named_with_its_place() {
    let app = TestApp::start().await;
    let engineer = app.engineer();

    for (at, body, field) in [
        ("/api/v1/repositories", json!({"namespace": "engineer", "name": 1}), "name"),
        ("/api/v1/repositories", json!(["engineer", "x", "model", "public"]), "body"),
        ("/api/v1/releases", json!({"repository": "a/b", "version": "1.0.0", "limits": "x"}), "limits"),
        (
            "/api/v1/releases",
            json!({"repository": "a/b", "version": "1.0.0", "base": {"release": 1}}),
            "base.release",
        ),
        (
            "/api/v1/releases",
            json!({"repository": "a/b", "version": "1.0.0", "risks": ["a", {}]}),
            "risks[1]",
        ),
        (
            "/api/v1/repositories/a/b/commits/main",
            json!({"message": "x", "operations": [1]}),
            "operations[0]",
        ),
    ] {
        let answer = engineer.post(at, &body).await;
        answer.problem(Kind::InvalidField);
        assert_eq!(answer.faulty_fields(), [field], "{body}");
        assert!(!answer.text().contains("struct"), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_before_the_body_is_looked_at() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();

    for at in [
        "/api/v1/repositories",
        "/api/v1/repositories/a/b/commits/main",
        "/api/v1/releases",
        "/api/v1/releases/a/b/1.0.0/withdraw",
    ] {
        nobody.post(at, &json!({})).await.problem(Kind::TokenNeeded);
        let form = nobody.request(Method::POST, at).header("content-type", "text/plain").body("{");
        nobody.send(form).await.problem(Kind::TokenNeeded);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_an_address_says_what_would_be_right() {
    let app = TestApp::start().await;

    for at in [
        "/api/v1/releases?limit=-1",
        "/api/v1/cards?limit=many",
        "/cards/feed/v/-1.json",
        "/api/v1/cards/feed/v/x",
    ] {
        let problem = app.anonymous().get(at).await.problem(Kind::BadAddress);
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
        assert!(detail.contains("write a whole number from 1"), "{at}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_says_which_request_it_was() {
    let app = TestApp::start().await;

    let one = app.anonymous().get("/api/v1/none").await.problem(Kind::AddressNotFound);
    let two = app.anonymous().get("/api/v1/none").await.problem(Kind::AddressNotFound);

    let number = |problem: &Value| problem.get("request_id").cloned();
    assert_ne!(number(&one), number(&two));
    assert_eq!(one.get("instance"), Some(&json!("/api/v1/none")));
}
