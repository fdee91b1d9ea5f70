//! Ranking models as a [`Scorer`](explain::Scorer), run by ONNX Runtime in a child process with limits.
//!
//! Uploaded graphs are hostile, so no graph is ever loaded in this process: [`Worker`] starts `PROGRAM rank-worker`
//! ([`serve_worker`]), hands it the model over a pipe, moves its limits before each request and doubts each answer.
//! Knows nothing of files, databases, HTTP, cards or languages: bytes and rows in, numbers or a [`RunError`] out.
//!
//! # What makes a score repeatable
//! One thread, sequential execution, deterministic kernels, no graph optimisation ([`OPTIMISATION`]), and every call of
//! the runtime sees tables of one shape: [`ROWS_PER_CALL`] rows, the last table filled up with copies of its last row
//! (one row for models whose batch dimension is fixed to 1). So the score of a row does not depend on how many rows
//! were asked for together with it. A model whose scores do depend on the rows around them is refused.

mod child;
mod error;
mod frame;
mod inputs;
mod limits;
mod message;
mod outputs;
mod runtime;
mod scorer;
mod selection;
mod tensors;
mod worker;

pub use child::serve_worker;
pub use error::RunError;
pub use inputs::{InputMap, ROWS_PER_CALL};
pub use limits::Limits;
pub use outputs::{Head, Outputs};
pub use runtime::{OPTIMISATION, RuntimeFacts, cpu_class, find_runtime};
pub use scorer::ModelScorer;
pub use selection::Selection;
pub use tensors::TensorWorker;
pub use worker::{Worker, WorkerProgram};
