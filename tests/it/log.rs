//! The record book: proofs, tiles, and what is refused.

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::{Entry, FixedClock, SystemChance};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use serde_json::{Value, json};
use server::problem::Kind;
use server::{Config, StartError};
use tests::{Must, TestApp};
use tlog::{
    Checkpoint, Hash, KeyName, Note, NoteSigner, NoteVerifier, Policy, ProofFile, SignatureKind, TileReader,
};

const FILES: &[(&str, &[u8])] = &[("a.txt", b"one"), ("b/c.txt", b"two")];
const RELEASE: &str = "/api/v1/releases/engineer/box/1.0.0";

/// A platform and the settings that another process of it would have.
async fn start() -> (TestApp, Config) {
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let app = TestApp::start_with(move |config| *keep.lock().must("the lock") = Some(config.clone())).await;
    let config = kept.lock().must("the lock").take().must("the settings");
    (app, config)
}

/// Why another process cannot start with these settings, with all causes.
async fn refusal(config: &Config) -> String {
    let clock = FixedClock::at("2026-11-22T10:00:00Z".parse().must("a time"));
    match server::start(config.clone(), Arc::new(clock), Arc::new(SystemChance)).await {
        Ok(running) => {
            running.stop().await.must("stopping");
            panic!("it started")
        }
        Err(StartError::Log { source }) => source.to_string(),
        Err(other) => other.to_string(),
    }
}

async fn starts(config: &Config) {
    let clock = FixedClock::at("2026-11-22T10:00:00Z".parse().must("a time"));
    let running =
        server::start(config.clone(), Arc::new(clock), Arc::new(SystemChance)).await.must("starting");
    running.stop().await.must("stopping");
}

async fn database(config: &Config) -> DatabaseConnection {
    Database::connect(config.database()).await.must("connecting")
}

pub(crate) async fn run(database: &DatabaseConnection, statement: &str) {
    database.execute_unprepared(statement).await.must(statement);
}

/// Takes away what keeps rows as they are, as somebody with all rights could.
pub(crate) async fn unlock(database: &DatabaseConnection) {
    for table in ["log_leaves", "log_tiles", "log_checkpoints"] {
        if database.get_database_backend() == sea_orm::DbBackend::Postgres {
            run(database, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await;
        } else {
            run(database, &format!("DROP TRIGGER {table}_UPDATE")).await;
            run(database, &format!("DROP TRIGGER {table}_DELETE")).await;
        }
    }
}

async fn trusted(app: &TestApp) -> Policy {
    let key: NoteVerifier =
        app.anonymous().get("/log/vkey").await.status(200).text().trim().parse().must("a key");
    let stated: Policy = app.anonymous().get("/log/policy").await.status(200).text().parse().must("a policy");
    let policy = Policy::of_log(key).must("a policy");
    let checkpoint = app.anonymous().get("/log/checkpoint").await.status(200);
    let note: Note = checkpoint.text().parse().must("a note");
    assert_eq!(stated.verify(&note).must("verifying"), policy.verify(&note).must("verifying"));
    policy
}

async fn checkpoint(app: &TestApp) -> Checkpoint {
    let text = app.anonymous().get("/log/checkpoint").await.status(200).text();
    let note: Note = text.parse().must("a note");
    note.text().parse().must("a checkpoint")
}

fn verified(proof: &str, policy: &Policy) -> Entry {
    let proof: ProofFile = proof.parse().must("a proof file");
    let leaf = proof.extra.clone().must("the entry");
    proof.verify(&Hash::of_leaf(&leaf), policy).must("the proof holds");
    Entry::from_bytes(&leaf).must("an entry")
}

/// Publishes and gives the proof.
async fn published(app: &TestApp, version: &str) -> String {
    let made = app.engineer().publish("engineer/box", version).await.status(201).json();
    made.get("proof").and_then(Value::as_str).must("a proof").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_publishes_gets_a_proof_that_needs_no_trust() {
    let app = TestApp::start().await;
    app.engineer().repository("engineer/box", "model", "public").await;
    app.engineer().put_files("engineer/box", FILES).await;

    let proof = published(&app, "1.0.0").await;

    let entry = verified(&proof, &trusted(&app).await);
    let document = app.anonymous().get(&format!("{RELEASE}/document")).await.status(200);
    assert_eq!(entry.doc, domain::Digest::of(&document.bytes));
    assert_eq!((entry.coordinates.kind.as_str(), entry.coordinates.ver.as_str()), ("release", "1.0.0"));
    assert_eq!(entry.doc_type, "vitrine/release/1");
    let object = app.anonymous().get(&format!("/objects/sha256/{}", entry.doc.hex())).await.status(200);
    assert_eq!(object.bytes, document.bytes);
    assert!(object.header("cache-control").contains("immutable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_can_be_asked_for_again_and_a_withdrawal_has_one_too() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let policy = trusted(&app).await;

    let file = app.anonymous().get("/engineer/box/releases/1.0.0/release.tlog-proof").await.status(200);
    let release = verified(&file.text(), &policy);
    let _ = app
        .engineer()
        .post(&format!("{RELEASE}/withdraw"), &json!({"reason": "Wrong unit."}))
        .await
        .status(200);
    let id = release.coordinates.id;
    let asked = |kind: &str| format!("/api/v1/log/proof?kind={kind}&id={id}&ver=1.0.0");
    let withdrawal = app.anonymous().get(&asked("withdrawal")).await.status(200);

    let withdrawal = verified(&withdrawal.text(), &policy);
    assert_eq!(withdrawal.prev, Some(release.doc));
    assert_eq!(verified(&app.anonymous().get(&asked("release")).await.status(200).text(), &policy), release);
    app.anonymous().get(&asked("card")).await.problem(Kind::LogEntryNotFound);
    app.anonymous().get(&asked("receipt")).await.problem(Kind::BadAddress);
    let listed = app.anonymous().get("/api/v1/log/entries").await.status(200).json();
    let kinds = |listed: &Value| {
        let entries = listed.get("entries").and_then(Value::as_array).must("entries").clone();
        entries.iter().map(|entry| entry.get("kind").cloned().must("kind")).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&listed), [json!("withdrawal"), json!("release")]);
    let only = app.anonymous().get("/api/v1/log/entries?kind=release&limit=1").await.status(200).json();
    assert_eq!(kinds(&only), [json!("release")]);
}

/// Has entries of nobody wait in the record book.
async fn others(database: &DatabaseConnection, size: u64, count: u64) {
    for number in 0..count {
        let leaf = format!("other {size} {number}");
        let bytes = if database.get_database_backend() == sea_orm::DbBackend::Postgres {
            format!("convert_to('{leaf}', 'UTF8')")
        } else {
            format!("CAST('{leaf}' AS BLOB)")
        };
        let row = "INSERT INTO log_pending (coordinates, kind, leaf) VALUES";
        run(database, &format!("{row} ('{leaf}', 'policy', {bytes})")).await;
    }
}

/// Looks at single tiles of a record book with 257 entries.
async fn tiles_have_one_address(app: &TestApp) {
    let tile = app.anonymous().get("/log/tile/0/000").await.status(200);
    assert_eq!(tile.bytes.len(), 8_192);
    assert!(tile.header("cache-control").contains("immutable"));
    assert_eq!(tile.header("access-control-allow-origin"), "*");
    let bundle = app.anonymous().get("/log/tile/entries/001.p/1").await.status(200);
    assert_eq!(tlog::decode_bundle(&bundle.bytes, 1).must("a bundle").len(), 1);
    for none in [
        "0/001",
        "0/001.p/2",
        "0/000.p/3",
        "0/000.p/0",
        "0/000.p/256",
        "8/0/000",
        "0/0",
        "0/x000/000",
        "1/000.p/2",
        "64/000",
        "entries/002",
        "entries/000.p/200",
        "0/000/",
        "0/%30%30%30",
        "",
    ] {
        app.anonymous().get(&format!("/log/tile/{none}")).await.problem(Kind::AddressNotFound);
    }
    app.anonymous().get("/api/v1/log/consistency?old=2&new=258").await.problem(Kind::BadAddress);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_can_read_every_tile_and_rebuild_the_tree() {
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let policy = trusted(&app).await;
    let database = database(&config).await;
    let mut before = checkpoint(&app).await;

    for (size, version) in [(2, "2.0.0"), (255, "3.0.0"), (256, "4.0.0"), (257, "5.0.0")] {
        // Entries of others, so that the next release fills the book to this size.
        others(&database, size, size - before.size() - 1).await;
        verified(&published(&app, version).await, &policy);
        let now = checkpoint(&app).await;
        assert_eq!(now.size(), size);
        let mut reader = TileReader::new(now.size(), now.root()).must("a reader");
        let app = &app;
        let fetch = |tile: tlog::Tile| {
            let got = tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(app.anonymous().get(&format!("/log/{tile}")))
            });
            Ok::<_, tlog::Error>(got.status(200).bytes)
        };
        for index in [0, size / 2, size - 1] {
            let proof = reader.inclusion_proof(index, fetch).must("a proof");
            let leaf = reader.leaf(index, fetch).must("a leaf");
            tlog::verify_inclusion(index, size, &leaf, &proof, &now.root()).must("included");
        }
        let asked = format!("/api/v1/log/consistency?old={}&new={size}", before.size());
        let said = app.anonymous().get(&asked).await.status(200).json();
        let hashes: Vec<Hash> = said
            .get("hashes")
            .and_then(Value::as_array)
            .must("hashes")
            .iter()
            .map(|hash| hash.as_str().must("text").parse().must("a hash"))
            .collect();
        tlog::verify_consistency((before.size(), &before.root()), (size, &now.root()), &hashes)
            .must("consistent");
        before = now;
    }

    tiles_have_one_address(&app).await;
    // The entries above are no real ones; nobody else may stumble over them.
    database.close().await.must("closing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_to_rewrite_the_record_book() {
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let database = database(&config).await;

    for statement in [
        "UPDATE log_leaves SET kind = 'card'",
        "DELETE FROM log_leaves",
        "UPDATE log_checkpoints SET note = ''",
        "DELETE FROM log_checkpoints",
    ] {
        let refused = database.execute_unprepared(statement).await.unwrap_err();
        assert!(refused.to_string().contains("never changed"), "{statement}: {refused}");
    }
    database.close().await.must("closing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_or_tile_keeps_the_site_from_starting() {
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let database = database(&config).await;
    unlock(&database).await;

    run(&database, "UPDATE log_leaves SET leaf = leaf_hash, leaf_hash = leaf").await;
    let changed_entry = refusal(&config).await;
    run(&database, "UPDATE log_leaves SET leaf = leaf_hash, leaf_hash = leaf").await;
    starts(&config).await;
    run(&database, "UPDATE log_tiles SET number = 7").await;
    let changed_tile = refusal(&config).await;
    run(&database, "UPDATE log_tiles SET number = 0").await;
    run(&database, "UPDATE log_head SET size = 0").await;
    let shortened = refusal(&config).await;
    run(&database, "UPDATE log_head SET size = 1").await;

    assert_eq!(changed_entry, "entry 0 of the record book was changed or is gone; restore the database");
    assert_eq!(
        changed_tile,
        "tile `tile/0/000.p/1` of the record book was changed or is gone; restore the database"
    );
    assert!(shortened.contains("this is an older copy"), "{shortened}");
    starts(&config).await;
    database.close().await.must("closing");
}

fn signer(folder: &Path) -> NoteSigner {
    let text = std::fs::read_to_string(folder.join("keys/log.key")).must("reading the key");
    NoteSigner::from_secret_text(text.trim_end()).must("a key")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_knows_better_keeps_the_site_from_starting() {
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let path = config.data.join("guard/log");
    let right = std::fs::read_to_string(&path).must("reading the guard");
    let signer = signer(&config.data);
    let sign = |size, root| {
        let checkpoint = Checkpoint::new(signer.verifier().name().as_str(), size, root).must("a checkpoint");
        checkpoint.sign(&[&signer]).must("signing").to_string()
    };
    let guarding = |text: String| {
        std::fs::write(&path, text).must("writing the guard");
        refusal(&config)
    };

    let older = guarding(sign(9, Hash::of_leaf(b"later"))).await;
    let other = guarding(sign(1, Hash::of_leaf(b"other"))).await;
    std::fs::remove_file(&path).must("removing the guard");
    let gone = refusal(&config).await;

    assert!(older.contains("holds 1 entries of the record book, but 9 were signed already"), "{older}");
    assert!(other.contains("this is another record book, or it was rewritten"), "{other}");
    assert!(gone.contains("the guard of the record book is gone"), "{gone}");
    std::fs::write(&path, right).must("writing the guard");
    starts(&config).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_swapped_key_keeps_the_site_from_starting() {
    use std::os::unix::fs::PermissionsExt as _;
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let path = config.data.join("keys/log.key");
    let right = std::fs::read_to_string(&path).must("reading the key");
    let name: KeyName = signer(&config.data).verifier().name().clone();
    let other = NoteSigner::from_seed(name, SignatureKind::Note, &[7; 32]).to_secret_text();

    std::fs::write(&path, &other).must("writing the key");
    let swapped = refusal(&config).await;
    std::fs::write(&path, "no key").must("writing the key");
    let broken = refusal(&config).await;
    std::fs::remove_file(&path).must("removing the key");
    let lost = refusal(&config).await;
    let by_variable = Config { log_key: Some(right.clone()), ..config.clone() };
    starts(&by_variable).await;

    assert!(swapped.contains("was signed with another key than"), "{swapped}");
    assert!(broken.contains("holds no key of a record book"), "{broken}");
    assert!(lost.contains("its key is gone"), "{lost}");
    std::fs::write(&path, right).must("writing the key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).must("rights");
    starts(&config).await;
    assert!(!format!("{by_variable:?}").contains("PRIVATE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_before_there_was_a_record_book_is_entered_in_order() {
    let (app, config) = start().await;
    let mode = std::fs::metadata(config.data.join("keys/log.key")).must("the key").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    app.engineer().release("engineer/box", "model", FILES).await;
    app.clock().advance(jiff::SignedDuration::from_secs(60));
    let _ = app.engineer().publish("engineer/box", "2.0.0").await.status(201);
    app.clock().advance(jiff::SignedDuration::from_secs(60));
    let _ = app
        .engineer()
        .post(&format!("{RELEASE}/withdraw"), &json!({"reason": "Wrong unit."}))
        .await
        .status(200);
    let entries = app.anonymous().get("/api/v1/log/entries").await.status(200).json();
    let database = database(&config).await;
    unlock(&database).await;
    for table in ["log_pending", "log_leaves", "log_tiles", "log_head", "log_checkpoints"] {
        run(&database, &format!("DELETE FROM {table}")).await;
    }
    std::fs::remove_file(config.data.join("guard/log")).must("removing the guard");
    std::fs::remove_file(config.data.join("keys/log.key")).must("removing the key");

    starts(&config).await;

    assert_eq!(app.anonymous().get("/api/v1/log/entries").await.status(200).json(), entries);
    assert_eq!(entries.get("entries").and_then(Value::as_array).map(Vec::len), Some(3));
    database.close().await.must("closing");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_keep_one_record_book() {
    let (app, config) = start().await;
    app.engineer().repository("engineer/box", "model", "public").await;
    app.engineer().put_files("engineer/box", FILES).await;
    if config.database_url.is_none() {
        // One process works on a SQLite file.
        return;
    }
    let clock = FixedClock::at("2026-11-22T10:00:00Z".parse().must("a time"));
    let other = server::start(config, Arc::new(clock), Arc::new(SystemChance)).await.must("starting");
    let there = tests::Client::new(&other.address.to_string(), app.engineer().token());
    let policy = trusted(&app).await;

    let publishing = (0..20).map(|number| {
        let here = if number % 2 == 0 { app.engineer() } else { there.clone() };
        async move { here.publish("engineer/box", &format!("1.0.{number}")).await.status(201).json() }
    });
    let made = futures_util::future::join_all(publishing).await;

    for made in made {
        verified(made.get("proof").and_then(Value::as_str).must("a proof"), &policy);
    }
    assert_eq!(checkpoint(&app).await.size(), 20);
    other.stop().await.must("stopping");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_book_that_stops_is_said_so_and_nothing_is_lost() {
    let (app, config) = start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let path = config.data.join("guard/log");
    let right = std::fs::read_to_string(&path).must("reading the guard");
    std::fs::remove_file(&path).must("removing the guard");

    let stuck = app.engineer().publish("engineer/box", "2.0.0").await;
    std::fs::write(&path, right).must("writing the guard");
    let id = {
        let shown = app.anonymous().get(&format!("{RELEASE}/document")).await.status(200).json();
        shown.pointer("/repository/id").and_then(Value::as_str).must("an id").to_owned()
    };
    let asked = format!("/api/v1/log/proof?kind=release&id={id}&ver=2.0.0");
    let mut proof = app.anonymous().get(&asked).await;
    for _ in 0..100 {
        if proof.code == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        proof = app.anonymous().get(&asked).await;
    }

    stuck.problem(Kind::LogStuck);
    verified(&proof.status(200).text(), &trusted(&app).await);
}
