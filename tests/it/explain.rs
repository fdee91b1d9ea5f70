//! Explanations of a published model, asked for over HTTP.

use cards::report::Quantity;
use serde_json::{Value, json};
use server::problem::Kind;
use tests::{Must, RankingRelease, TestApp, needs_models};

const EXPLAIN: &str = "/api/v1/releases/engineer/small/1.0.0/explain";

async fn with_release() -> TestApp {
    needs_models();
    let app = TestApp::start().await;
    app.engineer().release("engineer/small", "ranking", &RankingRelease::small().files()).await;
    app
}

async fn ask(app: &TestApp, question: Value) -> Value {
    app.anonymous().post(EXPLAIN, &question).await.status(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_of_the_reference_lists_are_shared_out_without_a_gap() {
    let app = with_release().await;

    let report = ask(&app, json!({})).await;

    let rows = report.get("rows").and_then(Value::as_array).must("rows");
    assert_eq!(rows.len(), 20);
    for row in rows {
        let number = |key: &str| row.get(key).and_then(Value::as_f64).must(key);
        let values = row.get("values").and_then(Value::as_array).must("values");
        let sum: f64 = values.iter().filter_map(Value::as_f64).sum();
        assert!((number("base") + sum - number("score")).abs() < 1e-6, "{row}");
        assert_eq!(row.get("stderr"), Some(&Value::Null));
    }
    assert_eq!(report.get("exact"), Some(&json!(true)));
    assert_eq!(report.pointer("/background/rows"), Some(&json!(100)));
    assert_eq!(report.get("timings"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_has_the_same_answer_on_every_database() {
    let app = with_release().await;
    let mut answers = Vec::new();
    // The release says of no item to which group it belongs.
    let of_groups = [Quantity::Exposure, Quantity::Diversity];
    for quantity in Quantity::ALL.iter().filter(|quantity| !of_groups.contains(quantity)) {
        let question = json!({"quantity": quantity.to_string(), "seed": 7, "background_rows": 10});
        let once = app.anonymous().post(EXPLAIN, &question).await.status(200).bytes;
        let again = app.anonymous().post(EXPLAIN, &question).await.status(200).bytes;

        assert_eq!(once, again, "{quantity}");
        answers.extend_from_slice(&once);
    }
    // The same committed digest is met on SQLite and on Postgres.
    assert_eq!(domain::Digest::of(&answers).short(), "6e4cec2ba632");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_may_be_sent_under_the_names_of_columns_with_numbers_missing() {
    let app = with_release().await;
    let row = json!({"x0": 3, "x1": null, "x2": 0.18, "x3": 1.24, "x4": 0.26, "x5": -1.25});

    let report = ask(&app, json!({"rows": [row, row], "background_rows": 5})).await;

    assert_eq!(report.pointer("/rows/0/values"), report.pointer("/rows/1/values"));
    assert_eq!(report.pointer("/table/rows"), Some(&json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_cannot_be_answered_say_why() {
    let app = with_release().await;
    let nobody = app.anonymous();
    for (question, wrong) in [
        (json!({"rows": [{"x0": 1}]}), "missing"),
        (json!({"rows": [{"x0": "many", "x1": 1, "x2": 1, "x3": 1, "x4": 1, "x5": 1}]}), "no number"),
        (json!({"rows": []}), "no row"),
        (json!({"in": "nothing"}), "There is no list `nothing`"),
        (json!({"quantity": "pair", "pair": ["nothing", "no one"]}), "There is no item `nothing`"),
        (json!({"background_rows": 0}), "background_rows"),
        (json!({"background_rows": 1_000_000}), "background_rows"),
        (json!({"k": 0}), "at least one place"),
    ] {
        let problem = nobody.post(EXPLAIN, &question).await;
        let told = problem.problem(Kind::RowsRefused);
        assert!(told.to_string().contains(wrong), "{question}: {told}");
    }
    nobody.post(EXPLAIN, &json!({"quantity": "best"})).await.problem(Kind::InvalidField);
    nobody.post(EXPLAIN, &json!({"output": "nothing"})).await.problem(Kind::RunFailed);
}
