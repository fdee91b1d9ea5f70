//! What can be wrong with the parts of a form.

/// Why something is no form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A tree without nodes.
    #[error("tree {tree} has no node")]
    EmptyTree {
        /// Position of the tree, from 0.
        tree: usize,
    },
    /// A branch that leads to an earlier node, to itself, or to no node.
    #[error("tree {tree}: node {node} leads to node {child}; a branch leads to later nodes of its tree only")]
    Child {
        /// Position of the tree, from 0.
        tree: usize,
        /// Position of the branch, from 0.
        node: usize,
        /// Where it leads.
        child: usize,
    },
    /// A column that is not there.
    #[error("column {column} does not exist; rows have {columns} columns")]
    Column {
        /// Position of the column, from 0.
        column: usize,
        /// Columns of a row.
        columns: usize,
    },
    /// A limit or weight that is no finite number.
    #[error("tree {tree}: node {node} holds {value}, which is no finite number")]
    NotFinite {
        /// Position of the tree, from 0.
        tree: usize,
        /// Position of the node, from 0.
        node: usize,
        /// The value as it is printed.
        value: String,
    },
    /// Covers that do not belong to the nodes one by one.
    #[error("tree {tree} has {nodes} nodes and {covers} covers")]
    Covers {
        /// Position of the tree, from 0.
        tree: usize,
        /// Nodes of the tree.
        nodes: usize,
        /// Covers that were given.
        covers: usize,
    },
    /// A step of a program that does not fit the steps before it.
    #[error("step {step} does not fit the steps before it: {what}")]
    Step {
        /// Position of the step, from 0.
        step: usize,
        /// What does not fit.
        what: &'static str,
    },
}
