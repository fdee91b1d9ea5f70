//! Files at `/{ns}/{name}/resolve/{rev}/{path}`.

use domain::Digest;
use server::problem::Kind;
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_with_what_clients_of_the_hub_need() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "model", "public").await;
    let binary = [0_u8, 159, 146, 150];
    let commit = engineer.put_files("engineer/box", &[("a b/é.txt", b"text"), ("w.bin", &binary)]).await;
    let nobody = app.anonymous();

    let text = nobody.get("/engineer/box/resolve/main/a%20b/%C3%A9.txt").await.status(200);
    let large = nobody.get("/engineer/box/resolve/main/w.bin").await.status(200);

    assert_eq!((text.text().as_str(), text.header("x-repo-commit")), ("text", commit.as_str()));
    // `printf text | git hash-object --stdin`
    assert_eq!(text.header("etag"), "\"f3a34851d44d6b97c90fbb99dd3d18c261b9a237\"");
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        text.header("content-disposition"),
        "inline; filename*=UTF-8''%C3%A9.txt; filename=\"_.txt\";"
    );
    let quoted = format!("\"{}\"", Digest::of(&binary).hex());
    assert_eq!((large.header("etag"), large.header("x-linked-etag")), (quoted.as_str(), quoted.as_str()));
    assert_eq!((large.header("x-linked-size"), large.header("accept-ranges")), ("4", "bytes"));
    assert_eq!(large.header("content-type"), "application/octet-stream");
    assert!(large.header("content-security-policy").starts_with("sandbox"));
    for file in [&text, &large] {
        assert!(file.header("repr-digest").starts_with("sha-256=:"));
        assert_eq!(file.header("cache-control"), "no-cache");
    }
    let fixed = nobody.get(&format!("/engineer/box/resolve/{commit}/w.bin")).await.status(200);
    assert_eq!(fixed.header("cache-control"), "public, max-age=31536000, immutable");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_byte_tells_everything_about_a_file() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", &[("a.txt", b"text")]).await;

    let first = app
        .anonymous()
        .get_with("/engineer/box/resolve/v1.0.0/a.txt", ("range", "bytes=0-0"))
        .await
        .status(206);

    assert_eq!((first.text().as_str(), first.header("content-range")), ("t", "bytes 0-0/4"));
    assert!(!first.header("x-repo-commit").is_empty() && !first.header("etag").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_in_the_words_of_the_hub() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/box", "model", "public").await;
    engineer.repository("engineer/secret", "model", "private").await;
    let commit = engineer.put_files("engineer/box", &[("a.txt", b"text")]).await;
    engineer.put_files("engineer/secret", &[("a.txt", b"text")]).await;

    for (at, kind, code) in [
        ("/engineer/box/resolve/main/none.txt", Kind::FileNotFound, "EntryNotFound"),
        ("/engineer/box/resolve/none/a.txt", Kind::RevisionNotFound, "RevisionNotFound"),
        ("/engineer/none/resolve/main/a.txt", Kind::TokenNeeded, "RepoNotFound"),
        ("/engineer/secret/resolve/main/a.txt", Kind::TokenNeeded, "RepoNotFound"),
    ] {
        let missing = app.anonymous().get(at).await;
        missing.problem(kind);
        assert_eq!(missing.header("x-error-code"), code, "{at}");
        assert!(!missing.header("x-error-message").is_empty());
        assert_eq!(
            missing.header("x-repo-commit"),
            if code == "EntryNotFound" { commit.as_str() } else { "" }
        );
    }
    let stranger = app.person("stranger").await.get("/engineer/secret/resolve/main/a.txt").await;
    stranger.problem(Kind::RepositoryNotFound);
    let own = engineer.get("/engineer/secret/resolve/main/a.txt").await.status(200);
    assert_eq!(own.header("cache-control"), "private, no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_another_spelling_leads_on_however_it_is_encoded() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", &[("a.txt", b"text")]).await;

    for name in ["ENGINEER/box", "%45NGINEER/box", "engineer/%42ox", "Engineer/B%4fX"] {
        let answer = app.anonymous().get(&format!("/{name}/resolve/main/a.txt")).await.status(307);
        assert_eq!(answer.header("location"), "/engineer/box/resolve/main/a.txt", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leaves_the_repository() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", &[("a.txt", b"text")]).await;

    for path in [
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%252e%252e/x",
        "a.txt%00",
        "a.txt/..%5cx",
        "%ff",
    ] {
        let answer = app.anonymous().get(&format!("/engineer/box/resolve/main/{path}")).await;
        assert!(matches!(answer.code, 400 | 404), "{path}: {}", answer.text());
    }
}
