//! Tensors as JSON: nested lists of numbers, or `{"shape": […], "data": […]}`; and how a model wants them.

use onnx::values::Values;
use onnx::{Dimension, ElementKind, Model};
use serde_json::{Map, Value};

/// Most dimensions of a nested list.
const DEEPEST: usize = 8;

/// Tensors by name; a single one without a name has the empty name.
pub(super) type Named = Vec<(String, Values)>;

/// Reads what stands for the inputs or outputs of one sample.
pub(super) fn read(value: &Value) -> Result<Named, String> {
    match value {
        Value::Object(fields) if !is_flat(fields) => {
            fields.iter().map(|(name, value)| Ok((name.clone(), one(value)?))).collect()
        }
        other => Ok(vec![(String::new(), one(other)?)]),
    }
}

fn is_flat(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("shape") && fields.contains_key("data")
}

fn one(value: &Value) -> Result<Values, String> {
    if let Value::Object(fields) = value {
        let (Some(shape), Some(data)) = (fields.get("shape"), fields.get("data")) else {
            return Err("A tensor is a list of numbers, or an object with `shape` and `data`.".to_owned());
        };
        let shape =
            serde_json::from_value(shape.clone()).map_err(|error| format!("A shape is wrong: {error}."))?;
        let mut numbers = Vec::new();
        fill(data, &mut Vec::new(), 0, &mut numbers)?;
        return Values::new(shape, numbers).map_err(|error| format!("A tensor is wrong: {error}."));
    }
    let (mut shape, mut numbers) = (Vec::new(), Vec::new());
    fill(value, &mut shape, 0, &mut numbers)?;
    Values::new(shape, numbers).map_err(|_uneven| "The lists of a tensor are not equally long.".to_owned())
}

/// Adds the numbers of a value; the first of each level says how long that dimension is.
fn fill(value: &Value, shape: &mut Vec<usize>, depth: usize, numbers: &mut Vec<f64>) -> Result<(), String> {
    match value {
        Value::Array(_) if depth == DEEPEST => Err(format!("A tensor has more than {DEEPEST} dimensions.")),
        Value::Array(values) => {
            match shape.get(depth) {
                None if numbers.is_empty() => shape.push(values.len()),
                Some(length) if *length == values.len() => {}
                _ => return Err("The lists of a tensor are not equally long.".to_owned()),
            }
            values.iter().try_for_each(|value| fill(value, shape, depth + 1, numbers))
        }
        Value::Number(_) | Value::Bool(_) if shape.len() != depth => {
            Err("The lists of a tensor are not equally long.".to_owned())
        }
        Value::Number(number) => {
            numbers.push(number.as_f64().ok_or("A number is too large.")?);
            Ok(())
        }
        Value::Bool(truth) => {
            numbers.push(f64::from(u8::from(*truth)));
            Ok(())
        }
        _ => Err("A tensor holds something that is no number.".to_owned()),
    }
}

/// The given tensors as the inputs of a model: a single one without a name is the only input, and a missing first
/// dimension is one row.
pub(super) fn as_inputs(model: &Model, given: Named) -> Result<Named, String> {
    let mut ready = Named::new();
    for (name, values) in given {
        let input = match name.as_str() {
            "" if model.inputs.len() == 1 => model.inputs.first(),
            name => model.inputs.iter().find(|input| input.name == name),
        };
        let input = input.ok_or_else(|| match name.as_str() {
            "" => "The model has several inputs; give each by its name.".to_owned(),
            name => format!("The model has no input `{}`.", super::examine::legible(name)),
        })?;
        ready.push((input.name.clone(), with_row(values, &input.shape)?));
    }
    match model.inputs.iter().find(|input| !ready.iter().any(|(name, _)| *name == input.name)) {
        Some(missing) => Err(format!("The input `{}` is missing.", super::examine::legible(&missing.name))),
        None => Ok(ready),
    }
}

fn with_row(values: Values, wanted: &[Dimension]) -> Result<Values, String> {
    if values.shape().len() + 1 != wanted.len() {
        return Ok(values);
    }
    let shape = std::iter::once(1).chain(values.shape().iter().copied()).collect();
    Values::new(shape, values.numbers().to_vec()).map_err(|error| error.to_string())
}

/// The answer that belongs to a published tensor, and whether it must be equal to the last digit.
pub(super) fn answer_to<'a>(
    model: &Model,
    name: &str,
    answers: &'a [(String, Values)],
) -> Result<(&'a Values, bool), String> {
    let found =
        if name.is_empty() { answers.first() } else { answers.iter().find(|(found, _)| found == name) };
    let (found, values) = found
        .ok_or_else(|| format!("The model gives no numbers named `{}`.", super::examine::legible(name)))?;
    let kind = model.outputs.iter().find(|output| output.name == *found).map(|output| output.kind);
    let whole = !matches!(
        kind,
        None | Some(
            ElementKind::Float16 | ElementKind::BFloat16 | ElementKind::Float32 | ElementKind::Float64
        )
    );
    Ok((values, whole))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_flat_tensors_are_read_alike() {
        let values = Values::new(vec![2, 2], vec![1.0, 2.0, 3.0, 0.0]).unwrap();
        for value in [json!([[1, 2], [3.0, false]]), json!({"shape": [2, 2], "data": [1, 2, 3, 0]})] {
            assert_eq!(read(&value).unwrap(), vec![(String::new(), values.clone())]);
            assert_eq!(read(&json!({"x": value})).unwrap(), vec![("x".to_owned(), values.clone())]);
        }
        assert_eq!(read(&json!(2)).unwrap()[0].1.shape(), [0; 0]);
    }

    #[test]
    fn uneven_deep_and_wordy_tensors_are_refused() {
        for (value, part) in [
            (json!([[1], [2, 3]]), "equally long"),
            (json!([[1], 2]), "equally long"),
            (json!([2, [1]]), "equally long"),
            (json!(["a"]), "no number"),
            (json!([[[[[[[[[1]]]]]]]]]), "dimensions"),
            (json!({"shape": [2], "data": [1]}), "does not hold"),
            (json!({"x": {"data": [1]}}), "`shape` and `data`"),
        ] {
            let why = read(&value).unwrap_err();
            assert!(why.contains(part), "{value}: {why}");
        }
    }
}
