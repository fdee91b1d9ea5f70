//! ONNX models as files: what they say about themselves, whether they may be run here, and how to write one
//! from a published formula.
//!
//! [`read`] is the gate that a model passes before any runtime sees it. [`formula`] turns a formula into a model.
//! Knows nothing of a runtime, of files on a disk or of a network: bytes come in, words and bytes go out.

pub mod formula;
mod gate;
mod limits;
mod model;
mod names;
mod open;
mod parts;
mod places;
mod proto;
mod refusal;
#[cfg(test)]
mod samples;
mod scan;
mod signature;
pub mod slots;
pub mod values;

pub use limits::{MEMORY_BYTES, MODEL_BYTES};
pub use model::{Dimension, ElementKind, Model, Tensor};
pub use open::{Closed, Opened, Rounding, open};
pub use refusal::Refusal;

/// Reads a model and checks everything that can be known without running it.
///
/// Never panics, whatever the bytes are. Memory stays within a small multiple of the file's size, time is linear in it.
///
/// # Errors
/// A [`Refusal`] with a sentence that says what is wrong, when the bytes are no well-formed ONNX model, when the model
/// asks for something that is not allowed here (other files, other operators, chance), or when it has no inputs or no
/// numeric output.
pub fn read(bytes: &[u8]) -> Result<Model, Refusal> {
    let model = scan::decode(bytes)?;
    let nodes = gate::check(&model)?;
    signature::describe(&model, nodes)
}
