//! Models for tests, put together by hand.

use prost::Message as _;

use crate::proto::{
    AttributeFields, AttributeProto, DataType, DimensionProto, DimensionValue, FunctionProto, GraphProto,
    ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto,
    TypeValue, ValueInfoProto,
};
use crate::{Model, Refusal};

/// A model with these nodes from the input `x` (N rows of 8 numbers) to the output `y`.
pub(crate) fn model(nodes: Vec<NodeProto>) -> ModelProto {
    let graph = GraphProto {
        node: nodes,
        input: vec![matrix("x")],
        output: vec![matrix("y")],
        ..GraphProto::default()
    };
    ModelProto {
        ir_version: 8,
        opset_import: ["", "ai.onnx.ml", "com.microsoft"].map(|domain| set(domain, 1)).into(),
        graph: Some(graph),
        ..ModelProto::default()
    }
}

/// The same with these tensors in the graph.
pub(crate) fn with_initializers(nodes: Vec<NodeProto>, tensors: Vec<TensorProto>) -> ModelProto {
    let mut model = model(nodes);
    if let Some(graph) = &mut model.graph {
        graph.initializer = tensors;
    }
    model
}

/// Writes the model and reads it as any other file.
pub(crate) fn read(model: &ModelProto) -> Result<Model, Refusal> {
    crate::read(&model.encode_to_vec())
}

/// The sentence with which the model is refused.
#[track_caller]
pub(crate) fn refusal(model: &ModelProto) -> String {
    read(model).expect_err("refused").to_string()
}

pub(crate) fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    let (domain, operator) = operator.rsplit_once('.').unwrap_or(("", operator));
    NodeProto {
        input: inputs.iter().map(|name| (*name).to_owned()).collect(),
        output: vec![output.to_owned()],
        op_type: operator.to_owned(),
        domain: domain.to_owned(),
        ..NodeProto::default()
    }
}

/// The node with one attribute more.
pub(crate) fn having(mut node: NodeProto, name: &str, mut value: AttributeProto) -> NodeProto {
    name.clone_into(&mut value.name);
    node.attribute.push(value);
    node
}

pub(crate) fn integers(ints: &[i64]) -> AttributeProto {
    of(AttributeFields { ints: ints.to_vec(), ..AttributeFields::default() })
}

pub(crate) fn inner(graph: GraphProto) -> AttributeProto {
    of(AttributeFields { g: Some(Box::new(graph)), ..AttributeFields::default() })
}

pub(crate) fn constant(tensor: TensorProto) -> AttributeProto {
    of(AttributeFields { t: Some(Box::new(tensor)), ..AttributeFields::default() })
}

fn of(fields: AttributeFields) -> AttributeProto {
    AttributeProto { fields, ..AttributeProto::default() }
}

/// A vector of integers.
pub(crate) fn shape(name: &str, numbers: &[i64]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: vec![i64::try_from(numbers.len()).expect("short")],
        data_type: DataType::Int64 as i32,
        int64_data: numbers.to_vec(),
        ..TensorProto::default()
    }
}

/// A function of the domain `own` from `a` to `b`.
pub(crate) fn function(name: &str, nodes: Vec<NodeProto>) -> FunctionProto {
    FunctionProto {
        name: name.to_owned(),
        domain: "own".to_owned(),
        input: vec!["a".to_owned()],
        output: vec!["b".to_owned()],
        node: nodes,
        opset_import: vec![set("", 17), set("own", 1)],
        ..FunctionProto::default()
    }
}

pub(crate) fn set(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto { domain: domain.to_owned(), version }
}

fn matrix(name: &str) -> ValueInfoProto {
    let rows = DimensionValue::Named("N".to_owned());
    let dim = [rows, DimensionValue::Fixed(8)].map(|value| DimensionProto { value: Some(value) }).into();
    let tensor = TensorTypeProto { elem_type: DataType::Float as i32, shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto { value: Some(TypeValue::Tensor(tensor)) }),
    }
}
