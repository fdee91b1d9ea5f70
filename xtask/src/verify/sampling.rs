//! Drawn explanations of the shared models beside their exact values: how often the truth lies inside the interval.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::command::ask;
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// How often the truth must lie inside the 95 % interval, in percent.
const GOAL: f64 = 93.0;
/// How many seeds each setting is drawn with.
const SEEDS: usize = 10;
/// What numbers of 32 bits cannot tell apart, as a share of the larger of one and the value.
const ROUNDING: f64 = 1e-6;

/// A model, the column of its lists, and one list.
const SETTINGS: [(&str, &str, &str); 4] = [
    ("feed_trees", "list_id", "0"),
    ("feed_mlp", "list_id", "1"),
    ("ltr_mlp", "query_id", "0"),
    ("feed_mlp", "list_id", "2"),
];
/// What is explained in each of them, and how many rows of the background there are.
const QUANTITIES: [(&str, &str); 4] = [("score", "100"), ("score", "7"), ("pair", "100"), ("place", "20")];

/// Explains one list exactly and by draws with several seeds, and counts.
pub(super) fn verify(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let fixtures = workspace.root.join("../shared/fixtures/rank");
    if !fixtures.is_dir() {
        return say(out, "Left out: sampling, because the shared folder is not beside the project.");
    }
    let mut table = Table::new(
        "sampling",
        "Values that `vitrine explain --method sample` draws beside those of `--method exact`, for one list of each model \
         and ten seeds: how many lie inside the 95 % interval (1.96 standard errors).\nMade by `cargo xtask verify-all \
         sampling`.",
        &["model", "list", "quantity", "background rows", "values", "inside"],
    );
    let mut least = f64::INFINITY;
    for (model, lists, list) in SETTINGS {
        for (quantity, background) in QUANTITIES {
            let ask = |method: &str, seed: usize| {
                let at = |name: &str| fixtures.join(model).join(name);
                let mut command = Command::new(program);
                command.arg("explain").arg(at("model.onnx")).arg("--rows").arg(at("rows.csv"));
                command.arg("--background").arg(at("background.csv"));
                command.args(["--lists", lists, "--in", list, "--quantity", quantity, "--method", method]);
                command.args([
                    "--background-rows",
                    background,
                    "--seed",
                    &seed.to_string(),
                    "--threads",
                    "2",
                ]);
                if at("signals.json").is_file() {
                    command.args(["--players", "groups", "--signals"]).arg(at("signals.json"));
                }
                report(&mut command)
            };
            let truth = ask("exact", 1)?;
            let (mut inside, mut all) = (0_u32, 0_u32);
            for seed in 1..=SEEDS {
                let (held, found) = compare(&truth, &ask("sample", seed)?);
                inside += held;
                all += found;
            }
            if all == 0 {
                return Err(Problem::Found(format!("{model} has no {quantity} to compare")));
            }
            let share = 100.0 * f64::from(inside) / f64::from(all);
            least = least.min(share);
            let cells = [model, list, quantity, background, &all.to_string(), &format!("{share:.1} %")];
            table.add(cells.map(str::to_owned).to_vec(), out)?;
        }
    }
    table.keep(workspace, out)?;
    if least >= GOAL {
        return Ok(());
    }
    Err(Problem::Found(format!("only {least:.1} % of the values lie inside their interval")))
}

fn report(command: &mut Command) -> Result<Vec<Value>, Problem> {
    let report: Value = serde_json::from_str(&ask(command)?)
        .map_err(|error| Problem::Found(format!("`vitrine explain` printed no JSON: {error}")))?;
    let entries = report.get("rows").or_else(|| report.get("results")).and_then(Value::as_array).cloned();
    entries.ok_or_else(|| Problem::Found("`vitrine explain` gave no entries".to_owned()))
}

/// How many drawn values lie within 1.96 standard errors of the truth, and how many there are.
fn compare(truth: &[Value], drawn: &[Value]) -> (u32, u32) {
    let list = |entry: &Value, key: &str| -> Vec<f64> {
        entry.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let (mut inside, mut all) = (0, 0);
    for (truth, drawn) in truth.iter().zip(drawn) {
        let errors = list(drawn, "stderr");
        for ((value, truth), error) in list(drawn, "values").iter().zip(list(truth, "values")).zip(errors) {
            inside += u32::from((value - truth).abs() <= 1.96 * error + ROUNDING * truth.abs().max(1.0));
            all += 1;
        }
    }
    (inside, all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_counts_where_its_interval_holds_the_truth() {
        let truth = [json!({"values": [1.0, 2.0, -5.0]})];
        let drawn = [json!({"values": [1.19, 2.2, -5.0], "stderr": [0.1, 0.1, 0.0]})];

        assert_eq!(compare(&truth, &drawn), (2, 3));
    }
}
