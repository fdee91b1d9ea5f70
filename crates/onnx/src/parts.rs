//! Every node and tensor of a model, wherever it hides.

use crate::proto::{
    AttributeProto, DataType, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto,
};

/// Everything in a model, functions and inner graphs included.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) nodes: Vec<&'a NodeProto>,
    pub(crate) tensors: Vec<&'a TensorProto>,
    pub(crate) sparse: Vec<&'a SparseTensorProto>,
}

impl<'a> Parts<'a> {
    /// Collects them; takes time and memory linear in their number and no recursion.
    pub(crate) fn of(model: &'a ModelProto) -> Self {
        let mut parts = Self::default();
        let mut open: Vec<&GraphProto> = model.graph.iter().collect();
        for function in &model.functions {
            parts.take_attributes(&function.attribute_proto, &mut open);
            parts.take_nodes(&function.node, &mut open);
        }
        while let Some(graph) = open.pop() {
            parts.take_graph(graph, &mut open);
        }
        parts
    }

    fn take_graph(&mut self, graph: &'a GraphProto, open: &mut Vec<&'a GraphProto>) {
        self.tensors.extend(&graph.initializer);
        graph.sparse_initializer.iter().for_each(|sparse| self.take_sparse(sparse));
        self.take_nodes(&graph.node, open);
    }

    fn take_nodes(&mut self, nodes: &'a [NodeProto], open: &mut Vec<&'a GraphProto>) {
        for node in nodes {
            self.nodes.push(node);
            self.take_attributes(&node.attribute, open);
        }
    }

    fn take_attributes(&mut self, attributes: &'a [AttributeProto], open: &mut Vec<&'a GraphProto>) {
        for attribute in attributes {
            self.tensors.extend(attribute.t.as_deref());
            self.tensors.extend(&attribute.tensors);
            attribute.sparse_tensor.iter().for_each(|sparse| self.take_sparse(sparse));
            attribute.sparse_tensors.iter().for_each(|sparse| self.take_sparse(sparse));
            open.extend(inner_graphs(attribute));
        }
    }

    fn take_sparse(&mut self, sparse: &'a SparseTensorProto) {
        self.sparse.push(sparse);
        self.tensors.extend(&sparse.values);
        self.tensors.extend(&sparse.indices);
    }

    /// Fractional numbers in tensors and in the lists of nodes: weights and thresholds, not shapes or indices.
    pub(crate) fn parameters(&self) -> u64 {
        let tensors = self.tensors.iter().filter(|tensor| is_fractional(tensor.data_type));
        let lists = self.nodes.iter().flat_map(|node| &node.attribute).map(|list| list.floats.len() as u64);
        tensors.filter_map(|tensor| elements(&tensor.dims)).chain(lists).fold(0, u64::saturating_add)
    }
}

/// The graphs that an attribute holds.
pub(crate) fn inner_graphs(attribute: &AttributeProto) -> impl Iterator<Item = &GraphProto> {
    attribute.g.as_deref().into_iter().chain(&attribute.graphs)
}

/// Names of the values that a graph brings along.
pub(crate) fn initializer_names(graph: &GraphProto) -> impl Iterator<Item = &str> {
    let sparse = graph.sparse_initializer.iter().filter_map(|sparse| sparse.values.as_ref());
    graph.initializer.iter().chain(sparse).map(|tensor| tensor.name.as_str())
}

/// The attribute of this name.
pub(crate) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// How many elements a tensor of these dimensions has; nothing when one is negative or the product too large.
pub(crate) fn elements(dims: &[i64]) -> Option<u64> {
    // A zero anywhere must not hide a negative number or an overflow elsewhere.
    let lengths = dims.iter().map(|dim| u64::try_from(*dim).ok()).collect::<Option<Vec<_>>>()?;
    lengths.iter().try_fold(1_u64, |product, length| product.checked_mul((*length).max(1)))?;
    Some(lengths.iter().product())
}

fn is_fractional(kind: i32) -> bool {
    matches!(
        DataType::try_from(kind),
        Ok(DataType::Float | DataType::Double | DataType::Float16 | DataType::Bfloat16)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_product_of_dimensions_wraps_round() {
        assert_eq!(elements(&[]), Some(1));
        assert_eq!(elements(&[3, 0, 2]), Some(0));
        assert_eq!(elements(&[1 << 32, 1 << 32]), None);
        assert_eq!(elements(&[0, 1 << 62, 1 << 62]), None);
        assert_eq!(elements(&[0, -1]), None);
    }
}
