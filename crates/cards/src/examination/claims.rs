//! Numbers that a publisher claims, and the same numbers measured.
//!
//! Claims stand in the front matter of `README.md` (`model-index`) and in `.eval_results/*.yaml`. One is measured where
//! its data set is named after a CSV file of the release: `type` (or `args.file`) is the path, `args.label` and
//! `args.group` name the columns of the right answers and of the lists; without them the usual names are looked for.

use std::collections::BTreeMap;

use onnx::Model;
use onnx::values::Values;
use serde_json::Value;

use super::examine::{Subject, ends, legible, not_ours};
use super::metrics::{Metric, Rows};
use super::rows::{Fit, Sheet};
use super::{Claim, ClaimMeasured, ExamineError, TensorRuntime, Unmeasured};
use crate::card::Measured;
use crate::front_matter::{MOST_BYTES, README, card_data, value};

/// Most claims that are kept.
const MOST_CLAIMS: usize = 500;
/// Most bytes of a file of rows.
const MOST_ROW_BYTES: u64 = 64 << 20;
/// Longest README that is read.
const README_BYTES: u64 = 1 << 20;
/// Rows of one call of the model.
const ROWS_A_CALL: usize = 256;

/// A claim, and what it says of its data.
struct Stated {
    claim: Claim,
    number: Option<f64>,
    rows: Option<RowsOf>,
}

/// Where the rows of a claim are.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct RowsOf {
    path: String,
    label: Option<String>,
    group: Option<String>,
    output: Option<String>,
}

/// What the model answered to the rows of a file.
struct Answered {
    labels: Vec<f64>,
    scores: Vec<f64>,
    classes: Vec<f64>,
    lists: Vec<String>,
}

/// Every claim with what was measured beside it.
pub(super) fn compare(
    subject: &Subject<'_>,
    runtime: &mut dyn TensorRuntime,
) -> Result<Vec<Claim>, ExamineError> {
    let mut known = BTreeMap::<RowsOf, Result<Answered, Unmeasured>>::new();
    let mut claims = Vec::new();
    for Stated { mut claim, number, rows } in stated(subject)? {
        let metric = Metric::named(&claim.metric);
        let measured = match (number, rows, metric) {
            (None, ..) => Err(Unmeasured::NoNumber),
            (_, None, _) => Err(Unmeasured::NoData),
            (_, _, None) => Err(Unmeasured::NoFormula),
            (Some(number), Some(rows), Some(metric)) => {
                if !known.contains_key(&rows) {
                    let answered = answer(subject, &rows, runtime)?;
                    known.insert(rows.clone(), answered);
                }
                match known.get(&rows) {
                    Some(Ok(answered)) => measure(subject, metric, number, (&rows, answered)),
                    Some(Err(why)) => Err(*why),
                    None => Err(Unmeasured::NoData),
                }
            }
        };
        match measured {
            Ok(measured) => claim.measured = Some(measured),
            Err(why) => claim.unmeasured = Some(why),
        }
        claims.push(claim);
    }
    Ok(claims)
}

fn measure(
    subject: &Subject<'_>,
    metric: Metric,
    claimed: f64,
    (rows, answered): (&RowsOf, &Answered),
) -> Result<ClaimMeasured, Unmeasured> {
    let lists: Vec<&str> = answered.lists.iter().map(String::as_str).collect();
    let Answered { labels, scores, classes, .. } = answered;
    let found = metric.of(&Rows { labels, scores, classes, lists: &lists }).ok_or(Unmeasured::RowsUnfit)?;
    // Shares above 1 were written in percent.
    let unit = if metric.is_share() && claimed > 1.0 && claimed <= 100.0 { 100.0 } else { 1.0 };
    let found = found * unit;
    let tolerance = 1e-5 * found.abs().max(unit);
    Ok(ClaimMeasured {
        formula: metric.formula(),
        value: Measured::new(found, tolerance),
        difference: Measured::new(found - claimed, tolerance),
        rows: u64::try_from(labels.len()).unwrap_or(u64::MAX),
        model: subject.usual_model().unwrap_or_default().to_owned(),
        data: subject.file(&rows.path),
    })
}

/// Runs the model on the rows of a file.
fn answer(
    subject: &Subject<'_>,
    rows: &RowsOf,
    runtime: &mut dyn TensorRuntime,
) -> Result<Result<Answered, Unmeasured>, ExamineError> {
    let Some(path) = subject.usual_model() else { return Ok(Err(Unmeasured::NoModel)) };
    let Some(model) = subject.models.get(path) else { return Ok(Err(Unmeasured::NoModel)) };
    if subject.size(&rows.path) > MOST_ROW_BYTES {
        return Ok(Err(Unmeasured::RowsUnfit));
    }
    let Ok(sheet) = Sheet::read(&subject.read(&rows.path)?) else { return Ok(Err(Unmeasured::RowsUnfit)) };
    let named = |name: &Option<String>, usual: &[&str]| match name {
        Some(name) => sheet.column(&[name]),
        None => sheet.column(usual),
    };
    let Some(label) = named(&rows.label, &["label", "labels", "target", "y", "relevance"]) else {
        return Ok(Err(Unmeasured::RowsUnfit));
    };
    let group = named(&rows.group, &["qid", "query_id", "group", "list", "list_id"]);
    let others: Vec<usize> = std::iter::once(label).chain(group).collect();
    let Ok(fit) = Fit::of(model, &sheet, &others) else { return Ok(Err(Unmeasured::RowsUnfit)) };
    let mut started = match runtime.start(&subject.read(path)?) {
        Ok(started) => started,
        Err(failure) => {
            not_ours(failure)?;
            return Ok(Err(Unmeasured::RunFailed));
        }
    };
    let (mut scores, mut classes) = (Vec::new(), Vec::new());
    let size = if Fit::one_by_one(model) { 1 } else { ROWS_A_CALL };
    for some in sheet.rows.chunks(size) {
        let Ok(inputs) = fit.inputs(model, some) else { return Ok(Err(Unmeasured::RowsUnfit)) };
        match started.call(&inputs) {
            Ok(answers) => match of_rows(model, rows.output.as_deref(), &answers, some.len()) {
                Some((found, of_class)) => {
                    scores.extend(found);
                    classes.extend(of_class);
                }
                None => return Ok(Err(Unmeasured::RowsUnfit)),
            },
            Err(failure) => {
                not_ours(failure)?;
                return Ok(Err(Unmeasured::RunFailed));
            }
        }
    }
    let lists = match group {
        Some(group) => sheet.words(group).into_iter().map(str::to_owned).collect(),
        None => vec![String::new(); sheet.rows.len()],
    };
    let labels = sheet.numbers(label);
    let whole = labels.iter().chain(&scores).all(|number| number.is_finite());
    Ok(if whole { Ok(Answered { labels, scores, classes, lists }) } else { Err(Unmeasured::RowsUnfit) })
}

/// One score and one class a row. Of several columns the last is the score, and the largest names the class; a single
/// one between 0 and 1 is class 1 from 0.5 on; an output of whole numbers is the class.
fn of_rows(
    model: &Model,
    wanted: Option<&str>,
    answers: &[(String, Values)],
    rows: usize,
) -> Option<(Vec<f64>, Vec<f64>)> {
    let is_whole = |name: &str| {
        let kind = model.outputs.iter().find(|output| output.name == name).map(|output| output.kind.as_str());
        kind.is_some_and(|kind| kind.starts_with("int") || kind.starts_with("uint"))
    };
    let chosen = |name: &str| wanted.is_none_or(|wanted| wanted == name);
    let (_, values) = answers
        .iter()
        .find(|(name, _)| chosen(name) && (wanted.is_some() || !is_whole(name)))
        .or_else(|| answers.iter().find(|(name, _)| chosen(name)))?;
    let width = values.numbers().len().checked_div(rows).filter(|width| *width > 0)?;
    if width * rows != values.numbers().len() {
        return None;
    }
    let each = values.numbers().chunks_exact(width);
    let scores = each.clone().filter_map(|row| row.last().copied()).collect();
    let label = answers.iter().find(|(name, values)| is_whole(name) && values.numbers().len() == rows);
    let classes = match label {
        Some((_, label)) => label.numbers().to_vec(),
        None => each.map(class).collect(),
    };
    Some((scores, classes))
}

#[expect(clippy::cast_precision_loss, reason = "classes are far below 2^53")]
fn class(row: &[f64]) -> f64 {
    match row {
        [only] => f64::from(u8::from(*only >= 0.5)),
        row => {
            let mut best = (0, f64::NEG_INFINITY);
            for (at, number) in row.iter().enumerate() {
                if *number > best.1 {
                    best = (at, *number);
                }
            }
            best.0 as f64
        }
    }
}

fn stated(subject: &Subject<'_>) -> Result<Vec<Stated>, ExamineError> {
    let mut found = Vec::new();
    if subject.document.file(README).is_some_and(|file| file.size <= README_BYTES) {
        let text = subject.read(README)?;
        let head = card_data(&String::from_utf8_lossy(&text)).ok().flatten().unwrap_or_default();
        found.extend(head.get("model-index").into_iter().flat_map(|index| of_index(subject, index)));
    }
    for path in
        subject.paths(|path| path.starts_with(".eval_results/") && (ends(path, "yaml") || ends(path, "yml")))
    {
        if usize::try_from(subject.size(&path)).is_ok_and(|size| size <= MOST_BYTES) {
            let text = subject.read(&path)?;
            let results = value(&String::from_utf8_lossy(&text)).unwrap_or_default();
            found.extend(list(&results).filter_map(|result| of_result(subject, &path, result)));
        }
    }
    found.truncate(MOST_CLAIMS);
    Ok(found)
}

/// The elements of a list, or the one thing that is none.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter()
}

/// `model-index` of the front matter.
fn of_index(subject: &Subject<'_>, index: &Value) -> Vec<Stated> {
    let results = list(index).filter_map(|model| model.get("results")).flat_map(list);
    let mut found = Vec::new();
    for result in results {
        let none = Value::Null;
        let data = result.get("dataset").unwrap_or(&none);
        let source =
            result.get("source").and_then(|source| text(source, "url").or_else(|| text(source, "name")));
        for metric in result.get("metrics").into_iter().flat_map(list) {
            let Some(name) = text(metric, "type").or_else(|| text(metric, "name")) else { continue };
            let told = text(data, "name").or_else(|| text(data, "type")).unwrap_or_default();
            let split = text(data, "split").map(|split| format!(", {split}")).unwrap_or_default();
            found.push(Stated {
                claim: claim(
                    (README, &name),
                    &format!("{told}{split}"),
                    metric.get("value"),
                    source.as_deref(),
                ),
                number: metric.get("value").and_then(number),
                rows: rows_of(
                    subject,
                    [text(data, "type"), text(data, "file")],
                    data.get("args"),
                    metric.get("args"),
                ),
            });
        }
    }
    found
}

/// One result of `.eval_results`: its data set is named by `dataset.id`, its metric by `dataset.task_id` or `metric`.
fn of_result(subject: &Subject<'_>, path: &str, result: &Value) -> Option<Stated> {
    let data = result.get("dataset")?;
    let id = text(data, "id")?;
    let metric = text(result, "metric").or_else(|| text(data, "task_id")).unwrap_or_default();
    let source = result.get("source").and_then(|source| text(source, "url").or_else(|| text(source, "name")));
    Some(Stated {
        claim: claim((path, &metric), &id, result.get("value"), source.as_deref()),
        number: result.get("value").and_then(number),
        rows: rows_of(subject, [Some(id), None], data.get("args"), result.get("args")),
    })
}

fn claim((file, metric): (&str, &str), data: &str, value: Option<&Value>, source: Option<&str>) -> Claim {
    let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    Claim {
        file: file.to_owned(),
        metric: legible(metric),
        data: legible(data),
        value: legible(&value.unwrap_or_default()),
        source: source.map(legible),
        measured: None,
        unmeasured: None,
    }
}

/// The rows of a claim, where one of the names is that of a CSV file in the release.
fn rows_of(
    subject: &Subject<'_>,
    names: [Option<String>; 2],
    args: Option<&Value>,
    of_metric: Option<&Value>,
) -> Option<RowsOf> {
    let argument = |name: &str| [of_metric, args].into_iter().flatten().find_map(|args| text(args, name));
    let mut names = std::iter::once(argument("file")).chain(names).flatten();
    let path = names.find(|name| ends(name, "csv") && subject.document.file(name).is_some())?;
    Some(RowsOf { path, label: argument("label"), group: argument("group"), output: argument("output") })
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn number(value: &Value) -> Option<f64> {
    let written = |text: &str| text.trim().trim_end_matches('%').trim_end().parse().ok();
    value.as_f64().or_else(|| value.as_str().and_then(written)).filter(|number| number.is_finite())
}
