//! The linear operators of `ai.onnx.ml`, and what its operators do to scores at the end.

use std::sync::Arc;

use forms::Function;
use forms::program::{Combination, Fold, Map, Step};

use super::elements::post;
use super::graph::{Call, Made, Reader, one, shut};
use super::linear::turned;
use super::value::{Kind, Rows, Shut, Tensor, Value};

impl<'a> Reader<'a> {
    /// Rows of 32-bit numbers in one vector, as `ai.onnx.ml` takes them here.
    pub(super) fn vector(&mut self, call: &Call<'a>) -> Result<Rows, String> {
        let rows = self.rows(call, 0)?;
        match (rows.kind, rows.shape.len()) {
            (Kind::Single, 1) => Ok(rows),
            (Kind::Single, _) => Err("its input is no matrix of rows".to_owned()),
            (kind, _) => Err(format!("this operator on {} is not opened", kind.called())),
        }
    }

    pub(super) fn scaler(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.vector(call)?;
        let mut value = Value::Rows(rows.clone());
        for (name, operation) in [("offset", Combination::Subtract), ("scale", Combination::Multiply)] {
            let numbers = call.floats(name);
            if numbers.len() != 1 && numbers.len() != rows.width() {
                return Err(format!("`{name}` has {} numbers, the row has {}", numbers.len(), rows.width()));
            }
            let numbers: Arc<[f64]> = numbers.iter().map(|number| f64::from(*number)).collect();
            let shape = vec![numbers.len()];
            value = self.combine(
                operation,
                value,
                Value::Constant(Tensor { shape, numbers, kind: Kind::Single }),
            )?;
        }
        Ok(vec![value])
    }

    pub(super) fn linear_regressor(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.vector(call)?;
        let outputs = usize::try_from(call.integer("targets", 1)).map_err(|error| error.to_string())?;
        let step = self.lines(call, &rows, outputs)?;
        // As with trees, the runtime applies nothing but PROBIT to a single target.
        let step = match post_transform(call) {
            b"LOGISTIC" | b"SOFTMAX" | b"SOFTMAX_ZERO" if outputs == 1 => step,
            post => self.post(post, step, outputs)?,
        };
        Ok(one(step, vec![outputs], Kind::Single))
    }

    /// Each row divided by its largest absolute number, by their sum, or by its length; a row of zeros stays.
    pub(super) fn normalizer(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.vector(call)?;
        let (from, width) = (rows.step, rows.width());
        let size = match call.text("norm").unwrap_or(b"MAX") {
            b"L1" => self.push(Step::Map { from, map: Map::Function(Function::Abs) })?,
            b"L2" => {
                self.push(Step::Combine { operation: Combination::Multiply, left: from, right: from })?
            }
            b"MAX" => from,
            _ => return Err("this norm is not opened".to_owned()),
        };
        let how = if size == from { Fold::Greatest } else { Fold::Sum };
        let sum = self.push(Step::Fold { from: size, how, length: width })?;
        let sum = match call.text("norm").unwrap_or(b"MAX") {
            b"L2" => self.push(Step::Map { from: sum, map: Map::Function(Function::Sqrt) })?,
            _ => sum,
        };
        let sum = self.push(Step::Pick { from: sum, places: vec![0; width] })?;
        let quotient = self.push(Step::Combine { operation: Combination::Divide, left: from, right: sum })?;
        let step = self.push(Step::Choose { condition: sum, yes: quotient, no: from })?;
        Ok(one(step, rows.shape, Kind::Single))
    }

    /// Scores of the classes; the first output, the class itself, is not opened.
    pub(super) fn linear_classifier(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.vector(call)?;
        let lines = call.floats("intercepts").len();
        let labels = call.integers("classlabels_ints").map_or(0, <[i64]>::len);
        let labels =
            labels.max(call.attribute("classlabels_strings").map_or(0, |labels| labels.strings.len()));
        let step = self.lines(call, &rows, lines)?;
        let step = match (lines, labels, post_transform(call)) {
            (1, 2, b"LOGISTIC") => self.two_classes(step, Pair::Logistic)?,
            (1, 2, b"NONE" | b"SOFTMAX" | b"SOFTMAX_ZERO") => self.two_classes(step, Pair::Rest)?,
            (lines, labels, post) if lines == labels && lines > 1 => self.post(post, step, lines)?,
            _ => return Err(format!("scores of {labels} classes from {lines} lines are not opened")),
        };
        let label = shut("the class of a row is not opened; its scores are", vec![]);
        Ok(vec![
            with_inputs(label, call),
            Value::Rows(Rows { step, shape: vec![labels], kind: Kind::Single }),
        ])
    }

    /// One line a result: coefficients stand result after result.
    fn lines(&mut self, call: &Call<'a>, rows: &Rows, outputs: usize) -> Result<usize, String> {
        let coefficients: Vec<f64> =
            call.floats("coefficients").iter().map(|number| f64::from(*number)).collect();
        if outputs.checked_mul(rows.width()) != Some(coefficients.len()) {
            return Err(format!(
                "it has {} coefficients for {} numbers a row",
                coefficients.len(),
                rows.width()
            ));
        }
        let mut bias: Vec<f64> = call.floats("intercepts").iter().map(|number| f64::from(*number)).collect();
        if bias.is_empty() {
            bias = vec![0.0; outputs];
        }
        if bias.len() != outputs {
            return Err(format!("it has {} intercepts for {outputs} results", bias.len()));
        }
        self.affine(rows, turned(&coefficients, outputs, rows.width()), bias)
    }

    /// What `ai.onnx.ml` does to the scores at the end.
    pub(super) fn post(&mut self, function: &[u8], from: usize, width: usize) -> Result<usize, String> {
        match (function, post(function)) {
            (b"NONE", _) => Ok(from),
            (_, Some(function)) => self.push(Step::Map { from, map: Map::Function(function) }),
            (b"SOFTMAX", _) => self.push(Step::Softmax { from, length: width }),
            (b"SOFTMAX_ZERO", _) => self.softmax_of_others(from, width),
            _ => Err("this post transform is not opened".to_owned()),
        }
    }

    /// Softmax among the scores that are not 0 (by 1e-7, as the runtime measures it); those stay 0.
    fn softmax_of_others(&mut self, from: usize, width: usize) -> Result<usize, String> {
        let size = self.push(Step::Map { from, map: Map::Function(Function::Abs) })?;
        let least = self.push(Step::Constant(vec![1e-7; width]))?;
        let counts = self.push(Step::Combine { operation: Combination::Less, left: least, right: size })?;
        let most = self.push(Step::Fold { from, how: Fold::Greatest, length: width })?;
        let most = self.push(Step::Pick { from: most, places: vec![0; width] })?;
        let less = self.push(Step::Combine { operation: Combination::Subtract, left: from, right: most })?;
        let power = self.push(Step::Map { from: less, map: Map::Function(Function::Exp) })?;
        let zero = self.push(Step::Constant(vec![0.0; width]))?;
        let power = self.push(Step::Choose { condition: counts, yes: power, no: zero })?;
        let sum = self.push(Step::Fold { from: power, how: Fold::Sum, length: width })?;
        let sum = self.push(Step::Pick { from: sum, places: vec![0; width] })?;
        self.push(Step::Combine { operation: Combination::Divide, left: power, right: sum })
    }

    /// `[1 - p, p]` of one column of scores, or `[-s, s]`.
    pub(super) fn two_classes(&mut self, score: usize, second: Pair) -> Result<usize, String> {
        let of = |from: usize, function: Function| Step::Map { from, map: Map::Function(function) };
        let negative = self.push(Step::Map { from: score, map: Map::Negative })?;
        match second {
            Pair::Mirrored => self.push(Step::Join(vec![negative, score])),
            Pair::Logistic => {
                let (first, second) =
                    (self.push(of(negative, Function::Sigmoid))?, self.push(of(score, Function::Sigmoid))?);
                self.push(Step::Join(vec![first, second]))
            }
            Pair::Rest => {
                let one = self.push(Step::Constant(vec![1.0]))?;
                let rest =
                    self.push(Step::Combine { operation: Combination::Subtract, left: one, right: score })?;
                self.push(Step::Join(vec![rest, score]))
            }
        }
    }
}

/// How the score of one class makes those of two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pair {
    /// `[-s, s]`.
    Mirrored,
    /// `[sigmoid(-s), sigmoid(s)]`.
    Logistic,
    /// `[1 - s, s]`.
    Rest,
}

/// A closed value into which all inputs of the node flow.
pub(super) fn with_inputs<'a>(value: Value<'a>, call: &Call<'a>) -> Value<'a> {
    match value {
        Value::Closed(shut) => {
            Value::Closed(Shut { from: call.inputs.iter().flatten().copied().collect(), ..shut })
        }
        other => other,
    }
}

pub(super) fn post_transform<'a>(call: &Call<'a>) -> &'a [u8] {
    call.text("post_transform").unwrap_or(b"NONE")
}
