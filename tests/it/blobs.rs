//! Bytes by their SHA-256.

use std::time::Duration;

use domain::Digest;
use futures_util::stream;
use reqwest::{Body, Method};
use server::problem::Kind;
use tests::{Client, Must, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LETTERS: &[u8] = b"abcdefghij";

fn address(bytes: &[u8]) -> String {
    format!("/api/v1/blobs/{}", Digest::of(bytes).hex())
}

/// A public repository of these bytes, so that everyone may read them.
async fn published(engineer: &Client, bytes: &[u8]) -> String {
    engineer.repository("engineer/open", "model", "public").await;
    engineer.put_files("engineer/open", &[("file.bin", bytes)]).await;
    address(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_come_back_as_they_were_sent() {
    let app = TestApp::start().await;
    let engineer = app.engineer();

    let sent = engineer.upload_as(&Digest::of(LETTERS), LETTERS).await.status(201).json();

    assert_eq!(sent, serde_json::json!({"sha256": Digest::of(LETTERS).hex(), "size": 10}));
    assert_eq!(engineer.get(&address(LETTERS)).await.status(200).bytes, LETTERS);
    let _again = engineer.upload_as(&Digest::of(LETTERS), LETTERS).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_is_a_file() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.upload(b"").await;

    let got = engineer.get(&address(b"")).await.status(200);

    assert_eq!((got.header("content-length"), got.bytes.len()), ("0", 0));
    engineer.get_with(&address(b""), ("range", "bytes=0-0")).await.problem(Kind::RangeNotSatisfiable);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bytes_than_announced_are_refused_with_both_digests_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let announced = Digest::of(b"something else");

    let problem = engineer.upload_as(&announced, LETTERS).await.problem(Kind::DigestMismatch);

    let detail = problem.get("detail").and_then(serde_json::Value::as_str).must("a detail");
    assert!(detail.contains(&announced.hex()) && detail.contains(&Digest::of(LETTERS).hex()), "{detail}");
    for bytes in [LETTERS, b"something else"] {
        engineer.get(&address(bytes)).await.problem(Kind::BlobNotFound);
    }
    assert_eq!(objects(&app), 0);
}

/// How many objects the store holds.
fn objects(app: &TestApp) -> usize {
    fn files(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
    }
    files(&app.folder().join("blobs"))
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_bytes_are_refused_before_and_while_they_come() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let long = vec![7_u8; (8 << 20) + 1];
    let digest = Digest::of(&long);

    engineer.upload_as(&digest, long.clone()).await.problem(Kind::TooLarge);
    let chunks: Vec<std::io::Result<Vec<u8>>> =
        long.chunks(1 << 20).map(|chunk| Ok(chunk.to_vec())).collect();
    engineer.upload_as(&digest, Body::wrap_stream(stream::iter(chunks))).await.problem(Kind::TooLarge);

    engineer.get(&address(&long)).await.problem(Kind::BlobNotFound);
    assert_eq!(objects(&app), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_upload_leaves_nothing_visible_and_can_be_repeated() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let token = engineer.token().must("a token").to_owned();
    let mut socket = TcpStream::connect(app.address()).await.must("connecting");
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 10\r\n\r\nabc",
        address(LETTERS)
    );
    socket.write_all(head.as_bytes()).await.must("sending half");
    socket.shutdown().await.must("cutting");
    // The server has noticed when it ends its side, too.
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.must("waiting for the end");

    engineer.get(&address(LETTERS)).await.problem(Kind::BlobNotFound);

    let _repeated = engineer.upload_as(&Digest::of(LETTERS), LETTERS).await.status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_falls_silent_is_told_and_nothing_is_kept() {
    let app = TestApp::start_with(|config| config.limits.idle = Duration::from_millis(50)).await;
    let token = app.engineer().token().must("a token").to_owned();
    for (method, at, kind) in
        [("PUT", address(LETTERS), ""), ("POST", "/api/v1/repositories".into(), "application/json")]
    {
        let mut socket = TcpStream::connect(app.address()).await.must("connecting");
        let head = format!(
            "{method} {at} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n\
             Content-Length: 10\r\n\r\n[]"
        );

        socket.write_all(head.as_bytes()).await.must("sending a little");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.must("waiting for the answer");

        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("/problems/too-slow"), "{answer}");
    }
    app.engineer().get(&address(LETTERS)).await.problem(Kind::BlobNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let app = TestApp::start().await;
    let token = app.engineer().token().must("a token").to_owned();
    let mut socket = TcpStream::connect(app.address()).await.must("connecting");
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 10\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n",
        address(LETTERS)
    );

    socket.write_all(head.as_bytes()).await.must("asking");
    let mut first = [0; 25];
    socket.read_exact(&mut first).await.must("waiting to be told");
    socket.write_all(LETTERS).await.must("sending");
    let mut rest = String::new();
    socket.read_to_string(&mut rest).await.must("reading the answer");

    assert_eq!(String::from_utf8_lossy(&first), "HTTP/1.1 100 Continue\r\n\r\n");
    assert!(rest.starts_with("HTTP/1.1 201 Created"), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_is_given() {
    let app = TestApp::start().await;
    let at = published(&app.engineer(), LETTERS).await;
    let nobody = app.anonymous();

    for (range, part, said) in [
        ("bytes=0-0", "a", "bytes 0-0/10"),
        ("bytes=3-5", "def", "bytes 3-5/10"),
        ("bytes=8-", "ij", "bytes 8-9/10"),
        ("bytes=-2", "ij", "bytes 8-9/10"),
        ("bytes=5-500", "fghij", "bytes 5-9/10"),
    ] {
        let got = nobody.get_with(&at, ("range", range)).await.status(206);
        assert_eq!((got.text().as_str(), got.header("content-range")), (part, said), "{range}");
        assert_eq!(got.header("content-length"), part.len().to_string());
    }
    let whole = nobody.get_with(&at, ("range", "bytes=0-1,4-5")).await.status(200);
    assert_eq!(whole.bytes, LETTERS);
    let beyond = nobody.get_with(&at, ("range", "bytes=10-")).await;
    beyond.problem(Kind::RangeNotSatisfiable);
    assert_eq!(beyond.header("content-range"), "bytes */10");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_given_only_when_the_rest_is_still_the_same() {
    let app = TestApp::start().await;
    let at = published(&app.engineer(), LETTERS).await;
    let nobody = app.anonymous();
    let ask = |validator: String| {
        nobody.request(Method::GET, &at).header("range", "bytes=0-0").header("if-range", validator)
    };
    let etag = format!("\"{}\"", Digest::of(LETTERS).hex());

    assert_eq!(nobody.send(ask(etag.clone())).await.status(206).text(), "a");
    for other in ["\"other\"".to_owned(), format!("W/{etag}"), "Sun, 22 Nov 2026 10:00:00 GMT".to_owned()] {
        assert_eq!(nobody.send(ask(other)).await.status(200).bytes, LETTERS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_the_bytes_gets_none() {
    let app = TestApp::start().await;
    let at = published(&app.engineer(), LETTERS).await;
    let etag = app.anonymous().get(&at).await.header("etag").to_owned();

    let got = app.anonymous().get_with(&at, ("if-none-match", &etag)).await.status(304);

    assert!(got.bytes.is_empty());
    assert_eq!(got.header("etag"), etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_does_but_without_the_bytes() {
    let app = TestApp::start().await;
    let at = published(&app.engineer(), LETTERS).await;
    let nobody = app.anonymous();

    for at in
        [at.as_str(), "/engineer/open/resolve/main/file.bin", "/api/v1/releases", "/api/v1/none", "/healthz"]
    {
        let (mut get, mut head) = (nobody.get(at).await, nobody.head(at).await);
        for own in ["x-request-id", "date"] {
            get.headers.remove(own);
            head.headers.remove(own);
        }
        assert!(head.bytes.is_empty());
        assert_eq!((get.code, get.headers), (head.code, head.headers), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_of_the_whole_is_said_and_public_bytes_may_be_kept() {
    let app = TestApp::start().await;
    let at = published(&app.engineer(), LETTERS).await;

    let open = app.anonymous().get(&at).await;
    let named = app.engineer().get(&at).await;

    // `printf abcdefghij | sha256sum | xxd -r -p | base64`
    assert_eq!(open.header("repr-digest"), "sha-256=:cjmTYdpqd1T+yYbcpbfLrxyBCije1KuvVrIQbQbLeLA=:");
    assert_eq!(open.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(named.header("cache-control"), "private, no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn knowing_a_digest_gives_no_access() {
    let app = TestApp::start().await;
    let stranger = app.person("stranger").await;
    app.engineer().upload(LETTERS).await;

    stranger.get(&address(LETTERS)).await.problem(Kind::BlobNotFound);
    app.anonymous().get(&address(LETTERS)).await.problem(Kind::BlobNotFound);

    stranger.repository("stranger/own", "model", "public").await;
    let theft = serde_json::json!([{"put": "mine.bin", "blob": Digest::of(LETTERS).hex()}]);
    stranger.commit("stranger/own", theft, None).await.problem(Kind::BlobUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_spellings_of_a_digest_are_no_address() {
    let app = TestApp::start().await;
    let hex = Digest::of(LETTERS).hex();

    for bad in [hex.to_uppercase(), format!("{hex}0"), "..%2f..%2fetc".to_owned(), format!("sha512:{hex}")] {
        app.engineer().get(&format!("/api/v1/blobs/{bad}")).await.problem(Kind::BadAddress);
    }
}
