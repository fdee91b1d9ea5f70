//! `vitrine push`.

use tests::{RankingRelease, TestApp};

use crate::cli_program::{Program, pushed};

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_folder_becomes_a_release_with_a_card() {
    let (app, vitrine) = pushed().await;

    let again = vitrine.run("push small engineer/small --release 1.0.0").await.with(0);

    assert!(again.said.contains("is published already"), "{}", again.said);
    assert!(again.said.contains("/cards/small-ranking/v/1"), "{}", again.said);
    let shown = app.anonymous().get("/api/v1/releases/engineer/small/1.0.0").await.status(200).json();
    assert_eq!(shown.get("kind").unwrap(), "ranking");
    // The four of the folder, and `.gitattributes`.
    assert_eq!(shown.get("files").unwrap().as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_cannot_be_pushed_otherwise() {
    let (_app, vitrine) = pushed().await;
    vitrine.write("small/README.md", "---\nlicense: mit\n---\n");

    let refused = vitrine.run("push small engineer/small --release 1.0.0").await.with(1);

    assert!(refused.remarked.contains("`README.md` differs"), "{}", refused.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_differs_is_sent_and_committed() {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    vitrine.write("folder/a.txt", "one");
    vitrine.write("folder/sub/b.txt", "two");
    vitrine.write("folder/.git/config", "not for others");
    let first = vitrine.run("push folder engineer/notes --kind dataset").await.with(0);
    vitrine.write("folder/a.txt", "three");
    std::fs::remove_file(vitrine.path("folder/sub/b.txt")).unwrap();

    let second = vitrine.run("push folder engineer/notes").await.with(0);
    let third = vitrine.run("push folder engineer/notes").await.with(0);

    assert!(first.said.contains("2 files") && first.said.contains("2 sent (6 bytes)"), "{}", first.said);
    assert!(second.said.contains("1 file ") && second.said.contains("1 sent (5 bytes)"), "{}", second.said);
    assert!(third.said.contains("Nothing changed"), "{}", third.said);
    let tree = app.anonymous().get("/api/v1/repositories/engineer/notes/tree/main").await.status(200).json();
    let files = tree.get("files").unwrap().as_array().unwrap();
    let paths: Vec<_> = files.iter().map(|file| file.get("path").unwrap()).collect();
    assert_eq!(paths, [".gitattributes", "a.txt"], "{tree}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_server_finds_wrong_is_told_with_its_line() {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    let release = RankingRelease::small()
        .replace("system-card.yaml", "title: Small ranking (made up)", "title: \"\"")
        .replace("README.md", "license: apache-2.0\n", "");
    vitrine.write_release("small", &release);

    let pushed = vitrine.run("push small engineer/small --release 1.0.0").await.with(1);
    let checked = vitrine.run("card check small").await.with(1);

    for remarked in [pushed.remarked, checked.remarked] {
        assert!(remarked.contains("2 things are wrong"), "{remarked}");
        assert!(remarked.contains("system-card.yaml:4 title:"), "{remarked}");
        assert!(remarked.contains("The licence is missing."), "{remarked}");
    }
    let shown = app.anonymous().get("/api/v1/repositories/engineer/small").await.status(200).json();
    assert!(shown.get("releases").unwrap().as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_fails_is_a_failure_with_a_reason() {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    vitrine.write_release("small", &RankingRelease::small().replace("model.onnx", "SUM", "SUX"));

    let pushed = vitrine.run("push small engineer/small --release 1.0.0").await.with(1);

    assert!(pushed.said.contains("Published engineer/small@1.0.0"), "{}", pushed.said);
    assert!(pushed.remarked.contains("no card could be made of it: "), "{}", pushed.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn pushing_needs_a_good_token_and_a_namespace_of_ones_own() {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    vitrine.write("folder/a.txt", "one");
    let _other = app.person("other").await;

    let foreign = vitrine.run("push folder other/notes").await.with(1);
    let unknown = vitrine.command(&["push", "folder", "engineer/notes"]);
    let mut unknown = unknown;
    let unknown = unknown.env("VITRINE_TOKEN", "hf_wrong").output().await.unwrap();
    let missing = vitrine.without_token();
    missing.write("folder/a.txt", "one");
    let missing = missing.run("push folder engineer/notes").await.with(2);

    assert!(foreign.remarked.contains("other"), "{}", foreign.remarked);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("token is not valid"));
    assert!(missing.remarked.contains("VITRINE_TOKEN"), "{}", missing.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_the_folder_is_refused() {
    let app = TestApp::start().await;
    let vitrine = Program::of(&app);
    vitrine.write("folder/a.txt", "one");
    std::os::unix::fs::symlink("a.txt", vitrine.path("folder/link")).unwrap();

    let refused = vitrine.run("push folder engineer/notes").await.with(1);

    assert!(refused.remarked.contains("`link` is a symbolic link"), "{}", refused.remarked);
}
