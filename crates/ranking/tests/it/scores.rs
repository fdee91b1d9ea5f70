//! Scores of models we know.

use std::collections::BTreeMap;

use explain::{Matrix, Scorer};
use ranking::{ModelScorer, Selection, Worker};

use crate::support::{Sheet, bytes, distance, field, filled, one_node, patient, program, rows, worker};

fn check(folder: &str, heads: &[&str], tolerance: f64) {
    let mut worker = worker(&format!("rank/{folder}/model.onnx"));
    let table = Sheet::read(&format!("rank/{folder}/rows.csv")).inputs(worker.input_map());
    let expected = Sheet::read(&format!("rank/{folder}/scores.csv"));

    let outputs = worker.run(&table).unwrap();

    for head in heads {
        let far = distance(&outputs.column(head, 0).unwrap(), &expected.column(head));
        assert!(far <= tolerance, "{folder}: {head} is off by {far}");
    }
}

#[test]
fn every_output_equals_the_recorded_scores() {
    let heads = ["score", "p_like", "p_comment", "p_share", "p_long_view", "p_hide", "p_report"];
    check("feed_trees", &heads, 5e-5);
    check("feed_mlp", &heads, 5e-5);
    check("two_tower", &["score"], 1e-5);
}

#[test]
fn toy_models_of_every_kind_give_the_recorded_scores() {
    let models = [
        "all_modes_mixed",
        "average",
        "classifier_binary_logistic",
        "classifier_softmax3",
        "gt_gte_mixed",
        "leq_sum",
        "logistic_regressor",
        "lt_base",
        "max_not_additive",
        "min_not_additive",
        "repeated_feature_deep",
        "three_targets",
    ];
    for name in models {
        let mut worker = worker(&format!("rank/tiny/{name}/model.onnx"));
        let table = Sheet::read(&format!("rank/tiny/{name}/rows.csv")).inputs(worker.input_map());
        let expected = Sheet::read(&format!("rank/tiny/{name}/expected_interventional.csv"));

        let outputs = worker.run(&table).unwrap();

        // A classifier also gives labels; what is explained are its probabilities.
        let (head, width) = outputs.heads().last().map(|head| (head.name.clone(), head.width)).unwrap();
        let places = expected.column("row").into_iter().zip(expected.column("output"));
        let mut compared = 0;
        for ((row, output), score) in places.zip(expected.column("score")) {
            let column = (0..width).find(|column| (*column as f64 - output).abs() < 0.5).unwrap();
            let row = (0..table.rows()).find(|known| (*known as f64 - row).abs() < 0.5).unwrap();
            let far = (outputs.column(&head, column).unwrap()[row] - score).abs();
            assert!(far <= 1e-5, "{name}: row {row}, column {column} is off by {far}");
            compared += 1;
        }
        assert!(compared >= 24, "{name}: {compared} compared");
    }
}

#[test]
fn a_score_does_not_depend_on_the_rows_around_it() {
    for name in ["feed_trees", "feed_mlp", "two_tower"] {
        let mut worker = worker(&format!("rank/{name}/model.onnx"));
        let table = Sheet::read(&format!("rank/{name}/rows.csv")).inputs(worker.input_map());
        let whole = worker.run(&table).unwrap().column("score", 0).unwrap();

        for size in [1, 7, 20, 129, 500] {
            let mut parts = Vec::new();
            for first in (0..table.rows()).step_by(size) {
                let part = rows(&table, first..(first + size).min(table.rows()));
                parts.extend(worker.run(&part).unwrap().column("score", 0).unwrap());
            }
            assert_eq!(bits(&parts), bits(&whole), "{name} in parts of {size}");
        }
    }
}

#[test]
fn the_number_of_rows_does_not_choose_another_kernel() {
    let mut worker = Worker::start(&program(), &linear_regressor(), &patient()).unwrap();
    let values = (0..64 * 300).map(scatter);
    let table = Matrix::new(64, values.collect()).unwrap();
    let whole = worker.run(&table).unwrap().column("y", 0).unwrap();

    for (row, score) in whole.iter().enumerate() {
        let alone = worker.run(&rows(&table, row..row + 1)).unwrap().column("y", 0).unwrap();
        assert_eq!(alone[0].to_bits(), score.to_bits(), "row {row}: {} and {score}", alone[0]);
    }
}

/// `y = LinearRegressor(x)` with 64 features, an operator that adds in another order for one row than for many.
fn linear_regressor() -> Vec<u8> {
    let weights: Vec<u8> = (0..64).flat_map(|at| (scatter(at + 7) as f32).to_le_bytes()).collect();
    let coefficients = [&field(1, b"coefficients")[..], &field(7, &weights), &[0xa0, 1, 6]].concat();
    let node = [field(4, b"LinearRegressor"), field(5, &coefficients), field(7, b"ai.onnx.ml")];
    one_node(&node.concat(), 64, 1)
}

/// Numbers from -1 to 1 without a pattern.
fn scatter(at: u32) -> f64 {
    f64::from(at.wrapping_add(1).wrapping_mul(2_654_435_761)) / f64::from(u32::MAX) * 2.0 - 1.0
}

#[test]
fn a_model_that_compares_the_rows_is_refused() {
    // A softmax over the rows, not over the columns.
    let axis = [&field(1, b"axis")[..], &[0x18, 0, 0xa0, 1, 2]].concat();
    let softmax = one_node(&[field(4, b"Softmax"), field(5, &axis)].concat(), 2, 2);
    let mut worker = Worker::start(&program(), &softmax, &patient()).unwrap();

    let error = worker.run(&Matrix::new(2, vec![0.0, 1.0, 2.0, 3.0]).unwrap()).unwrap_err();

    assert_eq!(error.code(), "bad_output");
    assert!(error.to_string().contains("must depend on its own row alone"), "{error}");
}

#[test]
fn many_rows_are_run_in_slices_that_grow_without_changing_a_score() {
    let mut worker = worker("rank/feed_mlp/model.onnx");
    let table = Sheet::read("rank/feed_mlp/rows.csv").inputs(worker.input_map());
    let once = worker.run(&table).unwrap().column("score", 0).unwrap();
    let many = Matrix::new(table.columns(), table.values().repeat(40)).unwrap();

    let scores = worker.run(&many).unwrap().column("score", 0).unwrap();

    assert_eq!(bits(&scores), bits(&once.repeat(40)));
}

#[test]
fn the_score_is_chosen_by_name_by_column_or_by_weights() {
    let model = bytes("rank/feed_trees/model.onnx");
    let expected = Sheet::read("rank/feed_trees/scores.csv");
    let check = |selection: &Selection, name: &str, expected: &[f64]| {
        let mut scorer = ModelScorer::start(&program(), &model, &patient(), selection).unwrap();
        let table = Sheet::read("rank/feed_trees/rows.csv").inputs(scorer.input_map());
        assert_eq!(scorer.inputs(), 24);
        let found = scorer.score(&table).unwrap();
        assert_eq!(scorer.output(), name);
        assert!(distance(&found, expected) <= 5e-5, "{name}");
    };
    check(&Selection::Default, "score", &expected.column("score"));
    check(&Selection::Output("p_share".to_owned()), "p_share", &expected.column("p_share"));
    check(&Selection::Column(0), "score[0]", &expected.column("score"));
    let (like, hide) = (expected.column("p_like"), expected.column("p_hide"));
    let sum: Vec<f64> = like.iter().zip(hide).map(|(like, hide)| 2.0 * like - 3.0 * hide).collect();
    let weights = BTreeMap::from([("p_like".to_owned(), 2.0), ("p_hide".to_owned(), -3.0)]);
    check(&Selection::Weights(weights), "-3*p_hide + 2*p_like", &sum);
}

#[test]
fn a_score_that_the_model_does_not_have_is_refused_with_the_names() {
    let model = bytes("rank/feed_trees/model.onnx");
    let refused = |selection: &Selection| {
        let error = ModelScorer::start(&program(), &model, &patient(), selection).unwrap_err();
        assert_eq!(error.code(), "refused_static");
        error.to_string()
    };
    assert!(refused(&Selection::Output("likes".to_owned())).contains("`p_like`"));
    assert!(refused(&Selection::Output("score[x]".to_owned())).contains("`score`"));
    assert!(refused(&Selection::Weights(BTreeMap::new())).contains("at least one output"));
    assert!(refused(&Selection::Weights([("score".to_owned(), f64::NAN)].into())).contains("finite"));
}

#[test]
fn one_of_several_columns_must_be_chosen() {
    let model = bytes("rank/tiny/three_targets/model.onnx");
    let scorer = |selection| ModelScorer::start(&program(), &model, &patient(), &selection).unwrap();
    let table = filled(6, 2, 0.5);

    let error = scorer(Selection::Default).score(&table).unwrap_err();
    assert_eq!(error.code, "bad_output");
    assert!(error.reason.contains("3 columns"), "{}", error.reason);

    let all = worker("rank/tiny/three_targets/model.onnx").run(&table).unwrap();
    let name = all.heads().next().unwrap().name.clone();
    assert_eq!(scorer(Selection::Column(2)).score(&table).unwrap(), all.column(&name, 2).unwrap());
    assert_eq!(
        scorer(Selection::Output(format!("{name}[1]"))).score(&table).unwrap(),
        all.column(&name, 1).unwrap()
    );
    assert_eq!(scorer(Selection::Column(3)).score(&table).unwrap_err().code, "bad_output");
}

#[test]
fn the_facts_name_the_runtime_that_computed() {
    let worker = worker("rank/two_tower/model.onnx");

    let facts = worker.runtime();

    assert_eq!(
        (facts.name, facts.version.as_str(), facts.optimisation),
        ("onnxruntime", "1.32.0", "disabled")
    );
    assert!(facts.cpu.starts_with(std::env::consts::ARCH));
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
