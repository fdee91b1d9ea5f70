//! `vitrine replay` and `vitrine card fetch`.

use serde_json::{Value, json};
use tests::{Must, RankingRelease, TestApp};

use crate::cli_program::{Program, flip, pushed, whole};

/// A platform, and its card fetched to `card.json` with the release beside it.
async fn fetched() -> (TestApp, Program) {
    let (app, vitrine) = pushed().await;
    let _fetched = vitrine.run("card fetch small-ranking -o card.json").await.with(0);
    (app, vitrine)
}

/// The fetched card.
fn card(vitrine: &Program) -> Value {
    let bytes = std::fs::read(vitrine.path("card.json")).must("reading the card");
    serde_json::from_slice(&bytes).must("a card in JSON")
}

/// Writes the fetched card with one field changed.
fn lie(vitrine: &Program, pointer: &str, said: Value) {
    let mut card = card(vitrine);
    let field = card.pointer_mut(pointer).must(pointer);
    assert_ne!(*field, said, "{pointer}");
    *field = said;
    vitrine.write("lie.json", card.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_replays_by_every_name_it_has() {
    let (app, vitrine) = pushed().await;

    for name in [
        "small-ranking".to_owned(),
        "/cards/small-ranking/v/1".to_owned(),
        format!("http://{}/cards/small-ranking.json", app.address()),
    ] {
        let replayed = vitrine.run(&format!("replay {name}")).await.with(0);
        assert!(replayed.said.starts_with("exact: "), "{name}: {}", replayed.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetched_card_replays_without_any_server() {
    let (app, vitrine) = fetched().await;
    let stored = app.anonymous().get("/cards/small-ranking.json").await.status(200);

    let replayed = vitrine.run("replay card.json --offline --json --server http://127.0.0.1:9").await.with(0);

    assert_eq!(replayed.json().get("outcome").unwrap(), "exact");
    assert_eq!(std::fs::read(vitrine.path("card.json")).unwrap(), stored.bytes);
    let _good = vitrine.run("verify card.json.vitrine/release").await.with(whole(&app).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_lie_is_named_where_it_stands() {
    let (_app, vitrine) = fetched().await;
    for (pointer, said) in [
        ("/signals/0/importance/mean_abs_places/value", json!(4.25)),
        ("/one_line", json!({"en": "Shows you what you like."})),
        ("/evidence/seed", json!("7")),
        ("/evidence/model/sha256", json!("0".repeat(64))),
        ("/release/digest", json!(format!("sha256:{}", "0".repeat(64)))),
        ("/previous", json!(format!("sha256:{}", "0".repeat(64)))),
        ("/signals/1/importance/mean_abs_places/tolerance", json!(1000)),
    ] {
        lie(&vitrine, pointer, said);

        let words =
            vitrine.run("replay lie.json --offline --release-dir card.json.vitrine/release").await.with(1);

        assert!(words.said.starts_with(&format!("differs at {pointer}")), "{pointer}: {}", words.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_class_of_machine_that_made_the_card_no_tolerance_hides_a_lie() {
    let (_app, vitrine) = fetched().await;
    let pointer = "/signals/0/importance/mean_abs_places/value";
    let value = card(&vitrine).pointer(pointer).and_then(Value::as_f64).must("a number");
    lie(&vitrine, pointer, json!(value + 1e-6));

    for command in ["replay lie.json --offline --release-dir card.json.vitrine/release", "replay lie.json"] {
        let told = vitrine.run(command).await.with(1);
        assert!(told.said.starts_with(&format!("differs at {pointer}")), "{command}: {}", told.said);
    }
    std::fs::write(vitrine.path("card.json.vitrine/run.json"), r#"{"cpu":"another-class"}"#).unwrap();
    let elsewhere =
        vitrine.run("replay lie.json --offline --release-dir card.json.vitrine/release").await.with(0);
    assert!(elsewhere.said.starts_with("agrees: "), "{}", elsewhere.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_is_told_in_json_with_both_values() {
    let (_app, vitrine) = fetched().await;
    lie(&vitrine, "/signals/2/importance/rank", json!(99));

    let answer = vitrine.run("replay lie.json --json").await.with(1).json();

    assert_eq!(answer.get("outcome").unwrap(), "mismatch");
    assert_eq!(answer.get("pointer").unwrap(), "/signals/2/importance/rank");
    assert_eq!(answer.get("stored").unwrap(), 99);
    assert!(answer.get("again").unwrap().as_u64().unwrap() <= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_model_is_named_before_anything_is_computed() {
    let (_app, vitrine) = fetched().await;
    flip(&vitrine.path("card.json.vitrine/release/model.onnx"));

    let bad = vitrine.run("replay card.json --offline").await.with(1);

    assert!(bad.said.contains("model.onnx: content: "), "{}", bad.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_the_same_values_agrees() {
    let (_app, vitrine) = fetched().await;
    let card = card(&vitrine);
    vitrine.write("spaced.json", serde_json::to_string_pretty(&card).unwrap());

    let same =
        vitrine.run("replay spaced.json --offline --release-dir card.json.vitrine/release").await.with(0);

    assert!(same.said.starts_with("agrees: "), "{}", same.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_release_nothing_can_be_replayed_offline() {
    let (_app, vitrine) = fetched().await;
    std::fs::copy(vitrine.path("card.json"), vitrine.path("alone.json")).unwrap();
    vitrine.write("other.json", r#"{"schema":"vitrine/card/2"}"#);

    let alone = vitrine.run("replay alone.json --offline --json").await.with(3);
    let on_server = vitrine.run("replay small-ranking --offline").await.with(3);
    let other = vitrine.run("replay other.json --offline").await.with(3);
    let usage = vitrine.run("replay no-such-file.json").await.with(2);

    assert_eq!(alone.json().get("outcome").unwrap(), "could_not_check");
    assert!(on_server.remarked.contains("--offline forbids"), "{}", on_server.remarked);
    assert!(other.remarked.contains("vitrine/card/2"), "{}", other.remarked);
    assert!(usage.remarked.contains("neither a file"), "{}", usage.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_switches_to_another_release_replays_with_it() {
    let (_app, vitrine) = pushed().await;
    let release = RankingRelease::small()
        .replace("system-card.yaml", "slug: small-ranking", "slug: switching")
        .replace("system-card.yaml", "effect: {set: {first: 0}}", "effect: {switch: engineer/small@1.0.0}");
    vitrine.write_release("switching", &release);
    let _published = vitrine.run("push switching engineer/switching --release 1.0.0").await.with(0);
    let _fetched = vitrine.run("card fetch switching -o card.json").await.with(0);

    let online = vitrine.run("replay switching").await.with(0);
    let offline = vitrine.run("replay card.json --offline").await.with(0);
    std::fs::remove_dir_all(vitrine.path("card.json.vitrine/release.vitrine/others")).unwrap();
    let lacking = vitrine.run("replay card.json --offline").await.with(3);

    let card = card(&vitrine);
    assert!(
        card.pointer("/controls/0/measured/switch/together").is_some(),
        "{}",
        card.get("controls").unwrap()
    );
    assert!(online.said.starts_with("exact: ") && offline.said.starts_with("exact: "));
    assert!(lacking.remarked.contains("engineer/small@1.0.0"), "{}", lacking.remarked);
}
