//! Explanations beside those of Python's shap and WOODELF and beside a bare ONNX Runtime, in one run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::Ground;
use crate::command::{ask, run};
use crate::figures::Table;
use crate::workspace::Workspace;
use crate::{Problem, say};

/// How often each figure of ours is measured; the median counts.
const REPEATS: usize = 3;
/// Rows by which rates of trees are measured.
const MANY: usize = 30_000;

/// What is measured, and where.
struct Bench<'a> {
    program: &'a Path,
    fixtures: PathBuf,
    ground: Ground,
    table: Table,
    out: &'a mut dyn Write,
}

/// Seconds that a run spent: on what is made once, and on the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spent {
    prepare: f64,
    compute: f64,
}

/// Measures and keeps the table.
pub(crate) fn explain(workspace: &Workspace, program: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    let shared = workspace.root.join("../shared");
    let baselines = shared.join("tools/rank-bench");
    if !baselines.is_dir() {
        let what =
            "the shared folder with the baselines of `bench explain` is not beside the project".to_owned();
        return Err(Problem::Missing(what));
    }
    let python = python(workspace, &baselines, out)?;
    let mut peers = Vec::new();
    for threads in ["1", "2"] {
        say(out, &format!("Measuring the peers with {threads} threads (minutes) …"))?;
        let mut command = Command::new(&python);
        command.current_dir(&baselines).args(["-B", "bench.py", "--threads", threads, "--only", "ort,tree"]);
        peers.push(document(&ask(command.arg("--fix").arg(shared.join("fixtures/rank")))?)?);
    }
    let mut bench = Bench {
        program,
        fixtures: shared.join("fixtures/rank"),
        ground: Ground::empty()?,
        table: Table::new(
            "explain",
            "Explanations of the models in the shared folder `fixtures/rank`, in one run with the peers on the same \
             machine.\nMade by `cargo xtask bench explain`. Ours: medians of three runs of the release program with \
             `--timings`, the seconds inside (reading the model and checking it against ONNX Runtime apart); peers: \
             `bench.py` (its best of several repeats) and `xtask/bench/shap_peers.py` (medians). `ratio` is ours over \
             theirs, for rates; for seconds and errors it says what was compared.",
            &["what", "threads", "ours", "peer", "theirs", "ratio"],
        ),
        out,
    };
    bench.trees(&peers)?;
    bench.exact(&peers)?;
    bench.list()?;
    bench.python(&python, workspace)?;
    bench.table.keep(workspace, bench.out)
}

/// The interpreter with the pinned packages of the baselines.
fn python(workspace: &Workspace, baselines: &Path, out: &mut dyn Write) -> Result<PathBuf, Problem> {
    let folder = workspace.root.join(".vitrine/bench");
    let python = folder.join("bin/python");
    if !python.is_file() {
        say(out, "Installing the peers' packages (the first time takes minutes) …")?;
        run(Command::new("python3.11").args(["-m", "venv"]).arg(&folder))?;
    }
    let pinned = baselines.join("requirements.txt");
    run(Command::new(&python).args(["-m", "pip", "install", "-q", "-r"]).arg(pinned))?;
    Ok(python)
}

fn document(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::system("reading a JSON answer")(error.into()))
}

fn number(document: &Value, pointer: &str) -> Option<f64> {
    document.pointer(pointer).and_then(Value::as_f64)
}

impl Bench<'_> {
    /// A table of `rows` rows, the fixture's own over and over.
    fn rows(&self, model: &str, rows: usize) -> Result<String, Problem> {
        self.repeated(&[&format!("{model}/rows.csv")], rows, &format!("{model}-{rows}.csv"))
    }

    fn repeated(&self, from: &[&str], rows: usize, to: &str) -> Result<String, Problem> {
        let mut head = String::new();
        let mut lines = Vec::new();
        for name in from {
            let path = self.fixtures.join(name);
            let text = fs::read_to_string(&path).map_err(Problem::system(format!("reading `{name}`")))?;
            let mut own = text.lines();
            let first = own.next().unwrap_or_default().to_owned();
            let skip = first.split(',').count().saturating_sub(head.split(',').count());
            if head.is_empty() {
                head = first;
                lines.extend(own.map(str::to_owned));
            } else {
                // Columns that only the later table has stand before those that both have.
                lines
                    .extend(own.map(|line| line.splitn(skip + 1, ',').last().unwrap_or_default().to_owned()));
            }
        }
        let path = self.ground.path(to);
        let mut text = head.clone() + "\n";
        for line in lines.iter().cycle().take(rows) {
            text.push_str(line);
            text.push('\n');
        }
        fs::write(&path, text).map_err(Problem::system(format!("writing `{to}`")))?;
        Ok(path.display().to_string())
    }

    /// One report of `vitrine explain`.
    fn report(&self, model: &str, rows: &str, more: &[&str]) -> Result<Value, Problem> {
        let at = |name: &str| self.fixtures.join(model).join(name).display().to_string();
        let mut command = Command::new(self.program);
        command.args(["explain", &at("model.onnx"), "--rows", rows, "--timings"]).args(more);
        if !more.contains(&"--background") {
            command.args(["--background", &at("background.csv")]);
        }
        document(&ask(&mut command)?)
    }

    /// The median of several runs.
    fn spent(&self, model: &str, rows: &str, more: &[&str]) -> Result<Spent, Problem> {
        let mut runs = Vec::with_capacity(REPEATS);
        for _ in 0..REPEATS {
            let report = self.report(model, rows, more)?;
            let seconds = |key: &str| number(&report, &format!("/timings/{key}")).unwrap_or(f64::NAN);
            runs.push(Spent { prepare: seconds("prepare_s"), compute: seconds("compute_s") });
        }
        runs.sort_by(|one, other| one.compute.total_cmp(&other.compute));
        let middle = runs.get(REPEATS / 2).copied();
        middle.ok_or_else(|| Problem::Missing("a run".to_owned()))
    }

    /// A rate of ours beside one of a peer.
    fn rate(
        &mut self,
        (what, threads): (&str, &str),
        ours: f64,
        (peer, theirs): (&str, f64),
    ) -> Result<(), Problem> {
        let cells = [what.to_owned(), threads.to_owned(), format!("{ours:.0}/s"), peer.to_owned()];
        let more = [format!("{theirs:.1}/s"), format!("{:.2}", ours / theirs)];
        self.table.add(cells.into_iter().chain(more).collect(), self.out)
    }

    fn trees(&mut self, peers: &[Value]) -> Result<(), Problem> {
        let one = peers.first().cloned().unwrap_or_default();
        let peer = |pointer: &str| {
            number(&one, &format!("/tree_rows_per_second/{pointer}/per_second")).unwrap_or(f64::NAN)
        };
        let many = f64::from(u32::try_from(MANY).unwrap_or(u32::MAX));
        for (model, pointer) in [
            ("ltr_lgbm", "ltr_lgbm/shap_interventional_100bg"),
            ("ltr_xgb", "ltr_xgb/shap_interventional_100bg"),
        ] {
            let rows = self.rows(model, MANY)?;
            let single = self.spent(model, &rows, &["--threads", "1"])?;
            let double = self.spent(model, &rows, &["--threads", "2"])?;
            let what = format!("{model}: trees, 100 background rows, rows");
            self.rate((&what, "1"), many / single.compute, ("shap interventional", peer(pointer)))?;
            let what = format!("{model}: the same");
            self.rate((&what, "2"), many / double.compute, ("ours, one thread", many / single.compute))?;
            if model == "ltr_lgbm" {
                let with = many / (single.prepare + single.compute);
                let theirs = peer("ltr_lgbm/woodelf_100bg_30000rows_incl_setup");
                self.rate(("ltr_lgbm: 30,000 rows with preparation, rows", "1"), with, ("WOODELF", theirs))?;
                self.thousand(&rows, many / single.compute)?;
            }
            let prepare = format!("{:.3} s", single.prepare);
            let line = vec![
                format!("{model}: preparation"),
                "1".into(),
                prepare,
                "—".into(),
                "—".into(),
                "—".into(),
            ];
            self.table.add(line, self.out)?;
        }
        let rows = self.rows("feed_trees", MANY)?;
        let mut seconds = 0.0;
        for head in ["like", "comment", "share", "long_view", "hide", "report"] {
            let output = format!("p_{head}_margin");
            seconds += self.spent("feed_trees", &rows, &["--threads", "1", "--output", &output])?.compute;
        }
        let theirs = peer("feed_trees/shap_interventional_100bg_six_margins");
        self.rate(("feed_trees: six log-odds, rows", "1"), many / seconds, ("shap interventional", theirs))
    }

    /// The cost of a row with ten times the background.
    fn thousand(&mut self, rows: &str, hundred: f64) -> Result<(), Problem> {
        let from = ["ltr_lgbm/background.csv", "ltr_lgbm/rows.csv"];
        let background = self.repeated(&from, 1000, "background-1000.csv")?;
        let more = ["--threads", "1", "--background", &background];
        let spent = self.spent("ltr_lgbm", rows, &more)?;
        let rate = f64::from(u32::try_from(MANY).unwrap_or(u32::MAX)) / spent.compute;
        let what = "ltr_lgbm: trees, 1,000 background rows, rows";
        self.rate((what, "1"), rate, ("ours, 100 background rows", hundred))
    }

    /// Exact values of sums of functions of trees, and of what is enumerated.
    fn exact(&mut self, peers: &[Value]) -> Result<(), Problem> {
        let rows = self.fixtures.join("feed_trees/rows.csv").display().to_string();
        let spent = self.spent("feed_trees", &rows, &["--threads", "1"])?;
        let what = "feed_trees: exact values of 24 signals, items";
        self.rate((what, "1"), 600.0 / spent.compute, ("goal", 100.0))?;
        for (threads, peer) in ["1", "2"].into_iter().zip(peers) {
            let rows = self.fixtures.join("ltr_mlp/rows.csv").display().to_string();
            let spent = self.spent("ltr_mlp", &rows, &["--threads", threads])?;
            let bare = ["1024", "16384"]
                .iter()
                .filter_map(|size| {
                    number(peer, &format!("/ort_evaluations_per_second/ltr_mlp/{size}/per_second"))
                })
                .fold(0.0, f64::max);
            let evaluations = 300.0 * 4096.0 * 100.0 / spent.compute;
            let what = "ltr_mlp: exact values of 12 signals, evaluations";
            self.rate((what, threads), evaluations, ("bare ONNX Runtime", bare))?;
        }
        Ok(())
    }

    /// A whole list at once.
    fn list(&mut self) -> Result<(), Problem> {
        for (model, goal) in [("feed_trees", 0.25), ("feed_mlp", 0.02)] {
            let rows = self.fixtures.join(model).join("rows.csv").display().to_string();
            let signals = self.fixtures.join(model).join("signals.json").display().to_string();
            let one = ["--lists", "list_id", "--in", "0", "--background-rows", "20", "--players", "groups"];
            let rest = ["--signals", &signals, "--quantity", "report", "--threads", "2"];
            let spent = self.spent(model, &rows, &[&one[..], &rest[..]].concat())?;
            let seconds = spent.prepare + spent.compute;
            let what = format!("{model}: score, place, top 5 and order of a list of 20 items, 7 groups");
            let cells = vec![what, "2".into(), format!("{seconds:.4} s"), "goal".into(), format!("{goal} s")];
            let ratio = format!("{:.2} of the goal", seconds / goal);
            self.table.add(cells.into_iter().chain([ratio]).collect(), self.out)?;
        }
        Ok(())
    }

    /// What only Python can be asked: shap with a large background, and the errors of its draws.
    fn python(&mut self, python: &Path, workspace: &Workspace) -> Result<(), Problem> {
        let mut exact = Vec::new();
        for (model, skip, lists) in [("feed_trees", 4, "list_id"), ("ltr_mlp", 3, "query_id")] {
            let rows = self.fixtures.join(model).join("rows.csv").display().to_string();
            let report = self.report(model, &rows, &["--method", "exact", "--lists", lists, "--in", "0"])?;
            let rows = report.get("rows").cloned().unwrap_or_default();
            let path = self.ground.path(&format!("{model}-exact.json"));
            let text = json!({"folder": model, "skip": skip, "rows": rows}).to_string();
            fs::write(&path, text).map_err(Problem::system("writing exact values"))?;
            exact.push((model, lists, rows, path));
        }
        let mut command = Command::new(python);
        command.arg("-B").arg(workspace.root.join("xtask/bench/shap_peers.py"));
        command.arg(&self.fixtures).arg(self.ground.path("background-1000.csv"));
        let peers = document(&ask(command.args(exact.iter().map(|(.., path)| path)))?)?;
        let rows = self.ground.path(&format!("ltr_lgbm-{MANY}.csv")).display().to_string();
        let background = self.ground.path("background-1000.csv").display().to_string();
        let spent = self.spent("ltr_lgbm", &rows, &["--threads", "1", "--background", &background])?;
        let ours = f64::from(u32::try_from(MANY).unwrap_or(u32::MAX)) / spent.compute;
        let theirs = number(&peers, "/thousand_background_rows_per_second").unwrap_or(f64::NAN);
        let what = "ltr_lgbm: trees, 1,000 background rows, rows";
        self.rate((what, "1"), ours, ("shap interventional", theirs))?;
        for (model, lists, exact, _) in exact {
            self.draws(model, lists, &exact, &peers)?;
        }
        Ok(())
    }

    /// Errors of drawn values times evaluations: the smaller, the fewer evaluations the same error costs.
    fn draws(&mut self, model: &str, lists: &str, exact: &Value, peers: &Value) -> Result<(), Problem> {
        let rows = self.fixtures.join(model).join("rows.csv").display().to_string();
        let report = self.report(model, &rows, &["--method", "sample", "--lists", lists, "--in", "0"])?;
        let drawn = report.get("rows").cloned().unwrap_or_default();
        let (mut squares, mut values, mut inside) = (0.0, 0.0, 0.0);
        let entries = |rows: &Value| rows.as_array().cloned().unwrap_or_default();
        for (drawn, exact) in entries(&drawn).iter().zip(&entries(exact)) {
            let list = |row: &Value, key: &str| -> Vec<f64> {
                let numbers = row.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
                numbers.iter().filter_map(Value::as_f64).collect()
            };
            let errors = list(drawn, "stderr");
            for ((drawn, exact), error) in list(drawn, "values").iter().zip(list(exact, "values")).zip(errors)
            {
                squares += (drawn - exact) * (drawn - exact);
                inside += f64::from((drawn - exact).abs() <= 1.96 * error + 1e-6);
                values += 1.0;
            }
        }
        let evaluations = number(&report, "/evaluations").unwrap_or(f64::NAN)
            / f64::from(u32::try_from(entries(&drawn).len()).unwrap_or(u32::MAX));
        let ours = squares / values * evaluations;
        let shap = |key: &str| number(peers, &format!("/permutation/{model}/1/{key}")).unwrap_or(f64::NAN);
        let theirs = shap("mean_squared_error") * shap("evaluations");
        let what = format!("{model}: draws, mean squared error × evaluations of an item");
        let cells =
            vec![what, "1".into(), format!("{ours:.4}"), "shap Permutation".into(), format!("{theirs:.4}")];
        let ratio = format!("{:.1} × fewer evaluations", theirs / ours);
        self.table.add(cells.into_iter().chain([ratio]).collect(), self.out)?;
        let share = format!("{:.1} %", 100.0 * inside / values);
        let cells =
            [format!("{model}: true value inside the 95 % interval"), "1".into(), share, "goal".into()];
        self.table.add(cells.into_iter().chain(["93 %".into(), "—".into()]).collect(), self.out)
    }
}
