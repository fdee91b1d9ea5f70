//! Removal by order: what goes, what stays, and what is said instead.

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::{Digest, FixedClock, SystemChance};
use registry::{Actor, Condemned, Error, Order};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use serde_json::{Value, json};
use server::problem::Kind;
use server::{Config, StartError};
use tests::{Must, RankingRelease, TestApp, needs_models};
use tlog::{Hash, Note, ProofFile};

use crate::cli_program::Program;

/// Words and bytes that are to be found nowhere afterwards.
const SECRETS: &[&str] = &[
    "forbidden-box",
    "hidden-file-name",
    "plain words of the file",
    "what it was said to be",
    "why it was bad",
    "forbidden-slug",
    "Hidden title of a card",
    "Hidden Operator",
];
const FILES: &[(&str, &[u8])] = &[
    ("hidden-file-name.txt", b"plain words of the file"),
    ("shared.txt", b"words that others hold too"),
    ("README.md", b"---\nlicense: mit\ndescription: what it was said to be\n---\n"),
];
const RELEASE: &str = "/api/v1/releases/engineer/forbidden-box/1.0.0";

async fn start() -> (TestApp, Config) {
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let app = TestApp::start_with(move |config| *keep.lock().must("the lock") = Some(config.clone())).await;
    let config = kept.lock().must("the lock").take().must("the settings");
    (app, config)
}

fn order() -> Order {
    Order {
        reason: "court-order".parse().must("a reason"),
        authority: Some("Court of Ulm, 1 O 1/26".to_owned()),
    }
}

fn named(name: &str, version: &str) -> Condemned {
    Condemned::Named(name.parse().must("a name"), version.parse().must("a version"))
}

async fn remove(app: &TestApp, name: &str) -> registry::Removed {
    app.registry().remove_by_order(&Actor::System, &named(name, "1.0.0"), &order()).await.must("removing")
}

/// Bytes as Postgres writes them.
struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// Whether some bytes lie in some other bytes.
fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

/// Every file below a folder that holds one of the secrets.
fn files_with_secrets(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).must("listing").map(|entry| entry.must("an entry").path()) {
        if entry.is_dir() {
            files_with_secrets(&entry, found);
            continue;
        }
        let bytes = match std::fs::read(&entry) {
            // The database takes files of its own away while we look.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            read => read.must("reading a file"),
        };
        let in_file = SECRETS.iter().filter(|secret| holds(&bytes, secret.as_bytes()));
        found.extend(in_file.map(|secret| format!("`{secret}` in {}", entry.display())));
    }
}

/// Every table of a Postgres database that holds one of the secrets, as text or as bytes.
async fn tables_with_secrets(config: &Config, found: &mut Vec<String>) {
    let database = Database::connect(config.database()).await.must("connecting");
    if database.get_database_backend() == DbBackend::Postgres {
        let ask = |text: String| database.query_all_raw(Statement::from_string(DbBackend::Postgres, text));
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
        for table in ask(tables.to_owned()).await.must("the tables") {
            let table: String = table.try_get_by_index(0).must("a name");
            for row in ask(format!("SELECT t::text FROM \"{table}\" t")).await.must("the rows") {
                let row: String = row.try_get_by_index(0).must("a row");
                let hex = |secret: &str| Hex(secret.as_bytes()).to_string();
                let in_row =
                    SECRETS.iter().filter(|secret| row.contains(**secret) || row.contains(&hex(secret)));
                found.extend(in_row.map(|secret| format!("`{secret}` in table {table}")));
            }
        }
    }
    database.close().await.must("closing");
}

/// Whether the dump that `pg_dump` makes of a Postgres database holds one of the secrets.
#[expect(clippy::print_stdout, reason = "what is left out is said")]
async fn dump_with_secrets(config: &Config, found: &mut Vec<String>) {
    let Some(url) = &config.database_url else { return };
    let Ok(program) = std::env::var("TEST_PG_DUMP") else {
        println!("left out: TEST_PG_DUMP does not name pg_dump, so no dump is searched");
        return;
    };
    let dump = tokio::process::Command::new(program).arg(url).output().await.must("running pg_dump");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = dump.stdout;
    assert!(holds(&dump, b"COPY public.releases "), "the dump has the rows");
    let hex = |secret: &str| Hex(secret.as_bytes()).to_string();
    let in_dump = SECRETS
        .iter()
        .filter(|secret| holds(&dump, secret.as_bytes()) || holds(&dump, hex(secret).as_bytes()));
    found.extend(in_dump.map(|secret| format!("`{secret}` in the dump")));
}

async fn secrets(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    files_with_secrets(&config.data, &mut found);
    tables_with_secrets(config, &mut found).await;
    dump_with_secrets(config, &mut found).await;
    found
}

/// A release that is withdrawn, and another repository that holds one of its files.
async fn publish(app: &TestApp) {
    let engineer = app.engineer();
    engineer.release("engineer/forbidden-box", "model", FILES).await;
    engineer.release("engineer/other", "model", &[("shared.txt", b"words that others hold too")]).await;
    let why = json!({"reason": "why it was bad"});
    let _ = engineer.post(&format!("{RELEASE}/withdraw"), &why).await.status(200);
}

/// Waits until an entry of this kind about a repository stands in the record book; gives its proof.
async fn proof(app: &TestApp, kind: &str, id: &str) -> ProofFile {
    let asked = format!("/api/v1/log/proof?kind={kind}&id={id}&ver=1.0.0");
    for _ in 0..200 {
        let answer = app.anonymous().get(&asked).await;
        if answer.code == 200 {
            return answer.text().parse().must("a proof");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no entry {asked}")
}

async fn repository_id(app: &TestApp) -> String {
    let document = app.anonymous().get(&format!("{RELEASE}/document")).await.status(200).json();
    document.pointer("/repository/id").and_then(Value::as_str).must("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_removed_release_is_left_but_hashes_and_proofs() {
    let (app, config) = start().await;
    publish(&app).await;
    let id = repository_id(&app).await;
    let before = proof(&app, "release", &id).await;
    assert!(secrets(&config).await.len() >= 5, "the search finds what is there");

    let removed = remove(&app, "engineer/forbidden-box").await;

    assert_eq!(secrets(&config).await, [""; 0]);
    assert_eq!(removed.kept, [Digest::of(b"words that others hold too")]);
    assert!(removed.repository && removed.objects >= 2, "{removed:?}");
    let removal = proof(&app, "removal", &id).await;
    let after = proof(&app, "release", &id).await;
    assert_eq!(after.extra, before.extra);
    for proof in [&after, &removal] {
        let key = app.anonymous().get("/log/vkey").await.status(200).text();
        let policy = tlog::Policy::of_log(key.trim().parse().must("a key")).must("a policy");
        let leaf = proof.extra.clone().must("an entry");
        proof.verify(&Hash::of_leaf(&leaf), &policy).must("the proof holds");
    }
    let entry = domain::Entry::from_bytes(&removal.extra.must("an entry")).must("an entry");
    let document =
        app.anonymous().get(&format!("/objects/sha256/{}", entry.doc.hex())).await.status(200).json();
    assert_eq!(document.get("reason"), Some(&json!("court-order")));
    assert_eq!(document.get("files").and_then(Value::as_array).map(Vec::len), Some(3));
    assert!(app.anonymous().get("/engineer/other/resolve/1.0.0/shared.txt").await.code == 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_a_removed_release_says_so_and_its_name_stays_taken() {
    let (app, _config) = start().await;
    publish(&app).await;
    let document = app.anonymous().get(&format!("{RELEASE}/document")).await.status(200);
    let digest = Digest::of(&document.bytes).hex();

    remove(&app, "engineer/forbidden-box").await;

    for at in [
        RELEASE,
        "/api/v1/releases/engineer/forbidden-box/1.0.0/document",
        "/api/v1/repositories/engineer/forbidden-box",
        "/engineer/forbidden-box/resolve/1.0.0/README.md",
        "/engineer/forbidden-box/releases/1.0.0/release.json",
        "/engineer/forbidden-box/releases/1.0.0/model.sig",
        "/engineer/forbidden-box/releases/1.0.0/release.tlog-proof",
        "/api/models/engineer/forbidden-box",
        &format!("/objects/sha256/{digest}"),
        &format!("/api/v1/blobs/{}", Digest::of(b"plain words of the file").hex()),
    ] {
        let told = app.anonymous().get(at).await.problem(Kind::RemovedByOrder).to_string();
        assert!(told.contains("court-order") && told.contains("2026-11-22"), "{at}: {told}");
    }
    let page = app.anonymous().browse("/engineer/forbidden-box/releases/1.0.0").await;
    assert!(page.code == 451 && page.text().contains("taken down"), "{}", page.text());
    let listed = app.anonymous().get("/api/v1/releases").await.status(200).text();
    assert!(listed.contains("engineer/other") && !listed.contains("removed-"), "{listed}");
    let _sent_again = app.engineer().upload(b"plain words of the file").await;
    let again =
        json!({"namespace": "engineer", "name": "forbidden-box", "kind": "model", "visibility": "public"});
    app.engineer().post("/api/v1/repositories", &again).await.problem(Kind::RepositoryExists);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_card_leaves_no_word_and_no_address() {
    needs_models();
    let (app, config) = start().await;
    let words = RankingRelease::small()
        .replace("system-card.yaml", "small-ranking", "forbidden-slug")
        .replace("system-card.yaml", "Small ranking (made up)", "Hidden title of a card")
        .replace("system-card.yaml", "Example Operator", "Hidden Operator");
    app.engineer().release("engineer/forbidden-box", "ranking", &words.files()).await;
    let shown = app.card_of(RELEASE).await;
    assert_eq!(shown.pointer("/card/status"), Some(&json!("ready")));
    let id = repository_id(&app).await;

    remove(&app, "engineer/forbidden-box").await;

    assert_eq!(secrets(&config).await, [""; 0]);
    for at in ["/cards/forbidden-slug.json", "/cards/forbidden-slug/v/1.json", "/api/v1/cards/forbidden-slug"]
    {
        app.anonymous().get(at).await.problem(Kind::RemovedByOrder);
    }
    let listed = app.anonymous().get("/api/v1/cards").await.status(200).json();
    assert_eq!(listed.get("items"), Some(&json!([])));
    let card = app.anonymous().get(&format!("/api/v1/log/proof?kind=card&id={id}&ver=1")).await;
    assert_eq!(card.code, 200);
    let other = RankingRelease::small().replace("system-card.yaml", "small-ranking", "forbidden-slug");
    app.engineer().repository("engineer/thief", "ranking", "public").await;
    app.engineer().put_files("engineer/thief", &other.files()).await;
    app.engineer().publish("engineer/thief", "1.0.0").await.problem(Kind::Unpublishable);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_releases_of_the_repository_stay_whole() {
    let (app, _config) = start().await;
    publish(&app).await;
    let engineer = app.engineer();
    let kept = json!([
        {"delete": "hidden-file-name.txt"},
        {"put": "README.md", "blob": engineer.upload(b"---\nlicense: mit\n---\n").await.hex()},
    ]);
    let _ = engineer.commit("engineer/forbidden-box", kept, None).await;
    let _ = engineer.publish("engineer/forbidden-box", "2.0.0").await.status(201);

    let removed = remove(&app, "engineer/forbidden-box").await;

    assert!(!removed.repository);
    app.anonymous().get(RELEASE).await.problem(Kind::RemovedByOrder);
    let first = app.anonymous().get("/engineer/forbidden-box/resolve/v1.0.0/README.md").await;
    first.problem(Kind::RemovedByOrder);
    let second = app.anonymous().get("/engineer/forbidden-box/resolve/v2.0.0/shared.txt").await.status(200);
    assert_eq!(second.text(), "words that others hold too");
    let shown = app.anonymous().get("/api/v1/repositories/engineer/forbidden-box").await.status(200).json();
    assert_eq!(shown.get("releases"), Some(&json!(["2.0.0"])));
    app.engineer().publish("engineer/forbidden-box", "1.0.0").await.problem(Kind::RemovedByOrder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_from_before_loses_it_again() {
    let (app, config) = start().await;
    if config.database_url.is_some() {
        // A copy of a Postgres database is made with its own tools; the list of removals is the same.
        return;
    }
    publish(&app).await;
    let backup = tempfile::tempdir().must("a folder");
    let copy = Database::connect(config.database()).await.must("connecting");
    let path = backup.path().join("vitrine.sqlite");
    copy.execute_unprepared(&format!("VACUUM INTO '{}'", path.display())).await.must("copying");
    copy.close().await.must("closing");
    copy_folder(&config.data.join("blobs"), &backup.path().join("blobs"));
    copy_folder(&config.data.join("keys"), &backup.path().join("keys"));
    remove(&app, "engineer/forbidden-box").await;
    copy_folder(&config.data.join("guard"), &backup.path().join("guard"));
    let restored = Config { data: backup.path().to_owned(), ..config.clone() };
    assert!(secrets(&restored).await.len() >= 5);

    let clock = FixedClock::at("2026-11-22T10:00:00Z".parse().must("a time"));
    let started = server::start(restored.clone(), Arc::new(clock), Arc::new(SystemChance)).await;

    match started {
        Ok(running) => {
            assert!(matches!(
                running
                    .registry
                    .release(
                        &Actor::System,
                        &"engineer/forbidden-box".parse().must("a name"),
                        &"1.0.0".parse().must("a version")
                    )
                    .await,
                Err(Error::Removed { .. })
            ));
            running.stop().await.must("stopping");
        }
        // The removal had its place in the record book already: then the backup is older than what was signed.
        Err(StartError::Log { source }) => assert!(source.to_string().contains("older copy"), "{source}"),
        Err(other) => panic!("{other}"),
    }
    assert_eq!(secrets(&restored).await, [""; 0]);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).must("making a folder");
    for entry in std::fs::read_dir(from).must("listing").map(|entry| entry.must("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).must("copying");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_copy_is_told_to_be_removed_and_still_proves_itself() {
    let (app, config) = start().await;
    publish(&app).await;
    let vitrine = Program::of(&app);
    let server = format!("http://{}", app.address());
    let _ = vitrine.run(&format!("pull engineer/forbidden-box@1.0.0 copy --server {server}")).await.with(0);
    let arguments = [
        "admin",
        "takedown",
        "engineer/forbidden-box@1.0.0",
        "--reason",
        "court-order",
        "--data",
        &config.data.display().to_string(),
    ];
    let mut takedown = vitrine.command(&arguments);
    if let Some(url) = &config.database_url {
        takedown.env("VITRINE_DATABASE_URL", url);
    }
    let taken = takedown.output().await.must("running the program");
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));

    let verified = vitrine.run(&format!("verify copy --server {server}")).await.with(0);
    let offline = vitrine.run("verify copy --offline").await.with(0);
    let pulled =
        vitrine.run(&format!("pull engineer/forbidden-box@1.0.0 other --server {server}")).await.with(1);
    vitrine.write("copy/hidden-file-name.txt", "other words of the file");
    let tampered = vitrine.run(&format!("verify copy --server {server}")).await.with(1);
    let checked = app.anonymous().get("/log/checkpoint").await.status(200).text();
    let _note: Note = checked.parse().must("a note");
    let audited = vitrine.run(&format!("log audit {server}")).await.with(0);
    let _exported = vitrine.run(&format!("log export book --server {server}")).await.with(0);

    assert!(
        verified.said.contains("was removed by order") && verified.said.contains("All good"),
        "{verified:?}"
    );
    assert!(offline.said.contains("All good"), "{offline:?}");
    assert!(pulled.remarked.contains("removed by order"), "{pulled:?}");
    assert!(tampered.said.contains("hidden-file-name.txt"), "{tampered:?}");
    assert!(audited.said.contains("All good"), "{audited:?}");
    let mut exported = Vec::new();
    files_with_secrets(&vitrine.path("book"), &mut exported);
    assert_eq!(exported, [""; 0]);
    assert_eq!(secrets(&config).await, [""; 0]);
}
