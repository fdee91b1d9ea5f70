//! How much a page asks of the database.

use tests::{RankingRelease, TestApp, needs_models};

/// Most SQL statements that one page may take.
const MOST: u64 = 3;
/// How often each page is asked for: now and then a background job asks in between, and the least counts.
const TRIES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn no_page_takes_more_than_three_statements() {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    app.card_of("/api/v1/releases/engineer/small/1.0.0").await;

    for page in [
        "/",
        "/cards",
        "/cards?search=small",
        "/cards/small-ranking",
        "/cards/small-ranking/v/1",
        "/cards/small-ranking.json",
        "/releases",
        "/engineer/small",
        "/engineer/small/releases/1.0.0",
        "/engineer/small/tree/main",
        "/engineer/small/resolve/main/README.md",
        "/log",
        "/log?kind=card",
        "/log/0",
        "/docs",
        "/problems/release-exists",
        "/api/v1/releases/engineer/small/1.0.0",
    ] {
        let mut least = u64::MAX;
        for _try in 0..TRIES {
            let before = statements(&app).await;
            // With a cookie nothing is given that was made a moment ago.
            let asked = app.anonymous().request(reqwest::Method::GET, page).header("cookie", "fresh=1");
            let _page = app.anonymous().send(asked.header("accept", "text/html")).await.status(200);
            least = least.min(app.registry().statements() - before);
        }
        assert!(least <= MOST, "{page} took {least} statements");
    }
}

/// The count, once the background jobs are between two looks at their queue.
async fn statements(app: &TestApp) -> u64 {
    loop {
        let before = app.registry().statements();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if app.registry().statements() == before {
            return before;
        }
    }
}
