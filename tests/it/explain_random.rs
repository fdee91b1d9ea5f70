//! Explanations of random small models against their definition, computed by the runtime alone: every hybrid row is
//! scored by `vitrine score`. And attacks on what is called proven.

#![expect(clippy::indexing_slicing, reason = "an index outside its list fails the test, as it should")]

use std::fmt::Write as _;

use serde_json::Value;
use tests::Must;
use tests::model::{Model, Node, Trees};

use crate::cli_program::Program;

const COLUMNS: usize = 5;
/// The column that no model asks about.
const UNREAD: usize = 4;

/// Numbers that look like chance and are always the same.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // Constants of the generator `MMIX`: D. E. Knuth, The Art of Computer Programming, volume 2.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// A quarter of a whole number from -3 to 3, so that rows often stand on limits and numbers of 32 bits are exact.
    pub(crate) fn quarter(&mut self) -> f32 {
        f32::from(u8::try_from(self.below(25)).unwrap_or_default()) / 4.0 - 3.0
    }

    fn column(&mut self) -> i64 {
        i64::try_from(self.below(UNREAD as u64)).unwrap_or_default()
    }

    fn row(&mut self) -> Vec<f32> {
        (0..COLUMNS).map(|_| self.quarter()).collect()
    }

    fn mode(&mut self) -> &'static str {
        ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"][usize::try_from(self.below(4)).unwrap_or(0)]
    }
}

/// Three trees of two levels; each once more with the first two columns exchanged, where they should count alike.
fn trees(chance: &mut Chance, alike: bool) -> Trees {
    let mut trees = Trees::default();
    for tree in 0..3 {
        let questions: Vec<_> =
            (0..3).map(|_| ((chance.column(), chance.mode()), chance.quarter())).collect();
        let leaves: Vec<f32> = (0..4).map(|_| chance.quarter()).collect();
        for (tree, exchange) in [(2 * tree, false), (2 * tree + 1, true)] {
            if exchange && !alike {
                continue;
            }
            for (node, ((column, mode), value)) in (0..).zip(&questions) {
                let column = if exchange && *column < 2 { 1 - column } else { *column };
                trees.branch((tree, node), (column, mode), *value);
            }
            for (node, value) in (3..).zip(&leaves) {
                trees.leaf((tree, node), *value);
            }
        }
    }
    trees
}

/// A kind of model with the outputs `f`, `g` and `h` = 2 f - 3 g.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Line,
    Trees,
    Curves,
    Network,
}

pub(crate) fn model(kind: Kind, chance: &mut Chance, alike: bool) -> Vec<u8> {
    let mut model = Model::new(5);
    for output in ["f", "g"] {
        model = match kind {
            Kind::Line => line(model, chance, alike, output),
            Kind::Trees => model.node(&trees(chance, alike).node(output)),
            Kind::Curves => {
                let inner = format!("{output}_inner");
                let ensemble = trees(chance, alike).node(&inner);
                model.node(&ensemble).node(&Node::new("Sigmoid", &[&inner], output))
            }
            Kind::Network => network(model, chance, alike, output),
        };
    }
    model
        .tensor("two", &[1], &[2.0])
        .tensor("three", &[1], &[3.0])
        .node(&Node::new("Mul", &["f", "two"], "ff"))
        .node(&Node::new("Mul", &["g", "three"], "ggg"))
        .node(&Node::new("Sub", &["ff", "ggg"], "h"))
        .file(&["f", "g", "h"])
}

/// Weights of one number a column; nothing for the column that must not count.
fn weights(chance: &mut Chance, alike: bool) -> Vec<f32> {
    let mut weights = chance.row();
    if alike {
        weights[1] = weights[0];
    }
    weights[UNREAD] = 0.0;
    weights
}

fn line(model: Model, chance: &mut Chance, alike: bool, output: &str) -> Model {
    let tensor = format!("{output}_weights");
    let model = model.tensor(&tensor, &[5, 1], &weights(chance, alike));
    model.node(&Node::new("MatMul", &["x", &tensor], output))
}

fn network(model: Model, chance: &mut Chance, alike: bool, output: &str) -> Model {
    let columns: Vec<Vec<f32>> = (0..4).map(|_| weights(chance, alike)).collect();
    let first: Vec<f32> =
        (0..COLUMNS).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let second: Vec<f32> = (0..4).map(|_| chance.quarter()).collect();
    let [one, two, inner, bent] = ["one", "two_", "inner", "bent"].map(|name| format!("{output}_{name}"));
    model
        .tensor(&one, &[5, 4], &first)
        .tensor(&two, &[4, 1], &second)
        .node(&Node::new("MatMul", &["x", &one], &inner))
        .node(&Node::new("Tanh", &[&inner], &bent))
        .node(&Node::new("MatMul", &[&bent, &two], output))
}

fn table(rows: &[Vec<f32>]) -> String {
    let mut text = String::from("a,b,c,d,e\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        writeln!(text, "{}", cells.join(",")).must("writing a row");
    }
    text
}

fn numbers(value: Option<&Value>) -> Vec<f64> {
    let values = value.and_then(Value::as_array).must("numbers");
    values.iter().map(|value| value.as_f64().must("a number")).collect()
}

/// What the runtime gives for rows.
async fn scores(vitrine: &Program, output: &str, rows: &[Vec<f32>]) -> Vec<f64> {
    vitrine.write("asked.csv", table(rows));
    let command = format!("score model.onnx --rows asked.csv --output {output} --json");
    let answer = vitrine.run(&command).await.with(0).json();
    numbers(answer.get("scores"))
}

/// Shapley values of rows by their definition: sums over all sets of players, of means over the background.
async fn by_definition(
    vitrine: &Program,
    output: &str,
    rows: &[Vec<f32>],
    background: &[Vec<f32>],
) -> Vec<Vec<f64>> {
    let sets = 1_usize << COLUMNS;
    let mut hybrids = Vec::new();
    for row in rows {
        for set in 0..sets {
            for other in background {
                let pick = |column: usize| if set >> column & 1 == 1 { row[column] } else { other[column] };
                hybrids.push((0..COLUMNS).map(pick).collect());
            }
        }
    }
    let found = scores(vitrine, output, &hybrids).await;
    let mean =
        |values: &[f64]| values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap_or(1));
    let worth: Vec<f64> = found.chunks(background.len()).map(mean).collect();
    // |S|! (d - |S| - 1)! / d! for five players.
    let weight = |size: u32| [24.0, 6.0, 4.0, 6.0, 24.0][size as usize] / 120.0;
    let value = |worth: &[f64], player: usize| {
        let without = (0..sets).filter(|set| set >> player & 1 == 0);
        without.map(|set| weight(set.count_ones()) * (worth[set | 1 << player] - worth[set])).sum::<f64>()
    };
    worth.chunks(sets).map(|worth| (0..COLUMNS).map(|player| value(worth, player)).collect()).collect()
}

/// Explains rows: base, score and values of each.
async fn explained(vitrine: &Program, output: &str, more: &str) -> Vec<(f64, f64, Vec<f64>)> {
    let command =
        format!("explain model.onnx --rows rows.csv --background typical.csv --output {output} {more}");
    let report = vitrine.run(&command).await.with(0).json();
    let number = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_f64).must(key);
    let entries = report.get("rows").and_then(Value::as_array).must("rows");
    entries.iter().map(|e| (number(e, "base"), number(e, "score"), numbers(e.get("values")))).collect()
}

#[track_caller]
fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 2e-5 * expected.abs().max(1.0), "{what}: {found}, not {expected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn random_models_are_shared_out_as_the_definition_says() {
    let mut compared = 0;
    for (seed, kind) in (0..).zip([Kind::Line, Kind::Trees, Kind::Curves, Kind::Network].repeat(3)) {
        let (vitrine, mut chance) = (Program::alone(), Chance(seed));
        vitrine.write("model.onnx", model(kind, &mut chance, false));
        let rows: Vec<_> = (0..3).map(|_| chance.row()).collect();
        let background: Vec<_> = (0..4).map(|_| chance.row()).collect();
        vitrine.write("rows.csv", table(&rows));
        vitrine.write("typical.csv", table(&background));
        let own = scores(&vitrine, "h", &rows).await;
        let mut parts = Vec::new();
        for output in ["f", "g", "h"] {
            let expected = by_definition(&vitrine, output, &rows, &background).await;
            let found = explained(&vitrine, output, "").await;
            assert_eq!(found.len(), expected.len());
            for ((base, score, values), expected) in found.iter().zip(&expected) {
                for (value, expected) in values.iter().zip(expected) {
                    near(*value, *expected, &format!("{kind:?} {seed} {output}"));
                    compared += 1;
                }
                // Efficiency, and a column that nothing reads.
                near(base + values.iter().sum::<f64>(), *score, "the sum");
                assert!(values[UNREAD] == 0.0, "{kind:?} {seed}: {values:?}");
            }
            parts.push(found);
        }
        // Linearity: h = 2 f - 3 g.
        for (row, own) in own.iter().enumerate() {
            let [f, g, h] = [0, 1, 2].map(|part: usize| &parts[part][row]);
            near(h.1, *own, "the score");
            for player in 0..COLUMNS {
                near(h.2[player], 2.0 * f.2[player] - 3.0 * g.2[player], "linearity");
            }
        }
    }
    assert_eq!(compared, 12 * 3 * 3 * 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_count_alike_share_alike() {
    for (seed, kind) in (100..).zip([Kind::Line, Kind::Trees, Kind::Curves, Kind::Network]) {
        let (vitrine, mut chance) = (Program::alone(), Chance(seed));
        vitrine.write("model.onnx", model(kind, &mut chance, true));
        let mut even = || {
            let mut row = chance.row();
            row[1] = row[0];
            row
        };
        let (rows, background): (Vec<_>, Vec<_>) =
            ((0..4).map(|_| even()).collect(), (0..6).map(|_| even()).collect());
        vitrine.write("rows.csv", table(&rows));
        vitrine.write("typical.csv", table(&background));

        let found = explained(&vitrine, "h", "").await;

        assert!(found.iter().any(|(.., values)| values[0].abs() > 0.01), "{kind:?}: {found:?}");
        for (.., values) in &found {
            near(values[0], values[1], &format!("{kind:?}"));
        }
    }
}

/// Entries of a report about random trees, asked for a list of six rows.
async fn about(vitrine: &Program, kind: Kind, seed: u64, more: &str) -> (Vec<Vec<f32>>, Vec<Value>, Chance) {
    let mut chance = Chance(seed);
    vitrine.write("model.onnx", model(kind, &mut chance, false));
    let rows: Vec<_> = (0..6).map(|_| chance.row()).collect();
    let background: Vec<_> = (0..8).map(|_| chance.row()).collect();
    vitrine.write("rows.csv", table(&rows));
    vitrine.write("typical.csv", table(&background));
    let command = format!("explain model.onnx --rows rows.csv --background typical.csv --output f {more}");
    let report = vitrine.run(&command).await.with(0).json();
    let entries = report.get("results").and_then(Value::as_array).must("results").clone();
    (rows, entries, chance)
}

/// Rows of the table, or random ones, with two values in one column: the smaller, then the larger.
fn attacks(chance: &mut Chance, column: usize, rows: Option<&[Vec<f32>]>) -> Vec<Vec<f32>> {
    let mut tried = Vec::new();
    for attempt in 0..400 {
        let mut row = rows.map_or_else(|| chance.row(), |rows| rows[attempt % rows.len()].clone());
        // Also between and far beyond the limits.
        let mut value = || match chance.below(8) {
            0 => chance.quarter() * 1e30,
            1 => chance.quarter() + 1e-6,
            2 => chance.quarter() - 1e-6,
            _ => chance.quarter(),
        };
        let (one, other) = (value(), value());
        for value in [one.min(other), one.max(other)] {
            row[column] = value;
            tried.push(row.clone());
        }
    }
    tried
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_finds_an_exception_to_a_proven_direction() {
    let (mut proven, mut everywhere) = (0, 0);
    for seed in 200..212 {
        let vitrine = Program::alone();
        let kind = if seed % 2 == 0 { Kind::Trees } else { Kind::Curves };
        let (rows, entries, mut chance) = about(&vitrine, kind, seed, "--quantity direction").await;
        assert_eq!(entries.len(), COLUMNS);
        for (column, entry) in entries.iter().enumerate() {
            assert_eq!(entry.get("proof"), Some(&Value::Bool(true)), "{entry}");
            let verdict = entry.get("verdict").and_then(Value::as_str).must("a verdict");
            let is = |key: &str| entry.get(key).and_then(Value::as_bool).must(key);
            let anywhere = (is("never_up_anywhere"), is("never_down_anywhere"));
            for (claim, rows) in [
                (
                    (matches!(verdict, "down" | "none"), matches!(verdict, "up" | "none")),
                    Some(rows.as_slice()),
                ),
                (anywhere, None),
            ] {
                let (never_up, never_down) = claim;
                if !never_up && !never_down {
                    continue;
                }
                let found = scores(&vitrine, "f", &attacks(&mut chance, column, rows)).await;
                for pair in found.chunks(2) {
                    let step = pair[1] - pair[0];
                    assert!(!never_up || step <= 2e-6 * 9.0, "{seed} {column} rose by {step}: {entry}");
                    assert!(!never_down || step >= -2e-6 * 9.0, "{seed} {column} fell by {step}: {entry}");
                }
                *(if rows.is_some() { &mut proven } else { &mut everywhere }) += 1;
            }
        }
    }
    // The column that nothing reads is proven in every model; the others must not all be mixed.
    assert!(proven > 24 && everywhere >= 12, "{proven} {everywhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_attack_brings_an_item_into_the_top_where_no_value_can() {
    let mut proven = 0;
    for seed in 300..308 {
        let vitrine = Program::alone();
        let kind = if seed % 2 == 0 { Kind::Trees } else { Kind::Curves };
        let (rows, entries, mut chance) =
            about(&vitrine, kind, seed, "--quantity counterfactual --k 2").await;
        let own = scores(&vitrine, "f", &rows).await;
        let columns = ["a", "b", "c", "d", "e"];
        for entry in &entries {
            assert_eq!(entry.get("exact"), Some(&Value::Bool(true)), "{entry}");
            if !entry.get("nearest").must("an answer").is_null() {
                continue;
            }
            let item = entry.get("item").and_then(Value::as_u64).must("an item");
            let item = usize::try_from(item).must("a small number");
            let signal = entry.get("signal").and_then(Value::as_str).must("a signal");
            let column = columns.iter().position(|name| *name == signal).must("a column");
            let asked = attacks(&mut chance, column, Some(&rows[item..=item]));
            for score in scores(&vitrine, "f", &asked).await {
                // Two others stand above, or so close that they count as equal.
                let others =
                    own.iter().enumerate().filter(|(other, own)| *other != item && **own > score - 1e-5);
                assert!(others.count() >= 2, "{seed} {item} {signal}: {score} among {own:?}: {entry}");
            }
            proven += 1;
        }
    }
    assert!(proven > 10, "{proven}");
}
