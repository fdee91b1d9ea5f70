//! A record book whose checkpoints are cosigned.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{FixedClock, SystemChance, SystemClock};
use serde_json::Value;
use server::Config;
use server::problem::Kind;
use server::witness::{Listening, listen};
use tempfile::TempDir;
use tests::{Client, Must, TestApp};
use tlog::{Note, NoteSigner, Policy, ProofFile, SignatureKind};
use witness::{Keeper, Mode};

use crate::cli_program::Program;

const FILES: &[(&str, &[u8])] = &[("a.txt", b"one")];

fn log_key() -> NoteSigner {
    NoteSigner::from_seed("book.example/log".parse().must("a name"), SignatureKind::Note, &[1; 32])
}

fn witness_key(seed: u8) -> NoteSigner {
    let name = format!("witness{seed}.example").parse().must("a name");
    NoteSigner::from_seed(name, SignatureKind::Cosignature, &[seed; 32])
}

/// A witness that listens; `None` takes a free port.
fn witness(folder: &Path, seed: u8, at: Option<SocketAddr>) -> Listening {
    let state = folder.join(format!("witness{seed}"));
    let keeper =
        Keeper::open(&state, witness_key(seed), vec![log_key().verifier().clone()]).must("a witness");
    let at = at.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
    listen(at, keeper, Arc::new(SystemClock)).must("listening")
}

/// Two of three have to agree.
fn policy(at: [SocketAddr; 3]) -> String {
    let line =
        |seed: u8, at: &SocketAddr| format!("witness w{seed} {} http://{at}\n", witness_key(seed).verifier());
    let lines: Vec<String> = (2..).zip(&at).map(|(seed, at)| line(seed, at)).collect();
    lines.concat() + "group some 2 w2 w3 w4\nquorum some\n"
}

/// A platform that asks these witnesses.
async fn start(folder: &TempDir, policy: &str, mode: Mode) -> (TestApp, Config) {
    // Chooses who computes the cryptography of connections.
    let _any = Client::new("127.0.0.1:9", None);
    let file = folder.path().join("policy");
    std::fs::write(&file, policy).must("writing the policy");
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let app = TestApp::start_with(move |config| {
        config.log_key = Some(log_key().to_secret_text());
        config.log_policy = Some(file);
        config.log_witness_mode = mode;
        *keep.lock().must("the lock") = Some(config.clone());
    })
    .await;
    let config = kept.lock().must("the lock").take().must("the settings");
    (app, config)
}

async fn stated(app: &TestApp) -> Policy {
    app.anonymous().get("/log/policy").await.status(200).text().parse().must("a policy")
}

async fn shown(app: &TestApp) -> Note {
    app.anonymous().get("/log/checkpoint").await.status(200).text().parse().must("a note")
}

/// Somebody who takes connections and never answers.
fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").must("listening");
    let at = listener.local_addr().must("an address");
    (listener, at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_checkpoint_carries_a_quorum_though_one_witness_is_silent() {
    let folder = tempfile::tempdir().must("a folder");
    let (one, two) = (witness(folder.path(), 2, None), witness(folder.path(), 3, None));
    let (_listener, silent) = silent();
    let (app, _config) = start(&folder, &policy([one.address, two.address, silent]), Mode::Strict).await;

    let made = app.engineer().release("engineer/box", "model", FILES).await;
    let again = app.engineer().publish("engineer/box", "1.0.0").await.status(200).json();

    let policy = stated(&app).await;
    assert_eq!(policy.witnesses().len(), 3);
    let note = shown(&app).await;
    assert_eq!(policy.verify(&note).map(|checkpoint| checkpoint.size()), Ok(2));
    assert_eq!(policy.cosignatures(&note).must("cosignatures").len(), 2);
    let vitrine = Program::of(&app);
    let _pulled = vitrine.run("pull engineer/box@1.0.0 copy").await.with(0);
    let verified = vitrine.run("verify copy").await.with(0);
    assert!(verified.said.contains("All good"), "{verified:?}");
    let proof = again.get("proof").and_then(Value::as_str).must("a proof");
    let proof: ProofFile = proof.parse().must("a proof");
    assert!(policy.verify(&proof.checkpoint).is_ok());
    assert_eq!(made.get("digest"), again.get("digest"));
    let entries = app.anonymous().get("/api/v1/log/entries?kind=policy").await.status(200).json();
    let doc = entries.pointer("/entries/0/doc").and_then(Value::as_str).must("an entry about the policy");
    let text = app.anonymous().get(&format!("/objects/sha256/{doc}")).await.status(200).text();
    assert_eq!(text, app.anonymous().get("/log/policy").await.status(200).text());
    drop(app);
    one.stop().await.must("stopping");
    two.stop().await.must("stopping");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_record_book_shows_nothing_until_enough_witnesses_cosigned() {
    let folder = tempfile::tempdir().must("a folder");
    let (one, two) = (witness(folder.path(), 2, None), witness(folder.path(), 3, None));
    let second = two.address;
    let (_listener, silent) = silent();
    let (app, _config) = start(&folder, &policy([one.address, second, silent]), Mode::Strict).await;
    let before = shown(&app).await;
    app.engineer().repository("engineer/box", "model", "public").await;
    app.engineer().put_files("engineer/box", FILES).await;
    two.stop().await.must("stopping");

    let stuck = app.engineer().publish("engineer/box", "1.0.0").await;
    let meanwhile = shown(&app).await;
    let two = witness(folder.path(), 3, Some(second));
    let published = app.engineer().publish("engineer/box", "1.0.0").await;

    stuck.problem(Kind::LogStuck);
    assert_eq!(meanwhile, before);
    let _published = published.status(200);
    let policy = stated(&app).await;
    assert_eq!(policy.verify(&shown(&app).await).map(|checkpoint| checkpoint.size()), Ok(2));
    drop(app);
    one.stop().await.must("stopping");
    two.stop().await.must("stopping");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lenient_record_book_goes_on_and_gets_late_cosignatures() {
    let folder = tempfile::tempdir().must("a folder");
    let one = witness(folder.path(), 2, None);
    let (listener, second) = silent();
    let (_listener, silent) = silent();
    let (app, _config) = start(&folder, &policy([one.address, second, silent]), Mode::Lenient).await;

    app.engineer().release("engineer/box", "model", FILES).await;
    let policy = stated(&app).await;
    let early = policy.verify(&shown(&app).await);
    drop(listener);
    let two = witness(folder.path(), 3, Some(second));
    let mut late = early.clone();
    for _ in 0..200 {
        if late.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        late = policy.verify(&shown(&app).await);
    }

    assert!(matches!(early, Err(tlog::Error::NoQuorum { found: 1, .. })), "{early:?}");
    assert_eq!(late.map(|checkpoint| checkpoint.size()), Ok(2));
    drop(app);
    one.stop().await.must("stopping");
    two.stop().await.must("stopping");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_witnesses_are_an_entry_and_a_policy_of_another_book_is_refused() {
    let folder = tempfile::tempdir().must("a folder");
    let one = witness(folder.path(), 2, None);
    let alone = format!("witness w {} http://{}\nquorum w\n", witness_key(2).verifier(), one.address);
    let (app, config) = start(&folder, &alone, Mode::Lenient).await;
    let second = |policy: Option<&str>| {
        let log_policy = policy.map(|text| {
            let file = folder.path().join("second");
            std::fs::write(&file, text).must("writing");
            file
        });
        let clock = FixedClock::at("2026-11-22T10:00:00Z".parse().must("a time"));
        let config = Config { log_policy, ..config.clone() };
        server::start(config, Arc::new(clock), Arc::new(SystemChance))
    };

    let other = second(Some("log x.example/log+00000000+AQ== \nquorum none\n")).await.map(|_| ());
    let nobody = second(None).await.must("starting");

    nobody.stop().await.must("stopping");
    assert!(other.unwrap_err().to_string().contains("does not say which witnesses"));
    let entries = app.anonymous().get("/api/v1/log/entries?kind=policy").await.status(200).json();
    assert_eq!(entries.get("entries").and_then(Value::as_array).map(Vec::len), Some(2));
    assert_eq!(entries.pointer("/entries/0/prev"), entries.pointer("/entries/1/doc"));
    drop(app);
    one.stop().await.must("stopping");
}
