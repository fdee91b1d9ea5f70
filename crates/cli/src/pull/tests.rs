//! Downloads from a small server that breaks the line, sends nonsense, or knows no ranges.

use std::sync::{Arc, Mutex};

use domain::Digest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::verify::tests::document;

/// How the small server answers, one request after the other; the last way goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// As it should.
    Well,
    /// Ends the connection after so many bytes of the body.
    Cut(usize),
    /// Sends everything although a part was asked for.
    Whole,
    /// Sends other bytes.
    Lie,
}

/// A server of one blob. Gives its address and the first byte asked for in each request.
async fn serve(blob: &'static [u8], ways: &'static [Way]) -> (Client, Arc<Mutex<Vec<usize>>>) {
    crate::client::choose_cryptography();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        for number in 0.. {
            let (mut line, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(line.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            let range = head.split("range: bytes=").nth(1).map(|rest| rest.split('-').next().unwrap());
            let first = range.map_or(0, |first| first.parse().unwrap());
            log.lock().unwrap().push(first);
            let way = ways.get(number).or(ways.last()).copied().unwrap();
            line.write_all(&answer(blob, first, way)).await.unwrap();
            line.shutdown().await.unwrap();
        }
    });
    let site = SiteArguments { server: Some(address) }.site().unwrap();
    (Client::new(site, Duration::from_secs(5)).unwrap(), asked)
}

fn answer(blob: &[u8], first: usize, way: Way) -> Vec<u8> {
    let lie: Vec<u8> = blob.iter().map(|byte| byte ^ 1).collect();
    let (status, body) = match way {
        Way::Whole => ("200 OK", blob),
        Way::Lie => ("200 OK", lie.as_slice()),
        _ if first > 0 => ("206 Partial Content", &blob[first..]),
        _ => ("200 OK", blob),
    };
    let range = format!("bytes {first}-{}/{}", blob.len() - 1, blob.len());
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-range: {range}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let sent = if let Way::Cut(bytes) = way { &body[..bytes.min(body.len())] } else { body };
    [head.as_bytes(), sent].concat()
}

const BLOB: &[u8] = b"0123456789";

fn evidence() -> Evidence {
    Evidence::read(&document(&[("sub/a.bin", BLOB)]).to_bytes().unwrap().0).unwrap()
}

/// Downloads into a fresh folder, in which the half file holds these bytes already.
async fn downloaded(half: &[u8], ways: &'static [Way]) -> (Result<Vec<u8>, Error>, Vec<usize>) {
    let (client, asked) = serve(BLOB, ways).await;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("r");
    if !half.is_empty() {
        let halves = folder.path().join("r.vitrine/partial");
        fs::create_dir_all(&halves).unwrap();
        fs::write(halves.join(Digest::of(BLOB).hex()), half).unwrap();
    }
    let outcome = download(&client, &evidence(), &dir).await;
    let asked = asked.lock().unwrap().clone();
    (outcome.map(|()| fs::read(dir.join("sub/a.bin")).unwrap()), asked)
}

#[tokio::test]
async fn a_line_that_breaks_is_gone_on_with_where_it_broke() {
    let (bytes, asked) = downloaded(b"", &[Way::Cut(4), Way::Cut(3), Way::Well]).await;

    assert_eq!(bytes.unwrap(), BLOB);
    assert_eq!(asked, [0, 4, 7]);
}

#[tokio::test]
async fn an_earlier_half_is_used() {
    let (bytes, asked) = downloaded(b"01234", &[Way::Well]).await;

    assert_eq!(bytes.unwrap(), BLOB);
    assert_eq!(asked, [5]);
}

#[tokio::test]
async fn a_half_of_something_else_is_thrown_away() {
    let (bytes, asked) = downloaded(b"other", &[Way::Well]).await;

    assert_eq!(bytes.unwrap(), BLOB);
    assert_eq!(asked, [5, 0]);
}

#[tokio::test]
async fn a_half_that_is_too_long_is_thrown_away() {
    let (bytes, asked) = downloaded(b"0123456789abc", &[Way::Well]).await;

    assert_eq!(bytes.unwrap(), BLOB);
    assert_eq!(asked, [0]);
}

#[tokio::test]
async fn a_server_without_ranges_sends_everything_again() {
    let (bytes, asked) = downloaded(b"01234", &[Way::Whole]).await;

    assert_eq!(bytes.unwrap(), BLOB);
    assert_eq!(asked, [5]);
}

#[tokio::test]
async fn other_bytes_than_published_are_refused_with_both_digests() {
    let (outcome, _) = downloaded(b"", &[Way::Lie]).await;

    let error = outcome.unwrap_err().to_string();
    assert!(error.contains(&Digest::of(BLOB).hex()) && error.contains("sub/a.bin"), "{error}");
}

#[tokio::test]
async fn a_second_pull_asks_for_nothing_and_foreign_files_are_left_alone() {
    let (client, asked) = serve(BLOB, &[Way::Well]).await;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("r");

    download(&client, &evidence(), &dir).await.unwrap();
    download(&client, &evidence(), &dir).await.unwrap();
    fs::write(dir.join("mine.txt"), "keep").unwrap();
    let refused = download(&client, &evidence(), &dir).await;

    assert_eq!(*asked.lock().unwrap(), [0]);
    assert!(refused.unwrap_err().to_string().contains("`mine.txt`"));
    assert!(folder.path().join("r.vitrine/document.json").is_file());
    assert!(!folder.path().join("r.vitrine/partial").exists());
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_is_refused() {
    let (client, asked) = serve(BLOB, &[Way::Well]).await;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("r")).unwrap();
    fs::create_dir_all(folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.path().join("r/sub")).unwrap();

    let refused = download(&client, &evidence(), &folder.path().join("r")).await;

    assert!(refused.unwrap_err().to_string().contains("`sub`"));
    assert!(asked.lock().unwrap().is_empty());
}

#[test]
fn a_version_may_be_left_out() {
    assert_eq!("alice/tiny".parse::<Wanted>().unwrap().version, None);
    assert!("alice/tiny@1.0.0".parse::<Wanted>().unwrap().version.is_some());
    assert!("alice/tiny@".parse::<Wanted>().is_err());
}
