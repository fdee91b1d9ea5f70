//! Whatever comes in, the answer is a value: no panic, no endless loop, no stack that runs out.

#![cfg(test)]

use std::fs;
use std::path::Path;

use onnx::formula::{self, Formula, FormulaError, Order};
use proptest::prelude::*;

/// Good models to damage.
fn models() -> Vec<Vec<u8>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    let paths = [
        "rank/two_tower/model.onnx",
        "rank/tiny/all_modes_mixed/model.onnx",
        "rank/tiny/classifier_softmax3/model.onnx",
        "rank/tiny/three_targets/model.onnx",
        "rank/feed_mlp/model.onnx",
        "bad-inputs/onnx/loop_forever.onnx",
        "bad-inputs/onnx/ok_tree.onnx",
        "bad-inputs/onnx/extdata_sparse_initializer.onnx",
        "bad-inputs/onnx/function_billion_laughs_2pow24.onnx",
        "bad-inputs/onnx/tile_bomb.onnx",
    ];
    paths.iter().map(|path| fs::read(data.join(path)).expect("a model")).collect()
}

fn formula(steps: Vec<String>) -> Formula {
    let inputs = ["a", "b"].map(str::to_owned).into();
    Formula { id: "test".to_owned(), steps, inputs, order: Order::Descending }
}

/// Pieces that the language is made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "x", "=", "==", "<", "!=", "+", "-", "*", "/", "(", ")", "[", "]", ",", "1", "1e-6", ".",
        "e", "where", "table", "min", "nope", "pow", "sqrt", " ", "**", "é", "\u{0}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Every output is a form that can be computed, or is closed with a sentence; either way its columns are known.
fn check_outputs(model: &onnx::Model, opened: &onnx::Opened) -> Result<(), TestCaseError> {
    let names = model.outputs.iter().flat_map(|output| [output.name.clone(), format!("{}[0]", output.name)]);
    for name in names {
        let reads = opened.reads(&name).expect("an output");
        match opened.form(&name) {
            Ok(form) => {
                prop_assert!(form.reads().iter().all(|column| reads.contains(column)));
                let rows = opened.probes(&form);
                let mut values = vec![0.0; rows.len() / opened.columns];
                form.values(&rows, &mut values);
            }
            Err(closed) => prop_assert!(!closed.to_string().is_empty()),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _answer = onnx::read(&bytes);
    }

    #[test]
    fn damaged_models_are_read_without_a_panic(
        which in 0..10_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = models().swap_remove(which);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }

        let read = onnx::read(&bytes);
        let opened = onnx::open(&bytes);
        prop_assert!(read.is_ok() || opened.is_err());
        if let (Ok(model), Ok(opened)) = (read, opened) {
            check_outputs(&model, &opened)?;
        }
    }

    #[test]
    fn any_text_is_a_formula_or_an_error(text in any::<String>(), pieces in pieces()) {
        for step in [text, format!("s = {pieces}"), pieces] {
            let formula = formula(vec![step]);
            let bytes = formula::compile(&formula);
            prop_assert_eq!(bytes.is_ok(), formula::evaluate(&formula, &[1.0, -2.0]).is_ok());
            if let Ok(bytes) = bytes {
                prop_assert!(onnx::read(&bytes).is_ok());
            }
        }
    }

    #[test]
    fn any_text_is_a_catalogue_or_an_error(text in "[-a-z:&*\\[\\]{}\"'|>#\n ]{0,80}") {
        let _answer = formula::read_yaml(&text, None);
        let _answer = formula::catalogue_ids(&text);
    }
}

#[test]
fn deep_nesting_of_every_kind_is_refused() {
    let deep = |before: &str, after: &str| format!("s = {}a{}", before.repeat(9_000), after.repeat(9_000));

    for step in [deep("(", ")"), deep("-", ""), deep("abs(", ")"), deep("a + ", ""), deep("2 * (", ")")] {
        let answer = formula::compile(&formula(vec![step]));

        assert!(matches!(answer, Err(FormulaError::Step { .. })), "{answer:?}");
    }
}

#[test]
fn deep_yaml_is_refused() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "? ".repeat(10_000)] {
        let answer = formula::read_yaml(&text, None);

        assert!(matches!(answer, Err(FormulaError::Yaml { .. })), "{answer:?}");
    }
}

#[test]
fn aliases_are_refused_before_they_multiply() {
    let text = "id: x\nformula: &f [s = a]\ninputs: [*f, *f]\n";

    let answer = formula::read_yaml(text, None).expect_err("refused");

    let expected =
        "line 2: anchors (&) and aliases (*) are not read; write the text out, or put it in quotes";
    assert_eq!(answer.to_string(), expected);
}

#[test]
fn a_hundred_thousand_functions_are_added_up_quickly() {
    // Each function imports a domain of its own and has one node.
    let mut model = vec![0x08, 8, 0x3a, 0];
    for number in 0..100_000_u32 {
        let name = format!("{number:06}");
        let body = [&[0x0a, 6][..], name.as_bytes(), &[0x52, 1, b'f'], &[0x4a, 3, 0x0a, 1, b'f']].concat();
        model.extend([0xca, 0x01, u8::try_from(body.len()).expect("short")]);
        model.extend(body);
    }
    let begin = std::time::Instant::now();

    let answer = onnx::read(&model);

    assert!(answer.is_err());
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
