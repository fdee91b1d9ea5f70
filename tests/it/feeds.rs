//! Versions of a card: what changed between them, and news of them.

use jiff::SignedDuration;
use scraper::{Html, Selector};
use tests::{Must, RankingRelease, TestApp, needs_models};

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

    assert_eq!(texts(&page, "main ul:not(.plain) li"), ["What it is for"]);
    assert!(
        page.contains("Both versions measure the same model.") && !page.contains("Other lists were used")
    );
    assert!(same.contains("Nothing that people wrote has changed."));
    assert!(card.contains("/cards/small-ranking/compare/1/2"), "{card}");
    assert_eq!(nobody.browse("/cards/small-ranking/compare/1/3").await.code, 404);
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
