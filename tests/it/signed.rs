//! What the registry signs, and the key it signs with.

use oms::{Bundle, PublicKey, Statement};
use registry::Depth;
use serde_json::json;
use server::keys::KeyError;
use tests::{RankingRelease, TestApp, needs_models};
use tlog::dsse::StatementVerifier;

const RELEASE: &str = "/engineer/small/releases/1.0.0";

async fn released() -> TestApp {
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "model", &[("a.bin", b"abc"), ("sub/b.bin", b"xyz")]).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_stated_with_every_file_its_root_and_its_document() {
    let app = released().await;
    let pem = app.anonymous().get("/keys/registry.pem").await.status(200).text();
    let shown = app.anonymous().get("/api/v1/releases/engineer/small/1.0.0").await.status(200).json();

    let envelope = app.anonymous().get(&format!("{RELEASE}/release.json")).await.status(200);

    let statement = Statement::open(&envelope.bytes, &StatementVerifier::from_pem(&pem).unwrap()).unwrap();
    let names: Vec<&str> = statement.subject.iter().map(|subject| subject.name.as_str()).collect();
    assert_eq!(names, ["a.bin", "sub/b.bin", "/model-signing-root", "/release-document"]);
    assert_eq!(statement.predicate["purl"], "pkg:generic/engineer/small@1.0.0");
    let document = statement.subject.last().unwrap().digest.get("sha256").unwrap();
    assert_eq!(json!(format!("sha256:{document}")), shown["digest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_opens_with_the_registrys_key_and_is_the_same_each_time() {
    let app = released().await;
    let pem = app.anonymous().get("/keys/registry.pem").await.status(200).text();

    let first = app.anonymous().get(&format!("{RELEASE}/model.sig")).await.status(200);
    let second = app.anonymous().get(&format!("{RELEASE}/model.sig")).await.status(200);

    let key = PublicKey::from_pem(&pem).unwrap();
    let manifest = Bundle::read(&first.bytes).unwrap().open(&key).unwrap();
    let names: Vec<&str> = manifest.resources.iter().map(|resource| resource.path.as_str()).collect();
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(names, ["a.bin", "sub/b.bin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_stated_with_its_release() {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    let release = app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    let pem = app.anonymous().get("/keys/registry.pem").await.status(200).text();
    let card = app.anonymous().get("/cards/small-ranking/v/1.json").await.status(200);

    let envelope = app.anonymous().get("/cards/small-ranking/v/1/statement.json").await.status(200);

    let statement = Statement::open(&envelope.bytes, &StatementVerifier::from_pem(&pem).unwrap()).unwrap();
    let stated = statement.subject[0].digest.get("sha256").unwrap();
    assert_eq!(*stated, domain::Digest::of(&card.bytes).hex());
    assert_eq!(
        format!("sha256:{}", statement.predicate["release"]["sha256"].as_str().unwrap()),
        release["digest"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_of_what_is_not_there() {
    let app = released().await;

    for at in ["/engineer/small/releases/2.0.0/release.json", "/engineer/none/releases/1.0.0/model.sig"] {
        assert_eq!(app.anonymous().get(at).await.code, 404, "{at}");
    }
    let moved = app.anonymous().get("/Engineer/Small/releases/1.0.0/model.sig").await;
    assert_eq!(moved.code, 307);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_a_file_for_its_owner_alone_and_the_site_remembers_which() {
    use std::os::unix::fs::PermissionsExt as _;
    let app = released().await;
    let file = app.folder().join("keys/registry.pem");
    let secret = std::fs::read_to_string(&file).unwrap();
    let chance = domain::SystemChance;
    let open = async |setting: Option<&str>| {
        server::keys::RegistryKey::open(setting, app.folder(), app.registry(), &chance).await
    };

    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    let same = open(None).await.unwrap();
    let set = open(Some(&secret)).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    let lost = open(None).await.unwrap_err();
    std::fs::write(&file, "no key").unwrap();
    let broken = open(None).await.unwrap_err();
    let other = tlog::dsse::StatementSigner::from_secret(&[9; 32]).unwrap().to_pem().unwrap();
    let other = open(Some(&other)).await.unwrap_err();
    std::fs::write(&file, &secret).unwrap();

    assert_eq!(mode, 0o600);
    assert_eq!((same.public_pem(), set.public_pem()), (same.public_pem(), same.public_pem()));
    assert!(matches!(lost, KeyError::Lost { .. }), "{lost}");
    assert!(matches!(broken, KeyError::NoKey { .. }) && !format!("{same:?}").contains("PRIVATE"), "{broken}");
    assert!(matches!(other, KeyError::Other { .. }), "{other}");
    assert!(app.registry().check(Depth::Quick).await.unwrap().is_empty());
    assert!(app.registry().pinned("registry-key-hint").await.unwrap().is_some());
}
