//! Large files that the proxy before the platform sends.

use reqwest::Method;
use server::config::Offload;
use server::problem::Kind;
use tests::{Must, TestApp};

/// What a proxy sets that reads `X-Sendfile`.
const ABLE: (&str, &str) = ("x-sendfile-type", "X-Sendfile");
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

    let at = "/engineer/box/resolve/main/w.bin";
    let ask = || nobody.request(Method::GET, at).header("x-sendfile-type", "X-Accel-Redirect");
    let large = nobody.send(ask()).await.status(200);
    let part = nobody.send(ask().header("range", "bytes=1-2")).await.status(200);

    let key = large.header("x-accel-redirect").strip_prefix("/kept/").must("the address begins as was said");
    let kept = std::fs::read(app.folder().join("blobs").join(key)).must("reading the file");
    assert_eq!((kept.len(), large.text().as_str()), (LARGE + "public".len(), ""));
    assert_eq!(part.header("x-accel-redirect"), large.header("x-accel-redirect"));
    assert!(!large.header("x-repo-commit").is_empty() && !large.header("etag").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_told_the_path_of_a_large_file() {
    let app = behind(Offload::XSendfile).await;

    let large = app.anonymous().get_with("/engineer/box/resolve/main/w.bin", ABLE).await.status(200);

    let kept = std::fs::read(large.header("x-sendfile")).must("reading the file");
    assert!(kept.ends_with(b"public"));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_heads_conditions_and_who_cannot_send_files_get_their_answer_here() {
    let app = behind(Offload::XSendfile).await;
    let nobody = app.anonymous();
    let at = "/engineer/box/resolve/main/w.bin";
    let ask = |method| nobody.request(method, at).header(ABLE.0, ABLE.1);

    let small = nobody.get_with("/engineer/box/resolve/main/small.bin", ABLE).await.status(200);
    let head = nobody.send(ask(Method::HEAD)).await.status(200);
    let etag = head.header("etag").to_owned();
    let same = nobody.send(ask(Method::GET).header("if-none-match", &etag)).await.status(304);
    let part = ask(Method::GET).header("range", "bytes=0-3").header("if-range", &etag);
    let part = nobody.send(part).await.status(206);
    let matching = nobody.send(ask(Method::GET).header("if-match", &etag)).await.status(200);
    let direct = nobody.get(at).await.status(200);

    let length = LARGE + "public".len();
    assert_eq!(head.header("content-length"), length.to_string());
    assert_eq!((small.text().len(), part.text().len()), (2, 4));
    assert_eq!((matching.bytes.len(), direct.bytes.len()), (length, length));
    for answer in [small, head, same, part, matching, direct] {
        assert_eq!(answer.header("x-sendfile"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_read_is_not_handed_over() {
    let app = behind(Offload::XSendfile).await;
    let stranger = app.person("stranger").await;

    let refused = stranger.get_with("/engineer/secret/resolve/main/w.bin", ABLE).await;
    let read = app.engineer().get_with("/engineer/secret/resolve/main/w.bin", ABLE).await.status(200);

    refused.problem(Kind::RepositoryNotFound);
    assert_eq!(refused.header("x-sendfile"), "");
    assert!(std::fs::read(read.header("x-sendfile")).must("reading the file").ends_with(b"private"));
}
