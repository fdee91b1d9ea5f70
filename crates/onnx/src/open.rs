//! Models as formulas: what every output is made of, where that can be read from the graph.
//!
//! Values of the graph become steps of one list ([`forms::program::Step`]), each a vector of numbers for every row. An
//! output is then written as a [`Form`]: a sum of columns, trees, curves and networks. What cannot be read stays
//! closed: it has a sentence that says why, and still a list of the columns that can flow into it.
//! The numbers are those of ONNX Runtime 1.32, quirks included: its answers are what is explained.

mod broadcast;
mod elements;
mod form;
mod gaps;
mod graph;
mod learned;
mod linear;
mod moves;
mod operators;
mod probes;
mod shapes;
mod trees;
mod value;

use std::collections::HashMap;
use std::sync::Arc;

use forms::program::Step;

use crate::{ElementKind, Model, Refusal, gate, scan, signature, slots};
use graph::Reader;
use value::{Kind, Rows, Value};

/// A model whose outputs can be taken apart. Knows nothing of the file any more.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Numbers of a row, in the order of [`slots::slots`].
    pub columns: usize,
    /// What the model sees of each number of a row.
    pub rounding: Vec<Rounding>,
    steps: Vec<Step>,
    widths: Vec<usize>,
    values: Vec<Found>,
    names: HashMap<String, usize>,
    /// Whether some value holds numbers that 32 bits cannot.
    is_double: bool,
    /// Names of values that hold a single element of a step: (step, element) to name.
    called: HashMap<(usize, usize), String>,
}

/// What the model sees of a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rounding {
    /// The nearest number of 32 bits.
    Single,
    /// The number itself.
    Double,
    /// The whole number that is nearest; NaN, which has none, stays.
    Whole,
}

/// Why an output is a black box.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{why}")]
pub struct Closed {
    /// A sentence that names what cannot be read.
    pub why: String,
}

/// What is known of a value.
#[derive(Clone, Debug)]
enum Found {
    Rows(Rows),
    Constant,
    Closed { why: Arc<str>, from: Arc<[usize]> },
}

/// Opens a model that [`crate::read`] accepts.
///
/// Never panics, whatever the bytes are. Memory and time are bounded: a model that needs more than 128 MiB of numbers
/// when it is opened is closed from there on.
///
/// # Errors
/// [`Refusal`] as [`crate::read`] does; [`Refusal::Rows`] when its inputs cannot be fed with rows of numbers.
pub fn open(bytes: &[u8]) -> Result<Opened, Refusal> {
    let model = scan::decode(bytes)?;
    let nodes = gate::check(&model)?;
    let described = signature::describe(&model, nodes)?;
    let columns = slots::slots(&described).map_err(|source| Refusal::Rows { source })?.len();
    let graph = model.graph.as_ref().ok_or(Refusal::NoGraph)?;
    let mut reader = Reader::new(&model, columns);
    inputs(&mut reader, graph, &described);
    reader.graph(graph);
    let outputs: Vec<String> = described.outputs.iter().map(|output| output.name.clone()).collect();
    Ok(Opened::of(reader, rounding(&described), &outputs))
}

/// Inputs are the columns of a row, one input after the other.
fn inputs<'a>(reader: &mut Reader<'a>, graph: &'a crate::proto::GraphProto, model: &Model) {
    let mut first = 0;
    for input in &model.inputs {
        let Some(name) = graph.input.iter().map(|input| &input.name).find(|name| **name == input.name) else {
            continue;
        };
        let shape: Vec<usize> = input.shape.iter().skip(1).map(fixed).collect();
        let width = shape.iter().product::<usize>();
        let kind = match input.kind {
            ElementKind::Float32 => Some(Kind::Single),
            ElementKind::Float64 => Some(Kind::Double),
            ElementKind::Int32 => Some(Kind::Int32),
            ElementKind::Int64 => Some(Kind::Int64),
            _ => None,
        };
        let step = reader.push(Step::Columns((first..first + width).collect()));
        first += width;
        let Ok(step) = step else { continue };
        let rows = Value::Rows(Rows { step, shape: shape.clone(), kind: kind.unwrap_or(Kind::Double) });
        reader.name(name, rows);
        if kind.is_none() {
            // Kept under its number, so that what flows out of it can still be followed.
            let from = vec![reader.values.len() - 1];
            let why = format!(
                "the input {} holds numbers of a type that is not opened",
                crate::names::quoted(name)
            );
            reader.name(name, graph::shut(&why, from));
        }
    }
}

fn fixed(dimension: &crate::Dimension) -> usize {
    match dimension {
        crate::Dimension::Fixed(length) => usize::try_from(*length).unwrap_or(usize::MAX),
        _ => 1,
    }
}

fn rounding(model: &Model) -> Vec<Rounding> {
    let of = |kind: ElementKind| match kind {
        ElementKind::Float64 => Rounding::Double,
        ElementKind::Float16 | ElementKind::BFloat16 | ElementKind::Float32 => Rounding::Single,
        _ => Rounding::Whole,
    };
    let inputs = model.inputs.iter();
    inputs.flat_map(|input| vec![of(input.kind); input.shape.iter().skip(1).map(fixed).product()]).collect()
}

impl Opened {
    fn of(reader: Reader<'_>, rounding: Vec<Rounding>, outputs: &[String]) -> Self {
        let found = |value: Value<'_>| match value {
            Value::Rows(rows) => Found::Rows(rows),
            Value::Constant(_) | Value::File(_) => Found::Constant,
            Value::Closed(shut) => Found::Closed { why: shut.why, from: shut.from },
        };
        let names = reader.names.into_iter().map(|(name, id)| (name.to_owned(), id)).collect();
        let mut opened = Self {
            columns: reader.columns,
            rounding,
            steps: reader.steps,
            widths: reader.widths,
            values: reader.values.into_iter().map(found).collect(),
            names,
            is_double: false,
            called: HashMap::new(),
        };
        opened.is_double =
            opened.values.iter().any(|value| matches!(value, Found::Rows(rows) if !rows.kind.is_narrow()));
        opened.with_names(outputs)
    }

    /// Rounds the numbers of a row to what the model sees of them.
    #[expect(clippy::cast_possible_truncation, reason = "rounding to 32 bits is what is asked for")]
    pub fn round(&self, row: &mut [f64]) {
        for (number, rounding) in row.iter_mut().zip(&self.rounding) {
            *number = match rounding {
                Rounding::Single => f64::from(*number as f32),
                Rounding::Double => *number,
                Rounding::Whole => libm::rint(*number),
            };
        }
    }
}
