//! What a score is made of: trees, lines, curves and small networks, as plain numbers that can be opened and
//! computed here.
//!
//! A [`Form`] is a sum of weighted parts. Knows nothing of ONNX, files or a runtime: whoever reads a model writes it
//! as a form, whoever explains it takes the form apart.

mod error;
mod forest;
mod form;
mod function;
mod network;
pub mod program;

pub use error::Error;
pub use forest::{Branch, Forest, Node, Tree};
pub use form::{Form, Part, Term};
pub use function::Function;
pub use network::Network;
pub use program::Program;
