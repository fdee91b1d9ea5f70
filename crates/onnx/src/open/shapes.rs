//! Operators that give the numbers of a row a new shape or order. Whatever moves numbers between rows is closed.

use std::sync::Arc;

use forms::program::Step;

use super::graph::{Call, Made, Reader, one};
use super::value::{Kind, Rows, Tensor, Value};

/// Why a value that mixes rows is closed.
const MIXES: &str = "it works across rows, so a row has no value of its own";

impl<'a> Reader<'a> {
    pub(super) fn constant_node(call: &Call<'a>) -> Made<'a> {
        let number = |number: f64, kind: Kind| {
            Ok(vec![Value::Constant(Tensor::vector([number].into(), Vec::new(), kind))])
        };
        let list = |numbers: Arc<[f64]>, kind: Kind| {
            let shape = vec![numbers.len()];
            Ok(vec![Value::Constant(Tensor { shape, numbers, kind })])
        };
        if let Some(tensor) = call.attribute("value").and_then(|value| value.t.as_deref()) {
            return Ok(vec![Value::File(tensor)]);
        }
        if let Some(value) = call.attribute("value_float") {
            return number(f64::from(value.f), Kind::Single);
        }
        if let Some(value) = call.attribute("value_int") {
            return number(crate::open::trees::float(value.i), Kind::Int64);
        }
        if let Some(values) = call.attribute("value_floats") {
            return list(values.floats.iter().map(|number| f64::from(*number)).collect(), Kind::Single);
        }
        if let Some(values) = call.attribute("value_ints") {
            return list(
                values.ints.iter().map(|number| crate::open::trees::float(*number)).collect(),
                Kind::Int64,
            );
        }
        Err("this kind of constant is not opened".to_owned())
    }

    /// Some elements of a value, in a new shape.
    pub(super) fn picked(&mut self, rows: &Rows, places: Vec<usize>, shape: Vec<usize>) -> Made<'a> {
        self.spend(places.len())?;
        let step = self.push(Step::Pick { from: rows.step, places })?;
        Ok(one(step, shape, rows.kind))
    }

    pub(super) fn reshape(&mut self, call: &Call<'a>) -> Made<'a> {
        let wanted = match call.integers("shape") {
            Some(shape) => shape.to_vec(),
            None => self.constant(call, 1)?.whole()?,
        };
        let rows = match self.input(call, 0)? {
            Value::Rows(rows) => rows,
            Value::Constant(tensor) => return reshaped_constant(tensor, &wanted),
            _ => return Err("its input is not opened".to_owned()),
        };
        let copies_zero = call.integer("allowzero", 0) == 0;
        let (first, inner) = wanted.split_first().ok_or(MIXES)?;
        let mut shape = Vec::with_capacity(inner.len());
        for (at, length) in inner.iter().enumerate() {
            shape.push(match length {
                0 if copies_zero => {
                    Some(rows.shape.get(at).copied().ok_or("its shape copies a length that is not there")?)
                }
                -1 => None,
                length => Some(usize::try_from(*length).map_err(|error| error.to_string())?),
            });
        }
        let known = shape.iter().flatten().try_fold(1_usize, |product, length| product.checked_mul(*length));
        let known = known.ok_or("its shape is too large")?;
        let open = shape.iter().filter(|length| length.is_none()).count();
        let rest = rows.width().checked_div(known).unwrap_or(0);
        // The first length is that of the rows: copied, or what is left when all others make up one row.
        let keeps_rows = match (first, open) {
            (0, 0) if copies_zero => known == rows.width(),
            (0, 1) if copies_zero => known * rest == rows.width(),
            (-1, 0) => known == rows.width(),
            _ => false,
        };
        if !keeps_rows || rows.width() == 0 {
            return Err(MIXES.to_owned());
        }
        let shape = shape.into_iter().map(|length| length.unwrap_or(rest)).collect();
        Ok(vec![Value::Rows(Rows { shape, ..rows })])
    }

    pub(super) fn flatten(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.rows(call, 0)?;
        let axis = call.integer("axis", 1);
        let rank = i64::try_from(rows.shape.len()).unwrap_or(i64::MAX).saturating_add(1);
        if axis != 1 && axis.saturating_add(rank) != 1 {
            return Err(MIXES.to_owned());
        }
        Ok(vec![Value::Rows(Rows { shape: vec![rows.width()], ..rows })])
    }

    pub(super) fn squeeze(&mut self, call: &Call<'a>) -> Made<'a> {
        let value = self.input(call, 0)?;
        let axes = self.axes(call, 1)?;
        match (value, axes) {
            (Value::Rows(_), None) => Err(MIXES.to_owned()),
            (Value::Rows(rows), Some(axes)) => {
                let mut gone = vec![false; rows.shape.len()];
                for which in axes {
                    let at = axis(which, rows.shape.len())?;
                    if rows.shape.get(at) != Some(&1) {
                        return Err("it takes away an axis that is longer than 1".to_owned());
                    }
                    gone.get_mut(at).into_iter().for_each(|gone| *gone = true);
                }
                let kept =
                    rows.shape.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(length, _)| *length);
                Ok(vec![Value::Rows(Rows { shape: kept.collect(), ..rows })])
            }
            (Value::Constant(tensor), None) => {
                let shape = tensor.shape.iter().copied().filter(|length| *length != 1).collect();
                Ok(vec![Value::Constant(Tensor { shape, ..tensor })])
            }
            _ => Err("this use is not opened".to_owned()),
        }
    }

    pub(super) fn unsqueeze(&mut self, call: &Call<'a>) -> Made<'a> {
        let axes = self.axes(call, 1)?.ok_or("it does not say which axes it adds")?;
        let value = self.input(call, 0)?;
        let (old, rows_ahead) = match &value {
            Value::Rows(rows) => (rows.shape.clone(), 1),
            Value::Constant(tensor) => (tensor.shape.clone(), 0),
            _ => return Err("its input is not opened".to_owned()),
        };
        let rank = old.len() + axes.len() + rows_ahead;
        let mut new = vec![false; rank];
        for which in axes {
            let at = place_in(which, rank).ok_or("it adds an axis beyond the last")?;
            new.get_mut(at).into_iter().for_each(|new| *new = true);
        }
        if rows_ahead == 1 && new.first() == Some(&true) {
            return Err(MIXES.to_owned());
        }
        let mut left = old.iter();
        let mut shape = Vec::with_capacity(rank);
        for new in new.iter().skip(rows_ahead) {
            shape.push(if *new { 1 } else { left.next().copied().ok_or("it adds an axis twice")? });
        }
        Ok(vec![match value {
            Value::Rows(rows) => Value::Rows(Rows { shape, ..rows }),
            Value::Constant(tensor) => Value::Constant(Tensor { shape, ..tensor }),
            other => other,
        }])
    }

    pub(super) fn transpose(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.rows(call, 0)?;
        let order = call.integers("perm").ok_or(MIXES)?;
        let (first, order) = order.split_first().ok_or(MIXES)?;
        if *first != 0 || order.len() != rows.shape.len() {
            return Err(MIXES.to_owned());
        }
        let axes = order.iter().map(|which| axis(*which, rows.shape.len())).collect::<Result<Vec<_>, _>>()?;
        let (places, shape) = self.reordered(&rows.shape, &axes)?;
        self.picked(&rows, places, shape)
    }

    /// Where each number comes from when the axes stand in this order, and the new shape.
    pub(super) fn reordered(
        &mut self,
        shape: &[usize],
        axes: &[usize],
    ) -> Result<(Vec<usize>, Vec<usize>), String> {
        let stride = |axis: usize| shape.iter().skip(axis + 1).product::<usize>();
        let new: Vec<usize> = axes.iter().filter_map(|axis| shape.get(*axis)).copied().collect();
        let total = new.iter().product();
        self.spend(total)?;
        let mut places = vec![0; total];
        let mut inner = 1;
        for (axis, length) in axes.iter().zip(&new).rev() {
            let stride = stride(*axis);
            for (number, place) in places.iter_mut().enumerate() {
                *place += (number / inner) % length * stride;
            }
            inner *= length;
        }
        Ok((places, new))
    }

    /// Axes from an attribute or, in newer operators, from an input.
    pub(super) fn axes(&mut self, call: &Call<'a>, number: usize) -> Result<Option<Vec<i64>>, String> {
        match call.integers("axes") {
            Some(axes) => Ok(Some(axes.to_vec())),
            None => self.optional(call, number)?.map(|axes| axes.whole()).transpose(),
        }
    }
}

fn reshaped_constant<'a>(tensor: Tensor, wanted: &[i64]) -> Made<'a> {
    let known: Option<Vec<usize>> = wanted.iter().map(|length| usize::try_from(*length).ok()).collect();
    let shape = match (known, wanted) {
        (Some(shape), _) => shape,
        (None, [-1]) => vec![tensor.numbers.len()],
        _ => return Err("this new shape of a constant is not opened".to_owned()),
    };
    let total = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    if total != Some(tensor.numbers.len()) {
        return Err("a constant does not fit its new shape".to_owned());
    }
    Ok(vec![Value::Constant(Tensor { shape, ..tensor })])
}

/// The axis behind the rows; negative ones count from the end.
pub(super) fn axis(axis: i64, inner_rank: usize) -> Result<usize, String> {
    match place_in(axis, inner_rank + 1) {
        Some(0) => Err(MIXES.to_owned()),
        Some(axis) => Ok(axis - 1),
        None => Err(format!("it asks for axis {axis} of {}", inner_rank + 1)),
    }
}

/// A place from 0; negative ones count from the end.
pub(super) fn place_in(place: i64, length: usize) -> Option<usize> {
    let length_signed = i64::try_from(length).ok()?;
    let place = if place < 0 { place.checked_add(length_signed)? } else { place };
    usize::try_from(place).ok().filter(|place| *place < length)
}
