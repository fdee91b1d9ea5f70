//! Operators that join numbers of a row or take some of them.

use std::sync::Arc;

use forms::program::{Lookup, Step};

use super::graph::{Call, Made, Reader, one};
use super::shapes::{axis, place_in};
use super::value::{Kind, Rows, Tensor, Value};

impl<'a> Reader<'a> {
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
}

fn reshaped<'a>(value: Value<'a>, shape: &[usize]) -> Value<'a> {
    match value {
        Value::Rows(rows) => Value::Rows(Rows { shape: shape.to_vec(), ..rows }),
        other => other,
    }
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
