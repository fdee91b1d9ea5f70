//! The record book for people, and the box that says whether something is what was published.

use std::path::Path;

use domain::{Coordinates, EntryKind};
use reqwest::Method;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Must, RankingRelease, TestApp, needs_models, workspace};
use tokio::process::Command;

const FILES: &[(&str, &[u8])] = &[("a.txt", b"one")];

#[tokio::test(flavor = "multi_thread")]
async fn the_book_tells_in_words_what_was_published_and_withdrawn() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let withdrawal = json!({"reason": "Wrong <unit>."});
    let _ =
        app.engineer().post("/api/v1/releases/engineer/box/1.0.0/withdraw", &withdrawal).await.status(200);

    let book = app.anonymous().browse("/log").await.status(200).text();

    let release = book.find("engineer/box 1.0.0 was published.").must("the release");
    let withdrawn = book.find("engineer/box 1.0.0 was withdrawn.").must("the withdrawal");
    assert!(withdrawn < release, "the newest comes first");
    assert!(book.contains("Wrong &#60;unit&#62;.") && book.contains("nobody can pretend it never existed"));
    assert!(book.contains("href=\"/engineer/box/releases/1.0.0\"") && book.contains("No outside observer"));
    let only = app.anonymous().browse("/log?kind=withdrawal").await.status(200).text();
    assert!(only.contains("was withdrawn.") && !only.contains("was published."), "{only}");
    app.anonymous().get("/log?kind=receipt").await.problem(Kind::BadAddress);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_book_goes_on_from_page_to_page_until_the_first_record() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    for patch in 1..=21 {
        let _ = app.engineer().publish("engineer/box", &format!("1.0.{patch}")).await.status(201);
    }

    let first = app.anonymous().browse("/log?kind=release").await.status(200).text();
    let rest = app.anonymous().browse("/log?kind=release&from=2").await.status(200).text();

    assert!(first.contains("/log?kind=release&#38;from=2\""), "{first}");
    assert!(first.contains("box 1.0.21 was published") && !first.contains("box 1.0.1 was published"));
    assert!(rest.contains("box 1.0.1 was published") && rest.contains("box 1.0.0 was published"));
    assert!(!rest.contains("rel=\"next\""), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_shows_the_bytes_whose_hash_stands_in_the_book() {
    let app = TestApp::start().await;
    app.engineer().release("engineer/box", "model", FILES).await;
    let proof = app.anonymous().get("/engineer/box/releases/1.0.0/release.tlog-proof").await.status(200);
    let proof: tlog::ProofFile = proof.text().parse().must("a proof");
    let leaf = proof.extra.must("the entry");

    let page = app.anonymous().browse("/log/0").await.status(200).text();

    let shown = String::from_utf8(leaf.clone()).must("text").replace('"', "&#34;");
    assert!(page.contains(&shown) && page.contains(&tlog::Hash::of_leaf(&leaf).to_hex()), "{page}");
    let at = page.split("href=\"").find_map(|part| part.strip_prefix("/api/v1/log/proof")).must("a proof");
    let at = at.split('"').next().must("its address").replace("&#38;", "&");
    let again = app.anonymous().get(&format!("/api/v1/log/proof{at}")).await.status(200);
    assert_eq!(again.text().parse::<tlog::ProofFile>().must("a proof").extra, Some(leaf));
    app.anonymous().get("/log/1").await.problem(Kind::LogEntryNotFound);
    app.anonymous().get("/log/18446744073709551615").await.problem(Kind::LogEntryNotFound);
    app.anonymous().get("/log/first").await.problem(Kind::BadAddress);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_and_its_card_say_where_they_stand_and_load_only_our_script() {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    let entries = app.anonymous().get("/api/v1/log/entries?kind=release").await.status(200).json();
    let id = entries.pointer("/entries/0/id").and_then(Value::as_str).must("the repository");
    let id = id.parse().must("an identifier");
    // A card is ready before its entry has its place.
    let card = Coordinates { kind: EntryKind::Card, id, ver: "1".to_owned() };
    let _proof = app.registry().proven(&card).await.must("the card's place");

    let release = app.anonymous().browse("/engineer/small/releases/1.0.0").await.status(200);
    let card = app.anonymous().browse("/cards/small-ranking").await.status(200);

    assert!(release.text().contains("as record 1 of 2. Nothing before or after it has been rewritten."));
    assert!(card.text().contains("as record 2 of 2. Nothing before or after it has been rewritten."));
    for (page, proof) in [
        (release, "/engineer/small/releases/1.0.0/release.tlog-proof"),
        (card, "/cards/small-ranking/v/1/card.tlog-proof"),
    ] {
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.contains("script-src 'self'") && !policy.contains("connect-src"), "{policy}");
        assert!(page.text().contains(&format!("href=\"{proof}\" download")), "{}", page.text());
        assert!(page.text().contains("Is this what was published?"));
        let _ = app.anonymous().get(proof).await.status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_others_may_not_see_is_not_named() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.repository("engineer/hidden", "model", "private").await;
    engineer.put_files("engineer/hidden", FILES).await;
    let refused = engineer.request(Method::POST, "/api/v1/releases");
    let draft =
        json!({"repository": "engineer/hidden", "version": "1.0.0", "revision": "main", "license": "MIT"});
    let _ = engineer.send(refused.json(&draft)).await.status(422);

    let book = app.anonymous().browse("/log").await.status(200).text();

    assert!(!book.contains("hidden/") && !book.contains("engineer/hidden"), "{book}");
    assert!(book.contains("There is no such record yet."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_hashes_as_the_standard_says() {
    let checks = workspace::path("tests/web/check.test.cjs");
    let script = workspace::path("templates/static/check.js");

    match Command::new("node").arg(&checks).arg(&script).output().await {
        Ok(ended) => assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr)),
        Err(missing) => println!("left out: Node.js is not at hand ({missing})"),
    }
    assert!(Path::new(&script).is_file());
}
