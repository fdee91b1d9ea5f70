//! YAML as a small tree: texts, lists and maps. No anchors, no aliases, no deep nesting.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};

use super::FormulaError;

/// Longest text, in bytes.
const TEXT_BYTES: usize = 4 << 20;

/// Deepest nesting of lists and maps.
const DEPTH: usize = 16;

/// A text, list or map, and the line where it begins, counted from 1.
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a node holds.
pub(super) enum Value {
    Text(String),
    List(Vec<Node>),
    Map(HashMap<String, Node>),
}

impl Node {
    /// The value of a key, if this is a map and has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    pub(super) fn text(&self, what: &str) -> Result<&str, FormulaError> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(fault(self.line, format!("{what} should be a text"))),
        }
    }

    pub(super) fn list(&self, what: &str) -> Result<&[Self], FormulaError> {
        match &self.value {
            Value::List(list) => Ok(list),
            _ => Err(fault(self.line, format!("{what} should be a list"))),
        }
    }
}

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Node, FormulaError> {
    if text.len() > TEXT_BYTES {
        return Err(FormulaError::TooMany { what: "bytes of YAML", limit: TEXT_BYTES });
    }
    let mut builder = Builder { open: Vec::new(), root: None };
    for event in Parser::new_from_str(text) {
        let (event, span) = event
            .map_err(|error| fault(error.marker().line(), format!("this is no YAML: {}", error.info())))?;
        builder.take(&event, span.start.line())?;
    }
    builder.root.ok_or_else(|| fault(1, "the text is empty; write id, formula and inputs".to_owned()))
}

struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
}

/// A list or map that has begun.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<String>,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, line: usize) -> Result<(), FormulaError> {
        match event {
            Event::Alias(_) => Err(no_anchors(line)),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if *anchor != 0 =>
            {
                Err(no_anchors(line))
            }
            Event::Scalar(text, ..) => self.add(Node { line, value: Value::Text(text.to_string()) }),
            Event::SequenceStart(..) => self.begin(line, Value::List(Vec::new())),
            Event::MappingStart(..) => self.begin(line, Value::Map(HashMap::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.add(open.node),
                None => Ok(()),
            },
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(fault(line, "a second document begins here; keep one".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: usize, value: Value) -> Result<(), FormulaError> {
        if self.open.len() >= DEPTH {
            return Err(fault(line, format!("lists and maps nest deeper than {DEPTH}")));
        }
        self.open.push(Open { node: Node { line, value }, key: None });
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), FormulaError> {
        let line = node.line;
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match (&mut open.node.value, open.key.take(), node.value) {
            (Value::List(list), _, value) => list.push(Node { line, value }),
            (Value::Map(_), None, Value::Text(key)) => open.key = Some(key),
            (Value::Map(map), Some(key), value) => {
                if map.contains_key(&key) {
                    let key = crate::names::quoted(&key);
                    return Err(fault(line, format!("the key {key} stands here twice; keep one")));
                }
                map.insert(key, Node { line, value });
            }
            _ => return Err(fault(line, "a key should be a text".to_owned())),
        }
        Ok(())
    }
}

pub(super) fn fault(line: usize, what: String) -> FormulaError {
    FormulaError::Yaml { line: line.max(1), what }
}

fn no_anchors(line: usize) -> FormulaError {
    fault(
        line,
        "anchors (&) and aliases (*) are not read; write the text out, or put it in quotes".to_owned(),
    )
}
