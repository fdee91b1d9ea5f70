//! YAML as a small tree with line numbers. Only what a card needs: mappings, lists and plain values;
//! anchors, aliases, tags and repeated keys are refused.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::Fault;
use crate::fault::legible;

/// Largest file, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;
/// Most values, mappings and lists together.
const MAX_NODES: usize = 100_000;

/// A value with the line it starts on, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A value; `quoted` when it was written in quotes or as a block, and so can only be text.
    Scalar {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Key {
    pub(super) line: usize,
    pub(super) name: String,
}

impl Node {
    /// What it is, with its article, for sentences.
    pub(super) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { text, quoted: false } if matches!(text.as_str(), "" | "~" | "null") => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// The only document of a YAML text.
///
/// # Errors
/// One fault: the first place that is not well-formed, or a form that is refused here. Repeated keys are all named.
pub(super) fn read(text: &str) -> Result<Node, Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Fault::new("", "The file is larger than 1 MiB.", "Write less than 1 MiB.")]);
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| vec![not_yaml(&error)])?;
        builder.take(event, span).map_err(|fault| vec![fault])?;
    }
    builder.finish()
}

fn not_yaml(error: &saphyr_parser::ScanError) -> Fault {
    let wrong = format!("This is not YAML: {}.", error.info());
    Fault::new("", wrong, "Look at the indentation, quotes and colons around this line.")
        .at(error.marker().line())
}

/// A mapping or list that is still open.
enum Open {
    List { line: usize, items: Vec<Node> },
    Map { line: usize, entries: Vec<(Key, Node)>, names: BTreeSet<String>, key: Option<Key> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    repeated: Vec<Fault>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse_extras(anchor, tag.is_some(), line)?;
                let quoted = style != ScalarStyle::Plain;
                self.put(Node { line, kind: Kind::Scalar { text: text.into_owned(), quoted } })
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_extras(anchor, tag.is_some(), line)?;
                self.start(Open::List { line, items: Vec::new() }, line)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_extras(anchor, tag.is_some(), line)?;
                self.start(Open::Map { line, entries: Vec::new(), names: BTreeSet::new(), key: None }, line)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(_) => {
                Err(Fault::new("", "References with `*` are not read here.", "Write the value out.").at(line))
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Fault::new("", "A second document starts here.", "Keep one document a file.").at(line))
            }
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Ok(()),
        }
    }

    fn start(&mut self, open: Open, line: usize) -> Result<(), Fault> {
        if self.open.len() == MAX_DEPTH {
            return Err(Fault::new("", "This is nested more than 32 deep.", "Write it flatter.").at(line));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let node = match self.open.pop() {
            Some(Open::List { line, items }) => Node { line, kind: Kind::List(items) },
            Some(Open::Map { line, entries, .. }) => Node { line, kind: Kind::Map(entries) },
            None => return Ok(()),
        };
        self.put(node)
    }

    fn put(&mut self, node: Node) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Fault::new("", "There are more than 100,000 values.", "Write fewer.").at(node.line));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, names, key, .. }) => match key.take() {
                None => *key = Some(as_key(node)?),
                Some(key) if names.insert(key.name.clone()) => entries.push((key, node)),
                Some(key) => {
                    let wrong = format!("`{}` is given twice.", legible(&key.name));
                    self.repeated
                        .push(Fault::new(legible(&key.name), wrong, "Keep one of them.").at(key.line));
                }
            },
        }
        Ok(())
    }

    fn finish(self) -> Result<Node, Vec<Fault>> {
        if !self.repeated.is_empty() {
            return Err(self.repeated);
        }
        self.root.ok_or_else(|| {
            vec![Fault::new("", "The file is empty.", "Start with `schema: vitrine/system-card/1`.")]
        })
    }
}

fn refuse_extras(anchor: usize, tagged: bool, line: usize) -> Result<(), Fault> {
    if anchor != 0 {
        return Err(
            Fault::new("", "Anchors with `&` are not read here.", "Write the value out each time.").at(line)
        );
    }
    if tagged {
        return Err(Fault::new("", "Tags with `!` are not read here.", "Write the plain value.").at(line));
    }
    Ok(())
}

fn as_key(node: Node) -> Result<Key, Fault> {
    match node.kind {
        Kind::Scalar { text, .. } => Ok(Key { line: node.line, name: text }),
        Kind::List(_) | Kind::Map(_) => {
            Err(Fault::new("", "A key must be a single word.", "Write `key: value`.").at(node.line))
        }
    }
}
