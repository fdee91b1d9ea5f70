//! What a model must fulfil before a runtime sees it.
//!
//! Each part looks at one thing and trusts what the parts before it have shown.

mod functions;
mod operators;
mod opsets;
mod scopes;
mod sizes;
mod tensors;
mod trees;

use crate::limits;
use crate::parts::Parts;
use crate::proto::ModelProto;
use crate::refusal::Refusal;

/// Checks a decoded model; answers with its number of nodes once functions stand in the place of their calls.
pub(crate) fn check(model: &ModelProto) -> Result<u64, Refusal> {
    if !(1..=limits::IR_VERSION).contains(&model.ir_version) {
        return Err(Refusal::FormatVersion { found: model.ir_version });
    }
    let graph = model.graph.as_ref().ok_or(Refusal::NoGraph)?;
    let parts = Parts::of(model);
    if parts.nodes.len() as u64 > limits::NODES {
        return Err(Refusal::TooMany { what: "nodes", limit: limits::NODES });
    }
    tensors::check(&parts)?;
    let functions = functions::Functions::of(model)?;
    opsets::check(model, &functions)?;
    operators::check(model, &functions)?;
    let nodes = functions.expanded(graph)?;
    scopes::check(model, graph)?;
    trees::check(&parts, graph)?;
    sizes::check(model)?;
    Ok(nodes)
}
