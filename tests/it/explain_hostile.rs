//! Models that are broken, or made to exhaust whoever explains them.

use std::time::{Duration, Instant};

use serde_json::Value;
use tests::Must;
use tests::model::{Model, Node, Trees};

use crate::cli_program::{Ended, Program};

/// A question about the first column with two leaves, and what makes it wrong.
fn broken(spoil: impl FnOnce(&mut Trees)) -> Vec<u8> {
    let mut trees = Trees::default();
    trees.branch((0, 0), (0, "BRANCH_LEQ"), 0.5);
    trees.leaf((0, 1), 1.0);
    trees.leaf((0, 2), 2.0);
    spoil(&mut trees);
    Model::new(3).node(&trees.node("f")).file(&["f"])
}

/// A chain of questions, each with a leaf on one side. Every question asks about the next of so many columns.
fn chain(questions: i64, columns: i64) -> Vec<u8> {
    let mut trees = Trees::default();
    for question in 0..questions {
        let ask = (question % columns, "BRANCH_LEQ", 0.5);
        trees.any((0, 2 * question), ask, (2 * question + 1, 2 * question + 2));
        trees.leaf((0, 2 * question + 1), 1.0);
    }
    trees.leaf((0, 2 * questions), 3.0);
    Model::new(columns).node(&trees.node("f")).file(&["f"])
}

/// Questions whose two answers lead to the same next question: a short list of nodes with very many ways through.
fn ladder(questions: i64) -> Vec<u8> {
    let mut trees = Trees::default();
    for question in 0..questions {
        trees.any((0, question), (question % 3, "BRANCH_LEQ", 0.5), (question + 1, question + 1));
    }
    trees.leaf((0, questions), 1.0);
    Model::new(3).node(&trees.node("f")).file(&["f"])
}

/// Two questions on each rung, whose answers lead to both questions of the next.
fn lattice(rungs: i64) -> Vec<u8> {
    let mut trees = Trees::default();
    let rung = |number: i64| if number == 0 { [0, 0] } else { [2 * number - 1, 2 * number] };
    for number in 0..rungs {
        let [left, right] = rung(number + 1);
        let ask = |shift: i64| ((number + shift) % 3, "BRANCH_LEQ", 0.5);
        trees.any((0, rung(number)[0]), ask(0), (left, right));
        if number > 0 {
            trees.any((0, rung(number)[1]), ask(1), (right, left));
        }
    }
    let [left, right] = rung(rungs);
    trees.leaf((0, left), 1.0);
    trees.leaf((0, right), 2.0);
    Model::new(3).node(&trees.node("f")).file(&["f"])
}

/// One row of zeros, two of background.
fn tables(vitrine: &Program, columns: i64) {
    let line = |cell: &dyn Fn(i64) -> String| (0..columns).map(cell).collect::<Vec<_>>().join(",") + "\n";
    let head = line(&|column| format!("x{column}"));
    let [zeros, ones, mixed] =
        [|_| 0, |_| 1, |column| column % 2].map(|cell| line(&|at| cell(at).to_string()));
    vitrine.write("rows.csv", format!("{head}{zeros}"));
    vitrine.write("typical.csv", format!("{head}{ones}{mixed}"));
}

const ASK: &str = "explain model.onnx --rows rows.csv --background typical.csv";

/// The limits for bad input in the release program: one second and 256 MB. Tests run a slower program on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);
const MOST_BYTES: u64 = 256_000_000;

/// Asks, and holds the answer to the limits.
async fn asked(vitrine: &Program, command: &str) -> Ended {
    let started = Instant::now();
    let (ended, used) = vitrine.watched(command).await;
    let took = started.elapsed();
    assert!(took < LONGEST, "{command} took {took:?}");
    assert!(used < MOST_BYTES, "{command} used {used} bytes: {}", ended.remarked);
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_trees_are_refused_by_name() {
    let vitrine = Program::alone();
    tables(&vitrine, 3);
    for (what, model, reason) in [
        ("a circle", broken(|trees| trees.no[0] = 0), "a tree leads back to itself"),
        ("a long circle", broken(long_circle), "a tree leads back to itself"),
        ("a number given twice", broken(|trees| trees.nodes[2] = 1), "node 1 of tree 0 is written twice"),
        ("a column too far", broken(|trees| trees.features[0] = 3), "feature 3, but the input has 3"),
        ("a column below the first", broken(|trees| trees.features[0] = -1), "features count from 0"),
        ("a huge column", broken(|trees| trees.features[0] = i64::MAX), "the input has 3 features"),
        ("a way to nowhere", broken(|trees| trees.yes[0] = 99), "node 99 of tree 0, which does not exist"),
        ("a leaf that is no number", broken(|trees| trees.leaves[0].2 = f32::NAN), "`f` is NaN"),
        ("a leaf without end", broken(|trees| trees.leaves[0].2 = f32::INFINITY), "`f` is inf"),
        (
            "a leaf of no tree",
            broken(|trees| trees.leaves[0].1 = 9),
            "node 9 of tree 0, which does not exist",
        ),
        ("no question", broken(|trees| trees.modes[0] = "BRANCH_MAYBE"), "the mode `BRANCH_MAYBE`"),
        ("a limit too few", broken(|trees| trees.values.truncate(2)), "`nodes_values` has 2 entries"),
        ("an answer too few", broken(|trees| trees.no.truncate(2)), "`nodes_falsenodeids` has 2 entries"),
        ("nothing at all", broken(|trees| *trees = Trees::default()), "it holds no trees"),
        ("a hundred thousand questions in a row", chain(100_000, 3), "a tree is deeper than 4096"),
        ("questions that share what follows, with 2^60 ways through", lattice(60), "could not be loaded"),
    ] {
        vitrine.write("model.onnx", model);
        let ended = asked(&vitrine, ASK).await.with(1);
        assert!(ended.said.is_empty() && ended.remarked.contains(reason), "{what}: {}", ended.remarked);
    }
}

/// Two questions that lead to each other.
fn long_circle(trees: &mut Trees) {
    trees.any((0, 3), (1, "BRANCH_LT", 0.5), (0, 2));
    if let Some(first) = trees.yes.first_mut() {
        *first = 3;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_no_number_is_left_to_the_runtime() {
    let vitrine = Program::alone();
    tables(&vitrine, 3);
    vitrine.write("model.onnx", broken(|trees| trees.values[0] = f32::NAN));

    let report = asked(&vitrine, ASK).await.with(0).json();

    assert_eq!(report.get("opened"), Some(&Value::Bool(false)));
    let why = report.get("why").and_then(Value::as_str).must("a reason");
    assert!(why.contains("compares with something that is no number"), "{why}");
    sums_up(&report, "the runtime");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_is_opened_although_it_takes_no_negative_number() {
    let vitrine = Program::alone();
    tables(&vitrine, 3);
    let model = Model::new(3).tensor("weights", &[3, 1], &[1.0, 2.0, 3.0]);
    let model =
        model.node(&Node::new("MatMul", &["x", "weights"], "sum")).node(&Node::new("Sqrt", &["sum"], "f"));
    vitrine.write("model.onnx", model.file(&["f"]));

    let report = asked(&vitrine, ASK).await.with(0).json();

    assert_eq!(report.get("opened"), Some(&Value::Bool(true)), "{report}");
    sums_up(&report, "a root");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_no_signals() {
    let vitrine = Program::alone();
    tables(&vitrine, 3);
    let cast = Node::new("Cast", &["x"], "f").integer("to", 1);
    vitrine.write("model.onnx", Model::of_texts(3).node(&cast).file(&["f"]));

    let ended = asked(&vitrine, ASK).await.with(1);

    assert!(ended.remarked.contains("does not hold numbers"), "{}", ended.remarked);
}

#[tokio::test(flavor = "multi_thread")]
async fn trees_made_to_exhaust_are_shared_out_in_time() {
    let vitrine = Program::alone();
    for (what, model, columns, players) in [
        ("a thousand questions in a row", chain(1_000, 3), 3, 3),
        ("forty columns in a row, whose table would have 2^40 entries", chain(40, 40), 40, 40),
        ("three hundred columns in a row", chain(300, 300), 300, 300),
        ("a ladder with 2^60 ways through", ladder(60), 3, 3),
        ("a ladder with 2^1000 ways through", ladder(1_000), 3, 3),
    ] {
        tables(&vitrine, columns);
        vitrine.write("model.onnx", model);
        let report = asked(&vitrine, ASK).await.with(0).json();
        assert_eq!(report.get("players").and_then(Value::as_array).map(Vec::len), Some(players), "{what}");
        sums_up(&report, what);
    }
}

/// Base and values are the score.
#[track_caller]
fn sums_up(report: &Value, what: &str) {
    let row = report.pointer("/rows/0").must("a row");
    let values = row.get("values").and_then(Value::as_array).must("values");
    let sum: f64 = values.iter().filter_map(Value::as_f64).sum();
    let [base, score] = ["base", "score"].map(|key| row.get(key).and_then(Value::as_f64).must(key));
    assert!((base + sum - score).abs() < 1e-6, "{what}: {row}");
}
