//! Trying the system of a card, over the API and with a form.

use reqwest::Method;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Answer, Client, Must, RankingRelease, TestApp, needs_models};

const TRY: &str = "/api/v1/cards/small-ranking/try";
const PAGE: &str = "/cards/small-ranking/try";

async fn with_card() -> TestApp {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    app
}

fn rows(trial: &Value) -> Vec<Value> {
    trial.get("rows").and_then(Value::as_array).cloned().must("rows")
}

fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

async fn send(client: &Client, at: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = url_form(fields);
    form.retain(|letter| letter != '\n');
    let request = client.request(Method::POST, at).header("accept", "text/html");
    client.send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
}

/// Fields without letters that would need to be written otherwise.
fn url_form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).must("a selector");
    let words = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    Html::parse_document(&page.text()).select(&selector).map(words).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_value_gives_another_order_and_the_reason() {
    let app = with_card().await;
    let nobody = app.anonymous();

    let before = nobody.post(TRY, &json!({})).await.status(200).json();
    let last = rows(&before).last().cloned().must("a last row");
    let asked = json!({"item": text(&last, "item"), "top": 1});
    let goal = nobody.post(TRY, &asked).await.status(200).json().get("goal").cloned().must("a goal");
    let values = goal.get("values").cloned().must("values");
    let after =
        nobody.post(TRY, &json!({"item": text(&last, "item"), "values": values})).await.status(200).json();

    assert_eq!(before.get("moved"), Some(&json!(0)));
    assert_eq!((text(&goal, "state").as_str(), goal.get("place")), ("found", Some(&json!(1.0))));
    assert_eq!(text(&rows(&after)[0], "item"), text(&last, "item"));
    let reasons = after.get("reasons").and_then(Value::as_array).cloned().must("reasons");
    let gained: f64 = reasons.iter().filter_map(|reason| reason.get("points")?.as_f64()).sum();
    let score = |row: &Value, field| row.get(field).and_then(Value::as_f64).must("a score");
    let first = &rows(&after)[0];
    assert!((gained - (score(first, "score") - score(first, "score_before"))).abs() < 1e-6, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_knows_nothing_gives_everyone_the_same_score() {
    let app = with_card().await;
    let all = json!({"without": ["first", "second", "third", "fourth", "fifth", "sixth"]});

    let trial = app.anonymous().post(TRY, &all).await.status(200).json();

    let scores: Vec<_> = rows(&trial).iter().map(|row| row.get("score").cloned()).collect();
    assert!(
        scores.len() == 5 && scores.iter().all(|score| score == scores.first().must("a score")),
        "{trial}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_is_told() {
    let app = with_card().await;
    let nobody = app.anonymous();

    for (wish, field) in [
        (json!({"list": "none"}), "list"),
        (json!({"item": "none"}), "item"),
        (json!({"values": {"none": 1}}), "values"),
        (json!({"without": ["none"]}), "without"),
        (json!({"top": 0}), "top"),
        (json!({"top": 6}), "top"),
    ] {
        let refused = nobody.post(TRY, &wish).await;
        refused.problem(Kind::RowsRefused);
        assert_eq!(refused.faulty_fields(), [field], "{wish}");
    }
    nobody.post(TRY, &json!({"seed": 1})).await.problem(Kind::InvalidField);
    nobody.post("/api/v1/cards/none/try", &json!({})).await.problem(Kind::CardNotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_with_plain_forms() {
    let app = with_card().await;
    let nobody = app.anonymous();

    let page = nobody.browse(PAGE).await.status(200);
    let chosen = texts(&page, "select[name=item] option[selected]");
    let order = texts(&page, "table.order th[scope=row] bdi");
    let last = order.last().must("a last item");
    let asked =
        send(&nobody, PAGE, &[("item", last), ("value.first", "-1000000"), ("top", "1")]).await.status(200);
    let goal = nobody.post(TRY, &json!({"item": last, "top": 1})).await.status(200).json();
    let values = goal.pointer("/goal/values").and_then(Value::as_object).cloned().must("values");
    let fields = values.iter().map(|(signal, value)| (format!("value.{signal}"), value.to_string()));
    let fields: Vec<(String, String)> = fields.chain([("item".to_owned(), last.clone())]).collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let changed = send(&nobody, PAGE, &fields).await.status(200);

    assert_eq!((chosen.len(), order.len(), chosen.first()), (1, 5, order.first()));
    assert_eq!(texts(&page, "#said"), [format!("“{}” stays on place 1. No item moved.", order[0])]);
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert_eq!(texts(&asked, "#order h3").last().map(String::as_str), Some("How to come among the first 1"));
    assert!(asked.text().contains("value=\"-1000000\""));
    let said = texts(&changed, "#said");
    assert!(
        said[0].starts_with(&format!("“{last}” stands on place 1 now. Before it was place 5.")),
        "{said:?}"
    );
    assert_eq!(texts(&changed, "table.order tr.up.chosen").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn choosing_another_list_lets_go_of_the_item() {
    let app = with_card().await;
    let nobody = app.anonymous();
    let lists = texts(&nobody.browse(PAGE).await, "select[name=list] option");
    let item = texts(&nobody.browse(PAGE).await, "select[name=item] option")[0].clone();

    let other = nobody.browse(&format!("{PAGE}?list={}&item={item}", lists[1])).await.status(200);

    assert_eq!(texts(&other, "select[name=list] option[selected]"), [lists[1].clone()]);
    assert_eq!(nobody.browse(&format!("{PAGE}?list=none")).await.code, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_forms_are_refused() {
    let app = with_card().await;
    let nobody = app.anonymous();

    assert_eq!(send(&nobody, PAGE, &[("value.first", "NaN"), ("value.second", "many")]).await.code, 422);
    assert_eq!(send(&nobody, PAGE, &[("value.nothing", "1")]).await.code, 422);
    let long = "9".repeat(200_000);
    assert_eq!(send(&nobody, PAGE, &[("value.first", &long)]).await.code, 413);
    let json = nobody.request(Method::POST, PAGE).header("accept", "text/html").json(&json!({}));
    assert_eq!(nobody.send(json).await.code, 415);
    let hindi = nobody.browse(&format!("{PAGE}?lang=hi")).await.status(200);
    assert_eq!(hindi.header("content-language"), "hi");
    assert!(hindi.text().contains("आज़माइए") && hindi.text().contains("मशीन ने किया"));
}
