//! System cards, made by running the model.

use domain::Digest;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Must, RankingRelease, TestApp, needs_models, numbers};

const RELEASE: &str = "/api/v1/releases/engineer/small/1.0.0";

async fn with_card() -> (TestApp, Value) {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    let release = app.card_of(RELEASE).await;
    (app, release)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_release_gets_a_card() {
    let (app, release) = with_card().await;

    let state = json!({
        "status": "ready", "slug": "small-ranking", "version": 1, "problem": null, "outcome": null,
    });
    assert_eq!(release.get("card"), Some(&state));
    let card = app.anonymous().get("/cards/small-ranking.json").await.status(200);
    assert_eq!(card.json().get("schema"), Some(&json!("vitrine/card/1")));
    assert_eq!(card.header("etag"), format!("\"{}\"", Digest::of(&card.bytes).hex()));
    for same in
        ["/cards/small-ranking/v/1.json", "/api/v1/cards/small-ranking", "/api/v1/cards/small-ranking/v/1"]
    {
        assert_eq!(app.anonymous().get(same).await.status(200).bytes, card.bytes, "{same}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_fits_its_schema() {
    let (app, _release) = with_card().await;
    let card = app.anonymous().get("/cards/small-ranking.json").await.json();

    let schema = app.anonymous().get("/schemas/card.json").await.status(200).json();

    let schema = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> =
        schema.iter_errors(&card).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(faults, [""; 0]);
    let mut spoilt = card.clone();
    spoilt["signals"][0]["importance"]["mean_abs_places"]["value"] = "nine".into();
    assert!(!schema.is_valid(&spoilt));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_card_names_its_versions() {
    let (app, _release) = with_card().await;

    let state = app.anonymous().get("/cards/small-ranking/state.json").await.status(200).json();

    assert_eq!(state.get("schema"), Some(&json!("vitrine/card-state/1")));
    assert_eq!(state.get("status"), Some(&json!("ready")));
    let card = app.anonymous().get("/cards/small-ranking/v/1.json").await;
    let digest = Digest::of(&card.bytes).hex();
    assert_eq!(state.pointer("/versions/0/sha256"), Some(&json!(digest)));
    app.anonymous().get("/cards/small-ranking/v/2.json").await.problem(Kind::CardNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_listed_and_found() {
    let (app, _release) = with_card().await;
    let slugs = |page: &Value| -> Vec<String> {
        let items = page.get("items").and_then(Value::as_array).unwrap();
        items.iter().map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
    };

    let all = app.anonymous().get("/api/v1/cards").await.status(200).json();
    let found = app.anonymous().get("/api/v1/cards?search=small%20RANKING").await.status(200).json();
    let none = app.anonymous().get("/api/v1/cards?search=weather").await.status(200).json();

    assert_eq!(
        (slugs(&all), slugs(&found)),
        (vec!["small-ranking".to_owned()], vec!["small-ranking".to_owned()])
    );
    assert!(slugs(&none).is_empty());
    let page = app.anonymous().browse("/cards").await.status(200).text();
    assert!(page.contains("/cards/small-ranking") && page.contains("Small ranking (made up)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_on_the_page_is_found_in_the_json() {
    let (app, _release) = with_card().await;
    let card = app.anonymous().get("/cards/small-ranking.json").await.json();

    let page = app.anonymous().browse("/cards/small-ranking").await.status(200).text();

    let page = Html::parse_document(&page);
    let evidence = Selector::parse("[data-evidence]").unwrap();
    let (mut checked, mut missing) = (0, Vec::new());
    for element in page.select(&evidence) {
        let pointer = element.attr("data-evidence").unwrap();
        let held = card.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not in the card"));
        let text: String = element.text().collect();
        for shown in numbers::in_text(&text) {
            checked += 1;
            let said = [Some(held), also(&card, pointer)];
            if !said.into_iter().flatten().any(|value| numbers::holds(value, shown)) {
                missing.push(format!("{shown:?} of `{}` is not in {pointer}: {held}", text.trim()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(checked > 20, "only {checked} numbers");
}

/// What a sentence says besides the figure it is about: when the release came, or how many places the top has.
fn also<'a>(card: &'a Value, pointer: &str) -> Option<&'a Value> {
    match pointer.rsplit('/').next() {
        Some("version") => card.pointer("/release/published_at"),
        Some("top_changed") => card.pointer("/lists/top"),
        _nothing => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_release_gives_the_same_numbers_again() {
    let (app, _release) = with_card().await;
    let first = app.anonymous().get("/cards/small-ranking.json").await.json();

    let _second = app.engineer().publish("engineer/small", "2.0.0").await.status(201);
    app.card_of("/api/v1/releases/engineer/small/2.0.0").await;

    let second = app.anonymous().get("/cards/small-ranking.json").await.json();
    assert_eq!(second.get("version"), Some(&json!(2)));
    for measured in ["/signals", "/controls", "/examples"] {
        assert_eq!(second.pointer(measured), first.pointer(measured), "{measured}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_a_card_belongs_to_whoever_had_it_first() {
    let (app, _release) = with_card().await;
    let other = app.person("other").await;
    other.repository("other/small", "ranking", "public").await;
    other.put_files("other/small", &RankingRelease::small().files()).await;

    let refused = other.publish("other/small", "1.0.0").await;

    refused.problem(Kind::Unpublishable);
    assert_eq!(refused.faulty_fields(), ["slug"]);
    assert!(refused.text().contains("other-small"), "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_load_leaves_a_release_with_a_failed_card() {
    needs_models();
    let app = TestApp::start().await;
    // A way to add trees up that no runtime knows: reading the graph cannot show it, loading does.
    let release = RankingRelease::small().replace("model.onnx", "SUM", "SUX");
    app.engineer().release("engineer/small", "ranking", &release.files()).await;

    let shown = app.card_of(RELEASE).await;

    assert_eq!(shown.pointer("/card/status"), Some(&json!("failed")));
    assert!(
        !shown.pointer("/card/problem").and_then(Value::as_str).unwrap_or_default().is_empty(),
        "{shown}"
    );
    app.anonymous().get("/cards/small-ranking.json").await.problem(Kind::CardNotFound);
    let _still_serving = app.anonymous().get("/readyz").await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_model_scores_rows() {
    let (app, _release) = with_card().await;
    let score = format!("{RELEASE}/score");
    let nobody = app.anonymous();
    let row =
        json!({"x0": 3, "x1": 3, "x2": 0.180_000_007, "x3": 1.240_000_01, "x4": 0.259_999_99, "x5": -1.25});

    let answer = nobody.post(&score, &json!({"rows": [row, row]})).await.status(200).json();

    assert_eq!(answer.get("outcome"), Some(&json!("ok")));
    let scores = answer.get("scores").and_then(Value::as_array).unwrap();
    assert!(scores.len() == 2 && scores.first() == scores.last(), "{answer}");
    nobody.post(&score, &json!({"rows": [{"x0": 1}]})).await.problem(Kind::RowsRefused);
    nobody.post(&score, &json!({"rows": [{"x0": "many"}]})).await.problem(Kind::RowsRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_eight_questions_of_the_page_are_those_of_the_api() {
    let (app, _release) = with_card().await;
    let card = app.anonymous().get("/cards/small-ranking.json").await.status(200).json();

    for (language, heading) in [("en", "The right answers"), ("hi", "सही जवाब"), ("ta", "சரியான பதில்கள்")]
    {
        let asked = app.anonymous().get(&format!("/api/v1/cards/small-ranking/quiz?lang={language}")).await;
        let asked = asked.status(200).json();
        let page = app.anonymous().browse(&format!("/cards/small-ranking/quiz?lang={language}")).await;
        let page = page.status(200).text().replace("&#38;", "&").replace("&#39;", "'");

        assert_eq!(asked.get("language"), Some(&json!(language)));
        assert!(page.contains(heading), "{page}");
        let questions = asked.get("questions").and_then(Value::as_array).must("questions");
        assert_eq!(questions.len(), 8);
        for question in questions {
            let choices = question.get("choices").and_then(Value::as_array).must("choices");
            let right = question.get("right").and_then(Value::as_u64).must("the right one");
            let right =
                choices.get(usize::try_from(right).must("small")).and_then(Value::as_str).must("a choice");
            let pointer = question.get("pointer").and_then(Value::as_str).must("a pointer");
            assert!(page.contains(right) && page.contains(pointer), "{right} at {pointer}");
            assert!(card.pointer(pointer).is_some(), "{pointer}");
        }
    }
    let strongest = app.anonymous().get("/api/v1/cards/small-ranking/quiz").await.status(200).json();
    assert_eq!(strongest.get("language"), Some(&json!("en")));
    app.anonymous().get("/api/v1/cards/nothing/quiz").await.problem(Kind::CardNotFound);
}

/// Three cards, published one after another.
async fn three_cards() -> TestApp {
    needs_models();
    let app = TestApp::start().await;
    let engineer = app.engineer();
    for (name, title, operator, surface, region) in [
        ("one", "Zebra", "First & Co", "Front page", "IN"),
        ("two", "apple", "First & Co", "Home feed", "NL"),
        ("three", "Mango", "Second", "Front page", "IN"),
    ] {
        let mut small = RankingRelease::small();
        for (old, new) in [
            ("slug: small-ranking", format!("slug: {name}-ranking")),
            ("title: Small ranking (made up)", format!("title: {title}")),
            ("name: Example Operator", format!("name: {operator}")),
            ("surface: Home", format!("surface: {surface}")),
            ("[IN]", format!("[ {region}]")),
        ] {
            small = small.replace("system-card.yaml", old, &new);
        }
        engineer.release(&format!("engineer/{name}"), "ranking", &small.files()).await;
        app.card_of(&format!("/api/v1/releases/engineer/{name}/1.0.0")).await;
        app.clock().advance(jiff::SignedDuration::from_secs(60));
    }
    app
}

/// The titles that the API lists, after a look whether the page shows the same in the same order.
async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let client = app.anonymous();
    let listed = client.get(&format!("/api/v1/cards{query}")).await.status(200).json();
    let items = listed.get("items").and_then(Value::as_array).must("items");
    let titles: Vec<String> =
        items.iter().filter_map(|item| Some(item.get("title")?.as_str()?.to_owned())).collect();
    let page = client.browse(&format!("/cards{query}")).await.status(200).text();
    let shown: Vec<usize> = titles.iter().filter_map(|title| page.find(&format!(">{title}</a>"))).collect();
    assert_eq!(shown.len(), titles.len(), "{query}: {page}");
    assert!(shown.is_sorted(), "{query}");
    titles
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_picked_out_and_sorted_alike_on_the_page_and_in_the_api() {
    let app = three_cards().await;

    assert_eq!(titles(&app, "").await, ["Mango", "apple", "Zebra"]);
    assert_eq!(titles(&app, "?sort=oldest").await, ["Zebra", "apple", "Mango"]);
    assert_eq!(titles(&app, "?sort=title").await, ["apple", "Mango", "Zebra"]);
    assert_eq!(titles(&app, "?operator=First%20%26%20Co&sort=title").await, ["apple", "Zebra"]);
    assert_eq!(titles(&app, "?surface=Front+page&region=IN&operator=").await, ["Mango", "Zebra"]);
    assert_eq!(titles(&app, "?region=NL&surface=Front+page").await, [""; 0]);
    assert_eq!(titles(&app, "?region=%27").await, [""; 0]);
    let page = app.anonymous().browse("/cards?region=IN&lang=hi").await.status(200).text();
    assert!(page.contains("<option value=\"IN\" selected>"), "{page}");
    assert!(page.contains("भारत"), "{page}");
    app.anonymous().get("/api/v1/cards?sort=best").await.problem(Kind::BadAddress);
    assert_eq!(app.anonymous().browse("/cards?sort=best").await.code, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_cards_read_one_at_a_time_is_the_whole_list_and_says_what_there_is_to_choose() {
    let app = three_cards().await;

    for sort in ["newest", "oldest", "title"] {
        let all = app.anonymous().get(&format!("/api/v1/cards?sort={sort}")).await.json();
        let (mut cursor, mut slugs) = (String::new(), Vec::new());
        loop {
            let at = format!("/api/v1/cards?limit=1&sort={sort}{cursor}");
            let part = app.anonymous().get(&at).await.status(200).json();
            slugs.push(part.pointer("/items/0/slug").cloned());
            let Some(next) = part.get("next").and_then(Value::as_str) else { break };
            cursor = format!("&cursor={next}");
        }
        let whole: Vec<_> = (0..3).map(|at| all.pointer(&format!("/items/{at}/slug")).cloned()).collect();
        assert_eq!(slugs, whole, "{sort}");
    }
    let listed = app.anonymous().get("/api/v1/cards").await.json();
    let choices = listed.get("choices").and_then(Value::as_array).must("choices");
    assert!(choices.contains(&json!({"name": "operator", "value": "First & Co", "cards": 2})), "{choices:?}");
    assert!(choices.contains(&json!({"name": "region", "value": "NL", "cards": 1})), "{choices:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_has_a_picture_for_links_in_every_language() {
    let (app, _card) = with_card().await;
    let picture = "/cards/small-ranking/v/1/preview.png";

    let page = app.anonymous().browse("/cards/small-ranking?lang=hi").await.status(200).text();
    let address = format!("http://{}{picture}?lang=hi", app.address());
    assert!(page.contains(&format!("<meta property=\"og:image\" content=\"{address}\">")), "{page}");
    let english = app.anonymous().get(picture).await.status(200);
    assert_eq!(english.header("content-type"), "image/png");
    assert_eq!(english.bytes.get(16..24), Some(&[0, 0, 4, 176, 0, 0, 2, 118][..]));
    for language in ["hi", "ta"] {
        let other = app.anonymous().get(&format!("{picture}?lang={language}")).await.status(200);
        assert_ne!(other.bytes, english.bytes);
        assert!(other.bytes.len() < 100_000);
    }
    let tag = english.header("etag");
    let _known = app.anonymous().get_with(picture, ("if-none-match", tag)).await.status(304);
    app.anonymous().get("/cards/small-ranking/v/2/preview.png").await.problem(Kind::CardNotFound);

    let reason = json!({"reason": "Wrong."});
    let _gone = app.engineer().post(&format!("{RELEASE}/withdraw"), &reason).await.status(200);
    assert_ne!(app.anonymous().get(picture).await.status(200).bytes, english.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn hard_words_on_the_first_screen_are_refused_when_a_release_is_published() {
    let app = TestApp::start().await;
    let engineer = app.engineer();
    let hard = "Heterogeneous organisational considerations necessitate extraordinarily sophisticated computational \
                optimisation methodologies, incorporating multidimensional personalisation characteristics, \
                collaborative behavioural approximations and probabilistic contextual interdependencies, \
                simultaneously accommodating institutional accountability obligations, regulatory transparency \
                expectations and commercial sustainability prioritisation.";
    let release = RankingRelease::small().replace("system-card.yaml", "Turn the first signal down", hard);
    engineer.repository("engineer/small", "ranking", "public").await;
    engineer.put_files("engineer/small", &release.files()).await;

    let refused = engineer.publish("engineer/small", "1.0.0").await.problem(Kind::Unpublishable);

    assert_eq!(refused.pointer("/errors/0/field"), Some(&json!("controls[0].plain")), "{refused}");
}
