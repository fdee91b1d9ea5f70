//! Everything about a card in one zip, and what is computed from it.

use std::io::{Cursor, Read as _};
use std::process::Command;

use reqwest::Method;
use serde_json::json;
use tests::{Must, RankingRelease, TestApp};
use zip::ZipArchive;

use crate::cli_program::{Program, pushed};

const ZIP: &str = "/cards/small-ranking/v/1/everything.zip";

/// Names and bytes of the files in a zip.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).must("a zip");
    let count = zip.len();
    let member = |at: usize| {
        let mut member = zip.by_index(at).must("a member");
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).must("its bytes");
        (member.name().must("a name").into_owned(), bytes)
    };
    (0..count).map(member).collect()
}

/// A platform with a card, and its zip as `card.zip`.
async fn taken() -> (TestApp, Program, Vec<u8>) {
    let (app, vitrine) = pushed().await;
    let _card = app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    let bytes = app.anonymous().get(ZIP).await.status(200).bytes;
    vitrine.write("card.zip", &bytes);
    (app, vitrine, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_a_card_takes_all_that_it_rests_on() {
    let (app, vitrine, bytes) = taken().await;

    let answer = app.anonymous().get(ZIP).await.status(200);
    let newest = app.anonymous().get("/cards/small-ranking/everything.zip").await.status(302);

    assert_eq!(newest.header("location"), ZIP);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"small-ranking-v1.zip\"");
    assert_eq!(answer.bytes, bytes, "nothing happened in between, so it is the same file");
    let members = members(&bytes);
    let find = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.clone());
    let text = |name: &str| String::from_utf8(find(name).must(name)).must("UTF-8");
    for (name, bytes) in RankingRelease::small().files() {
        assert_eq!(find(&format!("card.json.vitrine/release/{name}")), Some(bytes.to_vec()), "{name}");
    }
    let card = app.anonymous().get("/cards/small-ranking/v/1.json").await.status(200).bytes;
    assert_eq!(find("card.json").must("the card"), card);
    for (name, language) in [("page.html", "en"), ("page.hi.html", "hi"), ("page.ta.html", "ta")] {
        let page = text(name);
        assert!(page.contains(&format!("<html lang=\"{language}\"")) && page.contains("<style>"), "{name}");
        // It fetches nothing, and its links lead to the site.
        assert!(!page.contains("<script") && !page.contains("<link"), "{name}");
        assert!(!page.contains("href=\"/") && page.contains("href=\"http://127.0.0.1"), "{name}");
    }
    assert!(text("README.txt").contains("vitrine replay small-ranking-v1.zip"));
    // The sums are those of all others, as other programs read them.
    let folder = tempfile::tempdir().must("a folder");
    for (name, bytes) in &members {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().must("a folder")).must("making a folder");
        std::fs::write(path, bytes).must("writing a file");
    }
    let checked = Command::new("sha256sum").args(["-c", "SHA256SUMS"]).current_dir(&folder).output();
    let checked = checked.must("running sha256sum");
    assert!(checked.status.success(), "{checked:?}");
    assert_eq!(text("SHA256SUMS").lines().count() + 1, members.len());
    let verified = folder.path().join("card.json.vitrine/release");
    let _good = vitrine.run(&format!("verify {} --offline", verified.display())).await.with(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_is_replayed_without_any_server() {
    let (_app, vitrine, bytes) = taken().await;

    let replayed = vitrine.run("replay card.zip --json --server http://127.0.0.1:9").await.with(0);
    assert_eq!(replayed.json().get("outcome").must("an outcome"), "exact");

    // Any changed byte of the model, the lists, the words or the card is found, by the zip's own sums or by ours.
    for (name, bytes_of) in members(&bytes) {
        let counts = name == "card.json" || name.starts_with("card.json.vitrine/release/");
        if !counts {
            continue;
        }
        let at = bytes.windows(bytes_of.len()).position(|window| window == bytes_of).must(&name);
        let mut other = bytes.clone();
        other[at + bytes_of.len() / 2] ^= 1;
        vitrine.write("other.zip", other);
        let refused = vitrine.run("replay other.zip").await;
        assert_ne!(refused.code, 0, "{name}: {}", refused.said);
        assert!(refused.remarked.contains(&name), "{name}: {}", refused.remarked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_holds_nothing_that_its_reader_may_not_have() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    let _card = app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    let settings = |wanted: serde_json::Value| {
        let client = app.engineer();
        async move {
            let request = client.request(Method::PUT, "/api/models/engineer/small/settings").json(&wanted);
            client.send(request).await.status(200)
        }
    };
    let _gated = settings(json!({"gated": "manual"})).await;

    let nobody = app.anonymous().get(ZIP).await.status(403);
    let other = app.person("other").await.get(ZIP).await.status(403);
    let owner = app.engineer().get(ZIP).await.status(200);
    let missing = app.anonymous().get("/cards/small-ranking/v/7/everything.zip").await.status(404);

    assert!(!members(&owner.bytes).is_empty());
    assert_eq!(owner.header("cache-control"), "private, no-store");
    drop((nobody, other, missing));
}
