//! The gate against a corpus of hostile, broken and good models.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use onnx::{Dimension, ElementKind, Refusal};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data")
}

fn corpus(name: &str) -> Vec<u8> {
    fs::read(data().join("bad-inputs/onnx").join(name)).expect("a file of the corpus")
}

fn refusal(name: &str) -> Refusal {
    onnx::read(&corpus(name)).expect_err("refused")
}

/// What must happen with every file, by the manifest.
fn manifest() -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(data().join("bad-inputs/onnx-manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let entries = manifest["entries"].as_array().expect("entries");
    entries
        .iter()
        .map(|entry| {
            let name = entry["file"].as_str().expect("a file").trim_start_matches("onnx/").to_owned();
            let outcomes = entry["must"]["run"].as_str().expect("outcomes").split('|').map(str::to_owned);
            (name, outcomes.collect())
        })
        .collect()
}

#[test]
fn the_gate_does_with_every_file_what_the_manifest_asks() {
    let manifest = manifest();

    for (name, outcomes) in &manifest {
        let allowed_to_refuse = outcomes.iter().any(|outcome| outcome.starts_with("refuse"));
        let must_refuse = outcomes.iter().all(|outcome| outcome.starts_with("refuse"));
        let answer = onnx::read(&corpus(name));
        match answer {
            Ok(_) => assert!(!must_refuse, "{name} passed"),
            Err(refusal) => assert!(allowed_to_refuse, "{name}: {refusal}"),
        }
    }
    assert_eq!(manifest.len(), 36);
}

#[test]
fn every_refusal_of_the_corpus_is_the_expected_sentence() {
    let check = |name: &str, expected: &str| assert_eq!(refusal(name).to_string(), expected, "{name}");
    let outside = "tensor `w` keeps its numbers in another file; keep all numbers inside the model";

    for name in ["dotdot", "absolute", "proc_self_environ", "huge_offset", "nul_byte", "sparse_initializer"] {
        check(&format!("extdata_{name}.onnx"), outside);
    }
    check("empty.onnx", "the file is empty; an ONNX model is expected");
    check("protobuf_nested_5000.onnx", "the file nests messages deeper than 100");
    check("function_self_recursive.onnx", "function `r` calls itself, directly or through others");
    check(
        "function_billion_laughs_2pow24.onnx",
        "with every function put in the place of its calls the model has more than 1000000 nodes",
    );
    check("if_nested_20.onnx", "the model nests graphs deeper than 16");
    check(
        "opset_9999.onnx",
        "the model asks for version 9999 of the operators of `ai.onnx`; versions 1 to 28 are known",
    );
    check(
        "duplicate_output_names.onnx",
        "the value `y` is made twice in one graph; every value needs a name of its own",
    );
    check(
        "random_normal_nondeterministic.onnx",
        "node `RandomNormalLike` that makes `y`: it can draw random numbers, so the same input would not always get the same score",
    );
    check(
        "tree_cycle.onnx",
        "node `ai.onnx.ml.TreeEnsembleRegressor` that makes `y`: a tree leads back to itself",
    );
    check("zero_inputs.onnx", "the model has no input, so nothing about an item can change its score");
}

#[test]
fn sizes_that_constants_fix_are_refused_by_size() {
    let bytes = |name: &str| match refusal(name) {
        Refusal::Bomb { bytes, .. } => bytes,
        other => panic!("{name}: {other}"),
    };

    assert_eq!(bytes("constantofshape_100GB.onnx"), 100_000_000_000);
    assert_eq!(bytes("constantofshape_overflow.onnx"), u64::MAX);
}

#[test]
fn a_tensor_that_claims_more_than_it_brings_is_refused() {
    let answer = refusal("initializer_claims_4TB.onnx");

    let expected = "tensor `w`: its dimensions [1099511627776, 1] need 4398046511104 bytes, but 32 are there";
    assert_eq!(answer.to_string(), expected);
}

#[test]
fn values_that_come_from_nowhere_are_refused() {
    for (name, value) in [("cycle.onnx", "`b`"), ("undefined_input.onnx", "`nope`")] {
        let answer = refusal(name);

        assert!(matches!(&answer, Refusal::Undefined { name, .. } if name == value), "{answer}");
    }
}

#[test]
fn a_model_that_may_run_for_ever_passes_and_says_so() {
    let model = onnx::read(&corpus("loop_forever.onnx")).expect("left to the limits at run time");

    assert!(model.may_not_end());
}

#[test]
fn ranking_models_pass_and_describe_themselves() {
    let mut count = 0;
    for folder in ["two_tower", "feed_mlp", "feed_trees"].map(|name| data().join("rank").join(name)) {
        check_ranking_model(&folder.join("model.onnx"));
        count += 1;
    }
    for folder in fs::read_dir(data().join("rank/tiny")).expect("the folder") {
        check_ranking_model(&folder.expect("an entry").path().join("model.onnx"));
        count += 1;
    }
    assert_eq!(count, 15);
}

fn check_ranking_model(path: &Path) {
    let model = onnx::read(&fs::read(path).expect("a model"))
        .unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()));

    assert!(model.outputs.iter().any(|output| output.name == "score"), "{}", path.display());
    assert!(model.inputs.iter().all(|input| input.kind == ElementKind::Float32), "{}", path.display());
    assert!(model.parameters > 0 && model.nodes > 0, "{}", path.display());
}

#[test]
fn a_model_of_two_towers_has_two_inputs_of_six() {
    let model =
        onnx::read(&fs::read(data().join("rank/two_tower/model.onnx")).expect("a model")).expect("read");

    let names: Vec<_> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["user", "item"]);
    for input in &model.inputs {
        assert_eq!(input.shape, [Dimension::Named("N".to_owned()), Dimension::Fixed(6)]);
    }
    assert_eq!(model.opsets, [("ai.onnx".to_owned(), 17)]);
    assert_eq!(model.operators, ["MatMul", "Mul", "ReduceSum", "Tanh"]);
    assert_eq!(model.nodes, 6);
}
