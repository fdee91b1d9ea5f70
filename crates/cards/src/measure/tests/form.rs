//! What is read from the model itself.

use super::golden::Flat;
use super::*;
use crate::card::{FormKind, ModelForm};

/// The toy's inputs, weighted and added up; two of them are left out.
pub(super) fn sum(row: &[f64]) -> f64 {
    2.0 * row[0] - row[1] + 0.5 * row[2]
}

pub(super) fn linear() -> (ReleaseDocument, Bundle) {
    let mut files = files("", |n| n / 8);
    let formula = Formula {
        id: "sum".to_owned(),
        steps: vec!["score = 2 * age - friend + 0.5 * likes".to_owned()],
        inputs: INPUTS.iter().map(|input| (*input).to_owned()).collect(),
        order: formula::Order::Descending,
    };
    files.0.insert("model.onnx".to_owned(), formula::compile(&formula).unwrap());
    release_of(&files)
}

fn form_beside(runtime: fn(&[f64]) -> f64) -> ModelForm {
    let (document, bundle) = linear();
    let card = generate(request(&document, &bundle), &mut Flat(runtime), &mut |_| {}).unwrap();
    card.evidence.model_form.unwrap()
}

#[test]
fn a_model_that_scores_as_it_reads_is_open() {
    let form = form_beside(sum);

    assert!(form.opened && form.why.is_none(), "{form:?}");
    assert_eq!(form.kind, FormKind::Linear);
    assert!(form.compared_rows > 48, "rows of the lists and more: {form:?}");
    assert_eq!(form.not_used, ["dead", "same"]);
}

#[test]
fn a_runtime_that_scores_otherwise_closes_the_model() {
    let form = form_beside(|row| sum(row) + f64::from(u8::from(row[0] > 21.0)));

    assert!(!form.opened && form.kind == FormKind::BlackBox, "{form:?}");
    assert!(form.why.is_some_and(|why| why.contains("gives another score than the runtime on")));
    assert_eq!(form.not_used, ["dead", "same"], "what cannot reach the score still cannot");
}
