//! `vitrine explain`: figures of models whose answers are known, and sentences where there can be none.

use std::time::{Duration, Instant};

use cards::report::Quantity;
use serde_json::{Value, json};
use tests::{Must, workspace};

use crate::cli_program::{Ended, Program};

/// A file of a model with known answers.
fn file(name: &str) -> String {
    workspace::path(&format!("tests/data/rank/{name}")).display().to_string()
}

/// `explain` with the model, the rows and the background of a folder.
fn about(folder: &str, more: &str) -> String {
    let [model, rows, background] =
        ["model.onnx", "rows.csv", "background.csv"].map(|name| file(&format!("{folder}/{name}")));
    format!("explain {model} --rows {rows} --background {background} {more}")
}

/// The lines of a table with known answers, without its header.
fn expected(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file(name)).must("reading expected figures");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn numbers(cells: &[String]) -> Vec<f64> {
    cells.iter().map(|cell| cell.parse().must("a number")).collect()
}

fn values(entry: &Value) -> Vec<f64> {
    let values = entry.get("values").and_then(Value::as_array).must("values");
    values.iter().map(|value| value.as_f64().must("a number")).collect()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance, "at {place}: {found}, not {expected}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_shared_out_exactly_even_where_numbers_are_missing() {
    let report = Program::alone().run(&about("tiny/leq_sum", "--timings")).await.with(0).json();

    let rows = report.get("rows").and_then(Value::as_array).must("rows");
    let lines = expected("tiny/leq_sum/expected_interventional.csv");
    assert_eq!((rows.len(), lines.len()), (24, 24));
    for (row, line) in rows.iter().zip(&lines) {
        near(&values(row), &numbers(&line[4..]), 5e-6);
        near(&[row["base"].as_f64().must("a base")], &numbers(&line[2..3]), 5e-6);
    }
    assert_eq!(report.get("exact"), Some(&json!(true)));
    assert_eq!(report.get("opened"), Some(&json!(true)));
    assert_eq!(report.get("players"), Some(&json!(["x0", "x1", "x2", "x3", "x4", "x5"])));
    for part in ["read_s", "verify_s", "prepare_s", "compute_s"] {
        assert!(
            report.pointer(&format!("/timings/{part}")).and_then(Value::as_f64).is_some_and(|s| s >= 0.0),
            "{part}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn places_of_a_list_are_shared_out_among_groups() {
    let signals = file("feed_trees/signals.json");
    let more = format!(
        "--quantity place --players groups --signals {signals} --lists list_id --in 0 --background-rows 20"
    );

    let report = Program::alone().run(&about("feed_trees", &more)).await.with(0).json();

    let results = report.get("results").and_then(Value::as_array).must("results");
    let lines = expected("feed_trees/expected_rank_attribution_groups.csv");
    assert_eq!(results.len(), lines.len());
    for (item, line) in results.iter().zip(&lines) {
        assert_eq!(item.get("item").must("an item").to_string(), line[0]);
        near(&[item["value"].as_f64().must("a place")], &numbers(&line[1..2]), 0.02);
        near(&[item["base"].as_f64().must("a base")], &numbers(&line[2..3]), 0.02);
        near(&values(item), &numbers(&line[4..]), 0.02);
    }
    assert_eq!(report.pointer("/players/0"), Some(&json!("Freshness")));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_the_same_byte_for_byte_for_one_and_two_threads() {
    let vitrine = Program::alone();
    for (folder, more) in [
        ("feed_trees", "--lists list_id --in 3"),
        ("feed_mlp", "--lists list_id --in 3"),
        ("two_tower", "--quantity place --background-rows 5"),
        ("tiny/max_not_additive", "--method sample"),
    ] {
        let one = vitrine.run(&about(folder, &format!("{more} --threads 1"))).await.with(0);
        let two = vitrine.run(&about(folder, &format!("{more} --threads 2"))).await.with(0);

        assert_eq!(one.said, two.said, "{folder} {more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_quantity_is_answered_as_json_and_as_a_table_for_any_number_of_threads() {
    let vitrine = Program::alone();
    let signals = file("feed_trees/signals.json");
    for quantity in Quantity::ALL {
        let more = format!(
            "--quantity {quantity} --players groups --signals {signals} --lists list_id --in 0 --background-rows 5"
        );
        let ended = vitrine.run(&about("feed_trees", &more)).await.with(0);
        let threads = vitrine.run(&about("feed_trees", &format!("{more} --threads 2"))).await.with(0);
        let table = vitrine.run(&about("feed_trees", &format!("{more} --format csv"))).await.with(0).said;

        let report = ended.json();
        let key = if *quantity == Quantity::Score { "rows" } else { "results" };
        let entries = report.get(key).and_then(Value::as_array).must(key);
        assert!(!entries.is_empty(), "{quantity}: {report}");
        assert!(table.lines().count() > 1, "{quantity}: {table}");
        assert_eq!(report.get("quantity"), Some(&json!(quantity.to_string())));
        assert_eq!(ended.said, threads.said, "{quantity}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attention_has_the_published_figures() {
    let [model, rows] = ["feed_trees/model.onnx", "feed_trees/rows.csv"].map(file);
    let command = format!(
        "explain {model} --rows {rows} --quantity exposure --lists list_id --group author_language,creator_size"
    );

    let report = Program::alone().run(&command).await.with(0).json();

    let text = std::fs::read(file("feed_trees/expected_exposure.json")).must("reading expected figures");
    let known: Value = serde_json::from_slice(&text).must("JSON");
    for (attribute, groups) in known["attributes"].as_object().must("attributes") {
        for (group, figures) in groups.as_object().must("groups") {
            for (key, value) in figures.as_object().must("figures") {
                let found = report["attributes"][attribute][group][key].as_f64().must("a figure");
                near(&[found], &[value.as_f64().must("a number")], 1e-9);
            }
        }
    }
    assert_eq!(report.pointer("/results/0/attributes"), report.get("attributes"));
}

/// Runs a command that must end in a sentence within a second.
async fn refused(vitrine: &Program, command: &str, code: i32) -> Ended {
    let started = Instant::now();
    let ended = vitrine.run(command).await.with(code);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{command} took {took:?}");
    assert!(ended.said.is_empty(), "{}", ended.said);
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_do_not_fit_end_in_a_sentence() {
    let vitrine = Program::alone();
    let (model, typical) = (file("tiny/leq_sum/model.onnx"), file("tiny/leq_sum/background.csv"));
    for (rows, wrong) in [
        ("x0,x1\n1,2\n", "takes 6 columns, the table has 2"),
        ("x1,x0,x2,x3,x4,x5\n1,2,3,4,5,6\n", "`x0`"),
        ("x0,x1,x2,x3,x4,x5,more\n1,2,3,4,5,6,7\n", "`x1`"),
        ("x0,x1,x2,x3,x4,x5\n", "There are no rows"),
        ("", "The file is empty"),
        ("x0,x1,x2,x3,x4,x5\n1,2,three,4,5,6\n", "rows.csv:2 x2: `three` is not a finite number"),
        ("x0,x1,x2,x3,x4,x5\n1,2,inf,4,5,6\n", "rows.csv:2 x2"),
        ("x0,x1,x2,x3,x4,x5\n1,2,1e300,4,5,6\n", "x2"),
        ("x0,x1,x2,x3,x4,x5\n1,2\n", "This row has 2 cells"),
    ] {
        vitrine.write("rows.csv", rows);
        let command = format!("explain {model} --rows rows.csv --background {typical}");
        let ended = refused(&vitrine, &command, 1).await;
        assert!(ended.remarked.contains(wrong), "{rows:?}: {}", ended.remarked);
    }
    vitrine.write("rows.csv", "x0,x1,x2,x3,x4,x5\n1,2,3,4,5,6\n");
    vitrine.write("none.csv", "x0,x1,x2,x3,x4,x5\n");
    let command = format!("explain {model} --rows rows.csv --background none.csv");
    let ended = refused(&vitrine, &command, 1).await;
    assert!(ended.remarked.contains("none.csv: There are no rows"), "{}", ended.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_may_be_missing_only_where_the_model_can_take_it() {
    let vitrine = Program::alone();
    let typical = file("two_tower/background.csv");
    let text = std::fs::read_to_string(file("two_tower/rows.csv")).must("reading rows");
    let mut lines = text.lines();
    let header = lines.next().must("a header").to_owned();
    let line = lines.next().must("a row");
    let (kept, _last) = line.rsplit_once(',').must("cells");
    vitrine.write("rows.csv", format!("{header}\n{line}\n{kept},\n"));

    let command = format!("explain {} --rows rows.csv --background {typical}", file("two_tower/model.onnx"));
    let ended = refused(&vitrine, &command, 1).await;

    assert!(ended.remarked.contains("item_5") && ended.remarked.contains("missing"), "{}", ended.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_make_no_sense_end_in_a_sentence() {
    let vitrine = Program::alone();
    for (more, code, wrong) in [
        ("--quantity best", 2, "choose one of score, pair"),
        ("--k 0", 2, "--k"),
        ("--background-rows 0", 2, "--background-rows"),
        ("--pair 1", 2, "comma"),
        ("--pair 1,2", 2, "--quantity pair"),
        ("--players groups", 2, "--signals"),
        ("--lists nothing", 1, "There is no column `nothing`"),
        ("--item nothing", 1, "There is no column `nothing`"),
        ("--lists list_id --in 99", 1, "There is no list `99`"),
        ("--quantity pair --pair 0,x", 1, "There is no item `x`"),
        ("--quantity exposure --group nothing", 1, "There is no column `nothing`"),
        ("--output nothing", 1, "nothing"),
        ("--output 3", 1, "3"),
        ("--method path-dependent --quantity place", 1, "path-dependent"),
    ] {
        let ended = refused(&vitrine, &about("feed_trees", more), code).await;
        assert!(ended.remarked.contains(wrong), "{more}: {}", ended.remarked);
    }
    let [model, rows] = ["feed_trees/model.onnx", "feed_trees/rows.csv"].map(file);
    let ended = refused(&vitrine, &format!("explain {model} --rows {rows}"), 2).await;
    assert!(ended.remarked.contains("--background"), "{}", ended.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_one_item_has_a_place_but_no_neighbours() {
    let vitrine = Program::alone();
    let typical = file("tiny/leq_sum/background.csv");
    let model = file("tiny/leq_sum/model.onnx");
    vitrine.write("rows.csv", "x0,x1,x2,x3,x4,x5\n1,2,3,4,5,6\n");
    let ask = |quantity: &str| {
        format!("explain {model} --rows rows.csv --background {typical} --quantity {quantity}")
    };

    let place = vitrine.run(&ask("place")).await.with(0).json();
    let pair = refused(&vitrine, &ask("pair"), 1).await;
    let list = refused(&vitrine, &ask("list"), 1).await;

    assert_eq!(place.pointer("/results/0/value"), Some(&json!(1.0)));
    assert_eq!(place.pointer("/results/0/values"), Some(&json!([0.0, 0.0, 0.0, 0.0, 0.0, 0.0])));
    assert!(pair.remarked.contains("two items"), "{}", pair.remarked);
    assert!(list.remarked.contains("two items"), "{}", list.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_that_can_order_nothing_are_called_what_they_are() {
    let vitrine = Program::alone();
    let (model, typical) = (file("tiny/leq_sum/model.onnx"), file("tiny/leq_sum/background.csv"));
    vitrine.write("rows.csv", format!("x0,x1,x2,x3,x4,x5\n{}", "1,2,3,4,5,6\n".repeat(6)));

    let report =
        vitrine.run(&format!("explain {model} --rows rows.csv --background {typical}")).await.with(0).json();

    let note = report.pointer("/notes/0").and_then(Value::as_str).must("a note");
    assert!(note.contains("All 6 rows") && note.contains("hardly order a list"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_inside_the_model_is_explained_once_the_outputs_around_it_are_checked() {
    let more = "--output p_like_margin --lists list_id --in 0";

    let report = Program::alone().run(&about("feed_trees", more)).await.with(0).json();

    let rows = report.get("rows").and_then(Value::as_array).must("rows");
    let lines = expected("feed_trees/expected_treeshap_margins.csv");
    let margins: Vec<_> = lines.iter().filter(|line| line[1] == "p_like_margin").collect();
    for (row, line) in rows.iter().zip(margins) {
        near(&values(row), &numbers(&line[3..]), 1e-6);
    }
    assert_eq!(report.get("opened"), Some(&json!(true)));
    assert!(report.get("checked_rows").and_then(Value::as_u64).is_some_and(|rows| rows > 20));
}
