//! From the messages of a file to the words of [`Model`].

use std::collections::{BTreeMap, BTreeSet};

use crate::names;
use crate::parts::{Parts, initializer_names};
use crate::proto::{
    DataType, DimensionProto, DimensionValue, GraphProto, ModelProto, TensorTypeProto, TypeValue,
    ValueInfoProto,
};
use crate::{Dimension, ElementKind, Model, Refusal, Tensor};

/// Describes a model that the gate let pass.
///
/// `nodes`: how many there are once every function stands in the place of its calls.
pub(crate) fn describe(model: &ModelProto, nodes: u64) -> Result<Model, Refusal> {
    let graph = model.graph.as_ref().ok_or(Refusal::NoGraph)?;
    let inputs = inputs(graph);
    if inputs.is_empty() {
        return Err(Refusal::NoInput);
    }
    let outputs: Vec<Tensor> = graph.output.iter().map(tensor).collect();
    if !outputs.iter().any(|output| output.kind.is_number()) {
        return Err(Refusal::NoNumericOutput);
    }
    let parts = Parts::of(model);
    let operator_counts = operator_counts(&parts);
    Ok(Model {
        inputs,
        outputs,
        opsets: opsets(model),
        nodes: usize::try_from(nodes).unwrap_or(usize::MAX),
        operators: operator_counts.keys().cloned().collect(),
        operator_counts,
        ir_version: model.ir_version,
        producer: producer(model),
        doc_string: model.doc_string.clone(),
        parameters: parts.parameters(),
        metadata: model.metadata_props.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect(),
    })
}

/// Older files list their initializers among the inputs; those need not be fed.
fn inputs(graph: &GraphProto) -> Vec<Tensor> {
    let given: BTreeSet<&str> = initializer_names(graph).collect();
    graph.input.iter().filter(|input| !given.contains(input.name.as_str())).map(tensor).collect()
}

fn tensor(value: &ValueInfoProto) -> Tensor {
    let name = value.name.clone();
    match value.r#type.as_ref().and_then(|kind| kind.value.as_ref()) {
        Some(TypeValue::Tensor(tensor)) => Tensor { name, kind: kind(tensor), shape: shape(tensor) },
        _ => Tensor { name, kind: ElementKind::Other, shape: Vec::new() },
    }
}

fn kind(tensor: &TensorTypeProto) -> ElementKind {
    match DataType::try_from(tensor.elem_type).unwrap_or(DataType::Undefined) {
        DataType::Float16 => ElementKind::Float16,
        DataType::Bfloat16 => ElementKind::BFloat16,
        DataType::Float => ElementKind::Float32,
        DataType::Double => ElementKind::Float64,
        DataType::Int8 => ElementKind::Int8,
        DataType::Int16 => ElementKind::Int16,
        DataType::Int32 => ElementKind::Int32,
        DataType::Int64 => ElementKind::Int64,
        DataType::Uint8 => ElementKind::Uint8,
        DataType::Uint16 => ElementKind::Uint16,
        DataType::Uint32 => ElementKind::Uint32,
        DataType::Uint64 => ElementKind::Uint64,
        DataType::Bool => ElementKind::Bool,
        DataType::String => ElementKind::String,
        _ => ElementKind::Other,
    }
}

fn shape(tensor: &TensorTypeProto) -> Vec<Dimension> {
    tensor.shape.iter().flat_map(|shape| &shape.dim).map(dimension).collect()
}

/// A length below zero is no length: some writers put -1 for "any".
fn dimension(dimension: &DimensionProto) -> Dimension {
    match &dimension.value {
        Some(DimensionValue::Fixed(length)) => {
            u64::try_from(*length).map_or(Dimension::Unknown, Dimension::Fixed)
        }
        Some(DimensionValue::Named(name)) if !name.is_empty() => Dimension::Named(name.clone()),
        _ => Dimension::Unknown,
    }
}

fn opsets(model: &ModelProto) -> Vec<(String, i64)> {
    let written = |domain: &str| if domain.is_empty() { "ai.onnx".to_owned() } else { domain.to_owned() };
    let sets: BTreeSet<_> =
        model.opset_import.iter().map(|set| (written(&set.domain), set.version)).collect();
    sets.into_iter().collect()
}

fn operator_counts(parts: &Parts<'_>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for node in &parts.nodes {
        *counts.entry(names::operator(node)).or_insert(0) += 1;
    }
    counts
}

fn producer(model: &ModelProto) -> String {
    [model.producer_name.as_str(), model.producer_version.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
