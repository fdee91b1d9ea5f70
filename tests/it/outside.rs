//! A verifier that others wrote checks the record book over HTTP: the note and tlog packages of Go, as Debian ships them.
//!
//! The sizes are a small share; `cargo xtask verify-all outside` names more in `VITRINE_LOG_SIZES`.

use std::path::{Path, PathBuf};

use domain::{Coordinates, Digest, Entry, EntryKind, Timestamp, Uuid};
use registry::Actor;
use serde_json::Value;
use tempfile::TempDir;
use tests::{Must, TestApp, workspace};
use tlog::{Checkpoint, Hash, NoteSigner, SignatureKind};
use tokio::process::Command;

/// Where Debian puts packages of Go.
const PACKAGES: &str = "/usr/share/gocode";
/// Sizes that are always checked.
const SIZES: &str = "1 2 3 255 256 257";

/// The verifier, built in a folder of its own, and what it has seen.
struct Outside {
    folder: TempDir,
}

impl Outside {
    /// `None` where Go or its packages are not at hand.
    async fn build() -> Option<Self> {
        let package = Path::new(PACKAGES).join("src/golang.org/x/mod/sumdb/tlog");
        let folder = tempfile::tempdir().must("making a folder");
        let mut go = Command::new("go");
        go.arg("build").arg("-o").arg(folder.path()).arg(workspace::path("tests/outside/main.go"));
        go.env("GO111MODULE", "off").env("GOPATH", PACKAGES).env("GOFLAGS", "");
        go.env("GOCACHE", folder.path().join("cache"));
        let built = go.output().await;
        if !package.is_dir() || built.is_err() {
            return None;
        }
        let built = built.must("building the verifier");
        assert!(built.status.success(), "{built:?}");
        Some(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it; what it said, or why it refused.
    async fn check(&self, app: &TestApp, key: &str) -> Result<String, String> {
        let mut command = Command::new(self.path("main"));
        command.arg("-log").arg(format!("http://{}/log", app.address())).arg("-key").arg(key);
        command.arg("-seen").arg(self.folder.path()).arg("-proofs").arg(self.folder.path());
        let output = command.output().await.must("running the verifier");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).must("UTF-8").trim().to_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }
}

/// An entry like those of a release; the number makes it another one.
fn entry(number: u64) -> Entry {
    let coordinates =
        Coordinates { kind: EntryKind::Policy, id: Uuid::from_u128(u128::from(number)), ver: "1".to_owned() };
    let document = (Digest::of(&number.to_be_bytes()), "vitrine/policy/1");
    let at: Timestamp = "2026-11-22T10:00:00Z".parse().must("a time");
    Entry::new(coordinates, document, None, at).must("an entry")
}

/// Has the record book grow to this size, and waits until that is published.
async fn grow(app: &TestApp, size: u64) {
    let registry = app.registry();
    let (now, _note) = registry.checkpoint().await.must("a checkpoint");
    let entries: Vec<Entry> = (now..size).map(entry).collect();
    for some in entries.chunks(4_096) {
        registry.append(&Actor::System, some).await.must("appending");
    }
    while registry.checkpoint().await.must("a checkpoint").0 < size {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn sizes() -> Vec<u64> {
    let named = std::env::var("VITRINE_LOG_SIZES").unwrap_or_else(|_not_set| SIZES.to_owned());
    named.split_whitespace().map(|size| size.parse().must("a size")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_of_others_accepts_the_record_book_at_every_size_and_nothing_else() {
    let Some(outside) = Outside::build().await else {
        println!("left out: golang-go and golang-golang-x-mod-dev are not at hand");
        return;
    };
    let app = TestApp::start().await;
    app.engineer().repository("engineer/box", "model", "public").await;
    app.engineer().put_files("engineer/box", &[("a.txt", b"one")]).await;
    let key = app.anonymous().get("/log/vkey").await.status(200).text().trim().to_owned();

    for (number, size) in sizes().into_iter().enumerate() {
        grow(&app, size - 1).await;
        let made = app.engineer().publish("engineer/box", &format!("1.0.{size}")).await.status(201).json();
        let proof = made.get("proof").and_then(Value::as_str).must("a proof").to_owned();
        std::fs::write(outside.path(&format!("{size}.tlog-proof")), proof).must("writing a proof");

        let said = outside.check(&app, &key).await.must("the verifier accepts");

        println!("{said}");
        let said: Value = serde_json::from_str(&said).must("JSON");
        let count = |name: &str| said.get(name).and_then(Value::as_u64).must(name);
        assert_eq!((count("entries"), count("older_checkpoints")), (size, number as u64));
        assert!(count("inclusion_proofs") >= size.min(1_024), "{said}");
        assert_eq!(count("proof_files"), number as u64 + 1);
    }

    refuses(&outside, &app, &key).await;
}

/// What the verifier accepted it refuses with one thing changed: so it does look.
async fn refuses(outside: &Outside, app: &TestApp, key: &str) {
    let other =
        NoteSigner::from_seed("other.example/log".parse().must("a name"), SignatureKind::Note, &[1; 32]);
    let refused = outside.check(app, &other.verifier().to_string()).await.err().must("it is to be refused");
    assert!(refused.contains("the checkpoint: note has no verifiable signatures"), "{refused}");

    let secret = std::fs::read_to_string(app.folder().join("keys/log.key")).must("reading the key");
    let signer = NoteSigner::from_secret_text(secret.trim_end()).must("a key");
    let forked =
        Checkpoint::new(signer.verifier().name().as_str(), 2, Hash::of_leaf(b"forked")).must("a checkpoint");
    let fork = outside.path("fork.checkpoint");
    std::fs::write(&fork, forked.sign(&[&signer]).must("signing").to_string()).must("writing");
    let refused = outside.check(app, key).await.err().must("it is to be refused");
    assert!(refused.contains("fork.checkpoint: invalid transparency proof"), "{refused}");
    std::fs::remove_file(&fork).must("removing the fork");

    let path = outside.path("2.tlog-proof");
    let proof = std::fs::read_to_string(&path).must("reading the proof");
    std::fs::write(&path, proof.replace("index 1", "index 0")).must("writing");
    let refused = outside.check(app, key).await.err().must("it is to be refused");
    assert!(refused.contains("2.tlog-proof: invalid transparency proof"), "{refused}");
}
