//! Matrices, and sums along axes.

use std::sync::Arc;

use forms::program::{Affine, Combination, Fold, Step};

use super::graph::{Call, Made, Reader, one};
use super::shapes::axis;
use super::value::{Rows, Tensor, Value};

impl<'a> Reader<'a> {
    /// `weights` has one row for each number of the row, one column for each result.
    pub(super) fn affine(
        &mut self,
        rows: &Rows,
        weights: Arc<[f64]>,
        bias: Vec<f64>,
    ) -> Result<usize, String> {
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
}

/// A matrix with rows and columns exchanged.
pub(super) fn turned(matrix: &[f64], rows: usize, columns: usize) -> Arc<[f64]> {
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
