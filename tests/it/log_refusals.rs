//! Five ways in which a record book is not the one that was signed: `vitrine serve` says which in one sentence, and ends.

use std::path::PathBuf;

use sea_orm::{Database, DatabaseConnection};
use tests::{Must, Site};
use tlog::{NoteSigner, SignatureKind};

use crate::log::{run, unlock};

/// A site that has published 1.0.0 and then died, with a copy of its database; and the token of who published.
async fn published() -> (Site, String) {
    let mut site = Site::create().await;
    site.start().await.must("starting");
    let token = site.person("engineer").await;
    site.client(Some(&token)).release("engineer/box", "model", &[("a.txt", b"one")]).await;
    site.kill().await;
    site.back_up().await;
    (site, token)
}

/// The site starts, publishes this and dies.
async fn publish(site: &mut Site, token: &str, version: &str) {
    site.start().await.must("starting");
    let _made = site.client(Some(token)).publish("engineer/box", version).await.status(201);
    site.kill().await;
}

/// The one sentence with which it does not start.
async fn refusal(site: &mut Site) -> String {
    let refused = site.start().await.err().must("the site is not to start");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let sentence = refused.said.strip_prefix("vitrine: the record book cannot be opened: ");
    sentence.must(&refused.said).to_owned()
}

async fn database(site: &Site) -> DatabaseConnection {
    let file = || format!("sqlite://{}", site.folder().join("vitrine.sqlite").display());
    Database::connect(site.database_url().unwrap_or_else(file)).await.must("connecting")
}

fn guard(site: &Site) -> PathBuf {
    site.folder().join("guard/log")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_old_backup_is_refused() {
    let (mut site, token) = published().await;
    publish(&mut site, &token, "2.0.0").await;

    site.restore().await;
    let said = refusal(&mut site).await;

    assert_eq!(
        said,
        "the database holds 1 entries of the record book, but 2 were signed already: \
         this is an older copy; restore a newer one"
    );
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_with_another_history_is_refused() {
    let (mut site, token) = published().await;
    let before = std::fs::read(guard(&site)).must("reading the guard");
    publish(&mut site, &token, "2.0.0").await;
    let first = std::fs::read(guard(&site)).must("reading the guard");
    // The second instance begins where the copy ends, and does not know of the first one's guard.
    site.restore().await;
    std::fs::write(guard(&site), before).must("writing the guard");
    publish(&mut site, &token, "3.0.0").await;

    std::fs::write(guard(&site), first).must("writing the guard");
    let said = refusal(&mut site).await;

    assert_eq!(
        said,
        "the first 2 entries in the database are not those that were signed: \
         this is another record book, or it was rewritten; restore the right database"
    );
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_entry_and_an_edited_tile_are_refused() {
    let (mut site, _token) = published().await;
    let database = database(&site).await;
    unlock(&database).await;

    run(&database, "UPDATE log_leaves SET leaf = leaf_hash").await;
    let entry = refusal(&mut site).await;
    database.close().await.must("closing");
    site.restore().await;
    let database = self::database(&site).await;
    run(&database, "UPDATE log_tiles SET hashes = (SELECT leaf FROM log_leaves)").await;
    let changed = refusal(&mut site).await;
    // Twice the same hash: the first half is right.
    run(&database, "UPDATE log_tiles SET hashes = (SELECT leaf_hash || leaf_hash FROM log_leaves)").await;
    let longer = refusal(&mut site).await;
    run(&database, "UPDATE log_tiles SET number = 7").await;
    let gone = refusal(&mut site).await;
    database.close().await.must("closing");
    site.restore().await;
    site.start().await.must("starting on the copy");

    assert_eq!(entry, "entry 0 of the record book was changed or is gone; restore the database");
    let tile = "tile `tile/0/000.p/1` of the record book was changed or is gone; restore the database";
    assert_eq!((changed.as_str(), longer.as_str(), gone.as_str()), (tile, tile, tile));
    site.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swapped_key_is_refused() {
    let (mut site, _token) = published().await;
    let path = site.folder().join("keys/log.key");
    let right = std::fs::read_to_string(&path).must("reading the key");
    let right = NoteSigner::from_secret_text(right.trim_end()).must("a key");
    let other = NoteSigner::from_seed(right.verifier().name().clone(), SignatureKind::Note, &[7; 32]);

    std::fs::write(&path, other.to_secret_text()).must("writing the key");
    let said = refusal(&mut site).await;

    let (name, id) = (other.verifier().name(), other.verifier().id());
    assert_eq!(
        said,
        format!(
            "the record book was signed with another key than `{name}+{id:08x}`: \
             put the right `keys/log.key` back"
        )
    );
    site.remove().await;
}
