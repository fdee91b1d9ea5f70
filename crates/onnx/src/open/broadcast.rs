//! Values of different lengths side by side. Source: ONNX, "Broadcasting".

use forms::program::Step;

use super::graph::Reader;
use super::value::Value;

impl<'a> Reader<'a> {
    /// A step with the value in this shape, its numbers repeated where it is shorter.
    pub(super) fn spread(&mut self, value: Value<'a>, shape: &[usize]) -> Result<usize, String> {
        match value {
            Value::Rows(rows) if rows.shape == shape => Ok(rows.step),
            Value::Rows(rows) => {
                let places = self.places(&rows.shape, shape)?;
                self.push(Step::Pick { from: rows.step, places })
            }
            Value::Constant(tensor) => {
                let own = tensor.shape.get(tensor.shape.len().saturating_sub(shape.len())..).unwrap_or(&[]);
                let places = self.places(own, shape)?;
                let of = |place: &usize| tensor.numbers.get(*place).copied();
                let numbers = places.iter().filter_map(of).collect();
                self.push(Step::Constant(numbers))
            }
            _ => Err("its input is not opened".to_owned()),
        }
    }

    /// For every number of the shape the place of the number that is repeated there.
    pub(super) fn places(&mut self, own: &[usize], shape: &[usize]) -> Result<Vec<usize>, String> {
        let total = shape.iter().try_fold(1_usize, |count, length| count.checked_mul(*length));
        let total = total.ok_or("a value is too large")?;
        self.spend(total)?;
        let mut places = vec![0; total];
        let mut step = 1;
        let mut inner = 1;
        for (at, length) in shape.iter().enumerate().rev() {
            let own_length =
                (own.len() + at).checked_sub(shape.len()).and_then(|at| own.get(at)).copied().unwrap_or(1);
            if own_length > 1 {
                for (number, place) in places.iter_mut().enumerate() {
                    *place += (number / inner) % length * step;
                }
                step *= own_length;
            }
            inner *= (*length).max(1);
        }
        Ok(places)
    }
}

/// The shape behind the rows that values of rows and constants have together.
pub(super) fn common(values: &[Value<'_>]) -> Result<Vec<usize>, String> {
    let mut shape: Option<Vec<usize>> = None;
    for value in values {
        if let Value::Rows(rows) = value {
            shape = Some(match shape {
                None => rows.shape.clone(),
                Some(shape) if shape.len() == rows.shape.len() => broadcast(&shape, &rows.shape)?,
                Some(_) => return Err("it would combine every row with every other row".to_owned()),
            });
        }
    }
    let mut shape = shape.ok_or("all its inputs are constants, which is not opened here")?;
    for value in values {
        if let Value::Constant(tensor) = value {
            let ahead = tensor.shape.len().saturating_sub(shape.len());
            let (before, own) = tensor.shape.split_at_checked(ahead).unwrap_or_default();
            if before.len() > 1 || before.iter().any(|length| *length != 1) {
                return Err("it combines a constant with the rows by their number".to_owned());
            }
            let mixes = shape.len() < tensor.shape.len() && before.is_empty();
            if mixes {
                return Err("it combines a constant with the rows by their number".to_owned());
            }
            shape = broadcast(&shape, own)?;
        }
    }
    Ok(shape)
}

/// Lengths of 1 stretch; all others must be equal.
pub(super) fn broadcast(left: &[usize], right: &[usize]) -> Result<Vec<usize>, String> {
    let rank = left.len().max(right.len());
    let length = |shape: &[usize], at: usize| {
        (shape.len() + at).checked_sub(rank).and_then(|at| shape.get(at)).copied().unwrap_or(1)
    };
    (0..rank)
        .map(|at| match (length(left, at), length(right, at)) {
            (1, other) | (other, 1) => Ok(other),
            (one, other) if one == other => Ok(one),
            (one, other) => Err(format!("its inputs have {one} and {other} numbers, which do not fit")),
        })
        .collect()
}
