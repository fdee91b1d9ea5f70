//! The formula computed directly, one item at a time: the reference that graphs are compared with.

use super::FormulaError;
use super::check::{Checked, Program};
use super::expression::{Source, Table, Term};
use super::operation::{Comparison, Operation};

/// The value of the last step. Truth values are 1 and 0 inside; checking has kept them apart from numbers.
pub(super) fn score(program: &Program, inputs: &[f64]) -> Result<f64, FormulaError> {
    let mut values = Values { inputs, steps: Vec::new() };
    for step in &program.steps {
        let value = values.value(&step.value);
        values.steps.push(value);
    }
    values.steps.last().copied().ok_or(FormulaError::NoSteps)
}

struct Values<'a> {
    inputs: &'a [f64],
    steps: Vec<f64>,
}

impl Values<'_> {
    fn value(&self, expression: &Checked) -> f64 {
        match &expression.term {
            Term::Number(number) => *number,
            Term::Name(source) => self.named(*source),
            Term::Apply(operation, parts) => {
                let parts: Vec<f64> = parts.iter().map(|part| self.value(part)).collect();
                apply(*operation, &parts)
            }
            Term::Table(value, table) => looked_up(self.value(value), table),
        }
    }

    fn named(&self, source: Source) -> f64 {
        let value = match source {
            Source::Input(number) => self.inputs.get(number),
            Source::Step(number) => self.steps.get(number),
        };
        value.copied().unwrap_or(f64::NAN)
    }
}

/// Checking has made sure that there are as many parts as the operation takes.
fn apply(operation: Operation, parts: &[f64]) -> f64 {
    match (operation, parts) {
        (Operation::Minimum, parts) => parts.iter().copied().reduce(minimum).unwrap_or(f64::NAN),
        (Operation::Maximum, parts) => parts.iter().copied().reduce(maximum).unwrap_or(f64::NAN),
        (operation, [value]) => of_one(operation, *value),
        (operation, [left, right]) => of_two(operation, *left, *right),
        (Operation::Where, [condition, holds, fails]) => {
            if *condition == 0.0 {
                *fails
            } else {
                *holds
            }
        }
        _ => f64::NAN,
    }
}

fn of_one(operation: Operation, value: f64) -> f64 {
    match operation {
        Operation::Negative => -value,
        Operation::SquareRoot => libm::sqrt(value),
        Operation::Exponential => libm::exp(value),
        Operation::Logarithm => libm::log(value),
        Operation::Logarithm10 => logarithm(value, 10.0),
        Operation::Logarithm2 => logarithm(value, 2.0),
        Operation::Absolute => libm::fabs(value),
        Operation::Sign => sign(value),
        Operation::Floor => libm::floor(value),
        Operation::Ceiling => libm::ceil(value),
        Operation::HyperbolicTangent => libm::tanh(value),
        Operation::RoundEven => libm::rint(value),
        Operation::Truncate => sign(value) * libm::floor(libm::fabs(value)),
        Operation::Not => truth(value == 0.0),
        _ => f64::NAN,
    }
}

fn of_two(operation: Operation, left: f64, right: f64) -> f64 {
    match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Power => libm::pow(left, right),
        Operation::Compare(comparison) => truth(compare(comparison, left, right)),
        Operation::Both => truth(left != 0.0 && right != 0.0),
        Operation::Either => truth(left != 0.0 || right != 0.0),
        _ => f64::NAN,
    }
}

#[expect(clippy::float_cmp, reason = "the language compares exactly, as the graph does")]
fn compare(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
    }
}

/// Exact where the value is a whole power of the base, else the quotient of natural logarithms.
#[expect(clippy::float_cmp, reason = "only an exact power is put right")]
fn logarithm(value: f64, base: f64) -> f64 {
    let quotient = libm::log(value) / libm::log(base);
    let whole = libm::rint(quotient);
    if libm::pow(base, whole) == value { whole } else { quotient }
}

fn sign(value: f64) -> f64 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        value
    }
}

const fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

fn minimum(left: f64, right: f64) -> f64 {
    if left.is_nan() || left < right { left } else { right }
}

fn maximum(left: f64, right: f64) -> f64 {
    if left.is_nan() || left > right { left } else { right }
}

fn looked_up(value: f64, table: &Table) -> f64 {
    let within = table.bounds.iter().zip(&table.values).find(|(bound, _)| value <= **bound);
    within.map(|(_, found)| found).or(table.values.last()).copied().unwrap_or(f64::NAN)
}
