//! Keys that give way to others: the record book says so, and whoever knew the old key is led to the new one.

use std::fs;

use domain::ReleaseDocument;
use oms::Statement;
use server::problem::Kind;
use tests::{Must, Site};
use tlog::dsse::StatementSigner;
use tlog::{LogHandover, NoteSigner};

const FILES: &[(&str, &[u8])] = &[("a.txt", b"one")];

/// A site that runs and has published 1.0.0, which was pulled to `old` and verified; and the token of who published.
/// The policy of then is in `pinned`.
async fn published() -> (Site, String) {
    let mut site = Site::create().await;
    site.start().await.must("starting");
    let token = site.person("engineer").await;
    site.client(Some(&token)).release("engineer/box", "model", FILES).await;
    let policy = site.client(None).get("/log/policy").await.status(200).text();
    fs::write(site.folder().join("pinned"), policy).must("keeping the policy");
    asked(&site, "pull engineer/box@1.0.0 old").await;
    asked(&site, "verify old").await;
    (site, token)
}

/// Runs a command that asks the site and must work.
async fn asked(site: &Site, line: &str) -> String {
    site.ask(&format!("{line} --server http://{}", site.address())).await
}

/// Stops the site as a power cut would, and starts it again.
async fn start_again(site: &mut Site) {
    site.kill().await;
    site.start().await.must("starting again");
}

/// What a reader does who knows the site from before, who knows it not at all, and who pinned the first key.
async fn everybody_is_content(site: &Site, copies: &[&str]) {
    let address = format!("http://{}", site.address());
    for copy in copies {
        asked(site, &format!("verify {copy}")).await;
        asked(site, &format!("verify {copy} --policy pinned")).await;
        asked(site, &format!("verify {copy} --state fresh-{copy}")).await;
        site.ask(&format!("verify {copy} --offline")).await;
        site.ask(&format!("verify {copy} --offline --state fresher-{copy}")).await;
    }
    for trust in ["", "--policy pinned", "--state fresh-audit"] {
        site.ask(&format!("log audit {address} {trust}")).await;
        site.ask(&format!("log doctor {address} {trust}")).await;
        site.ask(&format!("log monitor {address} {trust}")).await;
    }
    asked(site, "log export book").await;
    site.ask("log audit book --policy pinned --state fresh-book").await;
    let checked = site.ask("admin check --deep").await;
    assert_eq!(checked, "All is well");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_the_record_book_gives_way_and_nobody_is_lost() {
    let (mut site, token) = published().await;
    let first = site.client(None).get("/log/vkey").await.status(200).text();

    let said = site.ask("log rotate --key log").await;
    let while_it_runs = site.client(Some(&token)).publish("engineer/box", "2.0.0").await;
    start_again(&mut site).await;
    let _published = site.client(Some(&token)).publish("engineer/box", "2.0.0").await.status(200);
    asked(&site, "pull engineer/box@2.0.0 new").await;

    while_it_runs.problem(Kind::LogStuck);
    let second = site.client(None).get("/log/vkey").await.status(200).text();
    assert_ne!(first, second);
    assert_eq!(said.lines().next(), Some(second.trim_end()));
    let note = site.client(None).get("/log/keys/log/1").await.status(200).text();
    let handover: LogHandover = note.parse().must("a handover");
    assert_eq!(handover.old.to_string(), first.trim_end());
    assert_eq!(handover.new.to_string(), second.trim_end());
    site.client(None).get("/log/keys/log/2").await.problem(Kind::LogEntryNotFound);
    site.client(None).get("/log/keys/other/1").await.problem(Kind::AddressNotFound);
    everybody_is_content(&site, &["old", "new"]).await;

    site.ask("log rotate --key log").await;
    start_again(&mut site).await;
    everybody_is_content(&site, &["old", "new"]).await;
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_the_registry_gives_way_and_nobody_is_lost() {
    let (mut site, token) = published().await;
    let first = site.client(None).get("/keys/registry.pem").await.status(200).text();

    let secret = fs::read_to_string(site.folder().join("keys/registry.pem")).must("the secret key");
    let said = site.ask("log rotate --key registry").await;
    let while_it_runs = site.client(None).get("/engineer/box/releases/1.0.0/release.json").await;
    start_again(&mut site).await;
    let _published = site.client(Some(&token)).publish("engineer/box", "2.0.0").await.status(201);
    asked(&site, "pull engineer/box@2.0.0 new").await;
    asked(&site, "pull engineer/box@1.0.0 again").await;

    while_it_runs.problem(Kind::LogStuck);
    let second = site.client(None).get("/keys/registry.pem").await.status(200).text();
    assert_ne!(first, second);
    assert!(said.starts_with(second.trim_end()), "{said}");
    everybody_is_content(&site, &["old", "new", "again"]).await;
    // The old key signs nothing that was published after it gave way, even for who holds its secret.
    let old = StatementSigner::from_pem(&secret).must("the old key");
    let evidence = site.folder().join("new.vitrine");
    let document = fs::read(evidence.join("document.json")).must("the release document");
    let document: ReleaseDocument = serde_json::from_slice(&document).must("a release document");
    let digest = document.to_bytes().must("a digest").1;
    let put = |name: &str, bytes: Vec<u8>| fs::write(evidence.join(name), bytes).must(name);
    put("registry.pem", old.verifier().to_pem().must("a public key").into_bytes());
    put("release.json", Statement::of_release(&document, &digest).sign(&old).must("a statement"));
    put("model.sig", oms::release_bundle(&document, &old).must("a bundle"));
    let line = format!("verify new --server http://{}", site.address());
    let ended = site.command(&line).output().await.must("running it");
    assert_eq!(ended.status.code(), Some(1));
    let answer = String::from_utf8(ended.stdout).must("UTF-8");
    assert!(answer.contains("registry.pem: key: this key gave way with entry 1"), "{answer}");
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_cut_goes_on_where_it_was() {
    let (mut site, _token) = published().await;
    site.kill().await;
    let keys = site.folder().join("keys");
    let old = fs::read(keys.join("log.key")).must("the old key");
    site.ask("log rotate --key log").await;
    let new = fs::read(keys.join("log.key")).must("the new key");

    // The record book says it already, but the files were not exchanged yet.
    fs::write(keys.join("log.key"), &old).must("writing the old key");
    fs::write(keys.join("log.key.next"), &new).must("writing the new key");
    let refused = site.start().await.err().must("the old key signs nothing");
    site.ask("log rotate --key log").await;

    let id = |text: &[u8]| {
        let signer = NoteSigner::from_secret_text(String::from_utf8_lossy(text).trim_end()).must("a key");
        format!("{}+{:08x}", signer.verifier().name(), signer.verifier().id())
    };
    let (found, signs) = (id(&old), id(&new));
    assert!(refused.said.contains(&format!("the key `{found}` gave way to `{signs}`")), "{refused:?}");
    assert_eq!(fs::read(keys.join("log.key")).must("the key"), new);
    assert!(!keys.join("log.key.next").exists());
    site.start().await.must("starting with the new key");
    site.client(None).get("/log/keys/log/2").await.problem(Kind::LogEntryNotFound);
    everybody_is_content(&site, &["old"]).await;
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_environment_is_not_given_away() {
    let (mut site, _token) = published().await;
    site.kill().await;
    let key = fs::read_to_string(site.folder().join("keys/log.key")).must("the key");

    let mut rotating = site.command("log rotate --key log");
    let rotated = rotating.env("VITRINE_LOG_KEY", key.trim_end()).output().await.must("running it");

    let said = String::from_utf8_lossy(&rotated.stderr).into_owned();
    assert!(!rotated.status.success() && said.contains("stands in VITRINE_LOG_KEY"), "{said}");
    assert_eq!(fs::read_to_string(site.folder().join("keys/log.key")).must("the key"), key);
    site.start().await.must("nothing happened");
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_this_sites_cannot_follow() {
    let (mut site, _token) = published().await;
    site.kill().await;
    let path = site.folder().join("keys/log.key");
    let right = fs::read_to_string(&path).must("reading the key");
    let right = NoteSigner::from_secret_text(right.trim_end()).must("a key");
    let kind = tlog::SignatureKind::Note;
    let other = NoteSigner::from_seed(right.verifier().name().clone(), kind, &[7; 32]);

    fs::write(&path, other.to_secret_text()).must("writing the key");
    let refused = site.start().await.err().must("another key");
    let rotated = site.command("log rotate --key log").output().await.must("running it");

    assert!(refused.said.contains("was signed with another key"), "{refused:?}");
    let said = String::from_utf8_lossy(&rotated.stderr).into_owned();
    assert!(!rotated.status.success() && said.contains("it is not the one that signs now"), "{said}");
    fs::write(&path, right.to_secret_text()).must("writing the right key back");
    site.start().await.must("starting with the right key");
    site.client(None).get("/log/keys/log/1").await.problem(Kind::LogEntryNotFound);
    site.remove().await;
}
