//! Large files that the proxy before the platform sends.

use server::config::Offload;
use server::problem::Kind;
use tests::{Must, TestApp};

/// Larger than what the platform always sends itself.
const LARGE: usize = 100_000;

async fn behind(offload: Offload) -> TestApp {
    let app = TestApp::start_with(|config| config.offload = Some(offload)).await;
    let engineer = app.engineer();
    for (name, visibility) in [("engineer/box", "public"), ("engineer/secret", "private")] {
        engineer.repository(name, "model", visibility).await;
        let mut bytes = vec![0; LARGE];
        bytes.extend_from_slice(visibility.as_bytes());
        engineer.put_files(name, &[("w.bin", &bytes), ("small.bin", &[0, 1])]).await;
    }
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_is_told_where_a_large_file_lies() {
    let app = behind(Offload::XAccelRedirect("/kept".to_owned())).await;
    let nobody = app.anonymous();

    let large = nobody.get("/engineer/box/resolve/main/w.bin").await.status(200);
    let part = nobody.get_with("/engineer/box/resolve/main/w.bin", ("range", "bytes=1-2")).await.status(200);

    let key = large.header("x-accel-redirect").strip_prefix("/kept/").must("the address begins as was said");
    let kept = std::fs::read(app.folder().join("blobs").join(key)).must("reading the file");
    assert_eq!((kept.len(), large.text().as_str()), (LARGE + "public".len(), ""));
    assert_eq!(part.header("x-accel-redirect"), large.header("x-accel-redirect"));
    assert!(!large.header("x-repo-commit").is_empty() && !large.header("etag").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_told_the_path_of_a_large_file() {
    let app = behind(Offload::XSendfile).await;

    let large = app.anonymous().get("/engineer/box/resolve/main/w.bin").await.status(200);

    let kept = std::fs::read(large.header("x-sendfile")).must("reading the file");
    assert!(kept.ends_with(b"public"));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_heads_and_conditions_stay_with_the_platform() {
    let app = behind(Offload::XSendfile).await;
    let nobody = app.anonymous();
    let at = "/engineer/box/resolve/main/w.bin";

    let small = nobody.get("/engineer/box/resolve/main/small.bin").await.status(200);
    let head = nobody.head(at).await.status(200);
    let etag = head.header("etag").to_owned();
    let same = nobody.get_with(at, ("if-none-match", &etag)).await.status(304);
    let part = nobody
        .send(nobody.request(reqwest::Method::GET, at).header("range", "bytes=0-3").header("if-range", &etag))
        .await
        .status(206);

    assert_eq!(head.header("content-length"), (LARGE + "public".len()).to_string());
    assert_eq!((small.text().len(), part.text().len()), (2, 4));
    for answer in [small, head, same, part] {
        assert_eq!(answer.header("x-sendfile"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_read_is_not_handed_over() {
    let app = behind(Offload::XSendfile).await;
    let stranger = app.person("stranger").await;

    let refused = stranger.get("/engineer/secret/resolve/main/w.bin").await;
    let read = app.engineer().get("/engineer/secret/resolve/main/w.bin").await.status(200);

    refused.problem(Kind::RepositoryNotFound);
    assert_eq!(refused.header("x-sendfile"), "");
    assert!(std::fs::read(read.header("x-sendfile")).must("reading the file").ends_with(b"private"));
}
