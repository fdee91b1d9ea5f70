//! What a model says about itself.

use std::collections::BTreeMap;

/// A model that passed the gate, described for those who feed and explain it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What must be given, in the file's order; initializers are left out.
    pub inputs: Vec<Tensor>,
    /// What comes out, in the file's order.
    pub outputs: Vec<Tensor>,
    /// Sets of operators and their versions, sorted; the standard one is called `ai.onnx`.
    pub opsets: Vec<(String, i64)>,
    /// Nodes once every function stands in the place of its calls, those of inner graphs included.
    pub nodes: usize,
    /// Operators that occur, sorted, each once: `Add`, `ai.onnx.ml.TreeEnsembleRegressor`, `com.microsoft.Gelu`.
    pub operators: Vec<String>,
    /// How often each of [`Model::operators`] is written in the file, functions and inner graphs included.
    pub operator_counts: BTreeMap<String, u64>,
    /// Version of the file format.
    pub ir_version: i64,
    /// The program that wrote the file, with its version where given. Any text: escape it before showing.
    pub producer: String,
    /// What the author wrote about it in the file. Any text: escape it before showing.
    pub doc_string: String,
    /// Numbers kept in initializers, constants and tree tables: what training has set.
    pub parameters: u64,
    /// Keys and values that the author added. Any text: escape it before showing.
    pub metadata: BTreeMap<String, String>,
}

impl Model {
    /// Whether the model holds a `Loop`, so that nothing promises an end but the limits at run time.
    #[must_use]
    pub fn may_not_end(&self) -> bool {
        self.operator_counts.contains_key("Loop")
    }

    /// The outputs that hold numbers, in the file's order.
    pub fn numeric_outputs(&self) -> impl Iterator<Item = &Tensor> {
        self.outputs.iter().filter(|output| output.kind.is_number())
    }
}

/// An input or output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tensor {
    /// Its name; inputs are fed by it. Any text: escape it before showing.
    pub name: String,
    /// What one element is.
    pub kind: ElementKind,
    /// The dimensions, first the rows; empty for a single number, and for a shape that the file does not give.
    pub shape: Vec<Dimension>,
}

/// One dimension of a shape.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Dimension {
    /// Always this long.
    Fixed(u64),
    /// As long as every other dimension of this name.
    Named(String),
    /// Any length.
    Unknown,
}

/// What one element of a tensor is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ElementKind {
    /// 16-bit IEEE 754.
    Float16,
    /// The upper half of a 32-bit float.
    BFloat16,
    /// 32-bit IEEE 754.
    Float32,
    /// 64-bit IEEE 754.
    Float64,
    /// 8-bit signed.
    Int8,
    /// 16-bit signed.
    Int16,
    /// 32-bit signed.
    Int32,
    /// 64-bit signed.
    Int64,
    /// 8-bit unsigned.
    Uint8,
    /// 16-bit unsigned.
    Uint16,
    /// 32-bit unsigned.
    Uint32,
    /// 64-bit unsigned.
    Uint64,
    /// True or false.
    Bool,
    /// Text.
    String,
    /// Anything else: complex or very small numbers, sequences, maps, or no type given.
    Other,
}

impl ElementKind {
    /// Whether it is a number of 8 bits or more; true or false is none.
    #[must_use]
    pub const fn is_number(self) -> bool {
        !matches!(self, Self::Bool | Self::String | Self::Other)
    }
}
