//! Every value has one name, one maker, and is made before it is read.
//!
//! The order of nodes is part of the format, so one pass finds missing values and circles alike.
//! Source: ONNX IR, "Graphs" and "Names Within a Graph".

use std::collections::HashSet;

use crate::names::{self, quoted};
use crate::parts::{initializer_names, inner_graphs};
use crate::proto::{FunctionProto, GraphProto, ModelProto, NodeProto};
use crate::refusal::Refusal;

/// Checks the model's graph and each function.
pub(super) fn check(model: &ModelProto, graph: &GraphProto) -> Result<(), Refusal> {
    Scopes::default().check_graph(graph)?;
    model.functions.iter().try_for_each(|function| Scopes::default().check_function(function))
}

/// Names that can be read: those of this graph last, those of the graphs around it before.
#[derive(Default)]
struct Scopes<'a> {
    open: Vec<HashSet<&'a str>>,
}

impl<'a> Scopes<'a> {
    fn check_graph(&mut self, graph: &'a GraphProto) -> Result<(), Refusal> {
        self.open.push(HashSet::new());
        for input in &graph.input {
            self.make(&input.name, "an input of a graph")?;
        }
        let inputs: HashSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
        let mut given = HashSet::new();
        for name in initializer_names(graph) {
            if !given.insert(name) {
                return Err(Refusal::NameTwice { name: quoted(name) });
            }
            // An initializer may give an input its default.
            if !inputs.contains(name) {
                self.make(name, "an initializer")?;
            }
        }
        self.check_nodes(&graph.node)?;
        self.check_outputs(graph.output.iter().map(|output| output.name.as_str()))?;
        self.open.pop();
        Ok(())
    }

    fn check_function(&mut self, function: &'a FunctionProto) -> Result<(), Refusal> {
        self.open.push(HashSet::new());
        for input in &function.input {
            self.make(input, "an input of a function")?;
        }
        self.check_nodes(&function.node)?;
        self.check_outputs(function.output.iter().map(String::as_str))
    }

    /// An empty input or output name means "left out".
    fn check_nodes(&mut self, nodes: &'a [NodeProto]) -> Result<(), Refusal> {
        for node in nodes {
            for input in node.input.iter().filter(|name| !name.is_empty()) {
                self.read(input, || names::node(node))?;
            }
            for graph in node.attribute.iter().flat_map(inner_graphs) {
                self.check_graph(graph)?;
            }
            for output in node.output.iter().filter(|name| !name.is_empty()) {
                self.make(output, "an output of a node")?;
            }
        }
        Ok(())
    }

    fn check_outputs(&self, outputs: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
        let mut seen = HashSet::new();
        for output in outputs {
            if output.is_empty() {
                return Err(Refusal::NoName { place: "an output of a graph".to_owned() });
            }
            if !seen.insert(output) {
                return Err(Refusal::NameTwice { name: quoted(output) });
            }
            self.read(output, || "an output of a graph".to_owned())?;
        }
        Ok(())
    }

    fn make(&mut self, name: &'a str, place: &str) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(Refusal::NoName { place: place.to_owned() });
        }
        let new = self.open.last_mut().is_none_or(|scope| scope.insert(name));
        if new { Ok(()) } else { Err(Refusal::NameTwice { name: quoted(name) }) }
    }

    fn read(&self, name: &str, reader: impl FnOnce() -> String) -> Result<(), Refusal> {
        if self.open.iter().any(|scope| scope.contains(name)) {
            Ok(())
        } else {
            Err(Refusal::Undefined { reader: reader(), name: quoted(name) })
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::proto::{GraphProto, ValueInfoProto};
    use crate::samples::{having, inner, model, node, read, refusal, shape, with_initializers};

    #[test]
    fn inner_graphs_read_the_values_around_them_but_not_the_other_way() {
        let branch = |output: &str| {
            let value = ValueInfoProto { name: output.to_owned(), ..ValueInfoProto::default() };
            GraphProto {
                node: vec![node("Relu", &["x"], "inside")],
                output: vec![value],
                ..GraphProto::default()
            }
        };
        let with = |output: &str, after: &str| {
            let choice = having(node("If", &["x"], "c"), "then_branch", inner(branch(output)));
            model(vec![choice, node("Relu", &[after], "y")])
        };

        assert!(read(&with("inside", "c")).is_ok());
        assert!(refusal(&with("outside", "c")).starts_with("an output of a graph reads `outside`"));
        assert!(refusal(&with("inside", "inside")).starts_with("node `Relu` that makes `y` reads `inside`"));
    }

    #[test]
    fn one_name_is_made_once() {
        let twice = "the value `y` is made twice in one graph; every value needs a name of its own";

        assert_eq!(refusal(&model(vec![node("Relu", &["x"], "y"), node("Abs", &["x"], "y")])), twice);
        assert_eq!(
            refusal(&with_initializers(vec![node("Relu", &["x"], "y")], vec![shape("y", &[1])])),
            twice
        );
    }

    #[test]
    fn an_initializer_may_give_an_input_its_default_and_is_then_no_input() {
        let mut model = with_initializers(vec![node("Add", &["x", "w"], "y")], vec![shape("w", &[1])]);
        let graph = model.graph.as_mut().expect("a graph");
        graph.input.push(ValueInfoProto { name: "w".to_owned(), ..ValueInfoProto::default() });

        let read = read(&model).expect("read");

        assert_eq!(read.inputs.len(), 1);
    }

    #[test]
    fn nodes_out_of_order_are_refused() {
        let answer = refusal(&model(vec![node("Relu", &["h"], "y"), node("Abs", &["x"], "h")]));

        assert!(answer.contains("`h`, which nothing makes before it"), "{answer}");
    }
}
