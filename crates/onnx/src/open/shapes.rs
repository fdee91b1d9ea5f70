//! Operators that move numbers within their row and compute nothing. Whatever moves numbers between rows is closed.

use std::sync::Arc;

use forms::program::{Lookup, Step};

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
    fn picked(&mut self, rows: &Rows, places: Vec<usize>, shape: Vec<usize>) -> Made<'a> {
        self.spend(places.len())?;
        let step = self.push(Step::Pick { from: rows.step, places })?;
        Ok(one(step, shape, rows.kind))
    }

    pub(super) fn concat(&mut self, call: &Call<'a>) -> Made<'a> {
        let mut parts = Vec::with_capacity(call.inputs.len());
        for number in 0..call.inputs.len() {
            parts.push(self.rows(call, number)?);
        }
        let first = parts.first().cloned().ok_or("it joins nothing")?;
        let axis = axis(call.integer("axis", 1), first.shape.len())?;
        let rest = |rows: &Rows| {
            [rows.shape.get(..axis), rows.shape.get(axis + 1..)].map(|part| part.map(<[usize]>::to_vec))
        };
        if parts.iter().any(|part| part.kind != first.kind || rest(part) != rest(&first)) {
            return Err("its inputs do not fit together".to_owned());
        }
        let lengths: Vec<usize> = parts.iter().filter_map(|part| part.shape.get(axis)).copied().collect();
        let mut shape = first.shape.clone();
        if let Some(length) = shape.get_mut(axis) {
            *length = lengths.iter().sum();
        }
        let step = self.push(Step::Join(parts.iter().map(|part| part.step).collect()))?;
        let before: usize = first.shape.iter().take(axis).product();
        if before == 1 {
            return Ok(one(step, shape, first.kind));
        }
        let after: usize = first.shape.iter().skip(axis + 1).product();
        let mut places = Vec::new();
        for row in 0..before {
            let mut begin = 0;
            for length in &lengths {
                let block = length * after;
                places.extend(begin + row * block..begin + (row + 1) * block);
                begin += before * block;
            }
        }
        self.picked(&Rows { step, shape: Vec::new(), kind: first.kind }, places, shape)
    }

    pub(super) fn split(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.rows(call, 0)?;
        let axis = axis(call.integer("axis", 0), rows.shape.len())?;
        let length = rows.shape.get(axis).copied().unwrap_or(0);
        let given = match self.optional(call, 1)? {
            Some(lengths) => Some(lengths.whole()?),
            None => call.integers("split").map(<[i64]>::to_vec),
        };
        let outputs = call.node.output.len().max(1);
        let lengths: Vec<usize> = if let Some(lengths) = given {
            let lengths = lengths.iter().map(|length| usize::try_from(*length)).collect::<Result<_, _>>();
            lengths.map_err(|error| error.to_string())?
        } else {
            let each = length.div_ceil(outputs);
            (0..outputs).map(|part| each.min(length.saturating_sub(part * each))).collect()
        };
        if lengths.iter().try_fold(0_usize, |sum, part| sum.checked_add(*part)) != Some(length)
            || lengths.len() != outputs
        {
            return Err(format!("it splits {length} numbers into parts that are not {length} together"));
        }
        let mut made = Vec::with_capacity(outputs);
        let mut begin = 0;
        for part in lengths {
            let chosen: Vec<usize> = (begin..begin + part).collect();
            made.extend(self.along(&rows, axis, &chosen)?);
            begin += part;
        }
        Ok(made)
    }

    /// Some places along one axis.
    fn along(&mut self, rows: &Rows, axis: usize, chosen: &[usize]) -> Made<'a> {
        let length = rows.shape.get(axis).copied().unwrap_or(1);
        let before: usize = rows.shape.iter().take(axis).product();
        let after: usize = rows.shape.iter().skip(axis + 1).product();
        self.spend(before.saturating_mul(chosen.len()).saturating_mul(after))?;
        let mut places = Vec::new();
        for row in 0..before {
            for place in chosen {
                let begin = (row * length + place) * after;
                places.extend(begin..begin + after);
            }
        }
        let mut shape = rows.shape.clone();
        if let Some(length) = shape.get_mut(axis) {
            *length = chosen.len();
        }
        self.picked(rows, places, shape)
    }

    /// Before version 10 of the operators the ends are attributes.
    pub(super) fn slice(&mut self, call: &Call<'a>) -> Made<'a> {
        let mut rows = self.rows(call, 0)?;
        let list = |reader: &mut Self, name: &str, number: usize| match call.integers(name) {
            Some(list) => Ok(Some(list.to_vec())),
            None => reader.optional(call, number)?.map(|list| list.whole()).transpose(),
        };
        let starts = list(self, "starts", 1)?.ok_or("it does not say where it starts")?;
        let ends = list(self, "ends", 2)?.ok_or("it does not say where it ends")?;
        let axes = list(self, "axes", 3)?.unwrap_or_else(|| (0..).take(starts.len()).collect());
        let steps = list(self, "steps", 4)?.unwrap_or_else(|| vec![1; starts.len()]);
        if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
            return Err("its starts, ends, axes and steps differ in number".to_owned());
        }
        let bounds = starts.into_iter().zip(ends).zip(steps);
        for (which, ((start, end), step)) in axes.into_iter().zip(bounds) {
            let at = axis(which, rows.shape.len())?;
            let length = rows.shape.get(at).copied().unwrap_or(0);
            let chosen = sliced(length, start, end, step)?;
            let made = self.along(&rows, at, &chosen)?;
            if let Some(Value::Rows(made)) = made.into_iter().next() {
                rows = made;
            }
        }
        Ok(vec![Value::Rows(rows)])
    }

    /// Columns of every row, or rows of a table by the numbers that a row holds.
    pub(super) fn gather(&mut self, call: &Call<'a>) -> Made<'a> {
        match (self.input(call, 0)?, self.input(call, 1)?) {
            (Value::Rows(rows), Value::Constant(numbers)) => {
                let axis = axis(call.integer("axis", 0), rows.shape.len())?;
                let length = rows.shape.get(axis).copied().unwrap_or(0);
                let places: Option<Vec<usize>> =
                    numbers.whole()?.into_iter().map(|place| place_in(place, length)).collect();
                let places =
                    places.ok_or_else(|| format!("it asks for places beyond the {length} that there are"))?;
                let made = self.along(&rows, axis, &places)?;
                let mut shape = rows.shape.get(..axis).unwrap_or(&[]).to_vec();
                shape.extend(&numbers.shape);
                shape.extend(rows.shape.get(axis + 1..).unwrap_or(&[]));
                Ok(made.into_iter().map(|value| reshaped(value, &shape)).collect())
            }
            (Value::Constant(table), Value::Rows(numbers)) => self.look_up(call, &table, &numbers),
            _ => Err("it picks by numbers of the row from the row itself, which is not opened".to_owned()),
        }
    }

    fn look_up(&mut self, call: &Call<'a>, table: &Tensor, numbers: &Rows) -> Made<'a> {
        if call.integer("axis", 0) != 0 || table.shape.is_empty() || table.numbers.is_empty() {
            return Err("a table is opened only along its first axis".to_owned());
        }
        if numbers.kind.is_fractional() || numbers.kind == Kind::Truth {
            return Err("it looks up rows of a table by something else than whole numbers".to_owned());
        }
        let inner = table.shape.get(1..).unwrap_or(&[]).to_vec();
        let width: usize = inner.iter().product();
        self.spend(table.numbers.len())?;
        let places = (0..width).collect();
        let lookup = Lookup { from: numbers.step, table: Arc::clone(&table.numbers), width, places };
        let step = self.push(Step::Lookup(lookup))?;
        Ok(one(step, [numbers.shape.clone(), inner].concat(), table.kind))
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

fn reshaped<'a>(value: Value<'a>, shape: &[usize]) -> Value<'a> {
    match value {
        Value::Rows(rows) => Value::Rows(Rows { shape: shape.to_vec(), ..rows }),
        other => other,
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

/// The places that a slice takes.
fn sliced(length: usize, start: i64, end: i64, step: i64) -> Result<Vec<usize>, String> {
    let length = i64::try_from(length).map_err(|error| error.to_string())?;
    if step == 0 {
        return Err("it slices with step 0".to_owned());
    }
    let from_end = |at: i64| if at < 0 { at.saturating_add(length) } else { at };
    let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let start = from_end(start).clamp(if step > 0 { 0 } else { -1 }, most);
    let end = from_end(end).clamp(least, if step > 0 { length } else { most });
    let mut places = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        places.extend(usize::try_from(at));
        at = at.saturating_add(step);
    }
    Ok(places)
}
