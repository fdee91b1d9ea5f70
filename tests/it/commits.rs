//! Changing branches.

use futures_util::future::join_all;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Must, TestApp};

const REPOSITORY: &str = "engineer/box";

async fn paths(app: &TestApp) -> Vec<String> {
    let tree =
        app.engineer().get(&format!("/api/v1/repositories/{REPOSITORY}/tree/main")).await.status(200).json();
    let files = tree.get("files").and_then(Value::as_array).cloned().must("files");
    files.iter().map(|file| file.get("path").and_then(Value::as_str).must("a path").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_land_in_order_and_together() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    let (one, two) = (engineer.upload(b"one").await.hex(), engineer.upload(b"two").await.hex());
    engineer.put_files(REPOSITORY, &[("old.txt", b"old")]).await;

    let made = engineer
        .commit(
            REPOSITORY,
            json!([{"put": "a.txt", "blob": one}, {"put": "b/c.txt", "blob": two}, {"delete": "old.txt"}]),
            None,
        )
        .await
        .status(201)
        .json();

    assert_eq!(paths(&app).await, ["a.txt", "b/c.txt"]);
    assert_eq!((made.get("files"), made.get("branch")), (Some(&json!(2)), Some(&json!("main"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_changes_nothing_is_the_head() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    let head = engineer.put_files(REPOSITORY, &[("a.txt", b"one")]).await;
    let blob = engineer.upload(b"one").await.hex();

    let again = engineer.commit(REPOSITORY, json!([{"put": "a.txt", "blob": blob}]), None).await.status(200);

    assert_eq!(again.json().get("commit"), Some(&json!(head)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_on_an_old_parent_is_refused() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    let old = engineer.put_files(REPOSITORY, &[("a.txt", b"one")]).await;
    engineer.put_files(REPOSITORY, &[("a.txt", b"two")]).await;
    let blob = engineer.upload(b"three").await.hex();

    let late = engineer.commit(REPOSITORY, json!([{"put": "a.txt", "blob": blob}]), Some(&old)).await;

    late.problem(Kind::StaleParent);
    let shown = app.anonymous().get(&format!("/{REPOSITORY}/resolve/main/a.txt")).await;
    assert_eq!(shown.text(), "two");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_commits_on_one_parent_exactly_one_lands() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    let parent = engineer.put_files(REPOSITORY, &[("a.txt", b"start")]).await;
    let mut blobs = Vec::new();
    for writer in 0..8_u8 {
        blobs.push(engineer.upload(&[writer]).await.hex());
    }

    let racing = blobs
        .iter()
        .map(|blob| engineer.commit(REPOSITORY, json!([{"put": "a.txt", "blob": blob}]), Some(&parent)));
    let mut codes: Vec<u16> = join_all(racing).await.into_iter().map(|answer| answer.code).collect();

    codes.sort_unstable();
    assert_eq!(codes, [201, 412, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_cannot_both_be_there_are_refused() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    engineer.put_files(REPOSITORY, &[("a", b"file"), ("Readme.md", b"x")]).await;
    let blob = engineer.upload(b"x").await.hex();

    for clash in ["a/b", "README.md", "A"] {
        let answer = engineer.commit(REPOSITORY, json!([{"put": clash, "blob": blob}]), None).await;
        answer.problem(Kind::PathClash);
    }
    assert_eq!(paths(&app).await, ["Readme.md", "a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_change_is_told_and_none_lands() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository(REPOSITORY, "model", "public").await;
    let blob = engineer.upload(b"x").await.hex();

    let answer = engineer
        .commit(
            REPOSITORY,
            json!([
                {"put": "good.txt", "blob": blob},
                {"put": "../up.txt", "blob": blob},
                {"put": "bad.txt", "blob": "12"},
                {"rename": "x"},
            ]),
            None,
        )
        .await;

    answer.problem(Kind::InvalidField);
    assert_eq!(answer.faulty_fields(), ["operations[1].put", "operations[2].blob", "operations[3]"]);
    let missing = engineer.commit(REPOSITORY, json!([{"delete": "nothing.txt"}]), None).await;
    assert!(matches!(missing.code, 422), "{}", missing.text());
}
