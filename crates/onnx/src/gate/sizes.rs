//! Values whose size the constants of the file fix: the runtime would make them while loading.
//!
//! Only what is certain is refused. A value that also depends on the rows is left to the limits at run time.

mod constants;

use std::collections::HashMap;

use crate::limits;
use crate::names;
use crate::parts::{attribute, inner_graphs};
use crate::proto::{DataType, GraphProto, ModelProto, NodeProto, TensorProto};
use crate::refusal::Refusal;
use constants::{Constant, float, whole};

/// Checks the model's graph and each function.
pub(super) fn check(model: &ModelProto) -> Result<(), Refusal> {
    if let Some(graph) = &model.graph {
        Known::default().check_graph(graph)?;
    }
    model.functions.iter().try_for_each(|function| Known::default().check_nodes(&function.node))
}

/// Constants by their names, with those of the graphs around.
#[derive(Default)]
struct Known<'a> {
    around: Option<&'a Self>,
    /// Nothing stands for a value that is no constant, so that it hides one of the same name around.
    values: HashMap<&'a str, Option<Constant>>,
}

impl<'a> Known<'a> {
    fn check_graph(mut self, graph: &'a GraphProto) -> Result<(), Refusal> {
        self.values.extend(graph.input.iter().map(|input| (input.name.as_str(), None)));
        // An input with a default is never fed here, so the default holds.
        let initializers = graph.initializer.iter();
        self.values.extend(initializers.map(|tensor| (tensor.name.as_str(), Some(Constant::of(tensor)))));
        self.check_nodes(&graph.node)
    }

    fn check_nodes(mut self, nodes: &'a [NodeProto]) -> Result<(), Refusal> {
        for node in nodes {
            let made = self.made_by(node).map_err(|what| Refusal::Size { node: names::node(node), what })?;
            let bytes = made.as_ref().map_or(0, Constant::bytes);
            if bytes > limits::MEMORY_BYTES {
                return Err(Refusal::Bomb { node: names::node(node), bytes });
            }
            for graph in node.attribute.iter().flat_map(inner_graphs) {
                Known { around: Some(&self), values: HashMap::new() }.check_graph(graph)?;
            }
            self.values.extend(node.output.iter().map(|output| (output.as_str(), None)));
            self.values.extend(node.output.first().map(|output| (output.as_str(), made)));
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&Constant> {
        match self.values.get(name) {
            _ if name.is_empty() => None,
            Some(here) => here.as_ref(),
            None => self.around.and_then(|around| around.find(name)),
        }
    }

    fn input(&self, node: &NodeProto, place: usize) -> Option<&Constant> {
        self.find(node.input.get(place)?)
    }

    fn numbers(&self, node: &NodeProto, place: usize) -> Option<&[f64]> {
        self.input(node, place)?.numbers.as_deref()
    }

    /// What the node makes, if constants alone fix its size.
    fn made_by(&self, node: &NodeProto) -> Result<Option<Constant>, String> {
        if !names::domain(&node.domain).is_empty() {
            return Ok(None);
        }
        match node.op_type.as_str() {
            "Constant" => Ok(constant(node)),
            "Identity" => Ok(self.input(node, 0).cloned()),
            "ConstantOfShape" => self.filled(node),
            "Expand" => self.expanded(node),
            "Tile" => self.tiled(node),
            "Pad" => Ok(self.padded(node)),
            "Range" => self.counted(node),
            _ => Ok(None),
        }
    }

    fn filled(&self, node: &NodeProto) -> Result<Option<Constant>, String> {
        let Some(shape) = self.numbers(node, 0) else { return Ok(None) };
        let value = attribute(node, "value").and_then(|value| value.t.as_deref());
        let element = value.map_or(4, constants::element_bytes);
        Ok(Some(Constant::sized(lengths(shape)?, element)))
    }

    /// A dimension of 1 takes over that of the input, so this is the least that comes out.
    fn expanded(&self, node: &NodeProto) -> Result<Option<Constant>, String> {
        let Some(shape) = self.numbers(node, 1) else { return Ok(None) };
        let element = self.input(node, 0).map_or(1, |input| input.element);
        let least = Constant::sized(lengths(shape)?, element);
        let fixed = self.input(node, 0).is_some_and(|input| input.shape.is_some());
        // Of an input with unknown rows only the least is known: enough to refuse, not enough to go on with.
        Ok(Some(least).filter(|least| fixed || least.bytes() > limits::MEMORY_BYTES))
    }

    fn tiled(&self, node: &NodeProto) -> Result<Option<Constant>, String> {
        let (Some(input), Some(times)) = (self.input(node, 0), self.numbers(node, 1)) else {
            return Ok(None);
        };
        let Some(shape) = &input.shape else { return Ok(None) };
        let times = lengths(times)?;
        if times.len() != shape.len() {
            return Err(format!("{} dimensions cannot be repeated {} ways", shape.len(), times.len()));
        }
        let shape = shape.iter().zip(times).map(|(length, times)| length.saturating_mul(times)).collect();
        Ok(Some(Constant::sized(shape, input.element)))
    }

    /// Lengths to add before all dimensions, then after all; in an attribute before version 11.
    fn padded(&self, node: &NodeProto) -> Option<Constant> {
        let input = self.input(node, 0)?;
        let shape = input.shape.as_ref()?;
        let pads: Vec<f64> = match attribute(node, "pads") {
            Some(pads) => pads.ints.iter().map(|pad| float(*pad)).collect(),
            None => self.numbers(node, 1)?.to_vec(),
        };
        let (before, after) =
            pads.split_at_checked(shape.len()).filter(|(_, after)| after.len() == shape.len())?;
        let padded = shape.iter().zip(before.iter().zip(after)).map(|(length, (before, after))| {
            length.saturating_add(whole(*before).unwrap_or(0)).saturating_add(whole(*after).unwrap_or(0))
        });
        Some(Constant::sized(padded.collect(), input.element))
    }

    fn counted(&self, node: &NodeProto) -> Result<Option<Constant>, String> {
        let all = [0, 1, 2].map(|place| self.numbers(node, place).and_then(<[f64]>::first).copied());
        let [Some(start), Some(end), Some(step)] = all else { return Ok(None) };
        if step == 0.0 {
            return Err("a range with steps of 0 never ends".to_owned());
        }
        let count = whole(((end - start) / step).ceil().max(0.0)).unwrap_or(u64::MAX);
        let element = self.input(node, 0).map_or(4, |start| start.element);
        Ok(Some(Constant::sized(vec![count], element)))
    }
}

/// The value of a `Constant` node.
fn constant(node: &NodeProto) -> Option<Constant> {
    let value = node.attribute.first()?;
    let short = |numbers: Vec<f64>, kind: DataType| {
        let tensor = TensorProto { data_type: kind as i32, ..TensorProto::default() };
        let shape = vec![numbers.len() as u64];
        Constant { numbers: Some(numbers), ..Constant::sized(shape, constants::element_bytes(&tensor)) }
    };
    match value.name.as_str() {
        "value" => value.t.as_deref().map(Constant::of),
        "value_int" => Some(short(vec![float(value.i)], DataType::Int64)),
        "value_ints" if value.ints.len() <= limits::SHAPE_NUMBERS => {
            Some(short(value.ints.iter().map(|number| float(*number)).collect(), DataType::Int64))
        }
        "value_float" => Some(short(vec![f64::from(value.f)], DataType::Float)),
        _ => None,
    }
}

/// Lengths of dimensions, none of them below zero.
fn lengths(numbers: &[f64]) -> Result<Vec<u64>, String> {
    let wrong = |number: f64| format!("{number} is no length of a dimension");
    numbers.iter().map(|number| whole(*number).ok_or_else(|| wrong(*number))).collect()
}

#[cfg(test)]
mod tests {
    use crate::proto::{ModelProto, NodeProto, TensorProto};
    use crate::samples::{constant, having, model, node, read, refusal, shape, with_initializers};

    const HUGE: i64 = 1 << 32;

    /// The node reads constants and a later node uses what it makes.
    fn making(made: NodeProto, constants: Vec<TensorProto>) -> ModelProto {
        with_initializers(vec![made, node("Add", &["x", "big"], "y")], constants)
    }

    fn is_bomb(model: &ModelProto) -> bool {
        refusal(model).contains("out of constants")
    }

    #[test]
    fn values_that_constants_make_huge_are_refused() {
        let fill = node("ConstantOfShape", &["s"], "big");
        let tile = node("Tile", &["one", "s"], "big");
        let pad = node("Pad", &["one", "pads"], "big");
        let range = node("Range", &["zero", "end", "step"], "big");
        let expand = node("Expand", &["x", "s"], "big");
        let huge = || shape("s", &[HUGE]);

        assert!(is_bomb(&making(fill, vec![huge()])));
        assert!(is_bomb(&making(tile, vec![shape("one", &[1]), huge()])));
        assert!(is_bomb(&making(pad, vec![shape("one", &[1]), shape("pads", &[0, HUGE])])));
        let ends = vec![shape("zero", &[0]), shape("end", &[HUGE]), shape("step", &[1])];
        assert!(is_bomb(&making(range, ends)));
        assert!(is_bomb(&making(expand, vec![huge()])));
    }

    #[test]
    fn the_same_at_a_reasonable_size_passes() {
        assert!(read(&making(node("ConstantOfShape", &["s"], "big"), vec![shape("s", &[3, 8])])).is_ok());
        assert!(read(&making(node("Expand", &["x", "s"], "big"), vec![shape("s", &[1, 8])])).is_ok());
    }

    #[test]
    fn a_size_that_depends_on_the_rows_is_left_to_run_time() {
        let tile = node("Tile", &["x", "s"], "big");

        assert!(read(&making(tile, vec![shape("s", &[HUGE, 1])])).is_ok());
    }

    #[test]
    fn constants_are_followed_through_nodes_and_repeated_growth() {
        let value = constant(shape("", &[1 << 11]));
        let mut nodes =
            vec![having(node("Constant", &[], "c"), "value", value), node("Identity", &["c"], "s")];
        nodes.push(node("ConstantOfShape", &["s"], "t0"));
        nodes.push(node("Tile", &["t0", "s"], "t1"));
        nodes.push(node("Tile", &["t1", "s"], "t2"));
        nodes.push(node("Add", &["x", "t2"], "y"));

        assert!(is_bomb(&model(nodes)));
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let below_zero = making(node("ConstantOfShape", &["s"], "big"), vec![shape("s", &[-4])]);
        let ends = vec![shape("a", &[0]), shape("b", &[9]), shape("c", &[0])];
        let endless = making(node("Range", &["a", "b", "c"], "big"), ends);

        assert!(refusal(&below_zero).ends_with("-4 is no length of a dimension"));
        assert!(refusal(&endless).ends_with("a range with steps of 0 never ends"));
    }
}
