//! Samples: inputs and the answers that were published with them.
//!
//! Below the folder `samples`, in any of these forms:
//! - one JSON file with `inputs` and `outputs` (or `expected`), or a list of such objects;
//! - two JSON files whose names differ by `input` and `output` only, such as `a.input.json` and `a.output.json`; lists of
//!   objects in both are several samples;
//! - two CSV files named so: a header, and one sample a row;
//! - `input_0.pb`, `output_0.pb` and so on in one folder, as ONNX keeps test data.

use std::collections::BTreeMap;

use onnx::values::Values;
use serde_json::Value;

use super::examine::{Subject, ends, legible, not_ours};
use super::tensors::{Named, answer_to, as_inputs, read};
use super::{ExamineError, Outcome, RunFailure, Sample, Samples, TensorModel, TensorRuntime, Unused, rows};
use crate::card::Measured;

/// The folder.
const FOLDER: &str = "samples/";
/// Most samples that are run.
const MOST_SAMPLES: usize = 1_000;
/// Most bytes of all files of samples together.
const MOST_BYTES: u64 = 32 << 20;
/// Difference that is allowed whatever the size of the published number.
pub(super) const ABSOLUTE: f64 = 1e-5;
/// Difference that is allowed as a part of the published number: what ONNX allows its own test data.
pub(super) const RELATIVE: f64 = 1e-3;

/// What goes in, and what is said to come out.
#[derive(Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) inputs: Named,
    pub(super) outputs: Named,
}

/// The part that a file plays.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Part {
    Inputs,
    Outputs,
    Both,
}

/// Files that make samples together: the paths of the inputs, the outputs, and of files that hold both.
type Group = BTreeMap<Part, Vec<String>>;

/// Runs the samples of a release; `None` where it has no folder of them.
pub(super) fn run(
    subject: &Subject<'_>,
    runtime: &mut dyn TensorRuntime,
) -> Result<Option<Samples>, ExamineError> {
    let paths = subject.paths(|path| path.starts_with(FOLDER));
    if paths.is_empty() {
        return Ok(None);
    }
    let mut unused = Vec::new();
    let pairs = pairs(subject, &paths, &mut unused)?;
    let found = pairs.len();
    let mut samples = Samples {
        found: u64::try_from(found).unwrap_or(u64::MAX),
        ran: 0,
        same: 0,
        repeated: 0,
        absolute: ABSOLUTE,
        relative: RELATIVE,
        results: Vec::new(),
        unused,
    };
    let mut by_model = BTreeMap::<String, Vec<Pair>>::new();
    for pair in pairs.into_iter().take(MOST_SAMPLES) {
        match subject.model_of(&pair.name) {
            Some(model) => by_model.entry(model.to_owned()).or_default().push(pair),
            None => samples.unused.push(Unused {
                path: pair.name,
                why: "The release holds no ONNX model that it could be run on.".to_owned(),
            }),
        }
    }
    for (model, pairs) in by_model {
        run_on(subject, &model, pairs, (runtime, &mut samples))?;
    }
    Ok(Some(samples))
}

impl Subject<'_> {
    /// The model that a sample is about: the one whose name is the first folder of the sample, else the usual one.
    fn model_of(&self, sample: &str) -> Option<&str> {
        let folder = sample.split_once('/').map(|(folder, _)| format!("{folder}.onnx"));
        let named = folder
            .and_then(|name| self.models.keys().find(|path| path.rsplit('/').next() == Some(name.as_str())));
        named.map(String::as_str).or_else(|| self.usual_model())
    }
}

/// Runs samples on one model.
fn run_on(
    subject: &Subject<'_>,
    path: &str,
    pairs: Vec<Pair>,
    (runtime, samples): (&mut dyn TensorRuntime, &mut Samples),
) -> Result<(), ExamineError> {
    let Some(facts) = subject.models.get(path) else { return Ok(()) };
    let bytes = subject.read(path)?;
    let (mut started, mut broken) = match runtime.start(&bytes) {
        Ok(model) => (Some(model), None),
        Err(failure) => (None, Some(not_ours(failure)?)),
    };
    for pair in pairs {
        let name = pair.name.clone();
        let sample = |outcome, largest, problem: Option<String>| Sample {
            name,
            model: path.to_owned(),
            outcome,
            largest_difference: largest,
            problem: problem.map(|text| legible(&text)),
        };
        samples.ran += 1;
        let Some(model) = started.as_mut().filter(|_| broken.is_none()) else {
            let text = broken.as_ref().map(|failure: &RunFailure| failure.text.clone());
            samples.results.push(sample(Outcome::Failed, None, text));
            continue;
        };
        let inputs = match as_inputs(facts, pair.inputs) {
            Ok(inputs) => inputs,
            Err(why) => {
                samples.results.push(sample(Outcome::Failed, None, Some(why)));
                continue;
            }
        };
        match twice(model.as_mut(), &inputs) {
            Ok((answers, again)) => {
                samples.repeated += u64::from(again);
                let told = judge(facts, &pair.outputs, &answers);
                samples.same += u64::from(told.0 == Outcome::Same);
                samples.results.push(sample(told.0, told.1, told.2));
            }
            Err(failure) => {
                let failure = not_ours(failure)?;
                let ended = !matches!(failure.code.as_str(), "runtime_error" | "bad_output");
                samples.results.push(sample(Outcome::Failed, None, Some(failure.text.clone())));
                if ended {
                    broken = Some(failure);
                }
            }
        }
    }
    Ok(())
}

/// The answers, and whether they had the same bits the second time.
fn twice(
    model: &mut dyn TensorModel,
    inputs: &[(String, Values)],
) -> Result<(Vec<(String, Values)>, bool), RunFailure> {
    let first = model.call(inputs)?;
    let second = model.call(inputs)?;
    let bits = |answers: &[(String, Values)]| -> Vec<u64> {
        answers.iter().flat_map(|(_, values)| values.numbers()).map(|number| number.to_bits()).collect()
    };
    let same = bits(&first) == bits(&second);
    Ok((first, same))
}

/// Compares answers with what was published.
fn judge(
    model: &onnx::Model,
    published: &Named,
    answers: &[(String, Values)],
) -> (Outcome, Option<Measured>, Option<String>) {
    let (mut largest, mut size, mut same) = (0.0_f64, 0.0_f64, true);
    for (name, published) in published {
        let (answer, whole) = match answer_to(model, name, answers) {
            Ok(found) => found,
            Err(why) => return (Outcome::Other, None, Some(why)),
        };
        if lengths(answer.shape()) != lengths(published.shape()) {
            let why = format!("The answer has the shape {:?}, not {:?}.", answer.shape(), published.shape());
            return (Outcome::Other, None, Some(why));
        }
        for (answer, published) in answer.numbers().iter().zip(published.numbers()) {
            if answer.to_bits() == published.to_bits() || (answer.is_nan() && published.is_nan()) {
                continue;
            }
            let difference = (answer - published).abs();
            if !difference.is_finite() {
                return (
                    Outcome::Other,
                    None,
                    Some("The answer holds a number that is not finite.".to_owned()),
                );
            }
            let allowed = if whole { 0.0 } else { RELATIVE.mul_add(published.abs(), ABSOLUTE) };
            same &= difference <= allowed;
            largest = largest.max(difference);
            size = size.max(published.abs());
        }
    }
    let tolerance = 1e-5 * size.max(1.0);
    (if same { Outcome::Same } else { Outcome::Other }, Some(Measured::new(largest, tolerance)), None)
}

/// A shape without dimensions of one.
fn lengths(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|length| *length != 1).collect()
}

/// The samples in these files. Files that cannot be used are told with the reason.
fn pairs(
    subject: &Subject<'_>,
    paths: &[String],
    unused: &mut Vec<Unused>,
) -> Result<Vec<Pair>, ExamineError> {
    let mut groups = BTreeMap::<String, Group>::new();
    let mut left = MOST_BYTES;
    for path in paths {
        let mut leave = |why: &str| unused.push(Unused { path: legible(path), why: why.to_owned() });
        let Some((group, part)) = role(path) else {
            // A text that tells people about the samples is none of them.
            if !ends(path, "md") && !ends(path, "txt") {
                leave("Samples are JSON, CSV or PB files.");
            }
            continue;
        };
        match left.checked_sub(subject.size(path)) {
            None => leave("The samples are larger than 32 MiB together."),
            Some(rest) => {
                left = rest;
                groups.entry(group).or_default().entry(part).or_default().push(path.clone());
            }
        }
    }
    let mut pairs = Vec::new();
    for (name, group) in groups {
        let paths = || group.values().flatten().map(|path| legible(path)).collect::<Vec<_>>().join(", ");
        match of_group(subject, &name, &group)? {
            Ok(found) => pairs.extend(found),
            Err(why) => unused.push(Unused { path: paths(), why }),
        }
    }
    Ok(pairs)
}

/// The group of a file and its part in it; `None` for what is no sample.
fn role(path: &str) -> Option<(String, Part)> {
    let below = path.strip_prefix(FOLDER)?;
    let (stem, ending) = below.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    if !matches!(ending.as_str(), "json" | "csv" | "pb") {
        return None;
    }
    let (folder, name) = stem.rsplit_once('/').map_or(("", stem), |(folder, name)| (folder, name));
    let name = name.to_ascii_lowercase();
    let words = [
        ("expected_outputs", Part::Outputs),
        ("expected_output", Part::Outputs),
        ("expected-output", Part::Outputs),
        ("expected", Part::Outputs),
        ("outputs", Part::Outputs),
        ("output", Part::Outputs),
        ("inputs", Part::Inputs),
        ("input", Part::Inputs),
    ];
    let found = words.into_iter().find_map(|(word, part)| Some((name.find(word)?, word, part)));
    let (rest, part) = match found {
        Some((at, word, part)) => {
            let (before, after) = name.split_at(at);
            (format!("{before}{}", after.get(word.len()..).unwrap_or_default()), part)
        }
        None => (name, Part::Both),
    };
    // The tensors of one sample lie together in a folder; their numbers are their order.
    let rest = if ending == "pb" { String::new() } else { rest.trim_matches(['.', '_', '-']).to_owned() };
    let group =
        [folder, rest.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    Some((if group.is_empty() { ending } else { format!("{group}.{ending}") }, part))
}

fn of_group(
    subject: &Subject<'_>,
    name: &str,
    group: &Group,
) -> Result<Result<Vec<Pair>, String>, ExamineError> {
    let part = |part: Part| group.get(&part).map_or(&[][..], Vec::as_slice);
    let (inputs, outputs, both) = (part(Part::Inputs), part(Part::Outputs), part(Part::Both));
    if ends(name, "pb") || name == "pb" {
        return of_tensor_files(subject, name, (inputs, outputs));
    }
    if let ([path], [], []) = (both, inputs, outputs) {
        return Ok(if ends(path, "csv") {
            Err("A CSV file needs one of inputs and one of outputs.".to_owned())
        } else {
            json(&subject.read(path)?).and_then(|value| of_whole(name, &value))
        });
    }
    let ([inputs], [outputs], []) = (inputs, outputs, both) else {
        return Ok(Err("The inputs, or the outputs that belong to them, are missing.".to_owned()));
    };
    let (given, answers) = (subject.read(inputs)?, subject.read(outputs)?);
    let name = inputs.strip_prefix(FOLDER).unwrap_or(name);
    if ends(inputs, "csv") {
        let model = subject.model_of(name).and_then(|path| subject.models.get(path));
        return Ok(rows::pairs(name, model, (&given, &answers)));
    }
    Ok(json(&given).and_then(|given| json(&answers).and_then(|answers| of_two(name, &given, &answers))))
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("The file is no JSON: {error}."))
}

/// A file that holds inputs and outputs.
fn of_whole(name: &str, value: &Value) -> Result<Vec<Pair>, String> {
    let list = value.get("samples").unwrap_or(value);
    let objects = match list {
        Value::Array(objects) => {
            objects.iter().enumerate().map(|(at, one)| (format!("{name}[{at}]"), one)).collect()
        }
        one => vec![(name.to_owned(), one)],
    };
    let pair = |(name, one): (String, &Value)| {
        let field = |names: &[&str]| names.iter().find_map(|name| one.get(*name));
        let inputs = field(&["inputs", "input"]).ok_or("A sample needs `inputs`.")?;
        let outputs = field(&["outputs", "output", "expected", "expected_output", "expected_outputs"]);
        let outputs = outputs.ok_or("A sample needs `outputs`.")?;
        Ok(Pair { name, inputs: read(inputs)?, outputs: read(outputs)? })
    };
    objects.into_iter().map(pair).collect()
}

/// Two files, of inputs and of outputs. Lists of objects are several samples.
fn of_two(name: &str, inputs: &Value, outputs: &Value) -> Result<Vec<Pair>, String> {
    let several =
        |value: &Value| value.as_array().is_some_and(|list| list.first().is_some_and(Value::is_object));
    match (inputs, outputs) {
        (Value::Array(inputs), Value::Array(outputs)) if several(&inputs.clone().into()) => {
            if inputs.len() != outputs.len() {
                return Err(format!("There are {} inputs and {} outputs.", inputs.len(), outputs.len()));
            }
            let pair = |(at, (inputs, outputs)): (usize, (&Value, &Value))| {
                Ok(Pair { name: format!("{name}[{at}]"), inputs: read(inputs)?, outputs: read(outputs)? })
            };
            inputs.iter().zip(outputs).enumerate().map(pair).collect()
        }
        _ => Ok(vec![Pair { name: name.to_owned(), inputs: read(inputs)?, outputs: read(outputs)? }]),
    }
}

/// Files of one tensor each: the inputs and outputs of one sample, in the order of their numbers.
fn of_tensor_files(
    subject: &Subject<'_>,
    name: &str,
    (inputs, outputs): (&[String], &[String]),
) -> Result<Result<Vec<Pair>, String>, ExamineError> {
    if inputs.is_empty() || outputs.is_empty() {
        return Ok(Err("The inputs, or the outputs that belong to them, are missing.".to_owned()));
    }
    let Some(model) = subject.model_of(name).and_then(|path| subject.models.get(path)) else {
        return Ok(Err("The release holds no ONNX model that it could be run on.".to_owned()));
    };
    let names =
        |tensors: &[onnx::Tensor]| tensors.iter().map(|tensor| tensor.name.clone()).collect::<Vec<_>>();
    let read = |paths: &[String], names: &[String]| -> Result<Result<Named, String>, ExamineError> {
        let mut paths = paths.to_vec();
        paths.sort_by_key(|path| number(path));
        let mut tensors = Named::new();
        for (at, path) in paths.iter().enumerate() {
            match onnx::values::read(&subject.read(path)?) {
                Ok((name, values)) if names.contains(&name) => tensors.push((name, values)),
                Ok((_, values)) => tensors.push((names.get(at).cloned().unwrap_or_default(), values)),
                Err(error) => return Ok(Err(format!("`{}` cannot be read: {error}.", legible(path)))),
            }
        }
        Ok(Ok(tensors))
    };
    let (given, answers) = (read(inputs, &names(&model.inputs))?, read(outputs, &names(&model.outputs))?);
    Ok(given.and_then(|inputs| Ok(vec![Pair { name: name.to_owned(), inputs, outputs: answers? }])))
}

/// The number at the end of a file's name.
fn number(path: &str) -> u64 {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let digits = stem.len() - stem.trim_end_matches(|character: char| character.is_ascii_digit()).len();
    stem.get(stem.len() - digits..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_are_put_together_by_their_names() {
        let role = |path: &str| role(&format!("samples/{path}")).unwrap();
        for (inputs, outputs) in [
            ("inputs.json", "outputs.json"),
            ("input.json", "expected.json"),
            ("a/input.json", "a/expected_output.json"),
            ("first.input.json", "first.output.json"),
            ("input_1.csv", "output_1.csv"),
            ("Inputs.CSV", "outputs.csv"),
        ] {
            assert_eq!((role(inputs).1, role(outputs).1), (Part::Inputs, Part::Outputs));
            assert_eq!(role(inputs).0, role(outputs).0);
        }
        assert_eq!(role("set_0/input_0.pb").0, role("set_0/output_11.pb").0);
        assert_ne!(role("a.input.json").0, role("b.input.json").0);
        assert_eq!(role("a.json"), ("a.json".to_owned(), Part::Both));
        assert_eq!(super::role("samples/a.npy"), None);
        assert_eq!(number("samples/x/input_12.pb"), 12);
    }

    #[test]
    fn one_file_or_two_hold_one_sample_or_several() {
        let whole = json!({"inputs": {"x": [1]}, "outputs": [2]});
        assert_eq!(of_whole("a", &whole).unwrap().len(), 1);
        let names: Vec<String> =
            of_whole("a", &json!([whole, whole])).unwrap().into_iter().map(|pair| pair.name).collect();
        assert_eq!(names, ["a[0]", "a[1]"]);
        assert_eq!(of_two("a", &json!([{"x": 1}, {"x": 2}]), &json!([1, 2])).unwrap().len(), 2);
        assert_eq!(of_two("a", &json!([[1, 2], [3, 4]]), &json!([1, 2])).unwrap().len(), 1);
        assert_eq!(
            of_two("a", &json!([{"x": 1}]), &json!([1, 2])).unwrap_err(),
            "There are 1 inputs and 2 outputs."
        );
        assert!(of_whole("a", &json!({"inputs": 1})).unwrap_err().contains("`outputs`"));
    }
}
