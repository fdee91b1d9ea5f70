//! Which operators a model may use.

use std::collections::HashSet;

use super::functions::Functions;
use crate::names::{self, domain, quoted};
use crate::parts::inner_graphs;
use crate::proto::{ModelProto, NodeProto, OperatorSetIdProto};
use crate::refusal::Refusal;

/// Operators of ONNX Runtime's own set that only compute: common in exported and optimised models.
/// `EPContext`, which loads compiled code, and everything that generates text is left out on purpose.
const MICROSOFT: [&str; 20] = [
    "Attention",
    "BiasGelu",
    "BiasSoftmax",
    "DequantizeLinear",
    "DynamicQuantizeMatMul",
    "EmbedLayerNormalization",
    "FastGelu",
    "FusedConv",
    "FusedGemm",
    "FusedMatMul",
    "Gelu",
    "MatMulIntegerToFloat",
    "MultiHeadAttention",
    "QLinearAdd",
    "QLinearMul",
    "QLinearSigmoid",
    "QuantizeLinear",
    "QuickGelu",
    "SkipLayerNormalization",
    "SkipSimplifiedLayerNormalization",
];

/// Operators that draw random numbers at every run.
const CHANCE: [&str; 6] =
    ["Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"];

/// Checks every node against the sets that its graph or function imports.
pub(super) fn check(model: &ModelProto, functions: &Functions<'_>) -> Result<(), Refusal> {
    let imported = domains(&model.opset_import);
    if let Some(graph) = &model.graph {
        check_nodes(&graph.node, &imported, functions)?;
    }
    for function in &model.functions {
        check_nodes(&function.node, &domains(&function.opset_import), functions)?;
    }
    Ok(())
}

fn domains(sets: &[OperatorSetIdProto]) -> HashSet<&str> {
    sets.iter().map(|set| domain(&set.domain)).collect()
}

fn check_nodes(
    nodes: &[NodeProto],
    imported: &HashSet<&str>,
    functions: &Functions<'_>,
) -> Result<(), Refusal> {
    for node in nodes {
        if !functions.has(node) {
            check_operator(node, imported)?;
        }
        for graph in node.attribute.iter().flat_map(inner_graphs) {
            check_nodes(&graph.node, imported, functions)?;
        }
    }
    Ok(())
}

fn check_operator(node: &NodeProto, imported: &HashSet<&str>) -> Result<(), Refusal> {
    if node.op_type.is_empty() {
        return Err(Refusal::NoName { place: format!("the operator of {}", names::node(node)) });
    }
    match domain(&node.domain) {
        "" if CHANCE.contains(&node.op_type.as_str()) || trains(node) => {
            return Err(Refusal::Chance { node: names::node(node) });
        }
        "" | "ai.onnx.ml" => {}
        "com.microsoft" if MICROSOFT.contains(&node.op_type.as_str()) => {}
        "com.microsoft" => return Err(Refusal::Operator { node: names::node(node) }),
        other => return Err(Refusal::OperatorSet { domain: quoted(other) }),
    }
    if imported.contains(domain(&node.domain)) {
        Ok(())
    } else {
        Err(Refusal::OperatorSetMissing { node: names::node(node) })
    }
}

/// `Dropout` leaves its input alone unless its third input says that it trains; models for use leave that out.
fn trains(node: &NodeProto) -> bool {
    node.op_type == "Dropout" && node.input.get(2).is_some_and(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::samples::{model, node, read, refusal};

    #[test]
    fn operators_of_the_runtime_pass_only_by_name() {
        assert!(read(&model(vec![node("com.microsoft.Gelu", &["x"], "y")])).is_ok());

        let answer = refusal(&model(vec![node("com.microsoft.EPContext", &["x"], "y")]));

        assert_eq!(
            answer,
            "node `com.microsoft.EPContext` that makes `y`: this operator is not allowed here"
        );
    }

    #[test]
    fn operators_that_draw_are_refused_by_name() {
        for operator in super::CHANCE {
            let answer = refusal(&model(vec![node(operator, &["x"], "y")]));

            assert!(answer.contains(operator) && answer.contains("random numbers"), "{answer}");
        }
    }

    #[test]
    fn dropout_passes_unless_it_is_told_to_train() {
        assert!(read(&model(vec![node("Dropout", &["x"], "y")])).is_ok());
        assert!(refusal(&model(vec![node("Dropout", &["x", "", "x"], "y")])).contains("random numbers"));
    }

    #[test]
    fn an_operator_needs_its_set() {
        let mut model = model(vec![node("ai.onnx.ml.Scaler", &["x"], "y")]);
        model.opset_import.truncate(1);

        let answer = refusal(&model);

        let expected = "node `ai.onnx.ml.Scaler` that makes `y`: the model does not say which version of this operator set it needs";
        assert_eq!(answer, expected);
    }
}
