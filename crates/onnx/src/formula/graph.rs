//! The formula as nodes of an ONNX graph.

use std::collections::HashMap;

use prost::Message as _;

use super::check::{Checked, Program};
use super::expression::{Source, Table, Term};
use super::operation::{Comparison, Operation};
use super::{Formula, FormulaError, Order, output_name};
use crate::proto::{
    DataType, DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, TypeValue,
    ValueInfoProto,
};

/// Version of the standard operators; the oldest runtimes in use know it.
const OPSET: i64 = 17;

/// Version of the file format that belongs to [`OPSET`].
const IR_VERSION: i64 = 8;

/// Most nodes of a compiled formula.
const NODES: usize = 100_000;

/// Writes the model. Everything in it comes from the formula alone, in its order.
pub(super) fn write(formula: &Formula, program: &Program) -> Result<Vec<u8>, FormulaError> {
    let mut writer = Writer::new(formula);
    for step in &program.steps {
        writer.begin(&step.name);
        let value = writer.value(&step.value);
        writer.steps.push(value);
        if writer.nodes.len() > NODES {
            return Err(FormulaError::TooMany { what: "operations", limit: NODES });
        }
    }
    let score = writer.steps.last().cloned().ok_or(FormulaError::NoSteps)?;
    let output = output_name(formula);
    writer.nodes.push(node("Identity", vec![score], output.to_owned()));
    Ok(model(formula, writer, output).encode_to_vec())
}

fn model(formula: &Formula, writer: Writer<'_>, output: &str) -> ModelProto {
    let order = match formula.order {
        Order::Descending => "descending",
        Order::Ascending => "ascending",
    };
    let graph = GraphProto {
        node: writer.nodes,
        name: formula.id.clone(),
        initializer: writer.numbers,
        doc_string: formula.steps.join("\n"),
        input: formula.inputs.iter().map(|input| vector(input)).collect(),
        output: vec![vector(output)],
        sparse_initializer: Vec::new(),
    };
    ModelProto {
        ir_version: IR_VERSION,
        producer_name: "vitrine".to_owned(),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        graph: Some(graph),
        metadata_props: vec![StringStringEntryProto { key: "order".to_owned(), value: order.to_owned() }],
        ..ModelProto::default()
    }
}

/// Values of the graph are called by step and number, as in `points/3`; no name of the language has a slash.
struct Writer<'a> {
    formula: &'a Formula,
    nodes: Vec<NodeProto>,
    numbers: Vec<TensorProto>,
    /// Constants by their bits, so that each stands in the file once.
    known_numbers: HashMap<u64, String>,
    /// Names of the values of finished steps.
    steps: Vec<String>,
    step: String,
    made: usize,
}

impl<'a> Writer<'a> {
    fn new(formula: &'a Formula) -> Self {
        Self {
            formula,
            nodes: Vec::new(),
            numbers: Vec::new(),
            known_numbers: HashMap::new(),
            steps: Vec::new(),
            step: String::new(),
            made: 0,
        }
    }

    fn begin(&mut self, step: &str) {
        step.clone_into(&mut self.step);
        self.made = 0;
    }

    /// Writes what the expression needs; answers with the name of its value.
    fn value(&mut self, expression: &Checked) -> String {
        match &expression.term {
            Term::Number(number) => self.number(*number),
            Term::Name(source) => self.named(*source),
            Term::Apply(operation, parts) => {
                let parts = parts.iter().map(|part| self.value(part)).collect();
                self.apply(*operation, parts)
            }
            Term::Table(value, table) => self.table(value, table),
        }
    }

    fn named(&self, source: Source) -> String {
        let name = match source {
            Source::Input(number) => self.formula.inputs.get(number),
            Source::Step(number) => self.steps.get(number),
        };
        name.cloned().unwrap_or_default()
    }

    fn apply(&mut self, operation: Operation, mut parts: Vec<String>) -> String {
        match operation {
            Operation::Compare(Comparison::NotEqual) => {
                let equal = self.node("Equal", parts);
                self.node("Not", vec![equal])
            }
            Operation::Logarithm10 => self.logarithm(parts.pop().unwrap_or_default(), 10.0),
            Operation::Logarithm2 => self.logarithm(parts.pop().unwrap_or_default(), 2.0),
            Operation::Truncate => {
                let sign = self.node("Sign", parts.clone());
                let absolute = self.node("Abs", parts);
                let floor = self.node("Floor", vec![absolute]);
                self.node("Mul", vec![sign, floor])
            }
            operation => self.node(operator(operation), parts),
        }
    }

    /// See the module's head: a whole power gets its exact logarithm.
    fn logarithm(&mut self, value: String, base: f64) -> String {
        let natural = self.node("Log", vec![value.clone()]);
        let base_natural = self.number(libm::log(base));
        let quotient = self.node("Div", vec![natural, base_natural]);
        let whole = self.node("Round", vec![quotient.clone()]);
        let base = self.number(base);
        let power = self.node("Pow", vec![base, whole.clone()]);
        let exact = self.node("Equal", vec![power, value]);
        self.node("Where", vec![exact, whole, quotient])
    }

    /// From the last value backwards, so that the first bound is asked first.
    fn table(&mut self, value: &Checked, table: &Table) -> String {
        let value = self.value(value);
        let mut found = self.number(table.values.last().copied().unwrap_or(f64::NAN));
        for (bound, number) in table.bounds.iter().zip(&table.values).rev() {
            let bound = self.number(*bound);
            let within = self.node("LessOrEqual", vec![value.clone(), bound]);
            let number = self.number(*number);
            found = self.node("Where", vec![within, number, found]);
        }
        found
    }

    fn number(&mut self, number: f64) -> String {
        if let Some(name) = self.known_numbers.get(&number.to_bits()) {
            return name.clone();
        }
        let name = format!("/number/{}", self.numbers.len() + 1);
        self.numbers.push(TensorProto {
            data_type: DataType::Double as i32,
            name: name.clone(),
            raw_data: Some(number.to_le_bytes().to_vec()),
            ..TensorProto::default()
        });
        self.known_numbers.insert(number.to_bits(), name.clone());
        name
    }

    fn node(&mut self, operator: &str, inputs: Vec<String>) -> String {
        self.made += 1;
        let output = format!("{}/{}", self.step, self.made);
        self.nodes.push(node(operator, inputs, output.clone()));
        output
    }
}

/// The ONNX operator of the same meaning.
const fn operator(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "Add",
        Operation::Subtract => "Sub",
        Operation::Multiply | Operation::Truncate => "Mul",
        Operation::Divide => "Div",
        Operation::Negative => "Neg",
        Operation::Compare(Comparison::Less) => "Less",
        Operation::Compare(Comparison::LessOrEqual) => "LessOrEqual",
        Operation::Compare(Comparison::Greater) => "Greater",
        Operation::Compare(Comparison::GreaterOrEqual) => "GreaterOrEqual",
        Operation::Compare(Comparison::Equal | Comparison::NotEqual) => "Equal",
        Operation::Power => "Pow",
        Operation::SquareRoot => "Sqrt",
        Operation::Exponential => "Exp",
        Operation::Logarithm | Operation::Logarithm10 | Operation::Logarithm2 => "Log",
        Operation::Absolute => "Abs",
        Operation::Sign => "Sign",
        Operation::Floor => "Floor",
        Operation::Ceiling => "Ceil",
        Operation::HyperbolicTangent => "Tanh",
        Operation::RoundEven => "Round",
        Operation::Minimum => "Min",
        Operation::Maximum => "Max",
        Operation::Where => "Where",
        Operation::Both => "And",
        Operation::Either => "Or",
        Operation::Not => "Not",
    }
}

fn node(operator: &str, input: Vec<String>, output: String) -> NodeProto {
    NodeProto {
        input,
        name: output.clone(),
        output: vec![output],
        op_type: operator.to_owned(),
        ..NodeProto::default()
    }
}

/// A float64 vector with one number a row.
fn vector(name: &str) -> ValueInfoProto {
    let rows = DimensionProto { value: Some(DimensionValue::Named("N".to_owned())) };
    let tensor = TensorTypeProto {
        elem_type: DataType::Double as i32,
        shape: Some(TensorShapeProto { dim: vec![rows] }),
    };
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto { value: Some(TypeValue::Tensor(tensor)) }),
    }
}
