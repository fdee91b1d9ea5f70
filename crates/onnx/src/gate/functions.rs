//! How large a model becomes when every function stands in the place of its calls.

use std::collections::{HashMap, HashSet};

use crate::limits;
use crate::names::{domain, quoted};
use crate::parts::inner_graphs;
use crate::proto::{FunctionProto, GraphProto, ModelProto, NodeProto};
use crate::refusal::Refusal;

/// Domain, name and overload.
type Key<'a> = (&'a str, &'a str, &'a str);

/// The functions of a model, each with what a call of it costs.
pub(super) struct Functions<'a> {
    costs: HashMap<Key<'a>, Cost>,
    domains: HashSet<&'a str>,
}

/// Size of some nodes with all functions in place; saturating.
#[derive(Clone, Copy)]
struct Cost {
    nodes: u64,
    /// Graphs in graphs.
    depth: u64,
}

impl<'a> Functions<'a> {
    /// Adds up all functions, those without calls first.
    pub(super) fn of(model: &'a ModelProto) -> Result<Self, Refusal> {
        let bodies = bodies(model)?;
        let mut missing: HashMap<Key<'_>, usize> = HashMap::new();
        let mut callers: HashMap<Key<'_>, Vec<Key<'_>>> = HashMap::new();
        for (key, function) in &bodies {
            let mut called = HashSet::new();
            collect_calls(&function.node, &bodies, &mut called);
            missing.insert(*key, called.len());
            for callee in called {
                callers.entry(callee).or_default().push(*key);
            }
        }
        let mut ready: Vec<_> = missing.iter().filter(|(_, left)| **left == 0).map(|(key, _)| *key).collect();
        let domains = bodies.keys().map(|(domain, ..)| *domain).collect();
        let mut functions = Self { costs: HashMap::new(), domains };
        while let Some(key) = ready.pop() {
            if let Some(function) = bodies.get(&key) {
                functions.costs.insert(key, functions.cost(&function.node));
            }
            for caller in callers.remove(&key).unwrap_or_default() {
                if let Some(left) = missing.get_mut(&caller) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(caller);
                    }
                }
            }
        }
        match bodies.keys().filter(|key| !functions.costs.contains_key(*key)).min() {
            Some((_, name, _)) => Err(Refusal::FunctionCircle { function: quoted(name) }),
            None => Ok(functions),
        }
    }

    /// Whether the node calls a function of the model.
    pub(super) fn has(&self, node: &NodeProto) -> bool {
        self.costs.contains_key(&key(node))
    }

    /// Whether some function of the model is in this domain.
    pub(super) fn has_domain(&self, name: &str) -> bool {
        self.domains.contains(name)
    }

    /// Nodes of the graph with all functions in place.
    pub(super) fn expanded(&self, graph: &GraphProto) -> Result<u64, Refusal> {
        let cost = self.cost(&graph.node);
        if cost.depth > limits::GRAPH_DEPTH {
            return Err(Refusal::GraphsTooDeep);
        }
        if cost.nodes > limits::EXPANDED_NODES {
            return Err(Refusal::ExpandsTooFar);
        }
        Ok(cost.nodes)
    }

    /// Inner graphs are entered by recursion; the scan of the bytes has bounded how deep they are.
    fn cost(&self, nodes: &[NodeProto]) -> Cost {
        let mut sum = Cost { nodes: 0, depth: 0 };
        for node in nodes {
            let cost = self.cost_of(node);
            sum.nodes = sum.nodes.saturating_add(cost.nodes);
            sum.depth = sum.depth.max(cost.depth);
        }
        sum
    }

    /// A graph handed to a function counts as if each of the function's nodes would run it.
    fn cost_of(&self, node: &NodeProto) -> Cost {
        let called = self.costs.get(&key(node)).copied().unwrap_or(Cost { nodes: 1, depth: 0 });
        let mut inner = Cost { nodes: 0, depth: 0 };
        for graph in node.attribute.iter().flat_map(inner_graphs) {
            let cost = self.cost(&graph.node);
            inner.nodes = inner.nodes.saturating_add(cost.nodes);
            inner.depth = inner.depth.max(cost.depth.saturating_add(1));
        }
        Cost {
            nodes: called.nodes.saturating_mul(inner.nodes.saturating_add(1)),
            depth: called.depth.saturating_add(inner.depth),
        }
    }
}

fn bodies(model: &ModelProto) -> Result<HashMap<Key<'_>, &FunctionProto>, Refusal> {
    let mut bodies = HashMap::new();
    for function in &model.functions {
        let key = (domain(&function.domain), function.name.as_str(), function.overload.as_str());
        if bodies.insert(key, function).is_some() {
            return Err(Refusal::FunctionTwice { function: quoted(&function.name) });
        }
    }
    Ok(bodies)
}

fn collect_calls<'a>(
    nodes: &'a [NodeProto],
    bodies: &HashMap<Key<'a>, &FunctionProto>,
    called: &mut HashSet<Key<'a>>,
) {
    for node in nodes {
        if bodies.contains_key(&key(node)) {
            called.insert(key(node));
        }
        for graph in node.attribute.iter().flat_map(inner_graphs) {
            collect_calls(&graph.node, bodies, called);
        }
    }
}

fn key(node: &NodeProto) -> Key<'_> {
    (domain(&node.domain), node.op_type.as_str(), node.overload.as_str())
}

#[cfg(test)]
mod tests {
    use crate::proto::{GraphProto, ModelProto};
    use crate::samples::{function, having, inner, model, node, read, refusal};

    /// The graph calls the last of the functions.
    fn calling(functions: Vec<crate::proto::FunctionProto>) -> ModelProto {
        let last = functions.last().map(|function| function.name.clone()).unwrap_or_default();
        ModelProto { functions, ..model(vec![node(&format!("own.{last}"), &["x"], "y")]) }
    }

    #[test]
    fn nodes_are_counted_where_functions_are_called() {
        let twice = vec![node("Relu", &["a"], "c"), node("Relu", &["c"], "b")];
        let four_times = vec![node("own.two", &["a"], "c"), node("own.two", &["c"], "b")];

        let answer = read(&calling(vec![function("two", twice), function("four", four_times)]));

        assert_eq!(answer.map(|model| model.nodes), Ok(4));
    }

    #[test]
    fn functions_that_call_each_other_are_refused() {
        let first = function("first", vec![node("own.second", &["a"], "b")]);
        let second = function("second", vec![node("own.first", &["a"], "b")]);

        let answer = refusal(&calling(vec![first, second]));

        assert_eq!(answer, "function `first` calls itself, directly or through others");
    }

    #[test]
    fn a_function_written_twice_is_refused() {
        let body = || function("f", vec![node("Relu", &["a"], "b")]);

        assert_eq!(refusal(&calling(vec![body(), body()])), "function `f` is written twice");
    }

    #[test]
    fn graphs_count_as_nested_also_through_functions() {
        let wrap = |name: &str, called: &str| {
            let graph = GraphProto { node: vec![node(called, &["a"], "c")], ..GraphProto::default() };
            function(name, vec![having(node("If", &["a"], "b"), "then_branch", inner(graph))])
        };
        let chain = |length: usize| {
            let name = |at: usize| if at == 0 { "Relu".to_owned() } else { format!("own.f{at}") };
            calling((1..=length).map(|at| wrap(&format!("f{at}"), &name(at - 1))).collect())
        };

        assert!(read(&chain(16)).is_ok());
        assert_eq!(refusal(&chain(17)), "the model nests graphs deeper than 16");
    }
}
