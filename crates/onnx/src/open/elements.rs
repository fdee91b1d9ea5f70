//! Operators that work number by number.

use forms::Function;
use forms::program::{Combination, Map, Step};

use super::broadcast::{broadcast, common};
use super::graph::{Call, Made, Reader, one};
use super::value::{Kind, Rows, Tensor, Value};

impl<'a> Reader<'a> {
    /// A function of every number.
    pub(super) fn map(&mut self, call: &Call<'a>, map: Map) -> Made<'a> {
        let rows = match self.input(call, 0)? {
            Value::Constant(tensor) => {
                fits(map, tensor.kind)?;
                let exact = tensor.numbers.iter().map(|number| map.at(*number));
                let is_single = tensor.kind == Kind::Single;
                let numbers =
                    exact.map(|number| if is_single { Map::Single.at(number) } else { number }).collect();
                return Ok(vec![Value::Constant(Tensor {
                    numbers,
                    kind: result(map, tensor.kind),
                    ..tensor
                })]);
            }
            Value::Rows(rows) => rows,
            _ => return Err("its input is not opened".to_owned()),
        };
        fits(map, rows.kind)?;
        let step = self.push(Step::Map { from: rows.step, map })?;
        Ok(one(step, rows.shape, result(map, rows.kind)))
    }

    /// An operation on two values, or on any number of them one after the other.
    pub(super) fn combine_all(&mut self, call: &Call<'a>, operation: Combination) -> Made<'a> {
        let mut sum = self.input(call, 0)?;
        for number in 1..call.inputs.len() {
            let next = self.input(call, number)?;
            sum = self.combine(operation, sum, next)?;
        }
        Ok(vec![sum])
    }

    pub(super) fn mean(&mut self, call: &Call<'a>) -> Made<'a> {
        let sums = self.combine_all(call, Combination::Add)?;
        let count = u32::try_from(call.inputs.len()).map_err(|error| error.to_string())?;
        let mut means = Vec::with_capacity(1);
        for sum in sums {
            let kind = kind(&sum)?;
            let count = Value::Constant(Tensor::vector([f64::from(count)].into(), Vec::new(), kind));
            means.push(self.combine(Combination::Divide, sum, count)?);
        }
        Ok(means)
    }

    /// `a > b` is `b < a`.
    pub(super) fn compare_swapped(&mut self, call: &Call<'a>, operation: Combination) -> Made<'a> {
        let (left, right) = (self.input(call, 0)?, self.input(call, 1)?);
        Ok(vec![self.combine(operation, right, left)?])
    }

    pub(super) fn choose(&mut self, call: &Call<'a>) -> Made<'a> {
        let values = [self.input(call, 0)?, self.input(call, 1)?, self.input(call, 2)?];
        let [condition, yes, no] = &values;
        let kind_of_result = kind(yes)?;
        if kind(condition)? != Kind::Truth || kind(no)? != kind_of_result {
            return Err("its inputs have types that do not belong together".to_owned());
        }
        let shape = common(&values)?;
        let [condition, yes, no] = values;
        let condition = self.spread(condition, &shape)?;
        let yes = self.spread(yes, &shape)?;
        let no = self.spread(no, &shape)?;
        let step = self.push(Step::Choose { condition, yes, no })?;
        Ok(one(step, shape, kind_of_result))
    }

    /// Before version 11 of the operators the ends are attributes, later they are inputs; each may be missing.
    pub(super) fn clip(&mut self, call: &Call<'a>) -> Made<'a> {
        let rows = self.fractions(call, 0)?;
        let end = |name: &str| call.attribute(name).map(|attribute| f64::from(attribute.f));
        let number = |number: f64| Tensor::vector([number].into(), Vec::new(), rows.kind);
        let (least, greatest) = if self.opset < 11 {
            (end("min").map(number), end("max").map(number))
        } else {
            (self.optional(call, 1)?, self.optional(call, 2)?)
        };
        let mut value = Value::Rows(rows.clone());
        for (operation, end) in [(Combination::Greatest, least), (Combination::Least, greatest)] {
            if let Some(end) = end {
                value = self.combine(operation, value, Value::Constant(end))?;
            }
        }
        Ok(vec![value])
    }

    pub(super) fn cast(&mut self, call: &Call<'a>) -> Made<'a> {
        let to = i32::try_from(call.integer("to", 0)).ok().and_then(Kind::of);
        let to = to.ok_or("a cast to this type is not opened")?;
        match self.input(call, 0)? {
            Value::Constant(tensor) => {
                let number = |number: &f64| {
                    cast(tensor.kind, to).map(|map| map.map_or(*number, |map| map.at(*number)))
                };
                let numbers = tensor.numbers.iter().map(number).collect::<Result<_, _>>()?;
                Ok(vec![Value::Constant(Tensor { numbers, kind: to, ..tensor })])
            }
            Value::Rows(rows) => {
                let step = match cast(rows.kind, to)? {
                    None => rows.step,
                    Some(map) => self.push(Step::Map { from: rows.step, map })?,
                };
                Ok(one(step, rows.shape, to))
            }
            _ => Err("its input is not opened".to_owned()),
        }
    }

    /// An operation on two values, of which one may be a constant, by the rules of broadcasting.
    pub(super) fn combine(
        &mut self,
        operation: Combination,
        left: Value<'a>,
        right: Value<'a>,
    ) -> Result<Value<'a>, String> {
        let kind = combined(operation, kind(&left)?, kind(&right)?)?;
        if let (Value::Constant(left), Value::Constant(right)) = (&left, &right) {
            return self.fold_constants(operation, left, right, kind);
        }
        let values = [left, right];
        let shape = common(&values)?;
        let [left, right] = values;
        let (left, right) = (self.spread(left, &shape)?, self.spread(right, &shape)?);
        let step = self.push(Step::Combine { operation, left, right })?;
        Ok(Value::Rows(Rows { step, shape, kind }))
    }

    fn fold_constants(
        &mut self,
        operation: Combination,
        left: &Tensor,
        right: &Tensor,
        kind: Kind,
    ) -> Result<Value<'a>, String> {
        let shape = broadcast(&left.shape, &right.shape)?;
        let (left_places, right_places) =
            (self.places(&left.shape, &shape)?, self.places(&right.shape, &shape)?);
        let of = |tensor: &Tensor, place: &usize| tensor.numbers.get(*place).copied().unwrap_or(f64::NAN);
        let both = left_places.iter().zip(&right_places);
        let exact = both.map(|(one, other)| operation.at(of(left, one), of(right, other)));
        let numbers =
            exact.map(|number| if kind == Kind::Single { Map::Single.at(number) } else { number }).collect();
        Ok(Value::Constant(Tensor { shape, numbers, kind }))
    }
}
fn kind(value: &Value<'_>) -> Result<Kind, String> {
    match value {
        Value::Rows(rows) => Ok(rows.kind),
        Value::Constant(tensor) => Ok(tensor.kind),
        _ => Err("its input is not opened".to_owned()),
    }
}

fn combined(operation: Combination, left: Kind, right: Kind) -> Result<Kind, String> {
    use Combination as C;
    let refuse = |kind: Kind| Err(format!("this operation on {} is not opened", kind.called()));
    match operation {
        C::And | C::Or if left == Kind::Truth && right == Kind::Truth => Ok(Kind::Truth),
        C::Less | C::LessOrEqual | C::Equal if left == right => Ok(Kind::Truth),
        C::Power if left.is_fractional() => Ok(left),
        C::Add | C::Subtract | C::Multiply | C::Divide | C::Least | C::Greatest
            if left == right && left.is_fractional() =>
        {
            Ok(left)
        }
        _ if left == right => refuse(left),
        _ => Err(format!("its inputs are {} and {}", left.called(), right.called())),
    }
}

/// Functions are opened for fractional numbers; `Not` for truth values.
fn fits(map: Map, kind: Kind) -> Result<(), String> {
    let fits = if map == Map::Not { kind == Kind::Truth } else { kind.is_fractional() };
    if fits { Ok(()) } else { Err(format!("this operation on {} is not opened", kind.called())) }
}

const fn result(map: Map, kind: Kind) -> Kind {
    match map {
        Map::Not | Map::IsNan | Map::Truth => Kind::Truth,
        _ => kind,
    }
}

/// What a cast does to a number; nothing where every number stays.
fn cast(from: Kind, to: Kind) -> Result<Option<Map>, String> {
    match (from, to) {
        (one, other) if one == other => Ok(None),
        (_, Kind::Truth) => Ok(Some(Map::Truth)),
        (Kind::Truth, _) | (_, Kind::Double) | (Kind::Int32, Kind::Int64) => Ok(None),
        (_, Kind::Single) => Ok(Some(Map::Single)),
        (Kind::Single | Kind::Double, Kind::Int64) => Ok(Some(Map::Truncate)),
        _ => Err(format!("a cast from {} to {} is not opened", from.called(), to.called())),
    }
}

/// The function that a post transform of `ai.onnx.ml` applies to single numbers.
pub(super) const fn post(function: &[u8]) -> Option<Function> {
    match function {
        b"LOGISTIC" => Some(Function::Sigmoid),
        b"PROBIT" => Some(Function::Probit),
        _ => None,
    }
}
