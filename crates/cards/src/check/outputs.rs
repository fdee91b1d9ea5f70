//! The outputs that a card names are outputs of the model.

use onnx::{Dimension, ElementKind, Tensor};

use super::{CARD_FILE, Output};
use crate::Fault;
use crate::fault::legible;
use crate::source::{Effect, Switch, SystemCard, each_effect};

/// Usual name of the output that is the score.
const SCORE: &str = "score";

/// What comes out as the score.
///
/// # Errors
/// Outputs that are named but not there or not numeric, also in the effects of controls.
pub(super) fn output(card: &SystemCard, model: &onnx::Model) -> Result<Output, Vec<Fault>> {
    let mut faults: Vec<Fault> = named(card)
        .into_iter()
        .filter_map(|(field, output)| {
            let (wrong, right) = misfit(model, &output)?;
            Some(Fault::new(field, wrong, right))
        })
        .collect();
    if !card.value.is_empty() && card.model.output.is_some() {
        let wrong = "Both one output and weights of several are given.";
        faults.push(Fault::new("value", wrong, "Keep `model.output` or `value`."));
    }
    let output = match &card.model.output {
        _ if !card.value.is_empty() => Some(Output::Weighted(card.value.clone().into_iter().collect())),
        Some(output) => Some(Output::Named(output.clone())),
        None => default(model, &mut faults).map(Output::Named),
    };
    match output {
        Some(output) if faults.is_empty() => Ok(output),
        _ => Err(faults.into_iter().map(|fault| fault.in_file(CARD_FILE)).collect()),
    }
}

/// The output `score`, else the only output of floats, else the only numeric one.
fn default(model: &onnx::Model, faults: &mut Vec<Fault>) -> Option<String> {
    let numeric: Vec<&Tensor> = model.numeric_outputs().collect();
    let floats = || numeric.iter().filter(|o| matches!(o.kind, ElementKind::Float32 | ElementKind::Float64));
    let only_float = floats().next().filter(|_| floats().count() == 1);
    let score = numeric.iter().find(|output| output.name == SCORE);
    let only = numeric.first().filter(|_| numeric.len() == 1);
    let Some(output) = score.or(only_float).or(only) else {
        let wrong = format!("The model has several numeric outputs: {}.", names(model));
        faults.push(Fault::new("model.output", wrong, "Name the one that is the score, or give `value`."));
        return None;
    };
    if let Some((wrong, right)) = misfit(model, &output.name) {
        faults.push(Fault::new("model.output", wrong, right));
    }
    Some(output.name.clone())
}

/// Why `NAME` or `NAME[2]` is not one number a row, and what would be right.
fn misfit(model: &onnx::Model, named: &str) -> Option<(String, String)> {
    let find = |name: &str| model.numeric_outputs().find(|output| output.name == name);
    let cell = named.strip_suffix(']').and_then(|start| start.rsplit_once('['));
    let cell = cell.and_then(|(name, column)| Some((name, column.parse::<u64>().ok()?)));
    let (output, column) = match (find(named), cell) {
        (Some(output), _) => (Some(output), None),
        (None, Some((name, column))) => (find(name), Some(column)),
        (None, None) => (None, None),
    };
    let Some(output) = output else {
        let wrong = format!("The model has no numeric output `{named}`.");
        return Some((wrong, format!("Name one of: {}.", names(model))));
    };
    let width = match output.shape.as_slice() {
        [_, Dimension::Fixed(width)] => *width,
        _ => return None,
    };
    let fits = column.map_or(width == 1, |column| column < width);
    let name = legible(&output.name);
    let last = width.saturating_sub(1);
    (!fits).then(|| {
        (
            format!("The output `{name}` has {width} columns."),
            format!("Choose one of `{name}[0]` to `{name}[{last}]`."),
        )
    })
}

fn names(model: &onnx::Model) -> String {
    model.numeric_outputs().take(20).map(|output| legible(&output.name)).collect::<Vec<_>>().join(", ")
}

/// Every output that the card names, with the field it stands in.
fn named(card: &SystemCard) -> Vec<(String, String)> {
    let mut named: Vec<(String, String)> = Vec::new();
    named.extend(card.model.output.iter().map(|output| ("model.output".to_owned(), output.clone())));
    named.extend(card.value.keys().map(|head| (format!("value.{head}"), head.clone())));
    named.extend(each_effect(card).filter_map(|(field, effect)| match effect {
        Effect::Switch(Switch::Output(output)) => Some((format!("{field}.switch"), output.clone())),
        _ => None,
    }));
    named
}
