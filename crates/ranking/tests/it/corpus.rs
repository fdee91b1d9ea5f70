//! Every hostile model of the corpus meets its outcome, in time.

use std::time::{Duration, Instant};

use ranking::{Limits, RunError, Worker};
use serde_json::Value;

use crate::support::{bytes, filled, patient, program, strict, worker};

#[test]
fn every_model_of_the_corpus_meets_its_outcome() {
    let manifest: Value = serde_json::from_slice(&bytes("bad-inputs/onnx-manifest.json")).unwrap();
    let entries = manifest["entries"].as_array().unwrap();
    assert!(entries.len() >= 36);
    // A bomb must reach the limit on memory before the one on time, also on a machine that compiles.
    let limits = Limits { slice_wall: Duration::from_secs(10), ..strict() };
    for entry in entries {
        let file = entry["file"].as_str().unwrap();
        let begun = Instant::now();
        let outcome = run(file, &limits).map_or_else(|error| error.code(), |()| "ok");
        let must = entry["must"]["run"].as_str().unwrap();

        assert!(must.split('|').any(|must| meets(must, outcome, entry)), "{file}: {outcome}, must be {must}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{file} took {:?}", begun.elapsed());
    }
    // And the next good model is served as ever.
    assert!(worker("bad-inputs/onnx/ok_linear.onnx").run(&filled(8, 3, 1.0)).is_ok());
}

fn meets(must: &str, outcome: &str, entry: &Value) -> bool {
    match must {
        "ok" if entry["must"]["flag"].to_string().contains("non-finite") => outcome == "bad_output",
        "ok" => outcome == "ok",
        "refuse_load" => matches!(outcome, "refused_static" | "load_error"),
        "refuse" => outcome == "refused_static",
        "killed_cpu" => outcome == "limit_cpu",
        "killed_wall" => outcome == "limit_wall",
        "killed_mem" => outcome == "limit_memory",
        "runtime_error" => outcome == "runtime_error",
        other => panic!("the manifest has the unknown word {other}"),
    }
}

fn run(file: &str, limits: &Limits) -> Result<(), RunError> {
    let mut worker = Worker::start(&program(), &bytes(&format!("bad-inputs/{file}")), limits)?;
    let table = filled(worker.input_map().columns(), 2, 1.0);
    worker.run(&table).map(drop)
}

#[test]
fn a_loop_without_end_is_stopped_and_named() {
    let begun = Instant::now();

    let error = run("onnx/loop_forever.onnx", &strict()).unwrap_err();

    assert!(matches!(error.code(), "limit_cpu" | "limit_wall"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_bomb_meets_the_limit_on_memory() {
    let error = run("onnx/concat_doubling_34.onnx", &patient()).unwrap_err();

    assert_eq!(error.code(), "limit_memory", "{error}");
}
