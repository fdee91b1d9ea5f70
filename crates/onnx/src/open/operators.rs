//! Which operator is read where.

use forms::Function;
use forms::program::{Combination, Fold, Map};

use super::graph::{Call, Made, Reader};
use crate::names;

impl<'a> Reader<'a> {
    /// Reads one node.
    pub(super) fn operator(&mut self, call: &Call<'a>) -> Made<'a> {
        let operator = call.node.op_type.as_str();
        match names::domain(&call.node.domain) {
            "" => self.standard(operator, call),
            "ai.onnx.ml" => self.learned(operator, call),
            _ => Err(unknown()),
        }
    }

    fn standard(&mut self, operator: &str, call: &Call<'a>) -> Made<'a> {
        if let Some(map) = map(operator, call) {
            return self.map(call, map);
        }
        if let Some(operation) = combination(operator) {
            return self.combine_all(call, operation);
        }
        if let Some(how) = fold(operator) {
            return self.fold(call, how);
        }
        match operator {
            "Mean" => self.mean(call),
            "Greater" => self.compare_swapped(call, Combination::Less),
            "GreaterOrEqual" => self.compare_swapped(call, Combination::LessOrEqual),
            "Where" => self.choose(call),
            "Clip" => self.clip(call),
            "Cast" => self.cast(call),
            "Softmax" => self.softmax(call),
            "Gemm" => self.gemm(call),
            "MatMul" => self.matmul(call),
            _ => self.moving(operator, call),
        }
    }

    /// Operators that move numbers and compute nothing.
    fn moving(&mut self, operator: &str, call: &Call<'a>) -> Made<'a> {
        match operator {
            "Identity" | "Dropout" => Ok(vec![self.input(call, 0)?]),
            "Constant" => Self::constant_node(call),
            "Concat" => self.concat(call),
            "Split" => self.split(call),
            "Slice" => self.slice(call),
            "Gather" => self.gather(call),
            "Reshape" => self.reshape(call),
            "Flatten" => self.flatten(call),
            "Squeeze" => self.squeeze(call),
            "Unsqueeze" => self.unsqueeze(call),
            "Transpose" => self.transpose(call),
            _ => Err(unknown()),
        }
    }

    /// Operators of machine learning.
    fn learned(&mut self, operator: &str, call: &Call<'a>) -> Made<'a> {
        match operator {
            "TreeEnsembleRegressor" => self.regressor(call),
            "TreeEnsembleClassifier" => self.classifier(call),
            "TreeEnsemble" => self.ensemble(call),
            "LinearRegressor" => self.linear_regressor(call),
            "LinearClassifier" => self.linear_classifier(call),
            "Normalizer" => self.normalizer(call),
            "Scaler" => self.scaler(call),
            "FeatureVectorizer" => self.concat(call),
            _ => Err(unknown()),
        }
    }
}

fn unknown() -> String {
    "this operator is not opened".to_owned()
}

fn map(operator: &str, call: &Call<'_>) -> Option<Map> {
    Some(match operator {
        "Sigmoid" => Map::Function(Function::Sigmoid),
        "Tanh" => Map::Function(Function::Tanh),
        "Relu" => Map::Function(Function::Relu),
        "Exp" => Map::Function(Function::Exp),
        "Log" => Map::Function(Function::Log),
        "Softplus" => Map::Function(Function::Softplus),
        "Abs" => Map::Function(Function::Abs),
        "Sqrt" => Map::Function(Function::Sqrt),
        "Neg" => Map::Negative,
        "Reciprocal" => Map::Reciprocal,
        "Floor" => Map::Floor,
        "Ceil" => Map::Ceiling,
        "Round" => Map::RoundEven,
        "Sign" => Map::Sign,
        "Erf" => Map::Erf,
        "LeakyRelu" => Map::Leaky(call.float("alpha", 0.01).to_bits()),
        "Not" => Map::Not,
        "IsNaN" => Map::IsNan,
        _ => return None,
    })
}

fn combination(operator: &str) -> Option<Combination> {
    Some(match operator {
        "Add" | "Sum" => Combination::Add,
        "Sub" => Combination::Subtract,
        "Mul" => Combination::Multiply,
        "Div" => Combination::Divide,
        "Pow" => Combination::Power,
        "Min" => Combination::Least,
        "Max" => Combination::Greatest,
        "Less" => Combination::Less,
        "LessOrEqual" => Combination::LessOrEqual,
        "Equal" => Combination::Equal,
        "And" => Combination::And,
        "Or" => Combination::Or,
        _ => return None,
    })
}

fn fold(operator: &str) -> Option<Fold> {
    Some(match operator {
        "ReduceSum" => Fold::Sum,
        "ReduceMean" => Fold::Mean,
        "ReduceMax" => Fold::Greatest,
        "ReduceMin" => Fold::Least,
        "ReduceProd" => Fold::Product,
        _ => return None,
    })
}
