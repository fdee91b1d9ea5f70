//! `vitrine explain` against every figure that is known of the models in `shared/fixtures/rank`, within the tolerances of
//! its README. The synthetic models lie in `tests/data/rank` too, so that only `ltr_*` is left out where the shared
//! folder is absent.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use tests::{Must, workspace};

use crate::cli_program::Program;

/// Absolute tolerances, as the README of the fixtures gives them.
mod tolerance {
    pub(super) const TREES: f64 = 1e-6;
    pub(super) const LTR: f64 = 5e-6;
    pub(super) const PREDICTION: f64 = 5e-6;
    pub(super) const FEED_SCORE: f64 = 2e-4;
    pub(super) const PLACE: f64 = 0.02;
    pub(super) const EXPOSURE: f64 = 1e-9;
    pub(super) const SCORE: f64 = 1e-5;
    pub(super) const FEED_SCORES: f64 = 5e-5;
}

/// How many figures were compared, and which were not as expected.
#[derive(Default)]
struct Tally {
    compared: usize,
    wrong: Vec<String>,
    largest_gap: f64,
}

impl Tally {
    fn near(&mut self, what: &str, found: f64, expected: f64, tolerance: f64) {
        self.compared += 1;
        let miss = (found - expected).abs();
        if miss > tolerance || miss.is_nan() {
            self.wrong.push(format!("{what}: {found}, not {expected}"));
        }
    }

    fn same(&mut self, what: &str, found: &Value, expected: &Value) {
        self.compared += 1;
        if found != expected {
            self.wrong.push(format!("{what}: {found}, not {expected}"));
        }
    }

    fn values(&mut self, what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
        self.same(what, &Value::from(found.len()), &Value::from(expected.len()));
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            self.near(&format!("{what}[{at}]"), *found, *expected, tolerance);
        }
    }

    /// What does not depend on any oracle: base plus parts is the score.
    fn adds_up(&mut self, what: &str, entry: &Value) {
        let (base, score) = (number(entry, "base"), number(entry, "score"));
        let gap = (base + list(entry, "values").iter().sum::<f64>() - score).abs() / score.abs().max(1.0);
        self.largest_gap = self.largest_gap.max(gap);
        self.near(&format!("{what}: base and parts"), gap, 0.0, 1e-6);
    }

    fn finish(self, name: &str) {
        let said = format!(
            "{name}: {} figures compared, largest additivity gap {:e}",
            self.compared, self.largest_gap
        );
        writeln!(std::io::stdout(), "{said}").must("saying how many");
        assert!(self.compared > 0, "nothing was compared");
        assert!(self.wrong.is_empty(), "{} of {} are wrong: {:#?}", self.wrong.len(), self.compared, {
            self.wrong.iter().take(20).collect::<Vec<_>>()
        });
    }
}

/// The folder of a model: in the project, else in the shared folder beside it; `None` where it is nowhere.
fn folder(name: &str) -> Option<PathBuf> {
    let own = workspace::path(&format!("tests/data/rank/{name}"));
    let shared = workspace::path(&format!("../shared/fixtures/rank/{name}"));
    [own, shared].into_iter().find(|path| path.is_dir())
}

/// A table: its header and its lines, cell by cell.
fn table(folder: &std::path::Path, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let text = fs::read_to_string(folder.join(name)).must(name);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    (lines.next().must("a header"), lines.collect())
}

fn parse(cell: &str) -> f64 {
    cell.parse().must("a number")
}

fn numbers(cells: &[String]) -> Vec<f64> {
    cells.iter().map(|cell| parse(cell)).collect()
}

fn number(entry: &Value, key: &str) -> f64 {
    entry.get(key).and_then(Value::as_f64).must(key)
}

fn list(entry: &Value, key: &str) -> Vec<f64> {
    let values = entry.get(key).and_then(Value::as_array).must(key);
    values.iter().map(|value| value.as_f64().must("a number")).collect()
}

fn entries(report: &Value) -> Vec<Value> {
    let entries = report.get("rows").or_else(|| report.get("results")).and_then(Value::as_array);
    entries.must("rows or results").clone()
}

async fn explain(folder: &std::path::Path, model: &str, more: &str) -> Value {
    explain_rows(folder, (model, &folder.join("rows.csv")), more).await
}

/// The same for other rows than those of the folder.
async fn explain_rows(
    folder: &std::path::Path,
    (model, rows): (&str, &std::path::Path),
    more: &str,
) -> Value {
    let at = |name: &str| folder.join(name).display().to_string();
    let (model, rows, background) = (at(model), rows.display(), at("background.csv"));
    let line = format!("explain {model} --rows {rows} --background {background} {more}");
    Program::alone().run(&line).await.with(0).json()
}

/// Values of few columns out of many, the others zero: item, column, value.
fn sparse(lines: &[Vec<String>]) -> BTreeMap<(usize, usize), f64> {
    let cell = |line: &[String], at: usize| line.get(at).must("a cell").clone();
    let read = |line: &Vec<String>| {
        let place = (cell(line, 0).parse().must("an item"), cell(line, 1).parse().must("a column"));
        (place, parse(&cell(line, 2)))
    };
    lines.iter().map(read).collect()
}

/// A model over 300 columns: the listed items' values, base and all scores.
async fn wide(tally: &mut Tally, folder: &std::path::Path, (model, method): (&str, &str), expected: &str) {
    let report = explain(folder, model, &format!("--method {method}")).await;
    let facts: Value =
        serde_json::from_slice(&fs::read(folder.join(format!("{expected}.json"))).must(expected))
            .must(expected);
    let wanted = sparse(&table(folder, &format!("{expected}.csv")).1);
    let items = list(&facts, "explained_item_ids").len();
    let (_, scores) = table(folder, "scores.csv");
    assert_eq!(entries(&report).len(), scores.len());
    for (at, row) in entries(&report).iter().enumerate() {
        let what = format!("{model} {method} item {at}");
        let score = scores.get(at).and_then(|line| line.get(1)).must("a score");
        tally.near(&format!("{what} score"), number(row, "score"), parse(score), tolerance::SCORE);
        tally.near(
            &format!("{what} base"),
            number(row, "base"),
            number(&facts, "base_value"),
            tolerance::TREES,
        );
        tally.adds_up(&what, row);
        if at < items {
            let expected: Vec<f64> =
                (0..300).map(|column| wanted.get(&(at, column)).copied().unwrap_or_default()).collect();
            tally.values(&what, &list(row, "values"), &expected, tolerance::TREES);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_rankers_are_explained_as_expected() {
    let mut tally = Tally::default();
    let (Some(lightgbm), Some(xgboost)) = (folder("ltr_lgbm"), folder("ltr_xgb")) else {
        println!("left out: ../shared/fixtures/rank/ltr_* is absent");
        return;
    };
    wide(&mut tally, &lightgbm, ("model.onnx", "auto"), "expected_interventional").await;
    wide(&mut tally, &xgboost, ("model.onnx", "exact"), "expected_interventional").await;
    wide(&mut tally, &xgboost, ("model_treeensemble_v5.onnx", "auto"), "expected_interventional").await;
    wide(&mut tally, &xgboost, ("model.onnx", "path-dependent"), "expected_path_dependent").await;
    tally.finish("ltr_lgbm, ltr_xgb");
}

/// Base, score and values of the first rows, from a table whose values begin at a column.
async fn rows(tally: &mut Tally, folder: &std::path::Path, first: usize, tolerance: f64) {
    let (header, lines) = table(folder, "expected_interventional.csv");
    let base = header.iter().position(|name| name == "base_value").must("base_value");
    let temporary = tempfile::tempdir().must("a folder");
    let few = temporary.path().join("rows.csv");
    let text = fs::read_to_string(folder.join("rows.csv")).must("rows");
    let first_rows: Vec<&str> = text.lines().take(lines.len() + 1).collect();
    fs::write(&few, first_rows.join("\n")).must("writing rows");
    let found = entries(&explain_rows(folder, ("model.onnx", &few), "").await);
    assert_eq!(found.len(), lines.len());
    for (row, line) in found.iter().zip(&lines) {
        let what = format!("{} item {}", folder.display(), line.first().must("an item"));
        tally.near(
            &format!("{what} base"),
            number(row, "base"),
            parse(line.get(base).must("base")),
            tolerance,
        );
        tally.values(&what, &list(row, "values"), &numbers(line.get(first..).must("values")), tolerance);
        tally.adds_up(&what, row);
    }
    let (_, scores) = table(folder, "scores.csv");
    for (row, line) in found.iter().zip(&scores) {
        let score = parse(line.get(1).must("a score"));
        tally.near(&format!("{} score", folder.display()), number(row, "score"), score, tolerance::SCORE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_networks_are_explained_as_expected() {
    let mut tally = Tally::default();
    rows(&mut tally, &folder("two_tower").must("two_tower"), 3, tolerance::LTR).await;
    let (Some(linear), Some(network)) = (folder("ltr_linear"), folder("ltr_mlp")) else {
        println!("left out: ../shared/fixtures/rank/ltr_* is absent");
        tally.finish("two_tower");
        return;
    };
    rows(&mut tally, &linear, 2, tolerance::LTR).await;
    rows(&mut tally, &network, 3, tolerance::LTR).await;
    let (_, lines) = table(&network, "expected_rank_top10_attribution.csv");
    for (goal, quantity) in [("rank", "place"), ("top10", "topk --k 10")] {
        let report =
            explain(&network, "model.onnx", &format!("--quantity {quantity} --background-rows 25")).await;
        let found = entries(&report);
        for line in lines.iter().filter(|line| line.get(1).is_some_and(|what| what == goal)) {
            let item: usize = line.first().must("an item").parse().must("an item");
            let entry = found.get(item).must("an entry");
            let what = format!("ltr_mlp {goal} item {item}");
            let expected = numbers(line.get(2..).must("values"));
            let (ends, values) = expected.split_at(2);
            tally.values(&what, &list(entry, "values"), values, tolerance::PLACE);
            tally.values(&what, &[number(entry, "base"), number(entry, "value")], ends, tolerance::PLACE);
        }
    }
    tally.finish("two_tower, ltr_linear, ltr_mlp");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_tree_is_explained_as_expected() {
    let mut tally = Tally::default();
    let all = folder("tiny").must("tiny");
    let mut names: Vec<String> = fs::read_dir(&all)
        .must("tiny")
        .map(|entry| entry.must("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 12, "{names:?}");
    for name in names {
        let folder = all.join(&name);
        let (_, lines) = table(&folder, "expected_interventional.csv");
        let mut reports = BTreeMap::new();
        for line in &lines {
            let output = line.get(1).must("an output").clone();
            if !reports.contains_key(&output) {
                let report = explain(&folder, "model.onnx", &format!("--output {output}")).await;
                reports.insert(output.clone(), entries(&report));
            }
            let row: usize = line.first().must("a row").parse().must("a row");
            let entry = reports.get(&output).and_then(|rows| rows.get(row)).must("an entry");
            let what = format!("tiny/{name} row {row} output {output}");
            let expected = numbers(line.get(2..).must("values"));
            let (ends, values) = expected.split_at(2);
            let ours = [number(entry, "base"), number(entry, "score")];
            tally.values(&what, &ours, ends, tolerance::LTR);
            tally.values(&what, &list(entry, "values"), values, tolerance::LTR);
            tally.adds_up(&what, entry);
        }
    }
    tally.finish("tiny");
}

/// What is asked of a feed: the option that names its signals, and the table with the answers by item.
struct Feed {
    name: &'static str,
    folder: PathBuf,
    signals: String,
}

impl Feed {
    fn of(name: &'static str) -> Self {
        let folder = folder(name).must(name);
        let signals = format!("--signals {}", folder.join("signals.json").display());
        Self { name, folder, signals }
    }

    async fn ask(&self, more: &str) -> Value {
        explain(&self.folder, "model.onnx", &format!("{} {more}", self.signals)).await
    }

    /// Entries by item against a table: item, so many ends, values.
    async fn items(&self, tally: &mut Tally, more: &str, (file, keys): (&str, &[&str]), tolerance: f64) {
        let report = self.ask(more).await;
        let found: BTreeMap<u64, Value> = entries(&report)
            .into_iter()
            .map(|entry| (entry.get("item").and_then(Value::as_u64).must("an item"), entry))
            .collect();
        let (_, lines) = table(&self.folder, file);
        for line in &lines {
            let item: u64 = line.first().must("an item").parse().must("an item");
            let entry = found.get(&item).must("an entry");
            let what = format!("{} {file} item {item}", self.name);
            let expected = numbers(line.get(1..).must("values"));
            let (ends, values) = expected.split_at(keys.len());
            for (key, expected) in keys.iter().zip(ends).filter(|(key, _)| !key.is_empty()) {
                tally.near(&format!("{what} {key}"), number(entry, key), *expected, tolerance);
            }
            tally.values(&what, &list(entry, "values"), values, tolerance);
        }
    }

    async fn groups(&self, tally: &mut Tally) {
        let keys = ("expected_group_shapley_score.csv", &["base", "score"][..]);
        self.items(tally, "--players groups", keys, tolerance::FEED_SCORE).await;
        let one = "--players groups --lists list_id --in 0 --background-rows 20";
        let place = ("expected_rank_attribution_groups.csv", &["", "base", "value"][..]);
        self.items(tally, &format!("--quantity place {one}"), place, tolerance::PLACE).await;
        let top = ("expected_top5_attribution_groups.csv", &["base", "value"][..]);
        self.items(tally, &format!("--quantity topk --k 5 {one}"), top, tolerance::PLACE).await;
        let report = self.ask(&format!("--quantity list {one}")).await;
        let entry = entries(&report).first().must("a list").clone();
        let expected = self.json("expected_listwise_kendall_groups.json");
        let phi: Vec<f64> =
            (0..7).map(|group| number(expected.get("phi").must("phi"), &format!("g{group}"))).collect();
        tally.values(&format!("{} list", self.name), &list(&entry, "values"), &phi, tolerance::PLACE);
        tally.near("tau with nobody", number(&entry, "tau_empty"), number(&expected, "v_empty"), 1e-12);
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_slice(&fs::read(self.folder.join(file)).must(file)).must(file)
    }

    async fn scores(&self, tally: &mut Tally) {
        let (header, lines) = table(&self.folder, "scores.csv");
        for (column, output) in header.iter().enumerate().skip(1) {
            let report = self.ask(&format!("--players groups --background-rows 2 --output {output}")).await;
            assert_eq!(entries(&report).len(), lines.len());
            for (row, line) in entries(&report).iter().zip(&lines) {
                let expected = parse(line.get(column).must("a score"));
                let what = format!("{} {output}", self.name);
                tally.near(&what, number(row, "score"), expected, tolerance::FEED_SCORES);
            }
        }
    }

    async fn dependence(&self, tally: &mut Tally) {
        let report = self.ask("--quantity dependence --grid deciles").await;
        let expected = self.json("expected_dependence.json");
        assert_eq!(entries(&report).len(), expected.as_object().must("signals").len());
        for entry in entries(&report) {
            let signal = entry.get("signal").and_then(Value::as_str).must("a signal").to_owned();
            let wanted = expected.get(&signal).must("an expected signal");
            let what = format!("{} dependence on {signal}", self.name);
            tally.values(&format!("{what} grid"), &list(&entry, "grid"), &list(wanted, "grid"), 1e-9);
            tally.values(&what, &list(&entry, "pdp"), &list(wanted, "pdp"), tolerance::FEED_SCORE);
            for (key, steps) in [("rises", "steps_up"), ("falls", "steps_down"), ("flat", "steps_flat")] {
                tally.same(&what, entry.get(key).must(key), wanted.get(steps).must(steps));
            }
        }
    }

    async fn exposure(&self, tally: &mut Tally) {
        let report = self
            .ask("--quantity exposure --lists list_id --group author_language --group creator_size --k 5")
            .await;
        let expected = self.json("expected_exposure.json");
        for key in ["tie_rule", "exposure"] {
            tally.same(key, report.get(key).must(key), expected.get(key).must(key));
        }
        let found = report.get("attributes").must("attributes");
        for (attribute, groups) in expected.get("attributes").and_then(Value::as_object).must("attributes") {
            for (group, figures) in groups.as_object().must("groups") {
                for (key, figure) in figures.as_object().must("figures") {
                    let what = format!("{} {attribute} {group} {key}", self.name);
                    let ours = found.pointer(&format!("/{attribute}/{group}/{key}")).and_then(Value::as_f64);
                    let figure = figure.as_f64().must("a figure");
                    tally.near(&what, ours.must(&what), figure, tolerance::EXPOSURE);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_of_trees_is_explained_as_expected() {
    let feed = Feed::of("feed_trees");
    let mut tally = Tally::default();
    feed.scores(&mut tally).await;
    feed.groups(&mut tally).await;
    feed.dependence(&mut tally).await;
    feed.exposure(&mut tally).await;
    let signals = ("expected_signal_shapley_score.csv", &["base", "score"][..]);
    feed.items(&mut tally, "", signals, tolerance::FEED_SCORE).await;
    by_output(&feed, &mut tally, ("expected_signal_shapley_predictions.csv", 4), tolerance::PREDICTION).await;
    by_output(&feed, &mut tally, ("expected_treeshap_margins.csv", 3), tolerance::TREES).await;
    pairs(&feed, &mut tally).await;
    one_signal(&feed, &mut tally).await;
    tally.finish("feed_trees");
}

/// A table of item, output, base and values: one question for each output.
async fn by_output(feed: &Feed, tally: &mut Tally, (file, first): (&str, usize), tolerance: f64) {
    let (_, lines) = table(&feed.folder, file);
    let mut reports = BTreeMap::new();
    for line in &lines {
        let output = line.get(1).must("an output").clone();
        if !reports.contains_key(&output) {
            reports.insert(output.clone(), entries(&feed.ask(&format!("--output {output}")).await));
        }
        let item: usize = line.first().must("an item").parse().must("an item");
        let entry = reports.get(&output).and_then(|rows| rows.get(item)).must("an entry");
        let what = format!("{file} {output} item {item}");
        tally.near(&what, number(entry, "base"), parse(line.get(2).must("a base")), tolerance);
        tally.values(&what, &list(entry, "values"), &numbers(line.get(first..).must("values")), tolerance);
        tally.adds_up(&what, entry);
    }
}

async fn pairs(feed: &Feed, tally: &mut Tally) {
    let (_, lines) = table(&feed.folder, "expected_pairwise_shapley.csv");
    for line in &lines {
        let (above, below) = (line.first().must("above"), line.get(1).must("below"));
        let model = feed.folder.join("model.onnx").display().to_string();
        let rows = feed.folder.join("rows.csv").display().to_string();
        let ask =
            format!("explain {model} --rows {rows} {} --quantity pair --pair {above},{below}", feed.signals);
        let report = Program::alone().run(&ask).await.with(0).json();
        let entry = entries(&report).first().must("a pair").clone();
        let what = format!("pair {above} over {below}");
        let expected = numbers(line.get(2..).must("values"));
        let (ends, values) = expected.split_at(2);
        let ours = [number(&entry, "score"), number(&entry, "base")];
        tally.values(&what, &ours, ends, tolerance::FEED_SCORES);
        tally.values(&what, &list(&entry, "values"), values, tolerance::FEED_SCORE);
    }
}

async fn one_signal(feed: &Feed, tally: &mut Tally) {
    let report = feed.ask("--quantity counterfactual --k 5 --lists list_id --in 0").await;
    let key = |entry: &Value| {
        let item = entry.get("item").and_then(Value::as_u64).must("an item");
        (item, entry.get("signal").and_then(Value::as_str).must("a signal").to_owned())
    };
    let found: BTreeMap<_, _> = entries(&report).into_iter().map(|entry| (key(&entry), entry)).collect();
    let (_, lines) = table(&feed.folder, "expected_one_signal_to_top5.csv");
    for line in &lines {
        let [item, signal, _rank, now, reaching, gt, le, least, most] = line.as_slice() else {
            panic!("a line of nine cells: {line:?}")
        };
        let entry = found.get(&(item.parse().must("an item"), signal.clone())).must("an entry");
        let what = format!("item {item} by {signal}");
        tally.near(&what, number(entry, "interval_now"), parse(now), 0.0);
        tally.near(&what, number(entry, "intervals"), parse(reaching), 0.0);
        tally.near(&what, number(entry, "min_score"), parse(least), tolerance::FEED_SCORES);
        tally.near(&what, number(entry, "max_score"), parse(most), tolerance::FEED_SCORES);
        let nearest = entry.get("nearest").must("nearest");
        tally.same(&what, &Value::from(nearest.is_null()), &Value::from(gt == "nan"));
        for (key, end) in [("gt", gt), ("le", le)].into_iter().filter(|(_, end)| *end != "nan") {
            match nearest.get(key).and_then(Value::as_f64) {
                Some(found) => tally.near(&what, found, parse(end), 1e-6 * parse(end).abs()),
                None => tally.same(&what, &Value::from(end.trim_start_matches('-')), &Value::from("inf")),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_of_one_network_is_explained_as_expected() {
    let feed = Feed::of("feed_mlp");
    let mut tally = Tally::default();
    feed.scores(&mut tally).await;
    feed.groups(&mut tally).await;
    feed.dependence(&mut tally).await;
    feed.exposure(&mut tally).await;
    let (_, lines) = table(&feed.folder, "estimated_signal_shapley_score.csv");
    let found = entries(&feed.ask("--lists list_id --in 0").await);
    for pair in lines.chunks_exact(2) {
        let [estimate, error] = pair else { panic!("two lines an item") };
        let item: usize = estimate.first().must("an item").parse().must("an item");
        let entry = found.get(item).must("an entry");
        let theirs = numbers(estimate.get(2..).must("values"));
        let errors = numbers(error.get(2..).must("errors"));
        let own = list(entry, "stderr");
        assert_eq!((own.len(), theirs.len(), errors.len()), (24, 24, 24));
        for (at, ((ours, own), (theirs, error))) in
            list(entry, "values").iter().zip(&own).zip(theirs.iter().zip(&errors)).enumerate()
        {
            let room = 5.0 * own.hypot(*error) + 1e-9;
            tally.near(&format!("feed_mlp item {item} signal {at}"), *ours, *theirs, room);
        }
        tally.adds_up(&format!("feed_mlp item {item}"), entry);
    }
    tally.finish("feed_mlp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranker_turned_into_a_classifier_shows_up_as_what_it_is() {
    let Some(folder) = folder("ltr_xgb") else {
        println!("left out: ../shared/fixtures/rank/ltr_xgb is absent");
        return;
    };
    let one_list = "--output 1 --lists query_id --in 0 --background-rows 10";
    let report = explain(&folder, "NEGATIVE_converter_output.onnx", one_list).await;
    let sound = explain(&folder, "model.onnx", "--lists query_id --in 0 --background-rows 10").await;

    let notes = |report: &Value| report.get("notes").and_then(Value::as_array).must("notes").len();
    assert_eq!((notes(&report), notes(&sound)), (1, 0), "{report}");
}
