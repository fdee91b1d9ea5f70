use domain::{Digest, Visibility};
use migrations::{Migrator, MigratorTrait as _};
use registry::{Depth, Error};
use sea_orm::ConnectionTrait as _;

use crate::harness::Platform;

async fn findings(platform: &Platform, depth: Depth) -> String {
    let findings = platform.registry.check(depth).await.unwrap();
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_check_finds_every_kind_of_damage() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    platform.released(&asha, "asha/ranker").await;
    let object = platform.objects().remove(0);
    let whole = std::fs::read(&object).unwrap();
    platform.assert_sound().await;

    let mut flipped = whole.clone();
    flipped[0] ^= 1;
    std::fs::write(&object, &flipped).unwrap();
    assert_eq!(findings(&platform, Depth::Quick).await, "");
    assert!(findings(&platform, Depth::Deep).await.contains("hash to"));
    std::fs::write(&object, &whole[1..]).unwrap();
    assert!(findings(&platform, Depth::Quick).await.contains("needs 11 bytes"));
    std::fs::remove_file(&object).unwrap();
    assert!(findings(&platform, Depth::Quick).await.contains("which is missing"));
    std::fs::write(&object, &whole).unwrap();
    platform.assert_sound().await;

    for (damage, repair, sentence) in [
        (
            "UPDATE branches SET head = 'f'",
            "UPDATE branches SET head = (SELECT id FROM commits)",
            "points at commit f",
        ),
        (
            "UPDATE release_files SET size = 1",
            "UPDATE release_files SET size = 11",
            "are not those of its document",
        ),
        (
            "UPDATE releases SET version = '9.0.0'",
            "UPDATE releases SET version = '1.0.0'",
            "speaks of another release",
        ),
        ("UPDATE layouts SET length = 10", "UPDATE layouts SET length = 11", "its layout names 10"),
    ] {
        platform.meddle(damage).await;
        let found = findings(&platform, Depth::Quick).await;
        assert!(found.contains(sentence), "{damage}: {found}");
        platform.meddle(repair).await;
    }
    platform.assert_sound().await;
}

#[tokio::test]
async fn sweeping_removes_what_nothing_needs_and_nothing_else() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    let name = platform.repository(&asha, "asha/ranker", Visibility::Public).await;
    platform.commit(&asha, &name, &[("a.txt", b"kept")]).await;
    platform.receive(&asha, b"never committed").await;
    let stray = platform.folder.path().join("blobs/objects/aa/bb");
    std::fs::create_dir_all(&stray).unwrap();
    std::fs::write(stray.join("0123"), b"stray").unwrap();
    std::fs::write(stray.join("4567#1"), b"cut").unwrap();

    // Far enough that what lies on the disk is old, whatever the machine's own clock shows.
    platform.clock.advance(std::time::Duration::from_hours(24 * 365 * 50).try_into().unwrap());
    platform.receive(&asha, b"just sent").await;
    let swept = platform.registry.gc().await.unwrap();

    assert_eq!((swept.objects, swept.blobs, swept.bytes), (3, 1, 15 + 5 + 3));
    assert_eq!(platform.objects().len(), 2);
    let gone = platform.registry.blob(&asha, &Digest::of(b"never committed")).await;
    assert!(matches!(gone, Err(Error::BlobNotFound { .. })));
    assert!(platform.registry.blob(&asha, &Digest::of(b"kept")).await.is_ok());
    platform.assert_sound().await;
    assert_eq!(platform.registry.gc().await.unwrap(), registry::Swept::default());
}

#[tokio::test]
async fn sweeping_leaves_alone_what_is_fresh() {
    let platform = Platform::start().await;
    let asha = platform.user("asha").await;
    platform.receive(&asha, b"never committed").await;

    platform.tick(60 * 60 * 24 * 6);

    assert_eq!(platform.registry.gc().await.unwrap().blobs, 0);
    assert!(platform.registry.blob(&asha, &Digest::of(b"never committed")).await.is_ok());
}

#[tokio::test]
async fn database_and_store_answer() {
    let platform = Platform::start().await;

    platform.registry.ping().await.unwrap();
    std::fs::remove_dir_all(platform.folder.path().join("blobs")).unwrap();

    platform.receive(&platform.user("asha").await, b"the folder is made again").await;
}

#[tokio::test]
async fn every_step_of_the_schema_can_be_taken_back_and_made_again() {
    let platform = Platform::start().await;
    let database = platform.database().await;

    Migrator::down(&database, None).await.unwrap();
    let gone = database.execute_unprepared("SELECT * FROM namespaces").await;
    Migrator::up(&database, None).await.unwrap();

    assert!(gone.is_err());
    let asha = platform.user("asha").await;
    platform.released(&asha, "asha/ranker").await;
    platform.assert_sound().await;
}
