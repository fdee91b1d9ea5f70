//! How much of anything a model may hold.

/// Largest file, in bytes: 512 MiB. Ranking models are far smaller; a copy of it lives in memory while it is read.
pub const MODEL_BYTES: usize = 512 << 20;

/// Largest value a model may make out of constants alone, in bytes: 2 GiB, the worker's memory.
pub const MEMORY_BYTES: u64 = 2 << 30;

/// Deepest nesting of messages in the file; the reference protobuf readers stop there too.
pub(crate) const NESTING: usize = 100;

/// Most messages in the file. An empty one takes two bytes in the file and some hundred in memory.
pub(crate) const MESSAGES: u64 = 1_000_000;

/// Most texts in the file. An empty one takes two bytes in the file and 24 in memory.
pub(crate) const TEXTS: u64 = 8_000_000;

/// Most bytes of integers written one after the other; each byte can become 8 bytes in memory.
pub(crate) const INTEGER_BYTES: u64 = 64 << 20;

/// Most nodes written in the file.
pub(crate) const NODES: u64 = 200_000;

/// Most nodes once every function stands in the place of its calls.
pub(crate) const EXPANDED_NODES: u64 = 1_000_000;

/// Deepest nesting of graphs in graphs, functions counted where they are called.
pub(crate) const GRAPH_DEPTH: u64 = 16;

/// Longest way from the root of a tree to a leaf.
pub(crate) const TREE_DEPTH: u16 = 4096;

/// Newest version of the file format that the runtime reads (ONNX 1.23).
pub(crate) const IR_VERSION: i64 = 14;

/// Most numbers in a constant that is followed as a shape.
pub(crate) const SHAPE_NUMBERS: usize = 64;
