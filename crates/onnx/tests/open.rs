//! Opened models give the numbers that the runtime gave.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use forms::{Part, Term};
use onnx::Opened;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/rank")
}

/// A table with its header.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a table");
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        Self { header: lines.next().expect("a header"), rows: lines.collect() }
    }

    fn column(&self, name: &str) -> Vec<f64> {
        let place = self.header.iter().position(|column| column == name).expect("the column");
        self.rows.iter().map(|row| number(&row[place])).collect()
    }

    /// The last columns, row after row.
    fn last(&self, columns: usize) -> Vec<f64> {
        self.rows.iter().flat_map(|row| &row[row.len() - columns..]).map(|cell| number(cell)).collect()
    }
}

fn number(cell: &str) -> f64 {
    if cell.is_empty() { f64::NAN } else { cell.parse().expect("a number") }
}

fn opened(folder: &Path) -> Opened {
    onnx::open(&fs::read(folder.join("model.onnx")).expect("a model")).expect("opened")
}

/// The values of one output for the rows of a folder, after rounding.
fn values(opened: &Opened, folder: &Path, output: &str) -> Vec<f64> {
    let form = opened.form(output).expect("a form");
    let mut rows = Table::read(&folder.join("rows.csv")).last(opened.columns);
    rows.chunks_mut(opened.columns).for_each(|row| opened.round(row));
    let mut values = vec![0.0; rows.len() / opened.columns];
    form.values(&rows, &mut values);
    values
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "{what}, row {row}: {found}, expected {expected}");
    }
}

#[test]
fn a_feed_is_opened_with_every_prediction() {
    for folder in ["feed_trees", "feed_mlp"].map(|name| data().join(name)) {
        let opened = opened(&folder);
        let scores = Table::read(&folder.join("scores.csv"));

        for output in ["p_like", "p_comment", "p_share", "p_long_view", "p_hide", "p_report"] {
            assert_close(&values(&opened, &folder, output), &scores.column(output), 1e-6, output);
        }
        assert_close(&values(&opened, &folder, "score"), &scores.column("score"), 5e-5, "score");
    }
}

#[test]
fn the_value_of_a_feed_is_a_weighted_sum_of_named_predictions() {
    let expected = [
        ("p_like", 1.0),
        ("p_comment", 8.0),
        ("p_share", 6.0),
        ("p_long_view", 2.5),
        ("p_hide", -20.0),
        ("p_report", -120.0),
    ];
    for (folder, is_curve) in [("feed_trees", true), ("feed_mlp", false)] {
        let form = opened(&data().join(folder)).form("score").expect("a form");

        let named: Vec<(&str, f64)> =
            form.terms.iter().map(|term| (term.name.as_deref().unwrap_or(""), term.weight)).collect();
        assert_eq!(named, expected, "{folder}");
        assert!(form.terms.iter().all(|term| matches!(term.part, Part::Curve(..)) == is_curve), "{folder}");
        assert!(form.bias.abs() < 1e-12);
    }
}

#[test]
fn inner_values_and_columns_of_outputs_have_forms() {
    let trees = opened(&data().join("feed_trees"));
    let network = opened(&data().join("feed_mlp"));

    let margin = trees.form("p_like_margin").expect("a form");
    assert!(matches!(margin.terms.as_slice(), [Term { part: Part::Trees(_), .. }]));
    let column = network.form("predictions[1]").expect("a form");
    assert_eq!(
        column.terms.iter().filter_map(|term| term.name.as_deref()).collect::<Vec<_>>(),
        ["p_comment"]
    );
    let sum = network.form_of(&[("p_like".to_owned(), 2.0), ("p_hide".to_owned(), -1.0)]).expect("a form");
    assert_eq!(sum.terms.len(), 2);
    let sentence = |output: &str| network.form(output).expect_err("closed").to_string();
    assert_eq!(
        sentence("predictions"),
        "`predictions` holds 6 numbers a row; choose one of `predictions[0]` to `predictions[5]`"
    );
    assert_eq!(sentence("p_likes"), "the model has no value `p_likes`");
}

#[test]
fn trees_read_only_the_columns_that_they_ask_about() {
    let folder = data().join("feed_trees");
    let opened = opened(&folder);
    let form = opened.form("p_report").expect("a form");
    let reads = form.reads();

    assert_eq!(opened.reads("p_report"), Ok(reads.clone()));
    assert_eq!(reads.len(), 5);
    assert!(reads.iter().all(|column| form.is_piecewise(*column) && !form.limits(*column).is_empty()));
    let mut row = vec![1.0; opened.columns];
    let before = form.value(&row);
    for column in (0..opened.columns).filter(|column| !reads.contains(column)) {
        row[column] = -7.5;
    }
    assert_eq!(form.value(&row).to_bits(), before.to_bits());
}

#[test]
fn two_towers_are_one_network_over_both_inputs() {
    let folder = data().join("two_tower");
    let opened = opened(&folder);
    let scores = Table::read(&folder.join("scores.csv")).column("score");

    assert_close(&values(&opened, &folder, "score"), &scores, 5e-6, "two towers");
    let form = opened.form("score").expect("a form");
    assert!(matches!(form.terms.as_slice(), [Term { part: Part::Network(_), .. }]));
    assert_eq!(form.reads(), (0..12).collect::<Vec<_>>());
}

#[test]
fn every_kind_of_tree_gives_the_numbers_of_the_runtime() {
    let folders = fs::read_dir(data().join("tiny")).expect("a folder");
    let folders: Vec<PathBuf> = folders.map(|folder| folder.expect("an entry").path()).collect();

    for folder in &folders {
        let opened = opened(folder);
        let expected = Table::read(&folder.join("expected_interventional.csv"));
        let (outputs, scores) = (expected.column("output"), expected.column("score"));
        let kinds = outputs.iter().copied().fold(0.0, f64::max);
        let mut output = 0.0;
        while output <= kinds {
            let name = if kinds > 0.0 { format!("score[{output}]") } else { "score".to_owned() };
            let own = outputs.iter().zip(&scores).filter(|(which, _)| which.total_cmp(&output).is_eq());
            let own: Vec<f64> = own.map(|(_, score)| *score).collect();
            assert_close(
                &values(&opened, folder, &name),
                &own,
                1e-6,
                &format!("{} {name}", folder.display()),
            );
            output += 1.0;
        }
    }
    assert_eq!(folders.len(), 12);
}

#[test]
fn probes_stand_on_every_limit_and_beside_it() {
    let opened = opened(&data().join("tiny/leq_sum"));
    let form = opened.form("score").expect("a form");

    let probes = opened.probes(&form);

    let columns = opened.columns;
    let seen =
        |column: usize, value: f64| probes.chunks(columns).any(|row| row[column].total_cmp(&value).is_eq());
    for column in form.reads() {
        for limit in form.limits(column) {
            let single: f32 = limit.to_string().parse().expect("a number");
            assert!(seen(column, limit), "{column} {limit}");
            assert!(seen(column, f64::from(single.next_up())) && seen(column, f64::from(single.next_down())));
        }
        assert!(probes.chunks(columns).any(|row| row[column].is_nan()));
    }
    assert_eq!(probes.len(), opened.probes(&form).len());
}

#[test]
fn rows_are_rounded_to_what_the_model_sees() {
    let opened = opened(&data().join("two_tower"));
    let mut row = vec![0.1; opened.columns];

    opened.round(&mut row);

    assert!(row.iter().all(|number| number.total_cmp(&f64::from(0.1_f32)).is_eq()));
}
