//! Why a model is not run here.

use crate::limits;

/// Why a model is refused before any runtime sees it. Names from the file are escaped and cut.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No bytes at all.
    #[error("the file is empty; an ONNX model is expected")]
    Empty,
    /// More than [`crate::MODEL_BYTES`].
    #[error("the file has {bytes} bytes; at most {} are allowed", limits::MODEL_BYTES)]
    TooLarge {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The bytes are no protobuf messages, or not those of ONNX.
    #[error("the bytes are no ONNX model: {what}")]
    Malformed {
        /// What is wrong, and where.
        what: String,
    },
    /// Messages in messages, too deep.
    #[error("the file nests messages deeper than {}", limits::NESTING)]
    NestedTooDeep,
    /// More parts than any reasonable model has.
    #[error("the file holds more than {limit} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The most that is allowed.
        limit: u64,
    },
    /// A part that only training needs.
    #[error("the file carries training information; export the model for inference only")]
    Training,
    /// A file format newer than the runtime.
    #[error("the file has ONNX format version {found}; versions 1 to {} can be read", limits::IR_VERSION)]
    FormatVersion {
        /// The version in the file.
        found: i64,
    },
    /// No graph in the model.
    #[error("the model has no graph, so there is nothing to run")]
    NoGraph,
    /// A set of operators that is not allowed here.
    #[error(
        "the model asks for operators of {domain}; only ai.onnx, ai.onnx.ml and parts of com.microsoft are allowed"
    )]
    OperatorSet {
        /// The set's domain.
        domain: String,
    },
    /// A version of an operator set that is not known.
    #[error(
        "the model asks for version {found} of the operators of {domain}; versions 1 to {newest} are known"
    )]
    OperatorSetVersion {
        /// The set's domain.
        domain: String,
        /// The version asked for.
        found: i64,
        /// The newest one that is known.
        newest: i64,
    },
    /// One set of operators in two versions.
    #[error("the model asks for the operators of {domain} in two versions, {first} and {second}")]
    OperatorSetTwice {
        /// The set's domain.
        domain: String,
        /// The version named first.
        first: i64,
        /// The version named later.
        second: i64,
    },
    /// An operator that is not allowed here.
    #[error("{node}: this operator is not allowed here")]
    Operator {
        /// The node.
        node: String,
    },
    /// An operator whose set is not among the imported ones.
    #[error("{node}: the model does not say which version of this operator set it needs")]
    OperatorSetMissing {
        /// The node.
        node: String,
    },
    /// An operator that gives other results each time.
    #[error("{node}: it can draw random numbers, so the same input would not always get the same score")]
    Chance {
        /// The node.
        node: String,
    },
    /// Numbers outside the file.
    #[error("tensor {tensor} keeps its numbers in another file; keep all numbers inside the model")]
    ExternalData {
        /// The tensor's name.
        tensor: String,
    },
    /// A tensor whose type, dimensions and bytes do not fit together.
    #[error("tensor {tensor}: {what}")]
    Tensor {
        /// The tensor's name.
        tensor: String,
        /// What does not fit.
        what: String,
    },
    /// Two functions of one name.
    #[error("function {function} is written twice")]
    FunctionTwice {
        /// The function's name.
        function: String,
    },
    /// Functions that call each other in a circle.
    #[error("function {function} calls itself, directly or through others")]
    FunctionCircle {
        /// One function of the circle.
        function: String,
    },
    /// More nodes than allowed once functions stand in the place of their calls.
    #[error(
        "with every function put in the place of its calls the model has more than {} nodes",
        limits::EXPANDED_NODES
    )]
    ExpandsTooFar,
    /// Graphs in graphs, too deep.
    #[error("the model nests graphs deeper than {}", limits::GRAPH_DEPTH)]
    GraphsTooDeep,
    /// A value without a name, where a name is needed.
    #[error("{place} has no name")]
    NoName {
        /// What has no name.
        place: String,
    },
    /// Two values of one name in one graph.
    #[error("the value {name} is made twice in one graph; every value needs a name of its own")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A value that nothing makes before it is read.
    #[error(
        "{reader} reads {name}, which nothing makes before it: it is missing, later in the file, or in a circle"
    )]
    Undefined {
        /// Who reads it.
        reader: String,
        /// The name of the value.
        name: String,
    },
    /// Trees that point nowhere, in a circle, or to a feature that cannot be.
    #[error("{node}: {what}")]
    Tree {
        /// The node that holds the trees.
        node: String,
        /// What is wrong with them.
        what: String,
    },
    /// A value whose size is known and too large.
    #[error(
        "{node}: it makes a value of {bytes} bytes or more out of constants; at most {} are allowed",
        limits::MEMORY_BYTES
    )]
    Bomb {
        /// The node.
        node: String,
        /// The size in bytes; the largest number stands for anything above.
        bytes: u64,
    },
    /// Constants that describe no possible size.
    #[error("{node}: {what}")]
    Size {
        /// The node.
        node: String,
        /// What is wrong with the constants.
        what: String,
    },
    /// Nothing to feed.
    #[error("the model has no input, so nothing about an item can change its score")]
    NoInput,
    /// Nothing to rank by.
    #[error("the model has no output that is declared as numbers, so there is nothing to rank by")]
    NoNumericOutput,
    /// Inputs that cannot be fed with rows of numbers.
    #[error("the model cannot be given rows of numbers: {source}")]
    Rows {
        /// Which input, and why.
        source: crate::slots::SlotError,
    },
}
