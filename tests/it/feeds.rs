//! Versions of a card: what changed between them, and news of them.

use jiff::SignedDuration;
use scraper::{Html, Selector};
use serde_json::json;
use tests::model::{Model, Node};
use tests::{Client, Must, RankingRelease, TestApp, needs_models};

/// A card of two versions.
async fn with_versions() -> TestApp {
    needs_models();
    let app = TestApp::start().await;
    let engineer = app.engineer();
    engineer.release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    app.clock().advance(SignedDuration::from_hours(1));
    let changed = RankingRelease::small().replace(
        "system-card.yaml",
        "Puts things with a high score near the top.",
        "Sorts things by score.",
    );
    engineer.put_files("engineer/small", &changed.files()).await;
    assert_eq!(engineer.publish("engineer/small", "1.1.0").await.code, 201);
    app.card_of("/api/v1/releases/engineer/small/1.1.0").await;
    app
}

fn texts(page: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).must("a selector");
    let words = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    Html::parse_document(page).select(&selector).map(words).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_what_changed_between_two_versions() {
    let app = with_versions().await;
    let nobody = app.anonymous();

    let page = nobody.browse("/cards/small-ranking/compare/1/2").await.status(200).text();
    let same = nobody.browse("/cards/small-ranking/compare/2/2").await.status(200).text();
    let card = nobody.browse("/cards/small-ranking").await.status(200).text();

    let changed = texts(&page, "main ul:not(.plain):not(.changes) li");
    assert_eq!(changed, ["What it is for"]);
    assert!(
        page.contains("Both versions measure the same model.") && !page.contains("Other lists were used")
    );
    assert!(same.contains("Nothing that people wrote has changed."));
    assert!(card.contains("/cards/small-ranking/compare/1/2"), "{card}");
    assert_eq!(nobody.browse("/cards/small-ranking/compare/1/3").await.code, 404);
}

/// In how many lists the scores that two versions are asked for give another order.
async fn counted_anew(client: &Client, versions: [&str; 2]) -> u64 {
    let mut reordered = 0;
    let small = RankingRelease::small();
    let files = small.files();
    let (_, rows) = files.iter().find(|(path, _)| *path == "reference.csv").must("the lists");
    let rows = std::str::from_utf8(rows).must("text");
    let mut lists = std::collections::BTreeMap::<String, Vec<Vec<f64>>>::new();
    for line in rows.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (names, numbers) = cells.split_at(2);
        let numbers = numbers.iter().map(|cell| cell.parse().must("a number")).collect();
        lists.entry(names.first().must("a list").to_string()).or_default().push(numbers);
    }
    for list in lists.values() {
        let mut orders = Vec::new();
        for version in versions {
            let asked =
                json!({"columns": ["first", "second", "third", "fourth", "fifth", "sixth"], "rows": list});
            let at = format!("/api/v1/releases/engineer/small/{version}/score");
            let scores = client.post(&at, &asked).await.status(200).json();
            let scores: Vec<f64> =
                serde_json::from_value(scores.get("scores").cloned().unwrap_or_default()).must("scores");
            let place = |item: f64| scores.iter().filter(|other| **other > item).count();
            orders.push(scores.iter().map(|item| place(*item)).collect::<Vec<_>>());
        }
        reordered += u64::from(orders.first() != orders.last());
    }
    reordered
}

#[tokio::test(flavor = "multi_thread")]
async fn the_orders_of_two_models_are_compared_on_the_same_lists() {
    let app = with_versions().await;
    let weights = Model::new(6).tensor("w", &[6, 1], &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let by_last = weights.node(&Node::new("MatMul", &["x", "w"], "score")).file(&["score"]);
    let engineer = app.engineer();
    engineer.put_files("engineer/small", &RankingRelease::small().with("model.onnx", by_last).files()).await;
    assert_eq!(engineer.publish("engineer/small", "2.0.0").await.code, 201);
    let made = app.card_of("/api/v1/releases/engineer/small/2.0.0").await;
    assert_eq!(made.pointer("/card/status"), Some(&json!("ready")), "{made}");
    let nobody = app.anonymous();

    let same = nobody.get("/api/v1/cards/small-ranking/compare/1/2").await.status(200).json();
    let other = nobody.get("/api/v1/cards/small-ranking/compare/2/3").await.status(200).json();
    let page = nobody.browse("/cards/small-ranking/compare/2/3").await.status(200).text();

    assert_eq!(same.pointer("/orders/lists"), Some(&json!(4)));
    assert_eq!(same.pointer("/orders/reordered"), Some(&json!(0)));
    assert_eq!(same.pointer("/releases/files/0/path"), Some(&json!("system-card.yaml")));
    let reordered = counted_anew(&nobody, ["1.1.0", "2.0.0"]).await;
    assert!(reordered > 0);
    assert_eq!(other.pointer("/orders/reordered"), Some(&json!(reordered)), "{other}");
    assert_eq!(other.pointer("/releases/files/0/path"), Some(&json!("model.onnx")));
    assert!(other.pointer("/orders/flipped/0/upper").is_some());
    assert!(page.contains("Another model was measured."));
    assert!(texts(&page, "#orders ~ p").first().is_some_and(|words| words.contains("lists")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_hold_every_version_once() {
    let app = with_versions().await;
    let nobody = app.anonymous();

    for at in ["/feed.atom", "/feed.atom?publisher=engineer", "/cards/small-ranking/feed.atom"] {
        let feed = nobody.get(at).await.status(200);
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
        let text = feed.text();
        let versions: Vec<usize> = (1..=2).map(|n| text.matches(&format!("/v/{n}</id>")).count()).collect();
        assert_eq!(versions, [1, 1], "{at}: {text}");
        assert!(text.find("/v/2</id>") < text.find("/v/1</id>"), "{at}");
    }
    for nobodys in ["nobody", "enginee_", "engineer%25", "ENGINEER"] {
        let feed = nobody.get(&format!("/feed.atom?publisher={nobodys}")).await.status(200).text();
        assert!(!feed.contains("<entry>"), "{nobodys}: {feed}");
    }
    assert_eq!(nobody.get("/cards/none/feed.atom").await.code, 404);
}
