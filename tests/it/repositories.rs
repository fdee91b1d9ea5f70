//! Names, tokens and repositories.

use domain::Scope;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_repository_is_shown_as_it_was_made() {
    let app = TestApp::start().await;

    let made = app.engineer().repository("engineer/My_Model", "ranking", "public").await;

    let shown = app.anonymous().get("/api/v1/repositories/engineer/My_Model").await.status(200).json();
    assert_eq!(shown, made);
    assert_eq!(shown.get("name"), Some(&json!("engineer/My_Model")));
    assert_eq!(shown.get("created_at"), Some(&json!("2026-11-22T10:00:00Z")));
    assert_eq!(shown.get("branches"), Some(&json!([{"name": "main", "commit": null}])));
    assert_eq!(shown.get("releases"), Some(&json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn look_alike_names_are_one_name_and_lead_to_its_spelling() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/My_Model", "model", "public").await;
    engineer.put_files("engineer/My_Model", &[("a.txt", b"a")]).await;

    let again = json!({"namespace": "engineer", "name": "my-model"});
    engineer.post("/api/v1/repositories", &again).await.problem(Kind::RepositoryExists);

    for (asked, right) in [
        ("/api/v1/repositories/Engineer/my.model", "/api/v1/repositories/engineer/My_Model"),
        (
            "/api/v1/repositories/engineer/my-model/tree/main",
            "/api/v1/repositories/engineer/My_Model/tree/main",
        ),
        ("/engineer/MY_MODEL/resolve/main/a.txt?x=1", "/engineer/My_Model/resolve/main/a.txt?x=1"),
    ] {
        let led = app.anonymous().get(asked).await.status(307);
        assert_eq!(led.header("location"), right);
        let _there = app.anonymous().get(right).await.status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_outside_the_rule_are_refused() {
    let app = TestApp::start().await;

    for name in ["", "-a", "a--b", "a.git", "a b", "ü"] {
        let new = json!({"namespace": "engineer", "name": name});
        app.engineer().post("/api/v1/repositories", &new).await.problem(Kind::InvalidField);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_a_name_of_the_site() {
    let app = TestApp::start().await;

    for name in ["api", "Cards", "ab"] {
        let made = app
            .registry()
            .create_user(&registry::Actor::System, &name.parse().unwrap(), domain::Role::User)
            .await;
        assert!(matches!(made, Err(registry::Error::NamespaceReserved { .. })), "{name}: {made:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_write_to_a_namespace() {
    let app = TestApp::start().await;
    let stranger = app.person("stranger").await;
    app.engineer().repository("engineer/box", "model", "public").await;

    let foreign = json!({"namespace": "engineer", "name": "mine"});
    stranger.post("/api/v1/repositories", &foreign).await.problem(Kind::Forbidden);

    let blob = stranger.upload(b"x").await.hex();
    let commit = stranger.commit("engineer/box", json!([{"put": "x", "blob": blob}]), None).await;
    commit.problem(Kind::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_it_was_made_for() {
    let app = TestApp::start().await;
    let reader = app.person_with("reader", &[Scope::Read]).await;
    let writer = app.person_with("writer", &[Scope::Read, Scope::Write]).await;

    let new = json!({"namespace": "reader", "name": "box"});
    reader.post("/api/v1/repositories", &new).await.problem(Kind::ScopeMissing);

    writer.repository("writer/box", "model", "public").await;
    writer.put_files("writer/box", &[("a.txt", b"a")]).await;
    writer.publish("writer/box", "1.0.0").await.problem(Kind::ScopeMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_repository_does_not_exist_for_others() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let stranger = app.person("stranger").await;
    engineer.repository("engineer/secret", "model", "private").await;
    engineer.put_files("engineer/secret", &[("a.txt", b"a")]).await;

    let _own = engineer.get("/api/v1/repositories/engineer/secret").await.status(200);
    for someone in [&stranger, &app.anonymous()] {
        for at in ["/api/v1/repositories/engineer/secret", "/api/v1/repositories/engineer/secret/tree/main"] {
            let hidden = someone.get(at).await.problem(Kind::RepositoryNotFound);
            let missing =
                someone.get(&at.replace("secret", "absent")).await.problem(Kind::RepositoryNotFound);
            let told = |problem: &Value| {
                problem.get("detail").map(|text| text.to_string().replace("absent", "secret"))
            };
            assert_eq!(told(&hidden), told(&missing));
        }
    }
    engineer.publish("engineer/secret", "1.0.0").await.problem(Kind::NotPublic);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_is_not_there_is_told() {
    let app = TestApp::start().await;
    app.engineer().repository("engineer/box", "model", "public").await;

    let missing = app.anonymous().get("/api/v1/repositories/engineer/box/tree/feature%2Fx").await;

    missing.problem(Kind::RevisionNotFound);
    assert!(missing.text().contains("feature/x"));
}
