//! Matrices, sums along axes, and the linear operators of `ai.onnx.ml`.

use std::sync::Arc;

use forms::Function;
use forms::program::{Affine, Combination, Fold, Map, Step};

use super::elements::post;
use super::graph::{Call, Made, Reader, one};
use super::shapes::axis;
use super::value::{Kind, Rows, Tensor, Value};

impl<'a> Reader<'a> {
    /// `weights` has one row for each number of the row, one column for each result.
    fn affine(&mut self, rows: &Rows, weights: Arc<[f64]>, bias: Vec<f64>) -> Result<usize, String> {
        if rows.width().checked_mul(bias.len()) != Some(weights.len()) {
            return Err("its matrix does not fit the row".to_owned());
        }
        self.spend(weights.len())?;
        self.push(Step::Affine(Affine { from: rows.step, weights, bias }))
    }

    pub(super) fn matmul(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.fractions(call, 0)?;
        let matrix = self.constant(call, 1)?;
        let inputs = rows.shape.last().copied().filter(|inputs| *inputs == rows.width());
        let inputs = inputs.ok_or("a product with more than one vector a row is not opened")?;
        let (outputs, shape) = match matrix.shape.as_slice() {
            [first] if *first == inputs => (1, rows.shape.iter().copied().rev().skip(1).rev().collect()),
            [first, outputs] if *first == inputs => {
                let mut shape = rows.shape.clone();
                shape.last_mut().into_iter().for_each(|last| *last = *outputs);
                (*outputs, shape)
            }
            _ => return Err("its matrix does not fit the row".to_owned()),
        };
        if matrix.kind != rows.kind {
            return Err("its inputs have different types".to_owned());
        }
        let step = self.affine(&rows, matrix.numbers, vec![0.0; outputs])?;
        Ok(one(step, shape, rows.kind))
    }

    pub(super) fn gemm(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.fractions(call, 0)?;
        let matrix = self.constant(call, 1)?;
        let ([inputs], [first, second]) = (rows.shape.as_slice(), matrix.shape.as_slice()) else {
            return Err("it multiplies something else than rows and a matrix".to_owned());
        };
        if call.integer("transA", 0) != 0 || matrix.kind != rows.kind {
            return Err("it turns the rows round or mixes types".to_owned());
        }
        let alpha = call.float("alpha", 1.0);
        let is_turned = call.integer("transB", 0) != 0;
        let (found, outputs) = if is_turned { (*second, *first) } else { (*first, *second) };
        if found != *inputs {
            return Err("its matrix does not fit the row".to_owned());
        }
        let weights = if is_turned {
            self.spend(matrix.numbers.len())?;
            turned(&matrix.numbers, outputs, found)
        } else {
            matrix.numbers
        };
        let weights = if alpha.total_cmp(&1.0).is_eq() {
            weights
        } else {
            weights.iter().map(|weight| alpha * weight).collect()
        };
        let beta = call.float("beta", 1.0);
        let bias = match call.given(2) {
            None => None,
            Some(_) => Some(self.input(call, 2)?),
        };
        let constant = match &bias {
            Some(Value::Constant(bias)) if bias.kind == rows.kind => Some(repeated(bias, outputs)?),
            Some(Value::Constant(_)) => return Err("its inputs have different types".to_owned()),
            _ => None,
        };
        let bias_of_step = constant
            .as_ref()
            .map_or_else(|| vec![0.0; outputs], |bias| bias.iter().map(|number| beta * number).collect());
        let step = self.affine(&rows, weights, bias_of_step)?;
        let product = Rows { step, shape: vec![outputs], kind: rows.kind };
        match bias {
            Some(Value::Rows(bias)) => {
                let beta = Value::Constant(Tensor::vector([beta].into(), Vec::new(), bias.kind));
                let bias = self.combine(Combination::Multiply, Value::Rows(bias), beta)?;
                Ok(vec![self.combine(Combination::Add, Value::Rows(product), bias)?])
            }
            _ => Ok(vec![Value::Rows(product)]),
        }
    }

    /// Sums, means and extremes along axes of the row.
    pub(super) fn fold(&mut self, call: &Call<'a>, how: Fold) -> Made<'a> {
        let rows = self.fractions(call, 0)?;
        let axes = self.axes(call, 1)?.filter(|axes| !axes.is_empty());
        let Some(axes) = axes else {
            if call.integer("noop_with_empty_axes", 0) != 0 {
                return Ok(vec![Value::Rows(rows)]);
            }
            return Err("it works across rows, so a row has no value of its own".to_owned());
        };
        let folded =
            axes.iter().map(|which| axis(*which, rows.shape.len())).collect::<Result<Vec<_>, _>>()?;
        let kept: Vec<usize> = (0..rows.shape.len()).filter(|axis| !folded.contains(axis)).collect();
        let inner: Vec<usize> = (0..rows.shape.len()).filter(|axis| folded.contains(axis)).collect();
        let order = [kept.clone(), inner.clone()].concat();
        let (places, _) = self.reordered(&rows.shape, &order)?;
        let from =
            if order.is_sorted() { rows.step } else { self.push(Step::Pick { from: rows.step, places })? };
        let length = inner.iter().filter_map(|axis| rows.shape.get(*axis)).product();
        if length == 0 {
            return Err("it folds nothing".to_owned());
        }
        let step = self.push(Step::Fold { from, how, length })?;
        let stays = call.integer("keepdims", 1) != 0;
        let lengths = rows.shape.iter().enumerate();
        let shape =
            lengths.filter_map(
                |(axis, length)| {
                    if folded.contains(&axis) { stays.then_some(1) } else { Some(*length) }
                },
            );
        Ok(one(step, shape.collect(), rows.kind))
    }

    /// Before version 13 of the operators everything from the axis on is one vector.
    pub(super) fn softmax(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.fractions(call, 0)?;
        let is_old = self.opset < 13;
        let axis = axis(call.integer("axis", if is_old { 1 } else { -1 }), rows.shape.len())?;
        if !is_old && axis + 1 != rows.shape.len() {
            return Err("it works along an axis that is not the last".to_owned());
        }
        let length = rows.shape.iter().skip(axis).product();
        let step = self.push(Step::Softmax { from: rows.step, length })?;
        Ok(one(step, rows.shape, rows.kind))
    }

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
        let label = super::graph::shut("the class of a row is not opened; its scores are", vec![]);
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
        Value::Closed(shut) => Value::Closed(super::value::Shut {
            from: call.inputs.iter().flatten().copied().collect(),
            ..shut
        }),
        other => other,
    }
}

pub(super) fn post_transform<'a>(call: &Call<'a>) -> &'a [u8] {
    call.text("post_transform").unwrap_or(b"NONE")
}

/// A matrix with rows and columns exchanged.
fn turned(matrix: &[f64], rows: usize, columns: usize) -> Arc<[f64]> {
    let column = |column: usize| matrix.iter().skip(column).step_by(columns.max(1)).take(rows).copied();
    (0..columns).flat_map(column).collect()
}

/// A constant of one number, or of one row of `outputs` numbers.
fn repeated(bias: &Tensor, outputs: usize) -> Result<Vec<f64>, String> {
    match (bias.numbers.len(), bias.shape.as_slice()) {
        (1, [] | [1] | [1, 1]) => Ok(bias.numbers.repeat(outputs)),
        (length, [_] | [1, _]) if length == outputs => Ok(bias.numbers.to_vec()),
        _ => Err("its third input does not fit".to_owned()),
    }
}
