//! Small ONNX models, written byte by byte: trees, networks and sums of them. No code of the product is used, so that its
//! reading of a graph can be compared with the runtime's.

/// The least part of Protocol Buffers that a model needs.
#[derive(Clone, Debug, Default)]
pub struct Message(Vec<u8>);

impl Message {
    fn number(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3);
        self.varint(value.cast_unsigned());
        self
    }

    fn bytes(mut self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn message(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    fn varint(&mut self, mut value: u64) {
        while value > 0x7F {
            self.0.push(u8::try_from(value & 0x7F).unwrap_or_default() | 0x80);
            value >>= 7;
        }
        self.0.push(u8::try_from(value).unwrap_or_default());
    }
}

/// A node of a graph under construction.
#[derive(Clone, Debug)]
pub struct Node {
    message: Message,
}

impl Node {
    /// An operator, written `domain.Name` or `Name`, from some values to one.
    #[must_use]
    pub fn new(operator: &str, inputs: &[&str], output: &str) -> Self {
        let (domain, operator) = operator.rsplit_once('.').unwrap_or(("", operator));
        let named = inputs.iter().fold(Message::default(), |message, input| message.bytes(1, input));
        Self { message: named.bytes(2, output).bytes(4, operator).bytes(7, domain) }
    }

    fn attribute(self, attribute: &Message) -> Self {
        Self { message: self.message.message(5, attribute) }
    }

    /// With an attribute that is a number.
    #[must_use]
    pub fn integer(self, name: &str, value: i64) -> Self {
        self.attribute(&Message::default().bytes(1, name).number(3, value).number(20, 2))
    }

    /// With an attribute that is a word.
    #[must_use]
    pub fn word(self, name: &str, value: &str) -> Self {
        self.attribute(&Message::default().bytes(1, name).bytes(4, value).number(20, 3))
    }

    /// With an attribute that is a list of numbers of 32 bits.
    #[must_use]
    pub fn floats(self, name: &str, values: &[f32]) -> Self {
        let packed: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.attribute(&Message::default().bytes(1, name).bytes(7, packed).number(20, 6))
    }

    /// With an attribute that is a list of whole numbers.
    #[must_use]
    pub fn integers(self, name: &str, values: &[i64]) -> Self {
        let attribute = Message::default().bytes(1, name);
        let attribute = values.iter().fold(attribute, |attribute, value| attribute.number(8, *value));
        self.attribute(&attribute.number(20, 7))
    }

    /// With an attribute that is a list of words.
    #[must_use]
    pub fn words(self, name: &str, values: &[&str]) -> Self {
        let attribute = Message::default().bytes(1, name);
        let attribute = values.iter().fold(attribute, |attribute, value| attribute.bytes(9, value));
        self.attribute(&attribute.number(20, 8))
    }
}

/// ONNX's number for numbers of 32 bits.
const NUMBERS: i64 = 1;
/// ONNX's number for texts.
const TEXTS: i64 = 8;

/// A model from the input `x`, rows of so many numbers of 32 bits, to its outputs, one number a row each.
#[derive(Clone, Debug)]
pub struct Model {
    columns: i64,
    kind: i64,
    graph: Message,
}

impl Model {
    /// A model without nodes.
    #[must_use]
    pub fn new(columns: i64) -> Self {
        Self { columns, kind: NUMBERS, graph: Message::default().bytes(2, "graph") }
    }

    /// A model whose input holds texts.
    #[must_use]
    pub fn of_texts(columns: i64) -> Self {
        Self { kind: TEXTS, ..Self::new(columns) }
    }

    /// With a node more.
    #[must_use]
    pub fn node(self, node: &Node) -> Self {
        Self { graph: self.graph.message(1, &node.message), ..self }
    }

    /// With a table of numbers of 32 bits.
    #[must_use]
    pub fn tensor(self, name: &str, shape: &[i64], values: &[f32]) -> Self {
        let tensor = shape.iter().fold(Message::default(), |tensor, length| tensor.number(1, *length));
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let tensor = tensor.number(2, 1).bytes(8, name).bytes(9, raw);
        Self { graph: self.graph.message(5, &tensor), ..self }
    }

    /// The file, with these outputs.
    #[must_use]
    pub fn file(self, outputs: &[&str]) -> Vec<u8> {
        let graph = self.graph.message(11, &value("x", self.columns, self.kind));
        let graph = outputs.iter().fold(graph, |graph, output| graph.message(12, &value(output, 1, NUMBERS)));
        let set = |domain: &str, version| Message::default().bytes(1, domain).number(2, version);
        let model = Message::default().number(1, 8).message(7, &graph);
        model.message(8, &set("", 17)).message(8, &set("ai.onnx.ml", 3)).0
    }
}

/// A table of N rows.
fn value(name: &str, columns: i64, kind: i64) -> Message {
    let rows = Message::default().bytes(2, "N");
    let columns = Message::default().number(1, columns);
    let shape = Message::default().message(1, &rows).message(1, &columns);
    let tensor = Message::default().number(1, kind).message(2, &shape);
    Message::default().bytes(1, name).message(2, &Message::default().message(1, &tensor))
}

/// The lists of numbers that make up an ensemble of trees.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    /// Tree of each node.
    pub trees: Vec<i64>,
    /// Number of each node in its tree.
    pub nodes: Vec<i64>,
    /// Column that each node asks about.
    pub features: Vec<i64>,
    /// What each node asks, `LEAF` for none.
    pub modes: Vec<&'static str>,
    /// Limit of each node.
    pub values: Vec<f32>,
    /// Node that follows where the answer is yes.
    pub yes: Vec<i64>,
    /// Node that follows where it is no.
    pub no: Vec<i64>,
    /// Whether a missing number counts as yes.
    pub missing: Vec<i64>,
    /// Tree and node of each leaf, and its value.
    pub leaves: Vec<(i64, i64, f32)>,
}

impl Trees {
    /// Adds a question.
    pub fn branch(&mut self, (tree, node): (i64, i64), (feature, mode): (i64, &'static str), value: f32) {
        self.any((tree, node), (feature, mode, value), (2 * node + 1, 2 * node + 2));
    }

    /// Adds a leaf.
    pub fn leaf(&mut self, (tree, node): (i64, i64), value: f32) {
        self.any((tree, node), (0, "LEAF", 0.0), (0, 0));
        self.leaves.push((tree, node, value));
    }

    /// Adds a node of any kind.
    pub fn any(
        &mut self,
        (tree, node): (i64, i64),
        (feature, mode, value): (i64, &'static str, f32),
        (yes, no): (i64, i64),
    ) {
        self.trees.push(tree);
        self.nodes.push(node);
        self.features.push(feature);
        self.modes.push(mode);
        self.values.push(value);
        self.yes.push(yes);
        self.no.push(no);
        self.missing.push(i64::from(node % 2 == 1));
    }

    /// The node that adds the trees up.
    #[must_use]
    pub fn node(&self, output: &str) -> Node {
        let ids: Vec<i64> = self.leaves.iter().map(|(tree, ..)| *tree).collect();
        let nodes: Vec<i64> = self.leaves.iter().map(|(_, node, _)| *node).collect();
        let weights: Vec<f32> = self.leaves.iter().map(|(.., value)| *value).collect();
        Node::new("ai.onnx.ml.TreeEnsembleRegressor", &["x"], output)
            .integer("n_targets", 1)
            .integers("nodes_treeids", &self.trees)
            .integers("nodes_nodeids", &self.nodes)
            .integers("nodes_featureids", &self.features)
            .words("nodes_modes", &self.modes)
            .floats("nodes_values", &self.values)
            .integers("nodes_truenodeids", &self.yes)
            .integers("nodes_falsenodeids", &self.no)
            .integers("nodes_missing_value_tracks_true", &self.missing)
            .integers("target_treeids", &ids)
            .integers("target_nodeids", &nodes)
            .integers("target_ids", &vec![0; ids.len()])
            .floats("target_weights", &weights)
    }
}
