//! Cards of strange models and lists: each is truthful, or the release is refused with what is wrong.

use std::fmt::Write as _;

use serde_json::Value;
use tests::model::{Model, Node};
use tests::{Answer, Must, RankingRelease, TestApp, needs_models};

const COLUMNS: usize = 5;
const CARD: &str = "/cards/small-ranking";

/// A weighted sum.
fn line(weights: &[f32]) -> Vec<u8> {
    let columns = i64::try_from(weights.len()).must("few columns");
    Model::new(columns)
        .tensor("weights", &[columns, 1], weights)
        .node(&Node::new("MatMul", &["x", "weights"], "f"))
        .file(&["f"])
}

/// The same, through an exponential that leaves the numbers of 32 bits.
fn exploding() -> Vec<u8> {
    Model::new(5)
        .tensor("weights", &[5, 1], &[900.0, 0.0, 0.0, 0.0, 0.0])
        .node(&Node::new("MatMul", &["x", "weights"], "sum"))
        .node(&Node::new("Exp", &["sum"], "f"))
        .file(&["f"])
}

const WEIGHTS: [f32; COLUMNS] = [2.0, -1.0, 0.5, 0.25, 0.0];

/// Lists of so many items: the number of a list and of an item say what stands in each cell.
fn lists(lists: usize, items: usize, columns: usize, cell: impl Fn(usize, usize, usize) -> String) -> String {
    let mut text = String::from("list_id,item_id,item_title");
    for column in 0..columns {
        write!(text, ",x{column}").must("writing text");
    }
    text.push('\n');
    for list in 0..lists {
        for item in 0..items {
            write!(text, "l{list},i{item},Item {item}").must("writing text");
            for column in 0..columns {
                write!(text, ",{}", cell(list, item, column)).must("writing text");
            }
            text.push('\n');
        }
    }
    text
}

/// Numbers that all differ within a list.
fn usual(list: usize, item: usize, column: usize) -> String {
    let number = (list * 31 + item * 17 + column * 7 + item * column * 5) % 101;
    format!("{}.{number:03}", item % 9)
}

/// Publishes and waits for the card. Gives the answer to the publication, and the release as it is shown afterwards.
async fn publish(app: &TestApp, release: &RankingRelease) -> (Answer, Option<Value>) {
    app.engineer().repository("engineer/small", "ranking", "public").await;
    app.engineer().put_files("engineer/small", &release.files()).await;
    let answer = app.engineer().publish("engineer/small", "1.0.0").await;
    if answer.code != 201 {
        return (answer, None);
    }
    let shown = app.card_of("/api/v1/releases/engineer/small/1.0.0").await;
    (answer, Some(shown))
}

/// The card, which must be there, and the text of its page.
async fn ready(release: RankingRelease) -> (TestApp, Value, String) {
    let app = TestApp::start().await;
    let (answer, shown) = publish(&app, &release).await;
    let shown = shown.must(&answer.text());
    assert_eq!(shown.pointer("/card/status").and_then(Value::as_str), Some("ready"), "{shown}");
    let card = app.anonymous().get(&format!("{CARD}.json")).await.status(200).json();
    let page = app.anonymous().browse(CARD).await.status(200).text();
    (app, card, page)
}

/// What is said of a release that is refused, or of a card that could not be made.
async fn refused(release: RankingRelease) -> String {
    let app = TestApp::start().await;
    let (answer, shown) = publish(&app, &release).await;
    match shown {
        None => answer.status(422).text(),
        Some(shown) => {
            assert_eq!(shown.pointer("/card/status").and_then(Value::as_str), Some("failed"), "{shown}");
            let problem = shown.pointer("/card/problem").and_then(Value::as_str).must("a problem").to_owned();
            let _none = app.anonymous().get(&format!("{CARD}.json")).await.status(404);
            problem
        }
    }
}

fn of(model: Vec<u8>, lists: String) -> RankingRelease {
    RankingRelease::of(model, (COLUMNS, "f"), lists)
}

/// How many places each signal moves items, in the order of the signals.
fn places(card: &Value) -> Vec<f64> {
    let signals = card.pointer("/signals").and_then(Value::as_array).must("signals");
    let moved = |signal: &Value| signal.pointer("/importance/mean_abs_places/value").and_then(Value::as_f64);
    signals.iter().map(|signal| moved(signal).must("places")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_explodes_gets_no_card_and_says_why() {
    needs_models();
    let said = refused(of(exploding(), lists(4, 8, COLUMNS, usual))).await;

    assert!(said.contains("finite") || said.contains("infinite") || said.contains("not a number"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_says_the_same_of_all_moves_nothing() {
    needs_models();
    let (_app, card, page) = ready(of(line(&[0.0; COLUMNS]), lists(4, 8, COLUMNS, usual))).await;

    assert!(places(&card).iter().all(|moved| *moved == 0.0), "{card}");
    assert_eq!(card.pointer("/headlines").and_then(Value::as_array).map(Vec::len), Some(0), "{card}");
    assert_eq!(card.pointer("/examples").and_then(Value::as_array).map(Vec::len), Some(0), "{card}");
    assert!(page.contains("In our lists this moved nothing."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_items_tie_there_is_nothing_to_explain() {
    needs_models();
    let same = |list: usize, _item: usize, column: usize| format!("{list}.{column}");
    let (_app, card, _page) = ready(of(line(&WEIGHTS), lists(6, 5, COLUMNS, same))).await;

    assert_eq!(card.pointer("/examples").and_then(Value::as_array).map(Vec::len), Some(0), "{card}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_one_item_cannot_be_ordered() {
    needs_models();
    let release = of(line(&WEIGHTS), lists(6, 1, COLUMNS, usual));
    let app = TestApp::start().await;

    let (answer, shown) = publish(&app, &release).await;

    match shown {
        None => {
            let said = answer.status(422).text();
            assert!(said.contains("reference.csv") && said.contains("item"), "{said}");
        }
        Some(shown) => {
            assert_eq!(shown.pointer("/card/status").and_then(Value::as_str), Some("ready"), "{shown}");
            let card = app.anonymous().get(&format!("{CARD}.json")).await.status(200).json();
            assert!(places(&card).iter().all(|moved| *moved == 0.0), "{card}");
            assert_eq!(card.pointer("/examples").and_then(Value::as_array).map(Vec::len), Some(0), "{card}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_never_varies_is_said_to_change_nothing() {
    needs_models();
    let cell = |list: usize, item: usize, column: usize| match column {
        0 => "7".to_owned(),
        _ => usual(list, item, column),
    };
    let (_app, card, page) = ready(of(line(&WEIGHTS), lists(6, 8, COLUMNS, cell))).await;

    assert_eq!(places(&card).first(), Some(&0.0), "{card}");
    assert!(places(&card).iter().any(|moved| *moved > 0.0), "{card}");
    assert!(page.contains("In our lists this moved nothing."), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_values_are_refused_where_the_model_cannot_take_them() {
    needs_models();
    let cell = |list: usize, item: usize, column: usize| match (item, column) {
        (3, 1) => String::new(),
        _ => usual(list, item, column),
    };

    let said = refused(of(line(&WEIGHTS), lists(6, 8, COLUMNS, cell))).await;

    assert!(said.contains("missing") || said.contains("empty") || said.contains("finite"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_signals_get_a_card() {
    needs_models();
    let columns = 500;
    let weights: Vec<f32> = (0..500_u16).map(|column| f32::from(column % 13) - 6.0).collect();
    let release = RankingRelease::of(line(&weights), (columns, "f"), lists(4, 10, columns, usual));

    let (app, card, page) = ready(release).await;

    assert_eq!(places(&card).len(), columns);
    assert!(page.len() < 4 << 20, "{} bytes", page.len());
    let _page = app.anonymous().browse(&format!("{CARD}/try")).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_titles_stay_words() {
    needs_models();
    let hostile = [
        "<script>alert(1)</script>",
        "\u{202e}drawkcab",
        "\"'><img src=x onerror=alert(1)>",
        "עברית",
        "{{ 7 * 7 }}",
        "[link](javascript:alert(1))",
    ];
    let text = lists(6, 6, COLUMNS, usual);
    let mut rows = text.lines();
    let mut spoiled = format!("{}\n", rows.next().must("a header"));
    for (number, row) in rows.enumerate() {
        let title = hostile.get(number % hostile.len()).must("a title").replace('"', "\"\"");
        writeln!(spoiled, "{}", row.replacen(&format!("Item {}", number % 6), &format!("\"{title}\""), 1))
            .must("writing text");
    }
    let app = TestApp::start().await;

    let (answer, shown) = publish(&app, &of(line(&WEIGHTS), spoiled)).await;

    let Some(shown) = shown else {
        let said = answer.status(422).text();
        assert!(said.contains("reference.csv") && said.contains("turn the writing direction"), "{said}");
        return;
    };
    assert_eq!(shown.pointer("/card/status").and_then(Value::as_str), Some("ready"), "{shown}");
    for page in ["", "/try", "/quiz"] {
        let page = app.anonymous().browse(&format!("{CARD}{page}")).await.status(200).text();
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
        assert!(!page.contains("href=\"javascript"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_without_titles_are_named_by_what_they_are() {
    needs_models();
    let text = lists(6, 6, COLUMNS, usual);
    let untitled = text.lines().map(|row| {
        let cells = row.split(',').enumerate().filter(|(column, _)| *column != 2);
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n"
    });

    let (_app, card, page) = ready(of(line(&WEIGHTS), untitled.collect())).await;

    assert!(card.pointer("/examples/0/upper/title").is_none_or(Value::is_null), "{card}");
    assert!(page.contains("“item i"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_items_get_a_card() {
    needs_models();
    let (count, items) = (100, 1000);
    let cell = |list: usize, item: usize, column: usize| usual(list, item / 9 + item, column);

    let (_app, card, page) = ready(of(line(&WEIGHTS), lists(count, items, COLUMNS, cell))).await;

    assert_eq!(card.pointer("/lists/items").and_then(Value::as_u64), Some(100_000));
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
}
