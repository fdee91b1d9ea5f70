//! Every formula of the collection: read, computed, compiled, and read back.

#![cfg(test)]

use std::fs;
use std::path::Path;

use onnx::formula::{self, Formula};
use onnx::{Dimension, ElementKind};

fn collection(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../collection").join(name);
    fs::read_to_string(path).expect("a file of the collection")
}

fn formulas() -> Vec<Formula> {
    formula::read_catalogue(&collection("catalogue.yaml")).expect("a catalogue")
}

/// Numbers in the order of the inputs; the vector must name exactly those.
fn numbers(formula: &Formula, vector: &serde_json::Value) -> Vec<f64> {
    let given = vector["inputs"].as_object().expect("inputs");
    assert_eq!(given.len(), formula.inputs.len(), "{}", formula.id);
    formula.inputs.iter().map(|name| given[name].as_f64().expect("a number")).collect()
}

#[test]
fn every_published_vector_comes_out_of_its_formula() {
    let vectors: serde_json::Value = serde_json::from_str(&collection("vectors.json")).expect("JSON");
    let mut count = 0;

    for formula in formulas() {
        for vector in vectors["vectors"][&formula.id].as_array().expect("vectors of the entry") {
            let found = formula::evaluate(&formula, &numbers(&formula, vector)).expect("a score");

            let expected = vector["expected"].as_f64().expect("a number");
            let own = vector["tolerance_abs"].as_f64().expect("a tolerance");
            let tolerance = own.max(1e-9 * expected.abs());
            assert!((found - expected).abs() <= tolerance, "{}: {found}, not {expected}", formula.id);
            count += 1;
        }
    }
    println!("{count} vectors agree");
    assert_eq!(count, 271);
}

#[test]
fn every_formula_becomes_a_model_that_the_gate_lets_pass() {
    let formulas = formulas();

    for formula in &formulas {
        let bytes = formula::compile(formula).unwrap_or_else(|error| panic!("{}: {error}", formula.id));
        let model = onnx::read(&bytes).unwrap_or_else(|refusal| panic!("{}: {refusal}", formula.id));

        let inputs: Vec<_> = model.inputs.iter().map(|input| &input.name).collect();
        assert_eq!(inputs, formula.inputs.iter().collect::<Vec<_>>());
        for tensor in model.inputs.iter().chain(&model.outputs) {
            assert_eq!(tensor.kind, ElementKind::Float64);
            assert_eq!(tensor.shape, [Dimension::Named("N".to_owned())]);
        }
        let outputs: Vec<_> = model.outputs.iter().map(|output| output.name.as_str()).collect();
        assert_eq!(outputs, [formula::output_name(formula)]);
        assert_eq!((model.opsets, model.ir_version), (vec![("ai.onnx".to_owned(), 17)], 8));
        assert_eq!(model.producer, "vitrine");
    }
    assert_eq!(formulas.len(), 63);
}

#[test]
fn every_compiled_formula_opens_and_gives_its_published_vectors() {
    let vectors: serde_json::Value = serde_json::from_str(&collection("vectors.json")).expect("JSON");

    for formula in formulas() {
        let bytes = formula::compile(&formula).expect("a model");
        let opened = onnx::open(&bytes).unwrap_or_else(|refusal| panic!("{}: {refusal}", formula.id));
        let form = opened.form(formula::output_name(&formula));
        let form = form.unwrap_or_else(|closed| panic!("{}: {closed}", formula.id));
        for vector in vectors["vectors"][&formula.id].as_array().expect("vectors of the entry") {
            let found = form.value(&numbers(&formula, vector));

            let expected = vector["expected"].as_f64().expect("a number");
            let own = vector["tolerance_abs"].as_f64().expect("a tolerance");
            let tolerance = own.max(1e-9 * expected.abs());
            assert!((found - expected).abs() <= tolerance, "{}: {found}, not {expected}", formula.id);
        }
    }
}

#[test]
fn the_same_formula_gives_the_same_bytes() {
    for formula in formulas() {
        assert_eq!(formula::compile(&formula), formula::compile(&formula.clone()));
    }
}

#[test]
fn an_entry_is_found_by_its_id() {
    let catalogue = collection("catalogue.yaml");

    let found = formula::read_yaml(&catalogue, Some("reddit-hot"));

    let all = formula::read_catalogue(&catalogue).expect("a catalogue");
    assert_eq!(found.as_ref(), Ok(&all[1]));
    assert_eq!(formula::catalogue_ids(&catalogue).expect("ids")[1], "reddit-hot");
}

#[test]
fn one_system_of_the_collection_shows_the_lowest_score_first() {
    let ascending: Vec<String> = formulas()
        .into_iter()
        .filter(|formula| formula.order == formula::Order::Ascending)
        .map(|formula| formula.id)
        .collect();

    assert_eq!(ascending, ["lobsters-story-hotness"]);
}
