//! The operations of the language: how they are written, and what they take and give.

use super::expression::Kind;

/// An operation on one or more values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Negative,
    Compare(Comparison),
    Power,
    SquareRoot,
    Exponential,
    Logarithm,
    Logarithm10,
    Logarithm2,
    Absolute,
    Sign,
    Floor,
    Ceiling,
    HyperbolicTangent,
    RoundEven,
    Truncate,
    Minimum,
    Maximum,
    Where,
    Both,
    Either,
    Not,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// How many values an operation takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Arity {
    Exactly(usize),
    AtLeast(usize),
}

/// The operations that are written like `sqrt(x)`.
const FUNCTIONS: [(&str, Operation); 19] = [
    ("pow", Operation::Power),
    ("sqrt", Operation::SquareRoot),
    ("exp", Operation::Exponential),
    ("ln", Operation::Logarithm),
    ("log10", Operation::Logarithm10),
    ("log2", Operation::Logarithm2),
    ("abs", Operation::Absolute),
    ("sign", Operation::Sign),
    ("floor", Operation::Floor),
    ("ceil", Operation::Ceiling),
    ("tanh", Operation::HyperbolicTangent),
    ("rint", Operation::RoundEven),
    ("trunc", Operation::Truncate),
    ("min", Operation::Minimum),
    ("max", Operation::Maximum),
    ("where", Operation::Where),
    ("both", Operation::Both),
    ("either", Operation::Either),
    ("nope", Operation::Not),
];

/// The name of the one function that takes lists.
pub(super) const TABLE: &str = "table";

impl Operation {
    /// The function of this name; `table` is none, it takes lists.
    pub(super) fn function(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(written, _)| *written == name).map(|(_, operation)| *operation)
    }

    /// How it is written.
    pub(super) fn written(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract | Self::Negative => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Compare(comparison) => comparison.written(),
            _ => {
                FUNCTIONS.iter().find(|(_, operation)| *operation == self).map_or("", |(written, _)| written)
            }
        }
    }

    pub(super) const fn arity(self) -> Arity {
        match self {
            Self::Where => Arity::Exactly(3),
            Self::Minimum | Self::Maximum => Arity::AtLeast(2),
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Compare(_) => {
                Arity::Exactly(2)
            }
            Self::Power | Self::Both | Self::Either => Arity::Exactly(2),
            _ => Arity::Exactly(1),
        }
    }

    /// What it takes at this place, counted from 0.
    pub(super) const fn takes(self, place: usize) -> Kind {
        match self {
            Self::Both | Self::Either | Self::Not => Kind::Truth,
            Self::Where if place == 0 => Kind::Truth,
            _ => Kind::Number,
        }
    }

    pub(super) const fn gives(self) -> Kind {
        match self {
            Self::Compare(_) | Self::Both | Self::Either | Self::Not => Kind::Truth,
            _ => Kind::Number,
        }
    }
}

impl Comparison {
    pub(super) const fn written(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

impl Arity {
    pub(super) const fn allows(self, count: usize) -> bool {
        match self {
            Self::Exactly(expected) => count == expected,
            Self::AtLeast(least) => count >= least,
        }
    }

    pub(super) fn called(self) -> String {
        match self {
            Self::Exactly(1) => "1 value".to_owned(),
            Self::Exactly(expected) => format!("{expected} values"),
            Self::AtLeast(least) => format!("{least} values or more"),
        }
    }
}

/// The names of all functions, for a sentence.
pub(super) fn function_names() -> String {
    let names: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).chain([TABLE]).collect();
    names.join(", ")
}
