//! Going through the nodes of a graph, one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use forms::program::{self, Step};

use super::value::{Kind, Rows, Shut, Tensor, Value};
use crate::names;
use crate::parts::{attribute, inner_graphs};
use crate::proto::{AttributeProto, GraphProto, ModelProto, NodeProto};

/// Most numbers that a model may need when it is opened, in constants and in the vectors of one row: 128 MiB.
const NUMBERS: usize = 16 << 20;

/// A graph on its way to steps.
pub(super) struct Reader<'a> {
    pub(super) columns: usize,
    pub(super) steps: Vec<Step>,
    pub(super) widths: Vec<usize>,
    pub(super) values: Vec<Value<'a>>,
    pub(super) names: HashMap<&'a str, usize>,
    /// Version of the standard operators.
    pub(super) opset: i64,
    spent: usize,
}

/// A node and where its inputs are; an input that is left out has none.
pub(super) struct Call<'a> {
    pub(super) node: &'a NodeProto,
    pub(super) inputs: Vec<Option<usize>>,
}

/// What an operator makes, or why it is not opened.
pub(super) type Made<'a> = Result<Vec<Value<'a>>, String>;

impl<'a> Reader<'a> {
    pub(super) fn new(model: &ModelProto, columns: usize) -> Self {
        let standard = model.opset_import.iter().find(|set| names::domain(&set.domain).is_empty());
        Self {
            columns,
            steps: Vec::new(),
            widths: Vec::new(),
            values: Vec::new(),
            names: HashMap::new(),
            opset: standard.map_or(1, |set| set.version),
            spent: 0,
        }
    }

    /// Reads initializers and nodes; inputs are there already.
    pub(super) fn graph(&mut self, graph: &'a GraphProto) {
        for tensor in &graph.initializer {
            self.name(&tensor.name, Value::File(tensor));
        }
        for sparse in graph.sparse_initializer.iter().filter_map(|sparse| sparse.values.as_ref()) {
            self.name(
                &sparse.name,
                shut("it uses a tensor that lists only numbers other than zero", Vec::new()),
            );
        }
        for node in &graph.node {
            self.node(node);
        }
    }

    pub(super) fn name(&mut self, name: &'a str, value: Value<'a>) {
        self.values.push(value);
        self.names.insert(name, self.values.len() - 1);
    }

    fn node(&mut self, node: &'a NodeProto) {
        let inputs: Vec<Option<usize>> =
            node.input.iter().map(|name| self.names.get(name.as_str()).copied()).collect();
        let call = Call { node, inputs };
        let made = self.closed_input(&call).map_or_else(|| self.operator(&call), |why| Err(why.to_string()));
        let made = made.and_then(|made| Self::counted(node, made));
        let made = made.unwrap_or_else(|why| {
            let why: Arc<str> =
                if why.starts_with("node ") { why } else { format!("{}: {why}", names::node(node)) }.into();
            let from = self.flows_in(&call);
            let closed = || Value::Closed(Shut { why: Arc::clone(&why), from: Arc::clone(&from) });
            node.output.iter().map(|_| closed()).collect()
        });
        for (name, value) in node.output.iter().zip(made).filter(|(name, _)| !name.is_empty()) {
            self.name(name, value);
        }
    }

    /// Fewer values than the node has outputs mean that the others are not opened.
    fn counted(node: &NodeProto, mut made: Vec<Value<'a>>) -> Made<'a> {
        let asked = node.output.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        if made.len() < asked {
            return Err("not all of its outputs are opened".to_owned());
        }
        made.truncate(asked);
        Ok(made)
    }

    /// Why an input is not opened, if one is not.
    fn closed_input(&self, call: &Call<'a>) -> Option<Arc<str>> {
        call.inputs.iter().flatten().find_map(|input| match self.values.get(*input) {
            Some(Value::Closed(closed)) => Some(Arc::clone(&closed.why)),
            _ => None,
        })
    }

    /// Every value that the node reads, those that its inner graphs name included.
    fn flows_in(&self, call: &Call<'a>) -> Arc<[usize]> {
        let mut from: Vec<usize> = call.inputs.iter().flatten().copied().collect();
        let mut open: Vec<&GraphProto> = call.node.attribute.iter().flat_map(inner_graphs).collect();
        while let Some(graph) = open.pop() {
            let read = graph.node.iter().flat_map(|node| &node.input);
            let given = graph.output.iter().map(|output| &output.name);
            from.extend(read.chain(given).filter_map(|name| self.names.get(name.as_str())));
            open.extend(graph.node.iter().flat_map(|node| &node.attribute).flat_map(inner_graphs));
        }
        from.sort_unstable();
        from.dedup();
        from.into()
    }

    /// Adds a step.
    pub(super) fn push(&mut self, step: Step) -> Result<usize, String> {
        let width = program::width(self.columns, &step, &self.widths)?;
        self.spend(width)?;
        self.steps.push(step);
        self.widths.push(width);
        Ok(self.steps.len() - 1)
    }

    /// Counts numbers that will be kept.
    pub(super) fn spend(&mut self, numbers: usize) -> Result<(), String> {
        self.spent = self.spent.saturating_add(numbers);
        if self.spent > NUMBERS {
            Err(format!("the model needs more than {NUMBERS} numbers when it is opened"))
        } else {
            Ok(())
        }
    }

    /// The input of this number; constants as numbers.
    pub(super) fn input(&mut self, call: &Call<'a>, number: usize) -> Result<Value<'a>, String> {
        let id = call.given(number).ok_or_else(|| format!("its input {} is missing", number + 1))?;
        self.value(id)
    }

    fn value(&mut self, id: usize) -> Result<Value<'a>, String> {
        match self.values.get(id) {
            Some(Value::File(tensor)) => {
                let tensor = *tensor;
                let count = tensor
                    .dims
                    .iter()
                    .try_fold(1_usize, |count, dim| count.checked_mul(usize::try_from(*dim).ok()?));
                self.spend(count.unwrap_or(usize::MAX))?;
                let value = Value::Constant(Tensor::of(tensor)?);
                self.values.get_mut(id).into_iter().for_each(|known| *known = value.clone());
                Ok(value)
            }
            Some(value) => Ok(value.clone()),
            None => Err("it reads a value that nothing makes".to_owned()),
        }
    }

    /// The input of this number, which must depend on the row.
    pub(super) fn rows(&mut self, call: &Call<'a>, number: usize) -> Result<Rows, String> {
        match self.input(call, number)? {
            Value::Rows(rows) => Ok(rows),
            _ => Err(format!("its input {} is a constant, which is not opened here", number + 1)),
        }
    }

    /// The same, of fractional numbers.
    pub(super) fn fractions(&mut self, call: &Call<'a>, number: usize) -> Result<Rows, String> {
        let rows = self.rows(call, number)?;
        if rows.kind.is_fractional() {
            Ok(rows)
        } else {
            Err(format!("arithmetic on {} is not opened", rows.kind.called()))
        }
    }

    /// The input of this number, which must be a constant.
    pub(super) fn constant(&mut self, call: &Call<'a>, number: usize) -> Result<Tensor, String> {
        match self.input(call, number)? {
            Value::Constant(tensor) => Ok(tensor),
            _ => {
                Err(format!("its input {} depends on the row; it is opened only with a constant", number + 1))
            }
        }
    }

    /// A constant input that may be left out.
    pub(super) fn optional(&mut self, call: &Call<'a>, number: usize) -> Result<Option<Tensor>, String> {
        call.given(number).map(|_| self.constant(call, number)).transpose()
    }
}

pub(super) fn shut<'a>(why: &str, from: Vec<usize>) -> Value<'a> {
    Value::Closed(Shut { why: why.into(), from: from.into() })
}

/// A value of rows, alone.
pub(super) fn one<'a>(step: usize, shape: Vec<usize>, kind: Kind) -> Vec<Value<'a>> {
    vec![Value::Rows(Rows { step, shape, kind })]
}

impl<'a> Call<'a> {
    /// The input of this number, if it is given.
    pub(super) fn given(&self, number: usize) -> Option<usize> {
        self.inputs.get(number).copied().flatten()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'a AttributeProto> {
        attribute(self.node, name)
    }

    pub(super) fn integer(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |attribute| attribute.i)
    }

    pub(super) fn float(&self, name: &str, default: f32) -> f64 {
        f64::from(self.attribute(name).map_or(default, |attribute| attribute.f))
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a [u8]> {
        self.attribute(name).map(|attribute| attribute.s.as_slice())
    }

    pub(super) fn integers(&self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|attribute| attribute.ints.as_slice())
    }

    pub(super) fn floats(&self, name: &str) -> &'a [f32] {
        self.attribute(name).map_or(&[], |attribute| attribute.floats.as_slice())
    }
}
