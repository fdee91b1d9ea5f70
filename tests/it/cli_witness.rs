//! `vitrine witness`, and a record book that asks witnesses.

use std::process::Stdio;
use std::time::Duration;

use tests::Must;
use tlog::{Checkpoint, Edge, Hash, Note, NoteSigner, Policy, SignatureKind};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;
use witness::{Asking, Mode, collect};

use crate::cli_program::Program;

const ORIGIN: &str = "log.example/log";

fn log_key() -> NoteSigner {
    NoteSigner::from_seed(ORIGIN.parse().must("a name"), SignatureKind::Note, &[1; 32])
}

fn note(size: u64) -> Note {
    let mut edge = Edge::empty();
    for number in 0..size {
        edge.append(Hash::of_leaf(&number.to_be_bytes()));
    }
    let checkpoint = Checkpoint::new(ORIGIN, size, edge.root().must("a root")).must("a checkpoint");
    checkpoint.sign(&[&log_key()]).must("a signature")
}

/// A witness of that name. Gives its key and its address.
async fn witness(vitrine: &Program, name: &str) -> (Child, String, String) {
    vitrine.write("logs", format!("log {}\nquorum none\n", log_key().verifier()));
    let key = vitrine.run(&format!("witness keygen --name {name}.example -o {name}.key")).await.with(0).said;
    let line = format!("witness serve --key {name}.key --policy logs --state {name} --listen 127.0.0.1:0");
    let arguments: Vec<&str> = line.split(' ').collect();
    let mut command = vitrine.command(&arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().must("starting");
    let mut said = BufReader::new(child.stdout.take().must("a pipe")).lines();
    let line = said.next_line().await.must("reading").must("a line");
    let address = line.strip_prefix("The witness is at ").must(&line).to_owned();
    (child, key.trim().to_owned(), address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quorum_of_witnesses_cosigns_and_one_that_is_away_is_named() {
    let vitrine = Program::alone();
    let (_one, one_key, one) = witness(&vitrine, "one").await;
    let (_two, two_key, two) = witness(&vitrine, "two").await;
    let away = NoteSigner::from_seed("away.example".parse().unwrap(), SignatureKind::Cosignature, &[3; 32]);
    let away = away.verifier();
    let text = |quorum: &str| {
        format!(
            "log {}\nwitness a {one_key} {one}\nwitness b {two_key} {two}\nwitness c {away} http://127.0.0.1:9\n\
             group some 2 a b c\ngroup all all some\nquorum {quorum}\n",
            log_key().verifier()
        )
    };
    let policy: Policy = text("some").parse().unwrap();
    // Chooses who computes the cryptography of connections.
    let _any = tests::Client::new("127.0.0.1:9", None);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asking = |last| Asking { http: &http, policy: &policy, timeout: Duration::from_secs(5), last };

    let first = collect(note(5), &asking(0), async |_| Ok(vec![])).await.unwrap();
    let again = collect(note(5), &asking(0), async |_| Ok(vec![])).await.unwrap();
    let fork = collect(note(6), &asking(5), async |_| Ok(vec![Hash::of_nothing()])).await.unwrap();

    assert!(first.quorum && policy.verify(&first.note).is_ok());
    let refusals: Vec<&str> = first.refusals.iter().map(|refusal| refusal.witness.as_str()).collect();
    assert_eq!(refusals, ["c"]);
    assert!(again.quorum, "a witness that has seen it is asked from there: {:?}", again.refusals);
    assert!(!fork.quorum && fork.refusals.len() == 3, "{:?}", fork.refusals);
    assert!(fork.refusals[0].reason.contains("422"), "{:?}", fork.refusals);
    assert!(!fork.may_publish(Mode::Strict) && fork.may_publish(Mode::Lenient));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_shows_what_it_cosigned_last_and_runs_once() {
    use sha2::Digest as _;
    let vitrine = Program::alone();
    let (_one, _key, address) = witness(&vitrine, "one").await;
    let client = tests::Client::new(address.strip_prefix("http://").unwrap(), None);
    let body = tlog::witness::Request::new(0, vec![], note(5)).unwrap().to_string();
    let request = client.request(reqwest::Method::POST, "/add-checkpoint").body(body);
    let _cosigned = client.send(request).await.status(200);
    let hex = Hash(sha2::Sha256::digest(ORIGIN).into()).to_hex();

    let shown = client.get(&format!("/{hex}/checkpoint")).await.status(200).text();
    let other = client.get("/00/checkpoint").await;
    let garbage = client.request(reqwest::Method::POST, "/add-checkpoint").body(vec![0xff]);
    let garbage = client.send(garbage).await;
    let second =
        vitrine.run("witness serve --key one.key --policy logs --state one --listen 127.0.0.1:0").await;
    let overwritten = vitrine.run("witness keygen --name one.example -o one.key").await;

    assert!(shown.starts_with(&note(5).to_string()), "{shown}");
    assert_eq!((other.code, garbage.code, second.code, overwritten.code), (404, 400, 1, 1));
    assert!(second.remarked.contains("a witness runs once"), "{}", second.remarked);
}
