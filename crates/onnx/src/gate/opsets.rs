//! Which sets of operators a model may ask for.

use std::collections::HashMap;

use super::functions::Functions;
use crate::names::{domain, quoted};
use crate::proto::{ModelProto, OperatorSetIdProto};
use crate::refusal::Refusal;

/// The sets that run here, each with its newest version. Source: ONNX 1.23 and ONNX Runtime 1.32.
const KNOWN: [(&str, i64); 3] = [("", 28), ("ai.onnx.ml", 5), ("com.microsoft", 1)];

/// Checks the sets that the model and its functions import.
pub(super) fn check(model: &ModelProto, functions: &Functions<'_>) -> Result<(), Refusal> {
    check_sets(&model.opset_import, functions)?;
    model.functions.iter().try_for_each(|function| check_sets(&function.opset_import, functions))
}

fn check_sets(sets: &[OperatorSetIdProto], functions: &Functions<'_>) -> Result<(), Refusal> {
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for set in sets {
        check_set(set, functions)?;
        // Some converters name a set twice; only two different versions contradict each other.
        let first = *versions.entry(domain(&set.domain)).or_insert(set.version);
        if first != set.version {
            return Err(Refusal::OperatorSetTwice { domain: written(set), first, second: set.version });
        }
    }
    Ok(())
}

fn check_set(set: &OperatorSetIdProto, functions: &Functions<'_>) -> Result<(), Refusal> {
    let name = domain(&set.domain);
    match KNOWN.iter().find(|(known, _)| *known == name) {
        Some((_, newest)) if !(1..=*newest).contains(&set.version) => {
            let (found, newest) = (set.version, *newest);
            Err(Refusal::OperatorSetVersion { domain: written(set), found, newest })
        }
        Some(_) => Ok(()),
        None if functions.has_domain(name) => Ok(()),
        None => Err(Refusal::OperatorSet { domain: written(set) }),
    }
}

fn written(set: &OperatorSetIdProto) -> String {
    quoted(if set.domain.is_empty() { "ai.onnx" } else { &set.domain })
}

#[cfg(test)]
mod tests {
    use crate::samples::{function, model, node, read, refusal, set};

    #[test]
    fn sets_of_operators_are_known_by_name_and_version() {
        let check = |domain: &str, version: i64, expected: &str| {
            let mut model = model(vec![node("Relu", &["x"], "y")]);
            model.opset_import = vec![set("", 17), set(domain, version)];
            assert_eq!(refusal(&model), expected);
        };
        let foreign = "the model asks for operators of `com.evil`; only ai.onnx, ai.onnx.ml and parts of com.microsoft are allowed";

        check("com.evil", 1, foreign);
        check(
            "ai.onnx.ml",
            6,
            "the model asks for version 6 of the operators of `ai.onnx.ml`; versions 1 to 5 are known",
        );
        check(
            "ai.onnx.ml",
            0,
            "the model asks for version 0 of the operators of `ai.onnx.ml`; versions 1 to 5 are known",
        );
        check("ai.onnx", 18, "the model asks for the operators of `ai.onnx` in two versions, 17 and 18");
    }

    #[test]
    fn a_set_named_twice_in_one_version_passes() {
        let mut model = model(vec![node("Relu", &["x"], "y")]);
        model.opset_import = vec![set("", 15), set("ai.onnx", 15)];

        assert_eq!(read(&model).map(|model| model.opsets), Ok(vec![("ai.onnx".to_owned(), 15)]));
    }

    #[test]
    fn a_domain_of_own_functions_passes() {
        let mut model = model(vec![node("own.f", &["x"], "y")]);
        model.functions.push(function("f", vec![node("Relu", &["a"], "b")]));
        model.opset_import.push(set("own", 1));

        assert!(read(&model).is_ok());
    }
}
